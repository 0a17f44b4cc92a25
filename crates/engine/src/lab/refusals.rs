//! What the lab's broker refused and ended, and which of its limits were reached, in words.

use super::Lab;
use midge_broker::{Broker, Limit, Limits};
use midge_codec::{PacketType, Reason};
use midge_view::{RefusalGroup, RefusalRow, RefusalsAnswer};

/// Everything that happened at least once since the lab began.
pub(crate) fn refusals(lab: &Lab) -> RefusalsAnswer {
    of_broker(lab.world.broker())
}

pub(crate) fn of_broker(broker: &Broker) -> RefusalsAnswer {
    let limits = &broker.config().limits;
    let reached = broker.limits_reached().filter(|(_, count)| *count > 0);
    let reached = reached.map(|(limit, count)| RefusalRow {
        group: RefusalGroup::Limit,
        name: limit_name(limit).to_owned(),
        words: limit_words(limit, limits),
        code: limit.reason().map(Reason::value),
        count,
    });
    let refused = broker.refusals().map(|(reason, count)| RefusalRow {
        group: RefusalGroup::Connect,
        name: reason.name_in(PacketType::ConnAck).to_owned(),
        words: "A CONNECT was answered with this reason, and its connection closed.".to_owned(),
        code: Some(reason.value()),
        count,
    });
    let ended = broker.ends().map(|(reason, count)| RefusalRow {
        group: RefusalGroup::Ended,
        name: reason.name_in(PacketType::Disconnect).to_owned(),
        words: "The broker closed a connection for this reason; a 5.0 client is told it."
            .to_owned(),
        code: Some(reason.value()),
        count,
    });
    RefusalsAnswer {
        rows: reached.chain(refused).chain(ended).collect(),
    }
}

/// What it is called that a limit was reached.
const fn limit_name(limit: Limit) -> &'static str {
    match limit {
        Limit::Connections => "Too many connections",
        Limit::ConnectTimeout => "No CONNECT in time",
        Limit::PacketSize => "Packet too large",
        Limit::TopicLevels => "Topic too deep",
        Limit::Subscriptions => "Too many subscriptions",
        Limit::Retained => "Too many retained messages",
        Limit::Queue => "Message dropped for a client",
        Limit::SlowReader => "Slow reader closed",
        Limit::ReceiveMaximum => "Receive Maximum exceeded",
        Limit::TopicAlias => "Topic Alias out of range",
        Limit::KeepAlive => "Keep Alive too long",
        Limit::PasswordChecks => "Too many passwords to check",
    }
}

/// What the broker does then.
fn limit_words(limit: Limit, limits: &Limits) -> String {
    match limit {
        Limit::Connections => format!(
            "A CONNECT beyond {} connections is refused.",
            count(limits.max_connections)
        ),
        Limit::ConnectTimeout => format!(
            "A transport without CONNECT is closed after {} s.",
            limits.connect_timeout.as_secs()
        ),
        Limit::PacketSize => format!(
            "A packet above {} ends its connection.",
            size(limits.max_packet_size)
        ),
        Limit::TopicLevels => format!(
            "A topic or filter of more than {} levels is refused.",
            limits.max_topic_levels
        ),
        Limit::Subscriptions => format!(
            "A client\u{2019}s subscriptions beyond {} are refused.",
            count(limits.max_subscriptions)
        ),
        Limit::Retained => format!(
            "Retained messages beyond {} are refused.",
            count(limits.max_retained)
        ),
        Limit::Queue => format!(
            "A queue holds {} messages or {}; what comes on top is dropped for that client.",
            count(limits.max_queued),
            size(limits.max_queued_bytes)
        ),
        Limit::SlowReader => format!(
            "A client that reads nothing for {} s while messages wait is closed.",
            limits.slow_reader_timeout.as_secs()
        ),
        Limit::ReceiveMaximum => format!(
            "More than {} unfinished messages of QoS 1 and 2 at once end the connection.",
            limits.receive_maximum
        ),
        Limit::TopicAlias => format!(
            "An alias above {} ends the connection.",
            limits.topic_alias_maximum
        ),
        Limit::KeepAlive => format!(
            "A 3.1.1 client that asks for more than {} s is refused.",
            count(u32::from(limits.max_keep_alive))
        ),
        Limit::PasswordChecks => format!(
            "A CONNECT beyond {} whose passwords wait for their check is refused.",
            count(limits.max_password_checks)
        ),
    }
}

/// A number with its thousands apart.
fn count(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn size(bytes: u32) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        more => format!("{} MiB", more / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use midge_broker::{Config, ConnId};
    use midge_session::Instant;

    #[test]
    fn every_limit_has_words_and_numbers_of_its_own() {
        let limits = Limits::default();
        let words: std::collections::BTreeSet<_> = Limit::ALL
            .iter()
            .map(|limit| (limit_name(*limit), limit_words(*limit, &limits)))
            .collect();
        assert_eq!(words.len(), Limit::ALL.len());
        assert_eq!(
            (count(1_000_000), count(999), count(65_535)),
            (
                "1,000,000".to_owned(),
                "999".to_owned(),
                "65,535".to_owned()
            )
        );
        assert_eq!(
            (size(512), size(4_096), size(16 << 20)),
            (
                "512 bytes".to_owned(),
                "4 KiB".to_owned(),
                "16 MiB".to_owned()
            )
        );
    }

    #[test]
    fn what_was_refused_and_ended_is_told_with_codes_and_nothing_else() {
        let mut config = Config::default();
        config.limits.max_packet_size = 64;
        config.allow_anonymous = false;
        let mut broker = Broker::new(config, 1, Instant::ZERO);
        assert_eq!(of_broker(&broker).rows, []);
        let now = Instant::ZERO;
        // CONNECT of 3.1.1 with Clean Session and the client identifier "a".
        let connect = Bytes::from_static(b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01a");
        broker.handle_open(now, ConnId(1));
        broker.handle_input(now, ConnId(1), connect);
        // A PUBLISH that says it is 100 bytes long.
        broker.handle_open(now, ConnId(2));
        broker.handle_input(now, ConnId(2), Bytes::from_static(b"\x30\x64"));
        let rows = of_broker(&broker).rows;
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.group, row.code, row.count))
            .collect();
        assert!(
            told.contains(&(RefusalGroup::Connect, Some(0x87), 1)),
            "{rows:?}"
        );
        assert!(
            told.contains(&(RefusalGroup::Limit, Some(0x95), 1)),
            "{rows:?}"
        );
        assert!(
            told.contains(&(RefusalGroup::Ended, Some(0x95), 1)),
            "{rows:?}"
        );
        assert!(
            rows.iter()
                .all(|row| row.count > 0 && !row.words.is_empty())
        );
    }
}
