//! Topic names and filters: wildcards, `$`, characters, lengths (section 4.7).

use super::bench::*;
use super::words::*;
use midge_codec::{Reason, Version};

/// The topics, of these, that a subscription to `filter` gives.
fn matched(version: Version, filter: &str, topics: &[&str]) -> Vec<String> {
    let mut bench = Bench::new();
    let ada = bench.join(version, "ada");
    bench.subscribe(ada, filter, Q0);
    for topic in topics {
        bench.publish(ada, topic, "", Q0);
    }
    let received = bench.take(ada);
    let name = |words: &String| words["PUBLISH ".len()..words.len() - 1].to_string();
    received.iter().map(name).collect()
}

/// 5.0 answers a malformed filter with a Reason Code, and 3.1.1, which has none for it, closes.
fn assert_refused(version: Version, filter: &str) {
    let mut bench = Bench::new();
    let ada = bench.join(version, "ada");
    let refused = if version == V5 {
        "SUBACK #1 8F"
    } else {
        "CLOSE"
    };
    assert_eq!(bench.subscribe(ada, filter, Q0), [refused], "{filter}");
}

/// [3.1.1 MQTT-4.7.1-2] [5.0 MQTT-4.7.1-1]
#[test]
fn a_hash_stands_for_any_number_of_last_levels() {
    for version in BOTH {
        let all = ["a", "a/b", "a/b/c", "b", "a/", "/a", "ab"];
        assert_eq!(matched(version, "a/#", &all), ["a", "a/b", "a/b/c", "a/"]);
        assert_eq!(matched(version, "#", &all), all);
        for filter in ["a#", "a/#/b", "#/a", "a/b#", "##"] {
            assert_refused(version, filter);
        }
    }
}

/// [3.1.1 MQTT-4.7.1-3] [5.0 MQTT-4.7.1-2]
#[test]
fn a_plus_stands_for_one_whole_level() {
    for version in BOTH {
        let all = ["a", "a/b", "a/b/c", "/a", "a/", "/", "b/b"];
        assert_eq!(matched(version, "+", &all), ["a"]);
        assert_eq!(matched(version, "a/+", &all), ["a/b", "a/"]);
        assert_eq!(
            matched(version, "+/+", &all),
            ["a/b", "/a", "a/", "/", "b/b"]
        );
        assert_eq!(matched(version, "/+", &all), ["/a", "/"]);
        assert_eq!(matched(version, "+/b/#", &all), ["a/b", "a/b/c", "b/b"]);
        for filter in ["a+", "+a", "a/b+", "a/+b/c", "++"] {
            assert_refused(version, filter);
        }
    }
}

/// [3.1.1 MQTT-4.7.2-1] [5.0 MQTT-4.7.2-1]
#[test]
fn wildcards_at_the_start_do_not_match_a_dollar() {
    for version in BOTH {
        let all = ["$a", "$a/b", "a/$b"];
        assert_eq!(matched(version, "#", &all), ["a/$b"]);
        assert_eq!(matched(version, "+/#", &all), ["a/$b"]);
        assert_eq!(matched(version, "+/b", &all), [""; 0]);
        assert_eq!(matched(version, "$a/#", &all), ["$a", "$a/b"]);
        assert_eq!(matched(version, "$a/+", &all), ["$a/b"]);
    }
}

/// [3.1.1 MQTT-4.7.2-1] [5.0 MQTT-4.7.2-1]
#[test]
fn retained_messages_under_a_dollar_do_not_come_to_wildcards_either() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish_retained(ada, "$a/b", "x", Q0);
        for filter in ["#", "+/b", "+/#"] {
            assert_eq!(bench.subscribe(ada, filter, Q0).len(), 1, "{filter}");
        }
        assert_eq!(bench.subscribe(ada, "$a/+", Q0).len(), 2);
    }
}

/// [3.1.1 MQTT-4.7.3-1] [5.0 MQTT-4.7.3-1]
#[test]
fn an_empty_name_or_filter_ends_the_connection() {
    for (version, publish) in [
        (V311, &b"\x30\x03\x00\x00x"[..]),
        (V5, b"\x30\x04\x00\x00\x00x"),
    ] {
        let mut bench = Bench::new();
        let eve = bench.join(version, "eve");
        let ended = fault(version, Reason::MalformedPacket);
        assert_eq!(bench.subscribe(eve, "", Q0), ended);
        let ada = bench.join(version, "ada");
        bench.send_bytes(ada, publish);
        assert_eq!(bench.take(ada), fault(version, Reason::ProtocolError));
    }
}

/// [3.1.1 MQTT-4.7.3-2] [5.0 MQTT-4.7.3-2] [3.1.1 MQTT-1.5.3-2] [5.0 MQTT-1.5.4-2]
#[test]
fn a_null_character_ends_the_connection() {
    for version in BOTH {
        for frame in [
            &b"\x30\x06\x00\x03a\x00b\x00"[..],
            b"\x82\x09\x00\x01\x00\x00\x03a\x00b\x00",
            b"\xA2\x08\x00\x01\x00\x00\x03a\x00b",
        ] {
            let mut frame = frame.to_vec();
            if version == V311 && frame[0] != 0x30 {
                frame.remove(4);
                frame[1] -= 1;
            }
            let mut bench = Bench::new();
            let ada = bench.join(version, "ada");
            bench.send_bytes(ada, frame);
            assert_eq!(bench.take(ada), fault(version, Reason::MalformedPacket));
        }
    }
}

/// [3.1.1 MQTT-4.7.3-3] [5.0 MQTT-4.7.3-3]
#[test]
fn the_longest_name_has_65_535_bytes_and_arrives_whole() {
    for version in BOTH {
        let longest = "x".repeat(65_535);
        assert_eq!(matched(version, &longest, &[&longest]), [&*longest]);
        assert_eq!(matched(version, "+", &[&longest]), [&*longest]);
        let longer = format!("{longest}x");
        let encoded = midge_codec::SubscribeFiltersBuf::try_from_iter([(&*longer, Q0)]);
        assert!(encoded.is_err(), "two bytes of length hold no more");
    }
}

/// [3.1.1 MQTT-4.7.3-4] [5.0 MQTT-4.7.3-4] [3.1.1 MQTT-1.5.3-3] [5.0 MQTT-1.5.4-3]
#[test]
fn names_are_compared_and_passed_on_as_they_are() {
    for version in BOTH {
        // One letter or two code points; with and without a zero width no-break space; spaces.
        let all = [
            "\u{E9}",
            "e\u{301}",
            "\u{FEFF}a",
            "a\u{FEFF}",
            "a",
            " a",
            "a ",
            "A",
        ];
        for name in all {
            assert_eq!(matched(version, name, &all), [name]);
        }
        assert_eq!(matched(version, "+", &all), all);
    }
}
