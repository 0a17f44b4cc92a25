//! What a peer of the broker has said and heard, judged by the peer's own reading of it.

use bytes::Bytes;
use midge_codec::{
    AckKind, Connect, Delivery, Framer, Packet, PacketId, PacketType, Properties, Publish, QoS,
    Subscribe, SubscribeFiltersBuf, Version, Wire,
};
use std::collections::BTreeSet;

/// What servers send.
const OF_SERVERS: [PacketType; 11] = [
    PacketType::ConnAck,
    PacketType::Publish,
    PacketType::PubAck,
    PacketType::PubRec,
    PacketType::PubRel,
    PacketType::PubComp,
    PacketType::SubAck,
    PacketType::UnsubAck,
    PacketType::PingResp,
    PacketType::Disconnect,
    PacketType::Auth,
];

/// One end of a connection.
pub(super) struct Ear {
    said: Framer,
    /// From the CONNECT.
    version: Option<Version>,
    packet_size_max: usize,
    receive_maximum: usize,
    has_connack: bool,
    is_over: bool,
    /// Identifiers of PUBLISH packets whose handshake the peer has not ended.
    open: BTreeSet<PacketId>,
    heard: Vec<String>,
}

impl Default for Ear {
    fn default() -> Self {
        Self {
            said: Framer::new(u32::MAX),
            version: None,
            packet_size_max: usize::MAX,
            receive_maximum: 65_535,
            has_connack: false,
            is_over: false,
            open: BTreeSet::new(),
            heard: Vec::new(),
        }
    }
}

impl Ear {
    /// The version of the CONNECT, once that was said.
    pub(super) fn version(&self) -> Option<Version> {
        self.version
    }

    /// The names of the packets that were heard since the last time.
    pub(super) fn take(&mut self) -> Vec<String> {
        core::mem::take(&mut self.heard)
    }

    /// The peer sends these bytes.
    pub(super) fn note_said(&mut self, bytes: Bytes) {
        self.said.push(bytes);
        while let Ok(Some(frame)) = self.said.next_frame() {
            let version = self.version.unwrap_or(Version::V311);
            match midge_codec::decode(&frame, version) {
                Ok(Packet::Connect(connect)) if self.version.is_none() => {
                    self.version = Some(connect.version);
                    let list = connect.properties;
                    self.packet_size_max = list
                        .maximum_packet_size()
                        .map_or(usize::MAX, |it| it as usize);
                    self.receive_maximum = list.receive_maximum().map_or(65_535, usize::from);
                }
                Ok(Packet::Ack(ack)) => {
                    let ends = match ack.kind {
                        AckKind::PubAck | AckKind::PubComp => true,
                        AckKind::PubRec => ack.reason.is_failure(),
                        AckKind::PubRel => false,
                    };
                    if ends {
                        self.open.remove(&ack.packet_id);
                    }
                }
                _ => {}
            }
        }
    }

    /// The broker sends this packet to the peer.
    pub(super) fn note_heard(&mut self, bytes: &[u8]) {
        // Of a CONNECT that cannot be read the broker may still have understood the version.
        let versions = match self.version {
            Some(version) => vec![version],
            None => vec![Version::V5, Version::V311],
        };
        let packet = versions
            .iter()
            .find_map(|version| midge_codec::decode(bytes, *version).ok());
        let Some(packet) = packet else {
            panic!("a broker sends legal packets: {bytes:02x?} at {versions:?}");
        };
        assert!(OF_SERVERS.contains(&packet.packet_type()), "{packet}");
        assert!(bytes.len() <= self.packet_size_max, "{packet} is too large");
        assert!(!self.is_over, "{packet} after the last one");
        match packet {
            Packet::ConnAck(ack) => {
                assert!(!self.has_connack, "CONNACK comes once");
                self.has_connack = true;
                self.is_over = ack.reason.is_failure();
            }
            Packet::Disconnect(_) => self.is_over = true,
            Packet::Auth(_) => {}
            Packet::Publish(publish) => {
                assert!(self.has_connack, "{packet} comes before CONNACK");
                self.note_publish(&publish);
            }
            _ => assert!(self.has_connack, "{packet} comes before CONNACK"),
        }
        self.heard.push(packet.packet_type().to_string());
    }

    fn note_publish(&mut self, publish: &Publish<'_>) {
        let Some(packet_id) = publish.delivery.packet_id() else {
            return;
        };
        assert!(
            self.open.insert(packet_id),
            "{packet_id} is in use: {publish:?}"
        );
        assert!(
            self.open.len() <= self.receive_maximum,
            "{} open, at most {} are allowed",
            self.open.len(),
            self.receive_maximum
        );
    }
}

/// 5.0, with a session of its own.
pub(super) fn hello(client_id: &str) -> Packet<'_> {
    Packet::Connect(Connect {
        version: Version::V5,
        clean_start: true,
        keep_alive: 0,
        client_id,
        will: None,
        user_name: None,
        password: None,
        properties: Properties::EMPTY,
    })
}

/// What to subscribe to. At QoS 0: the witness answers nothing.
pub(super) fn filter(filter: &str) -> SubscribeFiltersBuf {
    let filters = SubscribeFiltersBuf::try_from_iter([(filter, QoS::AtMostOnce)]);
    filters.expect("a legal filter")
}

/// With a filter of its own.
pub(super) fn subscribe(filters: &SubscribeFiltersBuf) -> Packet<'_> {
    Packet::Subscribe(Subscribe {
        packet_id: PacketId::MIN,
        properties: Properties::EMPTY,
        filters: filters.as_ref(),
    })
}

/// At QoS 1.
pub(super) fn publish(topic: &str) -> Packet<'_> {
    Packet::Publish(Publish {
        delivery: Delivery::AtLeastOnce {
            packet_id: PacketId::MIN,
            dup: false,
        },
        retain: false,
        topic,
        properties: Properties::EMPTY,
        payload: b"still here",
    })
}

/// As the witness sends it.
pub(super) fn encode(packet: &Packet<'_>) -> Bytes {
    let wire = Wire::encode(packet, Version::V5);
    wire.expect("the witness sends legal packets").to_bytes()
}
