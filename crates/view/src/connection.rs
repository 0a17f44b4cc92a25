//! The Workbench: profiles, connections, messages.

use crate::{Problem, QoS, Version};
use serde::{Deserialize, Serialize};

/// A connection of the Workbench. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnectionId(pub u32);

/// Where a connection goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// The lab's own broker.
    Lab,
    /// A WebSocket URL: `ws://` or `wss://`.
    WebSocket(String),
}

/// Everything a connection is configured with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// As the user calls it; the connection's name in every view.
    pub name: String,
    /// Where to.
    pub link: Link,
    /// Which version.
    pub version: Version,
    /// Client identifier.
    pub client_id: String,
    /// User name, if any.
    pub user_name: Option<String>,
    /// Password, if any.
    pub password: Option<String>,
    /// Clean Session or Clean Start.
    pub clean_start: bool,
    /// Keep Alive in seconds.
    pub keep_alive: u16,
    /// Session Expiry Interval in seconds (5.0).
    pub session_expiry: u32,
    /// The will, if any.
    pub will: Option<WillProfile>,
}

/// A will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The standard's terms.
pub struct WillProfile {
    pub topic: String,
    pub payload: String,
    pub qos: QoS,
    pub retain: bool,
    /// Will Delay Interval in seconds (5.0).
    pub delay: u32,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionState {
    /// Not connected, and not trying.
    Off,
    /// Opening the transport or waiting for CONNACK.
    Connecting,
    /// Connected.
    On,
    /// Lost; tries again.
    Waiting,
}

/// A connection in a list or pill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRow {
    /// Its id.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: ConnectionState,
    /// The state in words: "connected", "connecting again in 3 s", "refused: Not authorized".
    pub words: String,
}

/// A connection in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionAnswer {
    /// As in lists.
    pub row: ConnectionRow,
    /// What it was opened with; the password is replaced by `None`.
    pub profile: Profile,
    /// The client id in use, assigned or own.
    pub client_id: String,
    /// Whether the server resumed a session.
    pub session_present: bool,
    /// What the server announced, as name and value, for people.
    pub server: Vec<(String, String)>,
    /// Subscriptions.
    pub subscriptions: Vec<SubscriptionState>,
    /// What went wrong last, until it is connected again.
    pub problem: Option<Problem>,
    /// Messages received and published since it was opened.
    pub messages: u64,
    /// Messages given to it that are not yet acknowledged or sent.
    pub pending: u32,
}

/// A subscription of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionState {
    /// The filter.
    pub filter: String,
    /// What was asked for.
    pub qos: QoS,
    /// What the server said: granted QoS, or why not; `None` while it has not answered.
    pub granted: Option<Result<QoS, String>>,
    /// Messages that matched it so far.
    pub messages: u64,
}

/// A page of a connection's messages, newest last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessagesAnswer {
    /// The index of the oldest message kept.
    pub start: u64,
    /// The index after the newest.
    pub end: u64,
    /// The index of the first row below.
    pub from: u64,
    /// The rows.
    pub rows: Vec<MessageRow>,
}

/// A message in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// Its index.
    pub index: u64,
    /// Milliseconds: of the lab's clock, or since 1970 for a real network.
    pub at_ms: u64,
    /// Whether this connection published it; otherwise it received it.
    pub own: bool,
    /// Topic.
    pub topic: String,
    /// The payload as one line of text, at most 200 characters; for binary its first bytes in hex.
    pub preview: String,
    /// Whether the payload is not text.
    pub binary: bool,
    /// Bytes of the payload.
    pub size: u32,
    /// QoS.
    pub qos: QoS,
    /// RETAIN.
    pub retain: bool,
    /// DUP.
    pub dup: bool,
}

/// A message in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageDetail {
    /// As in the list.
    pub row: MessageRow,
    /// The payload's bytes, all of them, unchanged.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
    /// Properties as name and value (5.0).
    pub properties: Vec<(String, String)>,
}
