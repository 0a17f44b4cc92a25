//! Limits that one side announces to the other: Receive Maximum, Maximum Packet Size, Topic Aliases.

use super::bench::*;
use super::words::*;
use midge_codec::{Connect, Delivery, Packet, Property, Publish, Reason};

/// A client of 5.0 with this CONNECT property, subscribed to everything at QoS 2.
fn announcing(bench: &mut Bench, property: Property<'_>) -> Peer {
    let properties = list([property]);
    let (peer, _) = bench.connect(&Connect {
        properties: properties.as_ref(),
        ..hello(V5, "ada")
    });
    bench.subscribe(peer, "#", Q2);
    peer
}

/// [5.0 MQTT-3.3.4-9] [5.0 MQTT-4.9.0-1] [5.0 MQTT-4.9.0-2]
#[test]
fn no_more_messages_are_in_flight_than_the_client_announced() {
    let mut bench = Bench::new();
    let ada = announcing(&mut bench, Property::ReceiveMaximum(2));
    let bob = bench.join(V5, "bob");
    for payload in ["1", "2", "3", "4"] {
        bench.publish(bob, "a", payload, Q2);
        bench.ack(bob, PubRel, 9);
    }
    assert_eq!(bench.take(ada), ["PUBLISH a=1 q2 #1", "PUBLISH a=2 q2 #2"]);
    // PUBREC with success does not end it, with a failure it does.
    bench.ack(ada, PubRec, 1);
    assert_eq!(bench.take(ada), ["PUBREL #1 0x00"]);
    bench.ack_with(ada, PubRec, 2, Reason::QuotaExceeded);
    assert_eq!(bench.take(ada), ["PUBLISH a=3 q2 #3"]);
    bench.ack(ada, PubComp, 1);
    assert_eq!(bench.take(ada), ["PUBLISH a=4 q2 #4"]);
}

/// [5.0 MQTT-3.3.4-10] [5.0 MQTT-4.9.0-3]
#[test]
fn a_full_window_holds_back_nothing_but_messages_of_qos_1_and_2() {
    let mut bench = Bench::new();
    let ada = announcing(&mut bench, Property::ReceiveMaximum(1));
    let bob = bench.join(V5, "bob");
    bench.publish(bob, "a", "1", Q1);
    bench.publish(bob, "a", "2", Q1);
    assert_eq!(bench.take(ada), ["PUBLISH a=1 q1 #1"]);
    bench.send(ada, &Packet::PingReq);
    assert_eq!(bench.take(ada), ["PINGRESP"]);
    assert_eq!(bench.subscribe(ada, "b", Q0), ["SUBACK #1 00"]);
    assert_eq!(bench.unsubscribe(ada, &["b"]), ["UNSUBACK #2 00"]);
    bench.publish(ada, "$b", "x", Q2);
    assert_eq!(bench.take(ada), ["PUBREC #9 0x10"]);
    bench.ack(ada, PubRel, 9);
    assert_eq!(bench.take(ada), ["PUBCOMP #9 0x00"]);
    bench.publish(bob, "a", "3", Q0);
    assert_eq!(bench.take(ada), ["PUBLISH a=3"]);
    bench.ack(ada, PubAck, 1);
    assert_eq!(bench.take(ada), ["PUBLISH a=2 q1 #2"]);
}

/// [5.0 MQTT-3.3.4-7]
#[test]
fn a_client_that_has_more_in_flight_than_announced_is_disconnected() {
    let mut config = quiet();
    config.limits.receive_maximum = 2;
    let mut bench = Bench::with(config);
    let (ada, answer) = bench.connect(&hello(V5, "ada"));
    assert_eq!(answer, ["CONNACK 0x00 [ReceiveMaximum(2)]"]);
    let mut publish = |packet_id, qos| {
        let publish = Publish {
            delivery: Delivery::new(qos, id(packet_id), false),
            ..publication("a", "x", qos)
        };
        bench.send(ada, &Packet::Publish(publish));
        bench.take(ada)
    };
    assert_eq!(publish(1, Q2), ["PUBREC #1 0x10"]);
    assert_eq!(publish(2, Q2), ["PUBREC #2 0x10"]);
    // The same one again is not one more, and QoS 0 does not count.
    assert_eq!(publish(2, Q2), ["PUBREC #2 0x00"]);
    assert!(publish(9, Q0).is_empty());
    assert_eq!(publish(3, Q2), ["DISCONNECT 0x93", "CLOSE"]);
}

/// [5.0 MQTT-3.1.2-24] [5.0 MQTT-3.1.2-25]
#[test]
fn a_message_too_large_for_a_client_is_dropped_for_it_as_if_it_were_sent() {
    let mut bench = Bench::new();
    let ada = announcing(&mut bench, Property::MaximumPacketSize(30));
    let bob = bench.join(V5, "bob");
    bench.subscribe(bob, "a", Q0);
    for qos in [Q0, Q1, Q2] {
        bench.publish(bob, "a", &"x".repeat(30), qos);
        bench.ack(bob, PubRel, 9);
        bench.publish(bob, "a", "small", qos);
        bench.ack(bob, PubRel, 9);
    }
    let received = bench.take(ada);
    assert_eq!(received.len(), 3, "{received:?}");
    assert!(received.iter().all(|words| words.contains("a=small")));
    let others = bench.take(bob);
    let large = others.iter().filter(|words| words.contains("xxx"));
    assert_eq!(large.count(), 3);
}

/// [5.0 MQTT-3.1.2-24]
#[test]
fn the_limit_is_the_whole_packet_to_the_byte() {
    let mut bench = Bench::new();
    let ada = announcing(&mut bench, Property::MaximumPacketSize(30));
    let bob = bench.join(V5, "bob");
    // Two bytes of header, three of topic, one of properties.
    bench.publish(bob, "a", &"x".repeat(24), Q0);
    let frames = bench.take_frames(ada);
    assert_eq!(frames[0].len(), 30);
    bench.publish(bob, "a", &"x".repeat(25), Q0);
    assert!(bench.take(ada).is_empty());
}

/// [5.0 MQTT-3.2.2-15]
#[test]
fn a_packet_larger_than_the_server_announced_ends_the_connection() {
    let mut config = quiet();
    config.limits.max_packet_size = 100;
    let mut bench = Bench::with(config);
    let (ada, answer) = bench.connect(&hello(V5, "ada"));
    assert_eq!(answer, ["CONNACK 0x00 [MaximumPacketSize(100)]"]);
    bench.publish(ada, "a", &"x".repeat(94), Q1);
    assert_eq!(bench.take(ada).len(), 2, "too large by two");
    let (bob, _) = bench.connect(&hello(V5, "bob"));
    bench.publish(bob, "a", &"x".repeat(92), Q1);
    assert_eq!(bench.take(bob), ["PUBACK #9 0x10"]);
    bench.publish(bob, "a", &"x".repeat(93), Q1);
    assert_eq!(bench.take(bob), ["DISCONNECT 0x95", "CLOSE"]);
}

/// [5.0 MQTT-3.1.2-26] [5.0 MQTT-3.3.2-11]
#[test]
fn the_server_uses_the_aliases_that_the_client_allows_and_no_more() {
    for qos in [Q0, Q1] {
        let mut bench = Bench::new();
        let ada = announcing(&mut bench, Property::TopicAliasMaximum(2));
        let bob = bench.join(V5, "bob");
        let expected = [
            "topic/1", "topic/1", "topic/2", "topic/3", "topic/4", "topic/1",
        ];
        for topic in expected {
            bench.publish(bob, topic, "x", qos);
        }
        let mut names = [String::new(), String::new()];
        let mut topics = Vec::new();
        for frame in bench.take_frames(ada) {
            let Packet::Publish(publish) = midge_codec::decode(&frame, V5).unwrap() else {
                continue;
            };
            let alias = publish.properties.topic_alias();
            let name = &mut names[usize::from(alias.unwrap()) - 1];
            if !publish.topic.is_empty() {
                *name = publish.topic.to_string();
            }
            topics.push(name.clone());
        }
        assert_eq!(topics, expected);
    }
}

/// [5.0 MQTT-3.1.2-27]
#[test]
fn a_client_that_allows_no_aliases_gets_none() {
    for property in [Property::TopicAliasMaximum(0), Property::ReceiveMaximum(5)] {
        let mut bench = Bench::new();
        let ada = announcing(&mut bench, property);
        let bob = bench.join(V5, "bob");
        for _ in 0..2 {
            bench.publish(bob, "topic/1", "x", Q0);
        }
        assert_eq!(bench.take(ada), ["PUBLISH topic/1=x", "PUBLISH topic/1=x"]);
    }
}

/// [5.0 MQTT-3.3.2-12] [5.0 MQTT-3.3.2-9] [5.0 MQTT-3.2.2-17]
#[test]
fn the_server_takes_the_aliases_it_announced_and_no_higher() {
    let mut config = quiet();
    config.limits.topic_alias_maximum = 3;
    let mut bench = Bench::with(config);
    let bob = bench.connect(&hello(V5, "bob")).0;
    bench.subscribe(bob, "#", Q0);
    let (ada, answer) = bench.connect(&hello(V5, "ada"));
    assert_eq!(answer, ["CONNACK 0x00 [TopicAliasMaximum(3)]"]);
    for alias in 1..=3 {
        let properties = list([Property::TopicAlias(alias)]);
        bench.publish_with(ada, &format!("t{alias}"), Q0, properties.as_ref());
    }
    for alias in [3, 1] {
        let properties = list([Property::TopicAlias(alias)]);
        bench.publish_with(ada, "", Q0, properties.as_ref());
    }
    // Defined anew.
    let properties = list([Property::TopicAlias(1)]);
    bench.publish_with(ada, "new", Q0, properties.as_ref());
    bench.publish_with(ada, "", Q0, properties.as_ref());
    let topics = ["t1", "t2", "t3", "t3", "t1", "new", "new"];
    assert_eq!(
        bench.take(bob),
        topics.map(|topic| format!("PUBLISH {topic}=x"))
    );
    let properties = list([Property::TopicAlias(4)]);
    bench.publish_with(ada, "t4", Q0, properties.as_ref());
    assert_eq!(bench.take(ada), ["DISCONNECT 0x94", "CLOSE"]);
}

/// [5.0 MQTT-3.3.2-7]
#[test]
fn aliases_end_with_the_connection() {
    let mut config = quiet();
    config.limits.topic_alias_maximum = 3;
    let mut bench = Bench::with(config);
    let (ada, _) = bench.keep(V5, "ada");
    let properties = list([Property::TopicAlias(1)]);
    bench.publish_with(ada, "t", Q0, properties.as_ref());
    bench.cut(ada);
    let (ada, _) = bench.keep(V5, "ada");
    bench.publish_with(ada, "", Q0, properties.as_ref());
    assert_eq!(bench.take(ada), ["DISCONNECT 0x82", "CLOSE"]);
}

/// [5.0 MQTT-3.2.2-18]
#[test]
fn a_server_that_announces_no_aliases_takes_none() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    let properties = list([Property::TopicAlias(1)]);
    bench.publish_with(ada, "t", Q0, properties.as_ref());
    assert_eq!(bench.take(ada), ["DISCONNECT 0x94", "CLOSE"]);
}
