//! The sinks of encoding, and the wire's data types written to them.

use super::MAX_REMAINING_LENGTH;
use crate::reader::has_null;
use crate::{EncodeError, ErrorKind, Field};
use bytes::BufMut;

/// Where encoding goes to.
pub(crate) trait Sink {
    /// Whether this run checks that the packet is legal. The first run does, so that the second,
    /// which writes, need not.
    const CHECKS: bool;

    fn put(&mut self, bytes: &[u8]);
}

/// Counts the bytes of a packet and checks that it is legal.
#[derive(Default)]
pub(crate) struct Checked(usize);

impl Checked {
    pub(crate) fn len(&self) -> usize {
        self.0
    }
}

impl Sink for Checked {
    const CHECKS: bool = true;

    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

impl<B: BufMut> Sink for &mut B {
    const CHECKS: bool = false;

    fn put(&mut self, bytes: &[u8]) {
        self.put_slice(bytes);
    }
}

/// Writes the wire's data types (section 1.5) to a sink; the names are those of
/// [`Reader`](crate::reader::Reader).
pub(crate) struct Writer<S>(S);

impl<S: Sink> Writer<S> {
    pub(crate) fn new(sink: S) -> Self {
        Self(sink)
    }

    pub(crate) fn into_sink(self) -> S {
        self.0
    }

    /// Bytes without a length, up to the end of what holds them.
    pub(crate) fn rest(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
    }

    pub(crate) fn byte(&mut self, _field: Field, value: u8) -> Result<(), EncodeError> {
        self.0.put(&[value]);
        Ok(())
    }

    pub(crate) fn two_byte_integer(
        &mut self,
        _field: Field,
        value: u16,
    ) -> Result<(), EncodeError> {
        self.0.put(&value.to_be_bytes());
        Ok(())
    }

    pub(crate) fn four_byte_integer(
        &mut self,
        _field: Field,
        value: u32,
    ) -> Result<(), EncodeError> {
        self.0.put(&value.to_be_bytes());
        Ok(())
    }

    pub(crate) fn variable_byte_integer(
        &mut self,
        field: Field,
        value: u32,
    ) -> Result<(), EncodeError> {
        if value > MAX_REMAINING_LENGTH {
            let kind = ErrorKind::OutOfRange(value);
            return Err(EncodeError::Illegal { field, kind });
        }
        let mut rest = value;
        while rest >= 0x80 {
            self.0.put(&[rest as u8 | 0x80]);
            rest >>= 7;
        }
        self.0.put(&[rest as u8]);
        Ok(())
    }

    pub(crate) fn utf8_string(&mut self, field: Field, text: &str) -> Result<(), EncodeError> {
        if S::CHECKS && has_null(text.as_bytes()) {
            let kind = ErrorKind::NullCharacter;
            return Err(EncodeError::Illegal { field, kind });
        }
        self.binary_data(field, text.as_bytes())
    }

    pub(crate) fn binary_data(&mut self, field: Field, bytes: &[u8]) -> Result<(), EncodeError> {
        let length = u16::try_from(bytes.len()).map_err(|_| EncodeError::FieldTooLong(field))?;
        self.0.put(&length.to_be_bytes());
        self.0.put(bytes);
        Ok(())
    }
}
