//! Bytes to packets: complete validation, nothing allocated, every read named.

use crate::encode::{HEADER_MAX, MAX_REMAINING_LENGTH};
use crate::property::read_list;
use crate::reader::{Reader, Seen, Trace, error};
use crate::{
    Ack, AckKind, Auth, ConnAck, DecodeError, Disconnect, ErrorKind, Field, Packet, PacketId,
    PacketType, Place, Properties, Reason, Version,
};

mod connect;
mod publish;
mod subscribe;

type Result<T = (), E = DecodeError> = core::result::Result<T, E>;

/// The largest frame there can be.
const MAX_FRAME: usize = HEADER_MAX + MAX_REMAINING_LENGTH as usize;

/// Reads the one packet that `frame` holds, as `version` defines it. A CONNECT carries its own
/// version, and `version` is ignored for it.
///
/// 5.0 is the stricter about integers: a Remaining Length that is not in its shortest form is refused
/// in 3.1.1 too, which does not mention it.
///
/// A packet in hand is legal: flags, lengths, UTF-8, packet identifiers, properties, reason codes,
/// and topic names are validated. Left to the receiver is what depends on more than the packet:
/// topic filters, which are answered one by one; the Payload Format Indicator's promise about the
/// payload; and who may send what.
///
/// # Errors
/// The first fault, with its field and offset.
pub fn decode(frame: &[u8], version: Version) -> Result<Packet<'_>> {
    decode_traced(frame, version, ())
}

/// [`decode`], overheard.
pub(crate) fn decode_traced<T: Trace>(
    frame: &[u8],
    version: Version,
    trace: T,
) -> Result<Packet<'_>> {
    let mut reader = Reader::new(&frame[..frame.len().min(MAX_FRAME)], trace);
    let (packet_type, flags) = first_byte(&mut reader)?;
    let length_offset = reader.offset();
    let announced = reader.variable_byte_integer(Field::RemainingLength)? as usize;
    let present = frame.len() - reader.offset() as usize;
    reader.limit_packet(announced);
    // The packet is left where `body` put it: moving it costs more than reading a short one.
    let packet = body(&mut reader, packet_type, flags, version);
    #[expect(clippy::question_mark, reason = "`?` would move it")]
    if packet.is_err() {
        return packet;
    }
    if present < announced {
        return Err(error(
            ErrorKind::Truncated,
            Field::RemainingLength,
            length_offset,
        ));
    }
    let end = reader.offset();
    let left = frame.len() - end as usize;
    if left > 0 {
        let kind = ErrorKind::TrailingBytes(u32::try_from(left).unwrap_or(u32::MAX));
        return Err(error(kind, Field::Rest, end));
    }
    packet
}

/// The packet type, and the flags of PUBLISH; other packets have none of their own.
fn first_byte<T: Trace>(reader: &mut Reader<'_, T>) -> Result<(PacketType, publish::Flags)> {
    let mut octet = reader.octet(Field::PacketType)?;
    let Some(packet) = PacketType::from_bits(octet.peek(4)) else {
        reader.bits(&mut octet, Field::PacketType, 4);
        return Err(error(ErrorKind::ReservedPacketType, Field::PacketType, 0));
    };
    reader.bits_seen(&mut octet, Field::PacketType, 4, Seen::Type(packet));
    let Some(required) = packet.required_flags() else {
        return Ok((packet, publish::flags(reader, &mut octet)?));
    };
    let flags = reader.bits(&mut octet, Field::FixedHeaderFlags, 4);
    if flags != required {
        let kind = ErrorKind::WrongFlags { packet, flags };
        return Err(error(kind, Field::FixedHeaderFlags, 0));
    }
    Ok((packet, publish::Flags::default()))
}

/// Whether a frame may start with `byte`: the type exists and has the flags it requires.
pub(crate) fn check_first_byte(byte: u8) -> Result {
    first_byte(&mut Reader::new(&[byte], ())).map(|_| ())
}

fn body<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    packet_type: PacketType,
    flags: publish::Flags,
    version: Version,
) -> Result<Packet<'a>> {
    Ok(match packet_type {
        PacketType::Connect => Packet::Connect(connect::read(reader)?),
        PacketType::ConnAck => Packet::ConnAck(connack(reader, version)?),
        PacketType::Publish => Packet::Publish(publish::read(reader, flags, version)?),
        PacketType::PubAck => Packet::Ack(ack(reader, AckKind::PubAck, version)?),
        PacketType::PubRec => Packet::Ack(ack(reader, AckKind::PubRec, version)?),
        PacketType::PubRel => Packet::Ack(ack(reader, AckKind::PubRel, version)?),
        PacketType::PubComp => Packet::Ack(ack(reader, AckKind::PubComp, version)?),
        PacketType::Subscribe => Packet::Subscribe(subscribe::subscribe(reader, version)?),
        PacketType::SubAck => Packet::SubAck(subscribe::suback(reader, version)?),
        PacketType::Unsubscribe => Packet::Unsubscribe(subscribe::unsubscribe(reader, version)?),
        PacketType::UnsubAck => Packet::UnsubAck(subscribe::unsuback(reader, version)?),
        PacketType::PingReq => Packet::PingReq,
        PacketType::PingResp => Packet::PingResp,
        PacketType::Disconnect => Packet::Disconnect(disconnect(reader, version)?),
        PacketType::Auth => Packet::Auth(auth(reader, version)?),
    })
}

fn connack<'a, T: Trace>(reader: &mut Reader<'a, T>, version: Version) -> Result<ConnAck<'a>> {
    reader.enter(Field::ConnectAcknowledgeFlags);
    let mut octet = reader.octet(Field::ConnectAcknowledgeFlags)?;
    let reserved = reader.bits(&mut octet, Field::Reserved, 7);
    let session_present = reader.flag(&mut octet, Field::SessionPresent);
    reject_reserved(reserved, octet.offset())?;
    reader.exit();
    let reason = if version.has_properties() {
        reason(reader, PacketType::ConnAck)?
    } else {
        return_code(reader)?
    };
    Ok(ConnAck {
        session_present,
        reason,
        properties: properties(reader, PacketType::ConnAck, version)?,
    })
}

fn ack<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    kind: AckKind,
    version: Version,
) -> Result<Ack<'a>> {
    let packet_id = packet_id(reader)?;
    let (reason, properties) = short_form(reader, kind.packet_type(), version)?;
    Ok(Ack {
        kind,
        packet_id,
        reason,
        properties,
    })
}

fn disconnect<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    version: Version,
) -> Result<Disconnect<'a>> {
    let (reason, properties) = short_form(reader, PacketType::Disconnect, version)?;
    Ok(Disconnect { reason, properties })
}

fn auth<'a, T: Trace>(reader: &mut Reader<'a, T>, version: Version) -> Result<Auth<'a>> {
    if !version.has_properties() {
        return Err(error(ErrorKind::NotInVersion, Field::PacketType, 0));
    }
    let (mut code, mut list) = (Reason::Success, Properties::EMPTY);
    // Unlike the other short forms, AUTH leaves out both or neither (section 3.15.2.1).
    if reader.remaining() > 0 {
        code = reason(reader, PacketType::Auth)?;
        list = read_list(reader, PacketType::Auth.into())?;
    }
    Ok(Auth {
        reason: code,
        properties: list,
    })
}

/// A reason and properties at the end of a packet, either of which may be left out.
fn short_form<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    packet: PacketType,
    version: Version,
) -> Result<(Reason, Properties<'a>)> {
    let (mut code, mut list) = (Reason::Success, Properties::EMPTY);
    if version.has_properties() && reader.remaining() > 0 {
        code = reason(reader, packet)?;
        if reader.remaining() > 0 {
            list = read_list(reader, packet.into())?;
        }
    }
    Ok((code, list))
}

fn properties<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    place: impl Into<Place>,
    version: Version,
) -> Result<Properties<'a>> {
    if version.has_properties() {
        read_list(reader, place.into())
    } else {
        Ok(Properties::EMPTY)
    }
}

fn packet_id<T: Trace>(reader: &mut Reader<'_, T>) -> Result<PacketId> {
    let start = reader.offset();
    PacketId::new(reader.two_byte_integer(Field::PacketId)?)
        .ok_or_else(|| error(ErrorKind::ZeroPacketId, Field::PacketId, start))
}

fn reason<T: Trace>(reader: &mut Reader<'_, T>, packet: PacketType) -> Result<Reason> {
    code(reader, Field::ReasonCode, packet, |value| {
        Reason::from_value(value).filter(|reason| reason.is_allowed_in(packet))
    })
}

/// The return code of a 3.1.1 CONNACK.
fn return_code<T: Trace>(reader: &mut Reader<'_, T>) -> Result<Reason> {
    let packet = PacketType::ConnAck;
    code(reader, Field::ReturnCode, packet, Reason::from_return_code)
}

/// A byte that `meaning` maps to a reason.
fn code<T: Trace>(
    reader: &mut Reader<'_, T>,
    field: Field,
    packet: PacketType,
    meaning: impl FnOnce(u8) -> Option<Reason>,
) -> Result<Reason> {
    let mut octet = reader.octet(field)?;
    let value = octet.peek(8);
    let Some(reason) = meaning(value) else {
        reader.bits(&mut octet, field, 8);
        let kind = ErrorKind::ReasonNotAllowed { packet, value };
        return Err(error(kind, field, octet.offset()));
    };
    reader.bits_seen(
        &mut octet,
        field,
        8,
        Seen::Reason {
            value,
            reason,
            packet,
        },
    );
    Ok(reason)
}

fn reject_reserved(reserved: u8, offset: u32) -> Result {
    match reserved {
        0 => Ok(()),
        _ => Err(error(
            ErrorKind::ReservedBits(reserved),
            Field::Reserved,
            offset,
        )),
    }
}
