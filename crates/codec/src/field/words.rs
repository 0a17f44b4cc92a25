//! What a field's value means, in one sentence for a reader.

use crate::{Field, PacketType, Value};
use alloc::borrow::Cow;
use alloc::format;

impl Field {
    /// What `value` means in this field, in one sentence.
    pub fn meaning(self, value: &Value) -> Cow<'static, str> {
        match (self, value) {
            (Self::Property(id), _) => id.meaning(value),
            (Self::ReasonCode | Self::ReturnCode, Value::Number(_, Some(name))) => {
                Cow::Owned(format!("The outcome: {name}."))
            }
            (_, Value::Flag(flag)) => Cow::Borrowed(self.flag_meaning(*flag)),
            (_, Value::Number(number, _)) => self.number_meaning(*number),
            (Self::ClientId, Value::Text(text)) if text.is_empty() => {
                Cow::Borrowed("The client has no name of its own and lets the server choose one.")
            }
            (Self::TopicName, Value::Text(text)) if text.is_empty() => {
                Cow::Borrowed("Empty, because the Topic Alias stands for the topic.")
            }
            _ => Cow::Borrowed(self.summary()),
        }
    }

    fn flag_meaning(self, flag: bool) -> &'static str {
        match (self, flag) {
            (Self::Dup, true) => {
                "This may be a repetition of an earlier attempt to send the message."
            }
            (Self::Dup, false) => "This is the first attempt to send the message.",
            (Self::Retain, true) => {
                "To a server: keep this as the topic's last message; to a client: this was kept."
            }
            (Self::Retain, false) => "The message is for those who are subscribed at this moment.",
            (Self::UserNameFlag, true) => "A user name follows.",
            (Self::UserNameFlag, false) => "There is no user name.",
            (Self::PasswordFlag, true) => "A password follows.",
            (Self::PasswordFlag, false) => "There is no password.",
            (Self::WillRetain, true) => "The will is published as a retained message.",
            (Self::WillRetain, false) => "The will is not published as a retained message.",
            (Self::WillFlag, true) => {
                "The server keeps a will, and publishes it if the client is lost."
            }
            (Self::WillFlag, false) => "The client leaves no will.",
            (Self::CleanStart, true) => {
                "The session starts empty; what the server had stored for it is discarded."
            }
            (Self::CleanStart, false) => {
                "The session goes on where it was, if the server has it stored."
            }
            (Self::SessionPresent, true) => {
                "The server has the client's session stored and resumes it."
            }
            (Self::SessionPresent, false) => "The server has no session stored for the client.",
            (Self::RetainAsPublished, true) => {
                "Messages keep the RETAIN flag that their publisher set."
            }
            (Self::RetainAsPublished, false) => {
                "RETAIN is cleared on messages to this subscription, unless they were stored."
            }
            (Self::NoLocal, true) => "The client's own messages are not sent back to it.",
            (Self::NoLocal, false) => "The client's own messages are sent to it too.",
            _ => self.summary(),
        }
    }

    fn number_meaning(self, number: u32) -> Cow<'static, str> {
        Cow::Borrowed(match (self, number) {
            (Self::PacketType, _) => {
                let known = u8::try_from(number).ok().and_then(PacketType::from_bits);
                known.map_or("This packet type is reserved.", PacketType::summary)
            }
            (Self::RemainingLength, _) => {
                return length("After the fixed header the packet has", number);
            }
            (Self::Length, _) => return length("The field that follows has", number),
            (Self::PropertyLength, _) => return length("The properties that follow have", number),
            (Self::KeepAlive, 0) => "The client may be silent for as long as it likes.",
            (Self::KeepAlive, 1) => "The client promises to be heard every second.",
            (Self::KeepAlive, _) => {
                let promise = "The client promises to be heard at least every";
                return Cow::Owned(format!("{promise} {number} seconds."));
            }
            (Self::QoS, 0) => "The message is sent once and never acknowledged.",
            (Self::QoS, 1) => "The message is sent until a PUBACK comes, so it may arrive twice.",
            (Self::QoS, 2) => "The message arrives exactly once, by a handshake of four packets.",
            (Self::WillQoS, 0) => "The will, if there is one, is published at most once.",
            (Self::WillQoS, 1) => "The will is published at least once.",
            (Self::WillQoS, 2) => "The will is published exactly once.",
            (Self::RequestedQoS, 0) => "Messages for this filter come at QoS 0 only.",
            (Self::RequestedQoS, 1) => "Messages for this filter come at QoS 1 at most.",
            (Self::RequestedQoS, 2) => {
                "Messages for this filter come at the level they were published at."
            }
            (Self::QoS | Self::WillQoS | Self::RequestedQoS, _) => {
                "This level of service does not exist."
            }
            (Self::RetainHandling, 0) => "The server sends retained messages at every subscribe.",
            (Self::RetainHandling, 1) => {
                "The server sends retained messages only if the subscription is new."
            }
            (Self::RetainHandling, 2) => "The server sends no retained messages for this filter.",
            (Self::RetainHandling, _) => "This retain handling does not exist.",
            (Self::ProtocolVersion, 4) => "The client speaks MQTT 3.1.1.",
            (Self::ProtocolVersion, 5) => "The client speaks MQTT 5.0.",
            (Self::ProtocolVersion, _) => "The client speaks a version that is not known here.",
            (Self::ReasonCode | Self::ReturnCode, _) => "No outcome that this packet may report.",
            _ => self.summary(),
        })
    }

    /// What the field is, in one sentence.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::PacketType => "Which of the fifteen kinds of packet this is.",
            Self::FixedHeaderFlags => "Four bits that have one fixed value in this packet type.",
            Self::Dup => "Whether the message may have been sent before.",
            Self::QoS => "How hard the two sides try to deliver the message.",
            Self::Retain => "Whether the message is the one that its topic keeps.",
            Self::RemainingLength => "How many bytes follow the fixed header.",
            Self::Length => "How many bytes the field that follows has.",
            Self::Reserved => "Bits without a meaning, which must be 0.",
            Self::PacketId => "The number that ties this packet to its answers.",
            Self::ReasonCode | Self::ReturnCode => "The outcome that the packet reports.",
            Self::ProtocolName => "The word by which a server knows that this is MQTT.",
            Self::ProtocolVersion => "The version of MQTT that the client speaks.",
            Self::ConnectFlags => "Eight bits that say what the client wants and what follows.",
            Self::UserNameFlag => "Whether a user name follows.",
            Self::PasswordFlag => "Whether a password follows.",
            Self::WillRetain => "Whether the will is published as a retained message.",
            Self::WillQoS => "The level of service at which the will is published.",
            Self::WillFlag => "Whether the client leaves a will.",
            Self::CleanStart => "Whether an earlier session is forgotten.",
            Self::KeepAlive => "How often the client promises to be heard, in seconds.",
            Self::ClientId => "The client's name, under which the server stores its session.",
            Self::Will => "A message that the server publishes if the client is lost.",
            Self::WillTopic => "The topic that the will is published to.",
            Self::WillPayload => "The content of the will.",
            Self::UserName => "Who the client says it is.",
            Self::Password => "The client's proof of who it is.",
            Self::ConnectAcknowledgeFlags => "Eight bits, of which one has a meaning.",
            Self::SessionPresent => "Whether the server resumes a stored session.",
            Self::TopicName => "The topic that the message is published to.",
            Self::Payload => "The application's message; MQTT does not look into it.",
            Self::Subscription => "One topic filter with its options.",
            Self::TopicFilter => "The topics asked for; + stands for one level, # for all below.",
            Self::SubscriptionOptions => "How messages for this filter are to be sent.",
            Self::RetainHandling => "Which retained messages the server sends at a subscribe.",
            Self::RetainAsPublished => "Whether messages keep their publisher's RETAIN flag.",
            Self::NoLocal => "Whether the client's own messages are kept from it.",
            Self::RequestedQoS => "The highest level of service for messages to this filter.",
            Self::Properties => "Additions to the packet, each with an identifier and a value.",
            Self::PropertyLength => "How many bytes of properties follow.",
            Self::PropertyIdentifier => "The number that says which property follows.",
            Self::Property(id) => id.summary(),
            Self::UserPropertyName => "A name that the application chose.",
            Self::UserPropertyValue => "The value under that name.",
            Self::Rest => "Bytes that no field claims, or that follow a fault.",
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

fn length(of: &'static str, number: u32) -> Cow<'static, str> {
    let unit = if number == 1 { "byte" } else { "bytes" };
    Cow::Owned(format!("{of} {number} {unit}."))
}
