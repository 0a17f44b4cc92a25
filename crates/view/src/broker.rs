//! What the lab's broker holds.

use crate::{ConnectionState, QoS, Version};
use serde::{Deserialize, Serialize};

/// The broker page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrokerAnswer {
    /// Counters as name (Mosquitto's `$SYS` path without the prefix) and value.
    pub counters: Vec<(String, u64)>,
    /// All sessions.
    pub session_count: u32,
    /// Those asked for, in the order of client ids.
    pub sessions: Vec<SessionRow>,
    /// All retained messages.
    pub retained_count: u32,
    /// Those asked for, in the order of topics; those of the broker itself (`$`) last.
    pub retained: Vec<RetainedRow>,
    /// The next deadlines, earliest first, at most 20.
    pub deadlines: Vec<DeadlineRow>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Client id.
    pub client_id: String,
    /// The client's name in the lab, if it is one of its devices or ports.
    pub name: Option<String>,
    /// `On` when connected, `Off` otherwise.
    pub state: ConnectionState,
    /// In words: "connected, 5.0, Keep Alive 60 s", "offline, ends in 59 min".
    pub words: String,
    /// What it speaks, when connected.
    pub version: Option<Version>,
    /// Subscriptions.
    pub subscriptions: u32,
    /// Queued messages.
    pub queued: u32,
    /// Open handshakes towards the client.
    pub inflight: u32,
    /// Open QoS 2 handshakes from the client.
    pub incoming: u32,
    /// Whether a will stands ready.
    pub will: bool,
}

/// A session in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionDetail {
    /// As in the list.
    pub row: SessionRow,
    /// Its subscriptions.
    pub subscriptions: Vec<SubscriptionRow>,
    /// Its will as topic, payload preview, QoS, retain.
    pub will: Option<(String, String, QoS, bool)>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionRow {
    /// The filter.
    pub filter: String,
    /// Granted QoS.
    pub qos: QoS,
    /// Further options in words: "no local", "retain as published".
    pub options: Vec<String>,
    /// Subscription Identifier.
    pub identifier: Option<u32>,
}

/// A retained message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainedRow {
    /// Topic.
    pub topic: String,
    /// Payload as one line, at most 200 characters.
    pub preview: String,
    /// Bytes of the payload.
    pub size: u32,
    /// QoS.
    pub qos: QoS,
    /// Virtual milliseconds since it was set.
    pub age_ms: u64,
    /// Virtual milliseconds until it expires.
    pub expires_in_ms: Option<u64>,
}

/// A deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineRow {
    /// Virtual milliseconds from now.
    pub in_ms: u64,
    /// What happens then, in words.
    pub what: String,
    /// Whom it concerns.
    pub client: Option<String>,
}

/// What the lab's broker refused and ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalsAnswer {
    /// What happened at least once since the lab began, by group.
    pub rows: Vec<RefusalRow>,
}

/// What is counted. One fault may count in two groups: a packet that is too large reaches a limit and ends
/// its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RefusalGroup {
    /// A limit was reached.
    Limit,
    /// A CONNECT was refused.
    Connect,
    /// The broker ended a connection.
    Ended,
}

impl RefusalGroup {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Limit, Self::Connect, Self::Ended];
}

/// A kind of refusal with how often it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    /// What is counted.
    pub group: RefusalGroup,
    /// The limit or the reason, by name.
    pub name: String,
    /// What the broker does, in a sentence.
    pub words: String,
    /// The reason code that a 5.0 client is told; `None` where it hears nothing.
    pub code: Option<u8>,
    /// How often, at least 1.
    pub count: u64,
}
