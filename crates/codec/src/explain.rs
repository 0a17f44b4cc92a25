//! The byte-by-byte explanation of a frame: what the decoder read, span by span.

mod wireshark;

use crate::decode::decode_traced;
use crate::reader::{Seen, Trace};
use crate::{DecodeError, Field, PropertyId, Version};
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
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

/// Reads `frame` with the decoder and keeps what it read. It never fails: of a malformed packet the
/// spans up to the fault remain, and one span of [`Field::Rest`] covers the bytes not read.
///
/// [`error`](Explanation::error) is what [`decode`](crate::decode()) says of the same frame. A CONNECT
/// carries its own version, and `version` is ignored for it.
pub fn explain(frame: &[u8], version: Version) -> Explanation {
    let mut recorder = Recorder::default();
    let error = decode_traced(frame, version, &mut recorder).err();
    recorder.finish(frame.len());
    Explanation {
        error,
        spans: recorder.spans,
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Flag(flag) => f.write_str(if *flag { "1" } else { "0" }),
            Self::Number(number, None) => write!(f, "{number}"),
            Self::Number(number, Some(name)) => write!(f, "{number} ({name})"),
            Self::Text(text) => f.write_str(text),
            Self::Binary(1) => f.write_str("1 byte"),
            Self::Binary(length) => write!(f, "{length} bytes"),
        }
    }
}

/// Keeps every span.
#[derive(Default)]
struct Recorder {
    spans: Vec<Span>,
    /// The indices of the groups that are not complete.
    open: Vec<usize>,
    /// The first bit that no leaf covers.
    end: u32,
}

impl Trace for &mut Recorder {
    fn leaf(&mut self, field: Field, start: u32, bits: u32, seen: Seen<'_>) {
        self.end = start + bits;
        self.push(field, false, start, bits, value(field, bits, seen));
    }

    fn enter(&mut self, field: Field, start: u32) {
        self.push(field, true, start, 0, Value::None);
        self.open.push(self.spans.len() - 1);
    }

    fn exit(&mut self, end: u32) {
        if let Some(index) = self.open.pop() {
            let span = &mut self.spans[index];
            span.length = end - span.start;
        }
    }
}

impl Recorder {
    fn push(&mut self, field: Field, group: bool, start: u32, length: u32, value: Value) {
        self.spans.push(Span {
            field,
            depth: u8::try_from(self.open.len()).unwrap_or(u8::MAX),
            group,
            start,
            length,
            value,
        });
    }

    /// Ends the groups that a fault left open, and covers what was not read of `length` bytes.
    fn finish(&mut self, length: usize) {
        while let Some(index) = self.open.pop() {
            if index + 1 == self.spans.len() {
                self.spans.pop();
            } else {
                let span = &mut self.spans[index];
                span.length = self.end - span.start;
            }
        }
        let total = u32::try_from(length.saturating_mul(8)).unwrap_or(u32::MAX);
        if self.end < total {
            self.push(Field::Rest, false, self.end, total - self.end, Value::None);
        }
    }
}

fn value(field: Field, bits: u32, seen: Seen<'_>) -> Value {
    match seen {
        Seen::Number(number) if bits == 1 => Value::Flag(number != 0),
        Seen::Number(number) => {
            Value::Number(number, number_name(field, number).map(str::to_owned))
        }
        Seen::Text(text) => Value::Text(text.to_owned()),
        Seen::Bytes(bytes) => Value::Binary(u32::try_from(bytes.len()).unwrap_or(u32::MAX)),
        Seen::Type(packet) => Value::Number(packet as u32, Some(packet.to_string())),
        Seen::Reason {
            value,
            reason,
            packet,
        } => Value::Number(value.into(), Some(reason.name_in(packet).to_owned())),
    }
}

/// The standard's name for a number, where it has one.
fn number_name(field: Field, number: u32) -> Option<&'static str> {
    match (field, number) {
        (Field::QoS | Field::WillQoS | Field::RequestedQoS, 0) => Some("At most once"),
        (Field::QoS | Field::WillQoS | Field::RequestedQoS, 1) => Some("At least once"),
        (Field::QoS | Field::WillQoS | Field::RequestedQoS, 2) => Some("Exactly once"),
        (Field::Property(PropertyId::MaximumQoS), 0) => Some("At most once"),
        (Field::Property(PropertyId::MaximumQoS), 1) => Some("At least once"),
        (Field::ProtocolVersion, 4) => Some("3.1.1"),
        (Field::ProtocolVersion, 5) => Some("5.0"),
        (Field::PropertyIdentifier, id) => PropertyId::from_value(id).map(PropertyId::name),
        (Field::Property(PropertyId::PayloadFormatIndicator), 0) => Some("unspecified bytes"),
        (Field::Property(PropertyId::PayloadFormatIndicator), 1) => Some("UTF-8"),
        (Field::Property(id), 0 | 1) if id.range() == Some((0, 1)) => {
            Some(if number == 1 { "yes" } else { "no" })
        }
        _ => None,
    }
}
