//! The byte-by-byte explanation of a frame: what the decoder read, span by span.

use crate::{DecodeError, Field};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// What the decoder read from a frame, well formed or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Why the frame is not a legal packet; the spans up to the fault remain.
    pub error: Option<DecodeError>,
    /// Groups and leaves in the order of their bits, a group before its parts. The leaves tile the
    /// frame: every bit belongs to exactly one.
    pub spans: Vec<Span>,
}

/// A run of bits that is one field, or a group of fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Which field.
    pub field: Field,
    /// How many groups it lies in.
    pub depth: u8,
    /// Whether it is a group, whose parts follow with a greater depth.
    pub group: bool,
    /// The first bit, counted from the most significant bit of the first byte.
    pub start: u32,
    /// How many bits.
    pub length: u32,
    /// What was read.
    pub value: Value,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Of a group, or of bytes that were not read.
    None,
    /// A flag bit.
    Flag(bool),
    /// A number, with the standard's name for it where it has one ("PUBLISH", "Success").
    Number(u32, Option<String>),
    /// UTF-8 text.
    Text(String),
    /// Binary data: its length in bytes.
    Binary(u32),
}
