//! Counters, held against numbers worked out by hand.

use super::{Both, Counters};
use crate::tests::frame;
use crate::{HopId, Record, Toward};
use midge_codec::{
    Ack, AckKind, Delivery, Packet, PacketId, PacketType, Properties, Publish, QoS, Reason, Version,
};
use midge_session::Instant;

fn record(toward: Toward, packet: &Packet<'_>) -> Record {
    Record {
        seq: 0,
        at: Instant::ZERO,
        hop: HopId(0),
        toward,
        version: Version::V311,
        frame: frame(packet, Version::V311),
        fault: None,
    }
}

fn publish(topic: &'static str, qos: QoS, dup: bool) -> Packet<'static> {
    Packet::Publish(Publish {
        delivery: Delivery::new(qos, PacketId::MIN, dup),
        retain: false,
        topic,
        properties: Properties::EMPTY,
        payload: b"12345",
    })
}

fn ack(kind: AckKind) -> Packet<'static> {
    Packet::Ack(Ack {
        kind,
        packet_id: PacketId::MIN,
        reason: Reason::Success,
        properties: Properties::EMPTY,
    })
}

#[test]
fn bytes_overhead_and_open_handshakes_are_counted_by_client_and_topic() {
    let mut counters = Counters::new();
    let mut count = |client, toward, packet| {
        counters.count(&record(toward, &packet), client);
        counters.clone()
    };
    // 2 bytes of fixed header, 2 + 3 of topic, 2 of identifier, 5 of payload.
    count("a", Toward::Broker, publish("x/y", QoS::ExactlyOnce, false));
    let seen = count("a", Toward::Broker, publish("x/y", QoS::ExactlyOnce, true));
    assert_eq!(
        seen.total().open,
        Both {
            to_broker: 1,
            to_client: 0
        }
    );
    assert_eq!(seen.total().again.sum(), 1);
    assert_eq!(
        seen.total().bytes,
        Both {
            to_broker: 28,
            to_client: 0
        }
    );
    assert_eq!(seen.total().overhead_bytes(), 18);
    assert_eq!(seen.total().overhead_per_message(), Some(18.0));
    count("a", Toward::Client, ack(AckKind::PubRec));
    count("a", Toward::Broker, ack(AckKind::PubRel));
    let seen = count("a", Toward::Client, ack(AckKind::PubComp));
    assert_eq!(seen.total().open.sum(), 0);

    let seen = count("b", Toward::Client, publish("z", QoS::AtLeastOnce, false));
    let clients: Vec<_> = seen
        .clients()
        .iter()
        .map(|(name, count)| (name, count.packets.sum(), count.open.to_client))
        .collect();
    assert_eq!(clients, [("a", 5, 0), ("b", 1, 1)]);
    let topics: Vec<_> = seen
        .topics()
        .iter()
        .map(|(name, count)| (name, count.packets.sum(), count.bytes.sum()))
        .collect();
    assert_eq!(topics, [("x/y", 5, 40), ("z", 1, 12)]);
    let publishes = seen.of_type(PacketType::Publish);
    assert_eq!((publishes.packets.sum(), publishes.bytes.sum()), (3, 40));
    assert_eq!(
        seen.total().packets,
        Both {
            to_broker: 3,
            to_client: 3
        }
    );

    // The identifier is used again: the exchange before never ended.
    let seen = count("b", Toward::Client, publish("w", QoS::AtLeastOnce, false));
    assert_eq!((seen.total().open.sum(), seen.total().abandoned), (1, 1));
    let open: Vec<_> = seen
        .topics()
        .iter()
        .map(|(name, count)| (name, count.open.sum()))
        .collect();
    assert_eq!(open, [("w", 1), ("x/y", 0), ("z", 0)]);
}

#[test]
fn faults_are_counted_and_bytes_too() {
    let mut counters = Counters::new();
    let mut fault = record(Toward::Broker, &Packet::PingReq);
    fault.fault = midge_codec::decode(&[0x40, 2, 0, 0], Version::V5).err();
    counters.count(&fault, "a");
    assert_eq!(
        (counters.total().faults, counters.total().bytes.sum()),
        (1, 2)
    );
    assert_eq!(counters.total().overhead_per_message(), None);
}
