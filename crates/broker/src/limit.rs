//! Limits against abuse: what each is called, what a client hears that reaches it, and how often that was.

use crate::{Broker, CloseReason, Event, sessions::SessionKey, timers::Due};
use alloc::collections::BTreeMap;
use midge_codec::{ByteString, ErrorKind, Reason};
use midge_session::Instant;
use serde::{Deserialize, Serialize};

/// A limit that keeps one client from harming the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Limit {
    /// [`crate::Limits::max_connections`]: CONNECT is refused; a transport beyond twice as many is closed.
    Connections,
    /// [`crate::Limits::connect_timeout`]: the transport is closed.
    ConnectTimeout,
    /// [`crate::Limits::max_packet_size`]: the connection ends at the packet's fixed header.
    PacketSize,
    /// [`crate::Limits::max_topic_levels`]: the message or the subscription is refused.
    TopicLevels,
    /// [`crate::Limits::max_subscriptions`]: the subscription is refused.
    Subscriptions,
    /// [`crate::Limits::max_retained`]: the message is refused.
    Retained,
    /// [`crate::Limits::max_queued`] and `max_queued_bytes`, and for QoS 0 a connection that takes no more:
    /// the message is dropped for the one client that does not keep up.
    Queue,
    /// [`crate::Limits::slow_reader_timeout`], and answers that are asked for and not taken: the connection
    /// ends.
    SlowReader,
    /// [`crate::Limits::receive_maximum`]: the connection ends.
    ReceiveMaximum,
    /// [`crate::Limits::topic_alias_maximum`]: the connection ends.
    TopicAlias,
    /// [`crate::Limits::max_keep_alive`]: a CONNECT of 3.1.1 is refused; one of 5.0 is told the longest.
    KeepAlive,
    /// [`crate::Limits::max_password_checks`]: CONNECT is refused.
    PasswordChecks,
}

impl Limit {
    /// All of them, in order.
    pub const ALL: [Self; 12] = [
        Self::Connections,
        Self::ConnectTimeout,
        Self::PacketSize,
        Self::TopicLevels,
        Self::Subscriptions,
        Self::Retained,
        Self::Queue,
        Self::SlowReader,
        Self::ReceiveMaximum,
        Self::TopicAlias,
        Self::KeepAlive,
        Self::PasswordChecks,
    ];

    /// Its name in `$SYS/broker/limits/...`: the setting, where it is one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "max_connections",
            Self::ConnectTimeout => "connect_timeout",
            Self::PacketSize => "max_packet_size",
            Self::TopicLevels => "max_topic_levels",
            Self::Subscriptions => "max_subscriptions",
            Self::Retained => "max_retained",
            Self::Queue => "max_queued",
            Self::SlowReader => "slow_reader_timeout",
            Self::ReceiveMaximum => "receive_maximum",
            Self::TopicAlias => "topic_alias_maximum",
            Self::KeepAlive => "max_keepalive",
            Self::PasswordChecks => "max_password_checks",
        }
    }

    /// What a 5.0 client hears, in CONNACK, SUBACK, PUBACK, PUBREC or DISCONNECT; `None` where it hears
    /// nothing, because there was no CONNECT yet or it is not the one at fault.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Connections | Self::PasswordChecks => Some(Reason::ServerBusy),
            Self::ConnectTimeout | Self::Queue => None,
            Self::PacketSize => Some(Reason::PacketTooLarge),
            // In SUBACK it is Topic Filter invalid.
            Self::TopicLevels => Some(Reason::TopicNameInvalid),
            Self::Subscriptions | Self::Retained | Self::SlowReader => Some(Reason::QuotaExceeded),
            Self::ReceiveMaximum => Some(Reason::ReceiveMaximumExceeded),
            Self::TopicAlias => Some(Reason::TopicAliasInvalid),
            // Of 3.1.1, which has no code for it.
            Self::KeepAlive => Some(Reason::ClientIdentifierNotValid),
        }
    }
}

/// How often limits were reached, and connections refused and ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counters {
    reached: [u64; Limit::ALL.len()],
    refused: BTreeMap<Reason, u64>,
    ended: BTreeMap<Reason, u64>,
}

impl Broker {
    /// How often each limit was reached since the start, in the order of [`Limit::ALL`].
    pub fn limits_reached(&self) -> impl Iterator<Item = (Limit, u64)> {
        Limit::ALL.into_iter().zip(self.counters.reached)
    }

    /// How many CONNECT packets were refused since the start, by the reason they were answered with.
    pub fn refusals(&self) -> impl Iterator<Item = (Reason, u64)> {
        self.counters
            .refused
            .iter()
            .map(|(&reason, &count)| (reason, count))
    }

    /// How many connections the broker ended since the start, by the reason that a 5.0 client is told.
    pub fn ends(&self) -> impl Iterator<Item = (Reason, u64)> {
        self.counters
            .ended
            .iter()
            .map(|(&reason, &count)| (reason, count))
    }

    /// A client reached a limit. One that is not known by a name yet has none here either.
    pub(crate) fn count_limit(&mut self, limit: Limit, client_id: ByteString) {
        let count = &mut self.counters.reached[limit as usize];
        *count += 1;
        let count = *count;
        self.emit(Event::LimitReached {
            limit,
            client_id,
            count,
        });
    }

    /// The same, for the client of a session.
    pub(crate) fn count_limit_of(&mut self, limit: Limit, key: SessionKey) {
        let client_id = self.sessions.get(key).map(|client| client.id.clone());
        self.count_limit(limit, client_id.unwrap_or_default());
    }

    /// A CONNECT was refused.
    pub(crate) fn count_refusal(&mut self, reason: Reason) {
        *self.counters.refused.entry(reason).or_default() += 1;
    }

    /// A connection ends for this reason.
    pub(crate) fn count_end(&mut self, reason: &CloseReason, client_id: &ByteString) {
        let Some((told, _)) = reason.told() else {
            return;
        };
        *self.counters.ended.entry(told).or_default() += 1;
        let limit = match reason {
            CloseReason::Malformed(error) => match error.kind {
                ErrorKind::TooLarge { .. } => Limit::PacketSize,
                _ => return,
            },
            CloseReason::Violation { reason, .. } => match reason {
                Reason::ReceiveMaximumExceeded => Limit::ReceiveMaximum,
                Reason::TopicAliasInvalid => Limit::TopicAlias,
                _ => return,
            },
            CloseReason::Broker(Reason::QuotaExceeded) => Limit::SlowReader,
            _ => return,
        };
        self.count_limit(limit, client_id.clone());
    }

    /// A connection takes no bytes: sets the time by which it must have taken some.
    pub(crate) fn watch_slow_reader(&mut self, key: SessionKey) {
        let patience = self.config.limits.slow_reader_timeout;
        if patience.is_zero() || self.timers.at(&Due::SlowReader(key)).is_some() {
            return;
        }
        let online = self
            .sessions
            .get(key)
            .and_then(|client| client.online.as_ref());
        let since = online.and_then(|online| online.connection.stalled_since());
        let at = since.map(|since| since + patience);
        self.timers.set(Due::SlowReader(key), at);
    }

    /// The time has come by which a connection must have taken some bytes.
    pub(crate) fn handle_slow_reader(&mut self, now: Instant, key: SessionKey) {
        let patience = self.config.limits.slow_reader_timeout;
        let online = self
            .sessions
            .get(key)
            .and_then(|client| client.online.as_ref());
        match online.and_then(|online| online.connection.stalled_since()) {
            Some(since) if since + patience <= now => {
                self.leave(now, key, CloseReason::Broker(Reason::QuotaExceeded));
            }
            // It took some, and not enough.
            Some(_) => self.watch_slow_reader(key),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_has_a_counter_and_a_name_of_its_own() {
        for (index, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, index);
            let alike = Limit::ALL
                .iter()
                .filter(|other| other.name() == limit.name());
            assert_eq!(alike.count(), 1);
        }
    }
}
