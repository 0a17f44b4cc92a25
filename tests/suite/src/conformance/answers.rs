//! What an answer says: its reason, and words for people, which are left out where a packet would
//! become too large for its receiver (5.0, sections 3.2 to 3.15).

use super::words::*;
use midge_codec::{
    Ack, AckKind, Auth, ConnAck, Disconnect, Packet, PacketId, PacketType, Properties, Property,
    Reason, ReasonsBuf, SubAck, UnsubAck,
};
use midge_session::{Connection, Instant, Limits};

/// The packets that have a reason and may say something to people; `reasons` is of those with several.
fn saying<'a>(
    reason: Reason,
    properties: Properties<'a>,
    reasons: &'a ReasonsBuf,
) -> Vec<Packet<'a>> {
    let packet_id = PacketId::MIN;
    let reasons = reasons.as_ref();
    let ack = |kind| {
        Packet::Ack(Ack {
            kind,
            packet_id,
            reason,
            properties,
        })
    };
    vec![
        Packet::ConnAck(ConnAck {
            session_present: false,
            reason,
            properties,
        }),
        ack(AckKind::PubAck),
        ack(AckKind::PubRec),
        ack(AckKind::PubRel),
        ack(AckKind::PubComp),
        Packet::SubAck(SubAck {
            packet_id,
            properties,
            reasons,
        }),
        Packet::UnsubAck(UnsubAck {
            packet_id,
            properties,
            reasons,
        }),
        Packet::Disconnect(Disconnect { reason, properties }),
    ]
}

/// [5.0 MQTT-3.2.2-8] [5.0 MQTT-3.4.2-1] [5.0 MQTT-3.5.2-1] [5.0 MQTT-3.6.2-1]
/// [5.0 MQTT-3.7.2-1] [5.0 MQTT-3.9.3-2] [5.0 MQTT-3.11.3-2] [5.0 MQTT-3.14.2-1]
/// [5.0 MQTT-3.15.2-1]
#[test]
fn no_packet_is_written_with_a_reason_of_another() {
    let published: &[u8] = &[0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
    let released: &[u8] = &[0x00, 0x92];
    let allowed: [(PacketType, &[u8]); 9] = [
        (
            PacketType::ConnAck,
            &[
                0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90,
                0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F,
            ],
        ),
        (PacketType::PubAck, published),
        (PacketType::PubRec, published),
        (PacketType::PubRel, released),
        (PacketType::PubComp, released),
        (
            PacketType::SubAck,
            &[
                0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2,
            ],
        ),
        (
            PacketType::UnsubAck,
            &[0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91],
        ),
        (
            PacketType::Disconnect,
            &[
                0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90,
                0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0,
                0xA1, 0xA2,
            ],
        ),
        (PacketType::Auth, &[0x00, 0x18, 0x19]),
    ];
    for &reason in Reason::ALL {
        let reasons: ReasonsBuf = [reason].into_iter().collect();
        let method = list([Property::AuthenticationMethod("m")]);
        let auth = Packet::Auth(Auth {
            reason,
            properties: method.as_ref(),
        });
        let mut packets = saying(reason, Properties::EMPTY, &reasons);
        packets.push(auth);
        for packet in packets {
            let wanted = packet.packet_type();
            let (_, values) = allowed.iter().find(|(of, _)| *of == wanted).unwrap();
            let encoded = midge_codec::encoded_len(&packet, V5);
            assert_eq!(
                encoded.is_ok(),
                values.contains(&reason.value()),
                "{packet}"
            );
        }
    }
}

/// What is sent of a packet to a peer that takes `most` bytes, in words.
fn sent(packet: &Packet<'_>, most: u32) -> Option<String> {
    let now = Instant::ZERO;
    let mut connection = Connection::new(now, Limits::default());
    connection.set_version(V5);
    connection.set_peer(Limits {
        maximum_packet_size: most,
        ..Limits::default()
    });
    let frame = connection.encode(now, packet)?.to_bytes();
    assert!(frame.len() <= most as usize);
    Some(midge_codec::decode(&frame, V5).unwrap().to_string())
        .map(|line| format!("{line}, {} bytes", frame.len()))
}

/// [5.0 MQTT-3.2.2-19] [5.0 MQTT-3.2.2-20] [5.0 MQTT-3.4.2-2] [5.0 MQTT-3.4.2-3]
/// [5.0 MQTT-3.5.2-2] [5.0 MQTT-3.5.2-3] [5.0 MQTT-3.6.2-2] [5.0 MQTT-3.6.2-3]
/// [5.0 MQTT-3.7.2-2] [5.0 MQTT-3.7.2-3] [5.0 MQTT-3.9.2-1] [5.0 MQTT-3.9.2-2]
/// [5.0 MQTT-3.11.2-1] [5.0 MQTT-3.11.2-2] [5.0 MQTT-3.14.2-3] [5.0 MQTT-3.14.2-4]
#[test]
fn words_are_left_out_where_they_would_make_a_packet_too_large() {
    let reasons: ReasonsBuf = [Reason::Success].into_iter().collect();
    let said = list([
        Property::ReasonString("because of something long"),
        Property::UserProperty("key", "value"),
    ]);
    let bare = saying(Reason::Success, Properties::EMPTY, &reasons);
    let whole = saying(Reason::Success, said.as_ref(), &reasons);
    for (talkative, bare) in whole.iter().zip(&bare) {
        let whole = midge_codec::encoded_len(talkative, V5).unwrap() as u32;
        let least = midge_codec::encoded_len(bare, V5).unwrap() as u32;
        let in_words = |bytes| Some(format!("{bare}, {bytes} bytes"));
        assert_eq!(sent(talkative, whole), in_words(whole));
        assert_eq!(sent(talkative, whole - 1), in_words(least));
        assert_eq!(sent(talkative, least), in_words(least));
        assert_eq!(sent(talkative, least - 1), None);
    }
}

/// [5.0 MQTT-3.15.2-2] [5.0 MQTT-3.15.2-3]
#[test]
fn auth_keeps_its_method_when_its_words_are_left_out() {
    let method = Property::AuthenticationMethod("method");
    let said = list([method, Property::ReasonString("because of something long")]);
    let plain = list([method]);
    let auth = |properties| {
        Packet::Auth(Auth {
            reason: Reason::ContinueAuthentication,
            properties,
        })
    };
    let least = midge_codec::encoded_len(&auth(plain.as_ref()), V5).unwrap() as u32;
    let expected = format!("{}, {least} bytes", auth(plain.as_ref()));
    assert_eq!(sent(&auth(said.as_ref()), least), Some(expected));
}
