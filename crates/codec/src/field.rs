//! The name of everything that can be read from a packet.

use serde::{Deserialize, Serialize};

/// A field of a packet: it names errors and the spans of the byte view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // Each is the standard's own name.
pub enum Field {
    PacketType,
    RemainingLength,
    KeepAlive,
}
