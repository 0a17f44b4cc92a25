//! Wills: published when a connection is lost, delayed, cancelled (section 3.1.2.5 and 3.1.3.2).

use super::bench::*;
use super::words::*;
use midge_codec::{Connect, Property, QoS, Reason, Version, Will};

/// How a peer's connection ends.
type End = fn(&mut Bench, Peer);

/// Who hears wills, and a client that has one.
fn witness_and(version: Version, will: Will<'_>) -> (Bench, Peer, Peer) {
    let mut bench = Bench::new();
    let bob = bench.join(version, "bob");
    bench.subscribe(bob, "will", Q2);
    let (ada, answer) = bench.connect(&Connect {
        will: Some(will),
        keep_alive: 10,
        ..hello(version, "ada")
    });
    assert_eq!(answer, ["CONNACK 0x00"]);
    (bench, bob, ada)
}

/// [3.1.1 MQTT-3.1.2-8] [5.0 MQTT-3.1.2-7] [5.0 MQTT-3.1.2-8]
#[test]
fn a_will_is_published_however_the_connection_is_lost() {
    for version in BOTH {
        let ends: [(&str, End); 4] = [
            ("cut", |bench, ada| bench.cut(ada)),
            ("silence", |bench, _| bench.pass(15)),
            ("nonsense", |bench, ada| {
                bench.send_bytes(ada, &b"\x00\x00"[..])
            }),
            ("taken over", |bench, ada| {
                bench.join(ada.version, "ada");
            }),
        ];
        for (what, end) in ends {
            let (mut bench, bob, ada) = witness_and(version, last_words("gone"));
            assert!(bench.take(bob).is_empty());
            end(&mut bench, ada);
            assert_eq!(bench.take(bob), ["PUBLISH will=gone"], "{what}");
        }
    }
}

/// [3.1.1 MQTT-3.1.2-10] [5.0 MQTT-3.1.2-10]
#[test]
fn a_will_is_published_once() {
    for version in BOTH {
        let (mut bench, bob, ada) = witness_and(version, last_words("gone"));
        bench.cut(ada);
        assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
        let (again, _) = bench.keep(version, "ada");
        bench.cut(again);
        bench.pass(10_000);
        assert!(bench.take(bob).is_empty());
    }
}

/// [3.1.1 MQTT-3.1.2-12]
#[test]
fn without_will_flag_nothing_is_published() {
    for version in BOTH {
        let mut bench = Bench::new();
        let bob = bench.join(version, "bob");
        bench.subscribe(bob, "#", Q2);
        let ada = bench.join(version, "ada");
        bench.cut(ada);
        assert!(bench.take(bob).is_empty());
    }
}

/// [3.1.1 MQTT-3.1.2-9] [5.0 MQTT-3.1.2-12]
#[test]
fn a_will_has_the_qos_it_says() {
    for version in BOTH {
        for (qos, expected) in [
            (QoS::AtMostOnce, "PUBLISH will=gone"),
            (QoS::AtLeastOnce, "PUBLISH will=gone q1 #1"),
            (QoS::ExactlyOnce, "PUBLISH will=gone q2 #1"),
        ] {
            let will = Will {
                qos,
                ..last_words("gone")
            };
            let (mut bench, bob, ada) = witness_and(version, will);
            bench.cut(ada);
            assert_eq!(bench.take(bob), [expected]);
        }
    }
}

/// [3.1.1 MQTT-3.1.2-16] [3.1.1 MQTT-3.1.2-17] [5.0 MQTT-3.1.2-14] [5.0 MQTT-3.1.2-15]
#[test]
fn a_will_is_retained_if_it_says_so() {
    for version in BOTH {
        for retain in [false, true] {
            let will = Will {
                retain,
                ..last_words("gone")
            };
            let (mut bench, _, ada) = witness_and(version, will);
            bench.cut(ada);
            let late = bench.join(version, "late");
            let answer = bench.subscribe(late, "will", Q0);
            let stored = answer.get(1).map(String::as_str);
            assert_eq!(stored, retain.then_some("PUBLISH will=gone retain"));
        }
    }
}

/// A client whose will waits for `delay` and whose session for `expiry` seconds, connected.
fn delayed(bench: &mut Bench, clean_start: bool, delay: u32, expiry: u32) -> Peer {
    let wait = list([Property::WillDelayInterval(delay)]);
    let keep = list([Property::SessionExpiryInterval(expiry)]);
    let (peer, _) = bench.connect(&Connect {
        clean_start,
        will: Some(Will {
            properties: wait.as_ref(),
            ..last_words("gone")
        }),
        properties: keep.as_ref(),
        ..hello(V5, "ada")
    });
    peer
}

fn witness(bench: &mut Bench) -> Peer {
    let bob = bench.join(V5, "bob");
    bench.subscribe(bob, "will", Q0);
    bob
}

/// [5.0 MQTT-3.1.2-8]
#[test]
fn a_delayed_will_comes_after_its_delay() {
    let mut bench = Bench::new();
    let bob = witness(&mut bench);
    let ada = delayed(&mut bench, true, 10, 100);
    bench.cut(ada);
    bench.pass(9);
    assert!(bench.take(bob).is_empty());
    bench.pass(1);
    assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
    bench.pass(1_000);
    assert!(bench.take(bob).is_empty());
}

/// [5.0 MQTT-3.1.2-8]
#[test]
fn a_delayed_will_does_not_wait_longer_than_its_session() {
    let mut bench = Bench::new();
    let bob = witness(&mut bench);
    let ada = delayed(&mut bench, true, 1_000, 5);
    bench.cut(ada);
    bench.pass(4);
    assert!(bench.take(bob).is_empty());
    bench.pass(1);
    assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
    // Nor than a session that a clean start ends.
    let ada = delayed(&mut bench, true, 1_000, 5_000);
    bench.cut(ada);
    delayed(&mut bench, true, 1_000, 5_000);
    assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
}

/// [5.0 MQTT-3.1.3-9]
#[test]
fn a_client_that_is_back_in_time_cancels_its_will() {
    let mut bench = Bench::new();
    let bob = witness(&mut bench);
    let ada = delayed(&mut bench, true, 10, 100);
    bench.cut(ada);
    bench.pass(9);
    let ada = delayed(&mut bench, false, 10, 100);
    bench.pass(50);
    assert!(bench.take(bob).is_empty());
    bench.leave(ada, Reason::Success, midge_codec::Properties::EMPTY);
    bench.pass(1_000);
    assert!(bench.take(bob).is_empty());
}

/// [5.0 MQTT-3.1.3-10]
#[test]
fn the_properties_of_a_will_are_published_with_it_in_order() {
    let mut bench = Bench::new();
    let bob = witness(&mut bench);
    let told = list([
        Property::WillDelayInterval(1),
        Property::PayloadFormatIndicator(1),
        Property::ContentType("text"),
        Property::ResponseTopic("answer"),
        Property::CorrelationData(b"7"),
        Property::UserProperty("z", "1"),
        Property::UserProperty("a", "2"),
        Property::UserProperty("z", "3"),
    ]);
    let keep = list([Property::SessionExpiryInterval(100)]);
    let (ada, _) = bench.connect(&Connect {
        will: Some(Will {
            properties: told.as_ref(),
            ..last_words("gone")
        }),
        properties: keep.as_ref(),
        ..hello(V5, "ada")
    });
    bench.cut(ada);
    bench.pass(1);
    let expected = "PUBLISH will=gone [PayloadFormatIndicator(1), ContentType(\"text\"), \
        ResponseTopic(\"answer\"), CorrelationData([55]), UserProperty(\"z\", \"1\"), \
        UserProperty(\"a\", \"2\"), UserProperty(\"z\", \"3\")]";
    assert_eq!(bench.take(bob), [expected]);
}
