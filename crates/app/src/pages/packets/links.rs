//! What belongs together when a field or a byte is pointed at. Pure.

use super::fields::{bytes_of, fields_of};
use midge_codec::Span;
use std::ops::Range;

/// What somebody points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pointed {
    /// A span of the explanation.
    Span(usize),
    /// A byte of the frame.
    Byte(usize),
}

/// What stands out because of that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Linked {
    /// Spans, as indices.
    pub spans: Vec<usize>,
    /// Runs of bytes.
    pub bytes: Vec<Range<usize>>,
    /// The byte whose bits are shown one by one, because fields share it.
    pub bits: Option<usize>,
}

/// What belongs to what is pointed at.
pub(super) fn linked(spans: &[Span], pointed: Option<Pointed>) -> Linked {
    match pointed {
        Some(Pointed::Span(index)) => match spans.get(index) {
            Some(span) => Linked {
                spans: vec![index],
                bytes: vec![bytes_of(span)],
                bits: shared_byte(spans, bytes_of(span)),
            },
            None => Linked::default(),
        },
        Some(Pointed::Byte(byte)) => {
            let fields = fields_of(spans, byte);
            Linked {
                bytes: joined(fields.iter().map(|&field| bytes_of(&spans[field]))),
                bits: (fields.len() > 1).then_some(byte),
                spans: fields,
            }
        }
        None => Linked::default(),
    }
}

/// The only byte of `bytes`, when several fields have bits in it.
fn shared_byte(spans: &[Span], bytes: Range<usize>) -> Option<usize> {
    (bytes.len() == 1 && fields_of(spans, bytes.start).len() > 1).then_some(bytes.start)
}

/// The runs without repetition; each begins where the one before ends, or earlier.
fn joined(runs: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
            _ => joined.push(run),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::{Version, explain};

    /// PUBLISH of "hi" to "a/b" at QoS 1 with RETAIN, in 3.1.1.
    const PUBLISH: &[u8] = b"\x33\x09\x00\x03a/b\x00\x07hi";

    #[test]
    fn pointing_at_a_byte_finds_the_field_that_pointing_at_finds_the_byte() {
        let spans = explain(PUBLISH, Version::V311).spans;
        for byte in 0..PUBLISH.len() {
            let of_byte = linked(&spans, Some(Pointed::Byte(byte)));
            assert!(!of_byte.spans.is_empty(), "byte {byte}");
            assert!(of_byte.bytes.iter().any(|run| run.contains(&byte)));
            for span in of_byte.spans {
                let of_span = linked(&spans, Some(Pointed::Span(span)));
                assert_eq!(of_span.spans, [span]);
                assert!(of_span.bytes[0].contains(&byte));
            }
        }
    }

    #[test]
    fn bits_are_shown_of_a_byte_that_fields_share() {
        let spans = explain(PUBLISH, Version::V311).spans;
        let first = linked(&spans, Some(Pointed::Byte(0)));
        assert_eq!((first.spans.len(), first.bits), (4, Some(0)));
        assert_eq!(first.bytes.first(), Some(&(0..1)));
        assert_eq!(linked(&spans, Some(Pointed::Span(0))).bits, Some(0));
        assert_eq!(linked(&spans, Some(Pointed::Byte(1))).bits, None);
    }

    #[test]
    fn what_is_not_there_links_nothing() {
        let spans = explain(PUBLISH, Version::V311).spans;
        assert_eq!(linked(&spans, None), Linked::default());
        assert_eq!(linked(&spans, Some(Pointed::Span(999))), Linked::default());
        assert_eq!(linked(&spans, Some(Pointed::Byte(999))), Linked::default());
    }
}
