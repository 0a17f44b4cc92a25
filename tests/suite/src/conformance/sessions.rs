//! Sessions: resumed, replaced, expired, taken over (sections 3.1.2.4, 3.1.3.1, 3.1.4 and 4.1).

use super::bench::*;
use super::words::*;
use midge_codec::{Connect, Properties, Property, Reason};

/// [3.1.1 MQTT-3.1.2-4] [3.1.1 MQTT-3.1.2-5] [3.1.1 MQTT-3.1.3-2] [3.1.1 MQTT-3.1.4-3]
/// [3.1.1 MQTT-3.2.2-2] [3.1.1 MQTT-3.2.2-3] [3.1.1 MQTT-4.1.0-1] [5.0 MQTT-3.1.2-5]
/// [5.0 MQTT-3.1.2-6] [5.0 MQTT-3.1.2-23] [5.0 MQTT-3.1.3-2] [5.0 MQTT-3.1.4-4]
/// [5.0 MQTT-3.2.2-3]
#[test]
fn a_kept_session_has_its_subscriptions_and_what_came_meanwhile() {
    for version in BOTH {
        let mut bench = Bench::new();
        let (ada, answer) = bench.keep(version, "ada");
        assert_eq!(answer, ["CONNACK 0x00"]);
        bench.subscribe(ada, "a", Q2);
        bench.leave(ada, Reason::Success, Properties::EMPTY);
        let bob = bench.join(version, "bob");
        bench.publish(bob, "a", "zero", Q0);
        bench.publish(bob, "a", "one", Q1);
        bench.publish(bob, "a", "two", Q2);
        // Another client finds no session of its own.
        assert_eq!(bench.keep(version, "eve").1, ["CONNACK 0x00"]);
        let expected = [
            "CONNACK 0x00 present",
            "PUBLISH a=one q1 #1",
            "PUBLISH a=two q2 #2",
        ];
        assert_eq!(bench.keep(version, "ada").1, expected);
    }
}

/// [3.1.1 MQTT-3.1.2-6] [3.1.1 MQTT-3.2.2-1] [5.0 MQTT-3.1.2-4] [5.0 MQTT-3.2.2-2]
#[test]
fn a_clean_start_discards_the_session_of_before() {
    for version in BOTH {
        let mut bench = Bench::new();
        let (ada, _) = bench.keep(version, "ada");
        bench.subscribe(ada, "a", Q1);
        bench.cut(ada);
        let bob = bench.join(version, "bob");
        bench.publish(bob, "a", "waits", Q1);
        let (ada, answer) = bench.connect(&hello(version, "ada"));
        assert_eq!(answer, ["CONNACK 0x00"]);
        bench.publish(bob, "a", "x", Q1);
        assert!(bench.take(ada).is_empty());
        bench.cut(ada);
        assert_eq!(bench.keep(version, "ada").1, ["CONNACK 0x00"]);
    }
}

/// [3.1.1 MQTT-3.1.2-6] [5.0 MQTT-4.1.0-2]
#[test]
fn a_session_without_expiry_ends_with_its_connection() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a", Q1);
        bench.cut(ada);
        assert!(bench.broker.session("ada").is_none());
        assert_eq!(bench.keep(version, "ada").1, ["CONNACK 0x00"]);
    }
}

/// [5.0 MQTT-4.1.0-1] [5.0 MQTT-4.1.0-2] [5.0 MQTT-3.1.2-23]
#[test]
fn the_session_expiry_interval_runs_from_the_end_of_the_connection() {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(V5, "ada");
    bench.pass(10_000);
    assert!(bench.broker.session("ada").is_some(), "it is connected");
    bench.cut(ada);
    bench.pass(3_599);
    assert!(bench.broker.session("ada").is_some());
    bench.pass(1);
    assert!(bench.broker.session("ada").is_none());
}

/// [3.1.1 MQTT-4.1.0-2]
#[test]
fn a_session_lasts_as_long_as_its_connection_however_long_that_is() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a", Q1);
        bench.pass(1_000_000);
        bench.publish(ada, "a", "x", Q0);
        assert_eq!(bench.take(ada), ["PUBLISH a=x"]);
    }
}

/// [3.1.1 MQTT-3.1.4-2] [5.0 MQTT-3.1.4-3]
#[test]
fn a_second_connection_with_the_same_identifier_takes_over() {
    for version in BOTH {
        let mut bench = Bench::new();
        let (first, _) = bench.keep(version, "ada");
        bench.subscribe(first, "a", Q1);
        let (second, answer) = bench.keep(version, "ada");
        assert_eq!(answer, ["CONNACK 0x00 present"]);
        let told = bench.take(first);
        assert_eq!(told, fault(version, Reason::SessionTakenOver));
        bench.publish(second, "a", "x", Q0);
        assert_eq!(bench.take(second), ["PUBLISH a=x"]);
        bench.send_bytes(first, &b"\xC0\x00"[..]);
        assert!(bench.take(first).is_empty());
    }
}

/// [3.1.1 MQTT-3.1.2-7]
#[test]
fn retained_messages_are_no_part_of_the_session() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish_retained(ada, "a", "stays", Q1);
        bench.leave(ada, Reason::Success, Properties::EMPTY);
        let ada = bench.join(version, "ada");
        let answer = bench.subscribe(ada, "a", Q0);
        assert_eq!(answer, ["SUBACK #1 00", "PUBLISH a=stays retain"]);
    }
}

/// [5.0 MQTT-3.2.2-6] [3.1.1 MQTT-3.2.2-4]
#[test]
fn a_refused_connect_does_not_show_that_there_is_a_session() {
    let mut config = quiet();
    config.limits.max_connections = 1;
    for (version, busy) in [(V311, "CONNACK 0x03"), (V5, "CONNACK 0x89")] {
        let mut bench = Bench::with(config.clone());
        let (ada, _) = bench.keep(version, "ada");
        bench.cut(ada);
        bench.join(version, "bob");
        assert_eq!(bench.keep(version, "ada").1, [busy, "CLOSE"]);
        assert!(bench.broker.session("ada").is_some());
    }
}

/// [5.0 MQTT-3.1.2-23]
#[test]
fn an_interval_longer_than_the_server_grants_is_announced() {
    let mut config = quiet();
    config.limits.session_expiry_max = 60;
    let mut bench = Bench::with(config);
    let forever = list([Property::SessionExpiryInterval(u32::MAX)]);
    let (ada, answer) = bench.connect(&Connect {
        properties: forever.as_ref(),
        ..hello(V5, "ada")
    });
    assert_eq!(answer, ["CONNACK 0x00 [SessionExpiryInterval(60)]"]);
    bench.cut(ada);
    bench.pass(59);
    assert!(bench.broker.session("ada").is_some());
    bench.pass(1);
    assert!(bench.broker.session("ada").is_none());
}
