//! What was counted: by client, by topic, by packet type.

pub use midge_trace::counters::{Both, Count};

use serde::{Deserialize, Serialize};

/// Which counts, in which order, and which of them are on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountersQuery {
    /// Of what.
    pub of: CountsOf,
    /// Sorted by what. Names decide between equals.
    pub by: CountKey,
    /// The largest first.
    pub descending: bool,
    /// The first row.
    pub first: u32,
    /// How many, at most 500.
    pub count: u32,
}

/// Of what things are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The words are plain.
pub enum CountsOf {
    #[default]
    Clients,
    Topics,
    Types,
}

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountKey {
    /// The name; of types, their number.
    Name,
    /// Packets of both directions.
    #[default]
    Packets,
    /// Bytes of both directions.
    Bytes,
    /// PUBLISH packets that were not sent before.
    Messages,
    /// Bytes besides payload for each message.
    Overhead,
    /// Handshakes and requests that wait for a packet.
    Open,
    /// PUBLISH packets that were sent before.
    Again,
    /// Packets that were not legal.
    Faults,
}

/// A page of counts. Rows keep their order for half a second, so that they can be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CountersAnswer {
    /// Everything since the log began or was cleared, also of packets that are not kept any more.
    pub total: Count,
    /// All rows.
    pub all: u32,
    /// Whether more names came than are counted apart; the others are in `total` only.
    pub is_full: bool,
    /// The index of the first row below.
    pub first: u32,
    /// The rows.
    pub rows: Vec<CountRow>,
}

/// The counts of one client, topic or type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountRow {
    /// Its name.
    pub name: String,
    /// Its counts.
    pub count: Count,
}
