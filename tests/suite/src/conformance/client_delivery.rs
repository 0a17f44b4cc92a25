//! The client at either end of QoS 1 and 2 (sections 2.2.1 and 4.3 to 4.6).

use super::script::*;
use super::words::*;
use midge_client::{Command, Config, Event};
use midge_codec::{Message, QoS, Reason};
use std::collections::BTreeSet;

/// [3.1.1 MQTT-2.3.1-1] [3.1.1 MQTT-2.3.1-2] [5.0 MQTT-2.2.1-3] [5.0 MQTT-4.3.2-1]
/// [3.1.1 MQTT-4.3.2-1] [5.0 MQTT-4.3.3-1]
#[test]
fn publishes_subscribes_and_unsubscribes_never_share_an_identifier() {
    for version in BOTH {
        let mut script = Script::connected(config(version));
        for _ in 0..4 {
            script.publish("a", Q1).unwrap();
            script.subscribe(&["b"]).unwrap();
            let filters = vec!["c".into()];
            script.command(Command::Unsubscribe { filters }).unwrap();
            script.publish("a", Q2).unwrap();
        }
        let sent = script.sent();
        let ids: BTreeSet<u16> = sent
            .iter()
            .map(|words| words.split('#').nth(1).unwrap())
            .map(|rest| rest.split(' ').next().unwrap().parse().unwrap())
            .collect();
        assert_eq!((sent.len(), ids.len()), (16, 16));
        assert!(!ids.contains(&0));
    }
}

/// [3.1.1 MQTT-2.3.1-5] [5.0 MQTT-2.2.1-2] [3.1.1 MQTT-4.3.1-1] [5.0 MQTT-4.3.1-1]
/// [3.1.1 MQTT-3.3.1-2] [5.0 MQTT-3.3.1-2] [5.0 MQTT-4.3.2-2] [5.0 MQTT-4.3.3-2]
#[test]
fn each_level_is_sent_as_it_should_be() {
    for version in BOTH {
        let mut script = Script::connected(config(version));
        for qos in QoS::ALL {
            script.publish("a", qos).unwrap();
        }
        let expected = ["PUBLISH a=x", "PUBLISH a=x q1 #1", "PUBLISH a=x q2 #2"];
        assert_eq!(script.sent(), expected);
    }
}

/// [3.1.1 MQTT-4.3.3-1] [5.0 MQTT-4.3.3-3] [5.0 MQTT-4.3.3-4] [5.0 MQTT-4.3.3-5]
/// [5.0 MQTT-4.3.3-6] [5.0 MQTT-3.6.2-1] [3.1.1 MQTT-2.3.1-6] [5.0 MQTT-2.2.1-5]
#[test]
fn pubrec_is_answered_with_pubrel_and_publish_is_never_sent_again() {
    for version in BOTH {
        let mut script = Script::connected(keeping(version));
        script.publish("a", Q2).unwrap();
        script.receive_ack(PubRec, 1, Reason::Success);
        assert_eq!(script.sent(), ["PUBLISH a=x q2 #1", "PUBREL #1 0x00"]);
        script.break_and_reopen();
        script.sent();
        script.connack(true, Reason::Success, &[]);
        assert_eq!(script.sent(), ["PUBREL #1 0x00"]);
        script.receive_ack(PubComp, 1, Reason::Success);
        let published = |event: &Event| matches!(event, Event::Published { .. });
        assert_eq!(
            script
                .events()
                .iter()
                .filter(|event| published(event))
                .count(),
            1
        );
    }
}

/// [3.1.1 MQTT-3.3.1-1] [5.0 MQTT-3.3.1-1] [3.1.1 MQTT-4.4.0-1] [5.0 MQTT-4.4.0-1]
/// [3.1.1 MQTT-4.6.0-1] [5.0 MQTT-4.6.0-1] [3.1.1 MQTT-2.3.1-3] [5.0 MQTT-4.3.2-3]
#[test]
fn unacknowledged_messages_are_sent_again_in_order_and_only_after_a_reconnect() {
    for version in BOTH {
        let mut script = Script::connected(keeping(version));
        for qos in [Q1, Q2, Q1, Q2] {
            script.publish("a", qos).unwrap();
        }
        script.receive_ack(PubAck, 3, Reason::Success);
        script.wait(100_000);
        assert_eq!(script.sent().len(), 4);
        script.break_and_reopen();
        script.sent();
        script.connack(true, Reason::Success, &[]);
        let expected = [
            "PUBLISH a=x q1 #1 dup",
            "PUBLISH a=x q2 #2 dup",
            "PUBLISH a=x q2 #4 dup",
        ];
        assert_eq!(script.sent(), expected);
        // Only what was acknowledged has given its identifier back.
        for packet_id in [1, 2, 4] {
            let kind = if packet_id == 1 { PubAck } else { PubRec };
            script.receive_ack(kind, packet_id, Reason::Success);
        }
        assert_eq!(script.sent(), ["PUBREL #2 0x00", "PUBREL #4 0x00"]);
    }
}

/// [5.0 MQTT-4.4.0-2]
#[test]
fn what_was_refused_is_not_sent_again() {
    let mut script = Script::connected(keeping(V5));
    script.publish("a", Q1).unwrap();
    script.publish("a", Q2).unwrap();
    script.receive_ack(PubAck, 1, Reason::QuotaExceeded);
    script.receive_ack(PubRec, 2, Reason::NotAuthorized);
    script.sent();
    script.break_and_reopen();
    script.sent();
    script.connack(true, Reason::Success, &[]);
    assert!(script.sent().is_empty());
}

/// [3.1.1 MQTT-3.3.4-1] [5.0 MQTT-3.3.4-1] [3.1.1 MQTT-4.5.0-2] [5.0 MQTT-4.5.0-2]
/// [3.1.1 MQTT-4.3.2-2] [5.0 MQTT-4.3.2-4] [5.0 MQTT-4.3.2-5] [5.0 MQTT-4.3.3-8]
/// [5.0 MQTT-4.3.3-11] [5.0 MQTT-3.4.2-1] [5.0 MQTT-3.5.2-1] [5.0 MQTT-3.7.2-1]
#[test]
fn every_message_is_acknowledged_also_one_that_nobody_subscribed_to() {
    for version in BOTH {
        let mut script = Script::connected(config(version));
        script.receive_publish("b", Q0, 1);
        assert!(script.sent().is_empty());
        for _ in 0..2 {
            script.receive_publish("b", Q1, 5);
            assert_eq!(script.sent(), ["PUBACK #5 0x00"]);
        }
        script.receive_publish("b", Q2, 5);
        script.receive_ack(PubRel, 5, Reason::Success);
        assert_eq!(script.sent(), ["PUBREC #5 0x00", "PUBCOMP #5 0x00"]);
        assert_eq!(script.messages(), ["b=x"; 4]);
    }
}

/// [3.1.1 MQTT-4.3.3-2] [5.0 MQTT-4.3.3-10] [5.0 MQTT-4.3.3-12]
#[test]
fn a_qos_2_message_comes_once_until_pubrel_also_over_another_connection() {
    for version in BOTH {
        let mut script = Script::connected(keeping(version));
        script.receive_publish("b", Q2, 5);
        script.receive_publish("b", Q2, 5);
        script.sent();
        assert_eq!(script.messages(), ["b=x"]);
        script.break_and_reopen();
        script.connack(true, Reason::Success, &[]);
        script.sent();
        script.receive_publish("b", Q2, 5);
        assert_eq!(script.sent(), ["PUBREC #5 0x00"]);
        assert!(script.messages().is_empty());
        script.receive_ack(PubRel, 5, Reason::Success);
        script.receive_publish("b", Q2, 5);
        assert_eq!(script.messages(), ["b=x"]);
    }
}

/// [5.0 MQTT-4.3.3-9]
#[test]
fn after_a_failed_pubrec_the_identifier_is_another_message() {
    let mut script = Script::connected(Config {
        manual_acknowledge: true,
        ..config(V5)
    });
    for _ in 0..2 {
        script.receive_publish("b", Q2, 5);
        let slot = script.events().into_iter().find_map(|event| match event {
            Event::Message { slot, .. } => slot,
            _ => None,
        });
        let slot = slot.expect("each time it is delivered");
        let reason = Reason::QuotaExceeded;
        script
            .command(Command::Acknowledge { slot, reason })
            .unwrap();
        assert_eq!(script.sent(), ["PUBREC #5 0x97"]);
    }
}

/// [3.1.1 MQTT-4.6.0-2] [3.1.1 MQTT-4.6.0-3] [3.1.1 MQTT-4.6.0-4] [5.0 MQTT-4.6.0-2]
/// [5.0 MQTT-4.6.0-3] [5.0 MQTT-4.6.0-4]
#[test]
fn acknowledgements_keep_the_order_of_what_they_answer_whatever_the_application_does() {
    for version in BOTH {
        let mut script = Script::connected(Config {
            manual_acknowledge: true,
            ..config(version)
        });
        for (packet_id, qos) in [(30, Q1), (31, Q2), (10, Q1), (11, Q2)] {
            script.receive_publish("b", qos, packet_id);
        }
        let slots: Vec<_> = script
            .events()
            .into_iter()
            .filter_map(|event| match event {
                Event::Message { slot, .. } => slot,
                _ => None,
            })
            .collect();
        for slot in slots.into_iter().rev() {
            let reason = Reason::Success;
            script
                .command(Command::Acknowledge { slot, reason })
                .unwrap();
        }
        let expected = [
            "PUBREC #31 0x00",
            "PUBREC #11 0x00",
            "PUBACK #30 0x00",
            "PUBACK #10 0x00",
        ];
        assert_eq!(script.sent(), expected);
        for _ in 0..3 {
            script.publish("a", Q2).unwrap();
        }
        script.sent();
        for packet_id in [3, 1, 2] {
            script.receive_ack(PubRec, packet_id, Reason::Success);
        }
        let expected = ["PUBREL #3 0x00", "PUBREL #1 0x00", "PUBREL #2 0x00"];
        assert_eq!(script.sent(), expected);
    }
}

/// [3.1.1 MQTT-4.1.0-1] [3.1.1 MQTT-4.1.0-2] [5.0 MQTT-4.1.0-1] [5.0 MQTT-3.1.2-23]
#[test]
fn the_clients_part_of_the_session_outlives_the_connection() {
    for version in BOTH {
        let mut script = Script::connected(keeping(version));
        script.publish("a", Q1).unwrap();
        script.break_and_reopen();
        script.publish("a", Q2).unwrap();
        script.sent();
        script.connack(true, Reason::Success, &[]);
        let expected = ["PUBLISH a=x q1 #1 dup", "PUBLISH a=x q2 #2"];
        assert_eq!(script.sent(), expected);
    }
}

/// [5.0 MQTT-4.3.3-7]
#[test]
fn a_message_that_was_sent_is_sent_again_although_its_time_is_over() {
    let mut script = Script::connected(keeping(V5));
    let mut message = Message::new("a", "x", Q2, false);
    message.properties = list([midge_codec::Property::MessageExpiryInterval(5)]);
    script.command(Command::Publish(message)).unwrap();
    script.sent();
    script.wait(100);
    script.break_and_reopen();
    script.sent();
    script.connack(true, Reason::Success, &[]);
    let sent = script.sent();
    assert!(sent[0].starts_with("PUBLISH a=x q2 #1 dup"), "{sent:?}");
}
