//! Packets to bytes: one description of each packet, run once to check and count and once to write.

use crate::property::check;
use crate::{
    Ack, Auth, ConnAck, Connect, Disconnect, EncodeError, ErrorKind, Field, Packet, PacketType,
    Place, Properties, Publish, Reason, Reasons, SubAck, Subscribe, UnsubAck, Unsubscribe, Version,
    Will, topic,
};
use bytes::{BufMut, Bytes, BytesMut};

mod writer;
pub(crate) use writer::{Checked, Sink, Writer};

/// The largest Remaining Length: four bytes of seven bits.
pub(crate) const MAX_REMAINING_LENGTH: u32 = 268_435_455;

/// The longest fixed header.
pub(crate) const HEADER_MAX: usize = 5;

type Result<T = (), E = EncodeError> = core::result::Result<T, E>;

/// Appends `packet` to `out` as `version` writes it. CONNECT goes by its own version.
///
/// 3.1.1 leaves out properties and acknowledgements' reasons, and writes return codes for those of
/// CONNACK and SUBACK. What this function writes, [`decode`](crate::decode()) accepts.
///
/// # Errors
/// When the packet would not be legal; `out` is unchanged then.
pub fn encode(packet: &Packet<'_>, version: Version, out: &mut impl BufMut) -> Result {
    let length = remaining_length(packet, version)?;
    write(packet, length, version, out)
}

/// [`encode`] to a buffer of just the right size.
pub(crate) fn encode_to_bytes(packet: &Packet<'_>, version: Version) -> Result<Bytes> {
    let length = remaining_length(packet, version)?;
    let mut out = BytesMut::with_capacity(HEADER_MAX + length as usize);
    write(packet, length, version, &mut out)?;
    Ok(out.freeze())
}

/// The number of bytes that [`encode`] appends.
///
/// # Errors
/// When the packet would not be legal.
pub fn encoded_len(packet: &Packet<'_>, version: Version) -> Result<usize> {
    let length = remaining_length(packet, version)?;
    let mut counter = Writer::new(Checked::default());
    fixed_header(packet, length, &mut counter)?;
    Ok(counter.into_sink().len() + length as usize)
}

/// Appends everything of a PUBLISH up to its payload, for a payload of `payload_length` bytes that
/// is sent after it. The payload in `publish` is not looked at.
///
/// This is how one message goes to many subscribers: a head for each, and one shared payload.
///
/// # Errors
/// When the packet would not be legal; `out` is unchanged then.
pub fn encode_publish_head(
    publish: &Publish<'_>,
    payload_length: usize,
    version: Version,
    out: &mut BytesMut,
) -> Result {
    let head = Publish {
        payload: &[],
        ..*publish
    };
    let packet = Packet::Publish(head);
    let head_length = remaining_length(&packet, version)? as usize;
    let length = checked_length(head_length.saturating_add(payload_length))?;
    out.reserve(HEADER_MAX + head_length);
    write(&packet, length, version, out)
}

/// The second run: it meets nothing that the first has not checked.
fn write(packet: &Packet<'_>, length: u32, version: Version, out: &mut impl BufMut) -> Result {
    let mut writer = Writer::new(out);
    fixed_header(packet, length, &mut writer)?;
    body(packet, version, &mut writer)
}

fn remaining_length(packet: &Packet<'_>, version: Version) -> Result<u32> {
    let mut counter = Writer::new(Checked::default());
    body(packet, version, &mut counter)?;
    checked_length(counter.into_sink().len())
}

fn checked_length(length: usize) -> Result<u32> {
    u32::try_from(length)
        .ok()
        .filter(|&length| length <= MAX_REMAINING_LENGTH)
        .ok_or(EncodeError::TooLong)
}

fn fixed_header<S: Sink>(packet: &Packet<'_>, length: u32, out: &mut Writer<S>) -> Result {
    let flags = match packet {
        Packet::Publish(publish) => {
            (publish.delivery.dup() as u8) << 3
                | (publish.delivery.qos() as u8) << 1
                | publish.retain as u8
        }
        _ => packet.packet_type().required_flags().unwrap_or_default(),
    };
    out.byte(Field::PacketType, (packet.packet_type() as u8) << 4 | flags)?;
    out.variable_byte_integer(Field::RemainingLength, length)
}

/// Everything after the fixed header.
fn body<S: Sink>(packet: &Packet<'_>, version: Version, out: &mut Writer<S>) -> Result {
    match packet {
        Packet::Connect(packet) => connect(packet, out),
        Packet::ConnAck(packet) => connack(packet, version, out),
        Packet::Publish(packet) => publish(packet, version, out),
        Packet::Ack(packet) => ack(packet, version, out),
        Packet::Subscribe(packet) => subscribe(packet, version, out),
        Packet::SubAck(packet) => suback(packet, version, out),
        Packet::Unsubscribe(packet) => unsubscribe(packet, version, out),
        Packet::UnsubAck(packet) => unsuback(packet, version, out),
        Packet::PingReq | Packet::PingResp => Ok(()),
        Packet::Disconnect(packet) => disconnect(packet, version, out),
        Packet::Auth(packet) => auth(packet, version, out),
    }
}

fn connect<S: Sink>(packet: &Connect<'_>, out: &mut Writer<S>) -> Result {
    let version = packet.version;
    if !version.has_properties() && packet.password.is_some() && packet.user_name.is_none() {
        return illegal(Field::PasswordFlag, ErrorKind::PasswordWithoutUserName);
    }
    let will_flags = packet.will.map_or(0, |will| {
        (will.retain as u8) << 5 | (will.qos as u8) << 3 | 1 << 2
    });
    out.utf8_string(Field::ProtocolName, "MQTT")?;
    out.byte(Field::ProtocolVersion, version.level())?;
    out.byte(
        Field::ConnectFlags,
        (packet.user_name.is_some() as u8) << 7
            | (packet.password.is_some() as u8) << 6
            | will_flags
            | (packet.clean_start as u8) << 1,
    )?;
    out.two_byte_integer(Field::KeepAlive, packet.keep_alive)?;
    properties(packet.properties, PacketType::Connect, version, out)?;
    out.utf8_string(Field::ClientId, packet.client_id)?;
    if let Some(packet) = &packet.will {
        will(packet, version, out)?;
    }
    if let Some(user_name) = packet.user_name {
        out.utf8_string(Field::UserName, user_name)?;
    }
    if let Some(password) = packet.password {
        out.binary_data(Field::Password, password)?;
    }
    Ok(())
}

fn will<S: Sink>(will: &Will<'_>, version: Version, out: &mut Writer<S>) -> Result {
    properties(will.properties, Place::Will, version, out)?;
    topic_name(Field::WillTopic, will.topic, out)?;
    out.binary_data(Field::WillPayload, will.payload)
}

fn connack<S: Sink>(packet: &ConnAck<'_>, version: Version, out: &mut Writer<S>) -> Result {
    out.byte(Field::SessionPresent, packet.session_present.into())?;
    if version.has_properties() {
        reason(packet.reason, PacketType::ConnAck, out)?;
    } else {
        let code = packet.reason.return_code();
        let code = code.ok_or(EncodeError::NoReturnCode(packet.reason))?;
        out.byte(Field::ReturnCode, code)?;
    }
    properties(packet.properties, PacketType::ConnAck, version, out)
}

fn publish<S: Sink>(packet: &Publish<'_>, version: Version, out: &mut Writer<S>) -> Result {
    let aliased = || version.has_properties() && packet.properties.topic_alias().is_some();
    if packet.topic.is_empty() && aliased() {
        out.utf8_string(Field::TopicName, packet.topic)?;
    } else {
        topic_name(Field::TopicName, packet.topic, out)?;
    }
    if let Some(id) = packet.delivery.packet_id() {
        out.two_byte_integer(Field::PacketId, id.get())?;
    }
    properties(packet.properties, PacketType::Publish, version, out)?;
    out.rest(packet.payload);
    Ok(())
}

fn ack<S: Sink>(packet: &Ack<'_>, version: Version, out: &mut Writer<S>) -> Result {
    out.two_byte_integer(Field::PacketId, packet.packet_id.get())?;
    short_form(
        packet.reason,
        packet.properties,
        packet.kind.packet_type(),
        version,
        out,
    )
}

fn subscribe<S: Sink>(packet: &Subscribe<'_>, version: Version, out: &mut Writer<S>) -> Result {
    out.two_byte_integer(Field::PacketId, packet.packet_id.get())?;
    properties(packet.properties, PacketType::Subscribe, version, out)?;
    if packet.filters.0.is_empty() {
        return illegal(Field::TopicFilter, ErrorKind::EmptyList);
    }
    if version.has_properties() {
        out.rest(packet.filters.0);
        return Ok(());
    }
    packet.filters.iter().try_for_each(|entry| {
        out.utf8_string(Field::TopicFilter, entry.filter)?;
        out.byte(Field::SubscriptionOptions, entry.options.qos as u8)
    })
}

fn suback<S: Sink>(packet: &SubAck<'_>, version: Version, out: &mut Writer<S>) -> Result {
    out.two_byte_integer(Field::PacketId, packet.packet_id.get())?;
    properties(packet.properties, PacketType::SubAck, version, out)?;
    reasons(packet.reasons, PacketType::SubAck, version, out)
}

fn unsubscribe<S: Sink>(packet: &Unsubscribe<'_>, version: Version, out: &mut Writer<S>) -> Result {
    out.two_byte_integer(Field::PacketId, packet.packet_id.get())?;
    properties(packet.properties, PacketType::Unsubscribe, version, out)?;
    if packet.filters.0.is_empty() {
        return illegal(Field::TopicFilter, ErrorKind::EmptyList);
    }
    out.rest(packet.filters.0);
    Ok(())
}

fn unsuback<S: Sink>(packet: &UnsubAck<'_>, version: Version, out: &mut Writer<S>) -> Result {
    out.two_byte_integer(Field::PacketId, packet.packet_id.get())?;
    properties(packet.properties, PacketType::UnsubAck, version, out)?;
    if version.has_properties() {
        reasons(packet.reasons, PacketType::UnsubAck, version, out)?;
    }
    Ok(())
}

fn disconnect<S: Sink>(packet: &Disconnect<'_>, version: Version, out: &mut Writer<S>) -> Result {
    let packet_type = PacketType::Disconnect;
    short_form(packet.reason, packet.properties, packet_type, version, out)
}

fn auth<S: Sink>(packet: &Auth<'_>, version: Version, out: &mut Writer<S>) -> Result {
    if !version.has_properties() {
        return Err(EncodeError::NotInVersion);
    }
    if packet.reason == Reason::Success && packet.properties.is_empty() {
        return Ok(());
    }
    reason(packet.reason, PacketType::Auth, out)?;
    properties(packet.properties, PacketType::Auth, version, out)
}

/// A reason and properties at the end of a packet: both left out when they say nothing, and the
/// properties alone when only they do (sections 3.4.2.2.1 and 3.14.2.2.1).
fn short_form<S: Sink>(
    code: Reason,
    list: Properties<'_>,
    packet: PacketType,
    version: Version,
    out: &mut Writer<S>,
) -> Result {
    if !version.has_properties() || (code == Reason::Success && list.is_empty()) {
        return Ok(());
    }
    reason(code, packet, out)?;
    if list.is_empty() {
        return Ok(());
    }
    properties(list, packet, version, out)
}

fn properties<S: Sink>(
    list: Properties<'_>,
    place: impl Into<Place>,
    version: Version,
    out: &mut Writer<S>,
) -> Result {
    if !version.has_properties() {
        return Ok(());
    }
    if S::CHECKS {
        check(list, place.into())?;
    }
    let length = checked_length(list.as_bytes().len())?;
    out.variable_byte_integer(Field::PropertyLength, length)?;
    out.rest(list.as_bytes());
    Ok(())
}

fn reason<S: Sink>(reason: Reason, packet: PacketType, out: &mut Writer<S>) -> Result {
    let value = reason.value();
    if S::CHECKS && !reason.is_allowed_in(packet) {
        return illegal(
            Field::ReasonCode,
            ErrorKind::ReasonNotAllowed { packet, value },
        );
    }
    out.byte(Field::ReasonCode, value)
}

fn reasons<S: Sink>(
    list: Reasons<'_>,
    packet: PacketType,
    version: Version,
    out: &mut Writer<S>,
) -> Result {
    if list.is_empty() {
        return illegal(Field::ReasonCode, ErrorKind::EmptyList);
    }
    list.iter().try_for_each(|code| match version {
        Version::V311 if code.is_failure() => reason(Reason::UnspecifiedError, packet, out),
        _ => reason(code, packet, out),
    })
}

fn topic_name<S: Sink>(field: Field, name: &str, out: &mut Writer<S>) -> Result {
    if S::CHECKS {
        topic::validate_name(name).or_else(|invalid| illegal(field, ErrorKind::Topic(invalid)))?;
    }
    out.utf8_string(field, name)
}

fn illegal<T>(field: Field, kind: ErrorKind) -> Result<T> {
    Err(EncodeError::Illegal { field, kind })
}
