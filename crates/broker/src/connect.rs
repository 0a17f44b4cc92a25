//! CONNECT: who is let in, and which session goes on (section 3.1).

use crate::{
    Broker, CloseReason, ConnId, Event, Limit, Limits, Link, Stage,
    access::{self, Credentials},
    authentication::Proven,
    characters,
    connack::answer_to_malformed,
    sessions::{Client, Online, SessionKey},
    timers::Due,
    will::Will,
};
use alloc::{
    collections::{BTreeSet, VecDeque},
    format,
};
use bytes::Bytes;
use midge_codec::{
    ByteString, ConnAck, Connect, DecodeError, Field, Packet, PropertiesBuf, Reason, Version,
};
use midge_session::{Bounds, Instant, Session};

/// The largest packet taken before CONNECT was accepted, in bytes: its fields filled to the brim.
pub(crate) const OPENING_PACKET_SIZE_MAX: u32 = 512 * 1024;

/// Why a connection that was not let in after a while is closed.
pub(crate) fn too_late() -> CloseReason {
    CloseReason::violation(Reason::UnspecifiedError, "no CONNECT or no proof in time")
}

impl Broker {
    /// The first frame of a connection: CONNECT and nothing else [MQTT-3.1.0-1].
    pub(crate) fn handle_first(
        &mut self,
        now: Instant,
        conn: ConnId,
        frame: Result<Bytes, DecodeError>,
    ) {
        let Some(Link::Opening(opening)) = self.links.get_mut(&conn) else {
            return;
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return self.leave_unknown(conn, error.into()),
        };
        match opening.connection.decode(&frame) {
            Ok(packet) if matches!(opening.stage, Stage::Exchange(_)) => {
                self.handle_exchange(now, conn, &packet);
            }
            Ok(Packet::Connect(connect)) => {
                // A refusal is held to them as well [MQTT-3.1.2-24].
                let limits = midge_session::Limits::announced(connect.properties);
                opening.connection.set_peer(limits);
                if let Some(field) = characters::unwanted_in_connect(&connect) {
                    return self.refuse_characters(now, conn, connect.version, field);
                }
                self.handle_connect(now, conn, &frame, &connect);
            }
            Ok(_) => {
                let what = "the first packet of a connection must be CONNECT";
                self.leave_unknown(conn, CloseReason::violation(Reason::ProtocolError, what));
            }
            Err(error) => {
                if let Some((version, reason)) = answer_to_malformed(&frame, error) {
                    self.refuse(now, conn, version, reason);
                    self.count_refusal(reason);
                }
                self.leave_unknown(conn, error.into());
            }
        }
    }

    fn refuse_characters(&mut self, now: Instant, conn: ConnId, version: Version, field: Field) {
        let why = characters::close_reason(field);
        if let (CloseReason::Violation { reason, .. }, Version::V5) = (&why, version) {
            self.refuse(now, conn, version, *reason);
        }
        self.leave_unknown(conn, why);
    }

    /// CONNECT. Credentials come before everything that says something about the broker; those of an
    /// Authentication Method come after it.
    fn handle_connect(&mut self, now: Instant, conn: ConnId, frame: &Bytes, connect: &Connect<'_>) {
        let judged = match connect.properties.authentication_method() {
            Some(method) if self.offers(method) => {
                return self.begin_exchange(now, conn, frame, connect);
            }
            // [MQTT-4.12.0-1]
            Some(_) => Err(Reason::BadAuthenticationMethod),
            None => match access::credentials(&self.config, connect.user_name, connect.password) {
                Credentials::Judged(judged) => judged,
                Credentials::Password(attempt) => {
                    if self.checks.are_handed_out() && attempt.is_costly() {
                        return self.begin_check(now, conn, frame, connect, attempt);
                    }
                    attempt.succeeds().then_some(()).ok_or(access::WRONG)
                }
            },
        };
        self.conclude(now, conn, connect, judged);
    }

    /// Lets a client in whose credentials were judged, if it may have what it asks for.
    pub(crate) fn conclude(
        &mut self,
        now: Instant,
        conn: ConnId,
        connect: &Connect<'_>,
        judged: Result<(), Reason>,
    ) {
        match judged.and_then(|()| self.judge(connect, connect.user_name)) {
            Ok(()) => self.admit(now, conn, connect, None),
            Err(reason) => self.turn_away(now, conn, connect, reason),
        }
    }

    /// [`Self::judge_terms`], with limits that are reached counted.
    pub(crate) fn judge(
        &mut self,
        connect: &Connect<'_>,
        user_name: Option<&str>,
    ) -> Result<(), Reason> {
        let judged = self.judge_terms(connect, user_name);
        let limit = match judged {
            Err(Reason::ServerUnavailable | Reason::ServerBusy) => Some(Limit::Connections),
            Err(Reason::TopicNameInvalid) => Some(Limit::TopicLevels),
            Err(Reason::ClientIdentifierNotValid) if !connect.client_id.is_empty() => {
                Some(Limit::KeepAlive)
            }
            _ => None,
        };
        if let Some(limit) = limit {
            self.count_limit(limit, ByteString::from(connect.client_id));
        }
        judged
    }

    /// Whether a client that proved to be this user gets what it asks for.
    fn judge_terms(&self, connect: &Connect<'_>, user_name: Option<&str>) -> Result<(), Reason> {
        let nameless = connect.client_id.is_empty() && !connect.clean_start;
        match connect.version {
            // [MQTT-3.1.3-8] of 3.1.1; 5.0 assigns an identifier whatever Clean Start is.
            Version::V311 if nameless => return Err(Reason::ClientIdentifierNotValid),
            // There is no code of its own; Mosquitto answers this one.
            Version::V311 if !self.config.limits.allow_keep_alive(connect.keep_alive) => {
                return Err(Reason::ClientIdentifierNotValid);
            }
            _ if self.is_full(connect) => return Err(busy(connect.version)),
            _ => {}
        }
        let Some(will) = &connect.will else {
            return Ok(());
        };
        let who = crate::acl::Who {
            client_id: connect.client_id,
            user_name,
        };
        if will.qos > self.config.max_qos {
            Err(Reason::QoSNotSupported)
        } else if will.retain && !self.config.retain_available {
            Err(Reason::RetainNotSupported)
        } else if !self.config.limits.allow_levels(will.topic) {
            Err(Reason::TopicNameInvalid)
        } else if !access::may_publish(self.config.access.as_ref(), who, will.topic) {
            Err(Reason::NotAuthorized)
        } else if will.properties.payload_format_indicator() == Some(1)
            && core::str::from_utf8(will.payload).is_err()
        {
            Err(Reason::PayloadFormatInvalid)
        } else {
            Ok(())
        }
    }

    /// Whether a client would be one too many; one that takes its own place over is not.
    fn is_full(&self, connect: &Connect<'_>) -> bool {
        let takes_over = || {
            let key = self.sessions.find(connect.client_id);
            key.is_some_and(|key| self.sessions.is_online(key))
        };
        self.sessions.online() >= self.config.limits.max_connections && !takes_over()
    }

    /// Lets a client in.
    pub(crate) fn admit(
        &mut self,
        now: Instant,
        conn: ConnId,
        connect: &Connect<'_>,
        proven: Option<Proven>,
    ) {
        let assigned = connect.client_id.is_empty().then(|| self.assign_id());
        let client_id = assigned
            .clone()
            .unwrap_or_else(|| ByteString::from(connect.client_id));
        let terms = self.terms(connect);
        let mut properties = match connect.version {
            Version::V311 => PropertiesBuf::new(),
            Version::V5 => self.announcement(&terms, connect.keep_alive, assigned.as_deref()),
        };
        self.announce_response_information(connect, &client_id, &mut properties);
        if let Some(proven) = &proven {
            proven.announce(&mut properties);
        }
        let connack = |session_present| {
            Packet::ConnAck(ConnAck {
                session_present,
                reason: Reason::Success,
                properties: properties.as_ref(),
            })
        };
        if is_too_large(&connack(false), connect) {
            // Nothing may be sent before CONNACK [MQTT-3.2.0-1], so that nothing can be sent at all.
            let what = "the client takes no packet as large as its CONNACK";
            return self.leave_unknown(conn, CloseReason::violation(Reason::PacketTooLarge, what));
        }
        let (key, session_present) = self.take_session(now, client_id.clone(), connect.clean_start);

        let Some(Link::Opening(opening)) = self.links.remove(&conn) else {
            return;
        };
        let mut connection = opening.connection;
        self.timers.set(Due::Connect(conn), None);
        connection.set_version(connect.version);
        connection.set_local(terms.limits);
        connection.expect_every(terms.keep_alive);
        let connack = connection.encode(now, &connack(session_present));
        self.links.insert(conn, Link::Online(key));
        let online = Online {
            conn,
            connection,
            version: connect.version,
            keep_alive: terms.keep_alive,
            outlives: terms.outlives,
            since: now,
            authenticated: proven.as_ref().map(Proven::authenticated),
        };
        self.sessions.attach(key, online);
        if let Some(client) = self.sessions.get_mut(key) {
            client.expiry = terms.expiry;
            client.will = connect.will.map(Will::from);
            client.user_name = match proven {
                Some(proven) => Some(proven.user_name),
                None => connect.user_name.map(ByteString::from),
            };
            client.session.resume(now);
        }
        if let Some(connack) = connack {
            self.send(conn, connack);
        }
        let clients_maximum = &mut self.statistics.clients_maximum;
        *clients_maximum = (*clients_maximum).max(self.sessions.online());
        self.emit(Event::Connected {
            conn,
            client_id,
            version: connect.version,
            session_present,
        });
        self.pump(now, key);
    }

    /// The session of a client identifier, and whether it was there before. A connection that has it
    /// is taken over [MQTT-3.1.4-3].
    fn take_session(
        &mut self,
        now: Instant,
        id: ByteString,
        clean_start: bool,
    ) -> (SessionKey, bool) {
        if let Some(key) = self.sessions.find(&id) {
            self.leave(now, key, CloseReason::Broker(Reason::SessionTakenOver));
        }
        if let Some(key) = self.sessions.find(&id) {
            if !clean_start {
                self.timers.set(Due::SessionExpiry(key), None);
                // [MQTT-3.1.3-9]: the client is back before its will was due.
                self.discard_will(key);
                return (key, true);
            }
            self.end_session(now, key);
        }
        let client = Client {
            id,
            session: Session::new(self.config.limits.of_session()),
            expiry: 0,
            filters: BTreeSet::new(),
            will: None,
            user_name: None,
            online: None,
            replays: VecDeque::new(),
            replayed: 0,
            message_expiry: None,
        };
        (self.sessions.insert(client), false)
    }

    /// An identifier that no session has [MQTT-3.1.3-6].
    fn assign_id(&mut self) -> ByteString {
        loop {
            let id = format!("midge-{:016x}", self.random.next());
            if self.sessions.find(&id).is_none() {
                return ByteString::from(id);
            }
        }
    }
}

/// What a client hears that may come again later.
pub(crate) fn busy(version: Version) -> Reason {
    match version {
        Version::V311 => Reason::ServerUnavailable,
        Version::V5 => Reason::ServerBusy,
    }
}

/// Whether a packet is larger than the client of a CONNECT takes.
fn is_too_large(packet: &Packet<'_>, connect: &Connect<'_>) -> bool {
    let most = midge_session::Limits::announced(connect.properties).maximum_packet_size;
    let length = midge_codec::encoded_len(packet, connect.version);
    length.is_ok_and(|length| length as u64 > u64::from(most))
}

impl Limits {
    /// What a connection is held to until CONNECT is accepted.
    pub(crate) fn of_opening(&self) -> midge_session::Limits {
        midge_session::Limits {
            maximum_packet_size: self.max_packet_size.min(OPENING_PACKET_SIZE_MAX),
            ..self.of_connection()
        }
    }

    /// What every connection is held to.
    pub(crate) fn of_connection(&self) -> midge_session::Limits {
        midge_session::Limits {
            receive_maximum: self.receive_maximum.max(1),
            maximum_packet_size: self.max_packet_size,
            topic_alias_maximum: self.topic_alias_maximum,
        }
    }

    pub(crate) fn of_session(&self) -> Bounds {
        Bounds {
            max_inflight: self.max_inflight.max(1),
            max_queued: self.max_queued,
            max_queued_bytes: self.max_queued_bytes,
        }
    }

    /// Whether a Keep Alive is short enough; 0 is none at all, which is the longest.
    fn allow_keep_alive(&self, seconds: u16) -> bool {
        let most = self.max_keep_alive;
        most == u16::MAX || (seconds != 0 && seconds <= most)
    }

    /// The Keep Alive asked for, or the longest there may be.
    pub(crate) fn longest_keep_alive(&self, seconds: u16) -> u16 {
        match self.allow_keep_alive(seconds) {
            true => seconds,
            false => self.max_keep_alive,
        }
    }

    /// Whether a topic name or filter has no more levels than allowed.
    pub(crate) fn allow_levels(&self, topic: &str) -> bool {
        let separators = topic.bytes().filter(|&byte| byte == b'/').count();
        separators < usize::from(self.max_topic_levels.max(1))
    }
}
