//! A payload in one bounded line, for lists.

use crate::hex_line;
use std::fmt::Write;

/// A payload in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Text with control characters made visible, or the first bytes in hex.
    pub text: String,
    /// Whether it is hex.
    pub binary: bool,
    /// Whether the whole payload is in it.
    pub complete: bool,
}

/// `bytes` in one line of about `max_characters`: text when what is looked at is text, hex otherwise.
/// An ellipsis ends what is not complete. The cost does not grow with the payload.
pub fn preview(bytes: &[u8], max_characters: usize) -> Preview {
    // Four bytes hold any character, and one more character tells whether there is more.
    let head = &bytes[..bytes
        .len()
        .min(max_characters.saturating_mul(4).saturating_add(4))];
    match text_of(head, head.len() < bytes.len()) {
        Some(text) if crate::is_text(text.as_bytes()) => of_text(text, bytes.len(), max_characters),
        _ => of_binary(bytes, max_characters),
    }
}

/// The text in `head`; a character that the end of `head` cuts does not count when `cut`.
fn text_of(head: &[u8], cut: bool) -> Option<&str> {
    match str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if cut && error.error_len().is_none() => {
            str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

fn of_text(text: &str, size: usize, max_characters: usize) -> Preview {
    let mut line = String::with_capacity(text.len().min(max_characters * 2));
    let mut shown = 0;
    for character in text.chars().take(max_characters) {
        shown += character.len_utf8();
        push_visible(&mut line, character);
    }
    let complete = shown == size;
    if !complete {
        line.push('…');
    }
    Preview {
        text: line,
        binary: false,
        complete,
    }
}

fn of_binary(bytes: &[u8], max_characters: usize) -> Preview {
    let fitting = (max_characters.saturating_add(1) / 3).max(1);
    let complete = bytes.len() <= fitting;
    let mut text = hex_line(&bytes[..bytes.len().min(fitting)]);
    if !complete {
        text.push('…');
    }
    Preview {
        text,
        binary: true,
        complete,
    }
}

/// Control characters as their pictures, and as code points what would re-order or hide its neighbours.
fn push_visible(line: &mut String, character: char) {
    match character {
        '\0'..='\x1F' => {
            line.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{FFFD}'));
        }
        '\x7F' => line.push('\u{2421}'),
        '\u{80}'..='\u{9F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => {
            // Writing to a String does not fail.
            let _ = write!(line, "<U+{:04X}>", u32::from(character));
        }
        _ => line.push(character),
    }
}
