//! Topic names and topic filters: what is legal, and what matches (section 4.7).

use core::fmt;
use serde::{Deserialize, Serialize};

/// Why a topic name or filter is not legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Invalid {
    /// It has no characters [MQTT-4.7.3-1].
    Empty,
    /// It is longer than 65,535 bytes [MQTT-4.7.3-3].
    TooLong,
    /// It has a U+0000 [MQTT-4.7.3-2].
    Null,
    /// A topic name has a `#` or `+` [MQTT-3.3.2-2].
    WildcardInName,
    /// `#` is not alone in the last level [MQTT-4.7.1-1 in 5.0, -2 in 3.1.1].
    MisplacedHash,
    /// `+` is not alone in its level [MQTT-4.7.1-2 in 5.0, -3 in 3.1.1].
    MisplacedPlus,
    /// `$share` without a share name and a filter [MQTT-4.8.2-1, MQTT-4.8.2-2].
    MalformedShare,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a topic has at least one character",
            Self::TooLong => "a topic has at most 65,535 bytes",
            Self::Null => "a topic never holds the null character U+0000",
            Self::WildcardInName => "a topic name holds no wildcards (# and +)",
            Self::MisplacedHash => "# stands only alone, as the last level",
            Self::MisplacedPlus => "+ stands only alone in its level",
            Self::MalformedShare => {
                "a shared subscription is $share/name/filter, with no wildcard in the name"
            }
        })
    }
}

impl core::error::Error for Invalid {}

/// Why a legal filter does not match a legal topic name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mismatch {
    /// The filter starts with a wildcard and the name with `$` [MQTT-4.7.2-1].
    DollarTopic,
    /// The level (from 0) differs.
    Level(u16),
    /// The filter asks for more levels than the name has; the first missing one, from 0.
    NameTooShort(u16),
    /// The name has more levels than the filter; the first one too many, from 0.
    NameTooLong(u16),
}

impl fmt::Display for Mismatch {
    /// Counts levels from 1, as people do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DollarTopic => {
                f.write_str("a filter that starts with a wildcard never matches a topic with $")
            }
            Self::Level(level) => write!(f, "level {} differs", level + 1),
            Self::NameTooShort(level) => write!(f, "the topic has no level {}", level + 1),
            Self::NameTooLong(level) => {
                write!(f, "the filter ends before level {} of the topic", level + 1)
            }
        }
    }
}

/// Whether `name` may be published to.
///
/// # Errors
/// `Empty`, `TooLong`, `Null` or `WildcardInName`.
pub fn validate_name(name: &str) -> Result<(), Invalid> {
    validate_length(name)?;
    let faulty = |byte: u8| matches!(byte, 0 | b'#' | b'+');
    // A pass without a branch a byte finds out whether there is a fault, since there hardly ever is.
    if !name.bytes().fold(false, |found, byte| found | faulty(byte)) {
        return Ok(());
    }
    match name.bytes().find(|&byte| faulty(byte)) {
        Some(0) => Err(Invalid::Null),
        _ => Err(Invalid::WildcardInName),
    }
}

/// Whether `filter` may be subscribed to, shared or not.
///
/// 3.1.1 knows no shared subscriptions; a server of it may still take `$share/...` as such.
///
/// # Errors
/// Every [`Invalid`] except `WildcardInName`.
pub fn validate_filter(filter: &str) -> Result<(), Invalid> {
    validate_length(filter)?;
    if filter.as_bytes().contains(&0) {
        return Err(Invalid::Null);
    }
    let Some(share) = filter.strip_prefix("$share/") else {
        return validate_levels(filter);
    };
    match share.split_once('/') {
        Some((group, rest))
            if !group.is_empty() && !group.contains(['#', '+']) && !rest.is_empty() =>
        {
            validate_levels(rest)
        }
        _ => Err(Invalid::MalformedShare),
    }
}

/// Whether `filter` (not shared) matches `name`, and if not, where it fails.
///
/// Both must be legal. Nothing is normalised: levels are compared byte for byte, and an empty level
/// is a level [MQTT-4.7.3-4].
///
/// # Errors
/// The first level at which they part.
pub fn compare(filter: &str, name: &str) -> Result<(), Mismatch> {
    if name.starts_with('$') && filter.starts_with(['#', '+']) {
        return Err(Mismatch::DollarTopic);
    }
    let mut names = levels(name);
    let mut level = 0u16;
    for wanted in levels(filter) {
        if wanted == b"#" {
            // It also matches the level above it, so the name may have ended already.
            return Ok(());
        }
        match names.next() {
            None => return Err(Mismatch::NameTooShort(level)),
            Some(found) if wanted != b"+" && wanted != found => return Err(Mismatch::Level(level)),
            Some(_) => level = level.saturating_add(1),
        }
    }
    match names.next() {
        None => Ok(()),
        Some(_) => Err(Mismatch::NameTooLong(level)),
    }
}

/// Whether `filter` (not shared) matches `name`: [`compare`] without the explanation.
pub fn matches(filter: &str, name: &str) -> bool {
    compare(filter, name).is_ok()
}

/// Splits `$share/group/filter` into group and filter; `None` when it is not shared.
pub fn split_shared(filter: &str) -> Option<(&str, &str)> {
    filter.strip_prefix("$share/")?.split_once('/')
}

/// The levels in bytes: they are short, and bytes are found faster in them than characters.
fn levels(topic: &str) -> impl Iterator<Item = &[u8]> {
    topic.as_bytes().split(|&byte| byte == b'/')
}

fn validate_length(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    if text.len() > usize::from(u16::MAX) {
        return Err(Invalid::TooLong);
    }
    Ok(())
}

fn validate_levels(filter: &str) -> Result<(), Invalid> {
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        if level.contains('#') && (level != "#" || levels.peek().is_some()) {
            return Err(Invalid::MisplacedHash);
        }
        if level.contains('+') && level != "+" {
            return Err(Invalid::MisplacedPlus);
        }
    }
    Ok(())
}
