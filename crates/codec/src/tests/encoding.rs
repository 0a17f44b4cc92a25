//! What encoding refuses, and how 3.1.1 says what it has no words for.

use super::hex;
use crate::{
    Ack, AckKind, Auth, ConnAck, Connect, Delivery, EncodeError, ErrorKind, Field, Packet,
    PacketId, PacketType, Properties, PropertiesBuf, Property, PropertyId, Publish, QoS, Reason,
    Reasons, ReasonsBuf, RetainHandling, SubAck, Subscribe, SubscribeFiltersBuf,
    SubscriptionOptions, Version, encode, encode_publish_head, topic,
};
use Version::{V5, V311};
use alloc::vec::Vec;
use bytes::BytesMut;

const ID: PacketId = PacketId::new(10).expect("10 is not 0");

fn encoded(packet: Packet<'_>, version: Version) -> Result<Vec<u8>, EncodeError> {
    let mut frame = Vec::new();
    encode(&packet, version, &mut frame).map(|()| frame)
}

fn illegal<T>(field: Field, kind: ErrorKind) -> Result<T, EncodeError> {
    Err(EncodeError::Illegal { field, kind })
}

fn publish(topic: &str) -> Publish<'_> {
    Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic,
        properties: Properties::EMPTY,
        payload: b"",
    }
}

fn connack(reason: Reason) -> Packet<'static> {
    Packet::ConnAck(ConnAck {
        session_present: false,
        reason,
        properties: Properties::EMPTY,
    })
}

#[test]
fn an_illegal_topic_is_refused() {
    for (name, invalid) in [
        ("", topic::Invalid::Empty),
        ("a/+", topic::Invalid::WildcardInName),
        ("\0", topic::Invalid::Null),
    ] {
        let error = illegal(Field::TopicName, ErrorKind::Topic(invalid));
        assert_eq!(encoded(Packet::Publish(publish(name)), V5), error);
    }
}

#[test]
fn an_alias_stands_for_the_topic_only_in_5_0() {
    let alias = PropertiesBuf::try_from_iter([Property::TopicAlias(2)]).expect("legal");
    let packet = Packet::Publish(Publish {
        properties: alias.as_ref(),
        ..publish("")
    });
    assert_eq!(encoded(packet, V5), Ok(hex("30 06 0000 03 230002")));
    let empty = ErrorKind::Topic(topic::Invalid::Empty);
    assert_eq!(encoded(packet, V311), illegal(Field::TopicName, empty));
}

#[test]
fn properties_in_the_wrong_packet_are_refused() {
    let list = PropertiesBuf::try_from_iter([Property::WillDelayInterval(1)]).expect("legal");
    let packet = Packet::Publish(Publish {
        properties: list.as_ref(),
        ..publish("a")
    });
    let field = Field::Property(PropertyId::WillDelayInterval);
    let kind = ErrorKind::PropertyNotAllowed(PacketType::Publish.into());
    assert_eq!(encoded(packet, V5), illegal(field, kind));
    assert_eq!(encoded(packet, V311), Ok(hex("30 03 0001 61")));

    let twice = [Property::ContentType("a"), Property::ContentType("b")];
    let list = PropertiesBuf::try_from_iter(twice).expect("legal one by one");
    let packet = Packet::Publish(Publish {
        properties: list.as_ref(),
        ..publish("a")
    });
    let field = Field::Property(PropertyId::ContentType);
    assert_eq!(
        encoded(packet, V5),
        illegal(field, ErrorKind::DuplicateProperty)
    );
}

#[test]
fn reasons_of_other_packets_are_refused() {
    let packet = PacketType::PubRel;
    let ack = Packet::Ack(Ack {
        kind: AckKind::PubRel,
        packet_id: ID,
        reason: Reason::QuotaExceeded,
        properties: Properties::EMPTY,
    });
    let kind = ErrorKind::ReasonNotAllowed {
        packet,
        value: 0x97,
    };
    assert_eq!(encoded(ack, V5), illegal(Field::ReasonCode, kind));
    assert_eq!(encoded(ack, V311), Ok(hex("62 02 000A")));
}

#[test]
fn connack_of_3_1_1_has_return_codes_for_some_reasons() {
    assert_eq!(
        encoded(connack(Reason::ServerBusy), V311),
        Ok(hex("20 02 00 03"))
    );
    assert_eq!(
        encoded(connack(Reason::Banned), V311),
        Ok(hex("20 02 00 05"))
    );
    let none = EncodeError::NoReturnCode(Reason::MalformedPacket);
    assert_eq!(encoded(connack(Reason::MalformedPacket), V311), Err(none));
}

#[test]
fn suback_of_3_1_1_has_one_failure() {
    let reasons: ReasonsBuf = [Reason::GrantedQoS1, Reason::TopicFilterInvalid]
        .into_iter()
        .collect();
    let packet = Packet::SubAck(SubAck {
        packet_id: ID,
        properties: Properties::EMPTY,
        reasons: reasons.as_ref(),
    });
    assert_eq!(encoded(packet, V311), Ok(hex("90 04 000A 01 80")));
    let empty = Packet::SubAck(SubAck {
        packet_id: ID,
        properties: Properties::EMPTY,
        reasons: Reasons::EMPTY,
    });
    assert_eq!(
        encoded(empty, V5),
        illegal(Field::ReasonCode, ErrorKind::EmptyList)
    );
}

#[test]
fn subscribe_of_3_1_1_has_a_qos_only() {
    let options = SubscriptionOptions {
        qos: QoS::AtLeastOnce,
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::DoNotSend,
    };
    let filters = SubscribeFiltersBuf::try_from_iter([("a", options)]).expect("legal");
    let packet = Packet::Subscribe(Subscribe {
        packet_id: ID,
        properties: Properties::EMPTY,
        filters: filters.as_ref(),
    });
    assert_eq!(encoded(packet, V311), Ok(hex("82 06 000A 0001 61 01")));
    assert_eq!(encoded(packet, V5), Ok(hex("82 07 000A 00 0001 61 2D")));
    let none = SubscribeFiltersBuf::new();
    let packet = Packet::Subscribe(Subscribe {
        packet_id: ID,
        properties: Properties::EMPTY,
        filters: none.as_ref(),
    });
    assert_eq!(
        encoded(packet, V5),
        illegal(Field::TopicFilter, ErrorKind::EmptyList)
    );
}

#[test]
fn no_local_is_not_pushed_with_a_shared_filter() {
    let options = SubscriptionOptions {
        no_local: true,
        ..SubscriptionOptions::default()
    };
    let mut filters = SubscribeFiltersBuf::new();
    let error = illegal(Field::NoLocal, ErrorKind::NoLocalOnShared);
    assert_eq!(filters.push("$share/g/a", options), error);
    assert!(filters.is_empty());
}

#[test]
fn a_lone_password_is_of_5_0() {
    let connect = |version| {
        Packet::Connect(Connect {
            version,
            clean_start: true,
            keep_alive: 0,
            client_id: "",
            will: None,
            user_name: None,
            password: Some(b"p"),
            properties: Properties::EMPTY,
        })
    };
    let error = illegal(Field::PasswordFlag, ErrorKind::PasswordWithoutUserName);
    assert_eq!(encoded(connect(V311), V311), error);
    assert!(
        encoded(connect(V5), V311).is_ok(),
        "a CONNECT goes by its own version"
    );
}

#[test]
fn auth_is_of_5_0_and_needs_a_method() {
    let auth = |reason| {
        Packet::Auth(Auth {
            reason,
            properties: Properties::EMPTY,
        })
    };
    assert_eq!(encoded(auth(Reason::Success), V5), Ok(hex("F0 00")));
    assert_eq!(
        encoded(auth(Reason::Success), V311),
        Err(EncodeError::NotInVersion)
    );
    let error = illegal(Field::Properties, ErrorKind::WithoutAuthenticationMethod);
    assert_eq!(encoded(auth(Reason::ReAuthenticate), V5), error);
}

#[test]
fn a_head_announces_the_payload_that_follows() {
    let mut arena = BytesMut::new();
    encode_publish_head(&publish("a"), 300, V311, &mut arena).expect("legal");
    assert_eq!(arena.split().freeze(), hex("30 AF02 0001 61"));
    let error = encode_publish_head(&publish("a"), 268_435_453, V311, &mut arena);
    assert_eq!(error, Err(EncodeError::TooLong));
    encode_publish_head(&publish("a"), 268_435_452, V311, &mut arena).expect("the longest");
    assert_eq!(arena, hex("30 FFFFFF7F 0001 61"));
}

#[test]
fn a_long_string_is_refused() {
    let long = "m".repeat(65_536);
    let connect = Packet::Connect(Connect {
        version: V5,
        clean_start: true,
        keep_alive: 0,
        client_id: &long,
        will: None,
        user_name: None,
        password: None,
        properties: Properties::EMPTY,
    });
    assert_eq!(
        encoded(connect, V5),
        Err(EncodeError::FieldTooLong(Field::ClientId))
    );
}
