//! Measures what one delivery costs: a publisher, and 1,000 subscribers of the same topic.
//!
//! `cargo run --release -p midge-broker --example fan_out`

// A measurement reads the clock and says what it saw.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use bytes::{Bytes, BytesMut};
use midge_broker::{Broker, Config, ConnId, Output};
use midge_codec::{
    AckKind, Connect, Delivery, Packet, PacketId, Properties, PropertiesBuf, Property, Publish,
    QoS, Subscribe, SubscribeFiltersBuf, Version,
};
use midge_session::Instant;
use std::time::Instant as Clock;

const SUBSCRIBERS: u32 = 1_000;
const MESSAGES: u32 = 500;

fn main() {
    for (what, qos, identifier) in [
        ("QoS 0, one packet for all", QoS::AtMostOnce, None),
        ("QoS 0, an identifier each", QoS::AtMostOnce, Some(1)),
        ("QoS 1, with its handshake", QoS::AtLeastOnce, None),
    ] {
        for payload in [64, 64 * 1024] {
            let nanos = measure(qos, identifier, payload);
            println!("{what}, payload {payload:>6} bytes: {nanos:>5} ns a delivery");
        }
    }
}

/// Nanoseconds for one delivery, the publisher's share included.
fn measure(qos: QoS, identifier: Option<u32>, payload: usize) -> u128 {
    let now = Instant::ZERO;
    let mut broker = Broker::new(Config::default(), 1, now);
    for number in 0..=SUBSCRIBERS {
        let conn = ConnId(number);
        broker.handle_open(now, conn);
        broker.handle_input(now, conn, connect(number));
        if number > 0 {
            broker.handle_input(now, conn, subscribe(qos, identifier));
        }
    }
    drain(&mut broker, now);
    let publish = encode(&Packet::Publish(Publish {
        delivery: Delivery::new(qos, PacketId::MIN, false),
        retain: false,
        topic: "home/livingroom/temperature",
        properties: Properties::EMPTY,
        payload: &vec![b'x'; payload],
    }));
    let start = Clock::now();
    let mut deliveries = 0;
    for _ in 0..MESSAGES {
        broker.handle_input(now, ConnId(0), publish.clone());
        deliveries += drain(&mut broker, now);
    }
    let spent = start.elapsed();
    assert_eq!(deliveries, SUBSCRIBERS * MESSAGES);
    spent.as_nanos() / u128::from(deliveries)
}

/// Takes what the broker sends, as a driver does, and answers PUBLISH of QoS 1. Gives their number.
fn drain(broker: &mut Broker, now: Instant) -> u32 {
    let mut deliveries = 0;
    while let Some(output) = broker.poll_output() {
        let Output::Send { conn, packet } = output else {
            continue;
        };
        broker.handle_sent(now, conn, packet.len());
        if packet.payload.is_empty() {
            continue;
        }
        deliveries += 1;
        if packet.head[0] & 0b110 != 0 {
            let id = packet
                .head
                .slice(packet.head.len() - 3..packet.head.len() - 1);
            let packet_id = PacketId::new(u16::from_be_bytes([id[0], id[1]]));
            let answer = midge_codec::Ack {
                kind: AckKind::PubAck,
                packet_id: packet_id.expect("a packet identifier is never 0"),
                reason: midge_codec::Reason::Success,
                properties: Properties::EMPTY,
            };
            broker.handle_input(now, conn, encode(&Packet::Ack(answer)));
        }
    }
    deliveries
}

fn connect(number: u32) -> Bytes {
    encode(&Packet::Connect(Connect {
        version: Version::V5,
        clean_start: true,
        keep_alive: 60,
        client_id: &format!("client-{number}"),
        will: None,
        user_name: None,
        password: None,
        properties: Properties::EMPTY,
    }))
}

fn subscribe(qos: QoS, identifier: Option<u32>) -> Bytes {
    let filters = SubscribeFiltersBuf::try_from_iter([("home/+/temperature", qos)]);
    let properties = PropertiesBuf::try_from_iter(identifier.map(Property::SubscriptionIdentifier));
    encode(&Packet::Subscribe(Subscribe {
        packet_id: PacketId::MIN,
        properties: properties.expect("the identifier is legal").as_ref(),
        filters: filters.expect("the filter is legal").as_ref(),
    }))
}

fn encode(packet: &Packet<'_>) -> Bytes {
    let mut bytes = BytesMut::new();
    midge_codec::encode(packet, Version::V5, &mut bytes).expect("the packet is legal");
    bytes.freeze()
}
