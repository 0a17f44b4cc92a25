//! What a property's value means, in one sentence for a reader.

use crate::{PropertyId, Value};
use alloc::borrow::Cow;
use alloc::format;

impl PropertyId {
    /// What `value` means in this property, in one sentence.
    pub(super) fn meaning(self, value: &Value) -> Cow<'static, str> {
        let Value::Number(number, _) = *value else {
            return Cow::Borrowed(self.summary());
        };
        let either = |yes, no| Cow::Borrowed(if number == 1 { yes } else { no });
        let seconds = |words: &str| {
            let unit = if number == 1 { "second" } else { "seconds" };
            Cow::Owned(format!("{words} {number} {unit}."))
        };
        match self {
            Self::PayloadFormatIndicator => either(
                "The payload is UTF-8 text.",
                "The payload is bytes of an unspecified kind.",
            ),
            Self::RequestProblemInformation => either(
                "The server may explain failures with reason strings and user properties.",
                "The server explains failures only in CONNACK, PUBLISH and DISCONNECT.",
            ),
            Self::RequestResponseInformation => either(
                "The server may tell where the client can receive responses.",
                "The server does not tell where the client can receive responses.",
            ),
            Self::MaximumQoS => either(
                "The server takes messages at QoS 0 and 1.",
                "The server takes messages at QoS 0 only.",
            ),
            Self::RetainAvailable => either(
                "The server keeps retained messages.",
                "The server keeps no retained messages.",
            ),
            Self::WildcardSubscriptionAvailable => either(
                "Topic filters may hold wildcards.",
                "Topic filters must not hold wildcards.",
            ),
            Self::SubscriptionIdentifierAvailable => either(
                "Subscriptions may have identifiers.",
                "Subscriptions must not have identifiers.",
            ),
            Self::SharedSubscriptionAvailable => either(
                "Subscriptions may be shared.",
                "Subscriptions must not be shared.",
            ),
            Self::SessionExpiryInterval if number == u32::MAX => {
                Cow::Borrowed("The session is kept for ever after the connection ends.")
            }
            Self::SessionExpiryInterval if number == 0 => {
                Cow::Borrowed("The session ends with the connection.")
            }
            Self::SessionExpiryInterval => {
                seconds("After the connection ends the session is kept for")
            }
            Self::MessageExpiryInterval => {
                seconds("The message is of no use to those who would receive it later than in")
            }
            Self::WillDelayInterval => seconds("The server waits before it publishes the will for"),
            Self::ServerKeepAlive => {
                seconds("The client must be heard, whatever it asked for, at least every")
            }
            Self::ReceiveMaximum => Cow::Owned(format!(
                "The sender of this takes {number} messages at QoS 1 and 2 at a time."
            )),
            Self::TopicAliasMaximum if number == 0 => {
                Cow::Borrowed("The sender of this takes no topic aliases.")
            }
            Self::TopicAliasMaximum => Cow::Owned(format!(
                "The sender of this takes topic aliases from 1 to {number}."
            )),
            Self::MaximumPacketSize => Cow::Owned(format!(
                "The sender of this takes packets of at most {number} bytes."
            )),
            Self::TopicAlias => Cow::Owned(format!(
                "On this connection the number {number} stands for the topic."
            )),
            _ => Cow::Borrowed(self.summary()),
        }
    }

    /// What the property is for, in one sentence.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::PayloadFormatIndicator => "Says whether the payload is UTF-8 text.",
            Self::MessageExpiryInterval => "How long the message is of use, in seconds.",
            Self::ContentType => "What the payload is, in the application's words.",
            Self::ResponseTopic => "The topic on which an answer is expected.",
            Self::CorrelationData => "Bytes by which the asker recognises the answer.",
            Self::SubscriptionIdentifier => "The number of the subscription that matched.",
            Self::SessionExpiryInterval => "How long the session outlives the connection.",
            Self::AssignedClientIdentifier => "The name that the server chose for the client.",
            Self::ServerKeepAlive => "The Keep Alive that the server wants instead.",
            Self::AuthenticationMethod => "The name of the enhanced authentication.",
            Self::AuthenticationData => "What the authentication method exchanges.",
            Self::RequestProblemInformation => "Whether failures may be explained at length.",
            Self::WillDelayInterval => "How long the server waits before it publishes the will.",
            Self::RequestResponseInformation => "Whether the server should tell a place to answer.",
            Self::ResponseInformation => "From what the client can build response topics.",
            Self::ServerReference => "Another server that the client can use.",
            Self::ReasonString => "The reason in words, for people to read.",
            Self::ReceiveMaximum => "How many messages at QoS 1 and 2 are taken at a time.",
            Self::TopicAliasMaximum => "The highest topic alias that is taken.",
            Self::TopicAlias => "A number that stands for the topic on this connection.",
            Self::MaximumQoS => "The highest level of service that the server takes.",
            Self::RetainAvailable => "Whether the server keeps retained messages.",
            Self::UserProperty => "A name and a value that the application chose.",
            Self::MaximumPacketSize => "The largest packet that is taken, in bytes.",
            Self::WildcardSubscriptionAvailable => "Whether topic filters may hold wildcards.",
            Self::SubscriptionIdentifierAvailable => "Whether subscriptions may have identifiers.",
            Self::SharedSubscriptionAvailable => "Whether subscriptions may be shared.",
        }
    }
}
