//! JSON laid out for reading: only white space changes, every token stays as it was written.
//!
//! Going through a tree of values would lose what the sender wrote: digits of large numbers, the order
//! of names, doubled names, escapes.

use crate::{Fault, What};
use serde::de::IgnoredAny;

/// Checks that `bytes` are one JSON text.
pub(crate) fn check(bytes: &[u8]) -> Result<&str, Fault> {
    let text = crate::kind::text(bytes)?;
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let offset = offset(text, error.line(), error.column());
            Err(Fault::new(offset, What::NotJson(words(&error))))
        }
    }
}

/// The tokens of `bytes` with two spaces of indentation a level.
pub(crate) fn show(bytes: &[u8]) -> Result<String, Fault> {
    Ok(layout(check(bytes)?))
}

/// `text` must be JSON.
fn layout(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0;
    let mut rest = text.trim_ascii();
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'"' => string_length(rest),
            b'{' | b'[' | b'}' | b']' | b',' | b':' => 1,
            _ => rest
                .find(|character: char| {
                    character.is_ascii_whitespace() || "{}[],:\"".contains(character)
                })
                .unwrap_or(rest.len()),
        };
        let (token, tail) = rest.split_at(length);
        rest = tail.trim_ascii_start();
        match first {
            b'{' | b'[' if rest.starts_with(['}', ']']) => {
                out.push_str(token);
                out.push_str(&rest[..1]);
                rest = rest[1..].trim_ascii_start();
            }
            b'{' | b'[' => {
                depth += 1;
                out.push_str(token);
                new_line(&mut out, depth);
            }
            b'}' | b']' => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push_str(token);
            }
            b',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            b':' => out.push_str(": "),
            _ => out.push_str(token),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// The length of the string token at the start of `rest`, quotes included.
fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Where `line` and `column` of the JSON reader point, which counts bytes from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    (start + column.saturating_sub(1)).min(text.len())
}

/// The reader's words without the place, which the fault holds.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
