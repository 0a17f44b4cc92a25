//! CONNECT: who is let in, which session goes on, and what CONNACK says (sections 3.1 and 3.2).

use crate::{
    Broker, CloseReason, ConnId, Event, Limits, Link, access,
    sessions::{Client, Online, SessionKey},
    timers::Due,
    will::Will,
};
use alloc::{collections::BTreeSet, format};
use bytes::Bytes;
use midge_codec::{
    ByteString, ConnAck, Connect, DecodeError, ErrorKind, Packet, PacketType, Properties,
    PropertiesBuf, Property, QoS, Reason, Version,
};
use midge_session::{Bounds, Instant, Session};

/// What CONNECT asks for, in the terms of 5.0.
struct Terms {
    /// Session Expiry Interval granted, in seconds.
    expiry: u32,
    /// Whether the granted interval differs from the one asked for.
    expiry_differs: bool,
    /// Whether the session was asked to outlive the connection.
    outlives: bool,
    /// Keep Alive in force, in seconds.
    keep_alive: u16,
    /// What the broker accepts on the connection.
    limits: midge_session::Limits,
}

/// Why a connection that never sent CONNECT is closed.
pub(crate) fn too_late() -> CloseReason {
    CloseReason::violation(Reason::UnspecifiedError, "no CONNECT in time")
}

impl Broker {
    /// The first frame of a connection: CONNECT and nothing else [MQTT-3.1.0-1].
    pub(crate) fn handle_first(
        &mut self,
        now: Instant,
        conn: ConnId,
        frame: Result<Bytes, DecodeError>,
    ) {
        let Some(Link::Opening(connection)) = self.links.get(&conn) else {
            return;
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return self.leave_unknown(conn, error.into()),
        };
        match connection.decode(&frame) {
            Ok(Packet::Connect(connect)) => match self.judge(&connect) {
                Ok(()) => self.admit(now, conn, &connect),
                Err(reason) => {
                    self.refuse(now, conn, connect.version, reason);
                    self.drop_link(conn, true);
                    let client_id = ByteString::from(connect.client_id);
                    self.emit(Event::Refused {
                        conn,
                        client_id,
                        reason,
                    });
                }
            },
            Ok(_) => {
                let what = "the first packet of a connection must be CONNECT";
                self.leave_unknown(conn, CloseReason::violation(Reason::ProtocolError, what));
            }
            Err(error) => {
                if let Some((version, reason)) = answer_to_malformed(&frame, error) {
                    self.refuse(now, conn, version, reason);
                }
                self.leave_unknown(conn, error.into());
            }
        }
    }

    /// Whether a client is let in. Credentials come before everything that says something about the
    /// broker.
    fn judge(&self, connect: &Connect<'_>) -> Result<(), Reason> {
        if connect.properties.authentication_method().is_some() {
            return Err(Reason::BadAuthenticationMethod);
        }
        access::authenticate(&self.config, connect.user_name, connect.password)?;
        let nameless = connect.client_id.is_empty() && !connect.clean_start;
        match connect.version {
            // [MQTT-3.1.3-8] of 3.1.1; 5.0 assigns an identifier whatever Clean Start is.
            Version::V311 if nameless => return Err(Reason::ClientIdentifierNotValid),
            Version::V311 if self.is_full(connect) => return Err(Reason::ServerUnavailable),
            Version::V5 if self.is_full(connect) => return Err(Reason::ServerBusy),
            _ => {}
        }
        let Some(will) = &connect.will else {
            return Ok(());
        };
        let who = access::Who {
            client_id: connect.client_id,
            user_name: connect.user_name,
        };
        if will.qos > self.config.max_qos {
            Err(Reason::QoSNotSupported)
        } else if will.retain && !self.config.retain_available {
            Err(Reason::RetainNotSupported)
        } else if !self.config.limits.allow_levels(will.topic) {
            Err(Reason::TopicNameInvalid)
        } else if !access::may_publish(&self.config.access, who, will.topic) {
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

    /// CONNACK with a failure, where the version has one for it. The caller ends the connection.
    fn refuse(&mut self, now: Instant, conn: ConnId, version: Version, reason: Reason) {
        let packet = Packet::ConnAck(ConnAck {
            session_present: false,
            reason,
            properties: Properties::EMPTY,
        });
        let wire = self.connection_mut(conn).and_then(|connection| {
            connection.set_version(version);
            connection.encode(now, &packet)
        });
        if let Some(wire) = wire {
            self.send(conn, wire);
        }
    }

    /// Lets a client in.
    fn admit(&mut self, now: Instant, conn: ConnId, connect: &Connect<'_>) {
        let assigned = connect.client_id.is_empty().then(|| self.assign_id());
        let client_id = assigned
            .clone()
            .unwrap_or_else(|| ByteString::from(connect.client_id));
        let terms = self.terms(connect);
        let (key, session_present) = self.take_session(now, client_id.clone(), connect.clean_start);

        let Some(Link::Opening(mut connection)) = self.links.remove(&conn) else {
            return;
        };
        self.timers.set(Due::Connect(conn), None);
        connection.set_version(connect.version);
        connection.set_local(terms.limits);
        connection.set_peer(midge_session::Limits::announced(connect.properties));
        connection.expect_every(terms.keep_alive);
        let properties = match connect.version {
            Version::V311 => PropertiesBuf::new(),
            Version::V5 => self.announcement(&terms, connect.keep_alive, assigned.as_deref()),
        };
        let connack = connection.encode(
            now,
            &Packet::ConnAck(ConnAck {
                session_present,
                reason: Reason::Success,
                properties: properties.as_ref(),
            }),
        );
        self.links.insert(conn, Link::Online(key));
        let online = Online {
            conn,
            connection: *connection,
            version: connect.version,
            keep_alive: terms.keep_alive,
            outlives: terms.outlives,
            since: now,
        };
        self.sessions.attach(key, online);
        if let Some(client) = self.sessions.get_mut(key) {
            client.expiry = terms.expiry;
            client.will = connect.will.map(Will::from);
            client.user_name = connect.user_name.map(ByteString::from);
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

    /// What is granted to a client.
    fn terms(&self, connect: &Connect<'_>) -> Terms {
        let most = self.config.limits.session_expiry_max;
        let limits = self.config.limits.of_connection();
        match connect.version {
            Version::V311 => Terms {
                expiry: if connect.clean_start { 0 } else { most },
                expiry_differs: false,
                outlives: !connect.clean_start,
                keep_alive: connect.keep_alive,
                // A client that was told nothing may use every packet identifier there is.
                limits: midge_session::Limits {
                    receive_maximum: u16::MAX,
                    topic_alias_maximum: 0,
                    ..limits
                },
            },
            Version::V5 => {
                let wanted = connect.properties.session_expiry_interval().unwrap_or(0);
                Terms {
                    expiry: wanted.min(most),
                    expiry_differs: wanted > most,
                    outlives: wanted > 0,
                    keep_alive: self.config.server_keep_alive.unwrap_or(connect.keep_alive),
                    limits,
                }
            }
        }
    }

    /// CONNACK properties: whatever differs from what the client may take for granted.
    fn announcement(
        &self,
        terms: &Terms,
        keep_alive: u16,
        assigned: Option<&str>,
    ) -> PropertiesBuf {
        let mut list = PropertiesBuf::new();
        let mut announce = |when: bool, property: Property<'_>| {
            if when {
                // Refused only if the configuration is out of its range: then nothing is announced.
                let _ = list.push(property);
            }
        };
        let limits = &terms.limits;
        let max_qos = self.config.max_qos;
        let expiry = Property::SessionExpiryInterval(terms.expiry);
        announce(terms.expiry_differs, expiry);
        let receive_maximum = Property::ReceiveMaximum(limits.receive_maximum);
        announce(limits.receive_maximum < u16::MAX, receive_maximum);
        let lower = max_qos < QoS::ExactlyOnce;
        announce(lower, Property::MaximumQoS(max_qos as u8));
        let retain = self.config.retain_available;
        announce(!retain, Property::RetainAvailable(0));
        let size = limits.maximum_packet_size;
        let limited = size < midge_session::Limits::LARGEST_PACKET;
        announce(limited, Property::MaximumPacketSize(size));
        if let Some(client_id) = assigned {
            announce(true, Property::AssignedClientIdentifier(client_id));
        }
        let aliases = limits.topic_alias_maximum;
        announce(aliases > 0, Property::TopicAliasMaximum(aliases));
        let server_keep_alive = Property::ServerKeepAlive(terms.keep_alive);
        announce(terms.keep_alive != keep_alive, server_keep_alive);
        list
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

/// In which version a CONNECT that cannot be read is answered, and with which reason. 3.1.1 answers
/// only a level that the broker does not speak [MQTT-3.1.2-2], everything else by closing.
fn answer_to_malformed(frame: &[u8], error: DecodeError) -> Option<(Version, Reason)> {
    let level = announced_level(frame)?;
    match error.kind {
        ErrorKind::UnsupportedVersion(..=4) | ErrorKind::WrongProtocolName => {
            Some((Version::V311, Reason::UnsupportedProtocolVersion))
        }
        _ if level < Version::V5.level() => None,
        _ if error.reason().is_allowed_in(PacketType::ConnAck) => {
            Some((Version::V5, error.reason()))
        }
        _ => Some((Version::V5, Reason::MalformedPacket)),
    }
}

/// The protocol level of a CONNECT, if the frame is one of any MQTT there has been.
fn announced_level(frame: &[u8]) -> Option<u8> {
    let (&first, rest) = frame.split_first()?;
    if first >> 4 != PacketType::Connect as u8 {
        return None;
    }
    let length = rest.iter().take(4).position(|byte| byte & 0x80 == 0)?;
    let names = [&b"\x00\x04MQTT"[..], b"\x00\x06MQIsdp"];
    let body = &rest[length + 1..];
    let name = names.into_iter().find(|name| body.starts_with(name))?;
    body.get(name.len()).copied()
}

impl Limits {
    /// What every connection is held to.
    pub(crate) fn of_connection(&self) -> midge_session::Limits {
        midge_session::Limits {
            receive_maximum: self.receive_maximum.max(1),
            maximum_packet_size: self.max_packet_size,
            topic_alias_maximum: self.topic_alias_maximum,
        }
    }

    fn of_session(&self) -> Bounds {
        Bounds {
            max_inflight: self.max_inflight.max(1),
            max_queued: self.max_queued,
            max_queued_bytes: self.max_queued_bytes,
        }
    }

    /// Whether a topic name or filter has no more levels than allowed.
    pub(crate) fn allow_levels(&self, topic: &str) -> bool {
        let separators = topic.bytes().filter(|&byte| byte == b'/').count();
        separators < usize::from(self.max_topic_levels.max(1))
    }
}
