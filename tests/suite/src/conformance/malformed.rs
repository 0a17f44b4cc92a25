//! Single malformed packets: each ends its own connection with the right reason and nothing else
//! (sections 1.5, 2.1 and 4.13).

use super::bench::*;
use super::words::*;
use midge_codec::{Reason, Version};

use Reason::{MalformedPacket, ProtocolError};

/// What each frame leads to, while a bystander goes on as before.
fn each_ends_its_connection(version: Version, cases: &[(&[u8], Reason, &str)]) {
    for &(frame, reason, what) in cases {
        let mut bench = Bench::new();
        let bystander = bench.join(V5, "bystander");
        bench.subscribe(bystander, "a", Q0);
        let peer = bench.join(version, "peer");
        bench.send_bytes(peer, frame.to_vec());
        assert_eq!(
            bench.take(peer),
            fault(version, reason),
            "{what}: {frame:02X?}"
        );
        // Behind it nothing is read.
        bench.send_bytes(peer, &b"\xC0\x00"[..]);
        assert!(bench.take(peer).is_empty());
        bench.publish(bystander, "a", "still here", Q0);
        assert_eq!(bench.take(bystander), ["PUBLISH a=still here"]);
    }
}

/// [3.1.1 MQTT-2.2.2-1] [3.1.1 MQTT-2.2.2-2] [5.0 MQTT-2.1.3-1] [3.1.1 MQTT-3.6.1-1]
/// [5.0 MQTT-3.6.1-1] [3.1.1 MQTT-4.8.0-1] [5.0 MQTT-4.13.1-1] [5.0 MQTT-4.13.2-1]
#[test]
fn wrong_flags_of_any_packet_end_the_connection() {
    for version in BOTH {
        for (first, body) in [
            (0x40, &b"\x02\x00\x01"[..]),
            (0x50, b"\x02\x00\x01"),
            (0x62, b"\x02\x00\x01"),
            (0x70, b"\x02\x00\x01"),
            (0xC0, b"\x00"),
            (0xE0, b"\x00"),
        ] {
            for flags in (0..16).filter(|&flags| flags != first & 15) {
                let frame = [&[first & 0xF0 | flags], body].concat();
                let what = "flags of another packet";
                each_ends_its_connection(version, &[(&frame, MalformedPacket, what)]);
            }
        }
    }
}

/// [5.0 MQTT-3.15.1-1] [5.0 MQTT-4.12.0-6] [5.0 MQTT-4.12.0-7]
#[test]
fn auth_without_an_authentication_method_ends_the_connection() {
    each_ends_its_connection(
        V5,
        &[
            (b"\xF0\x00", ProtocolError, "nobody asked for it"),
            (
                b"\xF0\x06\x18\x04\x15\x00\x01m",
                ProtocolError,
                "nobody asked for it",
            ),
            (
                b"\xF0\x06\x19\x04\x15\x00\x01m",
                ProtocolError,
                "nobody asked for it",
            ),
            (
                b"\xF0\x06\x17\x04\x15\x00\x01m",
                ProtocolError,
                "no such reason",
            ),
            (b"\xF1\x00", MalformedPacket, "flags 0001"),
            (b"\xF8\x00", MalformedPacket, "flags 1000"),
        ],
    );
    each_ends_its_connection(V311, &[(b"\xF0\x00", ProtocolError, "of 5.0 only")]);
}

/// [3.1.1 MQTT-4.8.0-1] [5.0 MQTT-4.13.1-1]
#[test]
fn packets_that_only_a_server_sends_end_the_connection() {
    for (version, frames) in [
        (
            V311,
            [
                &b"\x20\x02\x00\x00"[..],
                b"\x90\x03\x00\x01\x00",
                b"\xB0\x02\x00\x01",
                b"\xD0\x00",
            ],
        ),
        (
            V5,
            [
                &b"\x20\x03\x00\x00\x00"[..],
                b"\x90\x04\x00\x01\x00\x00",
                b"\xB0\x04\x00\x01\x00\x00",
                b"\xD0\x00",
            ],
        ),
    ] {
        for frame in frames {
            each_ends_its_connection(version, &[(frame, ProtocolError, "of a server")]);
        }
    }
    for version in BOTH {
        each_ends_its_connection(version, &[(b"\x00\x00", MalformedPacket, "type 0")]);
    }
}

/// [5.0 MQTT-1.5.5-1]
#[test]
fn lengths_are_written_in_as_few_bytes_as_possible() {
    each_ends_its_connection(
        V5,
        &[
            (
                b"\xC0\x80\x00",
                MalformedPacket,
                "Remaining Length 0 in two bytes",
            ),
            (
                b"\x30\x85\x00\x00\x01a\x00x",
                MalformedPacket,
                "Remaining Length 5 in two bytes",
            ),
            (
                b"\x30\xFF\xFF\xFF\xFF\x01",
                MalformedPacket,
                "Remaining Length of five bytes",
            ),
            (
                b"\x30\x06\x00\x01a\x80\x00x",
                MalformedPacket,
                "Property Length 0 in two bytes",
            ),
            (
                b"\x82\x0A\x00\x01\x03\x0B\x81\x00\x00\x01a\x00",
                MalformedPacket,
                "an identifier",
            ),
        ],
    );
    for version in BOTH {
        let what = "Remaining Length of five bytes";
        each_ends_its_connection(
            version,
            &[(b"\x30\xFF\xFF\xFF\xFF\x01", MalformedPacket, what)],
        );
    }
}

/// [3.1.1 MQTT-1.5.3-1] [5.0 MQTT-1.5.4-1] [5.0 MQTT-1.5.4-2] [5.0 MQTT-1.5.7-1]
/// [5.0 MQTT-3.3.2-13] [5.0 MQTT-3.3.2-19]
#[test]
fn text_that_is_not_utf_8_ends_the_connection() {
    let bad: [&[u8]; 7] = [
        b"\xFF",
        b"\xC3\x28",
        b"\xC0\x80",
        b"\xED\xA0\x80",
        b"\xED\xBF\xBF",
        b"\xF4\x90\x80\x80",
        b"\xE2\x82",
    ];
    for text in bad {
        let length = u8::try_from(text.len()).unwrap();
        for version in BOTH {
            let mut frame = vec![0x30, length + 3, 0, length];
            frame.extend(text);
            frame.push(0);
            each_ends_its_connection(version, &[(&frame, MalformedPacket, "topic name")]);
        }
        // Content Type, Response Topic, and both halves of a User Property.
        for head in [
            &b"\x03\x00"[..],
            b"\x08\x00",
            b"\x26\x00\x01k\x00",
            b"\x26\x00",
        ] {
            let mut list = head.to_vec();
            list.push(length);
            list.extend(text);
            if head == b"\x26\x00" {
                list.extend(b"\x00\x01v");
            }
            let mut frame = vec![0x30, u8::try_from(list.len()).unwrap() + 4, 0, 1, b'a'];
            frame.push(u8::try_from(list.len()).unwrap());
            frame.extend(list);
            each_ends_its_connection(V5, &[(&frame, MalformedPacket, "a property")]);
        }
    }
}

/// [5.0 MQTT-3.3.2-14] [5.0 MQTT-3.3.2-8] [5.0 MQTT-4.13.1-1]
#[test]
fn properties_out_of_place_or_range_end_the_connection() {
    each_ends_its_connection(
        V5,
        &[
            (
                b"\x30\x07\x00\x01a\x03\x13\x00\x05",
                MalformedPacket,
                "Server Keep Alive in PUBLISH",
            ),
            (
                b"\x30\x06\x00\x01a\x02\x7F\x00",
                MalformedPacket,
                "no such property",
            ),
            (
                b"\x30\x08\x00\x01a\x04\x01\x00\x01\x00",
                ProtocolError,
                "twice",
            ),
            (
                b"\x30\x06\x00\x01a\x02\x01\x02",
                ProtocolError,
                "Payload Format Indicator 2",
            ),
            (
                b"\x30\x07\x00\x01a\x03\x23\x00\x00",
                Reason::TopicAliasInvalid,
                "Topic Alias 0",
            ),
            (
                b"\x30\x05\x00\x01a\x09\x01",
                MalformedPacket,
                "a list longer than the packet",
            ),
            (
                b"\x30\x06\x00\x01a\x01\x01\x00",
                MalformedPacket,
                "a list that cuts a property",
            ),
            (
                b"\x30\x08\x00\x01a\x04\x08\x00\x01#",
                ProtocolError,
                "Response Topic",
            ),
            (
                b"\x30\x08\x00\x01a\x04\x08\x00\x01+",
                ProtocolError,
                "Response Topic",
            ),
            (
                b"\x82\x09\x00\x01\x02\x0B\x00\x00\x01a\x00",
                ProtocolError,
                "identifier 0",
            ),
            (
                b"\x82\x0B\x00\x01\x04\x0B\x01\x0B\x02\x00\x01a\x00",
                ProtocolError,
                "two identifiers",
            ),
            (
                b"\xE0\x07\x00\x05\x11\x00\x00\x00\x01",
                ProtocolError,
                "no session to prolong",
            ),
            (
                b"\x40\x04\x00\x01\x01\x00",
                ProtocolError,
                "no reason of PUBACK",
            ),
            (
                b"\x62\x04\x00\x01\x10\x00",
                ProtocolError,
                "no reason of PUBREL",
            ),
        ],
    );
}

/// [3.1.1 MQTT-4.8.0-1] [5.0 MQTT-4.13.1-1]
#[test]
fn packets_with_too_few_or_too_many_bytes_end_the_connection() {
    for version in BOTH {
        each_ends_its_connection(
            version,
            &[
                (b"\xC0\x01\x00", MalformedPacket, "PINGREQ with a byte"),
                (b"\x40\x00", MalformedPacket, "PUBACK of nothing"),
                (b"\x40\x01\x00", MalformedPacket, "half an identifier"),
                (
                    b"\x32\x03\x00\x01a",
                    MalformedPacket,
                    "QoS 1 without an identifier",
                ),
                (b"\x30\x00", MalformedPacket, "PUBLISH of nothing"),
                (b"\x82\x00", MalformedPacket, "SUBSCRIBE of nothing"),
            ],
        );
    }
    let old: [(&[u8], Reason, &str); 3] = [
        (
            b"\x40\x03\x00\x01\x00",
            MalformedPacket,
            "PUBACK with a reason",
        ),
        (b"\xE0\x01\x00", MalformedPacket, "DISCONNECT with a reason"),
        (
            b"\x62\x04\x00\x01\x00\x00",
            MalformedPacket,
            "PUBREL with properties",
        ),
    ];
    each_ends_its_connection(V311, &old);
}

/// Section 4.13: bad CONNECT properties are answered in CONNACK with their code.
#[test]
fn bad_properties_of_connect_are_answered_with_their_code() {
    for (properties, code, what) in [
        (&b"\x21\x00\x00"[..], "0x82", "Receive Maximum 0"),
        (b"\x27\x00\x00\x00\x00", "0x82", "Maximum Packet Size 0"),
        (b"\x17\x02", "0x82", "Request Problem Information 2"),
        (b"\x19\x02", "0x82", "Request Response Information 2"),
        (
            b"\x16\x00\x01d",
            "0x82",
            "Authentication Data without a method",
        ),
        (b"\x11\x00\x00\x00\x01\x11\x00\x00\x00\x01", "0x82", "twice"),
        (b"\x12\x00\x01a", "0x81", "Assigned Client Identifier"),
        (b"\x26\x00\x01k", "0x81", "half a User Property"),
    ] {
        let mut frame = b"\x10\x00\x00\x04MQTT\x05\x02\x00\x00".to_vec();
        frame.push(u8::try_from(properties.len()).unwrap());
        frame.extend(properties);
        frame.extend(b"\x00\x01a");
        frame[1] = u8::try_from(frame.len() - 2).unwrap();
        let mut bench = Bench::new();
        let peer = bench.open(V5);
        bench.send_bytes(peer, frame);
        let refused = [format!("CONNACK {code}"), "CLOSE".to_string()];
        assert_eq!(bench.take(peer), refused, "{what}");
    }
}
