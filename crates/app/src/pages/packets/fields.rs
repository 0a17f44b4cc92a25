//! From the spans of an explanation to the rows of the field tree, and between bytes and fields.

use crate::format;
use midge_codec::{Field, Span, Value};
use std::ops::Range;

/// One row of the field tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldRow {
    /// Which span of the explanation.
    pub span: usize,
    /// How many groups it lies in.
    pub depth: u8,
    /// Whether it is a group, and if so whether its parts are shown.
    pub group: Option<bool>,
    /// What to call it.
    pub name: String,
    /// What was read; empty for a group.
    pub value: String,
    /// Where its bits stand when they are not whole bytes: `0011 ....`.
    pub bits: Option<String>,
    /// Place in this level, from 1, and how many there are, for readers of the tree.
    pub position: (usize, usize),
}

/// The longest text shown in a row; the bytes beside it are always whole.
const SHOWN_TEXT_LENGTH_MAX: usize = 120;

/// The rows of the tree, without the parts of groups that are closed.
pub(super) fn rows(spans: &[Span], bytes: &[u8], closed: impl Fn(usize) -> bool) -> Vec<FieldRow> {
    let mut rows = Vec::with_capacity(spans.len());
    let mut hidden_below = None;
    for (index, span) in spans.iter().enumerate() {
        if hidden_below.is_some_and(|depth| span.depth > depth) {
            continue;
        }
        hidden_below = (span.group && closed(index)).then_some(span.depth);
        rows.push(FieldRow {
            span: index,
            depth: span.depth,
            group: span.group.then_some(hidden_below.is_none()),
            name: name(span),
            value: value(&span.value),
            bits: bit_pattern(span, bytes),
            position: position(spans, index),
        });
    }
    rows
}

/// What to call a span: a property's value is called so, the group keeps the property's name.
fn name(span: &Span) -> String {
    match span.field {
        Field::Property(_) if !span.group => "Value".to_owned(),
        field => field.name().to_owned(),
    }
}

/// A value in words.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::None => String::new(),
        Value::Flag(true) => "1, set".to_owned(),
        Value::Flag(false) => "0, not set".to_owned(),
        Value::Number(number, None) => format::count(u64::from(*number)),
        Value::Number(number, Some(words)) => format!("{words} ({number})"),
        Value::Text(text) => format!("\u{201c}{}\u{201d}", one_line(text)),
        Value::Binary(length) => format::bytes(u64::from(*length)),
    }
}

/// Text in one line, with signs for what is not seen, and shortened with a note of what is left out.
fn one_line(text: &str) -> String {
    let mut line: String = text
        .chars()
        .take(SHOWN_TEXT_LENGTH_MAX)
        .map(|sign| match sign {
            '\n' => '\u{21b5}',
            '\t' => '\u{21e5}',
            control if control.is_control() => '\u{fffd}',
            other => other,
        })
        .collect();
    let left_out = text.chars().count().saturating_sub(SHOWN_TEXT_LENGTH_MAX);
    if left_out > 0 {
        line.push_str(&format!(
            "\u{2026} and {} more characters",
            format::count(left_out as u64)
        ));
    }
    line
}

/// Place of a span among those of its level, from 1, and how many there are.
fn position(spans: &[Span], index: usize) -> (usize, usize) {
    let depth = spans[index].depth;
    let same_level = |span: &&Span| span.depth >= depth;
    let before = spans[..index].iter().rev().take_while(same_level);
    let after = spans[index + 1..].iter().take_while(same_level);
    let is_sibling = |span: &&Span| span.depth == depth;
    let place = before.filter(is_sibling).count() + 1;
    (place, place + after.filter(is_sibling).count())
}

/// The row above in the tree that a row is a part of.
pub(super) fn parent(rows: &[FieldRow], row: usize) -> Option<usize> {
    rows[..row]
        .iter()
        .rposition(|other| other.depth < rows[row].depth)
}

/// The bytes that hold at least one bit of the span.
pub(super) fn bytes_of(span: &Span) -> Range<usize> {
    let first = span.start / 8;
    let end = span.start.saturating_add(span.length).div_ceil(8);
    first as usize..end as usize
}

/// The fields (not groups) with a bit in the byte at `offset`, in the order of their bits.
pub(super) fn fields_of(spans: &[Span], offset: usize) -> Vec<usize> {
    let is_there = |span: &Span| !span.group && bytes_of(span).contains(&offset);
    let indices = spans.iter().enumerate();
    indices
        .filter(|(_, span)| is_there(span))
        .map(|(index, _)| index)
        .collect()
}

/// Where a span stands, in words: "byte 0, bits 7 to 4", "bytes 2 to 5".
pub(super) fn place(span: &Span) -> String {
    let bytes = bytes_of(span);
    if !span.start.is_multiple_of(8) || !span.length.is_multiple_of(8) {
        let high = 7 - span.start % 8;
        let last = span.start + span.length.saturating_sub(1);
        let low = 7 - last % 8;
        return if span.length == 1 {
            format!("byte {}, bit {high}", bytes.start)
        } else {
            format!("byte {}, bits {high} to {low}", bytes.start)
        };
    }
    match bytes.len() {
        0 => format!("before byte {}", bytes.start),
        1 => format!("byte {}", bytes.start),
        length => format!(
            "bytes {} to {}, {}",
            format::count(bytes.start as u64),
            format::count(bytes.end as u64 - 1),
            format::bytes(length as u64)
        ),
    }
}

/// The bits of a span within one byte, with dots for its neighbours: `0011 ....`.
fn bit_pattern(span: &Span, bytes: &[u8]) -> Option<String> {
    let within = bytes_of(span);
    if span.group || within.len() != 1 || span.length.is_multiple_of(8) {
        return None;
    }
    let byte = *bytes.get(within.start)?;
    let first = span.start % 8;
    let mut pattern = String::with_capacity(9);
    for bit in 0..8 {
        if bit == 4 {
            pattern.push(' ');
        }
        let inside = (first..first + span.length).contains(&bit);
        pattern.push(match (inside, byte & (0x80 >> bit) != 0) {
            (false, _) => '.',
            (true, true) => '1',
            (true, false) => '0',
        });
    }
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(field: Field, depth: u8, group: bool, bits: Range<u32>, value: Value) -> Span {
        Span {
            field,
            depth,
            group,
            start: bits.start,
            length: bits.end - bits.start,
            value,
        }
    }

    /// A PUBLISH of "hi" to "a/b" at QoS 1 with RETAIN, in 5.0.
    fn publish() -> (Vec<Span>, Vec<u8>) {
        let number = |number, name: Option<&str>| Value::Number(number, name.map(str::to_owned));
        let spans = vec![
            span(
                Field::PacketType,
                0,
                false,
                0..4,
                number(3, Some("PUBLISH")),
            ),
            span(Field::Dup, 0, false, 4..5, Value::Flag(false)),
            span(Field::QoS, 0, false, 5..7, number(1, Some("at least once"))),
            span(Field::Retain, 0, false, 7..8, Value::Flag(true)),
            span(Field::RemainingLength, 0, false, 8..16, number(10, None)),
            span(
                Field::TopicName,
                0,
                true,
                16..56,
                Value::Text("a/b".to_owned()),
            ),
            span(Field::Length, 1, false, 16..32, number(3, None)),
            span(
                Field::TopicName,
                1,
                false,
                32..56,
                Value::Text("a/b".to_owned()),
            ),
            span(Field::PacketId, 0, false, 56..72, number(7, None)),
            span(Field::Properties, 0, true, 72..80, Value::None),
            span(Field::PropertyLength, 1, false, 72..80, number(0, None)),
            span(
                Field::Payload,
                0,
                false,
                80..96,
                Value::Text("hi".to_owned()),
            ),
        ];
        (spans, b"\x33\x0a\x00\x03a/b\x00\x07\x00hi".to_vec())
    }

    #[test]
    fn every_byte_has_its_fields_and_every_field_its_bytes() {
        let (spans, bytes) = publish();
        assert_eq!(fields_of(&spans, 0), [0, 1, 2, 3]);
        assert_eq!(fields_of(&spans, 5), [7]);
        assert!(fields_of(&spans, bytes.len()).is_empty());
        for offset in 0..bytes.len() {
            let fields = fields_of(&spans, offset);
            assert!(!fields.is_empty(), "byte {offset}");
            for field in fields {
                assert!(bytes_of(&spans[field]).contains(&offset));
            }
        }
        assert_eq!(bytes_of(&spans[5]), 2..7);
    }

    #[test]
    fn fields_of_a_part_of_a_byte_show_their_bits() {
        let (spans, bytes) = publish();
        let patterns: Vec<_> = rows(&spans, &bytes, |_| false)
            .into_iter()
            .filter_map(|row| row.bits)
            .collect();
        assert_eq!(
            patterns,
            ["0011 ....", ".... 0...", ".... .01.", ".... ...1"]
        );
        assert_eq!(place(&spans[0]), "byte 0, bits 7 to 4");
        assert_eq!(place(&spans[1]), "byte 0, bit 3");
        assert_eq!(place(&spans[4]), "byte 1");
        assert_eq!(place(&spans[5]), "bytes 2 to 6, 5 bytes");
    }

    #[test]
    fn a_closed_group_hides_its_parts_only() {
        let (spans, bytes) = publish();
        let shown = rows(&spans, &bytes, |index| index == 5);
        let indices: Vec<_> = shown.iter().map(|row| row.span).collect();
        assert_eq!(indices, [0, 1, 2, 3, 4, 5, 8, 9, 10, 11]);
        assert_eq!(shown[5].group, Some(false));
        assert_eq!(shown[7].group, Some(true));
        assert_eq!(parent(&shown, 8), Some(7));
        assert_eq!(parent(&shown, 9), None);
    }

    #[test]
    fn rows_know_their_place_in_their_level() {
        let (spans, bytes) = publish();
        let rows = rows(&spans, &bytes, |_| false);
        assert_eq!(rows[0].position, (1, 9));
        assert_eq!(rows[6].position, (1, 2));
        assert_eq!(rows[7].position, (2, 2));
        assert_eq!(rows[11].position, (9, 9));
    }

    #[test]
    fn long_text_is_shortened_with_a_note() {
        let text = "x".repeat(SHOWN_TEXT_LENGTH_MAX + 5);
        let shown = value(&Value::Text(text));
        assert!(
            shown.ends_with("\u{2026} and 5 more characters\u{201d}"),
            "{shown}"
        );
        assert_eq!(
            value(&Value::Text("a\nb\u{7}".to_owned())),
            "\u{201c}a\u{21b5}b\u{fffd}\u{201d}"
        );
    }
}
