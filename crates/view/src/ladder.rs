//! The ladder: one lane a client, the broker in the middle, an arrow for each packet.

use crate::{Direction, PacketRow, QoS};
use serde::{Deserialize, Serialize};

/// The broker in the middle of a ladder. Times and packet identifiers of two brokers have nothing to do
/// with each other, so that each has a ladder of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Middle {
    /// The lab's.
    Lab,
    /// The one at this URL on a real network.
    Network(String),
    /// The servers of a capture, all together, by its first packet in microseconds since 1970.
    File(u64),
}

/// A page of a ladder. Indices are of the filtered ladder and never change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LadderAnswer {
    /// The brokers that clients were connected to, the lab's first.
    pub brokers: Vec<Middle>,
    /// The one in the middle.
    pub broker: Middle,
    /// The lanes that are drawn, those closest to the broker first.
    pub lanes: Vec<LaneRow>,
    /// Clients without a lane: what is hidden, and what is left out because there are too many. At most
    /// [`OTHERS_MAX`].
    pub others: Vec<OtherLane>,
    /// Clients without a lane that are not among these either.
    pub more_others: u32,
    /// The index of the oldest entry kept.
    pub start: u64,
    /// The index after the newest entry.
    pub end: u64,
    /// The index of the first entry below.
    pub from: u64,
    /// The entries.
    pub entries: Vec<LadderEntry>,
    /// The handshakes that these entries are part of.
    pub groups: Vec<GroupRow>,
    /// Where the packet stands that was asked for, or the next one that is kept.
    pub at: Option<u64>,
    /// Whether older packets are still being read: `end` will grow.
    pub scanning: bool,
}

/// Clients without a lane that an answer names, at most.
pub const OTHERS_MAX: usize = 400;

/// What a person calls a lane, from one visit to the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LaneKey {
    /// The client's name.
    pub name: String,
    /// Which of several clients of this name, from 0.
    pub nth: u32,
}

/// How a person wants the lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneChoice {
    /// These stand first, in this order; all others follow in the order in which they appeared.
    pub order: Vec<LaneKey>,
    /// These have no lane, and what they send and get is not shown.
    pub hidden: Vec<LaneKey>,
}

/// A client's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneRow {
    /// Its number, which it keeps.
    pub id: u32,
    /// What it is called.
    pub key: LaneKey,
    /// What tells the client from others of its name, where there are any: its client identifier, or its
    /// broker's address.
    pub aside: Option<String>,
    /// Entries from which on the client is connected or not, by index; the first is the state at the
    /// first entry of the page.
    pub connected: Vec<(u64, bool)>,
}

/// A client without a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherLane {
    /// The number of its lane, which it keeps.
    pub id: u32,
    /// What it is called.
    pub key: LaneKey,
    /// As in [`LaneRow::aside`].
    pub aside: Option<String>,
    /// Whether it was hidden, rather than left out.
    pub hidden: bool,
}

/// One entry: a packet, or what happened besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderEntry {
    /// The number of its lane; the lane may be one that is left out.
    pub lane: u32,
    /// Milliseconds: virtual since the lab began, or since the page opened for a real network.
    pub at_ms: u64,
    /// Microseconds within the millisecond.
    pub at_us: u16,
    /// Milliseconds since the entry before.
    pub after_ms: u64,
    /// The message that it carries or is about: equal for all hops of one message.
    pub message: Option<u64>,
    /// What it is.
    pub what: LadderWhat,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LadderWhat {
    /// A packet.
    Packet {
        /// As in the list.
        packet: Box<PacketRow>,
        /// Whether it was sent before.
        again: bool,
        /// The handshake that it is part of.
        group: Option<u64>,
        /// How far that handshake is after it, in words.
        state: Option<String>,
    },
    /// Something else, with the topic of the message that it is about.
    Mark(MarkSign, String, Option<String>),
}

/// What is drawn where no packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkSign {
    /// The connection ended without a DISCONNECT of the client.
    Cut,
    /// The session ended.
    SessionEnded,
    /// A message waits for the client.
    Queued,
    /// A message was dropped for the client.
    Dropped,
    /// A message expired before it could be sent.
    Expired,
    /// Somebody broke or mended something.
    Deed,
}

/// A handshake as one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Its number, which it keeps.
    pub id: u64,
    /// Its lane.
    pub lane: u32,
    /// The line beside the lane that it has to itself, from 0.
    pub track: u8,
    /// The packet identifier.
    pub packet_id: u16,
    /// Of a message; `None` for a request and its answer.
    pub qos: Option<QoS>,
    /// Which way its first packet goes.
    pub sender: Direction,
    /// How far it is, in words.
    pub words: String,
    /// Whether packets are still to come.
    pub open: bool,
    /// Packets that were sent again.
    pub resent: u32,
    /// The index of its first entry that is shown.
    pub first: u64,
    /// The index of its last; of an open one the newest entry.
    pub last: u64,
}

/// One message from its publisher through the broker to each subscriber.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyAnswer {
    /// The message's number, as in [`LadderEntry::message`].
    pub message: u64,
    /// The broker that it went through.
    pub broker: Middle,
    /// Its topic.
    pub topic: String,
    /// Its payload as one line, at most 200 characters.
    pub preview: String,
    /// The way to the broker; `None` for what the broker published itself, such as a will, and for
    /// what was published before the log began.
    pub published: Option<LegRow>,
    /// The ways from the broker, in the order in which they began.
    pub delivered: Vec<LegRow>,
}

/// A message on one hop, or on its way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegRow {
    /// The client's name.
    pub client: String,
    /// The number of its first packet in the log; `None` when none was sent.
    pub seq: Option<u64>,
    /// Milliseconds between the message's first packet and this leg's first packet or mark.
    pub after_ms: u64,
    /// QoS on this hop.
    pub qos: Option<QoS>,
    /// The packet identifier on this hop.
    pub packet_id: Option<u16>,
    /// RETAIN on this hop.
    pub retain: bool,
    /// Packets that were sent again.
    pub resent: u32,
    /// What became of it.
    pub fate: Fate,
    /// The same in words.
    pub words: String,
    /// Whether only this message fits: equal messages are told apart by their order.
    pub certain: bool,
    /// The handshake's number, as in [`GroupRow::id`].
    pub group: Option<u64>,
}

/// What became of a message on one hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Sent at QoS 0, or its handshake is complete.
    Done,
    /// Its handshake goes on.
    Open,
    /// It waits for the client.
    Queued,
    /// Refused, given up, dropped or expired.
    Lost,
}
