//! Random servers: nothing panics, and the chunking of the stream makes no difference.

use super::*;
use midge_codec::{Disconnect, ReasonsBuf, SubAck};
use proptest::{collection, prelude::*};

/// A legal packet, sensible or not at this point.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    let kinds = [
        AckKind::PubAck,
        AckKind::PubRec,
        AckKind::PubRel,
        AckKind::PubComp,
    ];
    let ack = (0..kinds.len(), 1u16..5).prop_map(move |(kind, packet_id)| {
        bytes_of(&Packet::Ack(Ack {
            kind: kinds[kind],
            packet_id: id(packet_id),
            reason: Reason::Success,
            properties: Properties::EMPTY,
        }))
    });
    let publish = (0u8..3, 1u16..5, any::<bool>()).prop_map(|(qos, packet_id, dup)| {
        let qos = QoS::from_bits(qos).unwrap();
        let message = Message::new("home/hall", "x", qos, false);
        let delivery = Delivery::new(qos, id(packet_id), dup);
        bytes_of(&Packet::Publish(message.as_publish(delivery)))
    });
    let suback = (1u16..5).prop_map(|packet_id| {
        let reasons: ReasonsBuf = [Reason::GrantedQoS1].into_iter().collect();
        bytes_of(&Packet::SubAck(SubAck {
            packet_id: id(packet_id),
            properties: Properties::EMPTY,
            reasons: reasons.as_ref(),
        }))
    });
    let disconnect = Packet::Disconnect(Disconnect {
        reason: Reason::ServerBusy,
        properties: Properties::EMPTY,
    });
    prop_oneof![
        8 => ack,
        8 => publish,
        2 => suback,
        1 => Just(bytes_of(&disconnect)),
        1 => Just(bytes_of(&Packet::PingResp)),
    ]
}

fn bytes_of(packet: &Packet<'_>) -> Vec<u8> {
    let wire = Wire::encode(packet, Version::V5).unwrap();
    wire.to_bytes().to_vec()
}

/// A connected client with something open in every direction.
fn busy() -> Script {
    let mut script = Script::connected(v5());
    script.subscribe(&["home/#"]).unwrap();
    script.publish("one", QoS::AtLeastOnce).unwrap();
    script.publish("two", QoS::ExactlyOnce).unwrap();
    script.sent();
    script
}

/// Everything that the client does with these chunks.
fn outputs(mut script: Script, chunks: &[&[u8]]) -> Vec<Output> {
    for chunk in chunks {
        let bytes = Bytes::copy_from_slice(chunk);
        script.client.handle_input(script.now, bytes);
    }
    core::iter::from_fn(|| script.client.poll_output()).collect()
}

proptest! {
    #[test]
    fn random_bytes_do_not_panic(chunks in collection::vec(collection::vec(any::<u8>(), 0..40), 0..8)) {
        let mut script = busy();
        for chunk in chunks {
            script.receive_bytes(chunk);
        }
        prop_assert!(matches!(script.client.state(), State::Connected | State::Idle | State::Waiting));
    }

    #[test]
    fn chunking_makes_no_difference(packets in collection::vec(packet(), 0..30), size in 1usize..20) {
        let stream = packets.concat();
        let whole = outputs(busy(), &[&stream]);
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        prop_assert_eq!(outputs(busy(), &chunks), whole);
    }

    #[test]
    fn a_clone_goes_on_as_the_original(packets in collection::vec(packet(), 0..30), at in 0usize..30) {
        let (before, after) = packets.split_at(at.min(packets.len()));
        let mut script = busy();
        script.receive_bytes(before.concat());
        let clone = Script {
            client: script.client.clone(),
            ..Script::new(v5())
        };
        let rest = after.concat();
        prop_assert_eq!(outputs(clone, &[&rest]), outputs(script, &[&rest]));
    }
}
