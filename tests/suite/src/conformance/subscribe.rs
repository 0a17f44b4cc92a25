//! SUBSCRIBE and SUBACK (sections 3.8 and 3.9), and what overlapping subscriptions give (3.3.4).

use super::bench::*;
use super::words::*;
use midge_codec::{Properties, Property, QoS, Reason, SubscriptionOptions};

/// [3.1.1 MQTT-2.3.1-7] [5.0 MQTT-2.2.1-6] [3.1.1 MQTT-3.8.4-1] [3.1.1 MQTT-3.8.4-2]
/// [3.1.1 MQTT-3.8.4-4] [3.1.1 MQTT-3.8.4-5] [3.1.1 MQTT-3.9.3-1] [5.0 MQTT-3.8.4-1]
/// [5.0 MQTT-3.8.4-2] [5.0 MQTT-3.8.4-5] [5.0 MQTT-3.8.4-6] [5.0 MQTT-3.8.4-7]
/// [5.0 MQTT-3.9.3-1]
#[test]
fn one_suback_has_the_identifier_and_a_code_for_each_filter_in_order() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        let filters = [("a", Q2.into()), ("b", Q0.into()), ("c/#", Q1.into())];
        let answer = bench.subscribe_with(ada, &filters, Properties::EMPTY);
        assert_eq!(answer, ["SUBACK #1 02 00 01"]);
        for topic in ["a", "b", "c/d"] {
            bench.publish(ada, topic, "x", Q0);
        }
        let expected = ["PUBLISH a=x", "PUBLISH b=x", "PUBLISH c/d=x"];
        assert_eq!(bench.take(ada), expected);
    }
}

/// [3.1.1 MQTT-3.9.3-2] [5.0 MQTT-3.9.3-2] [5.0 MQTT-3.8.4-7]
#[test]
fn a_filter_that_is_refused_has_its_code_and_the_others_are_granted() {
    let mut config = quiet();
    config.limits.max_subscriptions = 2;
    for (version, [one, other], expected) in [
        // What is malformed in 3.1.1 as well has no code there: the connection ends.
        (V311, ["$share/a", "$share//a"], "SUBACK #1 80 01 80 02 80"),
        (V5, ["a/#/b", "a+"], "SUBACK #1 8F 01 8F 02 97"),
    ] {
        let mut bench = Bench::with(config.clone());
        let ada = bench.join(version, "ada");
        let filters = [(one, Q1), ("a", Q1), (other, Q1), ("b", Q2), ("c", Q0)];
        let filters = filters.map(|(filter, qos)| (filter, qos.into()));
        let answer = bench.subscribe_with(ada, &filters, Properties::EMPTY);
        assert_eq!(answer, [expected]);
        bench.publish(ada, "a", "x", Q0);
        bench.publish(ada, "c", "x", Q0);
        assert_eq!(bench.take(ada), ["PUBLISH a=x"]);
    }
}

/// [3.1.1 MQTT-3.8.4-6] [5.0 MQTT-3.8.4-8]
#[test]
fn messages_come_at_the_lower_of_published_and_granted_qos() {
    for version in BOTH {
        for granted in QoS::ALL {
            for published in QoS::ALL {
                let mut bench = Bench::new();
                let ada = bench.join(version, "ada");
                bench.subscribe(ada, "a", granted);
                bench.publish(ada, "a", "x", published);
                let expected = match granted.min(published) {
                    QoS::AtMostOnce => "PUBLISH a=x",
                    QoS::AtLeastOnce => "PUBLISH a=x q1 #1",
                    QoS::ExactlyOnce => "PUBLISH a=x q2 #1",
                };
                assert!(bench.take(ada).contains(&expected.to_string()));
            }
        }
    }
}

/// [3.1.1 MQTT-3.8.4-3] [5.0 MQTT-3.8.4-3]
#[test]
fn the_same_filter_again_replaces_the_subscription() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a", Q2);
        assert_eq!(bench.subscribe(ada, "a", Q0), ["SUBACK #1 00"]);
        let bob = bench.join(version, "bob");
        bench.publish(bob, "a", "x", Q2);
        assert_eq!(bench.take(ada), ["PUBLISH a=x"]);
        bench.unsubscribe(ada, &["a"]);
        bench.publish(bob, "a", "y", Q1);
        assert!(bench.take(ada).is_empty());
    }
}

/// [5.0 MQTT-3.8.4-4]
#[test]
fn no_message_is_lost_when_a_subscription_is_replaced() {
    let mut bench = Bench::new();
    let one = list([Property::ReceiveMaximum(1)]);
    let (ada, _) = bench.connect(&midge_codec::Connect {
        properties: one.as_ref(),
        ..hello(V5, "ada")
    });
    bench.subscribe(ada, "a", Q1);
    let bob = bench.join(V5, "bob");
    bench.publish(bob, "a", "1", Q1);
    bench.publish(bob, "a", "2", Q1);
    bench.publish_retained(bob, "a", "3", Q1);
    assert_eq!(bench.take(ada), ["PUBLISH a=1 q1 #1"]);
    assert_eq!(
        bench.subscribe(ada, "a", Q0),
        ["SUBACK #1 00", "PUBLISH a=3 retain"]
    );
    bench.ack(ada, PubAck, 1);
    bench.ack(ada, PubAck, 2);
    let expected = ["PUBLISH a=2 q1 #2", "PUBLISH a=3 q1 #3"];
    assert_eq!(bench.take(ada), expected);
}

/// [3.1.1 MQTT-3.3.5-1] [5.0 MQTT-3.3.4-2]
#[test]
fn overlapping_subscriptions_deliver_at_the_highest_granted_qos() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a/#", Q0);
        bench.subscribe(ada, "a/+", Q2);
        bench.subscribe(ada, "a/b", Q1);
        let bob = bench.join(version, "bob");
        bench.publish(bob, "a/b", "x", Q2);
        assert_eq!(bench.take(ada), ["PUBLISH a/b=x q2 #1"]);
    }
}

/// [5.0 MQTT-3.3.4-3] [5.0 MQTT-3.3.4-4]
#[test]
fn the_one_copy_has_the_identifiers_of_all_subscriptions_that_have_one() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    for (filter, identifier) in [("a/#", Some(1)), ("a/+", Some(268_435_455)), ("a/b", None)] {
        let properties = identifier.map_or_else(Default::default, |identifier| {
            list([Property::SubscriptionIdentifier(identifier)])
        });
        bench.subscribe_with(ada, &[(filter, Q0.into())], properties.as_ref());
    }
    bench.publish(ada, "a/b", "x", Q0);
    let frames = bench.take_frames(ada);
    assert_eq!(frames.len(), 1);
    let packet = midge_codec::decode(&frames[0], V5).unwrap();
    let midge_codec::Packet::Publish(publish) = packet else {
        panic!("{packet}");
    };
    let mut identifiers: Vec<_> = publish.properties.subscription_identifiers().collect();
    identifiers.sort_unstable();
    assert_eq!(identifiers, [1, 268_435_455]);
}

/// [5.0 MQTT-3.8.3-3]
#[test]
fn no_local_keeps_a_clients_own_messages_away_from_it() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    let options = SubscriptionOptions {
        no_local: true,
        ..Q1.into()
    };
    bench.subscribe(ada, "a", options);
    bench.publish(ada, "a", "own", Q0);
    assert!(bench.take(ada).is_empty());
    let bob = bench.join(V5, "bob");
    bench.publish(bob, "a", "other", Q0);
    assert_eq!(bench.take(ada), ["PUBLISH a=other"]);
}

/// [5.0 MQTT-3.8.3-4]
#[test]
fn no_local_on_a_shared_subscription_is_a_protocol_error() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    bench.send_bytes(ada, &b"\x82\x10\x00\x01\x00\x00\x0A$share/s/a\x05"[..]);
    assert_eq!(bench.take(ada), ["DISCONNECT 0x82", "CLOSE"]);
}

/// [3.1.1 MQTT-3.8.3-4] [5.0 MQTT-3.8.3-5]
#[test]
fn reserved_bits_and_qos_3_in_subscribe_end_the_connection() {
    for bits in [0x03, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80] {
        let mut bench = Bench::new();
        let ada = bench.join(V311, "ada");
        bench.send_bytes(ada, [&b"\x82\x06\x00\x01\x00\x01a"[..], &[bits]].concat());
        assert_eq!(bench.take(ada), ["CLOSE"], "{bits:#x}");
    }
    for (bits, reason) in [
        (0x40, Reason::MalformedPacket),
        (0x80, Reason::MalformedPacket),
        // Both are called Protocol Errors (section 3.8.3.1).
        (0x03, Reason::ProtocolError),
        (0x30, Reason::ProtocolError),
    ] {
        let mut bench = Bench::new();
        let ada = bench.join(V5, "ada");
        bench.send_bytes(
            ada,
            [&b"\x82\x07\x00\x01\x00\x00\x01a"[..], &[bits]].concat(),
        );
        assert_eq!(bench.take(ada), fault(V5, reason), "{bits:#x}");
    }
}

/// [3.1.1 MQTT-3.8.3-3] [5.0 MQTT-3.8.3-2] [3.1.1 MQTT-3.8.3-1] [5.0 MQTT-3.8.3-1]
/// [3.1.1 MQTT-3.8.1-1] [5.0 MQTT-3.8.1-1]
#[test]
fn a_subscribe_needs_its_flags_a_filter_and_utf_8() {
    let malformed = Reason::MalformedPacket;
    for (frame, reason, what) in [
        (&b"\x82\x02\x00\x01"[..], Reason::ProtocolError, "no filter"),
        (b"\x82\x06\x00\x01\x00\x01\xFF\x00", malformed, "UTF-8"),
        (b"\x82\x05\x00\x01\x00\x01a", malformed, "no options"),
        (b"\x80\x06\x00\x01\x00\x01a\x00", malformed, "flags 0000"),
        (b"\x8A\x06\x00\x01\x00\x01a\x00", malformed, "flags 1010"),
        (b"\x83\x06\x00\x01\x00\x01a\x00", malformed, "flags 0011"),
    ] {
        for version in BOTH {
            let mut frame = frame.to_vec();
            if version == V5 {
                frame[1] += 1;
                frame.insert(4, 0);
            }
            let mut bench = Bench::new();
            let ada = bench.join(version, "ada");
            bench.send_bytes(ada, frame);
            assert_eq!(bench.take(ada), fault(version, reason), "{what}");
        }
    }
}

/// [5.0 MQTT-3.9.3-2]
#[test]
fn a_client_with_too_many_subscriptions_is_told_so() {
    let mut config = quiet();
    config.limits.max_subscriptions = 1;
    let mut bench = Bench::with(config);
    let ada = bench.join(V5, "ada");
    assert_eq!(bench.subscribe(ada, "a", Q0), ["SUBACK #1 00"]);
    assert_eq!(bench.subscribe(ada, "b", Q0), ["SUBACK #1 97"]);
    assert_eq!(bench.subscribe(ada, "a", Q1), ["SUBACK #1 01"]);
}
