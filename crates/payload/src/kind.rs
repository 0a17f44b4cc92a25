//! The ways to look at bytes.

use crate::{Fault, What, base64, hex, json};
use serde::{Deserialize, Serialize};

/// A way to look at bytes and to type them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Kind {
    /// UTF-8 text, as it is.
    Text,
    /// JSON, laid out with the sender's own tokens.
    Json,
    /// Two hexadecimal digits a byte.
    Hex,
    /// Base64.
    Base64,
}

impl Kind {
    /// Every kind, in the order in which people choose.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Hex, Self::Base64];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Json => "JSON",
            Self::Hex => "Hex",
            Self::Base64 => "Base64",
        }
    }

    /// The bytes in this kind, whole. [`Kind::parse`] of the result gives the same bytes, but for
    /// [`Kind::Json`], where it may differ in white space between tokens.
    ///
    /// # Errors
    /// Text and JSON: the first byte that is not; hex and base64 show everything.
    pub fn show(self, bytes: &[u8]) -> Result<String, Fault> {
        match self {
            Self::Text => text(bytes).map(str::to_owned),
            Self::Json => json::show(bytes),
            Self::Hex => Ok(hex::show(bytes)),
            Self::Base64 => Ok(base64::show(bytes)),
        }
    }

    /// The bytes that `typed` means. JSON is checked and left as typed.
    ///
    /// # Errors
    /// The first character that is not of this kind.
    pub fn parse(self, typed: &str) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Text => Ok(typed.as_bytes().to_vec()),
            Self::Json => json::check(typed.as_bytes()).map(|text| text.as_bytes().to_vec()),
            Self::Hex => hex::parse(typed),
            Self::Base64 => base64::parse(typed),
        }
    }
}

/// Longer texts are not tried as JSON, so that a guess is quick.
const JSON_GUESS_MAX: usize = 256 * 1024;

/// The kind in which people probably want to see `bytes`: JSON for objects and arrays up to 256 KiB,
/// text for what [`is_text`], hex for the rest.
pub fn guess(bytes: &[u8]) -> Kind {
    if !is_text(bytes) {
        return Kind::Hex;
    }
    let looks_like_json = matches!(bytes.trim_ascii(), [b'{', .., b'}'] | [b'[', .., b']']);
    if looks_like_json && bytes.len() <= JSON_GUESS_MAX && json::check(bytes).is_ok() {
        return Kind::Json;
    }
    Kind::Text
}

/// Whether `bytes` are UTF-8 without control characters other than tab, line feed and carriage return.
pub fn is_text(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| !matches!(byte, 0..=8 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F);
    bytes.iter().all(printable) && str::from_utf8(bytes).is_ok()
}

pub(crate) fn text(bytes: &[u8]) -> Result<&str, Fault> {
    str::from_utf8(bytes).map_err(|error| Fault::new(error.valid_up_to(), What::NotUtf8))
}
