//! What a broker holds, borrowed for whoever shows it.

use crate::ConnId;
use midge_codec::{ByteString, Message, SubscriptionOptions, Version};
use midge_session::{Deadline, Instant};
use serde::{Deserialize, Serialize};

/// A session and, if it is online, its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView<'a> {
    /// Whose.
    pub client_id: &'a ByteString,
    /// The connection, when online.
    pub connection: Option<ConnectionView<'a>>,
    /// When an offline session ends; `None` when online or never.
    pub expires_at: Option<Instant>,
    /// Session Expiry Interval in seconds.
    pub expiry: u32,
    /// How many subscriptions it holds.
    pub subscriptions: u32,
    /// Messages that wait for a window or for the client.
    pub queued: u32,
    /// Bytes of those.
    pub queued_bytes: u32,
    /// Messages sent at QoS 1 or 2 whose handshake is open.
    pub inflight: u32,
    /// Messages received at QoS 2 whose handshake is open.
    pub incoming: u32,
    /// The will that stands ready, if any.
    pub will: Option<&'a Message>,
    /// When a delayed will is published.
    pub will_at: Option<Instant>,
}

/// An online session's connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionView<'a> {
    /// Its name.
    pub conn: ConnId,
    /// What it speaks.
    pub version: Version,
    /// Keep Alive in force, in seconds; 0 is off.
    pub keep_alive: u16,
    /// User name, if one was given.
    pub user_name: Option<&'a ByteString>,
    /// Since when.
    pub since: Instant,
}

/// One subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionView<'a> {
    /// The filter as subscribed, shared or not.
    pub filter: &'a ByteString,
    /// Granted options.
    pub options: SubscriptionOptions,
    /// Subscription Identifier (5.0).
    pub identifier: Option<u32>,
}

/// One retained message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetainedView<'a> {
    /// The message; its topic is the key.
    pub message: &'a Message,
    /// Since when it is retained.
    pub since: Instant,
    /// When it expires.
    pub expires_at: Option<Instant>,
}

/// A deadline and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineView {
    /// When and why.
    pub deadline: Deadline,
    /// The client, where it concerns one.
    pub client_id: Option<ByteString>,
}

/// Counters since the start; the names follow `$SYS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // Mosquitto's `$SYS` names, with underscores.
pub struct Statistics {
    pub clients_connected: u32,
    pub clients_disconnected: u32,
    pub clients_maximum: u32,
    pub clients_expired: u64,
    pub messages_received: u64,
    pub messages_sent: u64,
    pub messages_stored: u64,
    pub publish_messages_received: u64,
    pub publish_messages_sent: u64,
    pub publish_messages_dropped: u64,
    pub bytes_received: u64,
    pub bytes_sent: u64,
    pub subscriptions_count: u64,
    pub retained_messages_count: u64,
}
