//! CONNECT: what the broker lets in, and what it refuses and how (section 3.1).

use super::bench::*;
use super::words::*;
use bytes::Bytes;
use midge_broker::Config;
use midge_codec::{Connect, Packet, QoS};

/// A CONNECT with these connect flags and this payload, in both versions.
pub(super) fn raw(level: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut body = b"\x00\x04MQTT".to_vec();
    body.extend([level, flags, 0, 0]);
    if level == 5 {
        body.push(0);
    }
    body.extend(payload);
    framed(body)
}

fn framed(body: Vec<u8>) -> Vec<u8> {
    let mut frame = vec![0x10, u8::try_from(body.len()).unwrap()];
    frame.extend(body);
    frame
}

/// What the broker answers to raw bytes on a new connection.
fn answer(level: u8, bytes: Vec<u8>) -> Vec<String> {
    let mut bench = Bench::new();
    let peer = bench.open(if level == 5 { V5 } else { V311 });
    bench.send_bytes(peer, bytes);
    bench.take(peer)
}

pub(super) fn with_user() -> Config {
    Config {
        users: [("ada".into(), Bytes::from_static(b"secret"))].into(),
        allow_anonymous: false,
        ..quiet()
    }
}

/// [3.1.1 MQTT-3.1.0-1] [5.0 MQTT-3.1.0-1]
#[test]
fn a_connection_that_does_not_begin_with_connect_is_closed_without_an_answer() {
    for version in BOTH {
        for first in [
            &b"\xC0\x00"[..],
            b"\x30\x04\x00\x01ax",
            b"\xE0\x00",
            b"\x82\x06\x00\x01\x00\x01a\x00",
        ] {
            let mut bench = Bench::new();
            let peer = bench.open(version);
            bench.send_bytes(peer, first);
            assert_eq!(bench.take(peer), ["CLOSE"], "{first:?}");
        }
    }
}

/// [3.1.1 MQTT-3.1.0-2] [3.1.1 MQTT-4.8.0-1] [5.0 MQTT-3.1.0-2] [5.0 MQTT-3.2.0-2]
#[test]
fn a_second_connect_ends_the_connection_and_gets_no_second_connack() {
    for version in BOTH {
        let mut bench = Bench::new();
        let peer = bench.join(version, "ada");
        bench.send(peer, &Packet::Connect(hello(version, "ada")));
        let expected = fault(version, midge_codec::Reason::ProtocolError);
        assert_eq!(bench.take(peer), expected);
    }
}

/// [3.1.1 MQTT-3.1.2-1] [5.0 MQTT-3.1.2-1]
#[test]
fn another_protocol_name_is_not_taken_for_mqtt() {
    for level in [4, 5] {
        let mut bytes = raw(level, 2, b"\x00\x01a");
        bytes[7] = b'X';
        assert_eq!(answer(level, bytes), ["CLOSE"]);
        let mut bytes = raw(level, 2, b"\x00\x01a");
        bytes[4..8].copy_from_slice(b"mqtt");
        assert_eq!(answer(level, bytes), ["CLOSE"], "the name has capitals");
    }
}

/// [3.1.1 MQTT-3.1.2-2] [5.0 MQTT-3.1.2-2]
#[test]
fn an_unsupported_level_is_answered_with_the_code_for_it_and_closed() {
    for level in [0, 1, 2, 3] {
        let frames = raw_answer(level);
        assert_eq!(frames, [&b"\x20\x02\x00\x01"[..]], "level {level}");
    }
    for level in [6, 127, 255] {
        let frames = raw_answer(level);
        assert_eq!(frames, [&b"\x20\x03\x00\x84\x00"[..]], "level {level}");
    }
}

fn raw_answer(level: u8) -> Vec<Bytes> {
    let mut bench = Bench::new();
    let peer = bench.open(V5);
    bench.send_bytes(peer, raw(level, 2, b"\x00\x01a"));
    let frames = bench.take_frames(peer);
    bench.send_bytes(peer, &b"\xC0\x00"[..]);
    assert!(bench.take(peer).is_empty(), "it was closed");
    frames
}

/// [3.1.1 MQTT-3.1.2-3] [5.0 MQTT-3.1.2-3] [3.1.1 MQTT-3.1.4-1] [5.0 MQTT-3.1.4-1]
/// [3.1.1 MQTT-3.1.2-11] [3.1.1 MQTT-3.1.2-13] [3.1.1 MQTT-3.1.2-14] [3.1.1 MQTT-3.1.2-15]
/// [5.0 MQTT-3.1.2-11] [5.0 MQTT-3.1.2-12] [5.0 MQTT-3.1.2-13]
#[test]
fn connect_flags_that_contradict_each_other_are_malformed() {
    let with_will = b"\x00\x01a\x00\x01w\x00\x01x";
    for (flags, payload, what) in [
        (0b0000_0011, &b"\x00\x01a"[..], "the reserved flag"),
        (0b0000_1010, b"\x00\x01a", "Will QoS without Will Flag"),
        (0b0010_0010, b"\x00\x01a", "Will Retain without Will Flag"),
        (0b0001_1110, with_will, "Will QoS 3"),
    ] {
        assert_eq!(answer(4, raw(4, flags, payload)), ["CLOSE"], "{what}");
        let mut payload = payload.to_vec();
        if flags & 4 != 0 {
            payload.insert(3, 0);
        }
        let refused = ["CONNACK 0x81", "CLOSE"];
        assert_eq!(answer(5, raw(5, flags, &payload)), refused, "{what}");
    }
}

/// [3.1.1 MQTT-3.1.2-9] [5.0 MQTT-3.1.2-9] [3.1.1 MQTT-3.1.2-18] [3.1.1 MQTT-3.1.2-19]
/// [3.1.1 MQTT-3.1.2-20] [3.1.1 MQTT-3.1.2-21] [5.0 MQTT-3.1.2-16] [5.0 MQTT-3.1.2-17]
/// [5.0 MQTT-3.1.2-18] [5.0 MQTT-3.1.2-19] [3.1.1 MQTT-3.1.3-3] [5.0 MQTT-3.1.3-3]
#[test]
fn fields_are_there_exactly_if_their_flags_say_so() {
    for (flags, payload, what) in [
        (0b0000_0010, &b""[..], "no client identifier"),
        (
            0b0000_0010,
            b"\x00\x01a\x00\x01u",
            "a user name without its flag",
        ),
        (0b1000_0010, b"\x00\x01a", "no user name"),
        (
            0b1000_0010,
            b"\x00\x01a\x00\x01u\x00\x01p",
            "a password without its flag",
        ),
        (0b1100_0010, b"\x00\x01a\x00\x01u", "no password"),
        (0b0000_0110, b"\x00\x01a", "no will"),
    ] {
        assert_eq!(answer(4, raw(4, flags, payload)), ["CLOSE"], "{what}");
        let refused = ["CONNACK 0x81", "CLOSE"];
        assert_eq!(answer(5, raw(5, flags, payload)), refused, "{what}");
    }
    let whole = b"\x00\x01a\x00\x01u\x00\x01p";
    assert_eq!(answer(4, raw(4, 0b1100_0010, whole)), ["CONNACK 0x00"]);
    assert_eq!(answer(5, raw(5, 0b1100_0010, whole)), ["CONNACK 0x00"]);
}

/// [3.1.1 MQTT-3.1.2-22]
#[test]
fn a_password_without_a_user_name_is_of_5_0_only() {
    let payload = b"\x00\x01a\x00\x01p";
    assert_eq!(answer(4, raw(4, 0b0100_0010, payload)), ["CLOSE"]);
    assert_eq!(answer(5, raw(5, 0b0100_0010, payload)), ["CONNACK 0x00"]);
}

/// [3.1.1 MQTT-3.1.3-1] [5.0 MQTT-3.1.3-1]
#[test]
fn the_payload_is_read_in_the_order_of_the_standard() {
    let old = b"\x00\x02id\x00\x01t\x00\x01m\x00\x01u\x00\x01p".to_vec();
    let mut new = old.clone();
    new.insert(4, 0);
    for (level, payload) in [(4, old), (5, new)] {
        let mut bench = Bench::new();
        let version = if level == 5 { V5 } else { V311 };
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "#", Q0);
        let peer = bench.open(version);
        bench.send_bytes(peer, raw(level, 0b1100_0110, &payload));
        assert_eq!(bench.take(peer), ["CONNACK 0x00"]);
        let session = bench.broker.session("id").unwrap();
        assert_eq!(session.connection.unwrap().user_name.unwrap(), "u");
        bench.cut(peer);
        assert_eq!(bench.take(bob), ["PUBLISH t=m"]);
    }
}

/// [3.1.1 MQTT-3.1.3-4] [5.0 MQTT-3.1.3-4] [3.1.1 MQTT-3.1.3-10] [5.0 MQTT-3.1.3-11]
/// [3.1.1 MQTT-3.1.3-11] [5.0 MQTT-3.1.3-12]
#[test]
fn names_in_connect_are_well_formed_utf_8() {
    for (flags, payload) in [
        (0b0000_0010, &b"\x00\x01\xFF"[..]),
        (0b0000_0010, b"\x00\x03\xED\xA0\x80"),
        (0b0000_0010, b"\x00\x01\x00"),
        (0b0000_0110, b"\x00\x01a\x00\x02\xC0\x80\x00\x01m"),
        (0b1000_0010, b"\x00\x01a\x00\x03u\x00u"),
    ] {
        assert_eq!(answer(4, raw(4, flags, payload)), ["CLOSE"]);
        let mut payload = payload.to_vec();
        if flags & 4 != 0 {
            payload.insert(3, 0);
        }
        let reason = match flags {
            0b0000_0010 => "CONNACK 0x85",
            _ => "CONNACK 0x81",
        };
        assert_eq!(answer(5, raw(5, flags, &payload)), [reason, "CLOSE"]);
    }
}

/// [3.1.1 MQTT-3.1.3-5] [5.0 MQTT-3.1.3-5]
#[test]
fn identifiers_of_digits_and_letters_up_to_23_bytes_are_allowed() {
    let names = [
        "0",
        "Z",
        "0123456789abcdefghijklm",
        "NOPQRSTUVWXYZABCDEFGHIJ",
    ];
    for version in BOTH {
        let mut bench = Bench::new();
        for name in names {
            bench.join(version, name);
            assert!(bench.broker.session(name).is_some());
        }
    }
}

/// [3.1.1 MQTT-3.1.3-6] [5.0 MQTT-3.1.3-6] [5.0 MQTT-3.1.3-7] [5.0 MQTT-3.2.2-16]
#[test]
fn clients_without_an_identifier_get_different_ones() {
    let mut bench = Bench::new();
    let mut assigned = Vec::new();
    for _ in 0..3 {
        let (_, answer) = bench.connect(&hello(V5, ""));
        let name = answer[0].split('"').nth(1).unwrap().to_string();
        let told = format!("CONNACK 0x00 [AssignedClientIdentifier({name:?})]");
        assert_eq!(answer, [told]);
        assert!(bench.broker.session(&name).is_some());
        assigned.push(name);
    }
    assert_eq!(bench.connect(&hello(V311, "")).1, ["CONNACK 0x00"]);
    assert_eq!(bench.broker.session_count(), 4);
    assigned.dedup();
    assert_eq!(assigned.len(), 3);
}

/// [3.1.1 MQTT-3.1.3-7] [3.1.1 MQTT-3.1.3-8] [3.1.1 MQTT-3.1.3-9] [3.1.1 MQTT-3.2.2-4]
/// [3.1.1 MQTT-3.2.2-5]
#[test]
fn a_session_without_a_name_cannot_be_kept_in_3_1_1() {
    let mut bench = Bench::new();
    let nameless = Connect {
        clean_start: false,
        ..hello(V311, "")
    };
    let (_, answer) = bench.connect(&nameless);
    assert_eq!(answer, ["CONNACK 0x02", "CLOSE"]);
    assert_eq!(bench.broker.session_count(), 0);
}

/// [5.0 MQTT-3.1.3-7]
#[test]
fn an_assigned_identifier_resumes_its_session() {
    let mut bench = Bench::new();
    let (peer, answer) = bench.keep(V5, "");
    let name = answer[0].split('"').nth(1).unwrap().to_string();
    bench.cut(peer);
    assert_eq!(bench.keep(V5, &name).1, ["CONNACK 0x00 present"]);
}

/// [5.0 MQTT-3.1.4-2] [5.0 MQTT-3.2.2-6] [5.0 MQTT-3.2.2-7] [5.0 MQTT-3.2.2-8]
/// [5.0 MQTT-4.13.2-1]
#[test]
fn wrong_credentials_are_refused_with_their_code_and_closed() {
    for (version, wrong, missing) in [(V311, "0x04", "0x05"), (V5, "0x86", "0x87")] {
        let mut bench = Bench::with(with_user());
        // The session that could be present does not show.
        let good = Connect {
            user_name: Some("ada"),
            password: Some(b"secret"),
            ..hello(version, "ada")
        };
        let (_, answer) = bench.connect(&good);
        assert_eq!(answer, ["CONNACK 0x00"]);
        let bad = Connect {
            clean_start: false,
            password: Some(b"guess"),
            ..good
        };
        let (_, answer) = bench.connect(&bad);
        assert_eq!(answer, [format!("CONNACK {wrong}"), "CLOSE".into()]);
        let (_, answer) = bench.connect(&hello(version, "ada"));
        assert_eq!(answer, [format!("CONNACK {missing}"), "CLOSE".into()]);
    }
}

/// [3.1.1 MQTT-3.1.4-5] [5.0 MQTT-3.1.4-6]
#[test]
fn nothing_behind_a_refused_connect_is_processed() {
    for version in BOTH {
        let mut bench = Bench::with(Config {
            max_qos: QoS::ExactlyOnce,
            ..with_user()
        });
        let bob = Connect {
            user_name: Some("ada"),
            password: Some(b"secret"),
            ..hello(version, "bob")
        };
        let (bob, _) = bench.connect(&bob);
        bench.subscribe(bob, "a", Q0);
        let peer = bench.open(version);
        let mut bytes = raw(version.level(), 2, b"\x00\x01e");
        bytes.extend(match version {
            V311 => &b"\x30\x04\x00\x01ax"[..],
            V5 => b"\x30\x05\x00\x01a\x00x",
        });
        bench.send_bytes(peer, bytes);
        let refused = bench.take(peer);
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert_eq!(refused[1], "CLOSE");
        assert!(bench.take(bob).is_empty());
    }
}
