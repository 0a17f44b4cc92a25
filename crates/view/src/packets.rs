//! The packet list and the byte view.

use midge_codec::{Explanation, PacketType, QoS, Version};
use serde::{Deserialize, Serialize};

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From the client.
    ToBroker,
    /// To the client.
    ToClient,
}

/// Which rows of a long list are on screen. Indices are of the filtered list and never change, also
/// when old rows are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// The newest rows.
    Tail {
        /// How many, at most 500.
        count: u32,
    },
    /// Rows from an index on; the engine moves it into what is kept.
    From {
        /// The first.
        index: u64,
        /// How many, at most 500.
        count: u32,
    },
}

/// Which packets count: those that all of these keep. Empty counts every packet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketFilter {
    /// In the language of filters ([`midge_trace::filter`]). A text with a mistake counts none.
    pub text: String,
    /// Only these types, if not empty.
    pub types: Vec<PacketType>,
    /// Only this hop's client, by name.
    pub client: Option<String>,
    /// Without PINGREQ and PINGRESP.
    pub hide_pings: bool,
}

/// A page of the packet list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PacketsAnswer {
    /// The index of the oldest row kept.
    pub start: u64,
    /// The index after the newest row.
    pub end: u64,
    /// The index of the first row below.
    pub from: u64,
    /// The rows.
    pub rows: Vec<PacketRow>,
    /// Every client seen so far, for the filter.
    pub clients: Vec<String>,
    /// How much of the log was filtered, in percent, while that goes on: `end` will grow. `None` when
    /// all was.
    pub scanning: Option<u8>,
    /// What the log keeps.
    pub kept: Kept,
}

/// What the log keeps, and what not any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Packets kept.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets that were logged and are not kept any more.
    pub dropped_packets: u64,
    /// Their bytes.
    pub dropped_bytes: u64,
    /// Packets that [`crate::Action::RestorePackets`] brings back: those of the last clearing.
    pub restorable: Option<u64>,
}

/// What is to say about the text of a filter while somebody writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterAnswer {
    /// The text that was asked about.
    pub text: String,
    /// Where the cursor was, as it was asked.
    pub cursor: u32,
    /// Its first mistake.
    pub mistake: Option<FilterMistake>,
    /// What may stand at the cursor, the best first.
    pub proposals: Vec<Proposal>,
}

/// A mistake in the text of a filter. Places are bytes of the text, at boundaries of characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterMistake {
    /// What is wrong: a sentence.
    pub words: String,
    /// Where it begins.
    pub from: u32,
    /// Where it ends; where it begins when something is missing there.
    pub to: u32,
}

/// Something that may be written next. Places are bytes of the text, at boundaries of characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Where what it replaces begins.
    pub from: u32,
    /// Where that ends.
    pub to: u32,
    /// What to put there.
    pub insert: String,
    /// What it means, in a few words.
    pub meaning: String,
}

/// One row of the packet list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketRow {
    /// Its number in the log; the key for [`crate::Query::Packet`].
    pub seq: u64,
    /// Milliseconds: virtual since the lab began, or since the page opened when `live`, or since the
    /// capture began when `imported`.
    pub at_ms: u64,
    /// Microseconds within the millisecond, for equal times.
    pub at_us: u16,
    /// Whether it was on a real network.
    pub live: bool,
    /// Whether it comes from a file.
    pub imported: bool,
    /// The client's name: "Lamp, living room", or the connection's.
    pub client: String,
    /// Which way.
    pub direction: Direction,
    /// What kind; `None` when the bytes are not MQTT.
    pub packet_type: Option<PacketType>,
    /// In one line: `home/livingroom/light · "ON"`.
    pub summary: String,
    /// Topic of a PUBLISH.
    pub topic: Option<String>,
    /// QoS of a PUBLISH.
    pub qos: Option<QoS>,
    /// Packet identifier.
    pub packet_id: Option<u16>,
    /// RETAIN of a PUBLISH.
    pub retain: bool,
    /// DUP of a PUBLISH.
    pub dup: bool,
    /// Bytes on the wire.
    pub size: u32,
    /// Whether the bytes are not a legal packet.
    pub fault: bool,
}

/// One packet, explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketDetail {
    /// Its row.
    pub row: PacketRow,
    /// The connection's version.
    pub version: Version,
    /// All its bytes, up to 64 KiB; more are counted in `row.size`.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Fields and spans, from the decoder itself.
    pub explanation: Explanation,
    /// In words, when the bytes are not legal: field, offset, what is wrong.
    pub fault: Option<String>,
}
