//! Topic names and topic filters: what is legal, and what matches (section 4.7).

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

/// Whether `name` may be published to.
pub fn validate_name(name: &str) -> Result<(), Invalid> {
    let _ = name;
    Ok(())
}

/// Whether `filter` may be subscribed to, shared or not.
pub fn validate_filter(filter: &str) -> Result<(), Invalid> {
    let _ = filter;
    Ok(())
}

/// Whether `filter` (not shared) matches `name`, and if not, where it fails.
pub fn compare(filter: &str, name: &str) -> Result<(), Mismatch> {
    let _ = (filter, name);
    Ok(())
}

/// Splits `$share/group/filter` into group and filter; `None` when it is not shared.
pub fn split_shared(filter: &str) -> Option<(&str, &str)> {
    filter.strip_prefix("$share/")?.split_once('/')
}
