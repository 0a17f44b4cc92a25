//! The protocol version as a value.

use core::fmt;
use serde::{Deserialize, Serialize};

/// The version of MQTT that a connection speaks, known from its CONNECT packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Version {
    /// MQTT 3.1.1 (OASIS, 2014): protocol level 4.
    V311,
    /// MQTT 5.0 (OASIS, 2019): protocol level 5.
    V5,
}

impl Version {
    /// The Protocol Level (3.1.1) or Protocol Version (5.0) byte of CONNECT.
    pub const fn level(self) -> u8 {
        match self {
            Self::V311 => 4,
            Self::V5 => 5,
        }
    }

    /// The version with this level byte; `None` for versions that are not spoken here.
    pub const fn from_level(level: u8) -> Option<Self> {
        match level {
            4 => Some(Self::V311),
            5 => Some(Self::V5),
            _ => None,
        }
    }

    /// Whether packets of this version carry properties and full reason codes.
    pub const fn has_properties(self) -> bool {
        matches!(self, Self::V5)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V311 => "3.1.1",
            Self::V5 => "5.0",
        })
    }
}
