//! What goes in and out of a broker besides bytes: commands, outputs, events.

use alloc::{boxed::Box, string::String};
use core::fmt;
use midge_codec::{ByteString, DecodeError, Message, Reason, Version, Wire};
use midge_session::Instant;
use serde::{Deserialize, Serialize};

/// A connection, named by the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnId(pub u32);

/// A message accepted by this broker, numbered from 1 in the order of acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(pub u64);

impl MessageId {
    /// The message with this tag in a session; 0 is none.
    pub(crate) fn of_tag(tag: u64) -> Option<Self> {
        (tag != 0).then_some(Self(tag))
    }
}

/// Ties an event to the command that caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Token(pub u64);

/// What a host or operator can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Publish as the broker itself.
    Publish(Message),
    /// End a client's connection; its session stays as its expiry says.
    Disconnect {
        /// Whose.
        client_id: ByteString,
        /// Told to a 5.0 client.
        reason: Reason,
    },
    /// End a client's connection and session.
    Forget {
        /// Whose.
        client_id: ByteString,
    },
    /// Drop the retained messages that a filter matches.
    ClearRetained {
        /// The topic filter.
        filter: ByteString,
    },
    /// Take other users and access rules, as after a change of their files. Clients whose user is gone
    /// or has another password are sent away with 0x87.
    SetAccess {
        /// In place of [`crate::Config::users`].
        users: crate::Users,
        /// In place of [`crate::Config::scram_users`].
        scram_users: crate::ScramUsers,
        /// In place of [`crate::Config::access`].
        access: Option<crate::AccessList>,
    },
    /// Tell every client that the server shuts down, and close.
    ShutDown,
}

/// What the driver must do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send one control packet.
    Send {
        /// To whom.
        conn: ConnId,
        /// The packet.
        packet: Wire,
    },
    /// Close the transport after what was sent.
    Close {
        /// Which.
        conn: ConnId,
    },
    /// Tell the host.
    Event(Event),
}

/// What the host learns, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // `conn` and `client_id` are the same everywhere.
pub enum Event {
    /// A client was let in.
    Connected {
        conn: ConnId,
        client_id: ByteString,
        version: Version,
        session_present: bool,
    },
    /// A CONNECT was refused with this reason.
    Refused {
        conn: ConnId,
        client_id: ByteString,
        reason: Reason,
    },
    /// A connection ended. `client_id` is empty when it never sent an accepted CONNECT.
    Disconnected {
        conn: ConnId,
        client_id: ByteString,
        reason: CloseReason,
    },
    /// A message was accepted and routed to `receivers` sessions.
    Accepted {
        id: MessageId,
        from: Option<ConnId>,
        topic: ByteString,
        receivers: u32,
    },
    /// A will was published.
    WillPublished {
        client_id: ByteString,
        topic: ByteString,
    },
    /// A session ended: expired, forgotten or replaced by a clean start.
    SessionEnded { client_id: ByteString, at: Instant },
    /// A client reached a limit. `client_id` is empty when it never sent an accepted CONNECT.
    LimitReached {
        limit: crate::Limit,
        client_id: ByteString,
        /// How often anybody has, this time included.
        count: u64,
    },
    /// A message waits for one client: it is offline, its window is full, or it takes no bytes. `id` is
    /// `None` for what waited elsewhere since before the broker started. Retained messages wait in their
    /// store.
    Queued {
        client_id: ByteString,
        topic: ByteString,
        id: Option<MessageId>,
    },
    /// A message was dropped for one client. `id` is `None` for what came out of the retained store,
    /// and for what waited since before the broker started.
    Dropped {
        client_id: ByteString,
        topic: ByteString,
        id: Option<MessageId>,
        why: crate::route::NotDelivered,
    },
    /// What the router decided about a message, just before [`Event::Accepted`]. Told on demand only:
    /// [`crate::Broker::tell_verdicts`].
    Routed(Box<crate::Verdicts>),
    /// How the delivery of a message to one client ended. Told on demand only, and not for a copy at
    /// QoS 0 that left at once.
    Ended {
        id: MessageId,
        client_id: ByteString,
        ending: crate::Ending,
    },
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The client sent DISCONNECT with this reason.
    Client(Reason),
    /// The transport closed without DISCONNECT.
    Lost,
    /// The broker ended it for this reason: Keep Alive timeout, taken over, shut down, ...
    Broker(Reason),
    /// The client sent what is not legal MQTT.
    Malformed(DecodeError),
    /// The client sent a legal packet that is wrong here.
    Violation {
        /// The reason told to a 5.0 client.
        reason: Reason,
        /// In words, with the packet.
        what: String,
    },
}

/// The caller's mistake: nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No session of that name.
    UnknownClient,
    /// The topic or filter is not legal.
    InvalidTopic(midge_codec::topic::Invalid),
    /// The message cannot be a PUBLISH: its properties do not belong there, or it is too long.
    InvalidMessage,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownClient => f.write_str("no session of that client id"),
            Self::InvalidTopic(invalid) => write!(f, "{invalid}"),
            Self::InvalidMessage => f.write_str("the message cannot be sent in a PUBLISH"),
        }
    }
}

impl core::error::Error for Refused {}
