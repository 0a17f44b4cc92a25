//! Keep Alive and PINGREQ as the server sees them (sections 3.1.2.10 and 3.12).

use super::bench::*;
use super::words::*;
use midge_broker::Config;
use midge_codec::{Connect, Packet, Reason};

/// [3.1.1 MQTT-3.12.4-1] [5.0 MQTT-3.12.4-1]
#[test]
fn pingreq_is_answered_with_pingresp() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.send_bytes(ada, &b"\xC0\x00\xC0\x00"[..]);
        assert_eq!(bench.take_frames(ada), [&b"\xD0\x00"[..], b"\xD0\x00"]);
    }
}

/// [3.1.1 MQTT-3.1.2-24] [5.0 MQTT-3.1.2-22] [5.0 MQTT-3.2.2-22]
#[test]
fn one_and_a_half_keep_alives_of_silence_end_the_connection_as_if_it_were_lost() {
    for version in BOTH {
        let mut bench = Bench::new();
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "will", Q0);
        let (ada, _) = bench.connect(&Connect {
            keep_alive: 10,
            will: Some(last_words("gone")),
            ..hello(version, "ada")
        });
        bench.pass(14);
        bench.send(ada, &Packet::PingReq);
        assert_eq!(bench.take(ada), ["PINGRESP"]);
        bench.pass(14);
        assert!(bench.take(ada).is_empty());
        bench.pass(1);
        assert_eq!(bench.take(ada), fault(version, Reason::KeepAliveTimeout));
        assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
    }
}

/// [3.1.1 MQTT-3.1.2-24] [5.0 MQTT-3.1.2-22]
#[test]
fn every_packet_is_a_sign_of_life_and_half_a_packet_is_none() {
    for version in BOTH {
        let mut bench = Bench::new();
        let (ada, _) = bench.connect(&Connect {
            keep_alive: 10,
            ..hello(version, "ada")
        });
        for _ in 0..3 {
            bench.pass(14);
            bench.publish(ada, "a", "x", Q0);
        }
        bench.send_bytes(ada, &b"\x30\x7F\x00\x01a"[..]);
        bench.pass(14);
        bench.send_bytes(ada, &b"x"[..]);
        assert!(bench.take(ada).is_empty());
        bench.pass(1);
        assert_eq!(bench.take(ada), fault(version, Reason::KeepAliveTimeout));
    }
}

/// [5.0 MQTT-3.1.2-22]
#[test]
fn a_keep_alive_of_zero_waits_for_ever() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.pass(10_000_000);
        bench.send(ada, &Packet::PingReq);
        assert_eq!(bench.take(ada), ["PINGRESP"]);
    }
}

/// [5.0 MQTT-3.2.2-21]
#[test]
fn the_servers_keep_alive_is_announced_and_in_force() {
    let mut bench = Bench::with(Config {
        server_keep_alive: Some(4),
        ..quiet()
    });
    for keep_alive in [0, 10] {
        let (ada, answer) = bench.connect(&Connect {
            keep_alive,
            ..hello(V5, "ada")
        });
        assert_eq!(answer, ["CONNACK 0x00 [ServerKeepAlive(4)]"]);
        bench.pass(5);
        assert!(bench.take(ada).is_empty());
        bench.pass(1);
        assert_eq!(bench.take(ada), ["DISCONNECT 0x8D", "CLOSE"]);
    }
}
