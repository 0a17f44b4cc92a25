//! CONNECT (section 3.1).

use super::{Result, properties, reject_reserved};
use crate::reader::{Reader, Trace, error};
use crate::{Connect, ErrorKind, Field, PacketType, Place, QoS, Version, Will, topic};

/// The Connect Flags, most significant first.
struct Flags {
    user_name: bool,
    password: bool,
    /// Will QoS and Will Retain, when the Will Flag is set.
    will: Option<(QoS, bool)>,
    clean_start: bool,
}

pub(super) fn read<'a, T: Trace>(reader: &mut Reader<'a, T>) -> Result<Connect<'a>> {
    let version = protocol(reader)?;
    let flags = flags(reader, version)?;
    let keep_alive = reader.two_byte_integer(Field::KeepAlive)?;
    let properties = properties(reader, PacketType::Connect, version)?;
    let client_id = reader.utf8_string(Field::ClientId)?;
    let will = flags
        .will
        .map(|(qos, retain)| will(reader, qos, retain, version))
        .transpose()?;
    let user_name = flags
        .user_name
        .then(|| reader.utf8_string(Field::UserName))
        .transpose()?;
    let password = flags
        .password
        .then(|| reader.binary_data(Field::Password))
        .transpose()?;
    Ok(Connect {
        version,
        clean_start: flags.clean_start,
        keep_alive,
        client_id,
        will,
        user_name,
        password,
        properties,
    })
}

fn protocol<T: Trace>(reader: &mut Reader<'_, T>) -> Result<Version> {
    let start = reader.offset();
    if reader.utf8_string(Field::ProtocolName)? != "MQTT" {
        let kind = ErrorKind::WrongProtocolName;
        return Err(error(kind, Field::ProtocolName, start));
    }
    let start = reader.offset();
    let level = reader.byte(Field::ProtocolVersion)?;
    Version::from_level(level).ok_or_else(|| {
        let kind = ErrorKind::UnsupportedVersion(level);
        error(kind, Field::ProtocolVersion, start)
    })
}

fn flags<T: Trace>(reader: &mut Reader<'_, T>, version: Version) -> Result<Flags> {
    reader.enter(Field::ConnectFlags);
    let mut octet = reader.octet(Field::ConnectFlags)?;
    let user_name = reader.flag(&mut octet, Field::UserNameFlag);
    let password = reader.flag(&mut octet, Field::PasswordFlag);
    let will_retain = reader.flag(&mut octet, Field::WillRetain);
    let will_qos = reader.bits(&mut octet, Field::WillQoS, 2);
    let will = reader.flag(&mut octet, Field::WillFlag);
    let clean_start = reader.flag(&mut octet, Field::CleanStart);
    let reserved = reader.bits(&mut octet, Field::Reserved, 1);
    reader.exit();

    let fault = |kind, field| Err(error(kind, field, octet.offset()));
    reject_reserved(reserved, octet.offset())?;
    if !will && will_qos != 0 {
        return fault(ErrorKind::WithoutWillFlag, Field::WillQoS);
    }
    if !will && will_retain {
        return fault(ErrorKind::WithoutWillFlag, Field::WillRetain);
    }
    let Some(qos) = QoS::from_bits(will_qos) else {
        return fault(ErrorKind::ReservedQoS, Field::WillQoS);
    };
    if !version.has_properties() && password && !user_name {
        return fault(ErrorKind::PasswordWithoutUserName, Field::PasswordFlag);
    }
    Ok(Flags {
        user_name,
        password,
        will: will.then_some((qos, will_retain)),
        clean_start,
    })
}

fn will<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    qos: QoS,
    retain: bool,
    version: Version,
) -> Result<Will<'a>> {
    reader.enter(Field::Will);
    let properties = properties(reader, Place::Will, version)?;
    let start = reader.offset();
    let topic = reader.utf8_string(Field::WillTopic)?;
    topic::validate_name(topic)
        .map_err(|invalid| error(ErrorKind::Topic(invalid), Field::WillTopic, start))?;
    let payload = reader.binary_data(Field::WillPayload)?;
    reader.exit();
    Ok(Will {
        qos,
        retain,
        topic,
        payload,
        properties,
    })
}
