//! A broker with scripted peers, who speak in packets or in bytes.

use super::words::*;
use bytes::Bytes;
use core::time::Duration;
use midge_broker::{Broker, Config, ConnId, Limits, Output};
use midge_codec::{
    Ack, AckKind, Connect, Delivery, Disconnect, Packet, PacketId, Properties, Property, Publish,
    QoS, Reason, Subscribe, SubscribeFiltersBuf, SubscriptionOptions, Unsubscribe,
    UnsubscribeFiltersBuf, Version, Will, Wire,
};
use midge_session::Instant;
use std::collections::BTreeMap;

/// A peer's end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) conn: ConnId,
    pub(super) version: Version,
}

/// The broker, its peers, and the time.
pub(super) struct Bench {
    pub(super) broker: Broker,
    pub(super) now: Instant,
    received: BTreeMap<ConnId, Vec<Item>>,
    opened: u32,
}

enum Item {
    Frame(Bytes),
    Close,
}

/// A broker that announces nothing and says nothing by itself.
pub(super) fn quiet() -> Config {
    Config {
        sys_interval: None,
        limits: Limits {
            receive_maximum: u16::MAX,
            max_packet_size: midge_session::Limits::LARGEST_PACKET,
            topic_alias_maximum: 0,
            ..Limits::default()
        },
        ..Config::default()
    }
}

/// CONNECT with a clean start and nothing else.
pub(super) fn hello(version: Version, client_id: &str) -> Connect<'_> {
    Connect {
        version,
        clean_start: true,
        keep_alive: 0,
        client_id,
        will: None,
        user_name: None,
        password: None,
        properties: Properties::EMPTY,
    }
}

/// A will of QoS 0 on the topic `will`.
pub(super) fn last_words(payload: &'static str) -> Will<'static> {
    Will {
        qos: Q0,
        retain: false,
        topic: "will",
        payload: payload.as_bytes(),
        properties: Properties::EMPTY,
    }
}

/// A PUBLISH with packet identifier 9.
pub(super) fn publication<'a>(topic: &'a str, payload: &'a str, qos: QoS) -> Publish<'a> {
    Publish {
        delivery: Delivery::new(qos, id(9), false),
        retain: false,
        topic,
        properties: Properties::EMPTY,
        payload: payload.as_bytes(),
    }
}

pub(super) fn id(packet_id: u16) -> PacketId {
    PacketId::new(packet_id).expect("not zero")
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(quiet())
    }

    pub(super) fn with(config: Config) -> Self {
        let now = Instant::from_secs(1_000);
        Self {
            broker: Broker::new(config, 7, now),
            now,
            received: BTreeMap::new(),
            opened: 0,
        }
    }

    /// A transport without a CONNECT yet.
    pub(super) fn open(&mut self, version: Version) -> Peer {
        self.opened += 1;
        let conn = ConnId(self.opened);
        self.broker.handle_open(self.now, conn);
        self.collect();
        Peer { conn, version }
    }

    /// Opens, sends CONNECT, and gives what came back.
    pub(super) fn connect(&mut self, connect: &Connect<'_>) -> (Peer, Vec<String>) {
        let peer = self.open(connect.version);
        self.send(peer, &Packet::Connect(*connect));
        (peer, self.take(peer))
    }

    /// A client with a clean session.
    pub(super) fn join(&mut self, version: Version, client_id: &str) -> Peer {
        let (peer, answer) = self.connect(&hello(version, client_id));
        assert_eq!(answer, ["CONNACK 0x00"]);
        peer
    }

    /// A client that resumes its session, or starts one that is kept.
    pub(super) fn keep(&mut self, version: Version, client_id: &str) -> (Peer, Vec<String>) {
        let hour = list([Property::SessionExpiryInterval(3_600)]);
        self.connect(&Connect {
            clean_start: false,
            properties: match version {
                Version::V311 => Properties::EMPTY,
                Version::V5 => hour.as_ref(),
            },
            ..hello(version, client_id)
        })
    }

    pub(super) fn send(&mut self, peer: Peer, packet: &Packet<'_>) {
        let wire = Wire::encode(packet, peer.version).expect("a legal packet");
        self.send_bytes(peer, wire.to_bytes());
    }

    pub(super) fn send_bytes(&mut self, peer: Peer, bytes: impl Into<Bytes>) {
        self.broker.handle_input(self.now, peer.conn, bytes.into());
        self.collect();
    }

    /// Subscribes with packet identifier 1.
    pub(super) fn subscribe(
        &mut self,
        peer: Peer,
        filter: &str,
        options: impl Into<SubscriptionOptions>,
    ) -> Vec<String> {
        self.subscribe_with(peer, &[(filter, options.into())], Properties::EMPTY)
    }

    /// Subscribes to several filters with packet identifier 1.
    pub(super) fn subscribe_with(
        &mut self,
        peer: Peer,
        filters: &[(&str, SubscriptionOptions)],
        properties: Properties<'_>,
    ) -> Vec<String> {
        let filters = SubscribeFiltersBuf::try_from_iter(filters.iter().copied())
            .expect("filters that can be sent");
        let packet = Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties,
            filters: filters.as_ref(),
        });
        self.send(peer, &packet);
        self.take(peer)
    }

    /// Unsubscribes with packet identifier 2.
    pub(super) fn unsubscribe(&mut self, peer: Peer, filters: &[&str]) -> Vec<String> {
        let filters = UnsubscribeFiltersBuf::try_from_iter(filters.iter().copied())
            .expect("filters that can be sent");
        let packet = Packet::Unsubscribe(Unsubscribe {
            packet_id: id(2),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        });
        self.send(peer, &packet);
        self.take(peer)
    }

    /// Publishes with packet identifier 9.
    pub(super) fn publish(&mut self, peer: Peer, topic: &str, payload: &str, qos: QoS) {
        self.send(peer, &Packet::Publish(publication(topic, payload, qos)));
    }

    pub(super) fn publish_retained(&mut self, peer: Peer, topic: &str, payload: &str, qos: QoS) {
        let publish = Publish {
            retain: true,
            ..publication(topic, payload, qos)
        };
        self.send(peer, &Packet::Publish(publish));
    }

    pub(super) fn publish_with(
        &mut self,
        peer: Peer,
        topic: &str,
        qos: QoS,
        properties: Properties<'_>,
    ) {
        let publish = Publish {
            properties,
            ..publication(topic, "x", qos)
        };
        self.send(peer, &Packet::Publish(publish));
    }

    pub(super) fn ack(&mut self, peer: Peer, kind: AckKind, packet_id: u16) {
        self.ack_with(peer, kind, packet_id, Reason::Success);
    }

    pub(super) fn ack_with(&mut self, peer: Peer, kind: AckKind, packet_id: u16, reason: Reason) {
        let ack = Ack {
            kind,
            packet_id: id(packet_id),
            reason,
            properties: Properties::EMPTY,
        };
        self.send(peer, &Packet::Ack(ack));
    }

    /// DISCONNECT with a reason.
    pub(super) fn leave(&mut self, peer: Peer, reason: Reason, properties: Properties<'_>) {
        self.send(peer, &Packet::Disconnect(Disconnect { reason, properties }));
    }

    /// The transport breaks.
    pub(super) fn cut(&mut self, peer: Peer) {
        self.broker.handle_close(self.now, peer.conn);
        self.collect();
    }

    /// Time passes; deadlines on the way are met one by one, as a driver does.
    pub(super) fn pass(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(deadline) = self.broker.poll_timeout().filter(|next| next.at <= end) {
            self.now = deadline.at;
            self.broker.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    /// Everything that a peer received since the last time, in words; "CLOSE" is the end.
    pub(super) fn take(&mut self, peer: Peer) -> Vec<String> {
        self.items(peer)
            .into_iter()
            .map(|item| match item {
                Item::Frame(frame) => {
                    let packet = midge_codec::decode(&frame, peer.version);
                    words(&packet.expect("a broker sends legal packets"), peer.version)
                }
                Item::Close => "CLOSE".to_string(),
            })
            .collect()
    }

    /// The packets that a peer received since the last time, as bytes.
    pub(super) fn take_frames(&mut self, peer: Peer) -> Vec<Bytes> {
        self.items(peer)
            .into_iter()
            .filter_map(|item| match item {
                Item::Frame(frame) => Some(frame),
                Item::Close => None,
            })
            .collect()
    }

    fn items(&mut self, peer: Peer) -> Vec<Item> {
        self.received.remove(&peer.conn).unwrap_or_default()
    }

    pub(super) fn collect(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            match output {
                Output::Send { conn, packet } => {
                    let inbox = self.received.entry(conn).or_default();
                    inbox.push(Item::Frame(packet.to_bytes()));
                    self.broker.handle_sent(self.now, conn, packet.len());
                }
                Output::Close { conn } => self.received.entry(conn).or_default().push(Item::Close),
                Output::Event(_) => {}
            }
        }
    }
}
