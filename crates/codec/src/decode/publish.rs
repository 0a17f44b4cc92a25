//! PUBLISH (section 3.3).

use super::{Result, packet_id, properties};
use crate::reader::{Octet, Reader, Trace, error};
use crate::{Delivery, ErrorKind, Field, PacketType, Publish, QoS, Version, topic};

/// The fixed header's flags.
#[derive(Default)]
pub(super) struct Flags {
    dup: bool,
    qos: QoS,
    retain: bool,
}

pub(super) fn read<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    flags: Flags,
    version: Version,
) -> Result<Publish<'a>> {
    let topic_offset = reader.offset();
    let topic = reader.utf8_string(Field::TopicName)?;
    let validate = || {
        topic::validate_name(topic)
            .map_err(|invalid| error(ErrorKind::Topic(invalid), Field::TopicName, topic_offset))
    };
    // An empty name is judged below, when it is known whether a Topic Alias stands for it.
    if !topic.is_empty() {
        validate()?;
    }
    let delivery = match flags.qos {
        QoS::AtMostOnce => Delivery::AtMostOnce,
        qos => Delivery::new(qos, packet_id(reader)?, flags.dup),
    };
    let properties = properties(reader, PacketType::Publish, version)?;
    if topic.is_empty() && properties.topic_alias().is_none() {
        validate()?;
    }
    Ok(Publish {
        delivery,
        retain: flags.retain,
        topic,
        properties,
        payload: reader.rest(Field::Payload),
    })
}

/// DUP, QoS and RETAIN.
pub(super) fn flags<T: Trace>(reader: &mut Reader<'_, T>, octet: &mut Octet) -> Result<Flags> {
    let dup = reader.flag(octet, Field::Dup);
    let qos = reader.bits(octet, Field::QoS, 2);
    let retain = reader.flag(octet, Field::Retain);
    let Some(qos) = QoS::from_bits(qos) else {
        return Err(error(ErrorKind::ReservedQoS, Field::QoS, 0));
    };
    if dup && qos == QoS::AtMostOnce {
        return Err(error(ErrorKind::DupAtQoS0, Field::Dup, 0));
    }
    Ok(Flags { dup, qos, retain })
}
