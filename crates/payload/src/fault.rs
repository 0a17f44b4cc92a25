//! Why bytes cannot be shown in a kind, or text not be read as one.

use std::fmt;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: bytes from the start of what was given, which may be its end.
    pub offset: usize,
    /// What.
    pub what: What,
}

/// What is wrong with bytes or text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Not well-formed UTF-8.
    NotUtf8,
    /// Not a hexadecimal digit.
    NotHex(char),
    /// A byte has two hexadecimal digits, and one is missing.
    HalfByte,
    /// Not a character of base64.
    NotBase64(char),
    /// Base64 ends in the middle of a byte.
    Base64Length,
    /// The last character of base64 holds bits that belong to no byte.
    Base64TrailingBits,
    /// Not JSON, in the words of its reader.
    NotJson(String),
}

impl Fault {
    pub(crate) fn new(offset: usize, what: What) -> Self {
        Self { offset, what }
    }

    /// The line and column in `text`, both from 1, columns in characters: for whoever typed it.
    pub fn line_and_column(&self, text: &str) -> (u32, u32) {
        let before: Vec<char> = text
            .char_indices()
            .take_while(|(at, _)| *at < self.offset)
            .map(|(_, character)| character)
            .collect();
        let line = 1 + before
            .iter()
            .filter(|&&character| character == '\n')
            .count();
        let column = 1 + before
            .iter()
            .rev()
            .take_while(|&&character| character != '\n')
            .count();
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.offset)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not UTF-8 text"),
            Self::NotHex(character) => write!(f, "{character:?} is not a hexadecimal digit"),
            Self::HalfByte => f.write_str("a byte needs two hexadecimal digits"),
            Self::NotBase64(character) => write!(f, "{character:?} does not occur in base64"),
            Self::Base64Length => f.write_str("base64 ends in the middle of a byte"),
            Self::Base64TrailingBits => f.write_str("base64 ends with bits that belong to no byte"),
            Self::NotJson(why) => write!(f, "not JSON: {why}"),
        }
    }
}

impl std::error::Error for Fault {}
