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

/// Which packets count. Empty counts every packet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketFilter {
    /// Part of the topic, the client's name or the type's name, in any case.
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
    /// Whether older packets are still being filtered: `end` will grow.
    pub scanning: bool,
}

/// One row of the packet list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketRow {
    /// Its number in the log; the key for [`crate::Query::Packet`].
    pub seq: u64,
    /// Milliseconds: virtual since the lab began, or since the page opened when `live`.
    pub at_ms: u64,
    /// Microseconds within the millisecond, for equal times.
    pub at_us: u16,
    /// Whether it was on a real network.
    pub live: bool,
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
