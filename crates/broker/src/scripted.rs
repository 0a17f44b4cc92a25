//! A broker with scripted peers, for tests: they send packets or bytes, and what they receive is kept
//! for whoever looks.

use crate::{Broker, Config, ConnId, Event, Limits, Output};
use alloc::{collections::BTreeMap, vec::Vec};
use bytes::Bytes;
use core::time::Duration;
use midge_codec::{
    Ack, AckKind, Connect, Delivery, Disconnect, Packet, PacketId, Properties, Publish, QoS,
    Reason, Subscribe, SubscribeFiltersBuf, SubscriptionOptions, Unsubscribe,
    UnsubscribeFiltersBuf, Version, Wire,
};
use midge_session::Instant;

/// A peer's end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name.
    pub conn: ConnId,
    /// The version it speaks.
    pub version: Version,
}

/// What a peer received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// One packet.
    Frame(Bytes),
    /// The broker closed.
    Close,
}

/// The broker, its peers, and the time.
#[derive(Debug)]
pub struct Scripted {
    /// The broker.
    pub broker: Broker,
    /// The time; it passes by [`Scripted::pass`] only.
    pub now: Instant,
    /// What the broker told, since somebody looked last.
    pub events: Vec<Event>,
    /// Whether what is sent leaves the driver's buffer at once.
    pub takes: bool,
    received: BTreeMap<ConnId, Vec<Item>>,
    opened: u32,
}

/// A broker without `$SYS` and with the standard's own limits: nothing to say by itself, nothing to
/// announce in CONNACK.
pub fn quiet() -> Config {
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

/// A CONNECT with a clean start and nothing else.
pub fn hello(version: Version, client_id: &str) -> Connect<'_> {
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

/// A PUBLISH with packet identifier 9.
pub fn publication<'a>(topic: &'a str, payload: &'a str, qos: QoS) -> Publish<'a> {
    Publish {
        delivery: Delivery::new(qos, id(9), false),
        retain: false,
        topic,
        properties: Properties::EMPTY,
        payload: payload.as_bytes(),
    }
}

/// A packet identifier.
///
/// # Panics
/// Zero is none.
pub fn id(packet_id: u16) -> PacketId {
    PacketId::new(packet_id).expect("not zero")
}

impl Default for Scripted {
    fn default() -> Self {
        Self::new()
    }
}

impl Scripted {
    /// A [`quiet`] broker that was just started.
    pub fn new() -> Self {
        Self::with(quiet())
    }

    /// A broker with this configuration that was just started.
    pub fn with(config: Config) -> Self {
        let now = Instant::from_secs(1_000);
        Self {
            broker: Broker::new(config, 7, now),
            now,
            events: Vec::new(),
            takes: true,
            received: BTreeMap::new(),
            opened: 0,
        }
    }

    /// A transport without a CONNECT yet.
    pub fn open(&mut self, version: Version) -> Peer {
        self.opened += 1;
        let conn = ConnId(self.opened);
        self.broker.handle_open(self.now, conn);
        self.collect();
        Peer { conn, version }
    }

    /// Sends a packet.
    ///
    /// # Panics
    /// One that is not legal.
    pub fn send(&mut self, peer: Peer, packet: &Packet<'_>) {
        let wire = Wire::encode(packet, peer.version).expect("a legal packet");
        self.send_bytes(peer, wire.to_bytes());
    }

    /// Sends bytes, legal or not.
    pub fn send_bytes(&mut self, peer: Peer, bytes: impl Into<Bytes>) {
        self.broker.handle_input(self.now, peer.conn, bytes.into());
        self.collect();
    }

    /// Subscribes with packet identifier 1.
    ///
    /// # Panics
    /// Filters that no SUBSCRIBE can carry.
    pub fn send_subscribe(
        &mut self,
        peer: Peer,
        filters: &[(&str, SubscriptionOptions)],
        properties: Properties<'_>,
    ) {
        let filters = SubscribeFiltersBuf::try_from_iter(filters.iter().copied())
            .expect("filters that can be sent");
        let packet = Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties,
            filters: filters.as_ref(),
        });
        self.send(peer, &packet);
    }

    /// Unsubscribes with packet identifier 2.
    ///
    /// # Panics
    /// Filters that no UNSUBSCRIBE can carry.
    pub fn send_unsubscribe(&mut self, peer: Peer, filters: &[&str]) {
        let filters = UnsubscribeFiltersBuf::try_from_iter(filters.iter().copied())
            .expect("filters that can be sent");
        let packet = Packet::Unsubscribe(Unsubscribe {
            packet_id: id(2),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        });
        self.send(peer, &packet);
    }

    /// Publishes with packet identifier 9.
    pub fn publish(&mut self, peer: Peer, topic: &str, payload: &str, qos: QoS) {
        self.send(peer, &Packet::Publish(publication(topic, payload, qos)));
    }

    /// Publishes with RETAIN set and packet identifier 9.
    pub fn publish_retained(&mut self, peer: Peer, topic: &str, payload: &str, qos: QoS) {
        let publish = Publish {
            retain: true,
            ..publication(topic, payload, qos)
        };
        self.send(peer, &Packet::Publish(publish));
    }

    /// Sends one of the four acknowledgements.
    pub fn ack_with(&mut self, peer: Peer, kind: AckKind, packet_id: u16, reason: Reason) {
        let ack = Ack {
            kind,
            packet_id: id(packet_id),
            reason,
            properties: Properties::EMPTY,
        };
        self.send(peer, &Packet::Ack(ack));
    }

    /// Sends DISCONNECT.
    pub fn disconnect(&mut self, peer: Peer, reason: Reason, properties: Properties<'_>) {
        self.send(peer, &Packet::Disconnect(Disconnect { reason, properties }));
    }

    /// The transport breaks.
    pub fn cut(&mut self, peer: Peer) {
        self.broker.handle_close(self.now, peer.conn);
        self.collect();
    }

    /// Time passes; deadlines on the way are met one by one, as a driver does.
    ///
    /// # Panics
    /// A deadline lies in the past.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.broker.poll_timeout().filter(|next| next.at <= end) {
            assert!(deadline.at >= self.now, "a deadline was left behind");
            self.now = deadline.at;
            self.broker.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    /// Takes what the broker has to say; done by itself after each of the verbs above.
    pub fn collect(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            match output {
                Output::Send { conn, packet } => {
                    let inbox = self.received.entry(conn).or_default();
                    inbox.push(Item::Frame(packet.to_bytes()));
                    if self.takes {
                        self.broker.handle_sent(self.now, conn, packet.len());
                    }
                }
                Output::Close { conn } => self.received.entry(conn).or_default().push(Item::Close),
                Output::Event(event) => self.events.push(event),
            }
        }
    }

    /// Everything that a peer received since the last time.
    pub fn items(&mut self, peer: Peer) -> Vec<Item> {
        self.received.remove(&peer.conn).unwrap_or_default()
    }

    /// The packets that a peer received since the last time, as bytes.
    pub fn take_frames(&mut self, peer: Peer) -> Vec<Bytes> {
        let items = self.items(peer).into_iter();
        items
            .filter_map(|item| match item {
                Item::Frame(frame) => Some(frame),
                Item::Close => None,
            })
            .collect()
    }
}
