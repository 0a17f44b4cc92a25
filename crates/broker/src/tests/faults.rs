//! Mistakes of a peer: the standard's reaction, and no harm to anybody else.

use super::lab::*;
use crate::{CloseReason, Config};
use bytes::Bytes;
use midge_codec::{
    Auth, Connect, ErrorKind, Field, Packet, Properties, Property, Publish, Reason,
    SubscriptionOptions,
};

/// What a client gets for these bytes, while another client goes on as before.
fn answer_to(
    lab: &mut Lab,
    peer: Peer,
    bytes: impl Into<Bytes>,
) -> alloc::vec::Vec<alloc::string::String> {
    let bob = lab.client(V5, "bystander");
    lab.subscribe(bob, "a", Q0);
    lab.send_bytes(peer, bytes);
    lab.publish(bob, "a", "still here", Q0);
    assert_eq!(lab.take(bob), ["PUBLISH a=still here"]);
    let answer = lab.take(peer);
    // Whatever comes afterwards falls on deaf ears.
    lab.send_bytes(peer, &b"\xC0\x00"[..]);
    lab.broker.handle_sent(lab.now, peer.conn, 1);
    lab.cut(peer);
    assert!(lab.take(peer).is_empty());
    answer
}

/// [5.0 MQTT-3.1.0-1]
#[test]
fn anything_but_connect_at_the_start_closes_without_an_answer() {
    for bytes in [
        &b"\xC0\x00"[..],
        b"\x30\x03\x00\x01a",
        b"\x82\x06\x00\x01\x00\x01a\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ] {
        let mut lab = Lab::new();
        let peer = lab.open(V311);
        assert_eq!(answer_to(&mut lab, peer, bytes), ["CLOSE"], "{bytes:?}");
    }
}

/// [5.0 MQTT-3.1.0-2]
#[test]
fn a_second_connect_is_a_protocol_error() {
    for (version, level, expected) in [
        (V5, 5, &["DISCONNECT ProtocolError", "CLOSE"][..]),
        (V311, 4, &["CLOSE"]),
    ] {
        let mut lab = Lab::new();
        let peer = lab.client(version, "ada");
        let mut connect = b"\x10\x0C\x00\x04MQTT\x04\x02\x00\x00\x00\x00".to_vec();
        connect[8] = level;
        if level == 5 {
            connect[1] += 1;
            connect.insert(12, 0);
        }
        assert_eq!(answer_to(&mut lab, peer, connect), expected);
    }
}

/// [5.0 MQTT-3.1.2-2]
#[test]
fn an_unknown_protocol_level_is_told_so_in_a_form_that_the_client_understands() {
    let mut lab = Lab::new();
    let old = lab.open(V311);
    let mut level_3 = b"\x10\x0F\x00\x04MQTT\x03\x02\x00\x00\x00\x03ada".to_vec();
    let refused = ["CONNACK UnsupportedProtocolVersion", "CLOSE"];
    assert_eq!(answer_to(&mut lab, old, level_3.clone()), refused);
    let older = lab.open(V311);
    let level_31 = &b"\x10\x11\x00\x06MQIsdp\x03\x02\x00\x00\x00\x03ada"[..];
    assert_eq!(answer_to(&mut lab, older, level_31), refused);
    let next = lab.open(V5);
    level_3[8] = 6;
    assert_eq!(answer_to(&mut lab, next, level_3), refused);
}

/// [5.0 MQTT-3.1.2-1]
#[test]
fn a_wrong_protocol_name_closes() {
    let mut lab = Lab::new();
    let peer = lab.open(V311);
    let bytes = &b"\x10\x0F\x00\x04MQTX\x04\x02\x00\x00\x00\x03ada"[..];
    assert_eq!(answer_to(&mut lab, peer, bytes), ["CLOSE"]);
}

/// [5.0 MQTT-3.1.2-3] [5.0 MQTT-3.1.4-1]
#[test]
fn a_malformed_connect_is_answered_in_5_and_closed_in_3_1_1() {
    let mut lab = Lab::new();
    let old = lab.open(V311);
    // The reserved flag is set.
    let bytes = &b"\x10\x0F\x00\x04MQTT\x04\x03\x00\x00\x00\x03ada"[..];
    assert_eq!(answer_to(&mut lab, old, bytes), ["CLOSE"]);
    let peer = lab.open(V5);
    let bytes = &b"\x10\x10\x00\x04MQTT\x05\x03\x00\x00\x00\x00\x03ada"[..];
    let refused = ["CONNACK MalformedPacket", "CLOSE"];
    assert_eq!(answer_to(&mut lab, peer, bytes), refused);
    // Receive Maximum 0 is a Protocol Error.
    let peer = lab.open(V5);
    let bytes = &b"\x10\x13\x00\x04MQTT\x05\x02\x00\x00\x03\x21\x00\x00\x00\x03ada"[..];
    let refused = ["CONNACK ProtocolError", "CLOSE"];
    assert_eq!(answer_to(&mut lab, peer, bytes), refused);
}

/// [5.0 MQTT-3.1.3-8]
#[test]
fn a_client_id_that_is_no_text_is_not_valid() {
    for id in [&b"a\xFF"[..], b"a\0", b"a\n"] {
        let mut lab = Lab::new();
        let peer = lab.open(V5);
        let bytes = [b"\x10\x0F\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x02", id].concat();
        let refused = ["CONNACK ClientIdentifierNotValid", "CLOSE"];
        assert_eq!(answer_to(&mut lab, peer, bytes), refused);
        let old = lab.open(V311);
        let bytes = [b"\x10\x0E\x00\x04MQTT\x04\x02\x00\x00\x00\x02", id].concat();
        assert_eq!(answer_to(&mut lab, old, bytes), ["CLOSE"]);
    }
}

#[test]
fn names_with_control_characters_are_malformed() {
    for bytes in [
        &b"\x30\x05\x00\x02a\n\x00"[..],
        b"\x82\x08\x00\x01\x00\x00\x02a\n\x00",
        b"\xA2\x07\x00\x01\x00\x00\x02a\n",
    ] {
        let mut lab = Lab::new();
        let peer = lab.client(V5, "ada");
        let expected = ["DISCONNECT MalformedPacket", "CLOSE"];
        assert_eq!(answer_to(&mut lab, peer, bytes), expected);
    }
    let mut lab = Lab::new();
    let (_, answer) = lab.connect(&Connect {
        will: Some(will("a\u{85}")),
        ..hello(V5, "ada")
    });
    assert_eq!(answer, ["CONNACK MalformedPacket", "CLOSE"]);
}

#[test]
fn words_about_a_fault_are_told_where_that_is_switched_on() {
    for reason_strings in [false, true] {
        let mut lab = Lab::with(Config {
            reason_strings,
            ..quiet()
        });
        let peer = lab.client(V5, "ada");
        lab.send_bytes(peer, &b"\xC0\x01\x00"[..]);
        let frames = lab.take_frames(peer);
        assert_eq!(frames[0].contains(&0x1F), reason_strings, "{frames:?}");
        assert!(reason_strings || frames[0] == b"\xE0\x01\x81"[..]);
    }
}

/// [5.0 MQTT-4.13.1-1]
#[test]
fn a_malformed_packet_ends_the_connection_and_names_the_field() {
    for (version, expected) in [
        (V5, &["DISCONNECT MalformedPacket", "CLOSE"][..]),
        (V311, &["CLOSE"]),
    ] {
        let mut lab = Lab::new();
        let peer = lab.client(version, "ada");
        // PUBLISH at QoS 3.
        let bytes = &b"\x36\x05\x00\x01a\x00\x01"[..];
        assert_eq!(answer_to(&mut lab, peer, bytes), expected);
        let [CloseReason::Malformed(error)] = lab.ends()[..] else {
            panic!("not malformed")
        };
        assert_eq!(
            (error.kind, error.field),
            (ErrorKind::ReservedQoS, Field::QoS)
        );
    }
}

/// [5.0 MQTT-3.3.2-2]
#[test]
fn a_topic_name_with_a_wildcard_ends_the_connection() {
    let mut lab = Lab::new();
    let peer = lab.client(V5, "ada");
    let bytes = &b"\x30\x05\x00\x02a#\x00"[..];
    // Topic Name invalid is for names that are correctly formed (section 3.14.2.1).
    let expected = ["DISCONNECT MalformedPacket", "CLOSE"];
    assert_eq!(answer_to(&mut lab, peer, bytes), expected);
}

#[test]
fn a_response_topic_with_a_wildcard_is_a_protocol_error() {
    let mut lab = Lab::new();
    let peer = lab.client(V5, "ada");
    let bytes = &b"\x30\x08\x00\x01a\x04\x08\x00\x01#"[..];
    let expected = ["DISCONNECT ProtocolError", "CLOSE"];
    assert_eq!(answer_to(&mut lab, peer, bytes), expected);
}

#[test]
fn packets_that_only_a_server_sends_are_protocol_errors() {
    for bytes in [
        &b"\x20\x03\x00\x00\x00"[..],
        b"\x90\x04\x00\x01\x00\x00",
        b"\xB0\x04\x00\x01\x00\x00",
        b"\xD0\x00",
        // Whatever they hold.
        b"\x20\x00",
        b"\x90\x02\x00\x01",
        b"\xB0\x06\x00\x01\x02\x24\x01\x00",
        b"\xD0\x01\x00",
        // AUTH, without an Authentication Method in CONNECT [MQTT-4.12.0-7].
        b"\xF0\x02\x18\x00",
    ] {
        let mut lab = Lab::new();
        let peer = lab.client(V5, "ada");
        let expected = ["DISCONNECT ProtocolError", "CLOSE"];
        assert_eq!(answer_to(&mut lab, peer, bytes), expected);
    }
}

/// [5.0 MQTT-4.12.0-1] [5.0 MQTT-4.12.0-7]
#[test]
fn auth_without_enhanced_authentication_is_a_protocol_error() {
    let mut lab = Lab::new();
    let peer = lab.client(V5, "ada");
    let list = properties([Property::AuthenticationMethod("GS2")]);
    let packet = Packet::Auth(Auth {
        reason: Reason::ReAuthenticate,
        properties: list.as_ref(),
    });
    lab.send(peer, &packet);
    assert_eq!(lab.take(peer), ["DISCONNECT ProtocolError", "CLOSE"]);
}

/// [5.0 MQTT-3.2.2-15]
#[test]
fn a_packet_larger_than_allowed_is_refused_before_it_has_arrived() {
    let mut config = quiet();
    config.limits.max_packet_size = 100;
    for (version, expected) in [
        (V5, &["DISCONNECT PacketTooLarge", "CLOSE"][..]),
        (V311, &["CLOSE"]),
    ] {
        let mut lab = Lab::with(config.clone());
        let (peer, _) = lab.connect(&hello(version, "ada"));
        // Only the fixed header of a PUBLISH of 2,000 bytes.
        assert_eq!(answer_to(&mut lab, peer, &b"\x30\xD0\x0F"[..]), expected);
    }
}

/// [5.0 MQTT-3.3.4-6]
#[test]
fn a_subscription_identifier_from_a_client_is_a_protocol_error() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let list = properties([Property::SubscriptionIdentifier(1)]);
    let publish = Publish {
        properties: list.as_ref(),
        ..publication("a", "x", Q0)
    };
    lab.send(ada, &Packet::Publish(publish));
    assert_eq!(lab.take(ada), ["DISCONNECT ProtocolError", "CLOSE"]);
}

/// [5.0 MQTT-3.8.3-4]
#[test]
fn no_local_on_a_shared_subscription_is_a_protocol_error() {
    let mut lab = Lab::new();
    let peer = lab.client(V5, "ada");
    let options = SubscriptionOptions {
        no_local: true,
        ..Q0.into()
    };
    let bytes = [
        &b"\x82\x10\x00\x01\x00\x00\x0A$share/g/a"[..],
        &[options.bits()],
    ];
    let expected = ["DISCONNECT ProtocolError", "CLOSE"];
    assert_eq!(answer_to(&mut lab, peer, bytes.concat()), expected);
}

/// [5.0 MQTT-3.2.2-11]
#[test]
fn a_publish_above_the_maximum_qos_ends_the_connection() {
    let mut config = quiet();
    config.max_qos = Q0;
    let mut lab = Lab::with(config);
    let (ada, _) = lab.connect(&hello(V5, "ada"));
    lab.publish(ada, "a", "x", Q1);
    assert_eq!(lab.take(ada), ["DISCONNECT QoSNotSupported", "CLOSE"]);
}

/// [5.0 MQTT-3.3.2-9]
#[test]
fn a_topic_alias_that_was_never_set_or_is_too_high_is_invalid() {
    for (alias, topic, expected) in [
        (1, "", "DISCONNECT ProtocolError"),
        (3, "a", "DISCONNECT TopicAliasInvalid"),
    ] {
        let mut config = quiet();
        config.limits.topic_alias_maximum = 2;
        let mut lab = Lab::with(config);
        let (ada, _) = lab.connect(&hello(V5, "ada"));
        let list = properties([Property::TopicAlias(alias)]);
        let publish = Publish {
            properties: list.as_ref(),
            ..publication(topic, "x", Q0)
        };
        lab.send(ada, &Packet::Publish(publish));
        assert_eq!(lab.take(ada), [expected, "CLOSE"]);
    }
}

/// [5.0 MQTT-3.3.4-7]
#[test]
fn more_unfinished_messages_than_the_receive_maximum_end_the_connection() {
    let mut config = quiet();
    config.limits.receive_maximum = 2;
    let mut lab = Lab::with(config);
    let (ada, _) = lab.connect(&hello(V5, "ada"));
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "a", Q0);
    for packet_id in 1..=3 {
        let publish = Publish {
            delivery: midge_codec::Delivery::new(Q2, id(packet_id), false),
            ..publication("a", "x", Q2)
        };
        lab.send(ada, &Packet::Publish(publish));
    }
    let expected = [
        "PUBREC #1 Success",
        "PUBREC #2 Success",
        "DISCONNECT ReceiveMaximumExceeded",
        "CLOSE",
    ];
    assert_eq!(lab.take(ada), expected);
    assert_eq!(lab.take(bob).len(), 2);
}

#[test]
fn verbs_for_connections_that_never_were_do_nothing() {
    let mut lab = Lab::new();
    let nobody = Peer {
        conn: crate::ConnId(99),
        version: V5,
    };
    lab.send_bytes(nobody, &b"\xC0\x00"[..]);
    lab.cut(nobody);
    lab.broker.handle_sent(lab.now, nobody.conn, 9);
    lab.broker.handle_timeout(lab.now);
    assert!(lab.broker.poll_output().is_none());
    assert!(lab.events.is_empty());
}

#[test]
fn a_connection_name_that_is_used_again_is_a_lost_connection_and_another() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.broker.handle_open(lab.now, ada.conn);
    lab.collect();
    assert_eq!(lab.ends(), [CloseReason::Lost]);
    lab.send(ada, &Packet::Connect(hello(V5, "bob")));
    assert_eq!(lab.take(ada), ["CONNACK Success"]);
}

#[test]
fn an_error_in_disconnect_from_a_client_is_only_noted() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let reason = Reason::PacketTooLarge;
    lab.disconnect(ada, reason, Properties::EMPTY);
    assert_eq!(lab.take(ada), ["CLOSE"]);
    assert_eq!(lab.ends(), [CloseReason::Client(reason)]);
}

proptest::proptest! {
    #[test]
    fn random_bytes_never_disturb_another_client(
        version in proptest::sample::select(alloc::vec![V311, V5]),
        chunks in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 0..40), 0..8),
        connects in proptest::bool::ANY,
    ) {
        let mut lab = Lab::new();
        let bob = lab.client(V5, "bob");
        lab.subscribe(bob, "quiet/topic", Q1);
        let peer = if connects { lab.client(version, "ada") } else { lab.open(version) };
        for chunk in chunks {
            lab.send_bytes(peer, chunk);
        }
        lab.pass_secs(20);
        lab.publish(bob, "quiet/topic", "x", Q1);
        let received = lab.take(bob);
        proptest::prop_assert_eq!(received, ["PUBACK #9 Success", "PUBLISH quiet/topic=x q1 #1"]);
    }
}
