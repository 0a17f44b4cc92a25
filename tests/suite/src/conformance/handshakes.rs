//! QoS 1 and 2, the broker at either end, and what a lost connection does to them (sections 4.3 to 4.6).

use super::bench::*;
use super::words::*;
use midge_codec::{Delivery, Packet, Property, Publish, QoS, Reason, Version};

/// A client that has `a` at QoS 2 in a kept session, and one that publishes.
fn pair(version: Version) -> (Bench, Peer, Peer) {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(version, "ada");
    bench.subscribe(ada, "a", Q2);
    let bob = bench.join(version, "bob");
    (bench, ada, bob)
}

/// PUBLISH with this identifier and DUP.
fn publish_as(bench: &mut Bench, peer: Peer, payload: &str, qos: QoS, packet_id: u16, dup: bool) {
    let publish = Publish {
        delivery: Delivery::new(qos, id(packet_id), dup),
        ..publication("a", payload, qos)
    };
    bench.send(peer, &Packet::Publish(publish));
}

/// [3.1.1 MQTT-2.3.1-4] [5.0 MQTT-2.2.1-4] [3.1.1 MQTT-4.3.2-1] [5.0 MQTT-4.3.2-1]
/// [5.0 MQTT-4.3.2-2] [5.0 MQTT-4.3.2-3] [5.0 MQTT-4.3.3-1] [5.0 MQTT-4.3.3-2]
#[test]
fn each_message_sent_has_an_identifier_that_is_not_in_use_and_dup_0() {
    for version in BOTH {
        let (mut bench, ada, bob) = pair(version);
        for payload in ["1", "2", "3"] {
            bench.publish(bob, "a", payload, Q1);
        }
        let sent = [
            "PUBLISH a=1 q1 #1",
            "PUBLISH a=2 q1 #2",
            "PUBLISH a=3 q1 #3",
        ];
        assert_eq!(bench.take(ada), sent);
        // 1 and 3 are still in use; 2 may come again at any time.
        bench.ack(ada, PubAck, 2);
        for n in 0..40_u32 {
            publish_as(&mut bench, bob, "x", Q2, 100 + n as u16, false);
            for words in bench.take(ada) {
                assert!(
                    !words.contains(" #1 ") && !words.contains(" #3 "),
                    "{words}"
                );
                let sent = words.rsplit('#').next().unwrap().parse().unwrap();
                bench.ack(ada, PubRec, sent);
                bench.ack(ada, PubComp, sent);
                bench.take(ada);
            }
        }
        assert_eq!(bench.broker.session("ada").unwrap().inflight, 2);
    }
}

/// [3.1.1 MQTT-4.3.2-2] [5.0 MQTT-4.3.2-4] [5.0 MQTT-4.3.2-5]
#[test]
fn after_puback_the_same_identifier_is_another_message_whatever_dup_says() {
    for version in BOTH {
        let (mut bench, ada, bob) = pair(version);
        for dup in [false, true, false] {
            publish_as(&mut bench, bob, "x", Q1, 5, dup);
            assert_eq!(bench.take(bob), ["PUBACK #5 0x00"]);
        }
        assert_eq!(bench.take(ada).len(), 3);
    }
}

/// [3.1.1 MQTT-4.3.3-2] [5.0 MQTT-4.3.3-8] [5.0 MQTT-4.3.3-10] [5.0 MQTT-4.3.3-11]
/// [5.0 MQTT-4.3.3-12]
#[test]
fn until_pubrel_a_qos_2_message_is_answered_each_time_and_delivered_once() {
    for version in BOTH {
        let (mut bench, ada, bob) = pair(version);
        for dup in [false, true, true] {
            publish_as(&mut bench, bob, "x", Q2, 5, dup);
            assert_eq!(bench.take(bob), ["PUBREC #5 0x00"]);
        }
        bench.ack(bob, PubRel, 5);
        assert_eq!(bench.take(bob), ["PUBCOMP #5 0x00"]);
        assert_eq!(bench.take(ada), ["PUBLISH a=x q2 #1"]);
        publish_as(&mut bench, bob, "y", Q2, 5, false);
        assert_eq!(bench.take(bob), ["PUBREC #5 0x00"]);
        assert_eq!(bench.take(ada), ["PUBLISH a=y q2 #2"]);
    }
}

/// [3.1.1 MQTT-4.3.3-2] [5.0 MQTT-4.3.3-10] [3.1.1 MQTT-3.3.1-1] [5.0 MQTT-3.3.1-1]
#[test]
fn a_qos_2_message_that_comes_again_over_another_connection_is_not_delivered_again() {
    for version in BOTH {
        let (mut bench, ada, _) = pair(version);
        let (eve, _) = bench.keep(version, "eve");
        publish_as(&mut bench, eve, "x", Q2, 5, false);
        bench.cut(eve);
        let (eve, answer) = bench.keep(version, "eve");
        assert_eq!(answer, ["CONNACK 0x00 present"]);
        publish_as(&mut bench, eve, "x", Q2, 5, true);
        assert_eq!(bench.take(eve), ["PUBREC #5 0x00"]);
        bench.ack(eve, PubRel, 5);
        assert_eq!(bench.take(eve), ["PUBCOMP #5 0x00"]);
        assert_eq!(bench.take(ada), ["PUBLISH a=x q2 #1"]);
    }
}

/// [5.0 MQTT-4.3.3-9]
#[test]
fn after_a_failed_pubrec_the_identifier_is_another_message() {
    let mut bench = Bench::new();
    let bob = bench.join(V5, "bob");
    let publish = Publish {
        topic: "$SYS/a",
        ..publication("a", "x", Q2)
    };
    bench.send(bob, &Packet::Publish(publish));
    assert_eq!(bench.take(bob), ["PUBREC #9 0x87"]);
    let ada = bench.join(V5, "ada");
    bench.subscribe(ada, "a", Q0);
    publish_as(&mut bench, bob, "y", Q2, 9, false);
    assert_eq!(bench.take(bob), ["PUBREC #9 0x00"]);
    assert_eq!(bench.take(ada), ["PUBLISH a=y"]);
}

/// [3.1.1 MQTT-4.3.3-1] [5.0 MQTT-4.3.3-3] [5.0 MQTT-4.3.3-4] [5.0 MQTT-4.3.3-5]
/// [5.0 MQTT-4.3.3-6] [5.0 MQTT-3.6.2-1] [3.1.1 MQTT-4.4.0-1] [5.0 MQTT-4.4.0-1]
#[test]
fn pubrec_is_answered_with_pubrel_which_alone_is_sent_again_until_pubcomp() {
    for version in BOTH {
        let (mut bench, ada, bob) = pair(version);
        bench.publish(bob, "a", "x", Q2);
        assert_eq!(bench.take(ada), ["PUBLISH a=x q2 #1"]);
        bench.cut(ada);
        let (ada, answer) = bench.keep(version, "ada");
        assert_eq!(answer[1..], ["PUBLISH a=x q2 #1 dup"]);
        bench.ack(ada, PubRec, 1);
        assert_eq!(bench.take(ada), ["PUBREL #1 0x00"]);
        bench.ack(ada, PubRec, 1);
        assert_eq!(bench.take(ada), ["PUBREL #1 0x00"]);
        bench.cut(ada);
        let (ada, answer) = bench.keep(version, "ada");
        assert_eq!(answer[1..], ["PUBREL #1 0x00"]);
        bench.ack(ada, PubComp, 1);
        bench.cut(ada);
        assert_eq!(bench.keep(version, "ada").1, ["CONNACK 0x00 present"]);
    }
}

/// [3.1.1 MQTT-3.3.1-1] [5.0 MQTT-3.3.1-1] [3.1.1 MQTT-4.4.0-1] [5.0 MQTT-4.4.0-1]
/// [3.1.1 MQTT-4.6.0-1] [3.1.1 MQTT-2.3.1-3]
#[test]
fn unacknowledged_messages_are_sent_again_in_order_with_their_identifiers_and_dup() {
    for version in BOTH {
        let (mut bench, ada, bob) = pair(version);
        for (payload, qos) in [("1", Q1), ("2", Q2), ("3", Q1), ("4", Q0), ("5", Q1)] {
            bench.publish(bob, "a", payload, qos);
            bench.ack(bob, PubRel, 9);
        }
        bench.take(ada);
        bench.ack(ada, PubAck, 3);
        bench.cut(ada);
        let (ada, answer) = bench.keep(version, "ada");
        let expected = [
            "CONNACK 0x00 present",
            "PUBLISH a=1 q1 #1 dup",
            "PUBLISH a=2 q2 #2 dup",
            "PUBLISH a=5 q1 #4 dup",
        ];
        assert_eq!(answer, expected);
        // At no other time is anything sent again.
        bench.pass(100_000);
        assert!(bench.take(ada).is_empty());
    }
}

/// [5.0 MQTT-4.4.0-2]
#[test]
fn a_message_that_was_refused_is_not_sent_again() {
    let (mut bench, ada, bob) = pair(V5);
    bench.publish(bob, "a", "1", Q1);
    bench.publish(bob, "a", "2", Q2);
    bench.ack_with(ada, PubAck, 1, Reason::UnspecifiedError);
    bench.ack_with(ada, PubRec, 2, Reason::QuotaExceeded);
    bench.take(ada);
    bench.cut(ada);
    assert_eq!(bench.keep(V5, "ada").1, ["CONNACK 0x00 present"]);
}

/// [3.1.1 MQTT-4.6.0-5] [3.1.1 MQTT-4.6.0-6] [5.0 MQTT-4.6.0-5] [5.0 MQTT-4.6.0-6]
#[test]
fn messages_of_one_publisher_topic_and_qos_keep_their_order() {
    for version in BOTH {
        for qos in QoS::ALL {
            let (mut bench, ada, bob) = pair(version);
            let mut received = Vec::new();
            for n in 0..60_u16 {
                publish_as(&mut bench, bob, &n.to_string(), qos, 100 + n, false);
            }
            loop {
                let some = bench.take(ada);
                if some.is_empty() {
                    break;
                }
                for words in some {
                    let Some(rest) = words.strip_prefix("PUBLISH a=") else {
                        continue;
                    };
                    let mut parts = rest.split([' ', '#']);
                    received.push(parts.next().unwrap().parse::<u16>().unwrap());
                    let Some(sent) = parts.next_back().and_then(|id| id.parse().ok()) else {
                        continue;
                    };
                    match qos {
                        QoS::AtMostOnce => {}
                        QoS::AtLeastOnce => bench.ack(ada, PubAck, sent),
                        QoS::ExactlyOnce => {
                            bench.ack(ada, PubRec, sent);
                            bench.ack(ada, PubComp, sent);
                        }
                    }
                }
            }
            assert_eq!(received, (0..60).collect::<Vec<_>>(), "{version} {qos:?}");
        }
    }
}

/// [3.1.1 MQTT-4.6.0-2] [3.1.1 MQTT-4.6.0-3] [3.1.1 MQTT-4.6.0-4]
#[test]
fn acknowledgements_come_in_the_order_of_what_they_answer() {
    for version in BOTH {
        let (mut bench, _, bob) = pair(version);
        for packet_id in [30, 10, 20] {
            publish_as(&mut bench, bob, "x", Q1, packet_id, false);
        }
        let expected = ["PUBACK #30 0x00", "PUBACK #10 0x00", "PUBACK #20 0x00"];
        assert_eq!(bench.take(bob), expected);
        for packet_id in [30, 10, 20] {
            publish_as(&mut bench, bob, "x", Q2, packet_id, false);
        }
        let expected = ["PUBREC #30 0x00", "PUBREC #10 0x00", "PUBREC #20 0x00"];
        assert_eq!(bench.take(bob), expected);
        let (mut bench, ada, bob) = pair(version);
        for packet_id in 5..8 {
            publish_as(&mut bench, bob, "x", Q2, packet_id, false);
        }
        bench.take(ada);
        for packet_id in [2, 3, 1] {
            bench.ack(ada, PubRec, packet_id);
        }
        let expected = ["PUBREL #2 0x00", "PUBREL #3 0x00", "PUBREL #1 0x00"];
        assert_eq!(bench.take(ada), expected);
    }
}

/// [5.0 MQTT-4.3.3-7] [5.0 MQTT-4.3.3-13] [5.0 MQTT-3.3.2-5]
#[test]
fn a_message_that_was_sent_does_not_expire_and_one_that_waits_does() {
    let (mut bench, ada, bob) = pair(V5);
    let ten = list([Property::MessageExpiryInterval(10)]);
    bench.publish_with(bob, "a", Q2, ten.as_ref());
    assert_eq!(
        bench.take(ada),
        ["PUBLISH a=x q2 #1 [MessageExpiryInterval(10)]"]
    );
    bench.cut(ada);
    bench.ack(bob, PubRel, 9);
    bench.publish_with(bob, "a", Q2, ten.as_ref());
    bench.pass(100);
    let (ada, answer) = bench.keep(V5, "ada");
    assert_eq!(answer.len(), 2, "{answer:?}");
    assert!(answer[1].starts_with("PUBLISH a=x q2 #1 dup"), "{answer:?}");
    bench.ack(ada, PubRec, 1);
    assert_eq!(bench.take(ada), ["PUBREL #1 0x00"]);
}

/// [5.0 MQTT-3.7.2-1] [5.0 MQTT-3.6.2-1]
#[test]
fn what_is_unknown_is_answered_with_packet_identifier_not_found() {
    for (version, code) in [(V311, "0x00"), (V5, "0x92")] {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.ack(ada, PubRel, 77);
        assert_eq!(bench.take(ada), [format!("PUBCOMP #77 {code}")]);
        bench.ack(ada, PubRec, 78);
        assert_eq!(bench.take(ada), [format!("PUBREL #78 {code}")]);
        bench.ack(ada, PubAck, 79);
        bench.ack(ada, PubComp, 80);
        assert!(bench.take(ada).is_empty());
    }
}
