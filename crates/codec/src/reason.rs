//! The one table of reason codes: values, names, and the packets that may carry them.

use crate::{PacketType, QoS};
use core::fmt;
use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($value:literal $variant:ident $name:literal [$($packet:ident)*];)*) => {
        /// A reason code (5.0, section 2.4). 3.1.1 return codes are mapped to these at decode.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[repr(u8)]
        #[allow(missing_docs)] // Each is the standard's own name.
        pub enum Reason { $($variant = $value),* }

        impl Reason {
            /// Every reason code, in the order of the values.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The reason with this value, if the standard defines one.
            pub const fn from_value(value: u8) -> Option<Self> {
                match value { $($value => Some(Self::$variant),)* _ => None }
            }

            /// The standard's name, as in "Topic Filter invalid".
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The packet types that may carry it.
            pub const fn packets(self) -> &'static [PacketType] {
                match self { $(Self::$variant => &[$(PacketType::$packet),*]),* }
            }
        }
    };
}

reasons! {
    0x00 Success "Success" [ConnAck PubAck PubRec PubRel PubComp SubAck UnsubAck Disconnect Auth];
    0x01 GrantedQoS1 "Granted QoS 1" [SubAck];
    0x02 GrantedQoS2 "Granted QoS 2" [SubAck];
    0x04 DisconnectWithWillMessage "Disconnect with Will Message" [Disconnect];
    0x10 NoMatchingSubscribers "No matching subscribers" [PubAck PubRec];
    0x11 NoSubscriptionExisted "No subscription existed" [UnsubAck];
    0x18 ContinueAuthentication "Continue authentication" [Auth];
    0x19 ReAuthenticate "Re-authenticate" [Auth];
    0x80 UnspecifiedError "Unspecified error" [ConnAck PubAck PubRec SubAck UnsubAck Disconnect];
    0x81 MalformedPacket "Malformed Packet" [ConnAck Disconnect];
    0x82 ProtocolError "Protocol Error" [ConnAck Disconnect];
    0x83 ImplementationSpecificError "Implementation specific error"
        [ConnAck PubAck PubRec SubAck UnsubAck Disconnect];
    0x84 UnsupportedProtocolVersion "Unsupported Protocol Version" [ConnAck];
    0x85 ClientIdentifierNotValid "Client Identifier not valid" [ConnAck];
    0x86 BadUserNameOrPassword "Bad User Name or Password" [ConnAck];
    0x87 NotAuthorized "Not authorized" [ConnAck PubAck PubRec SubAck UnsubAck Disconnect];
    0x88 ServerUnavailable "Server unavailable" [ConnAck];
    0x89 ServerBusy "Server busy" [ConnAck Disconnect];
    0x8A Banned "Banned" [ConnAck];
    0x8B ServerShuttingDown "Server shutting down" [Disconnect];
    0x8C BadAuthenticationMethod "Bad authentication method" [ConnAck Disconnect];
    0x8D KeepAliveTimeout "Keep Alive timeout" [Disconnect];
    0x8E SessionTakenOver "Session taken over" [Disconnect];
    0x8F TopicFilterInvalid "Topic Filter invalid" [SubAck UnsubAck Disconnect];
    0x90 TopicNameInvalid "Topic Name invalid" [ConnAck PubAck PubRec Disconnect];
    0x91 PacketIdentifierInUse "Packet Identifier in use" [PubAck PubRec SubAck UnsubAck];
    0x92 PacketIdentifierNotFound "Packet Identifier not found" [PubRel PubComp];
    0x93 ReceiveMaximumExceeded "Receive Maximum exceeded" [Disconnect];
    0x94 TopicAliasInvalid "Topic Alias invalid" [Disconnect];
    0x95 PacketTooLarge "Packet too large" [ConnAck Disconnect];
    0x96 MessageRateTooHigh "Message rate too high" [Disconnect];
    0x97 QuotaExceeded "Quota exceeded" [ConnAck PubAck PubRec SubAck Disconnect];
    0x98 AdministrativeAction "Administrative action" [Disconnect];
    0x99 PayloadFormatInvalid "Payload format invalid" [ConnAck PubAck PubRec Disconnect];
    0x9A RetainNotSupported "Retain not supported" [ConnAck Disconnect];
    0x9B QoSNotSupported "QoS not supported" [ConnAck Disconnect];
    0x9C UseAnotherServer "Use another server" [ConnAck Disconnect];
    0x9D ServerMoved "Server moved" [ConnAck Disconnect];
    0x9E SharedSubscriptionsNotSupported "Shared Subscriptions not supported" [SubAck Disconnect];
    0x9F ConnectionRateExceeded "Connection rate exceeded" [ConnAck Disconnect];
    0xA0 MaximumConnectTime "Maximum connect time" [Disconnect];
    0xA1 SubscriptionIdentifiersNotSupported "Subscription Identifiers not supported"
        [SubAck Disconnect];
    0xA2 WildcardSubscriptionsNotSupported "Wildcard Subscriptions not supported"
        [SubAck Disconnect];
}

impl Reason {
    /// The value on the wire in 5.0.
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// The return code of a 3.1.1 CONNACK that says the same or nearly so; `None` when none does,
    /// and the server closes the connection without a CONNACK [MQTT-3.2.2-6 of 3.1.1].
    pub const fn return_code(self) -> Option<u8> {
        match self {
            Self::Success => Some(0),
            Self::UnsupportedProtocolVersion => Some(1),
            Self::ClientIdentifierNotValid => Some(2),
            Self::ServerUnavailable | Self::ServerBusy => Some(3),
            Self::BadUserNameOrPassword => Some(4),
            Self::NotAuthorized | Self::Banned => Some(5),
            _ => None,
        }
    }

    /// What the return code of a 3.1.1 CONNACK means; 0 to 5 are defined.
    pub const fn from_return_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Success),
            1 => Some(Self::UnsupportedProtocolVersion),
            2 => Some(Self::ClientIdentifierNotValid),
            3 => Some(Self::ServerUnavailable),
            4 => Some(Self::BadUserNameOrPassword),
            5 => Some(Self::NotAuthorized),
            _ => None,
        }
    }

    /// What the return code of a 3.1.1 SUBACK means; 0, 1, 2 and 0x80 are defined.
    pub const fn from_granted(code: u8) -> Option<Self> {
        match code {
            0x00 => Some(Self::Success),
            0x01 => Some(Self::GrantedQoS1),
            0x02 => Some(Self::GrantedQoS2),
            0x80 => Some(Self::UnspecifiedError),
            _ => None,
        }
    }

    /// The reason of a SUBACK that grants `qos`.
    pub const fn granted(qos: QoS) -> Self {
        match qos {
            QoS::AtMostOnce => Self::Success,
            QoS::AtLeastOnce => Self::GrantedQoS1,
            QoS::ExactlyOnce => Self::GrantedQoS2,
        }
    }

    /// The level that a SUBACK grants with this reason; `None` for failures and other reasons.
    pub const fn granted_qos(self) -> Option<QoS> {
        match self {
            Self::Success => Some(QoS::AtMostOnce),
            Self::GrantedQoS1 => Some(QoS::AtLeastOnce),
            Self::GrantedQoS2 => Some(QoS::ExactlyOnce),
            _ => None,
        }
    }

    /// Whether it reports a failure: 0x80 and above (section 2.4).
    pub const fn is_failure(self) -> bool {
        self.value() >= 0x80
    }

    /// Whether a packet of type `packet` may carry it.
    pub fn is_allowed_in(self, packet: PacketType) -> bool {
        self.packets().contains(&packet)
    }

    /// The name as `packet` uses it: 0x00 is "Normal disconnection" in DISCONNECT and
    /// "Granted QoS 0" in SUBACK.
    pub const fn name_in(self, packet: PacketType) -> &'static str {
        match (self, packet) {
            (Self::Success, PacketType::Disconnect) => "Normal disconnection",
            (Self::Success, PacketType::SubAck) => "Granted QoS 0",
            _ => self.name(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (0x{:02X})", self.name(), self.value())
    }
}
