//! What a server announces in CONNACK, and the client keeps to (5.0, sections 3.2.2.3, 3.3.4 and 4.9).

use super::script::*;
use super::words::*;
use midge_client::{Command, Config, Refused};
use midge_codec::{Message, Packet, Property, PropertyId, Reason};

/// [5.0 MQTT-3.2.2-11] [5.0 MQTT-3.2.2-14]
#[test]
fn nothing_is_published_above_the_maximum_qos_or_retained_where_that_is_not_offered() {
    let announced = [Property::MaximumQoS(1), Property::RetainAvailable(0)];
    let mut script = Script::connected_to(config(V5), &announced);
    let refused = Err(Refused::Unsupported(Reason::QoSNotSupported));
    assert_eq!(script.publish("a", Q2), refused);
    let kept = Message::new("a", "x", Q0, true);
    let refused = Err(Refused::Unsupported(Reason::RetainNotSupported));
    assert_eq!(script.command(Command::Publish(kept)), refused);
    assert!(script.sent().is_empty());
    assert!(script.publish("a", Q1).is_ok());
}

/// [5.0 MQTT-3.2.2-11]
#[test]
fn a_message_that_waited_for_a_connection_is_held_to_the_servers_offer_as_well() {
    let mut script = Script::opened(keeping(V5));
    script.publish("a", Q2).unwrap();
    script.sent();
    script.connack(false, Reason::Success, &[Property::MaximumQoS(1)]);
    assert!(script.sent().is_empty());
}

/// [5.0 MQTT-3.2.2-15]
#[test]
fn no_packet_is_larger_than_the_server_takes() {
    let announced = [Property::MaximumPacketSize(20)];
    let mut script = Script::connected_to(config(V5), &announced);
    // Two bytes of header, three of topic, one of properties.
    let message = |length| Message::new("a", "x".repeat(length), Q0, false);
    let refused = script.command(Command::Publish(message(15)));
    assert_eq!(refused, Err(Refused::TooLarge));
    assert_eq!(
        script.subscribe(&["a/long/topic/filter"]),
        Err(Refused::TooLarge)
    );
    assert!(script.sent().is_empty());
    script.command(Command::Publish(message(14))).unwrap();
    assert_eq!(script.sent().len(), 1);
}

/// [5.0 MQTT-3.2.2-17] [5.0 MQTT-3.3.2-9]
#[test]
fn aliases_stay_within_what_the_server_allows() {
    let announced = [Property::TopicAliasMaximum(2)];
    let mut script = Script::connected_to(config(V5), &announced);
    for topic in ["topic/1", "topic/1", "topic/2", "topic/3"] {
        script.publish(topic, Q0).unwrap();
    }
    let expected = [
        "PUBLISH topic/1=x [TopicAlias(1)]",
        "PUBLISH =x [TopicAlias(1)]",
        "PUBLISH topic/2=x [TopicAlias(2)]",
        "PUBLISH topic/3=x [TopicAlias(1)]",
    ];
    assert_eq!(script.sent(), expected);
}

/// [5.0 MQTT-3.2.2-18]
#[test]
fn no_alias_is_sent_to_a_server_that_announces_none() {
    for announced in [&[][..], &[Property::TopicAliasMaximum(0)]] {
        let mut script = Script::connected_to(config(V5), announced);
        for _ in 0..2 {
            script.publish("topic/1", Q0).unwrap();
        }
        assert_eq!(script.sent(), ["PUBLISH topic/1=x", "PUBLISH topic/1=x"]);
    }
}

/// [5.0 MQTT-3.3.2-7] [5.0 MQTT-3.3.2-10]
#[test]
fn the_servers_aliases_are_taken_as_announced_and_end_with_the_connection() {
    let mut script = Script::connected(Config {
        topic_alias_maximum: 2,
        ..keeping(V5)
    });
    script.receive_bytes(&b"\x30\x09\x00\x02t1\x03\x23\x00\x01x"[..]);
    script.receive_bytes(&b"\x30\x09\x00\x02t2\x03\x23\x00\x02x"[..]);
    script.receive_bytes(&b"\x30\x07\x00\x00\x03\x23\x00\x01x"[..]);
    assert_eq!(script.messages(), ["t1=x", "t2=x", "t1=x"]);
    script.break_and_reopen();
    script.connack(true, Reason::Success, &[]);
    script.sent();
    script.receive_bytes(&b"\x30\x07\x00\x00\x03\x23\x00\x01x"[..]);
    assert_eq!(script.sent(), ["DISCONNECT 0x82", "CLOSE"]);
    let mut script = Script::connected(Config {
        topic_alias_maximum: 2,
        ..config(V5)
    });
    script.receive_bytes(&b"\x30\x09\x00\x02t3\x03\x23\x00\x03x"[..]);
    assert_eq!(script.sent(), ["DISCONNECT 0x94", "CLOSE"]);
}

/// [5.0 MQTT-3.3.4-7] [5.0 MQTT-3.3.4-8] [5.0 MQTT-4.9.0-1] [5.0 MQTT-4.9.0-2]
/// [5.0 MQTT-4.9.0-3]
#[test]
fn the_servers_receive_maximum_holds_back_messages_of_qos_1_and_2_and_nothing_else() {
    let announced = [Property::ReceiveMaximum(2)];
    let mut script = Script::connected_to(config(V5), &announced);
    for qos in [Q1, Q2, Q1, Q0] {
        script.publish("a", qos).unwrap();
    }
    let expected = ["PUBLISH a=x q1 #1", "PUBLISH a=x q2 #2", "PUBLISH a=x"];
    assert_eq!(script.sent(), expected);
    script.subscribe(&["b"]).unwrap();
    script.receive_publish("b", Q1, 7);
    script.receive_ack(PubRec, 2, Reason::Success);
    let expected = ["SUBSCRIBE #3 b:2", "PUBACK #7 0x00", "PUBREL #2 0x00"];
    assert_eq!(script.sent(), expected);
    script.receive_ack(PubComp, 2, Reason::Success);
    assert_eq!(script.sent(), ["PUBLISH a=x q1 #4"]);
    script.receive_ack(PubAck, 1, Reason::QuotaExceeded);
    script.publish("a", Q1).unwrap();
    assert_eq!(script.sent().len(), 1);
}

/// [5.0 MQTT-3.3.4-9]
#[test]
fn a_server_with_more_in_flight_than_the_client_announced_is_disconnected() {
    let mut script = Script::connected(Config {
        receive_maximum: 2,
        ..config(V5)
    });
    for packet_id in 1..=2 {
        script.receive_publish("b", Q2, packet_id);
    }
    assert_eq!(script.sent(), ["PUBREC #1 0x00", "PUBREC #2 0x00"]);
    script.receive_publish("b", Q2, 3);
    assert_eq!(script.sent(), ["DISCONNECT 0x93", "CLOSE"]);
}

/// [5.0 MQTT-3.3.4-6] [5.0 MQTT-3.3.2-8] [5.0 MQTT-3.3.2-14] [3.1.1 MQTT-3.3.2-2]
/// [5.0 MQTT-3.3.2-2] [3.1.1 MQTT-4.7.3-1] [5.0 MQTT-4.7.3-1] [3.1.1 MQTT-4.7.3-2]
/// [5.0 MQTT-4.7.3-2]
#[test]
fn messages_that_would_not_be_legal_are_refused_to_the_application() {
    for version in BOTH {
        let mut script = Script::connected(config(version));
        for topic in ["", "a/#", "+", "a\0"] {
            assert!(script.publish(topic, Q0).is_err(), "{topic:?}");
        }
        for filter in ["", "a/#/b", "a+", "\0"] {
            assert!(script.subscribe(&[filter]).is_err(), "{filter:?}");
        }
        assert_eq!(script.subscribe(&[]), Err(Refused::NoFilters));
        assert!(script.sent().is_empty());
    }
    let mut script = Script::connected(config(V5));
    for property in [Property::SubscriptionIdentifier(1), Property::TopicAlias(1)] {
        let mut message = Message::new("a", "x", Q0, false);
        message.properties = list([property]);
        let refused = script.command(Command::Publish(message));
        assert!(matches!(refused, Err(Refused::Illegal(_))), "{refused:?}");
    }
    let mut buffer = midge_codec::PropertiesBuf::new();
    assert!(buffer.push(Property::TopicAlias(0)).is_err());
    assert!(buffer.push(Property::ResponseTopic("a/#")).is_err());
    assert_eq!(PropertyId::ResponseTopic.range(), None);
}

/// [5.0 MQTT-4.9.0-3] [5.0 MQTT-3.3.4-8]
#[test]
fn a_client_pings_while_its_window_is_full() {
    let announced = [Property::ReceiveMaximum(1)];
    let config = Config {
        keep_alive: 10,
        ..config(V5)
    };
    let mut script = Script::connected_to(config, &announced);
    script.publish("a", Q1).unwrap();
    script.publish("a", Q1).unwrap();
    script.sent();
    script.wait(10);
    assert_eq!(script.sent(), ["PINGREQ"]);
    script.receive(&Packet::PingResp);
    assert!(script.sent().is_empty());
}
