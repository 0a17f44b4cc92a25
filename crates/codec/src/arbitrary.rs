//! Strategies of proptest for legal packets of both versions.
//!
//! A [`Packet`] borrows, so what a strategy makes borrows from memory that is leaked: this module is
//! for tests, which end.

use crate::{
    Ack, AckKind, Auth, ConnAck, Connect, Delivery, Disconnect, Packet, PacketId, PacketType,
    Place, Properties, Publish, QoS, Reason, Reasons, ReasonsBuf, RetainHandling, SubAck,
    Subscribe, SubscribeFiltersBuf, SubscriptionOptions, UnsubAck, Unsubscribe,
    UnsubscribeFiltersBuf, Version, Will,
};
use alloc::{boxed::Box, string::String, vec::Vec};
use proptest::prelude::*;
use proptest::{collection::vec, option, sample::select};

mod property;
mod text;
pub use property::{properties, property};
pub use text::{binary, text, topic_filter, topic_name};

/// Either version.
pub fn version() -> impl Strategy<Value = Version> {
    select(&[Version::V311, Version::V5][..])
}

/// A version and a legal packet of it.
pub fn versioned_packet() -> impl Strategy<Value = (Version, Packet<'static>)> {
    version().prop_flat_map(|version| (Just(version), packet(version)))
}

/// A legal packet, of every type that `version` has. What `version` does not write is empty.
pub fn packet(version: Version) -> BoxedStrategy<Packet<'static>> {
    let mut packets = alloc::vec![
        connect(version).prop_map(Packet::Connect).boxed(),
        connack(version).prop_map(Packet::ConnAck).boxed(),
        publish(version).prop_map(Packet::Publish).boxed(),
        ack(version).prop_map(Packet::Ack).boxed(),
        subscribe(version).prop_map(Packet::Subscribe).boxed(),
        suback(version).prop_map(Packet::SubAck).boxed(),
        unsubscribe(version).prop_map(Packet::Unsubscribe).boxed(),
        unsuback(version).prop_map(Packet::UnsubAck).boxed(),
        disconnect(version).prop_map(Packet::Disconnect).boxed(),
        select(&[Packet::PingReq, Packet::PingResp][..]).boxed(),
    ];
    if version.has_properties() {
        packets.push(auth().prop_map(Packet::Auth).boxed());
    }
    proptest::strategy::Union::new(packets).boxed()
}

/// Any level of service.
pub fn qos() -> impl Strategy<Value = QoS> {
    select(&QoS::ALL[..])
}

/// Any packet identifier.
pub fn packet_id() -> impl Strategy<Value = PacketId> {
    any::<PacketId>()
}

fn connect(version: Version) -> impl Strategy<Value = Connect<'static>> {
    (
        any::<bool>(),
        any::<u16>(),
        text(),
        option::of(will(version)),
        option::of(text()),
        option::of(binary()),
        properties(PacketType::Connect, version),
    )
        .prop_map(
            move |(clean_start, keep_alive, client_id, will, user_name, password, properties)| {
                let lone = !version.has_properties() && user_name.is_none();
                Connect {
                    version,
                    clean_start,
                    keep_alive,
                    client_id,
                    will,
                    user_name,
                    password: password.filter(|_| !lone),
                    properties,
                }
            },
        )
}

fn will(version: Version) -> impl Strategy<Value = Will<'static>> {
    (
        qos(),
        any::<bool>(),
        topic_name(),
        binary(),
        properties(Place::Will, version),
    )
        .prop_map(|(qos, retain, topic, payload, properties)| Will {
            qos,
            retain,
            topic,
            payload,
            properties,
        })
}

fn connack(version: Version) -> impl Strategy<Value = ConnAck<'static>> {
    let reasons: Vec<_> = if version.has_properties() {
        reasons_of(PacketType::ConnAck)
    } else {
        (0..=5).filter_map(Reason::from_return_code).collect()
    };
    (
        any::<bool>(),
        select(reasons),
        properties(PacketType::ConnAck, version),
    )
        .prop_map(|(session_present, reason, properties)| ConnAck {
            session_present,
            reason,
            properties,
        })
}

/// A legal PUBLISH; in 5.0 sometimes with a Topic Alias instead of a topic.
pub fn publish(version: Version) -> impl Strategy<Value = Publish<'static>> {
    (
        (qos(), packet_id(), any::<bool>()),
        any::<bool>(),
        topic_name(),
        any::<bool>(),
        properties(PacketType::Publish, version),
        vec(any::<u8>(), 0..200),
    )
        .prop_map(
            |((qos, packet_id, dup), retain, topic, aliased, properties, payload)| Publish {
                delivery: Delivery::new(qos, packet_id, dup),
                retain,
                topic: match properties.topic_alias() {
                    Some(_) if aliased => "",
                    _ => topic,
                },
                properties,
                payload: leak(payload),
            },
        )
}

fn ack(version: Version) -> impl Strategy<Value = Ack<'static>> {
    select(
        &[
            AckKind::PubAck,
            AckKind::PubRec,
            AckKind::PubRel,
            AckKind::PubComp,
        ][..],
    )
    .prop_flat_map(move |kind| {
        let packet = kind.packet_type();
        (
            packet_id(),
            reason(packet, version),
            properties(packet, version),
        )
            .prop_map(move |(packet_id, reason, properties)| Ack {
                kind,
                packet_id,
                reason,
                properties,
            })
    })
}

/// Any options in 5.0; a QoS in 3.1.1.
pub fn subscription_options(version: Version) -> impl Strategy<Value = SubscriptionOptions> {
    (qos(), any::<bool>(), any::<bool>(), 0..3u8).prop_map(
        move |(qos, no_local, retain_as_published, handling)| {
            if !version.has_properties() {
                return qos.into();
            }
            SubscriptionOptions {
                qos,
                no_local,
                retain_as_published,
                retain_handling: RetainHandling::from_bits(handling).unwrap_or_default(),
            }
        },
    )
}

fn subscribe(version: Version) -> impl Strategy<Value = Subscribe<'static>> {
    (
        packet_id(),
        properties(PacketType::Subscribe, version),
        vec((topic_filter(), subscription_options(version)), 1..5),
    )
        .prop_map(|(packet_id, properties, filters)| {
            let mut list = SubscribeFiltersBuf::new();
            for (filter, mut options) in filters {
                options.no_local &= !filter.starts_with("$share/");
                list.push(filter, options).expect("the filter is short");
            }
            Subscribe {
                packet_id,
                properties,
                filters: Box::leak(Box::new(list)).as_ref(),
            }
        })
}

fn suback(version: Version) -> impl Strategy<Value = SubAck<'static>> {
    let granted: Vec<_> = if version.has_properties() {
        reasons_of(PacketType::SubAck)
    } else {
        [0, 1, 2, 0x80]
            .into_iter()
            .filter_map(Reason::from_granted)
            .collect()
    };
    (
        packet_id(),
        properties(PacketType::SubAck, version),
        vec(select(granted), 1..5),
    )
        .prop_map(|(packet_id, properties, reasons)| SubAck {
            packet_id,
            properties,
            reasons: leak_reasons(reasons),
        })
}

fn unsubscribe(version: Version) -> impl Strategy<Value = Unsubscribe<'static>> {
    (
        packet_id(),
        properties(PacketType::Unsubscribe, version),
        vec(topic_filter(), 1..5),
    )
        .prop_map(|(packet_id, properties, filters)| {
            let list = UnsubscribeFiltersBuf::try_from_iter(filters);
            let list = list.expect("the filters are short");
            Unsubscribe {
                packet_id,
                properties,
                filters: Box::leak(Box::new(list)).as_ref(),
            }
        })
}

fn unsuback(version: Version) -> impl Strategy<Value = UnsubAck<'static>> {
    let count = if version.has_properties() { 1..5 } else { 0..1 };
    (
        packet_id(),
        properties(PacketType::UnsubAck, version),
        vec(select(reasons_of(PacketType::UnsubAck)), count),
    )
        .prop_map(|(packet_id, properties, reasons)| UnsubAck {
            packet_id,
            properties,
            reasons: leak_reasons(reasons),
        })
}

fn disconnect(version: Version) -> impl Strategy<Value = Disconnect<'static>> {
    (
        reason(PacketType::Disconnect, version),
        properties(PacketType::Disconnect, version),
    )
        .prop_map(|(reason, properties)| Disconnect { reason, properties })
}

fn auth() -> impl Strategy<Value = Auth<'static>> {
    let short = Auth {
        reason: Reason::Success,
        properties: Properties::EMPTY,
    };
    let long = (
        reason(PacketType::Auth, Version::V5),
        properties(PacketType::Auth, Version::V5),
    )
        .prop_map(|(reason, properties)| Auth { reason, properties });
    prop_oneof![1 => Just(short), 9 => long]
}

/// A reason that `packet` may carry: only success in 3.1.1, which writes none.
fn reason(packet: PacketType, version: Version) -> impl Strategy<Value = Reason> {
    select(if version.has_properties() {
        reasons_of(packet)
    } else {
        alloc::vec![Reason::Success]
    })
}

fn reasons_of(packet: PacketType) -> Vec<Reason> {
    let all = Reason::ALL.iter().copied();
    all.filter(|reason| reason.is_allowed_in(packet)).collect()
}

fn leak_reasons(reasons: Vec<Reason>) -> Reasons<'static> {
    Box::leak(Box::new(ReasonsBuf::from_iter(reasons))).as_ref()
}

fn leak(bytes: Vec<u8>) -> &'static [u8] {
    Box::leak(bytes.into_boxed_slice())
}

fn leak_text(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
