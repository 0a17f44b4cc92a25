//! A cursor over a frame whose every read names its field.
//!
//! The name makes both the error and, when somebody listens, the span of the byte view.

use crate::{DecodeError, ErrorKind, Field, PacketType, Reason};

/// Listens to a [`Reader`]: what `explain` draws. Positions are in bits from the frame's start.
///
/// The unit type hears nothing and costs nothing.
pub(crate) trait Trace {
    /// A field of `bits` bits was read; every bit is part of one leaf only.
    fn leaf(&mut self, _field: Field, _start: u32, _bits: u32, _value: Seen<'_>) {}
    /// A group of fields begins.
    fn enter(&mut self, _field: Field, _start: u32) {}
    /// The innermost group ends.
    fn exit(&mut self, _end: u32) {}
}

impl Trace for () {}

/// What a leaf holds, borrowed from the frame.
#[derive(Clone, Copy)]
pub(crate) enum Seen<'a> {
    Number(u32),
    Text(&'a str),
    Bytes(&'a [u8]),
    Type(PacketType),
    Reason {
        value: u8,
        reason: Reason,
        packet: PacketType,
    },
}

/// A byte whose bits are several fields, taken from the most significant on.
pub(crate) struct Octet {
    value: u8,
    offset: u32,
    taken: u8,
}

pub(crate) struct Reader<'a, T> {
    bytes: &'a [u8],
    position: usize,
    /// Reads stop here: the end of the packet or of the property list being read.
    end: usize,
    packet_end: usize,
    trace: T,
}

impl<'a, T: Trace> Reader<'a, T> {
    pub(crate) fn new(bytes: &'a [u8], trace: T) -> Self {
        Self {
            bytes,
            position: 0,
            end: bytes.len(),
            packet_end: bytes.len(),
            trace,
        }
    }

    /// Where the next field starts.
    pub(crate) fn offset(&self) -> u32 {
        offset_of(self.position)
    }

    pub(crate) fn remaining(&self) -> usize {
        self.end - self.position
    }

    /// Ends the packet `length` bytes from here, or where the bytes end if that is earlier.
    pub(crate) fn limit_packet(&mut self, length: usize) {
        self.end = self.end.min(self.position.saturating_add(length));
        self.packet_end = self.end;
    }

    /// Ends the property list `length` bytes from here; the caller has checked that they exist.
    pub(crate) fn limit_list(&mut self, length: usize) {
        self.end = self.position + length;
    }

    /// Reads to the end of the packet again.
    pub(crate) fn end_list(&mut self) {
        self.end = self.packet_end;
    }

    pub(crate) fn enter(&mut self, field: Field) {
        self.enter_at(field, self.offset());
    }

    pub(crate) fn enter_at(&mut self, field: Field, offset: u32) {
        self.trace.enter(field, bit_of(offset));
    }

    pub(crate) fn exit(&mut self) {
        self.trace.exit(bit_of(self.offset()));
    }

    /// Reports the bytes from `offset` to here as one field.
    pub(crate) fn leaf(&mut self, field: Field, offset: u32, seen: Seen<'_>) {
        let bits = bit_of(self.offset() - offset);
        self.trace.leaf(field, bit_of(offset), bits, seen);
    }

    pub(crate) fn byte(&mut self, field: Field) -> Result<u8, DecodeError> {
        let start = self.offset();
        let [value] = self.array(field, start)?;
        self.leaf(field, start, Seen::Number(value.into()));
        Ok(value)
    }

    pub(crate) fn two_byte_integer(&mut self, field: Field) -> Result<u16, DecodeError> {
        let start = self.offset();
        let value = u16::from_be_bytes(self.array(field, start)?);
        self.leaf(field, start, Seen::Number(value.into()));
        Ok(value)
    }

    pub(crate) fn four_byte_integer(&mut self, field: Field) -> Result<u32, DecodeError> {
        let start = self.offset();
        let value = u32::from_be_bytes(self.array(field, start)?);
        self.leaf(field, start, Seen::Number(value));
        Ok(value)
    }

    pub(crate) fn variable_byte_integer(&mut self, field: Field) -> Result<u32, DecodeError> {
        let start = self.offset();
        let value = self.untraced_variable_byte_integer(field)?;
        self.leaf(field, start, Seen::Number(value));
        Ok(value)
    }

    /// For a caller that reports the leaf itself, once it knows the group that holds it.
    pub(crate) fn untraced_variable_byte_integer(
        &mut self,
        field: Field,
    ) -> Result<u32, DecodeError> {
        let start = self.offset();
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let [byte] = self.array(field, start)?;
            value |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(error(ErrorKind::NotMinimal, field, start));
                }
                return Ok(value);
            }
        }
        Err(error(ErrorKind::VariableByteIntegerTooLong, field, start))
    }

    pub(crate) fn utf8_string(&mut self, field: Field) -> Result<&'a str, DecodeError> {
        let start = self.offset();
        let (bytes, at) = self.length_prefixed(field, start)?;
        match core::str::from_utf8(bytes) {
            Ok(text) => {
                self.leaf(field, at, Seen::Text(text));
                if has_null(bytes) {
                    return Err(error(ErrorKind::NullCharacter, field, start));
                }
                Ok(text)
            }
            Err(_) => {
                self.leaf(field, at, Seen::Bytes(bytes));
                Err(error(ErrorKind::InvalidUtf8, field, start))
            }
        }
    }

    pub(crate) fn binary_data(&mut self, field: Field) -> Result<&'a [u8], DecodeError> {
        let start = self.offset();
        let (bytes, at) = self.length_prefixed(field, start)?;
        self.leaf(field, at, Seen::Bytes(bytes));
        Ok(bytes)
    }

    /// Everything up to the end of the packet.
    pub(crate) fn rest(&mut self, field: Field) -> &'a [u8] {
        let start = self.offset();
        let bytes = &self.bytes[self.position..self.end];
        self.position = self.end;
        self.leaf(field, start, Seen::Bytes(bytes));
        bytes
    }

    /// The bytes from `offset` to here.
    pub(crate) fn since(&self, offset: u32) -> &'a [u8] {
        &self.bytes[offset as usize..self.position]
    }

    /// A byte of bit fields; `field` names what is missing when the packet ends before it.
    pub(crate) fn octet(&mut self, field: Field) -> Result<Octet, DecodeError> {
        let offset = self.offset();
        let [value] = self.array(field, offset)?;
        Ok(Octet {
            value,
            offset,
            taken: 0,
        })
    }

    /// The next `count` bits of `octet`.
    pub(crate) fn bits(&mut self, octet: &mut Octet, field: Field, count: u8) -> u8 {
        let value = octet.peek(count);
        self.bits_seen(octet, field, count, Seen::Number(value.into()));
        value
    }

    pub(crate) fn flag(&mut self, octet: &mut Octet, field: Field) -> bool {
        self.bits(octet, field, 1) == 1
    }

    /// Takes `count` bits of `octet` and reports them as `seen`.
    pub(crate) fn bits_seen(&mut self, octet: &mut Octet, field: Field, count: u8, seen: Seen<'_>) {
        let start = bit_of(octet.offset) + u32::from(octet.taken);
        octet.taken += count;
        self.trace.leaf(field, start, count.into(), seen);
    }

    fn length_prefixed(
        &mut self,
        field: Field,
        start: u32,
    ) -> Result<(&'a [u8], u32), DecodeError> {
        let length = u16::from_be_bytes(self.array(field, start)?);
        self.leaf(Field::Length, start, Seen::Number(length.into()));
        let at = self.offset();
        Ok((self.take(length.into(), field, start)?, at))
    }

    fn array<const N: usize>(&mut self, field: Field, start: u32) -> Result<[u8; N], DecodeError> {
        match self.bytes[self.position..self.end].first_chunk() {
            Some(chunk) => {
                self.position += N;
                Ok(*chunk)
            }
            None => Err(self.truncated(field, start)),
        }
    }

    fn take(&mut self, count: usize, field: Field, start: u32) -> Result<&'a [u8], DecodeError> {
        match self.bytes[self.position..self.end].get(..count) {
            Some(bytes) => {
                self.position += count;
                Ok(bytes)
            }
            None => Err(self.truncated(field, start)),
        }
    }

    fn truncated(&self, field: Field, start: u32) -> DecodeError {
        let kind = if self.end < self.packet_end {
            ErrorKind::BeyondPropertyLength
        } else {
            ErrorKind::Truncated
        };
        error(kind, field, start)
    }
}

impl Octet {
    /// Where the byte stands.
    pub(crate) fn offset(&self) -> u32 {
        self.offset
    }

    /// The next `count` bits, which stay.
    pub(crate) fn peek(&self, count: u8) -> u8 {
        (self.value << self.taken) >> (8 - count)
    }
}

/// Whether there is a null character. Strings are short: a pass without a branch a byte beats a search that may end early.
pub(crate) fn has_null(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, byte| found | (*byte == 0))
}

/// A decode error in one line.
pub(crate) const fn error(kind: ErrorKind, field: Field, offset: u32) -> DecodeError {
    DecodeError {
        kind,
        field,
        offset,
    }
}

/// No frame is longer than 268,435,460 bytes, so that offsets fit; longer input is not a frame.
fn offset_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn bit_of(offset: u32) -> u32 {
    offset.saturating_mul(8)
}
