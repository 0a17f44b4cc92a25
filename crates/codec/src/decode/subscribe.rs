//! SUBSCRIBE, UNSUBSCRIBE and their answers (sections 3.8 to 3.11).

use super::{Result, code, packet_id, properties, reason};
use crate::reader::{Reader, Trace, error};
use crate::{
    ErrorKind, Field, PacketType, Reason, Reasons, SubAck, Subscribe, SubscribeFilter,
    SubscribeFilters, UnsubAck, Unsubscribe, UnsubscribeFilters, Version,
};

pub(super) fn subscribe<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    version: Version,
) -> Result<Subscribe<'a>> {
    Ok(Subscribe {
        packet_id: packet_id(reader)?,
        properties: properties(reader, PacketType::Subscribe, version)?,
        filters: SubscribeFilters(list(reader, Field::TopicFilter, |reader| {
            SubscribeFilter::read(reader, version).map(|_| ())
        })?),
    })
}

pub(super) fn suback<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    version: Version,
) -> Result<SubAck<'a>> {
    Ok(SubAck {
        packet_id: packet_id(reader)?,
        properties: properties(reader, PacketType::SubAck, version)?,
        reasons: Reasons(list(reader, Field::ReasonCode, |reader| {
            if version.has_properties() {
                reason(reader, PacketType::SubAck)?;
            } else {
                let packet = PacketType::SubAck;
                code(reader, Field::ReasonCode, packet, Reason::from_granted)?;
            }
            Ok(())
        })?),
    })
}

pub(super) fn unsubscribe<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    version: Version,
) -> Result<Unsubscribe<'a>> {
    Ok(Unsubscribe {
        packet_id: packet_id(reader)?,
        properties: properties(reader, PacketType::Unsubscribe, version)?,
        filters: UnsubscribeFilters(list(reader, Field::TopicFilter, |reader| {
            reader.utf8_string(Field::TopicFilter).map(|_| ())
        })?),
    })
}

pub(super) fn unsuback<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    version: Version,
) -> Result<UnsubAck<'a>> {
    let packet_id = packet_id(reader)?;
    let properties = properties(reader, PacketType::UnsubAck, version)?;
    let reasons = if version.has_properties() {
        list(reader, Field::ReasonCode, |reader| {
            reason(reader, PacketType::UnsubAck).map(|_| ())
        })?
    } else {
        &[]
    };
    Ok(UnsubAck {
        packet_id,
        properties,
        reasons: Reasons(reasons),
    })
}

/// At least one `entry` up to the end of the packet, in wire form.
fn list<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    field: Field,
    mut entry: impl FnMut(&mut Reader<'a, T>) -> Result,
) -> Result<&'a [u8]> {
    let start = reader.offset();
    if reader.remaining() == 0 {
        return Err(error(ErrorKind::EmptyList, field, start));
    }
    while reader.remaining() > 0 {
        entry(reader)?;
    }
    Ok(reader.since(start))
}
