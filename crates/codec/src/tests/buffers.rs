//! What outlives a frame: property lists and messages, and what decoding does without.

use super::hex;
use crate::{
    Delivery, EncodeError, ErrorKind, Field, Message, Packet, Properties, PropertiesBuf, Property,
    PropertyId, Publish, QoS, Version, decode, topic,
};
use alloc::vec::Vec;
use bytes::Bytes;

/// Topic `a/b`, properties Topic Alias 2 and User Property a=b, payload `!`.
const PUBLISH: &str = "33 13 0003 612F62 000A 0A 230002 26000161000162 21";

fn publish_of(frame: &Bytes) -> Publish<'_> {
    match decode(frame, Version::V5) {
        Ok(Packet::Publish(publish)) => publish,
        other => panic!("a PUBLISH, not {other:?}"),
    }
}

#[test]
fn a_message_shares_its_frame_and_drops_the_alias() {
    let frame = Bytes::from(hex(PUBLISH));
    let message = Message::from_publish(&frame, &publish_of(&frame));
    assert_eq!(message.topic, "a/b");
    assert_eq!(message.topic.as_bytes().as_ptr(), frame[4..].as_ptr());
    assert_eq!(message.payload.as_ptr(), frame[20..].as_ptr());
    assert_eq!((message.qos, message.retain), (QoS::AtLeastOnce, true));
    let properties = Vec::from_iter(message.properties.as_ref());
    assert_eq!(properties, [Property::UserProperty("a", "b")]);

    let publish = message.as_publish(Delivery::AtMostOnce);
    assert_eq!(publish.topic, "a/b");
    assert!(publish.retain);
    assert_eq!(publish.payload, b"!");
}

#[test]
fn properties_share_their_frame() {
    let frame = Bytes::from(hex(PUBLISH));
    let publish = publish_of(&frame);
    let list = PropertiesBuf::slice_of(&frame, publish.properties);
    assert_eq!(list.as_ref(), publish.properties);
    assert_eq!(list.as_ref().as_bytes().as_ptr(), frame[10..].as_ptr());
    let same = list.filtered(|_| true);
    assert_eq!(same.as_ref().as_bytes().as_ptr(), frame[10..].as_ptr());
    let none = list.filtered(|_| false);
    assert!(none.is_empty());

    let elsewhere = Bytes::new();
    let copied = PropertiesBuf::slice_of(&elsewhere, publish.properties);
    assert_eq!(copied, list);
}

#[test]
fn finders_find_the_first_and_iterators_all() {
    let list = PropertiesBuf::try_from_iter([
        Property::SubscriptionIdentifier(1),
        Property::UserProperty("a", "1"),
        Property::MessageExpiryInterval(60),
        Property::UserProperty("a", "2"),
        Property::SubscriptionIdentifier(2),
    ])
    .expect("legal");
    let list = list.as_ref();
    assert_eq!(list.message_expiry_interval(), Some(60));
    assert_eq!(list.topic_alias(), None);
    assert_eq!(list.user_property(), Some(("a", "1")));
    assert_eq!(
        Vec::from_iter(list.user_properties()),
        [("a", "1"), ("a", "2")]
    );
    assert_eq!(Vec::from_iter(list.subscription_identifiers()), [1, 2]);
}

#[test]
fn illegal_values_are_not_pushed() {
    let mut list = PropertiesBuf::try_from_iter([Property::TopicAlias(1)]).expect("legal");
    let before = list.clone();
    let illegal = |id, kind| {
        Err(EncodeError::Illegal {
            field: Field::Property(id),
            kind,
        })
    };
    let wildcard = ErrorKind::Topic(topic::Invalid::WildcardInName);
    let long = "m".repeat(65_536);
    for (property, error) in [
        (
            Property::ReceiveMaximum(0),
            illegal(PropertyId::ReceiveMaximum, ErrorKind::OutOfRange(0)),
        ),
        (
            Property::SubscriptionIdentifier(268_435_456),
            illegal(
                PropertyId::SubscriptionIdentifier,
                ErrorKind::OutOfRange(268_435_456),
            ),
        ),
        (
            Property::ResponseTopic("a/#"),
            illegal(PropertyId::ResponseTopic, wildcard),
        ),
        (
            Property::ReasonString("\0"),
            illegal(PropertyId::ReasonString, ErrorKind::NullCharacter),
        ),
        (
            Property::UserProperty("", &long),
            Err(EncodeError::FieldTooLong(Field::UserPropertyValue)),
        ),
    ] {
        assert_eq!(list.push(property), error);
        assert_eq!(list, before);
    }
}

#[test]
fn decoding_and_comparing_allocate_nothing() {
    let frames: Vec<_> = [
        (Version::V5, PUBLISH),
        (Version::V5, "82 0C 000A 03 0B8001 0003 612F62 2D"),
        (
            Version::V311,
            "10 11 0004 4D515454 04 02 000A 0005 6D69646765",
        ),
        (Version::V5, "F0 0A 18 08 15 0001 61 16 0001 FF"),
        (Version::V5, "30 03 0000 00"),
    ]
    .map(|(version, frame)| (version, hex(frame)))
    .into();
    let counted = allocation_counter::measure(|| {
        for (version, frame) in &frames {
            match decode(frame, *version) {
                Ok(Packet::Publish(publish)) => assert_eq!(publish.properties.iter().count(), 2),
                Ok(Packet::Subscribe(packet)) => assert_eq!(packet.filters.iter().count(), 1),
                Ok(packet) => assert!(!matches!(packet, Packet::PingReq)),
                Err(error) => assert_eq!(error.offset, 2),
            }
        }
        assert!(topic::matches("home/+/light/#", "home/kitchen/light"));
        assert!(topic::validate_filter("$share/g/home/#").is_ok());
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn a_message_without_properties_is_plain() {
    let message = Message::new("a", &b"x"[..], QoS::ExactlyOnce, false);
    assert_eq!(message.properties.as_ref(), Properties::EMPTY);
}
