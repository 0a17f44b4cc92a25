//! Packets made of a fuzzer's decisions: legal nearly always, so that what lies behind the decoder is reached.

use super::feed::Feed;
use bytes::Bytes;
use midge_codec::{
    Ack, AckKind, Auth, ConnAck, Connect, Delivery, Disconnect, Packet, PacketId, PacketType,
    Place, PropertiesBuf, Property, PropertyId, Publish, QoS, Reason, ReasonsBuf, RetainHandling,
    SubAck, Subscribe, SubscribeFiltersBuf, SubscriptionOptions, UnsubAck, Unsubscribe,
    UnsubscribeFiltersBuf, Version, Will, Wire,
};

pub(super) const TOPICS: [&str; 6] = ["a", "a/b", "a//b", "/", "$SYS/broker/uptime", "å/🦟"];
pub(super) const FILTERS: [&str; 12] = [
    "a",
    "a/b",
    "a/#",
    "+",
    "#",
    "+/+",
    "/",
    "$SYS/#",
    "$share/g/a",
    "$share/g/#",
    "$share/h/+/b",
    "å/+",
];
const CLIENTS: [&str; 5] = ["", "ada", "bob", "cyd", "a client with spaces"];
const PAYLOADS: [&[u8]; 4] = [b"", b"x", b"\xff\x00", &[b'y'; 300]];
const KINDS: [AckKind; 4] = [
    AckKind::PubAck,
    AckKind::PubRec,
    AckKind::PubRel,
    AckKind::PubComp,
];

/// What a client mostly sends.
pub(super) const OF_CLIENTS: [PacketType; 12] = [
    PacketType::Connect,
    PacketType::Publish,
    PacketType::Publish,
    PacketType::PubAck,
    PacketType::PubRel,
    PacketType::Subscribe,
    PacketType::Unsubscribe,
    PacketType::PingReq,
    PacketType::Disconnect,
    PacketType::Auth,
    PacketType::ConnAck,
    PacketType::Subscribe,
];
/// What a server mostly sends.
pub(super) const OF_SERVERS: [PacketType; 12] = [
    PacketType::ConnAck,
    PacketType::Publish,
    PacketType::Publish,
    PacketType::PubAck,
    PacketType::PubRel,
    PacketType::SubAck,
    PacketType::UnsubAck,
    PacketType::PingResp,
    PacketType::Disconnect,
    PacketType::Auth,
    PacketType::Connect,
    PacketType::ConnAck,
];

/// A packet of one of `types`; `None` where the decisions make none that is legal.
pub(super) fn packet(feed: &mut Feed<'_>, version: Version, types: &[PacketType]) -> Option<Bytes> {
    let packet_type = feed.pick(types);
    let list = properties(feed, version, Place::Packet(kind_of_ack(packet_type)));
    let properties = list.as_ref();
    let packet_id = id(feed);
    let wire = |packet: &Packet<'_>| Some(Wire::encode(packet, version).ok()?.to_bytes());
    match packet_type {
        PacketType::Connect => connect(feed, version, &list),
        PacketType::ConnAck => wire(&Packet::ConnAck(ConnAck {
            session_present: feed.flag(),
            reason: reason(feed, packet_type),
            properties,
        })),
        PacketType::Publish => wire(&Packet::Publish(Publish {
            delivery: Delivery::new(feed.pick(&QoS::ALL), packet_id, feed.flag()),
            retain: feed.flag(),
            topic: match properties.topic_alias() {
                Some(_) if feed.flag() => "",
                _ => feed.pick(&TOPICS),
            },
            properties,
            payload: feed.pick(&PAYLOADS),
        })),
        PacketType::Subscribe => subscribe(feed, version, packet_id, &list),
        PacketType::Unsubscribe => {
            let filter = feed.pick(&FILTERS);
            let filters = UnsubscribeFiltersBuf::try_from_iter([filter]).ok()?;
            wire(&Packet::Unsubscribe(Unsubscribe {
                packet_id,
                properties,
                filters: filters.as_ref(),
            }))
        }
        PacketType::SubAck | PacketType::UnsubAck => {
            answer(feed, version, packet_type, packet_id, &list)
        }
        PacketType::PingReq => wire(&Packet::PingReq),
        PacketType::PingResp => wire(&Packet::PingResp),
        PacketType::Disconnect => wire(&Packet::Disconnect(Disconnect {
            reason: reason(feed, packet_type),
            properties,
        })),
        PacketType::Auth => wire(&Packet::Auth(Auth {
            reason: reason(feed, packet_type),
            properties,
        })),
        PacketType::PubAck | PacketType::PubRec | PacketType::PubRel | PacketType::PubComp => {
            let kind = feed.pick(&KINDS);
            wire(&Packet::Ack(Ack {
                kind,
                packet_id,
                reason: reason(feed, kind.packet_type()),
                properties,
            }))
        }
    }
}

fn subscribe(
    feed: &mut Feed<'_>,
    version: Version,
    packet_id: PacketId,
    list: &PropertiesBuf,
) -> Option<Bytes> {
    let mut filters = SubscribeFiltersBuf::new();
    for _ in 0..=feed.below(3) {
        filters.push(feed.pick(&FILTERS), options(feed)).ok()?;
    }
    let packet = Packet::Subscribe(Subscribe {
        packet_id,
        properties: list.as_ref(),
        filters: filters.as_ref(),
    });
    Some(Wire::encode(&packet, version).ok()?.to_bytes())
}

/// SUBACK or UNSUBACK, which has no reasons in 3.1.1.
fn answer(
    feed: &mut Feed<'_>,
    version: Version,
    packet_type: PacketType,
    packet_id: PacketId,
    list: &PropertiesBuf,
) -> Option<Bytes> {
    let is_suback = packet_type == PacketType::SubAck;
    let mut reasons = ReasonsBuf::new();
    if is_suback || version.has_properties() {
        for _ in 0..=feed.below(2) {
            reasons.push(reason(feed, packet_type));
        }
    }
    let (properties, reasons) = (list.as_ref(), reasons.as_ref());
    let packet = match is_suback {
        true => Packet::SubAck(SubAck {
            packet_id,
            properties,
            reasons,
        }),
        false => Packet::UnsubAck(UnsubAck {
            packet_id,
            properties,
            reasons,
        }),
    };
    Some(Wire::encode(&packet, version).ok()?.to_bytes())
}

fn connect(feed: &mut Feed<'_>, version: Version, list: &PropertiesBuf) -> Option<Bytes> {
    let of_will = properties(feed, version, Place::Will);
    let will = feed.flag().then(|| Will {
        qos: feed.pick(&QoS::ALL),
        retain: feed.flag(),
        topic: feed.pick(&TOPICS),
        payload: feed.pick(&PAYLOADS),
        properties: of_will.as_ref(),
    });
    let with_name = feed.flag();
    let packet = Packet::Connect(Connect {
        version,
        clean_start: feed.flag(),
        keep_alive: feed.number().min(65_535) as u16,
        client_id: feed.pick(&CLIENTS),
        will,
        user_name: with_name.then_some("ada"),
        password: with_name.then_some(b"secret"),
        properties: list.as_ref(),
    });
    Some(Wire::encode(&packet, version).ok()?.to_bytes())
}

/// The four acknowledgements take the same properties.
fn kind_of_ack(packet_type: PacketType) -> PacketType {
    match packet_type {
        PacketType::PubRec | PacketType::PubRel | PacketType::PubComp => PacketType::PubAck,
        other => other,
    }
}

fn id(feed: &mut Feed<'_>) -> PacketId {
    PacketId::new(feed.number() as u16).unwrap_or(PacketId::MIN)
}

fn options(feed: &mut Feed<'_>) -> SubscriptionOptions {
    let bits = feed.byte();
    SubscriptionOptions {
        qos: QoS::from_bits(bits & 3).unwrap_or_default(),
        no_local: bits & 4 != 0,
        retain_as_published: bits & 8 != 0,
        retain_handling: RetainHandling::from_bits(bits >> 4 & 3).unwrap_or_default(),
    }
}

/// Success half of the time, else any that is allowed there.
fn reason(feed: &mut Feed<'_>, packet_type: PacketType) -> Reason {
    let byte = feed.byte();
    let any = Reason::from_value(byte).filter(|reason| reason.is_allowed_in(packet_type));
    match packet_type {
        PacketType::Auth => any.unwrap_or(Reason::ContinueAuthentication),
        _ => any.unwrap_or(Reason::Success),
    }
}

/// Up to three properties that may stand at `place`.
fn properties(feed: &mut Feed<'_>, version: Version, place: Place) -> PropertiesBuf {
    let mut list = PropertiesBuf::new();
    if !version.has_properties() {
        return list;
    }
    let allowed: Vec<PropertyId> = PropertyId::ALL
        .iter()
        .copied()
        .filter(|id| id.is_allowed_in(place))
        .collect();
    let mut used = Vec::new();
    for _ in 0..feed.below(4) {
        if allowed.is_empty() {
            break;
        }
        let id = feed.pick(&allowed);
        if used.contains(&id) && !id.may_repeat_in(place) {
            continue;
        }
        used.push(id);
        // Short values: the list never gets too long.
        let _ = list.push(property(feed, id));
    }
    list
}

fn property(feed: &mut Feed<'_>, id: PropertyId) -> Property<'static> {
    let number = feed.number();
    let word = number.clamp(1, 65_535) as u16;
    let flag = (number & 1) as u8;
    let text = TOPICS[number as usize % TOPICS.len()];
    match id {
        PropertyId::PayloadFormatIndicator => Property::PayloadFormatIndicator(flag),
        PropertyId::MessageExpiryInterval => Property::MessageExpiryInterval(number),
        PropertyId::ContentType => Property::ContentType(text),
        PropertyId::ResponseTopic => Property::ResponseTopic(text),
        PropertyId::CorrelationData => Property::CorrelationData(b"\x00\xff"),
        PropertyId::SubscriptionIdentifier => {
            Property::SubscriptionIdentifier(number.clamp(1, 268_435_455))
        }
        PropertyId::SessionExpiryInterval => Property::SessionExpiryInterval(number),
        PropertyId::AssignedClientIdentifier => Property::AssignedClientIdentifier(text),
        PropertyId::ServerKeepAlive => Property::ServerKeepAlive(word),
        PropertyId::AuthenticationMethod => {
            Property::AuthenticationMethod(["SCRAM-SHA-256", text][usize::from(flag)])
        }
        PropertyId::AuthenticationData => {
            Property::AuthenticationData([&b"n,,n=ada,r=abc"[..], b""][usize::from(flag)])
        }
        PropertyId::RequestProblemInformation => Property::RequestProblemInformation(flag),
        PropertyId::WillDelayInterval => Property::WillDelayInterval(number),
        PropertyId::RequestResponseInformation => Property::RequestResponseInformation(flag),
        PropertyId::ResponseInformation => Property::ResponseInformation(text),
        PropertyId::ServerReference => Property::ServerReference(text),
        PropertyId::ReasonString => Property::ReasonString(text),
        PropertyId::ReceiveMaximum => Property::ReceiveMaximum(word),
        PropertyId::TopicAliasMaximum => Property::TopicAliasMaximum(word),
        PropertyId::TopicAlias => Property::TopicAlias(word),
        PropertyId::MaximumQoS => Property::MaximumQoS(flag),
        PropertyId::RetainAvailable => Property::RetainAvailable(flag),
        PropertyId::UserProperty => Property::UserProperty("name", text),
        PropertyId::MaximumPacketSize => Property::MaximumPacketSize(number.max(1)),
        PropertyId::WildcardSubscriptionAvailable => Property::WildcardSubscriptionAvailable(flag),
        PropertyId::SubscriptionIdentifierAvailable => {
            Property::SubscriptionIdentifierAvailable(flag)
        }
        PropertyId::SharedSubscriptionAvailable => Property::SharedSubscriptionAvailable(flag),
    }
}

/// The packet as it arrives: in two chunks, and now and then with a byte changed.
pub(super) fn chunks(feed: &mut Feed<'_>, packet: Bytes) -> [Bytes; 2] {
    let mut bytes = Vec::from(packet);
    let at = feed.below(bytes.len());
    if feed.byte() == 1 {
        bytes[at] = feed.byte();
    }
    let mut head = Bytes::from(bytes);
    let tail = head.split_off(at);
    [head, tail]
}
