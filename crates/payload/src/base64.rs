//! Base64 (RFC 4648).

use crate::{Fault, What};
use data_encoding::{BASE64, BASE64_NOPAD, DecodeKind};

/// The standard alphabet with padding.
pub(crate) fn show(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Reads the standard and the URL-safe alphabet, padded or not; white space does not count.
pub(crate) fn parse(text: &str) -> Result<Vec<u8>, Fault> {
    let mut symbols = Vec::with_capacity(text.len());
    let mut offsets = Vec::with_capacity(text.len());
    for (at, character) in text.trim_end().trim_end_matches('=').char_indices() {
        let symbol = match character {
            '-' => b'+',
            '_' => b'/',
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' => character as u8,
            _ if character.is_whitespace() => continue,
            _ => return Err(Fault::new(at, What::NotBase64(character))),
        };
        symbols.push(symbol);
        offsets.push(at);
    }
    BASE64_NOPAD.decode(&symbols).map_err(|error| {
        let offset = offsets.get(error.position).copied();
        let what = match error.kind {
            DecodeKind::Trailing => What::Base64TrailingBits,
            _ => What::Base64Length,
        };
        Fault::new(offset.unwrap_or(text.len()), what)
    })
}
