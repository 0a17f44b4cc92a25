//! UNSUBSCRIBE and UNSUBACK (sections 3.10 and 3.11).

use super::bench::*;
use super::words::*;
use midge_codec::{Connect, Property, Reason};

/// [3.1.1 MQTT-3.10.4-1] [3.1.1 MQTT-3.10.4-2] [5.0 MQTT-3.10.4-1] [5.0 MQTT-3.10.4-2]
#[test]
fn a_filter_is_deleted_when_it_is_the_same_byte_for_byte() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a/+", Q0);
        bench.unsubscribe(ada, &["a/b", "a/#", "A/+", "a/+/"]);
        bench.publish(ada, "a/b", "x", Q0);
        assert_eq!(bench.take(ada), ["PUBLISH a/b=x"]);
        bench.unsubscribe(ada, &["a/+"]);
        bench.publish(ada, "a/b", "x", Q0);
        assert!(bench.take(ada).is_empty());
    }
}

/// [3.1.1 MQTT-2.3.1-7] [3.1.1 MQTT-3.10.4-4] [3.1.1 MQTT-3.10.4-5] [3.1.1 MQTT-3.10.4-6]
/// [5.0 MQTT-2.2.1-6] [5.0 MQTT-3.10.4-4] [5.0 MQTT-3.10.4-5] [5.0 MQTT-3.10.4-6]
/// [5.0 MQTT-3.11.3-1] [5.0 MQTT-3.11.3-2]
#[test]
fn one_unsuback_answers_all_filters_whether_they_existed_or_not() {
    for (version, expected) in [(V311, "UNSUBACK #2"), (V5, "UNSUBACK #2 00 11 00")] {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a", Q0);
        bench.subscribe(ada, "c", Q0);
        assert_eq!(bench.unsubscribe(ada, &["a", "b", "c"]), [expected]);
        bench.publish(ada, "a", "x", Q0);
        bench.publish(ada, "c", "x", Q0);
        assert!(bench.take(ada).is_empty());
    }
}

/// [3.1.1 MQTT-3.10.4-3] [5.0 MQTT-3.10.4-3]
#[test]
fn deliveries_that_have_begun_are_completed() {
    for version in BOTH {
        let mut bench = Bench::new();
        let (ada, _) = bench.keep(version, "ada");
        bench.subscribe(ada, "a", Q2);
        let bob = bench.join(version, "bob");
        bench.publish(bob, "a", "one", Q1);
        bench.publish(bob, "a", "two", Q2);
        bench.take(ada);
        bench.unsubscribe(ada, &["a"]);
        bench.ack(ada, PubRec, 2);
        assert_eq!(bench.take(ada), ["PUBREL #2 0x00"]);
        // Even over a lost connection.
        bench.cut(ada);
        let (ada, answer) = bench.keep(version, "ada");
        assert_eq!(answer[1..], ["PUBLISH a=one q1 #1 dup", "PUBREL #2 0x00"]);
        bench.ack(ada, PubAck, 1);
        bench.ack(ada, PubComp, 2);
        assert_eq!(bench.broker.session("ada").unwrap().inflight, 0);
    }
}

/// [3.1.1 MQTT-3.10.1-1] [5.0 MQTT-3.10.1-1] [3.1.1 MQTT-3.10.3-1] [5.0 MQTT-3.10.3-1]
/// [3.1.1 MQTT-3.10.3-2] [5.0 MQTT-3.10.3-2]
#[test]
fn an_unsubscribe_needs_its_flags_a_filter_and_utf_8() {
    let malformed = Reason::MalformedPacket;
    for (frame, reason, what) in [
        (&b"\xA2\x02\x00\x01"[..], Reason::ProtocolError, "no filter"),
        (b"\xA2\x05\x00\x01\x00\x01\xFF", malformed, "UTF-8"),
        (
            b"\xA2\x07\x00\x01\x00\x03\xED\xA0\x80",
            malformed,
            "a surrogate",
        ),
        (b"\xA2\x05\x00\x01\x00\x02a", malformed, "truncated"),
        (b"\xA0\x05\x00\x01\x00\x01a", malformed, "flags 0000"),
        (b"\xA3\x05\x00\x01\x00\x01a", malformed, "flags 0011"),
        (b"\xAA\x05\x00\x01\x00\x01a", malformed, "flags 1010"),
    ] {
        for version in BOTH {
            let mut frame = frame.to_vec();
            if version == V5 {
                frame[1] += 1;
                frame.insert(4, 0);
            }
            let mut bench = Bench::new();
            let ada = bench.join(version, "ada");
            bench.send_bytes(ada, frame);
            assert_eq!(bench.take(ada), fault(version, reason), "{what}");
        }
    }
}

/// [5.0 MQTT-3.9.2-1] [5.0 MQTT-3.9.2-2] [5.0 MQTT-3.11.2-1] [5.0 MQTT-3.11.2-2]
/// [5.0 MQTT-3.4.2-2] [5.0 MQTT-3.4.2-3] [5.0 MQTT-3.5.2-2] [5.0 MQTT-3.5.2-3]
/// [5.0 MQTT-3.7.2-2] [5.0 MQTT-3.7.2-3] [5.0 MQTT-3.1.2-29]
#[test]
fn answers_carry_no_words_that_a_client_may_not_want_or_take() {
    let mut bench = Bench::new();
    let terse = list([
        Property::MaximumPacketSize(8),
        Property::RequestProblemInformation(0),
    ]);
    let (ada, _) = bench.connect(&Connect {
        properties: terse.as_ref(),
        ..hello(V5, "ada")
    });
    bench.subscribe(ada, "a/#/b", Q0);
    bench.send_bytes(ada, &b"\x82\x07\x00\x01\x00\x00\x01+\x00"[..]);
    bench.send_bytes(ada, &b"\xA2\x06\x00\x02\x00\x00\x01b"[..]);
    bench.publish(ada, "$SYS/a", "x", Q1);
    bench.publish(ada, "$SYS/a", "x", Q2);
    bench.ack(ada, PubRel, 7);
    let frames = bench.take_frames(ada);
    assert_eq!(frames.len(), 5);
    for frame in frames {
        assert!(frame.len() <= 8, "{frame:?}");
        assert!(!frame.contains(&0x1F), "no Reason String: {frame:?}");
    }
}
