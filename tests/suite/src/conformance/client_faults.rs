//! Mistakes of a server, and what the client does about them (sections 1.5, 2.1, 4.8 and 4.13).

use super::script::*;
use super::words::*;
use midge_client::{Cause, State};
use midge_codec::{Reason, Version};

use Reason::{MalformedPacket, ProtocolError};

fn each_ends_the_connection(version: Version, cases: &[(&[u8], Reason, &str)]) {
    for &(frame, reason, what) in cases {
        let mut script = Script::connected(config(version));
        script.receive_bytes(frame.to_vec());
        assert_eq!(
            script.sent(),
            fault(version, reason),
            "{what}: {frame:02X?}"
        );
        assert_eq!(script.client.state(), State::Idle);
        let cause = script.cause().unwrap();
        assert!(matches!(
            cause,
            Cause::Malformed(_) | Cause::Violation { .. }
        ));
        script.receive_bytes(&b"\x32\x06\x00\x01a\x00\x01\x00"[..]);
        assert!(script.sent().is_empty());
    }
}

/// [3.1.1 MQTT-2.2.2-2] [5.0 MQTT-2.1.3-1] [3.1.1 MQTT-3.6.1-1] [5.0 MQTT-3.6.1-1]
/// [5.0 MQTT-3.15.1-1] [3.1.1 MQTT-4.8.0-1] [5.0 MQTT-3.14.1-1]
#[test]
fn wrong_flags_of_a_servers_packet_end_the_connection() {
    for version in BOTH {
        each_ends_the_connection(
            version,
            &[
                (b"\x41\x02\x00\x01", MalformedPacket, "PUBACK"),
                (b"\x52\x02\x00\x01", MalformedPacket, "PUBREC"),
                (b"\x60\x02\x00\x01", MalformedPacket, "PUBREL"),
                (b"\x72\x02\x00\x01", MalformedPacket, "PUBCOMP"),
                (b"\x91\x03\x00\x01\x00", MalformedPacket, "SUBACK"),
                (b"\xB1\x02\x00\x01", MalformedPacket, "UNSUBACK"),
                (b"\xD8\x00", MalformedPacket, "PINGRESP"),
                (b"\xE4\x00", MalformedPacket, "DISCONNECT"),
                (b"\x36\x06\x00\x01a\x00\x01\x00", MalformedPacket, "QoS 3"),
                (b"\x38\x04\x00\x01a\x00", MalformedPacket, "DUP at QoS 0"),
            ],
        );
    }
    each_ends_the_connection(V5, &[(b"\xF4\x00", MalformedPacket, "AUTH")]);
}

/// [3.1.1 MQTT-1.5.3-1] [3.1.1 MQTT-1.5.3-2] [5.0 MQTT-1.5.4-1] [5.0 MQTT-1.5.4-2]
/// [3.1.1 MQTT-3.3.2-1] [5.0 MQTT-3.3.2-1] [3.1.1 MQTT-3.3.2-2] [5.0 MQTT-3.3.2-2]
/// [5.0 MQTT-1.5.5-1] [5.0 MQTT-1.5.7-1]
#[test]
fn text_that_is_not_what_it_must_be_ends_the_connection() {
    for version in BOTH {
        each_ends_the_connection(
            version,
            &[
                (b"\x30\x04\x00\x01\xFF\x00", MalformedPacket, "UTF-8"),
                (
                    b"\x30\x06\x00\x03\xED\xA0\x80\x00",
                    MalformedPacket,
                    "a surrogate",
                ),
                (b"\x30\x04\x00\x01\x00\x00", MalformedPacket, "U+0000"),
                (b"\x30\x04\x00\x01+\x00", MalformedPacket, "a wildcard"),
                (b"\x30\x04\x00\x01#\x00", MalformedPacket, "a wildcard"),
            ],
        );
    }
    each_ends_the_connection(
        V5,
        &[
            (
                b"\x30\x0B\x00\x01a\x07\x26\x00\x01\xFF\x00\x01v",
                MalformedPacket,
                "a name",
            ),
            (
                b"\x30\x0B\x00\x01a\x07\x26\x00\x01k\x00\x01\x00",
                MalformedPacket,
                "a value",
            ),
            (b"\x30\x05\x00\x01a\x80\x00", MalformedPacket, "a long zero"),
        ],
    );
}

/// [3.1.1 MQTT-1.5.3-3] [5.0 MQTT-1.5.4-3]
#[test]
fn a_zero_width_no_break_space_stays_where_it_is() {
    for (version, frame) in [
        (V311, &b"\x30\x08\x00\x04\xEF\xBB\xBFax"[..]),
        (V5, b"\x30\x08\x00\x04\xEF\xBB\xBFa\x00x"),
    ] {
        let mut frame = frame.to_vec();
        frame[1] = u8::try_from(frame.len() - 2).unwrap();
        let mut script = Script::connected(config(version));
        script.receive_bytes(frame);
        assert_eq!(script.messages(), ["\u{FEFF}a=x"]);
    }
}

/// [5.0 MQTT-3.2.0-2] [5.0 MQTT-3.2.0-1] [3.1.1 MQTT-3.2.0-1] [5.0 MQTT-3.2.2-1]
#[test]
fn connack_comes_first_once_and_with_its_reserved_bits_at_zero() {
    for version in BOTH {
        for first in [&b"\xD0\x00"[..], b"\x30\x04\x00\x01a\x00"] {
            let mut script = Script::opened(config(version));
            script.sent();
            script.receive_bytes(first);
            let sent = script.sent();
            assert_eq!(sent, fault(version, ProtocolError), "{first:?}");
        }
    }
    each_ends_the_connection(V311, &[(b"\x20\x02\x00\x00", ProtocolError, "twice")]);
    each_ends_the_connection(V5, &[(b"\x20\x03\x00\x00\x00", ProtocolError, "twice")]);
    let mut script = Script::opened(config(V5));
    script.sent();
    script.receive_bytes(&b"\x20\x03\x02\x00\x00"[..]);
    assert_eq!(script.sent(), fault(V5, MalformedPacket));
}

/// [5.0 MQTT-4.13.1-1] [5.0 MQTT-4.13.2-1] [3.1.1 MQTT-4.8.0-1]
#[test]
fn packets_that_answer_nothing_or_come_from_clients_only_end_the_connection() {
    for version in BOTH {
        each_ends_the_connection(version, &[(b"\xC0\x00", ProtocolError, "PINGREQ")]);
    }
    each_ends_the_connection(
        V311,
        &[
            (b"\x90\x03\x00\x07\x00", ProtocolError, "SUBACK"),
            (b"\xB0\x02\x00\x07", ProtocolError, "UNSUBACK"),
            (b"\x82\x06\x00\x01\x00\x01a\x00", ProtocolError, "SUBSCRIBE"),
            (
                b"\x90\x03\x00\x07\x03",
                ProtocolError,
                "a code of no meaning",
            ),
        ],
    );
    each_ends_the_connection(
        V5,
        &[
            (b"\x90\x04\x00\x07\x00\x00", ProtocolError, "SUBACK"),
            (b"\xB0\x04\x00\x07\x00\x00", ProtocolError, "UNSUBACK"),
            (
                b"\x82\x07\x00\x01\x00\x00\x01a\x00",
                ProtocolError,
                "SUBSCRIBE",
            ),
            (
                b"\x40\x03\x00\x01\x77",
                ProtocolError,
                "a reason of no meaning",
            ),
        ],
    );
}

/// [5.0 MQTT-3.14.2-3] [5.0 MQTT-3.14.2-4]
#[test]
fn the_clients_disconnect_goes_without_words_that_the_server_could_not_take() {
    let announced = [midge_codec::Property::MaximumPacketSize(10)];
    let mut script = Script::connected_to(config(V5), &announced);
    script.receive_bytes(&b"\xC0\x00"[..]);
    // It is sent all the same: what would be too large is left out, not the packet.
    assert_eq!(script.sent(), ["DISCONNECT 0x82", "CLOSE"]);
}
