//! What can be wrong with a packet, in words and as the reason code that answers it.

use crate::{Field, PacketType, Place, PropertyId, Reason, topic};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Why bytes are not a legal packet: what is wrong, in which field, where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The field that was being read.
    pub field: Field,
    /// Where that field starts, in bytes from the start of the frame. A string starts with its two
    /// length bytes, a flag with the byte that holds it.
    pub offset: u32,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorKind {
    /// The packet ends before the field does.
    Truncated,
    /// The Property Length ends the property list before the field does.
    BeyondPropertyLength,
    /// So many bytes are left after the last field.
    TrailingBytes(u32),
    /// The whole packet is larger than the receiver allows; both in bytes.
    TooLarge {
        /// The size of the packet with its fixed header.
        size: u32,
        /// The largest size allowed.
        limit: u32,
    },
    /// A variable byte integer goes on after its fourth byte.
    VariableByteIntegerTooLong,
    /// A variable byte integer is not in its shortest form [MQTT-1.5.5-1].
    NotMinimal,
    /// Not well-formed UTF-8, which includes surrogates [MQTT-1.5.4-1].
    InvalidUtf8,
    /// A string holds U+0000 [MQTT-1.5.4-2].
    NullCharacter,
    /// Not a legal topic name.
    Topic(topic::Invalid),
    /// Packet type 0, which is reserved.
    ReservedPacketType,
    /// The packet type does not exist in 3.1.1 (AUTH).
    NotInVersion,
    /// The fixed header's flags are not what the packet type requires [MQTT-2.1.3-1].
    WrongFlags {
        /// The packet type.
        packet: PacketType,
        /// The four bits found.
        flags: u8,
    },
    /// Reserved bits that must be 0 hold this value.
    ReservedBits(u8),
    /// QoS 3, which is reserved [MQTT-3.3.1-4].
    ReservedQoS,
    /// DUP is set at QoS 0 [MQTT-3.3.1-2].
    DupAtQoS0,
    /// A packet identifier of 0 [MQTT-2.2.1-3].
    ZeroPacketId,
    /// The protocol name is not `MQTT`.
    WrongProtocolName,
    /// A protocol version other than 4 and 5.
    UnsupportedVersion(u8),
    /// Will QoS or Will Retain is set, and Will Flag is not [MQTT-3.1.2-11, -13].
    WithoutWillFlag,
    /// 3.1.1: a password without a user name [MQTT-3.1.2-22].
    PasswordWithoutUserName,
    /// No property has this identifier.
    UnknownProperty(u32),
    /// The property does not belong in this place.
    PropertyNotAllowed(Place),
    /// The property stands twice where it may stand once.
    DuplicateProperty,
    /// The value is not one that the standard allows.
    OutOfRange(u32),
    /// The packet type has no reason code of this value.
    ReasonNotAllowed {
        /// The packet type.
        packet: PacketType,
        /// The value found.
        value: u8,
    },
    /// A list that needs at least one entry has none.
    EmptyList,
    /// No Local on a shared subscription [MQTT-3.8.3-4].
    NoLocalOnShared,
    /// Authentication Data or AUTH without an Authentication Method.
    WithoutAuthenticationMethod,
}

impl DecodeError {
    /// The reason code that answers it in 5.0, in a CONNACK to a CONNECT and in a DISCONNECT
    /// otherwise (section 4.13).
    ///
    /// What cannot be parsed is a Malformed Packet; what can be, and contradicts the protocol, is a
    /// Protocol Error; some faults have a code of their own.
    pub const fn reason(&self) -> Reason {
        match (self.kind, self.field) {
            (ErrorKind::OutOfRange(_), Field::Property(PropertyId::TopicAlias)) => {
                Reason::TopicAliasInvalid
            }
            // It is no name of this packet, but what a later packet is to have.
            (ErrorKind::Topic(_), Field::Property(PropertyId::ResponseTopic)) => {
                Reason::ProtocolError
            }
            // In PUBLISH and the will it is malformed, in SUBSCRIBE a Protocol Error (section 3.8.3.1).
            (ErrorKind::ReservedQoS, Field::RequestedQoS) => Reason::ProtocolError,
            (kind, _) => kind.reason(),
        }
    }
}

impl ErrorKind {
    /// The reason code that answers it in any field; [`DecodeError::reason`] also knows the field.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Truncated
            | Self::BeyondPropertyLength
            | Self::TrailingBytes(_)
            | Self::VariableByteIntegerTooLong
            | Self::NotMinimal
            | Self::InvalidUtf8
            | Self::NullCharacter
            | Self::ReservedPacketType
            | Self::WrongFlags { .. }
            | Self::ReservedBits(_)
            | Self::ReservedQoS
            | Self::DupAtQoS0
            | Self::WithoutWillFlag
            | Self::PasswordWithoutUserName
            | Self::UnknownProperty(_)
            | Self::PropertyNotAllowed(_) => Reason::MalformedPacket,
            Self::Topic(topic::Invalid::Empty) => Reason::ProtocolError,
            // 0x90 is for names that are correctly formed and not accepted.
            Self::Topic(_) => Reason::MalformedPacket,
            Self::NotInVersion
            | Self::ZeroPacketId
            | Self::DuplicateProperty
            | Self::OutOfRange(_)
            | Self::ReasonNotAllowed { .. }
            | Self::EmptyList
            | Self::NoLocalOnShared
            | Self::WithoutAuthenticationMethod => Reason::ProtocolError,
            Self::TooLarge { .. } => Reason::PacketTooLarge,
            Self::WrongProtocolName | Self::UnsupportedVersion(_) => {
                Reason::UnsupportedProtocolVersion
            }
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated => f.write_str("the packet ends before the field does"),
            Self::BeyondPropertyLength => {
                f.write_str("the Property Length ends before the field does")
            }
            Self::TrailingBytes(1) => f.write_str("1 byte is left after the last field"),
            Self::TrailingBytes(count) => write!(f, "{count} bytes are left after the last field"),
            Self::TooLarge { size, limit } => write!(
                f,
                "the packet is too large: {size} bytes, and {limit} are allowed"
            ),
            Self::VariableByteIntegerTooLong => {
                f.write_str("the variable byte integer goes on after four bytes")
            }
            Self::NotMinimal => {
                f.write_str("the variable byte integer is not in its shortest form")
            }
            Self::InvalidUtf8 => f.write_str("the string is not well-formed UTF-8"),
            Self::NullCharacter => f.write_str("the string holds the null character U+0000"),
            Self::Topic(invalid) => write!(f, "{invalid}"),
            Self::ReservedPacketType => f.write_str("packet type 0 is reserved"),
            Self::NotInVersion => f.write_str("MQTT 3.1.1 has no such packet"),
            Self::WrongFlags { packet, flags } => write!(
                f,
                "{packet} must have the flags {:04b}, not {flags:04b}",
                packet.required_flags().unwrap_or_default()
            ),
            Self::ReservedBits(value) => {
                write!(f, "the reserved bits must be 0, and are {value:b}")
            }
            Self::ReservedQoS => f.write_str("QoS 3 does not exist"),
            Self::DupAtQoS0 => f.write_str("a message at QoS 0 is never a duplicate"),
            Self::ZeroPacketId => f.write_str("a packet identifier is never 0"),
            Self::WrongProtocolName => f.write_str("the protocol name must be MQTT"),
            Self::UnsupportedVersion(level) => {
                write!(f, "version {level} is neither 4 (3.1.1) nor 5 (5.0)")
            }
            Self::WithoutWillFlag => f.write_str("it must be 0, because the Will Flag is 0"),
            Self::PasswordWithoutUserName => {
                f.write_str("MQTT 3.1.1 allows a password only with a user name")
            }
            Self::UnknownProperty(id) => write!(f, "no property has the identifier 0x{id:02X}"),
            Self::PropertyNotAllowed(place) => {
                write!(f, "the property is not allowed in {place}")
            }
            Self::DuplicateProperty => f.write_str("the property stands twice"),
            Self::OutOfRange(value) => write!(f, "the value {value} is not allowed"),
            Self::ReasonNotAllowed { packet, value } => {
                write!(f, "{packet} has no reason code 0x{value:02X}")
            }
            Self::EmptyList => f.write_str("at least one is required"),
            Self::NoLocalOnShared => f.write_str("No Local cannot be set on a shared subscription"),
            Self::WithoutAuthenticationMethod => {
                f.write_str("an Authentication Method is required with it")
            }
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at byte {}: {}",
            self.field.name(),
            self.offset,
            self.kind
        )
    }
}

impl core::error::Error for DecodeError {}

/// Why a packet cannot be encoded: it would not be legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EncodeError {
    /// The packet is longer than MQTT allows: a Remaining Length over 268,435,455.
    TooLong,
    /// A string or binary field is longer than 65,535 bytes.
    FieldTooLong(Field),
    /// 3.1.1 has no such packet (AUTH).
    NotInVersion,
    /// 3.1.1 has no return code for this reason, so that the server closes the connection without a
    /// CONNACK [MQTT-3.2.2-6 of 3.1.1].
    NoReturnCode(Reason),
    /// A field holds what its receiver would refuse.
    Illegal {
        /// The field.
        field: Field,
        /// What is wrong with it.
        kind: ErrorKind,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the packet is longer than MQTT allows"),
            Self::FieldTooLong(field) => {
                write!(f, "{}: longer than 65,535 bytes", field.name())
            }
            Self::NotInVersion => write!(f, "{}", ErrorKind::NotInVersion),
            Self::NoReturnCode(reason) => {
                write!(f, "MQTT 3.1.1 has no return code for {reason}")
            }
            Self::Illegal { field, kind } => write!(f, "{}: {kind}", field.name()),
        }
    }
}

impl core::error::Error for EncodeError {}

impl From<DecodeError> for EncodeError {
    /// For checks that read a list with the decoder's own code before it is sent.
    fn from(error: DecodeError) -> Self {
        Self::Illegal {
            field: error.field,
            kind: error.kind,
        }
    }
}
