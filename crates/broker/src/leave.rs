//! How connections and sessions end: what the peer is told, what becomes of the will, what waits.

use crate::{
    Broker, CloseReason, ConnId, Event, Link, Output, Stage, route::NotDelivered,
    sessions::SessionKey, timers::Due,
};
use alloc::string::{String, ToString};
use core::time::Duration;
use midge_codec::{ByteString, DecodeError, PacketType, Reason};
use midge_session::{Dropped, Instant, Violation};

impl Broker {
    /// Ends the connection of a session: tells the peer why (5.0), closes, and lets the session wait or
    /// end. The driver may go on calling with the connection's name; nothing happens then.
    pub(crate) fn leave(&mut self, now: Instant, key: SessionKey, reason: CloseReason) {
        let Some(mut online) = self.sessions.detach(key) else {
            return;
        };
        let conn = online.conn;
        self.links.remove(&conn);
        for due in [Due::KeepAlive(key), Due::SlowReader(key)] {
            self.timers.set(due, None);
        }
        self.turns.set(Due::Replay(key), None);
        // A server of 3.1.1 has no DISCONNECT: it closes.
        let told = reason.told().filter(|_| online.version.has_properties());
        if let Some((reason, text)) = told {
            let text = text.filter(|_| self.config.reason_strings);
            let packet = online.connection.disconnect(now, reason, text.as_deref());
            if let Some(packet) = packet {
                self.send(conn, packet);
            }
        }
        if reason != CloseReason::Lost {
            self.outputs.push_back(Output::Close { conn });
        }
        let discards_will = reason == CloseReason::Client(Reason::Success);
        if let Some(client) = self.sessions.get_mut(key) {
            client.session.suspend(now);
            let client_id = client.id.clone();
            self.count_end(&reason, &client_id);
            self.emit(Event::Disconnected {
                conn,
                client_id,
                reason,
            });
        }
        self.pump(now, key);
        if discards_will {
            self.discard_will(key);
        } else {
            self.release_will(now, key);
        }
        match self.sessions.get(key).map(|client| client.expiry) {
            Some(0) => self.end_session(now, key),
            // For ever.
            Some(u32::MAX) | None => {}
            Some(seconds) => {
                let at = now + Duration::from_secs(seconds.into());
                self.timers.set(Due::SessionExpiry(key), Some(at));
            }
        }
    }

    /// Ends a connection that never became a client.
    pub(crate) fn leave_unknown(&mut self, conn: ConnId, reason: CloseReason) {
        self.drop_link(conn, reason != CloseReason::Lost);
        self.count_end(&reason, &ByteString::new());
        self.emit(Event::Disconnected {
            conn,
            client_id: ByteString::new(),
            reason,
        });
    }

    /// Forgets a connection that never became a client.
    pub(crate) fn drop_link(&mut self, conn: ConnId, close: bool) {
        if let Some(Link::Opening(opening)) = self.links.remove(&conn)
            && matches!(opening.stage, Stage::Check(_))
        {
            self.forget_check(conn);
        }
        self.timers.set(Due::Connect(conn), None);
        if close {
            self.outputs.push_back(Output::Close { conn });
        }
    }

    /// Forgets an offline session and everything that belongs to it. A will that waits is published:
    /// it never outlives its session.
    pub(crate) fn end_session(&mut self, now: Instant, key: SessionKey) {
        self.publish_will(now, key);
        for due in [Due::SessionExpiry(key), Due::MessageExpiry(key)] {
            self.timers.set(due, None);
        }
        let Some(client) = self.sessions.remove(key) else {
            return;
        };
        for filter in &client.filters {
            self.subscriptions.remove(key, filter);
        }
        self.emit(Event::SessionEnded {
            client_id: client.id,
            at: now,
        });
        self.hand_over(now, client.session);
    }

    /// The keep-alive deadline of a connection has come.
    pub(crate) fn handle_silence(&mut self, now: Instant, key: SessionKey) {
        let Some((_, online)) = self.sessions.online_mut(key) else {
            return;
        };
        match online.connection.handle_timeout(now) {
            // [MQTT-3.1.2-22] in 5.0, [MQTT-3.1.2-24] in 3.1.1.
            Some(_) => self.leave(now, key, CloseReason::Broker(Reason::KeepAliveTimeout)),
            None => self.watch_keep_alive(key),
        }
    }

    /// Closes the connections that are at an impasse. Their wills may bring others there in turn.
    pub(crate) fn close_stuck(&mut self, now: Instant) {
        while let Some(key) = self.stuck.pop() {
            let online = self.sessions.online_mut(key);
            if let Some(reason) = online.and_then(|(_, online)| online.connection.impasse()) {
                self.leave(now, key, CloseReason::Broker(reason));
            }
        }
    }
}

impl CloseReason {
    /// What a 5.0 client is told in DISCONNECT: the reason, and words where there are any. `None` when
    /// the client itself went.
    pub(crate) fn told(&self) -> Option<(Reason, Option<String>)> {
        let (reason, text) = match self {
            Self::Client(_) | Self::Lost => return None,
            Self::Broker(reason) => (*reason, None),
            Self::Malformed(error) => (error.reason(), Some(error.to_string())),
            Self::Violation { reason, what } => (*reason, Some(what.clone())),
        };
        let reason = if reason.is_allowed_in(PacketType::Disconnect) {
            reason
        } else {
            Reason::ProtocolError
        };
        Some((reason, text))
    }

    /// A legal packet that is wrong here.
    pub(crate) fn violation(reason: Reason, what: impl Into<String>) -> Self {
        Self::Violation {
            reason,
            what: what.into(),
        }
    }
}

impl From<Violation> for CloseReason {
    fn from(violation: Violation) -> Self {
        Self::violation(violation.reason, violation.what)
    }
}

impl From<DecodeError> for CloseReason {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

impl From<Dropped> for NotDelivered {
    fn from(dropped: Dropped) -> Self {
        match dropped {
            Dropped::Expired => Self::Expired,
            Dropped::QueueFull => Self::QueueFull,
            Dropped::TooLarge => Self::TooLarge,
            Dropped::Offline => Self::OfflineAtMostOnce,
            Dropped::Illegal => Self::Illegal,
        }
    }
}
