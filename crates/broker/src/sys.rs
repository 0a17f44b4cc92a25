//! `$SYS`: the broker's own topics, by Mosquitto's names.

use crate::{Broker, Statistics, timers::Due};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use midge_codec::{ByteString, Message, QoS, Reason};
use midge_session::Instant;

/// What `$SYS` remembers from one update to the next.
#[derive(Clone, Debug)]
pub(crate) struct Sys {
    started: Instant,
    updated: Instant,
    /// The last value of each topic: only what changed is published again.
    values: BTreeMap<String, String>,
    loads: [Load; 6],
}

/// How much there is of something a minute, on average over the last 1, 5 and 15 minutes.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    total: u64,
    averages: [f64; 3],
}

const LOADS: [&str; 6] = [
    "messages/received",
    "messages/sent",
    "publish/received",
    "publish/sent",
    "bytes/received",
    "bytes/sent",
];

const SPANS: [(&str, f64); 3] = [("1min", 60.0), ("5min", 300.0), ("15min", 900.0)];

impl Sys {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            started: now,
            updated: now,
            values: BTreeMap::new(),
            loads: [Load::default(); 6],
        }
    }
}

impl Broker {
    /// Publishes what changed since the last update, and sets the time of the next one. Does nothing
    /// when `$SYS` is switched off.
    pub(crate) fn publish_sys(&mut self, now: Instant) {
        let Some(interval) = self.config.sys_interval else {
            return;
        };
        // An interval of zero would leave no time for anything else.
        let pause = interval.max(core::time::Duration::from_secs(1));
        self.timers.set(Due::Sys, Some(now + pause));
        let statistics = self.statistics();
        let mut values = self.sys_values(now, &statistics);
        self.sys.append_loads(now, &statistics, &mut values);
        for (name, value) in values {
            let topic = format!("$SYS/broker/{name}");
            if self.sys.values.get(&topic) == Some(&value) {
                continue;
            }
            self.sys.values.insert(topic.clone(), value.clone());
            let topic = ByteString::from(topic);
            let message = Message::new(topic, value, QoS::AtMostOnce, true);
            if self.config.retain_available {
                self.retain(now, &message, None);
            }
            self.route(now, &message, None, 0, None);
        }
    }

    fn sys_values(&self, now: Instant, statistics: &Statistics) -> Vec<(String, String)> {
        let uptime = now.since(self.sys.started).as_secs();
        let numbers: [(&str, u64); 15] = [
            ("clients/connected", statistics.clients_connected.into()),
            (
                "clients/disconnected",
                statistics.clients_disconnected.into(),
            ),
            ("clients/total", self.sessions.len().into()),
            ("clients/maximum", statistics.clients_maximum.into()),
            ("clients/expired", statistics.clients_expired),
            ("messages/received", statistics.messages_received),
            ("messages/sent", statistics.messages_sent),
            ("messages/stored", statistics.messages_stored),
            (
                "publish/messages/received",
                statistics.publish_messages_received,
            ),
            ("publish/messages/sent", statistics.publish_messages_sent),
            (
                "publish/messages/dropped",
                statistics.publish_messages_dropped,
            ),
            ("bytes/received", statistics.bytes_received),
            ("bytes/sent", statistics.bytes_sent),
            ("subscriptions/count", statistics.subscriptions_count),
            (
                "retained messages/count",
                statistics.retained_messages_count,
            ),
        ];
        let version = concat!("midge version ", env!("CARGO_PKG_VERSION"));
        let mut values = Vec::with_capacity(40);
        values.push(("version".to_string(), version.to_string()));
        values.push(("uptime".to_string(), format!("{uptime} seconds")));
        values.extend(numbers.map(|(name, value)| (name.to_string(), value.to_string())));
        // Mosquitto has none of these. They are there once there is something to say.
        let limits = self.limits_reached().filter(|&(_, count)| count > 0);
        values.extend(
            limits.map(|(limit, count)| (format!("limits/{}", limit.name()), count.to_string())),
        );
        let by_reason = |what: &'static str| {
            move |(reason, count): (Reason, u64)| {
                let code = reason as u8;
                (format!("clients/{what}/0x{code:02X}"), count.to_string())
            }
        };
        values.extend(self.refusals().map(by_reason("refused")));
        values.extend(self.ends().map(by_reason("ended")));
        values
    }
}

impl Sys {
    fn append_loads(
        &mut self,
        now: Instant,
        statistics: &Statistics,
        values: &mut Vec<(String, String)>,
    ) {
        let totals = [
            statistics.messages_received,
            statistics.messages_sent,
            statistics.publish_messages_received,
            statistics.publish_messages_sent,
            statistics.bytes_received,
            statistics.bytes_sent,
        ];
        let seconds = now.since(self.updated).as_micros() as f64 / 1e6;
        self.updated = now;
        for ((load, total), name) in self.loads.iter_mut().zip(totals).zip(LOADS) {
            load.update(total, seconds);
            for ((span, _), average) in SPANS.into_iter().zip(load.averages) {
                values.push((format!("load/{name}/{span}"), format!("{average:.2}")));
            }
        }
    }
}

impl Load {
    /// An exponential average, as Mosquitto computes it.
    fn update(&mut self, total: u64, seconds: f64) {
        if seconds > 0.0 {
            let per_minute = total.saturating_sub(self.total) as f64 * 60.0 / seconds;
            for (average, (_, span)) in self.averages.iter_mut().zip(SPANS) {
                let kept = libm::exp(-seconds / span);
                *average = per_minute + kept * (*average - per_minute);
            }
        }
        self.total = total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_load_approaches_its_rate_sooner_over_the_shorter_span() {
        let mut load = Load::default();
        for step in 1..=30 {
            load.update(step * 20, 10.0);
        }
        let [one, five, fifteen] = load.averages;
        assert!((one - 120.0).abs() < 1.0);
        assert!(one > five && five > fifteen && fifteen > 30.0);
    }
}
