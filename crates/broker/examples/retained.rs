//! Measures what a subscription to `#` costs over very many retained messages: how long the SUBSCRIBE
//! itself takes, each message after it, and how much waits meanwhile. Then the same of subscriptions that
//! look through all of them in vain: how long the longest call holds everybody else up.
//!
//! `cargo run --release -p midge-broker --example retained`

// A measurement reads the clock and says what it saw.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use bytes::{Bytes, BytesMut};
use midge_broker::{AccessList, Broker, Command, Config, ConnId, Output, ScramUsers, Users};
use midge_codec::{
    Ack, AckKind, Connect, Delivery, Packet, PacketId, Properties, Publish, QoS, Reason, Subscribe,
    SubscribeFiltersBuf, Version,
};
use midge_session::Instant;
use std::time::Instant as Clock;

const MESSAGES: u32 = 1_000_000;
const NOW: Instant = Instant::ZERO;

fn main() {
    let mut broker = Broker::new(Config::default(), 1, NOW);
    let publisher = ConnId(0);
    join(&mut broker, publisher);
    let start = Clock::now();
    for number in 0..MESSAGES {
        let topic = format!("site/{}/device/{}/state", number % 100, number / 100);
        let publish = Publish {
            delivery: Delivery::AtMostOnce,
            retain: true,
            topic: &topic,
            properties: Properties::EMPTY,
            payload: b"twenty bytes of load",
        };
        broker.handle_input(NOW, publisher, encode(&Packet::Publish(publish)));
        while broker.poll_output().is_some() {}
    }
    let each = start.elapsed().as_nanos() / u128::from(MESSAGES);
    println!("{MESSAGES} retained messages, {each} ns to store one");
    for (number, qos) in [(1, QoS::AtMostOnce), (2, QoS::AtLeastOnce)] {
        receive(&mut broker, ConnId(number), qos);
    }
    search(
        &mut broker,
        ConnId(3),
        "+/+/device/+/none",
        "a filter that matches nothing",
    );
    let rules = "topic read #\ntopic deny site/#\n";
    let denied = Command::SetAccess {
        users: Users::default(),
        scram_users: ScramUsers::default(),
        access: Some(AccessList::parse(rules).expect("the rules are legal")),
    };
    broker.command(NOW, denied).expect("it is never refused");
    search(&mut broker, ConnId(4), "#", "# where nothing may be read");
}

fn subscribe(filter: &str, qos: QoS) -> Bytes {
    let filters = SubscribeFiltersBuf::try_from_iter([(filter, qos)]);
    encode(&Packet::Subscribe(Subscribe {
        packet_id: PacketId::MIN,
        properties: Properties::EMPTY,
        filters: filters.expect("the filter is legal").as_ref(),
    }))
}

/// Subscribes, does what is due until nothing is, and says how long that took at most and together.
fn search(broker: &mut Broker, conn: ConnId, filter: &str, what: &str) {
    join(broker, conn);
    let subscribe = subscribe(filter, QoS::AtMostOnce);
    let start = Clock::now();
    broker.handle_input(NOW, conn, subscribe);
    let mut longest = start.elapsed();
    let mut calls = 1;
    while is_due(broker) {
        while broker.poll_output().is_some() {}
        let begun = Clock::now();
        broker.handle_timeout(NOW);
        longest = longest.max(begun.elapsed());
        calls += 1;
    }
    let outputs = core::iter::from_fn(|| broker.poll_output()).count();
    let whole = start.elapsed();
    println!("{what}: {whole:?} in {calls} calls, the longest {longest:?}; {outputs} outputs left");
}

/// Subscribes to everything, takes and acknowledges what comes, and says what that cost.
fn receive(broker: &mut Broker, conn: ConnId, qos: QoS) {
    join(broker, conn);
    let subscribe = subscribe("#", qos);
    let start = Clock::now();
    broker.handle_input(NOW, conn, subscribe);
    let first = start.elapsed();
    let client = format!("client-{}", conn.0);
    let (mut received, mut queued_most, mut bytes_most) = (0, 0, 0);
    let mut outputs = Vec::new();
    loop {
        outputs.extend(core::iter::from_fn(|| broker.poll_output()));
        let sent = |output: &Output| match output {
            Output::Send { packet, .. } => packet.len(),
            _ => 0,
        };
        bytes_most = bytes_most.max(outputs.iter().map(sent).sum::<usize>());
        let queued = broker.session(&client).map_or(0, |session| session.queued);
        queued_most = queued_most.max(queued);
        if outputs.is_empty() {
            if !is_due(broker) {
                break;
            }
            broker.handle_timeout(NOW);
        }
        for output in outputs.drain(..) {
            let Output::Send { packet, .. } = output else {
                continue;
            };
            broker.handle_sent(NOW, conn, packet.len());
            let frame = packet.to_bytes();
            let Ok(Packet::Publish(publish)) = midge_codec::decode(&frame, Version::V5) else {
                continue;
            };
            received += 1;
            if let Some(packet_id) = publish.delivery.packet_id() {
                let ack = Ack {
                    kind: AckKind::PubAck,
                    packet_id,
                    reason: Reason::Success,
                    properties: Properties::EMPTY,
                };
                broker.handle_input(NOW, conn, encode(&Packet::Ack(ack)));
            }
        }
    }
    assert_eq!(received, MESSAGES);
    let each = start.elapsed().as_nanos() / u128::from(received);
    println!(
        "# at {qos:?}: {first:?} until SUBSCRIBE is done with, {each} ns a message, at most \
         {queued_most} queued and {bytes_most} bytes on their way"
    );
}

/// Whether the broker wants to go on at once.
fn is_due(broker: &Broker) -> bool {
    broker.poll_timeout().is_some_and(|next| next.at <= NOW)
}

fn join(broker: &mut Broker, conn: ConnId) {
    broker.handle_open(NOW, conn);
    let connect = encode(&Packet::Connect(Connect {
        version: Version::V5,
        clean_start: true,
        keep_alive: 0,
        client_id: &format!("client-{}", conn.0),
        will: None,
        user_name: None,
        password: None,
        properties: Properties::EMPTY,
    }));
    broker.handle_input(NOW, conn, connect);
    while broker.poll_output().is_some() {}
}

fn encode(packet: &Packet<'_>) -> Bytes {
    let mut bytes = BytesMut::new();
    midge_codec::encode(packet, Version::V5, &mut bytes).expect("the packet is legal");
    bytes.freeze()
}
