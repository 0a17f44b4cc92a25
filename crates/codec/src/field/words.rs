//! What a field's value means, in one sentence for a reader.

use crate::{Field, PacketType, PropertyId, Value};
use alloc::borrow::Cow;
use alloc::format;

impl Field {
    /// What `value` means in this field, in one sentence.
    pub fn meaning(self, value: &Value) -> Cow<'static, str> {
        let number = match value {
            Value::Number(number, _) => Some(*number),
            Value::Flag(flag) => Some(u32::from(*flag)),
            _ => None,
        };
        let set = number == Some(1);
        let either = |yes: &'static str, no: &'static str| if set { yes } else { no };
        let words = match self {
            Self::PacketType => return packet_type(number),
            Self::RemainingLength => {
                return length("After the fixed header the packet has", number);
            }
            Self::Length => return length("The field that follows has", number),
            Self::PropertyLength => return length("The properties that follow have", number),
            Self::KeepAlive => return keep_alive(number),
            Self::ReasonCode | Self::ReturnCode => return reason(value),
            Self::Property(id) => return id.meaning(value),
            Self::QoS => match number {
                Some(0) => "The message is sent once and never acknowledged.",
                Some(1) => {
                    "The message is sent again until a PUBACK comes, so it may arrive twice."
                }
                Some(2) => "The message arrives exactly once, by a handshake of four packets.",
                _ => "This level of service does not exist.",
            },
            Self::WillQoS => match number {
                Some(0) => "The will, if there is one, is published at most once.",
                Some(1) => "The will is published at least once.",
                Some(2) => "The will is published exactly once.",
                _ => "This level of service does not exist.",
            },
            Self::RequestedQoS => match number {
                Some(0) => "Messages for this filter come at QoS 0 only.",
                Some(1) => "Messages for this filter come at QoS 1 at most.",
                Some(2) => "Messages for this filter come at the level they were published at.",
                _ => "This level of service does not exist.",
            },
            Self::RetainHandling => match number {
                Some(0) => "The server sends retained messages at every subscribe.",
                Some(1) => "The server sends retained messages only if the subscription is new.",
                Some(2) => "The server sends no retained messages for this subscribe.",
                _ => "This retain handling does not exist.",
            },
            Self::ProtocolVersion => match number {
                Some(4) => "The client speaks MQTT 3.1.1.",
                Some(5) => "The client speaks MQTT 5.0.",
                _ => "The client speaks a version that is not known here.",
            },
            Self::Dup => either(
                "This may be a repetition of an earlier attempt to send the message.",
                "This is the first attempt to send the message.",
            ),
            Self::Retain => either(
                "To a server: keep this as the topic's last message; to a client: this was kept.",
                "The message is for those who are subscribed at this moment.",
            ),
            Self::UserNameFlag => either("A user name follows.", "There is no user name."),
            Self::PasswordFlag => either("A password follows.", "There is no password."),
            Self::WillRetain => either(
                "The will is published as a retained message.",
                "The will is not published as a retained message.",
            ),
            Self::WillFlag => either(
                "The server keeps a will, and publishes it if the client is lost.",
                "The client leaves no will.",
            ),
            Self::CleanStart => either(
                "The session starts empty; what the server had stored for it is discarded.",
                "The session goes on where it was, if the server has it stored.",
            ),
            Self::SessionPresent => either(
                "The server has the client's session stored and resumes it.",
                "The server has no session stored for the client.",
            ),
            Self::RetainAsPublished => either(
                "Messages keep the RETAIN flag that their publisher set.",
                "RETAIN is cleared on messages to this subscription, unless they were stored.",
            ),
            Self::NoLocal => either(
                "The client's own messages are not sent back to it.",
                "The client's own messages are sent to it too.",
            ),
            Self::FixedHeaderFlags => "Four bits that have one fixed value in this packet type.",
            Self::Reserved => "Bits without a meaning, which must be 0.",
            Self::PacketId => "The number that ties this packet to its answers.",
            Self::ProtocolName => "The word by which a server knows that this is MQTT.",
            Self::ConnectFlags => "Eight bits that say what the client wants and what follows.",
            Self::ClientId => match value {
                Value::Text(text) if text.is_empty() => {
                    "The client has no name of its own and lets the server choose one."
                }
                _ => "The client's name, under which the server stores its session.",
            },
            Self::Will => "A message that the server publishes if the client is lost.",
            Self::WillTopic => "The topic that the will is published to.",
            Self::WillPayload => "The content of the will.",
            Self::UserName => "Who the client says it is.",
            Self::Password => "The client's proof of who it is.",
            Self::ConnectAcknowledgeFlags => "Eight bits, of which one has a meaning.",
            Self::TopicName => match value {
                Value::Text(text) if text.is_empty() => {
                    "Empty, because the Topic Alias stands for the topic."
                }
                _ => "The topic that the message is published to.",
            },
            Self::Payload => "The application's message; MQTT does not look into it.",
            Self::Subscription => "One topic filter with its options.",
            Self::TopicFilter => "The topics asked for; + stands for one level, # for all below.",
            Self::SubscriptionOptions => "How messages for this filter are to be sent.",
            Self::Properties => "Additions to the packet, each with an identifier and a value.",
            Self::PropertyIdentifier => "The number that says which property follows.",
            Self::UserPropertyName => "A name that the application chose.",
            Self::UserPropertyValue => "The value under that name.",
            Self::Rest => "Bytes that no field claims, or that follow a fault.",
        };
        Cow::Borrowed(words)
    }
}

impl PropertyId {
    /// What `value` means in this property, in one sentence.
    fn meaning(self, value: &Value) -> Cow<'static, str> {
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

impl PacketType {
    /// What the packet is for, in one sentence.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Connect => "A client asks for a connection.",
            Self::ConnAck => "The server answers a CONNECT.",
            Self::Publish => "A message on its way.",
            Self::PubAck => "A message at QoS 1 has arrived.",
            Self::PubRec => "A message at QoS 2 has arrived, the first of its three answers.",
            Self::PubRel => "The sender of a message at QoS 2 releases its identifier.",
            Self::PubComp => "The delivery of a message at QoS 2 is complete.",
            Self::Subscribe => "A client asks for the messages that match its filters.",
            Self::SubAck => "The server answers a SUBSCRIBE, filter by filter.",
            Self::Unsubscribe => "A client wants no more messages for its filters.",
            Self::UnsubAck => "The server answers an UNSUBSCRIBE.",
            Self::PingReq => "A client shows that it is alive, and asks the same of the server.",
            Self::PingResp => "The server answers a PINGREQ.",
            Self::Disconnect => "One side ends the connection in good order.",
            Self::Auth => "A step of enhanced authentication.",
        }
    }
}

fn packet_type(number: Option<u32>) -> Cow<'static, str> {
    let known = number
        .and_then(|number| u8::try_from(number).ok())
        .and_then(PacketType::from_bits);
    Cow::Borrowed(known.map_or("This packet type is reserved.", PacketType::summary))
}

fn length(of: &'static str, number: Option<u32>) -> Cow<'static, str> {
    let unit = if number == Some(1) { "byte" } else { "bytes" };
    let number = number.unwrap_or_default();
    Cow::Owned(format!("{of} {number} {unit}."))
}

fn keep_alive(number: Option<u32>) -> Cow<'static, str> {
    match number {
        Some(0) => Cow::Borrowed("The client may be silent for as long as it likes."),
        Some(1) => Cow::Borrowed("The client promises to be heard every second."),
        Some(number) => Cow::Owned(format!(
            "The client promises to be heard at least every {number} seconds."
        )),
        None => Cow::Borrowed("How often the client promises to be heard."),
    }
}

fn reason(value: &Value) -> Cow<'static, str> {
    match value {
        Value::Number(_, Some(name)) => Cow::Owned(format!("The outcome: {name}.")),
        _ => Cow::Borrowed("No outcome that this packet may report."),
    }
}
