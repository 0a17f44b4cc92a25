//! CONNACK: what is granted and announced, and how a CONNECT is refused (section 3.2).

use crate::{Broker, ConnId};
use midge_codec::{
    ConnAck, Connect, DecodeError, ErrorKind, Field, Packet, PacketType, Properties, PropertiesBuf,
    Property, QoS, Reason, Version,
};
use midge_session::Instant;

/// What CONNECT asks for, in the terms of 5.0.
pub(crate) struct Terms {
    /// Session Expiry Interval granted, in seconds.
    pub(crate) expiry: u32,
    /// Whether the granted interval differs from the one asked for.
    pub(crate) expiry_differs: bool,
    /// Whether the session was asked to outlive the connection.
    pub(crate) outlives: bool,
    /// Keep Alive in force, in seconds.
    pub(crate) keep_alive: u16,
    /// What the broker accepts on the connection.
    pub(crate) limits: midge_session::Limits,
}

impl Broker {
    /// What is granted to a client.
    pub(crate) fn terms(&self, connect: &Connect<'_>) -> Terms {
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
                    keep_alive: self.config.server_keep_alive.unwrap_or_else(|| {
                        self.config.limits.longest_keep_alive(connect.keep_alive)
                    }),
                    limits,
                }
            }
        }
    }

    /// CONNACK properties: whatever differs from what the client may take for granted. Their order, which
    /// means nothing, is Mosquitto's: test suites compare bytes.
    pub(crate) fn announcement(
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
        let expiry = Property::SessionExpiryInterval(terms.expiry);
        announce(terms.expiry_differs, expiry);
        let server_keep_alive = Property::ServerKeepAlive(terms.keep_alive);
        announce(terms.keep_alive != keep_alive, server_keep_alive);
        let limits = &terms.limits;
        let aliases = limits.topic_alias_maximum;
        announce(aliases > 0, Property::TopicAliasMaximum(aliases));
        if let Some(client_id) = assigned {
            announce(true, Property::AssignedClientIdentifier(client_id));
        }
        let retain = self.config.retain_available;
        announce(!retain, Property::RetainAvailable(0));
        let size = limits.maximum_packet_size;
        let limited = size < midge_session::Limits::LARGEST_PACKET;
        announce(limited, Property::MaximumPacketSize(size));
        let receive_maximum = Property::ReceiveMaximum(limits.receive_maximum);
        announce(limits.receive_maximum < u16::MAX, receive_maximum);
        let max_qos = self.config.max_qos;
        let lower = max_qos < QoS::ExactlyOnce;
        announce(lower, Property::MaximumQoS(max_qos as u8));
        list
    }

    /// Adds Response Information for a client that asks for it [MQTT-3.1.2-28].
    pub(crate) fn announce_response_information(
        &self,
        connect: &Connect<'_>,
        client_id: &str,
        properties: &mut PropertiesBuf,
    ) {
        let is_asked = connect.properties.request_response_information() == Some(1);
        let configured = self.config.response_information.as_ref();
        if let Some(pattern) = configured.filter(|_| is_asked) {
            let information = pattern.replace("%c", client_id);
            // One that is too long is none.
            let _ = properties.push(Property::ResponseInformation(&information));
        }
    }

    /// CONNACK with a failure, where the version has one for it. The caller ends the connection.
    pub(crate) fn refuse(&mut self, now: Instant, conn: ConnId, version: Version, reason: Reason) {
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
}

/// In which version a CONNECT that cannot be read is answered, and with which reason. 3.1.1 answers
/// only a level that the broker does not speak [MQTT-3.1.2-2], everything else by closing.
pub(crate) fn answer_to_malformed(frame: &[u8], error: DecodeError) -> Option<(Version, Reason)> {
    let level = announced_level(frame)?;
    match error.kind {
        ErrorKind::UnsupportedVersion(..=4) | ErrorKind::WrongProtocolName => {
            Some((Version::V311, Reason::UnsupportedProtocolVersion))
        }
        _ if level < Version::V5.level() => None,
        ErrorKind::InvalidUtf8 | ErrorKind::NullCharacter if error.field == Field::ClientId => {
            Some((Version::V5, Reason::ClientIdentifierNotValid))
        }
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
