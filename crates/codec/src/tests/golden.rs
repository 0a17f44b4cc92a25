//! Frames written by hand from the standards, with the packets that they are.

use super::hex;
use crate::{
    Ack, AckKind, Auth, ConnAck, Connect, Delivery, Disconnect, Packet, PacketId, PacketType,
    Properties, PropertiesBuf, Property, PropertyId, Publish, QoS, Reason, ReasonsBuf,
    RetainHandling, SubAck, Subscribe, SubscribeFiltersBuf, SubscriptionOptions, UnsubAck,
    Unsubscribe, UnsubscribeFiltersBuf, Version, Will, decode, encode,
};
use Version::{V5, V311};
use alloc::{boxed::Box, format, string::ToString, vec, vec::Vec};

type Vector = (Version, &'static str, Packet<'static>);

const ID: PacketId = PacketId::new(10).expect("10 is not 0");

fn list(properties: &[Property<'static>]) -> Properties<'static> {
    let list = PropertiesBuf::try_from_iter(properties.iter().copied());
    Box::leak(Box::new(list.expect("legal properties"))).as_ref()
}

fn reasons(reasons: &[Reason]) -> crate::Reasons<'static> {
    Box::leak(Box::new(reasons.iter().copied().collect::<ReasonsBuf>())).as_ref()
}

fn connects() -> Vec<Vector> {
    let will = Will {
        qos: QoS::AtLeastOnce,
        retain: false,
        topic: "w",
        payload: b"x",
        properties: Properties::EMPTY,
    };
    let connect = Connect {
        version: V311,
        clean_start: true,
        keep_alive: 10,
        client_id: "midge",
        will: Some(will),
        user_name: Some("u"),
        password: Some(b"p"),
        properties: Properties::EMPTY,
    };
    let connect_5 = Connect {
        version: V5,
        client_id: "",
        will: Some(Will {
            properties: list(&[Property::WillDelayInterval(5)]),
            ..will
        }),
        properties: list(&[Property::SessionExpiryInterval(10)]),
        ..connect
    };
    let password_alone = Connect {
        clean_start: false,
        keep_alive: 0,
        will: None,
        user_name: None,
        properties: Properties::EMPTY,
        ..connect_5
    };
    vec![
        (
            V311,
            "10 1D 0004 4D515454 04 CE 000A 0005 6D69646765 0001 77 0001 78 0001 75 0001 70",
            Packet::Connect(connect),
        ),
        (
            V5,
            "10 24 0004 4D515454 05 CE 000A 05 11 0000000A
             0000 05 18 00000005 0001 77 0001 78 0001 75 0001 70",
            Packet::Connect(connect_5),
        ),
        (
            V5,
            "10 10 0004 4D515454 05 40 0000 00 0000 0001 70",
            Packet::Connect(password_alone),
        ),
    ]
}

fn connacks() -> Vec<Vector> {
    let connack = |session_present, reason, properties| {
        Packet::ConnAck(ConnAck {
            session_present,
            reason,
            properties,
        })
    };
    let aliases = list(&[Property::TopicAliasMaximum(10)]);
    let none = Properties::EMPTY;
    vec![
        (V311, "20 02 01 00", connack(true, Reason::Success, none)),
        (
            V311,
            "20 02 00 05",
            connack(false, Reason::NotAuthorized, none),
        ),
        (
            V5,
            "20 06 00 00 03 22 000A",
            connack(false, Reason::Success, aliases),
        ),
        (
            V5,
            "20 03 00 87 00",
            connack(false, Reason::NotAuthorized, none),
        ),
    ]
}

fn publishes() -> Vec<Vector> {
    let publish = Publish {
        delivery: Delivery::AtMostOnce,
        retain: true,
        topic: "a/b",
        properties: Properties::EMPTY,
        payload: b"!",
    };
    let again = Publish {
        delivery: Delivery::AtLeastOnce {
            packet_id: ID,
            dup: true,
        },
        retain: false,
        payload: b"hi",
        ..publish
    };
    let exactly_once = Publish {
        delivery: Delivery::new(QoS::ExactlyOnce, ID, false),
        retain: false,
        properties: list(&[Property::PayloadFormatIndicator(1), Property::TopicAlias(2)]),
        ..publish
    };
    let aliased = Publish {
        retain: false,
        topic: "",
        properties: list(&[Property::TopicAlias(2)]),
        ..publish
    };
    vec![
        (V311, "31 06 0003 612F62 21", Packet::Publish(publish)),
        (V311, "3A 09 0003 612F62 000A 6869", Packet::Publish(again)),
        (V5, "31 07 0003 612F62 00 21", Packet::Publish(publish)),
        (
            V5,
            "34 0E 0003 612F62 000A 05 0101 230002 21",
            Packet::Publish(exactly_once),
        ),
        (V5, "30 07 0000 03 230002 21", Packet::Publish(aliased)),
    ]
}

fn acks() -> Vec<Vector> {
    let ack = |kind, reason, properties| {
        Packet::Ack(Ack {
            kind,
            packet_id: ID,
            reason,
            properties,
        })
    };
    let none = Properties::EMPTY;
    let why = list(&[Property::ReasonString("no")]);
    use AckKind::{PubAck, PubComp, PubRec, PubRel};
    vec![
        (V311, "40 02 000A", ack(PubAck, Reason::Success, none)),
        (V311, "50 02 000A", ack(PubRec, Reason::Success, none)),
        (V311, "62 02 000A", ack(PubRel, Reason::Success, none)),
        (V311, "70 02 000A", ack(PubComp, Reason::Success, none)),
        (V5, "40 02 000A", ack(PubAck, Reason::Success, none)),
        (
            V5,
            "40 03 000A 10",
            ack(PubAck, Reason::NoMatchingSubscribers, none),
        ),
        (
            V5,
            "50 09 000A 97 05 1F 0002 6E6F",
            ack(PubRec, Reason::QuotaExceeded, why),
        ),
        (
            V5,
            "62 03 000A 92",
            ack(PubRel, Reason::PacketIdentifierNotFound, none),
        ),
        (
            V5,
            "70 09 000A 00 05 1F 0002 6E6F",
            ack(PubComp, Reason::Success, why),
        ),
    ]
}

fn subscribes() -> Vec<Vector> {
    let filters = |list: &[(&str, SubscriptionOptions)]| {
        let list = SubscribeFiltersBuf::try_from_iter(list.iter().copied());
        Box::leak(Box::new(list.expect("short filters"))).as_ref()
    };
    let subscribe = |properties, filters| {
        Packet::Subscribe(Subscribe {
            packet_id: ID,
            properties,
            filters,
        })
    };
    let suback = |codes| {
        Packet::SubAck(SubAck {
            packet_id: ID,
            properties: Properties::EMPTY,
            reasons: reasons(codes),
        })
    };
    let two = filters(&[
        ("a/b", QoS::AtLeastOnce.into()),
        ("c/d", QoS::ExactlyOnce.into()),
    ]);
    let one = filters(&[(
        "a/b",
        SubscriptionOptions {
            qos: QoS::AtLeastOnce,
            no_local: true,
            retain_as_published: true,
            retain_handling: RetainHandling::DoNotSend,
        },
    )]);
    let numbered = list(&[Property::SubscriptionIdentifier(128)]);
    use Reason::{GrantedQoS2, Success, UnspecifiedError, WildcardSubscriptionsNotSupported};
    vec![
        (
            V311,
            "82 0E 000A 0003 612F62 01 0003 632F64 02",
            subscribe(Properties::EMPTY, two),
        ),
        (
            V5,
            "82 0C 000A 03 0B8001 0003 612F62 2D",
            subscribe(numbered, one),
        ),
        (
            V311,
            "90 05 000A 00 02 80",
            suback(&[Success, GrantedQoS2, UnspecifiedError]),
        ),
        (
            V5,
            "90 05 000A 00 00 A2",
            suback(&[Success, WildcardSubscriptionsNotSupported]),
        ),
    ]
}

fn unsubscribes() -> Vec<Vector> {
    let unsubscribe = |properties, filters: &[&str]| {
        let filters = UnsubscribeFiltersBuf::try_from_iter(filters.iter().copied());
        Packet::Unsubscribe(Unsubscribe {
            packet_id: ID,
            properties,
            filters: Box::leak(Box::new(filters.expect("short filters"))).as_ref(),
        })
    };
    let unsuback = |codes| {
        Packet::UnsubAck(UnsubAck {
            packet_id: ID,
            properties: Properties::EMPTY,
            reasons: reasons(codes),
        })
    };
    let user = list(&[Property::UserProperty("a", "b")]);
    vec![
        (
            V311,
            "A2 0C 000A 0003 612F62 0003 632F64",
            unsubscribe(Properties::EMPTY, &["a/b", "c/d"]),
        ),
        (
            V5,
            "A2 0F 000A 07 26 0001 61 0001 62 0003 612F62",
            unsubscribe(user, &["a/b"]),
        ),
        (V311, "B0 02 000A", unsuback(&[])),
        (
            V5,
            "B0 05 000A 00 00 11",
            unsuback(&[Reason::Success, Reason::NoSubscriptionExisted]),
        ),
    ]
}

fn others() -> Vec<Vector> {
    let disconnect = |reason, properties| Packet::Disconnect(Disconnect { reason, properties });
    let auth = |reason, properties| Packet::Auth(Auth { reason, properties });
    let none = Properties::EMPTY;
    let forget = list(&[Property::SessionExpiryInterval(0)]);
    let step = list(&[
        Property::AuthenticationMethod("a"),
        Property::AuthenticationData(&[0xFF]),
    ]);
    vec![
        (V311, "C0 00", Packet::PingReq),
        (V5, "C0 00", Packet::PingReq),
        (V311, "D0 00", Packet::PingResp),
        (V5, "D0 00", Packet::PingResp),
        (V311, "E0 00", disconnect(Reason::Success, none)),
        (V5, "E0 00", disconnect(Reason::Success, none)),
        (
            V5,
            "E0 01 04",
            disconnect(Reason::DisconnectWithWillMessage, none),
        ),
        (
            V5,
            "E0 07 00 05 11 00000000",
            disconnect(Reason::Success, forget),
        ),
        (V5, "F0 00", auth(Reason::Success, none)),
        (
            V5,
            "F0 0A 18 08 15 0001 61 16 0001 FF",
            auth(Reason::ContinueAuthentication, step),
        ),
    ]
}

fn all() -> Vec<Vector> {
    let families = [
        connects(),
        connacks(),
        publishes(),
        acks(),
        subscribes(),
        unsubscribes(),
        others(),
    ];
    families.into_iter().flatten().collect()
}

#[test]
fn golden_frames_decode_to_their_packets() {
    for (version, frame, packet) in all() {
        assert_eq!(
            decode(&hex(frame), version),
            Ok(packet),
            "{version} {frame}"
        );
    }
}

#[test]
fn packets_encode_to_their_golden_frames() {
    for (version, frame, packet) in all() {
        let mut bytes = Vec::new();
        encode(&packet, version, &mut bytes).expect("the packet is legal");
        assert_eq!(bytes, hex(frame), "{version} {packet:?}");
    }
}

#[test]
fn every_packet_type_of_both_versions_has_a_golden_frame() {
    for packet_type in PacketType::ALL {
        for version in [V311, V5] {
            let has = all()
                .iter()
                .any(|(v, _, packet)| *v == version && packet.packet_type() == packet_type);
            let exists = version == V5 || packet_type != PacketType::Auth;
            assert_eq!(has, exists, "{packet_type} {version}");
        }
    }
}

#[test]
fn long_forms_that_say_nothing_are_accepted() {
    for (long, short) in [
        ("40 03 000A 00", "40 02 000A"),
        ("40 04 000A 00 00", "40 02 000A"),
        ("E0 01 00", "E0 00"),
        ("E0 02 04 00", "E0 01 04"),
    ] {
        assert_eq!(decode(&hex(long), V5), decode(&hex(short), V5), "{long}");
    }
}

#[test]
fn every_property_has_its_identifier_and_wire_type() {
    use Property as P;
    let table = [
        ("01 01", P::PayloadFormatIndicator(1)),
        ("02 00000102", P::MessageExpiryInterval(258)),
        ("03 0001 61", P::ContentType("a")),
        ("08 0001 61", P::ResponseTopic("a")),
        ("09 0002 FF00", P::CorrelationData(&[0xFF, 0])),
        ("0B FFFFFF7F", P::SubscriptionIdentifier(268_435_455)),
        ("11 FFFFFFFF", P::SessionExpiryInterval(u32::MAX)),
        ("12 0001 61", P::AssignedClientIdentifier("a")),
        ("13 0102", P::ServerKeepAlive(258)),
        ("15 0001 61", P::AuthenticationMethod("a")),
        ("16 0001 FF", P::AuthenticationData(&[0xFF])),
        ("17 00", P::RequestProblemInformation(0)),
        ("18 00000102", P::WillDelayInterval(258)),
        ("19 01", P::RequestResponseInformation(1)),
        ("1A 0001 61", P::ResponseInformation("a")),
        ("1C 0001 61", P::ServerReference("a")),
        ("1F 0003 EFBBBF", P::ReasonString("\u{FEFF}")),
        ("21 FFFF", P::ReceiveMaximum(65_535)),
        ("22 0000", P::TopicAliasMaximum(0)),
        ("23 0001", P::TopicAlias(1)),
        ("24 01", P::MaximumQoS(1)),
        ("25 00", P::RetainAvailable(0)),
        ("26 0001 61 0000", P::UserProperty("a", "")),
        ("27 00000001", P::MaximumPacketSize(1)),
        ("28 00", P::WildcardSubscriptionAvailable(0)),
        ("29 00", P::SubscriptionIdentifierAvailable(0)),
        ("2A 00", P::SharedSubscriptionAvailable(0)),
    ];
    let ids: Vec<_> = table.iter().map(|(_, property)| property.id()).collect();
    assert_eq!(ids, PropertyId::ALL);
    for (bytes, property) in table {
        let mut list = PropertiesBuf::new();
        list.push(property).expect("a legal value");
        assert_eq!(list.as_ref().as_bytes(), hex(bytes), "{property:?}");
        assert_eq!(Vec::from_iter(list.as_ref()), [property]);
    }
}

#[test]
fn a_packet_is_summed_up_in_one_line() {
    let lines: Vec<_> = all()
        .iter()
        .filter(|(version, ..)| *version == V5)
        .map(|(.., packet)| packet.to_string())
        .collect();
    assert_eq!(
        lines,
        [
            "CONNECT without client id, MQTT 5.0, clean start, keep alive 10 s, will w, user u",
            "CONNECT without client id, MQTT 5.0, no keep alive",
            "CONNACK Success",
            "CONNACK Not authorized",
            "PUBLISH a/b QoS 0, retain, 1 byte",
            "PUBLISH a/b QoS 2 id 10, 1 byte",
            "PUBLISH alias 2 QoS 0, 1 byte",
            "PUBACK id 10",
            "PUBACK id 10 No matching subscribers",
            "PUBREC id 10 Quota exceeded",
            "PUBREL id 10 Packet Identifier not found",
            "PUBCOMP id 10",
            "SUBSCRIBE id 10: a/b QoS 1",
            "SUBACK id 10: Granted QoS 0, Wildcard Subscriptions not supported",
            "UNSUBSCRIBE id 10: a/b",
            "UNSUBACK id 10: Success, No subscription existed",
            "PINGREQ",
            "PINGRESP",
            "DISCONNECT Normal disconnection",
            "DISCONNECT Disconnect with Will Message",
            "DISCONNECT Normal disconnection",
            "AUTH Success",
            "AUTH Continue authentication",
        ]
    );
}

#[test]
fn every_span_of_the_golden_frames_has_words() {
    for (version, frame, _) in all() {
        for span in crate::explain(&hex(frame), version).spans {
            let meaning = span.field.meaning(&span.value);
            assert!(meaning.ends_with('.'), "{:?}: {meaning}", span.field);
            assert!(
                span.field.clause(version).is_some(),
                "{version} {:?}",
                span.field
            );
            assert!(!format!("{}", span.field).is_empty());
        }
    }
}

#[test]
fn every_leaf_of_the_golden_frames_has_wiresharks_name() {
    for (version, frame, _) in all() {
        let explanation = crate::explain(&hex(frame), version);
        for (index, span) in explanation.spans.iter().enumerate() {
            let name = explanation.wireshark(index, version);
            assert!(span.group || name.is_some(), "{version} {frame}: {span:?}");
        }
    }
}
