//! PUBLISH: flags, topic name, packet identifier, what is forwarded (section 3.3).

use super::bench::*;
use super::words::*;
use midge_broker::Config;
use midge_codec::{Delivery, Packet, Publish, Reason};

/// [3.1.1 MQTT-2.3.1-5] [5.0 MQTT-2.2.1-2] [3.1.1 MQTT-4.3.1-1] [5.0 MQTT-4.3.1-1]
/// [3.1.1 MQTT-3.3.1-2] [5.0 MQTT-3.3.1-2]
#[test]
fn a_message_at_qos_0_has_no_identifier_and_no_dup() {
    for (version, sent) in [
        (V311, &b"\x30\x04\x00\x01ax"[..]),
        (V5, b"\x30\x05\x00\x01a\x00x"),
    ] {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a", Q2);
        bench.send_bytes(ada, sent);
        // Nothing between the topic and the payload (5.0: the Property Length).
        assert_eq!(bench.take_frames(ada), [sent]);
        bench.send_bytes(ada, [&[sent[0] | 8], &sent[1..]].concat());
        let malformed = fault(version, Reason::MalformedPacket);
        assert_eq!(bench.take(ada), malformed, "DUP at QoS 0");
    }
}

/// [3.1.1 MQTT-3.3.1-4] [5.0 MQTT-3.3.1-4]
#[test]
fn qos_3_is_malformed() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.send_bytes(ada, &b"\x36\x07\x00\x01a\x00\x01\x00x"[..]);
        assert_eq!(bench.take(ada), fault(version, Reason::MalformedPacket));
    }
}

/// [3.1.1 MQTT-3.3.1-3] [5.0 MQTT-3.3.1-3]
#[test]
fn dup_is_not_propagated() {
    for version in BOTH {
        let mut bench = Bench::new();
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "a", Q2);
        let ada = bench.join(version, "ada");
        for delivery in [
            Delivery::AtLeastOnce {
                packet_id: id(5),
                dup: true,
            },
            Delivery::ExactlyOnce {
                packet_id: id(6),
                dup: true,
            },
        ] {
            let publish = Publish {
                delivery,
                ..publication("a", "x", Q1)
            };
            bench.send(ada, &Packet::Publish(publish));
        }
        let expected = ["PUBLISH a=x q1 #1", "PUBLISH a=x q2 #2"];
        assert_eq!(bench.take(bob), expected);
    }
}

/// [3.1.1 MQTT-3.3.2-1] [5.0 MQTT-3.3.2-1]
#[test]
fn the_topic_name_comes_first_and_is_utf_8() {
    for version in BOTH {
        for (frame, reason) in [
            (&b"\x30\x04\x00\x02\xC3\x28"[..], Reason::MalformedPacket),
            (b"\x30\x05\x00\x03\xED\xB0\x80", Reason::MalformedPacket),
            (b"\x30\x01\x00", Reason::MalformedPacket),
            (b"\x30\x03\x00\x05a", Reason::MalformedPacket),
        ] {
            let mut bench = Bench::new();
            let ada = bench.join(version, "ada");
            bench.send_bytes(ada, frame);
            assert_eq!(bench.take(ada), fault(version, reason), "{frame:?}");
        }
    }
}

/// [3.1.1 MQTT-3.3.2-2] [5.0 MQTT-3.3.2-2] [3.1.1 MQTT-4.7.1-1] [5.0 MQTT-4.7.0-1]
#[test]
fn a_topic_name_with_a_wildcard_ends_the_connection() {
    for version in BOTH {
        for name in ["#", "+", "a/#", "a/+/b", "a+"] {
            let mut bench = Bench::new();
            let ada = bench.join(version, "ada");
            let mut frame = vec![0x30, u8::try_from(name.len()).unwrap() + 2, 0];
            frame.push(u8::try_from(name.len()).unwrap());
            frame.extend(name.as_bytes());
            if version == V5 {
                frame[1] += 1;
                frame.push(0);
            }
            bench.send_bytes(ada, frame);
            assert_eq!(bench.take(ada), fault(version, Reason::MalformedPacket));
        }
    }
}

/// [3.1.1 MQTT-3.3.2-3] [5.0 MQTT-3.3.2-3] [3.1.1 MQTT-4.5.0-1] [5.0 MQTT-4.5.0-1]
#[test]
fn every_client_with_a_matching_filter_and_no_other_gets_the_topic_as_published() {
    for version in BOTH {
        let mut bench = Bench::new();
        let filters = ["a/b", "a/+", "#", "a/b/#", "+/b", "a/c", "A/b", "a", "a/b/"];
        let peers = filters.map(|filter| {
            let peer = bench.join(version, filter);
            bench.subscribe(peer, filter, Q1);
            peer
        });
        let ada = bench.join(version, "ada");
        bench.publish(ada, "a/b", "x", Q1);
        for (index, peer) in peers.into_iter().enumerate() {
            let received = bench.take(peer);
            match index {
                0..5 => assert_eq!(received, ["PUBLISH a/b=x q1 #1"], "{}", filters[index]),
                _ => assert!(received.is_empty(), "{}", filters[index]),
            }
        }
    }
}

/// [3.1.1 MQTT-3.3.4-1] [5.0 MQTT-3.3.4-1] [3.1.1 MQTT-2.3.1-6] [5.0 MQTT-2.2.1-5]
/// [5.0 MQTT-3.4.2-1] [5.0 MQTT-3.5.2-1] [5.0 MQTT-3.7.2-1]
#[test]
fn each_qos_is_answered_by_its_own_packets_with_the_same_identifier() {
    for version in BOTH {
        let mut bench = Bench::new();
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "a", Q0);
        let ada = bench.join(version, "ada");
        bench.publish(ada, "a", "x", Q0);
        assert!(bench.take(ada).is_empty());
        bench.publish(ada, "a", "x", Q1);
        assert_eq!(bench.take(ada), ["PUBACK #9 0x00"]);
        bench.publish(ada, "a", "x", Q2);
        assert_eq!(bench.take(ada), ["PUBREC #9 0x00"]);
        bench.ack(ada, PubRel, 9);
        assert_eq!(bench.take(ada), ["PUBCOMP #9 0x00"]);
    }
}

/// [5.0 MQTT-3.4.2-1] [5.0 MQTT-3.5.2-1]
#[test]
fn a_publisher_is_told_that_nobody_subscribes_in_5_0_only() {
    for (version, code) in [(V311, "0x00"), (V5, "0x10")] {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish(ada, "a", "x", Q1);
        bench.publish(ada, "a", "x", Q2);
        let expected = [format!("PUBACK #9 {code}"), format!("PUBREC #9 {code}")];
        assert_eq!(bench.take(ada), expected);
        bench.ack(ada, PubRel, 9);
        assert_eq!(bench.take(ada), ["PUBCOMP #9 0x00"]);
    }
}

/// [3.1.1 MQTT-3.3.5-2]
#[test]
fn a_message_that_may_not_be_published_is_acknowledged_and_goes_nowhere() {
    for (version, code) in [(V311, "0x00"), (V5, "0x87")] {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "$SYS/#", Q0);
        // The broker's own topics are nobody else's to publish to.
        bench.publish(ada, "$SYS/broker/version", "x", Q1);
        assert_eq!(bench.take(ada), [format!("PUBACK #9 {code}")]);
        bench.publish(ada, "$SYS/broker/version", "x", Q2);
        assert_eq!(bench.take(ada), [format!("PUBREC #9 {code}")]);
    }
}

/// [5.0 MQTT-3.3.4-6]
#[test]
fn a_subscription_identifier_from_a_client_is_a_protocol_error() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    bench.send_bytes(ada, &b"\x30\x06\x00\x01a\x02\x0B\x01"[..]);
    assert_eq!(bench.take(ada), ["DISCONNECT 0x82", "CLOSE"]);
}

/// [3.1.1 MQTT-2.3.1-1] [5.0 MQTT-2.2.1-3]
#[test]
fn a_packet_identifier_of_zero_ends_the_connection() {
    for (version, frames) in [
        (
            V311,
            [
                &b"\x32\x05\x00\x01a\x00\x00"[..],
                b"\x34\x05\x00\x01a\x00\x00",
                b"\x82\x06\x00\x00\x00\x01a\x00",
                b"\xA2\x05\x00\x00\x00\x01a",
            ],
        ),
        (
            V5,
            [
                &b"\x32\x06\x00\x01a\x00\x00\x00"[..],
                b"\x34\x06\x00\x01a\x00\x00\x00",
                b"\x82\x07\x00\x00\x00\x00\x01a\x00",
                b"\xA2\x06\x00\x00\x00\x00\x01a",
            ],
        ),
    ] {
        for frame in frames {
            let mut bench = Bench::new();
            let ada = bench.join(version, "ada");
            bench.send_bytes(ada, frame);
            assert_eq!(bench.take(ada), fault(version, Reason::ProtocolError));
        }
    }
}

/// [5.0 MQTT-3.2.2-11] [5.0 MQTT-3.2.2-14]
#[test]
fn what_the_server_said_it_does_not_support_ends_the_connection() {
    let config = Config {
        max_qos: Q1,
        retain_available: false,
        ..quiet()
    };
    let mut bench = Bench::with(config);
    let announced = "CONNACK 0x00 [RetainAvailable(0), MaximumQoS(1)]";
    let (ada, answer) = bench.connect(&hello(V5, "ada"));
    assert_eq!(answer, [announced]);
    bench.publish(ada, "a", "x", Q2);
    assert_eq!(bench.take(ada), ["DISCONNECT 0x9B", "CLOSE"]);
    let (bob, _) = bench.connect(&hello(V5, "bob"));
    bench.publish_retained(bob, "a", "x", Q0);
    assert_eq!(bench.take(bob), ["DISCONNECT 0x9A", "CLOSE"]);
}
