//! Hexadecimal digits, two a byte.

use crate::{Fault, What};

const BYTES_PER_LINE: usize = 16;

/// Two lower-case digits a byte, separated by spaces, in one line.
pub fn hex_line(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0x0F)]));
    }
    text
}

/// Lines of 16 bytes.
pub(crate) fn show(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(BYTES_PER_LINE).map(hex_line).collect();
    lines.join("\n")
}

/// Reads digits of either case. White space, `:`, `,` and `0x` may stand between bytes, not inside.
pub(crate) fn parse(text: &str) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut rest = text.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        if character.is_whitespace() || matches!(character, ':' | ',') {
            continue;
        }
        let next = rest.peek().map(|(_, next)| *next);
        if character == '0' && matches!(next, Some('x' | 'X')) {
            rest.next();
            continue;
        }
        let high = digit(at, character)?;
        let (at, character) = rest
            .next()
            .filter(|(_, next)| !next.is_whitespace() && !matches!(next, ':' | ','))
            .ok_or(Fault::new(at, What::HalfByte))?;
        bytes.push(high << 4 | digit(at, character)?);
    }
    Ok(bytes)
}

fn digit(at: usize, character: char) -> Result<u8, Fault> {
    character
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
        .ok_or(Fault::new(at, What::NotHex(character)))
}
