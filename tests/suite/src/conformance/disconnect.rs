//! DISCONNECT, in both directions, and connections that the server ends (section 3.14).

use super::bench::*;
use super::words::*;
use midge_broker::{Command, Config};
use midge_codec::{Connect, Packet, Properties, Property, Reason};

/// [3.1.1 MQTT-3.14.4-3] [5.0 MQTT-3.14.4-3] [3.1.1 MQTT-3.1.2-10] [5.0 MQTT-3.1.2-10]
#[test]
fn a_normal_disconnect_discards_the_will() {
    for version in BOTH {
        let mut bench = Bench::new();
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "will", Q0);
        let (ada, _) = bench.connect(&Connect {
            will: Some(last_words("gone")),
            ..hello(version, "ada")
        });
        bench.leave(ada, Reason::Success, Properties::EMPTY);
        assert_eq!(bench.take(ada), ["CLOSE"]);
        bench.cut(ada);
        assert!(bench.take(bob).is_empty());
    }
}

/// [5.0 MQTT-3.1.2-8]
#[test]
fn a_disconnect_with_any_other_reason_leaves_the_will() {
    for reason in [Reason::DisconnectWithWillMessage, Reason::UnspecifiedError] {
        let mut bench = Bench::new();
        let bob = bench.join(V5, "bob");
        bench.subscribe(bob, "will", Q0);
        let (ada, _) = bench.connect(&Connect {
            will: Some(last_words("gone")),
            ..hello(V5, "ada")
        });
        bench.leave(ada, reason, Properties::EMPTY);
        assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
    }
}

/// [3.1.1 MQTT-3.14.1-1] [5.0 MQTT-3.14.1-1]
#[test]
fn reserved_flags_in_disconnect_are_malformed_and_leave_the_will() {
    for version in BOTH {
        for flags in [1, 2, 4, 8] {
            let mut bench = Bench::new();
            let bob = bench.join(version, "bob");
            bench.subscribe(bob, "will", Q0);
            let (ada, _) = bench.connect(&Connect {
                will: Some(last_words("gone")),
                ..hello(version, "ada")
            });
            bench.send_bytes(ada, vec![0xE0 | flags, 0]);
            let expected = fault(version, Reason::MalformedPacket);
            assert_eq!(bench.take(ada), expected);
            assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
        }
    }
}

/// [5.0 MQTT-3.14.0-1]
#[test]
fn no_disconnect_is_sent_before_connack() {
    let mut bench = Bench::new();
    let silent = bench.open(V5);
    let hostile = bench.open(V5);
    bench.send_bytes(hostile, &b"\xFF\xFF\xFF\xFF\xFF"[..]);
    assert_eq!(bench.take(hostile), ["CLOSE"]);
    let malformed = bench.open(V5);
    // A CONNECT whose client identifier is not UTF-8.
    bench.send_bytes(
        malformed,
        &b"\x10\x0E\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x01\xFF"[..],
    );
    assert_eq!(bench.take(malformed), ["CONNACK 0x85", "CLOSE"]);
    let now = bench.now;
    bench.broker.command(now, Command::ShutDown).unwrap();
    bench.collect();
    assert_eq!(bench.take(silent), ["CLOSE"]);
}

/// [5.0 MQTT-3.14.2-1] [5.0 MQTT-3.14.2-2] [5.0 MQTT-3.14.4-1] [5.0 MQTT-3.14.4-2]
#[test]
fn the_servers_disconnect_has_a_reason_no_session_expiry_and_is_the_last_packet() {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(V5, "ada");
    bench.subscribe(ada, "a", Q1);
    let now = bench.now;
    bench.broker.command(now, Command::ShutDown).unwrap();
    bench.collect();
    let frames = bench.take_frames(ada);
    let last = midge_codec::decode(&frames[0], V5).unwrap();
    let Packet::Disconnect(disconnect) = last else {
        panic!("{last}");
    };
    assert_eq!(disconnect.reason, Reason::ServerShuttingDown);
    assert_eq!(disconnect.properties.session_expiry_interval(), None);
    let bob = bench.join(V5, "bob");
    bench.publish(bob, "a", "x", Q1);
    bench.send_bytes(ada, &b"\xC0\x00"[..]);
    assert!(bench.take(ada).is_empty());
}

/// [5.0 MQTT-3.14.2-3] [5.0 MQTT-3.14.2-4]
#[test]
fn a_disconnect_goes_without_its_words_to_a_client_that_takes_small_packets_only() {
    let mut bench = Bench::with(Config {
        reason_strings: true,
        ..quiet()
    });
    let ten = list([Property::MaximumPacketSize(10)]);
    let (ada, _) = bench.connect(&Connect {
        properties: ten.as_ref(),
        ..hello(V5, "ada")
    });
    bench.send(ada, &Packet::Connect(hello(V5, "ada")));
    let frames = bench.take_frames(ada);
    assert_eq!(frames.len(), 1);
    assert!(frames[0].len() <= 10, "{frames:?}");
    let eve = bench.join(V5, "eve");
    bench.send(eve, &Packet::Connect(hello(V5, "eve")));
    let frames = bench.take_frames(eve);
    assert!(frames[0].len() > 10, "to others it says why: {frames:?}");
}

/// [3.1.1 MQTT-3.14.4-1] [3.1.1 MQTT-3.14.4-2]
#[test]
fn whatever_follows_disconnect_in_the_stream_is_not_read() {
    for version in BOTH {
        let mut bench = Bench::new();
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "a", Q0);
        let ada = bench.join(version, "ada");
        let publish: &[u8] = match version {
            V311 => b"\xE0\x00\x30\x04\x00\x01ax",
            V5 => b"\xE0\x00\x30\x05\x00\x01a\x00x",
        };
        bench.send_bytes(ada, publish);
        assert_eq!(bench.take(ada), ["CLOSE"]);
        assert!(bench.take(bob).is_empty());
    }
}

/// [5.0 MQTT-3.1.2-23]
#[test]
fn disconnect_changes_the_session_expiry_but_cannot_introduce_one() {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(V5, "ada");
    let ten = list([Property::SessionExpiryInterval(10)]);
    bench.leave(ada, Reason::Success, ten.as_ref());
    bench.pass(9);
    assert!(bench.broker.session("ada").is_some());
    bench.pass(1);
    assert!(bench.broker.session("ada").is_none());
    let bob = bench.join(V5, "bob");
    bench.leave(bob, Reason::Success, ten.as_ref());
    assert_eq!(bench.take(bob), ["DISCONNECT 0x82", "CLOSE"]);
    assert!(bench.broker.session("bob").is_none());
}
