//! Measures what a filter costs over a full log: 1,000,000 packets of forty clients in a house.
//!
//! `cargo run --release -p midge-trace --example filter`

// A measurement reads the clock and says what it saw.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use bytes::{Bytes, BytesMut};
use midge_codec::{
    Ack, AckKind, Delivery, Packet, PacketId, Properties, Publish, QoS, Reason, Version, encode,
};
use midge_session::Instant;
use midge_trace::{Bounds, Filter, HopId, Log, Matches, Subject, Toward};
use std::time::{Duration, Instant as Clock};

const RECORDS: u32 = 1_000_000;
const CLIENTS: u32 = 40;
/// Records between two looks at the clock, as the engine has it.
const SLICE: u32 = 512;

const FILTERS: [&str; 10] = [
    "type:PUBACK",
    "qos>=1",
    "from:lamp",
    "topic:home/+/temp",
    "topic:home/room7/#",
    "kitchen",
    "payload~\"off\"",
    "id:7",
    "topic:home/+/temp qos>=1 type:PUBLISH from:lamp payload~on retain",
    "(topic:home/room7/# or payload~off) -type:PINGREQ",
];

fn main() {
    let log = log();
    let names: Vec<String> = (0..CLIENTS).map(|hop| format!("lamp-{hop}")).collect();
    println!(
        "{RECORDS} packets, {} bytes of frames; the best of five runs:",
        log.bytes()
    );
    for text in FILTERS {
        let filter = Filter::parse(text).expect("a legal filter");
        let (mut best, mut longest, mut kept) = (Duration::MAX, Duration::ZERO, 0);
        for _ in 0..5 {
            let mut matches = Matches::new(&log);
            let start = Clock::now();
            loop {
                let slice = Clock::now();
                let is_complete = matches.advance(&log, SLICE, |record| {
                    let client = &names[record.hop.0 as usize];
                    let topic = None;
                    filter.keeps(&Subject {
                        record,
                        client,
                        topic,
                    })
                });
                longest = longest.max(slice.elapsed());
                if is_complete {
                    break;
                }
            }
            best = best.min(start.elapsed());
            kept = matches.range().end;
        }
        println!(
            "{:>5} ms, {:>5.1} million packets a second, {SLICE} in {:>4} µs at most, {kept:>7} kept: {text}",
            best.as_millis(),
            f64::from(RECORDS) / best.as_secs_f64() / 1e6,
            longest.as_micros(),
        );
    }
}

/// Half of the packets are PUBLISH with QoS 1, a quarter are PUBACK and a quarter PINGREQ.
fn log() -> Log {
    let mut log = Log::new(Bounds {
        records: RECORDS,
        bytes: u64::MAX,
    });
    for number in 0..RECORDS {
        let hop = HopId(number % CLIENTS);
        let (toward, frame) = match number % 4 {
            0 => (Toward::Client, ack(number)),
            1 => (Toward::Broker, frame(&Packet::PingReq)),
            _ => (Toward::Broker, publish(number)),
        };
        let at = Instant::from_millis(number.into());
        log.push(at, hop, toward, Version::V5, frame, None);
    }
    log
}

fn publish(number: u32) -> Bytes {
    let delivery = Delivery::new(QoS::AtLeastOnce, packet_id(number), false);
    frame(&Packet::Publish(Publish {
        delivery,
        retain: number.is_multiple_of(3),
        topic: &format!("home/room{}/temp", number % CLIENTS),
        properties: Properties::EMPTY,
        payload: b"{\"temperature\":21.5,\"humidity\":48,\"on\":true}",
    }))
}

fn ack(number: u32) -> Bytes {
    frame(&Packet::Ack(Ack {
        kind: AckKind::PubAck,
        packet_id: packet_id(number),
        reason: Reason::Success,
        properties: Properties::EMPTY,
    }))
}

fn packet_id(number: u32) -> PacketId {
    // From 1 on.
    PacketId::new((number % 65_535) as u16 + 1).unwrap_or(PacketId::MIN)
}

fn frame(packet: &Packet<'_>) -> Bytes {
    let mut bytes = BytesMut::new();
    encode(packet, Version::V5, &mut bytes).expect("a legal packet");
    bytes.freeze()
}
