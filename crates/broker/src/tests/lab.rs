//! A broker with scripted peers: they encode and decode with the codec, and what they receive is put
//! into words.

use crate::{Broker, CloseReason, Config, ConnId, Event, Limits, Output};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use bytes::{Bytes, BytesMut};
use core::time::Duration;
use midge_codec::{
    Ack, AckKind, Connect, Delivery, Disconnect, Packet, PacketId, PacketType, Properties,
    PropertiesBuf, Property, Publish, QoS, Reason, Subscribe, SubscribeFiltersBuf,
    SubscriptionOptions, Unsubscribe, UnsubscribeFiltersBuf, Version, Will,
};
use midge_session::Instant;

pub(super) use midge_codec::QoS::{AtLeastOnce as Q1, AtMostOnce as Q0, ExactlyOnce as Q2};
pub(super) use midge_codec::Version::{V5, V311};

/// A peer's end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) conn: ConnId,
    pub(super) version: Version,
}

pub(super) struct Lab {
    pub(super) broker: Broker,
    pub(super) now: Instant,
    pub(super) events: Vec<Event>,
    /// Whether what is sent leaves the driver's buffer at once.
    pub(super) takes: bool,
    received: BTreeMap<ConnId, Vec<Item>>,
    opened: u32,
}

enum Item {
    Packet(Bytes),
    Close,
}

/// A broker without `$SYS` and with the standard's own limits: nothing to say by itself, nothing to
/// announce in CONNACK.
pub(super) fn quiet() -> Config {
    let limits = Limits {
        receive_maximum: u16::MAX,
        max_packet_size: midge_session::Limits::LARGEST_PACKET,
        topic_alias_maximum: 0,
        ..Limits::default()
    };
    Config {
        sys_interval: None,
        limits,
        ..Config::default()
    }
}

/// A plain CONNECT with a clean start.
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

pub(super) fn will(topic: &'static str) -> Will<'static> {
    Will {
        qos: Q0,
        retain: false,
        topic,
        payload: b"gone",
        properties: Properties::EMPTY,
    }
}

pub(super) fn properties<const N: usize>(list: [Property<'_>; N]) -> PropertiesBuf {
    PropertiesBuf::try_from_iter(list).unwrap()
}

impl Lab {
    pub(super) fn new() -> Self {
        Self::with(quiet())
    }

    pub(super) fn with(config: Config) -> Self {
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
    pub(super) fn open(&mut self, version: Version) -> Peer {
        self.opened += 1;
        let conn = ConnId(self.opened);
        self.broker.handle_open(self.now, conn);
        self.collect();
        Peer { conn, version }
    }

    /// A client that is let in; CONNACK is taken from its inbox.
    pub(super) fn client(&mut self, version: Version, client_id: &str) -> Peer {
        let (peer, answer) = self.connect(&hello(version, client_id));
        assert!(answer[0].starts_with("CONNACK Success"), "{answer:?}");
        peer
    }

    /// Opens, sends CONNECT, and gives what came back.
    pub(super) fn connect(&mut self, connect: &Connect<'_>) -> (Peer, Vec<String>) {
        let peer = self.open(connect.version);
        self.send(peer, &Packet::Connect(*connect));
        (peer, self.take(peer))
    }

    /// Lets a client of 5.0 that keeps its session for `expiry` seconds in.
    pub(super) fn keeper(&mut self, client_id: &str, expiry: u32) -> (Peer, Vec<String>) {
        let list = properties([Property::SessionExpiryInterval(expiry)]);
        self.connect(&Connect {
            clean_start: false,
            properties: list.as_ref(),
            ..hello(V5, client_id)
        })
    }

    pub(super) fn send(&mut self, peer: Peer, packet: &Packet<'_>) {
        let mut bytes = BytesMut::new();
        midge_codec::encode(packet, peer.version, &mut bytes).unwrap();
        self.send_bytes(peer, bytes.freeze());
    }

    pub(super) fn send_bytes(&mut self, peer: Peer, bytes: impl Into<Bytes>) {
        self.broker.handle_input(self.now, peer.conn, bytes.into());
        self.collect();
    }

    pub(super) fn subscribe(&mut self, peer: Peer, filter: &str, qos: QoS) -> Vec<String> {
        self.subscribe_with(peer, filter, qos.into(), Properties::EMPTY)
    }

    pub(super) fn subscribe_with(
        &mut self,
        peer: Peer,
        filter: &str,
        options: SubscriptionOptions,
        properties: Properties<'_>,
    ) -> Vec<String> {
        let filters = SubscribeFiltersBuf::try_from_iter([(filter, options)]).unwrap();
        let packet = Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties,
            filters: filters.as_ref(),
        });
        self.send(peer, &packet);
        self.take(peer)
    }

    pub(super) fn unsubscribe(&mut self, peer: Peer, filter: &str) -> Vec<String> {
        let filters = UnsubscribeFiltersBuf::try_from_iter([filter]).unwrap();
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

    /// Sends one of the four acknowledgements, by its name in capitals.
    pub(super) fn acknowledge(&mut self, peer: Peer, name: &str, packet_id: u16) {
        self.acknowledge_with(peer, name, packet_id, Reason::Success);
    }

    pub(super) fn acknowledge_with(
        &mut self,
        peer: Peer,
        name: &str,
        packet_id: u16,
        reason: Reason,
    ) {
        let named = PacketType::ALL.iter().find(|kind| kind.name() == name);
        let packet = Packet::Ack(Ack {
            kind: acknowledgement(*named.unwrap()),
            packet_id: id(packet_id),
            reason,
            properties: Properties::EMPTY,
        });
        self.send(peer, &packet);
    }

    pub(super) fn disconnect(&mut self, peer: Peer, reason: Reason, properties: Properties<'_>) {
        let packet = Packet::Disconnect(Disconnect { reason, properties });
        self.send(peer, &packet);
    }

    /// The transport breaks.
    pub(super) fn cut(&mut self, peer: Peer) {
        self.broker.handle_close(self.now, peer.conn);
        self.collect();
    }

    /// Time passes; deadlines on the way are met one by one, as a driver does.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.broker.poll_timeout().filter(|next| next.at <= end) {
            assert!(deadline.at >= self.now, "a deadline was left behind");
            self.now = deadline.at;
            self.broker.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    pub(super) fn pass_secs(&mut self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    /// Everything that a peer received since the last time, in words; "CLOSE" is the end.
    pub(super) fn take(&mut self, peer: Peer) -> Vec<String> {
        let items = self.received.remove(&peer.conn).unwrap_or_default();
        items
            .into_iter()
            .map(|item| match item {
                Item::Packet(frame) => {
                    describe(&midge_codec::decode(&frame, peer.version).unwrap())
                }
                Item::Close => "CLOSE".to_string(),
            })
            .collect()
    }

    /// The frames that a peer received since the last time.
    pub(super) fn take_frames(&mut self, peer: Peer) -> Vec<Bytes> {
        let items = self.received.remove(&peer.conn).unwrap_or_default();
        items
            .into_iter()
            .filter_map(|item| match item {
                Item::Packet(frame) => Some(frame),
                Item::Close => None,
            })
            .collect()
    }

    /// Why connections ended, in order.
    pub(super) fn ends(&mut self) -> Vec<CloseReason> {
        let events = core::mem::take(&mut self.events);
        events
            .into_iter()
            .filter_map(|event| match event {
                Event::Disconnected { reason, .. } => Some(reason),
                _ => None,
            })
            .collect()
    }

    /// Takes what the broker has to say.
    pub(super) fn collect(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            match output {
                Output::Send { conn, packet } => {
                    let inbox = self.received.entry(conn).or_default();
                    inbox.push(Item::Packet(packet.to_bytes()));
                    if self.takes {
                        self.broker.handle_sent(self.now, conn, packet.len());
                    }
                }
                Output::Close { conn } => self.received.entry(conn).or_default().push(Item::Close),
                Output::Event(event) => self.events.push(event),
            }
        }
    }
}

pub(super) fn id(packet_id: u16) -> PacketId {
    PacketId::new(packet_id).unwrap()
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

/// The kind of an acknowledgement, read from the shortest frame of its type.
fn acknowledgement(packet_type: PacketType) -> AckKind {
    let first = (packet_type as u8) << 4 | packet_type.required_flags().unwrap();
    match midge_codec::decode(&[first, 2, 0, 1], V311).unwrap() {
        Packet::Ack(ack) => ack.kind,
        other => panic!("{other:?} is no acknowledgement"),
    }
}

fn describe(packet: &Packet<'_>) -> String {
    match packet {
        Packet::ConnAck(connack) => {
            let present = if connack.session_present {
                " present"
            } else {
                ""
            };
            let list = listed(connack.properties);
            format!("CONNACK {:?}{present}{list}", connack.reason)
        }
        Packet::Publish(publish) => {
            let mut words = format!(
                "PUBLISH {}={}",
                publish.topic,
                String::from_utf8_lossy(publish.payload)
            );
            if let Some(packet_id) = publish.delivery.packet_id() {
                let qos = publish.delivery.qos() as u8;
                words += &format!(" q{qos} #{packet_id}");
            }
            words += if publish.delivery.dup() { " dup" } else { "" };
            words += if publish.retain { " retain" } else { "" };
            words + &listed(publish.properties)
        }
        Packet::Ack(ack) => {
            let name = ack.kind.packet_type().name();
            format!("{name} #{} {:?}", ack.packet_id, ack.reason)
        }
        Packet::SubAck(suback) => {
            format!("SUBACK #{} {:?}", suback.packet_id, suback.reasons)
        }
        Packet::UnsubAck(unsuback) => {
            format!("UNSUBACK #{} {:?}", unsuback.packet_id, unsuback.reasons)
        }
        Packet::PingResp => "PINGRESP".to_string(),
        Packet::Disconnect(disconnect) => format!("DISCONNECT {:?}", disconnect.reason),
        Packet::Auth(auth) => format!("AUTH {:?}", auth.reason),
        other => panic!("a broker sends no {other:?}"),
    }
}

fn listed(properties: Properties<'_>) -> String {
    if properties.is_empty() {
        return String::new();
    }
    format!(" {properties:?}")
}
