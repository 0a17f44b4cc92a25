//! CONNACK: that it comes first, what it announces, and refusals for what is not offered (section 3.2).

use super::bench::*;
use super::connect::{raw, with_user};
use super::words::*;
use midge_broker::Config;
use midge_codec::{Connect, Properties, Property, Will};

/// [3.1.1 MQTT-3.1.4-4] [3.1.1 MQTT-3.2.0-1] [5.0 MQTT-3.1.4-5] [5.0 MQTT-3.2.0-1]
/// [5.0 MQTT-3.2.2-1] [3.1.1 MQTT-3.2.2-1] [5.0 MQTT-3.2.2-2] [5.0 MQTT-2.2.2-1]
#[test]
fn connack_is_the_first_packet_and_says_success_in_the_standards_bytes() {
    for (version, bytes) in [
        (V311, &b"\x20\x02\x00\x00"[..]),
        (V5, b"\x20\x03\x00\x00\x00"),
    ] {
        let mut bench = Bench::new();
        let peer = bench.open(version);
        // Even when more is asked for in the same breath.
        let mut both = raw(version.level(), 2, b"\x00\x01a");
        both.extend(b"\xC0\x00");
        bench.send_bytes(peer, both);
        let frames = bench.take_frames(peer);
        assert_eq!(frames, [bytes, &b"\xD0\x00"[..]]);
    }
}

/// [5.0 MQTT-3.2.0-1] [5.0 MQTT-3.1.2-24]
#[test]
fn a_client_that_cannot_take_connack_is_closed_and_gets_nothing() {
    let mut bench = Bench::with(Config::default());
    let four = list([Property::MaximumPacketSize(4)]);
    let tiny = Connect {
        properties: four.as_ref(),
        ..hello(V5, "tiny")
    };
    let (peer, answer) = bench.connect(&tiny);
    assert_eq!(answer, ["CLOSE"]);
    assert!(bench.broker.session("tiny").is_none());
    bench.send_bytes(peer, &b"\xC0\x00"[..]);
    assert!(bench.take(peer).is_empty());
    // A refusal would be too large as well.
    let mut bench = Bench::with(with_user());
    assert_eq!(bench.connect(&tiny).1, ["CLOSE"]);
}

/// [3.1.1 MQTT-3.2.2-6]
#[test]
fn a_refusal_that_3_1_1_has_no_code_for_is_a_close_without_connack() {
    let mut bench = Bench::with(Config {
        max_qos: Q0,
        ..quiet()
    });
    let connect = Connect {
        will: Some(Will {
            qos: Q1,
            ..last_words("gone")
        }),
        ..hello(V311, "ada")
    };
    assert_eq!(bench.connect(&connect).1, ["CLOSE"]);
}

/// [5.0 MQTT-3.2.2-12] [5.0 MQTT-3.2.2-13]
#[test]
fn wills_beyond_what_the_server_offers_are_refused() {
    let mut bench = Bench::with(Config {
        max_qos: Q1,
        retain_available: false,
        ..quiet()
    });
    let (quality, kept) = (
        Will {
            qos: Q2,
            ..last_words("gone")
        },
        Will {
            retain: true,
            ..last_words("gone")
        },
    );
    for (will, code) in [(quality, "0x9B"), (kept, "0x9A")] {
        let connect = Connect {
            will: Some(will),
            ..hello(V5, "ada")
        };
        let (_, answer) = bench.connect(&connect);
        assert_eq!(answer, [format!("CONNACK {code}"), "CLOSE".into()]);
    }
}

/// [5.0 MQTT-3.2.2-9] [5.0 MQTT-3.2.2-10]
#[test]
fn a_server_of_qos_0_says_so_and_still_accepts_every_subscription() {
    let mut bench = Bench::with(Config {
        max_qos: Q0,
        ..quiet()
    });
    let (peer, answer) = bench.connect(&hello(V5, "ada"));
    assert_eq!(answer, ["CONNACK 0x00 [MaximumQoS(0)]"]);
    for qos in [Q0, Q1, Q2] {
        assert_eq!(bench.subscribe(peer, "a", qos), ["SUBACK #1 00"]);
    }
}

/// [5.0 MQTT-4.12.0-1] [5.0 MQTT-4.12.0-4]
#[test]
fn an_unknown_authentication_method_is_refused_and_closed() {
    let mut bench = Bench::new();
    let method = list([
        Property::AuthenticationMethod("no such method"),
        Property::AuthenticationData(b"data"),
    ]);
    let connect = Connect {
        properties: method.as_ref(),
        ..hello(V5, "ada")
    };
    assert_eq!(bench.connect(&connect).1, ["CONNACK 0x8C", "CLOSE"]);
}

/// [5.0 MQTT-3.1.2-28]
#[test]
fn response_information_is_not_sent_to_who_did_not_ask() {
    let with = midge_broker::Config {
        response_information: Some("response/%c/".into()),
        ..quiet()
    };
    let told = "CONNACK 0x00 [ResponseInformation(\"response/ada/\")]";
    for (config, asked, answer) in [
        // To who asks, a server may leave it out; this one has none.
        (quiet(), 1, "CONNACK 0x00"),
        (with.clone(), 0, "CONNACK 0x00"),
        (with, 1, told),
    ] {
        let mut bench = Bench::with(config);
        let properties = list([Property::RequestResponseInformation(asked)]);
        let connect = Connect {
            properties: properties.as_ref(),
            ..hello(V5, "ada")
        };
        assert_eq!(bench.connect(&connect).1, [answer]);
    }
    assert_eq!(Properties::EMPTY.response_information(), None);
}
