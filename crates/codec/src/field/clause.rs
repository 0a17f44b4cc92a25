//! Where the two standards define each field.

use crate::{Field, PropertyId, Version};

impl Field {
    /// The section of `version`'s standard that defines it, as in "3.1.2.10"; `None` when that
    /// version has no such field. A property is defined once for each packet that may carry it; the
    /// section is that of the packet where it is explained at length.
    pub const fn clause(self, version: Version) -> Option<&'static str> {
        match version {
            Version::V311 => self.clause_of_3_1_1(),
            Version::V5 => self.clause_of_5_0(),
        }
    }

    const fn clause_of_3_1_1(self) -> Option<&'static str> {
        Some(match self {
            Self::PacketType => "2.2.1",
            Self::FixedHeaderFlags | Self::Reserved => "2.2.2",
            Self::RemainingLength => "2.2.3",
            Self::Length => "1.5.3",
            Self::PacketId => "2.3.1",
            Self::ReasonCode => "3.9.3",
            Self::ReturnCode => "3.2.2.3",
            Self::Dup => "3.3.1.1",
            Self::QoS => "3.3.1.2",
            Self::Retain => "3.3.1.3",
            Self::ProtocolName => "3.1.2.1",
            Self::ProtocolVersion => "3.1.2.2",
            Self::ConnectFlags => "3.1.2.3",
            Self::CleanStart => "3.1.2.4",
            Self::WillFlag => "3.1.2.5",
            Self::WillQoS => "3.1.2.6",
            Self::WillRetain => "3.1.2.7",
            Self::UserNameFlag => "3.1.2.8",
            Self::PasswordFlag => "3.1.2.9",
            Self::KeepAlive => "3.1.2.10",
            Self::ClientId => "3.1.3.1",
            Self::Will | Self::WillTopic => "3.1.3.2",
            Self::WillPayload => "3.1.3.3",
            Self::UserName => "3.1.3.4",
            Self::Password => "3.1.3.5",
            Self::ConnectAcknowledgeFlags => "3.2.2.1",
            Self::SessionPresent => "3.2.2.2",
            Self::TopicName => "3.3.2.1",
            Self::Payload => "3.3.3",
            Self::Subscription | Self::SubscriptionOptions | Self::RequestedQoS => "3.8.3",
            Self::TopicFilter => "4.7",
            Self::RetainHandling
            | Self::RetainAsPublished
            | Self::NoLocal
            | Self::Properties
            | Self::PropertyLength
            | Self::PropertyIdentifier
            | Self::Property(_)
            | Self::UserPropertyName
            | Self::UserPropertyValue
            | Self::Rest => return None,
        })
    }

    const fn clause_of_5_0(self) -> Option<&'static str> {
        Some(match self {
            Self::PacketType => "2.1.2",
            Self::FixedHeaderFlags | Self::Reserved => "2.1.3",
            Self::RemainingLength => "2.1.4",
            Self::Length => "1.5.4",
            Self::PacketId => "2.2.1",
            Self::ReasonCode => "2.4",
            Self::Dup => "3.3.1.1",
            Self::QoS => "3.3.1.2",
            Self::Retain => "3.3.1.3",
            Self::ProtocolName => "3.1.2.1",
            Self::ProtocolVersion => "3.1.2.2",
            Self::ConnectFlags => "3.1.2.3",
            Self::CleanStart => "3.1.2.4",
            Self::WillFlag => "3.1.2.5",
            Self::WillQoS => "3.1.2.6",
            Self::WillRetain => "3.1.2.7",
            Self::UserNameFlag => "3.1.2.8",
            Self::PasswordFlag => "3.1.2.9",
            Self::KeepAlive => "3.1.2.10",
            Self::ClientId => "3.1.3.1",
            Self::Will => "3.1.3.2",
            Self::WillTopic => "3.1.3.3",
            Self::WillPayload => "3.1.3.4",
            Self::UserName => "3.1.3.5",
            Self::Password => "3.1.3.6",
            Self::ConnectAcknowledgeFlags => "3.2.2.1",
            Self::SessionPresent => "3.2.2.1.1",
            Self::TopicName => "3.3.2.1",
            Self::Payload => "3.3.3",
            Self::Subscription => "3.8.3",
            Self::TopicFilter => "4.7",
            Self::SubscriptionOptions
            | Self::RetainHandling
            | Self::RetainAsPublished
            | Self::NoLocal
            | Self::RequestedQoS => "3.8.3.1",
            Self::Properties => "2.2.2",
            Self::PropertyLength => "2.2.2.1",
            Self::PropertyIdentifier => "2.2.2.2",
            Self::Property(id) => id.clause(),
            Self::UserPropertyName | Self::UserPropertyValue => PropertyId::UserProperty.clause(),
            Self::ReturnCode | Self::Rest => return None,
        })
    }
}

impl PropertyId {
    /// The section of the 5.0 standard that explains it at length.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::PayloadFormatIndicator => "3.3.2.3.2",
            Self::MessageExpiryInterval => "3.3.2.3.3",
            Self::TopicAlias => "3.3.2.3.4",
            Self::ResponseTopic => "3.3.2.3.5",
            Self::CorrelationData => "3.3.2.3.6",
            Self::UserProperty => "3.3.2.3.7",
            Self::SubscriptionIdentifier => "3.3.2.3.8",
            Self::ContentType => "3.3.2.3.9",
            Self::SessionExpiryInterval => "3.1.2.11.2",
            Self::ReceiveMaximum => "3.1.2.11.3",
            Self::MaximumPacketSize => "3.1.2.11.4",
            Self::TopicAliasMaximum => "3.1.2.11.5",
            Self::RequestResponseInformation => "3.1.2.11.6",
            Self::RequestProblemInformation => "3.1.2.11.7",
            Self::AuthenticationMethod => "3.1.2.11.9",
            Self::AuthenticationData => "3.1.2.11.10",
            Self::WillDelayInterval => "3.1.3.2.2",
            Self::MaximumQoS => "3.2.2.3.4",
            Self::RetainAvailable => "3.2.2.3.5",
            Self::AssignedClientIdentifier => "3.2.2.3.7",
            Self::ReasonString => "3.2.2.3.9",
            Self::WildcardSubscriptionAvailable => "3.2.2.3.11",
            Self::SubscriptionIdentifierAvailable => "3.2.2.3.12",
            Self::SharedSubscriptionAvailable => "3.2.2.3.13",
            Self::ServerKeepAlive => "3.2.2.3.14",
            Self::ResponseInformation => "3.2.2.3.15",
            Self::ServerReference => "3.2.2.3.16",
        }
    }
}
