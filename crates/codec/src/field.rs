//! The name of everything that can be read from a packet.

use crate::PropertyId;
use core::fmt;
use serde::{Deserialize, Serialize};

mod clause;
mod property_words;
mod words;

/// A field of a packet: it names errors and the spans of the byte view.
///
/// Some fields are groups, which consist of the fields that follow them one level deeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The upper four bits of the first byte.
    PacketType,
    /// The lower four bits of the first byte in every packet but PUBLISH.
    FixedHeaderFlags,
    /// DUP of PUBLISH.
    Dup,
    /// QoS of PUBLISH.
    QoS,
    /// RETAIN of PUBLISH.
    Retain,
    /// The number of bytes after the fixed header.
    RemainingLength,
    /// The two bytes before a string or binary data.
    Length,
    /// Bits that must be 0.
    Reserved,
    /// The Packet Identifier.
    PacketId,
    /// The Reason Code; also the return code of a 3.1.1 SUBACK.
    ReasonCode,
    /// The return code of a 3.1.1 CONNACK.
    ReturnCode,

    /// The Protocol Name of CONNECT.
    ProtocolName,
    /// The Protocol Version of CONNECT, which 3.1.1 calls Protocol Level.
    ProtocolVersion,
    /// Group: the flags of CONNECT.
    ConnectFlags,
    /// User Name Flag.
    UserNameFlag,
    /// Password Flag.
    PasswordFlag,
    /// Will Retain.
    WillRetain,
    /// Will QoS.
    WillQoS,
    /// Will Flag.
    WillFlag,
    /// Clean Start, which 3.1.1 calls Clean Session.
    CleanStart,
    /// Keep Alive of CONNECT.
    KeepAlive,
    /// The Client Identifier.
    ClientId,
    /// Group: the will of CONNECT.
    Will,
    /// The Will Topic.
    WillTopic,
    /// The Will Payload.
    WillPayload,
    /// The User Name.
    UserName,
    /// The Password.
    Password,

    /// Group: the flags of CONNACK.
    ConnectAcknowledgeFlags,
    /// Session Present.
    SessionPresent,

    /// The Topic Name of PUBLISH.
    TopicName,
    /// The Payload of PUBLISH: the application message.
    Payload,

    /// Group: one filter with its options in SUBSCRIBE.
    Subscription,
    /// A Topic Filter.
    TopicFilter,
    /// Group: the options of one filter.
    SubscriptionOptions,
    /// Retain Handling.
    RetainHandling,
    /// Retain As Published.
    RetainAsPublished,
    /// No Local.
    NoLocal,
    /// The QoS that a subscription asks for.
    RequestedQoS,

    /// Group: a property list with its length.
    Properties,
    /// The length of a property list.
    PropertyLength,
    /// The identifier of a property.
    PropertyIdentifier,
    /// Group: one property; also the value in it.
    Property(PropertyId),
    /// The name in a User Property.
    UserPropertyName,
    /// The value in a User Property.
    UserPropertyValue,

    /// What no field claims: bytes after the last field, or after a fault.
    Rest,
}

impl Field {
    /// The standard's name, as in "Keep Alive".
    pub const fn name(self) -> &'static str {
        match self {
            Self::PacketType => "Packet type",
            Self::FixedHeaderFlags => "Fixed header flags",
            Self::Dup => "DUP",
            Self::QoS => "QoS",
            Self::Retain => "RETAIN",
            Self::RemainingLength => "Remaining Length",
            Self::Length => "Length",
            Self::Reserved => "Reserved",
            Self::PacketId => "Packet Identifier",
            Self::ReasonCode => "Reason Code",
            Self::ReturnCode => "Connect Return code",
            Self::ProtocolName => "Protocol Name",
            Self::ProtocolVersion => "Protocol Version",
            Self::ConnectFlags => "Connect Flags",
            Self::UserNameFlag => "User Name Flag",
            Self::PasswordFlag => "Password Flag",
            Self::WillRetain => "Will Retain",
            Self::WillQoS => "Will QoS",
            Self::WillFlag => "Will Flag",
            Self::CleanStart => "Clean Start",
            Self::KeepAlive => "Keep Alive",
            Self::ClientId => "Client Identifier",
            Self::Will => "Will",
            Self::WillTopic => "Will Topic",
            Self::WillPayload => "Will Payload",
            Self::UserName => "User Name",
            Self::Password => "Password",
            Self::ConnectAcknowledgeFlags => "Connect Acknowledge Flags",
            Self::SessionPresent => "Session Present",
            Self::TopicName => "Topic Name",
            Self::Payload => "Payload",
            Self::Subscription => "Subscription",
            Self::TopicFilter => "Topic Filter",
            Self::SubscriptionOptions => "Subscription Options",
            Self::RetainHandling => "Retain Handling",
            Self::RetainAsPublished => "Retain As Published",
            Self::NoLocal => "No Local",
            Self::RequestedQoS => "Requested QoS",
            Self::Properties => "Properties",
            Self::PropertyLength => "Property Length",
            Self::PropertyIdentifier => "Property Identifier",
            Self::Property(id) => id.name(),
            Self::UserPropertyName => "User Property Name",
            Self::UserPropertyValue => "User Property Value",
            Self::Rest => "Rest of the packet",
        }
    }

    /// Wireshark's name for it, where Wireshark has exactly one: a display filter such as
    /// `mqtt.msgtype`.
    pub const fn wireshark(self) -> Option<&'static str> {
        Some(match self {
            Self::PacketType => "mqtt.msgtype",
            Self::FixedHeaderFlags => "mqtt.hdr_reserved",
            Self::Dup => "mqtt.dupflag",
            Self::QoS => "mqtt.qos",
            Self::Retain => "mqtt.retain",
            Self::RemainingLength => "mqtt.len",
            Self::PacketId => "mqtt.msgid",
            Self::ReturnCode => "mqtt.conack.val",
            Self::ProtocolName => "mqtt.protoname",
            Self::ProtocolVersion => "mqtt.ver",
            Self::ConnectFlags => "mqtt.conflags",
            Self::UserNameFlag => "mqtt.conflag.uname",
            Self::PasswordFlag => "mqtt.conflag.passwd",
            Self::WillRetain => "mqtt.conflag.retain",
            Self::WillQoS => "mqtt.conflag.qos",
            Self::WillFlag => "mqtt.conflag.willflag",
            Self::CleanStart => "mqtt.conflag.cleansess",
            Self::KeepAlive => "mqtt.kalive",
            Self::ClientId => "mqtt.clientid",
            Self::WillTopic => "mqtt.willtopic",
            Self::WillPayload => "mqtt.willmsg",
            Self::UserName => "mqtt.username",
            Self::Password => "mqtt.passwd",
            Self::ConnectAcknowledgeFlags => "mqtt.conack.flags",
            Self::SessionPresent => "mqtt.conack.flags.sp",
            Self::TopicName | Self::TopicFilter => "mqtt.topic",
            Self::Payload => "mqtt.msg",
            Self::SubscriptionOptions => "mqtt.subscription_options",
            Self::RetainHandling => "mqtt.subscription_options_retain",
            Self::RetainAsPublished => "mqtt.subscription_options_rap",
            Self::NoLocal => "mqtt.subscription_options_nl",
            Self::RequestedQoS => "mqtt.subscription_options_qos",
            Self::Properties => "mqtt.properties",
            Self::PropertyLength => "mqtt.property_len",
            Self::PropertyIdentifier => "mqtt.property_id",
            Self::Property(PropertyId::ContentType) => "mqtt.property.content_type",
            Self::Property(PropertyId::MaximumQoS) => "mqtt.property.max_qos",
            Self::Property(PropertyId::TopicAlias) => "mqtt.property.topic_alias",
            Self::UserPropertyName => "mqtt.prop_key",
            Self::UserPropertyValue => "mqtt.prop_value",
            // Each packet has its own name for a reason code, each place for a length or reserved
            // bits, and most properties share one.
            Self::ReasonCode
            | Self::Length
            | Self::Reserved
            | Self::Will
            | Self::Subscription
            | Self::Property(_)
            | Self::Rest => return None,
        })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
