//! Reason String and User Properties, which are left out where a packet would become too large for
//! its receiver (5.0, sections 3.2 to 3.15).

use super::words::*;
use midge_codec::{
    Ack, AckKind, Auth, ConnAck, Disconnect, Packet, PacketId, Properties, Property, Reason,
    ReasonsBuf, SubAck, UnsubAck,
};
use midge_session::{Connection, Instant, Limits};

/// The packets that may say something to people, with these properties.
fn talkative<'a>(properties: Properties<'a>, reasons: &'a ReasonsBuf) -> Vec<Packet<'a>> {
    let packet_id = PacketId::MIN;
    let reasons = reasons.as_ref();
    let ack = |kind| {
        Packet::Ack(Ack {
            kind,
            packet_id,
            reason: Reason::Success,
            properties,
        })
    };
    vec![
        Packet::ConnAck(ConnAck {
            session_present: false,
            reason: Reason::Success,
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
        Packet::Disconnect(Disconnect {
            reason: Reason::Success,
            properties,
        }),
    ]
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
    let bare = talkative(Properties::EMPTY, &reasons);
    for (talkative, bare) in talkative(said.as_ref(), &reasons).iter().zip(&bare) {
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
