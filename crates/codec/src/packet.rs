//! The packet model: one struct a packet type, for both versions.
//!
//! A packet borrows from its frame. What 3.1.1 lacks is empty or default there: no properties, and
//! [`Reason::Success`] or the reason that the return code means.

use crate::{PacketType, Properties, QoS, Reason, Version};
use core::num::NonZeroU16;
use serde::{Deserialize, Serialize};

mod filters;
pub use filters::{
    Reasons, ReasonsBuf, SubscribeFilter, SubscribeFilters, SubscribeFiltersBuf,
    UnsubscribeFilters, UnsubscribeFiltersBuf,
};

/// A packet identifier: never 0 (section 2.2.1).
pub type PacketId = NonZeroU16;

/// A control packet of either version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each variant is documented at its struct.
pub enum Packet<'a> {
    Connect(Connect<'a>),
    ConnAck(ConnAck<'a>),
    Publish(Publish<'a>),
    Ack(Ack<'a>),
    Subscribe(Subscribe<'a>),
    SubAck(SubAck<'a>),
    Unsubscribe(Unsubscribe<'a>),
    UnsubAck(UnsubAck<'a>),
    PingReq,
    PingResp,
    Disconnect(Disconnect<'a>),
    Auth(Auth<'a>),
}

impl Packet<'_> {
    /// Which of the fifteen types it is.
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Self::Connect(_) => PacketType::Connect,
            Self::ConnAck(_) => PacketType::ConnAck,
            Self::Publish(_) => PacketType::Publish,
            Self::Ack(ack) => ack.kind.packet_type(),
            Self::Subscribe(_) => PacketType::Subscribe,
            Self::SubAck(_) => PacketType::SubAck,
            Self::Unsubscribe(_) => PacketType::Unsubscribe,
            Self::UnsubAck(_) => PacketType::UnsubAck,
            Self::PingReq => PacketType::PingReq,
            Self::PingResp => PacketType::PingResp,
            Self::Disconnect(_) => PacketType::Disconnect,
            Self::Auth(_) => PacketType::Auth,
        }
    }

    /// The Packet Identifier, of the types that carry one (section 2.2.1 of 5.0, 2.3.1 of 3.1.1).
    pub const fn packet_id(&self) -> Option<PacketId> {
        match self {
            Self::Publish(publish) => publish.delivery.packet_id(),
            Self::Ack(ack) => Some(ack.packet_id),
            Self::Subscribe(subscribe) => Some(subscribe.packet_id),
            Self::SubAck(ack) => Some(ack.packet_id),
            Self::Unsubscribe(unsubscribe) => Some(unsubscribe.packet_id),
            Self::UnsubAck(ack) => Some(ack.packet_id),
            Self::Connect(_)
            | Self::ConnAck(_)
            | Self::PingReq
            | Self::PingResp
            | Self::Disconnect(_)
            | Self::Auth(_) => None,
        }
    }
}

/// CONNECT: a client asks for a connection (section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connect<'a> {
    /// What the client speaks.
    pub version: Version,
    /// Clean Session (3.1.1) or Clean Start (5.0).
    pub clean_start: bool,
    /// Keep Alive in seconds; 0 switches it off.
    pub keep_alive: u16,
    /// The client identifier; empty asks the server to assign one.
    pub client_id: &'a str,
    /// What the server publishes when the connection ends without a DISCONNECT.
    pub will: Option<Will<'a>>,
    /// The user name.
    pub user_name: Option<&'a str>,
    /// The password, which is binary data; in 3.1.1 only with a user name.
    pub password: Option<&'a [u8]>,
    /// CONNECT properties.
    pub properties: Properties<'a>,
}

/// The will of a CONNECT (section 3.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Will<'a> {
    /// Will QoS.
    pub qos: QoS,
    /// Will Retain.
    pub retain: bool,
    /// Will Topic.
    pub topic: &'a str,
    /// Will Payload.
    pub payload: &'a [u8],
    /// Will properties.
    pub properties: Properties<'a>,
}

/// CONNACK: the server's answer to CONNECT (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnAck<'a> {
    /// Whether the server resumes a stored session.
    pub session_present: bool,
    /// Success, or why the connection is refused. The 3.1.1 return codes 1 to 5 are
    /// `UnsupportedProtocolVersion`, `ClientIdentifierNotValid`, `ServerUnavailable`,
    /// `BadUserNameOrPassword` and `NotAuthorized`.
    pub reason: Reason,
    /// CONNACK properties.
    pub properties: Properties<'a>,
}

/// QoS, packet identifier and DUP in one, so that a QoS 0 publish with an id cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // `packet_id` and `dup` are the standard's terms.
pub enum Delivery {
    /// QoS 0.
    AtMostOnce,
    /// QoS 1.
    AtLeastOnce { packet_id: PacketId, dup: bool },
    /// QoS 2.
    ExactlyOnce { packet_id: PacketId, dup: bool },
}

impl Delivery {
    /// The delivery at `qos`; QoS 0 ignores `packet_id` and `dup`.
    pub const fn new(qos: QoS, packet_id: PacketId, dup: bool) -> Self {
        match qos {
            QoS::AtMostOnce => Self::AtMostOnce,
            QoS::AtLeastOnce => Self::AtLeastOnce { packet_id, dup },
            QoS::ExactlyOnce => Self::ExactlyOnce { packet_id, dup },
        }
    }

    /// The level of service.
    pub const fn qos(self) -> QoS {
        match self {
            Self::AtMostOnce => QoS::AtMostOnce,
            Self::AtLeastOnce { .. } => QoS::AtLeastOnce,
            Self::ExactlyOnce { .. } => QoS::ExactlyOnce,
        }
    }

    /// The packet identifier, at QoS 1 and 2.
    pub const fn packet_id(self) -> Option<PacketId> {
        match self {
            Self::AtMostOnce => None,
            Self::AtLeastOnce { packet_id, .. } | Self::ExactlyOnce { packet_id, .. } => {
                Some(packet_id)
            }
        }
    }

    /// The DUP flag; always false at QoS 0.
    pub const fn dup(self) -> bool {
        match self {
            Self::AtMostOnce => false,
            Self::AtLeastOnce { dup, .. } | Self::ExactlyOnce { dup, .. } => dup,
        }
    }
}

/// PUBLISH: an application message on its way (section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    /// QoS with what belongs to it.
    pub delivery: Delivery,
    /// The RETAIN flag.
    pub retain: bool,
    /// The topic name; empty only in 5.0 and only with a Topic Alias property.
    pub topic: &'a str,
    /// PUBLISH properties.
    pub properties: Properties<'a>,
    /// The application's bytes.
    pub payload: &'a [u8],
}

/// Which of the four acknowledgements of PUBLISH.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // Each is the standard's own name.
pub enum AckKind {
    PubAck,
    PubRec,
    PubRel,
    PubComp,
}

impl AckKind {
    /// The packet type.
    pub const fn packet_type(self) -> PacketType {
        match self {
            Self::PubAck => PacketType::PubAck,
            Self::PubRec => PacketType::PubRec,
            Self::PubRel => PacketType::PubRel,
            Self::PubComp => PacketType::PubComp,
        }
    }
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP (sections 3.4 to 3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack<'a> {
    /// Which of the four.
    pub kind: AckKind,
    /// The identifier of the PUBLISH.
    pub packet_id: PacketId,
    /// Success, or what went wrong; always Success in 3.1.1.
    pub reason: Reason,
    /// Reason String and User Properties.
    pub properties: Properties<'a>,
}

/// SUBSCRIBE (section 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscribe<'a> {
    /// Answered by the SUBACK with the same identifier.
    pub packet_id: PacketId,
    /// Subscription Identifier and User Properties.
    pub properties: Properties<'a>,
    /// One or more topic filters with their options.
    pub filters: SubscribeFilters<'a>,
}

/// Retain Handling: which retained messages a SUBSCRIBE asks for (5.0, section 3.8.3.1).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[repr(u8)]
pub enum RetainHandling {
    /// 0: send them at every subscribe.
    #[default]
    Send = 0,
    /// 1: send them only if the subscription did not exist.
    SendIfNew = 1,
    /// 2: send none.
    DoNotSend = 2,
}

impl RetainHandling {
    /// The handling of two bits; `None` for the reserved value 3.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            0 => Some(Self::Send),
            1 => Some(Self::SendIfNew),
            2 => Some(Self::DoNotSend),
            _ => None,
        }
    }
}

/// The options of one subscription (5.0, section 3.8.3.1). 3.1.1 has the QoS only.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SubscriptionOptions {
    /// Maximum QoS that the server may send at.
    pub qos: QoS,
    /// Do not send back what this client publishes.
    pub no_local: bool,
    /// Keep the RETAIN flag as the publisher set it.
    pub retain_as_published: bool,
    /// Which retained messages to send now.
    pub retain_handling: RetainHandling,
}

impl From<QoS> for SubscriptionOptions {
    fn from(qos: QoS) -> Self {
        Self {
            qos,
            ..Self::default()
        }
    }
}

/// SUBACK: one reason for each filter, in order (section 3.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubAck<'a> {
    /// The identifier of the SUBSCRIBE.
    pub packet_id: PacketId,
    /// Reason String and User Properties.
    pub properties: Properties<'a>,
    /// Granted QoS or failure, one a filter.
    pub reasons: Reasons<'a>,
}

/// UNSUBSCRIBE (section 3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsubscribe<'a> {
    /// Answered by the UNSUBACK with the same identifier.
    pub packet_id: PacketId,
    /// User Properties.
    pub properties: Properties<'a>,
    /// One or more topic filters.
    pub filters: UnsubscribeFilters<'a>,
}

/// UNSUBACK (section 3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsubAck<'a> {
    /// The identifier of the UNSUBSCRIBE.
    pub packet_id: PacketId,
    /// Reason String and User Properties.
    pub properties: Properties<'a>,
    /// One reason a filter; empty in 3.1.1, which has none.
    pub reasons: Reasons<'a>,
}

/// DISCONNECT (section 3.14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnect<'a> {
    /// Why; always `Success`, which DISCONNECT calls normal disconnection, in 3.1.1.
    pub reason: Reason,
    /// DISCONNECT properties.
    pub properties: Properties<'a>,
}

/// AUTH: enhanced authentication, only in 5.0 (section 3.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Auth<'a> {
    /// Success, `ContinueAuthentication` or `ReAuthenticate`.
    pub reason: Reason,
    /// AUTH properties.
    pub properties: Properties<'a>,
}
