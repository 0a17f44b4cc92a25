//! What can be wrong with a packet.

use crate::{Field, Reason};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Why bytes are not a legal packet: what is wrong, in which field, where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The field that was being read.
    pub field: Field,
    /// Where that field starts, in bytes from the start of the frame.
    pub offset: u32,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorKind {
    /// The frame ends before the field does.
    Truncated,
}

impl DecodeError {
    /// The reason code that answers it in 5.0.
    pub const fn reason(&self) -> Reason {
        Reason::MalformedPacket
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} at byte {}: {:?}",
            self.field, self.offset, self.kind
        )
    }
}

impl core::error::Error for DecodeError {}

/// Why a packet cannot be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EncodeError {
    /// The packet is longer than MQTT allows: a Remaining Length over 268,435,455.
    TooLong,
    /// A string or binary field is longer than 65,535 bytes.
    FieldTooLong(Field),
    /// 3.1.1 has no such packet (AUTH).
    NotInVersion,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl core::error::Error for EncodeError {}
