//! Bytes with their explanation: of a packet of the log, or of bytes that somebody typed.

use bytes::Bytes;
use midge_codec::{Explanation, Field, PacketType, Version, explain};
use midge_view::PacketDetail;
use std::ops::Range;

/// What the byte view shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Explained {
    /// All bytes that are shown.
    pub bytes: Bytes,
    /// By which version they were read.
    pub version: Version,
    /// What the decoder read.
    pub explanation: Explanation,
}

impl Explained {
    /// A packet of the log, explained by the engine.
    pub(super) fn of(detail: &PacketDetail) -> Self {
        Self {
            bytes: Bytes::copy_from_slice(&detail.bytes),
            version: detail.version,
            explanation: detail.explanation.clone(),
        }
    }

    /// Bytes that are one frame, or want to be, read by the decoder here.
    pub(super) fn read(bytes: Bytes, version: Version) -> Self {
        Self {
            explanation: explain(&bytes, version),
            bytes,
            version,
        }
    }

    /// What kind of packet it is, or wants to be.
    pub(super) fn packet_type(&self) -> Option<PacketType> {
        PacketType::from_bits(self.bytes.first()? >> 4)
    }

    /// The span at which the decoder gave up: the field at fault where it was read, else the bytes that
    /// were not read.
    pub(super) fn fault_span(&self) -> Option<usize> {
        let error = self.explanation.error?;
        let spans = &self.explanation.spans;
        let is_field = |span: &midge_codec::Span| {
            let first = span.start / 8;
            span.field == error.field
                && !span.group
                && first <= error.offset
                && error.offset * 8 < span.start + span.length
        };
        let field = spans.iter().position(is_field);
        field.or_else(|| spans.iter().position(|span| span.field == Field::Rest))
    }

    /// The bytes at fault; empty where the packet ended too early.
    pub(super) fn fault_bytes(&self) -> Option<Range<usize>> {
        let error = self.explanation.error?;
        let offset = error.offset as usize;
        Some(match self.fault_span() {
            Some(span) => {
                let bytes = super::fields::bytes_of(&self.explanation.spans[span]);
                offset.max(bytes.start).min(bytes.end)..bytes.end
            }
            None => self.bytes.len()..self.bytes.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> Explained {
        Explained::read(Bytes::from_static(bytes), Version::V5)
    }

    #[test]
    fn a_legal_packet_has_no_fault() {
        let ping = read(&[0xc0, 0]);
        assert_eq!(ping.packet_type(), Some(PacketType::PingReq));
        assert_eq!((ping.fault_span(), ping.fault_bytes()), (None, None));
    }

    #[test]
    fn the_fault_is_the_field_where_it_was_read_and_the_rest_where_not() {
        // Wrong flags of a PINGREQ.
        let flags = read(&[0xc1, 0]);
        let span = flags.fault_span().expect("a field");
        assert_eq!(flags.explanation.spans[span].field, Field::FixedHeaderFlags);
        assert_eq!(flags.fault_bytes(), Some(0..1));
        // A PUBLISH whose topic is longer than the packet.
        let short = read(&[0x30, 4, 0, 9, b'a', b'b']);
        let span = short.fault_span().expect("the rest");
        assert_eq!(short.explanation.spans[span].field, Field::Rest);
        assert_eq!(short.fault_bytes().map(|bytes| bytes.end), Some(6));
        // The packet ends before its length says so.
        let cut = read(&[0x30]);
        assert_eq!(cut.fault_bytes(), Some(1..1));
    }
}
