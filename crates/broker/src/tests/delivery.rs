//! Messages at every QoS, what travels with them, and what the publisher is told.

use super::lab::*;
use crate::Event;
use midge_codec::{Connect, Delivery, Packet, Property, Publish, Reason};

/// [5.0 MQTT-3.3.4-1] [5.0 MQTT-4.3.1-1] [5.0 MQTT-4.3.2-2] [5.0 MQTT-4.3.3-2]
#[test]
fn a_message_goes_to_clients_of_both_versions_at_every_qos() {
    for version in [V311, V5] {
        let mut lab = Lab::new();
        let ada = lab.client(version, "ada");
        let bob = lab.client(V311, "bob");
        let eve = lab.client(V5, "eve");
        lab.subscribe(bob, "a", Q2);
        lab.subscribe(eve, "a", Q2);
        for (qos, expected, answer) in [
            (Q0, "PUBLISH a=x", None),
            (Q1, "PUBLISH a=x q1 #1", Some("PUBACK #9 Success")),
            (Q2, "PUBLISH a=x q2 #2", Some("PUBREC #9 Success")),
        ] {
            lab.publish(ada, "a", "x", qos);
            assert_eq!(lab.take(bob), [expected]);
            assert_eq!(lab.take(eve), [expected]);
            assert_eq!(lab.take(ada), answer.as_slice());
        }
    }
}

#[test]
fn a_sender_that_subscribes_too_is_answered_before_it_gets_its_own_message() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "a", Q0);
    lab.publish(ada, "a", "x", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 Success", "PUBLISH a=x"]);
    lab.subscribe(ada, "a", Q2);
    lab.publish(ada, "a", "x", Q2);
    assert_eq!(lab.take(ada), ["PUBREC #9 Success", "PUBLISH a=x q2 #1"]);
}

#[test]
fn a_publisher_learns_that_nobody_subscribes() {
    // sections 3.4.2.1 and 3.5.2.1
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.publish(ada, "a", "x", Q1);
    lab.publish(ada, "a", "x", Q2);
    let expected = [
        "PUBACK #9 NoMatchingSubscribers",
        "PUBREC #9 NoMatchingSubscribers",
    ];
    assert_eq!(lab.take(ada), expected);
    lab.acknowledge(ada, "PUBREL", 9);
    assert_eq!(lab.take(ada), ["PUBCOMP #9 Success"]);
    let old = lab.client(V311, "old");
    lab.publish(old, "a", "x", Q1);
    assert_eq!(lab.take(old), ["PUBACK #9 Success"]);
}

/// [5.0 MQTT-3.3.1-3]
#[test]
fn dup_belongs_to_one_hop() {
    let mut lab = Lab::new();
    let ada = lab.client(V311, "ada");
    lab.subscribe(ada, "a", Q1);
    let publish = Publish {
        delivery: Delivery::new(Q1, id(4), true),
        ..publication("a", "x", Q1)
    };
    lab.send(ada, &Packet::Publish(publish));
    assert_eq!(lab.take(ada), ["PUBACK #4 Success", "PUBLISH a=x q1 #1"]);
}

/// [5.0 MQTT-3.3.2-4] [5.0 MQTT-3.3.2-15] [5.0 MQTT-3.3.2-16] [5.0 MQTT-3.3.2-17]
/// [5.0 MQTT-3.3.2-18] [5.0 MQTT-3.3.2-20]
#[test]
fn end_to_end_properties_arrive_unchanged_and_in_order_and_not_in_3_1_1() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let old = lab.client(V311, "old");
    lab.subscribe(ada, "a", Q1);
    lab.subscribe(old, "a", Q1);
    let list = properties([
        Property::UserProperty("b", "1"),
        Property::PayloadFormatIndicator(1),
        Property::ResponseTopic("answers"),
        Property::UserProperty("a", "2"),
        Property::CorrelationData(b"\x01"),
        Property::UserProperty("b", "3"),
        Property::ContentType("text"),
    ]);
    for qos in [Q0, Q1] {
        let publish = Publish {
            properties: list.as_ref(),
            ..publication("a", "x", qos)
        };
        lab.send(ada, &Packet::Publish(publish));
        let words = alloc::format!("{:?}", list.as_ref());
        assert!(lab.take(ada).last().unwrap().ends_with(&words));
    }
    assert_eq!(lab.take(old), ["PUBLISH a=x", "PUBLISH a=x q1 #1"]);
}

#[test]
fn a_payload_that_is_not_the_text_it_claims_to_be_is_refused() {
    // section 3.3.2.3.2
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "a", Q0);
    let list = properties([Property::PayloadFormatIndicator(1)]);
    for (qos, answer) in [
        (Q0, None),
        (Q1, Some("PUBACK #9 PayloadFormatInvalid")),
        (Q2, Some("PUBREC #9 PayloadFormatInvalid")),
    ] {
        let publish = Publish {
            properties: list.as_ref(),
            payload: b"\xC0\x80",
            ..publication("a", "", qos)
        };
        lab.send(ada, &Packet::Publish(publish));
        assert_eq!(lab.take(ada), answer.as_slice());
    }
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 3);
    // A refused QoS 2 message leaves nothing behind.
    assert_eq!(lab.broker.session("ada").unwrap().incoming, 0);
}

#[test]
fn nobody_publishes_to_the_brokers_own_topics() {
    // section 4.7.2
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "$SYS/#", Q0);
    lab.publish(ada, "$SYS/broker/uptime", "x", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 NotAuthorized"]);
}

#[test]
fn a_topic_alias_stands_for_its_topic_and_is_not_passed_on() {
    // section 3.3.2.3.4
    let mut config = quiet();
    config.limits.topic_alias_maximum = 2;
    let mut lab = Lab::with(config);
    let (ada, _) = lab.connect(&hello(V5, "ada"));
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "long/topic", Q0);
    let list = properties([Property::TopicAlias(2)]);
    for topic in ["long/topic", ""] {
        let publish = Publish {
            properties: list.as_ref(),
            ..publication(topic, "x", Q0)
        };
        lab.send(ada, &Packet::Publish(publish));
        assert_eq!(lab.take(bob), ["PUBLISH long/topic=x"]);
    }
}

/// [5.0 MQTT-4.3.3-10]
#[test]
fn a_message_at_qos_2_is_routed_once_however_often_it_comes() {
    let mut lab = Lab::new();
    let ada = lab.client(V311, "ada");
    let bob = lab.client(V311, "bob");
    lab.subscribe(bob, "a", Q0);
    lab.publish(ada, "a", "x", Q2);
    lab.publish(ada, "a", "x", Q2);
    assert_eq!(lab.take(bob).len(), 1);
    lab.acknowledge(ada, "PUBREL", 9);
    lab.publish(ada, "a", "x", Q2);
    assert_eq!(lab.take(bob).len(), 1);
}

/// [5.0 MQTT-4.3.3-4]
#[test]
fn a_receiver_that_refuses_a_message_frees_its_place() {
    let mut config = quiet();
    config.limits.max_inflight = 1;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "a", Q2);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "1", Q2);
    lab.acknowledge(bob, "PUBREL", 9);
    lab.publish(bob, "a", "2", Q2);
    assert_eq!(lab.take(ada), ["PUBLISH a=1 q2 #1"]);
    lab.acknowledge_with(ada, "PUBREC", 1, Reason::UnspecifiedError);
    let next = lab.take(ada);
    assert_eq!(next.len(), 1);
    assert!(next[0].starts_with("PUBLISH a=2 q2"));
}

/// [5.0 MQTT-3.3.4-9] [5.0 MQTT-4.6.0-6]
#[test]
fn no_more_is_in_flight_than_the_receiver_allows_and_order_is_kept() {
    let mut lab = Lab::new();
    let list = properties([Property::ReceiveMaximum(2)]);
    let (ada, _) = lab.connect(&Connect {
        properties: list.as_ref(),
        ..hello(V5, "ada")
    });
    lab.subscribe(ada, "a", Q1);
    let bob = lab.client(V5, "bob");
    for payload in ["1", "2", "3", "4"] {
        lab.publish(bob, "a", payload, Q1);
    }
    assert_eq!(lab.take(ada), ["PUBLISH a=1 q1 #1", "PUBLISH a=2 q1 #2"]);
    lab.acknowledge(ada, "PUBACK", 1);
    assert!(lab.take(ada)[0].starts_with("PUBLISH a=3 q1"));
    lab.acknowledge(ada, "PUBACK", 2);
    assert!(lab.take(ada)[0].starts_with("PUBLISH a=4 q1"));
}

/// [5.0 MQTT-3.1.2-24] [5.0 MQTT-3.1.2-25]
#[test]
fn what_is_larger_than_a_receiver_allows_is_dropped_for_it_alone() {
    let mut lab = Lab::new();
    let list = properties([Property::MaximumPacketSize(40)]);
    let (ada, _) = lab.connect(&Connect {
        properties: list.as_ref(),
        ..hello(V5, "ada")
    });
    let bob = lab.client(V5, "bob");
    lab.subscribe(ada, "a", Q1);
    lab.subscribe(bob, "a", Q1);
    let long = "x".repeat(50);
    for qos in [Q0, Q1] {
        lab.publish(bob, "a", &long, qos);
        assert!(lab.take(ada).is_empty());
        let own = lab.take(bob).pop().unwrap();
        assert!(own.starts_with("PUBLISH a=xxx"));
    }
    let dropped = |event: &&Event| matches!(event, Event::Dropped { .. });
    assert_eq!(lab.events.iter().filter(dropped).count(), 2);
    lab.publish(bob, "a", "short", Q1);
    assert!(lab.take(ada)[0].starts_with("PUBLISH a=short q1"));
}

/// [5.0 MQTT-3.3.2-5] [5.0 MQTT-3.3.2-6]
#[test]
fn a_message_that_waits_counts_its_expiry_down_and_is_dropped_when_it_is_over() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 600);
    lab.subscribe(ada, "a", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    for (payload, seconds) in [("short", 5), ("long", 60)] {
        let list = properties([Property::MessageExpiryInterval(seconds)]);
        let publish = Publish {
            properties: list.as_ref(),
            ..publication("a", payload, Q1)
        };
        lab.send(bob, &Packet::Publish(publish));
    }
    lab.pass_secs(20);
    assert_eq!(lab.broker.session("ada").unwrap().queued, 1);
    let (_, answer) = lab.keeper("ada", 600);
    let expected = "PUBLISH a=long q1 #2 [MessageExpiryInterval(40)]";
    assert_eq!(answer[1..], [expected]);
}

#[test]
fn each_accepted_message_is_numbered_and_its_receivers_counted() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "a", Q0);
    lab.publish(ada, "a", "x", Q0);
    lab.publish(ada, "b", "x", Q0);
    let accepted: alloc::vec::Vec<_> = lab
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Accepted {
                id,
                from,
                receivers,
                ..
            } => Some((id.0, *from, *receivers)),
            _ => None,
        })
        .collect();
    let from = Some(ada.conn);
    assert_eq!(accepted, [(1, from, 1), (2, from, 0)]);
}
