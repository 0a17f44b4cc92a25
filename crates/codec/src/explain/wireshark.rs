//! Wireshark's name for every span: where the field alone does not say it, its place in the packet does.

use super::{Explanation, Span, Value};
use crate::{Field, PacketType, Version};

impl Explanation {
    /// Wireshark's name for a span, by its index: a display filter such as `mqtt.msgtype`. `None` for
    /// groups that Wireshark does not have, and for bytes that no field claims.
    pub fn wireshark(&self, span: usize, version: Version) -> Option<&'static str> {
        let Span { field, .. } = self.spans.get(span)?;
        Some(match field {
            Field::ReasonCode => match self.packet_type()? {
                PacketType::ConnAck => "mqtt.connack.reason_code",
                PacketType::PubAck => "mqtt.puback.reason_code",
                PacketType::PubRec => "mqtt.pubrec.reason_code",
                PacketType::PubRel => "mqtt.pubrel.reason_code",
                PacketType::PubComp => "mqtt.pubcomp.reason_code",
                PacketType::SubAck if !version.has_properties() => "mqtt.suback.qos",
                PacketType::SubAck => "mqtt.suback.reason_code",
                PacketType::UnsubAck => "mqtt.unsuback.reason_code",
                PacketType::Disconnect => "mqtt.disconnect.reason_code",
                PacketType::Auth => "mqtt.auth.reason_code",
                PacketType::Connect
                | PacketType::Publish
                | PacketType::Subscribe
                | PacketType::Unsubscribe
                | PacketType::PingReq
                | PacketType::PingResp => return None,
            },
            Field::RequestedQoS if !version.has_properties() => "mqtt.sub.qos",
            // It stands right before what it measures.
            Field::Length => length_of(self.spans.get(span + 1)?.field)?,
            Field::Reserved => match self.parent(span)? {
                Field::ConnectFlags => "mqtt.conflag.reserved",
                Field::ConnectAcknowledgeFlags => "mqtt.conack.flags.reserved",
                Field::SubscriptionOptions => "mqtt.subscription_options_reserved",
                _ => return None,
            },
            Field::Properties if self.parent(span) == Some(Field::Will) => "mqtt.will_properties",
            Field::Property(_) if !self.spans[span].group => match self.spans[span].value {
                Value::Flag(_) | Value::Number(..) => {
                    field.wireshark().unwrap_or("mqtt.prop_number")
                }
                _ => field.wireshark().unwrap_or("mqtt.prop_string"),
            },
            field => return field.wireshark(),
        })
    }

    fn packet_type(&self) -> Option<PacketType> {
        match self.spans.first()?.value {
            Value::Number(bits, _) => PacketType::from_bits(u8::try_from(bits).ok()?),
            _ => None,
        }
    }

    /// The field of the group that a span is a part of.
    fn parent(&self, span: usize) -> Option<Field> {
        let depth = self.spans[span].depth.checked_sub(1)?;
        let mut before = self.spans[..span].iter().rev();
        let group = before.find(|other| other.group && other.depth == depth)?;
        Some(group.field)
    }
}

/// The name of the two length bytes before a field.
const fn length_of(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::ProtocolName => "mqtt.proto_len",
        Field::ClientId => "mqtt.clientid_len",
        Field::WillTopic => "mqtt.willtopic_len",
        Field::WillPayload => "mqtt.willmsg_len",
        Field::UserName => "mqtt.username_len",
        Field::Password => "mqtt.passwd_len",
        Field::TopicName | Field::TopicFilter => "mqtt.topic_len",
        Field::UserPropertyName => "mqtt.prop_key_len",
        Field::UserPropertyValue => "mqtt.prop_value_len",
        Field::Property(_) => "mqtt.prop_string_len",
        _ => return None,
    })
}
