//! "Why did I (not) get this?": one message, and what became of it for every client.

use crate::{PacketRow, QoS};
use serde::{Deserialize, Serialize};

/// Which message is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyOf {
    /// That of a PUBLISH packet, by its number in the log.
    Packet(u64),
    /// One that is only thought of, judged by the lab's broker as things stand.
    Thought(Thought),
}

/// A message that nobody published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thought {
    /// Topic name.
    pub topic: String,
    /// QoS it would be published at.
    pub qos: QoS,
    /// Whether RETAIN would be set.
    pub retain: bool,
    /// Client id of who would publish it, if somebody known.
    pub publisher: Option<String>,
}

/// The message and a row for every client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhyAnswer {
    /// Topic of the message.
    pub topic: String,
    /// QoS it was published at.
    pub qos: QoS,
    /// RETAIN it was published with.
    pub retain: bool,
    /// Who published it, in words, where that is known.
    pub publisher: Option<String>,
    /// The packet that brought it to the broker, where the log has it.
    pub published: Option<u64>,
    /// When the broker routed it, in milliseconds of the lab; `None` where the verdicts are of this
    /// moment, or not of the lab.
    pub routed_at_ms: Option<u64>,
    /// Where the verdicts come from, and what they cannot know.
    pub source: String,
    /// What is wrong with the topic that was thought of: there are no rows then.
    pub problem: Option<String>,
    /// Every client: who got it first, the others after them.
    pub rows: Vec<WhyRow>,
}

/// How it went for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WhySign {
    /// Sent, and acknowledged where that is asked for; or would be.
    Got,
    /// Queued or in flight.
    UnderWay,
    /// Not delivered.
    Not,
    /// Only its broker knows.
    Unknown,
}

/// One client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyRow {
    /// Client id; empty where the client has none yet.
    pub client_id: String,
    /// Its name in the lab or the Workbench, if it is one of theirs.
    pub name: Option<String>,
    /// How it went.
    pub sign: WhySign,
    /// That in words.
    pub words: String,
    /// What rules it: a section of the standard.
    pub clause: Option<String>,
    /// What it means, in a sentence.
    pub meaning: Option<String>,
    /// Whether the packet asked about goes to or comes from this client.
    pub of_packet: bool,
    /// A verdict for each of its subscriptions, nearest first.
    pub subscriptions: Vec<WhySubscription>,
}

/// One subscription of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhySubscription {
    /// The filter as subscribed.
    pub filter: String,
    /// Granted QoS, while it still exists.
    pub qos: Option<QoS>,
    /// Whether it delivers.
    pub delivers: bool,
    /// The verdict in words.
    pub words: String,
    /// The level of the filter, from 0, that decided that it does not match.
    pub level: Option<u16>,
}

/// What the broker stores for a topic, what RETAIN said on each hop, and what comes next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetainAnswer {
    /// The topic.
    pub topic: String,
    /// What is stored at this moment.
    pub stored: Option<StoredMessage>,
    /// The newest PUBLISH packets of the topic, newest first.
    pub hops: Vec<RetainHop>,
    /// The subscriptions that match it.
    pub subscriptions: Vec<RetainSubscription>,
    /// What the next subscriber gets, for each Retain Handling.
    pub next: Vec<RetainNext>,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// Payload in one line, at most 200 characters.
    pub preview: String,
    /// Bytes of the payload.
    pub size: u32,
    /// QoS it was published at, which is the most that a subscriber gets.
    pub qos: QoS,
    /// Virtual milliseconds since it was stored.
    pub age_ms: u64,
    /// Virtual milliseconds until it expires.
    pub expires_in_ms: Option<u64>,
    /// Who published it, in words.
    pub publisher: Option<String>,
}

/// RETAIN on one hop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainHop {
    /// The packet.
    pub packet: PacketRow,
    /// Why the bit is what it is.
    pub words: String,
}

/// A subscription that matches the topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainSubscription {
    /// Whose.
    pub client_id: String,
    /// Its name, if it is one of the lab's or the Workbench's.
    pub name: Option<String>,
    /// The filter.
    pub filter: String,
    /// Granted QoS.
    pub qos: QoS,
    /// Retain As Published.
    pub retain_as_published: bool,
    /// Retain Handling, 0 to 2.
    pub retain_handling: u8,
    /// The RETAIN bit with which it would get the next message that is published with RETAIN.
    pub gets: String,
}

/// What one way to subscribe brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainNext {
    /// Retain Handling, 0 to 2.
    pub handling: u8,
    /// Whether the session has no subscription to the same filter yet.
    pub is_first: bool,
    /// What is stored is sent at this QoS when QoS 0, 1, 2 is asked for; `None`: nothing is sent.
    pub gets: [Option<QoS>; 3],
    /// That in words.
    pub words: String,
}
