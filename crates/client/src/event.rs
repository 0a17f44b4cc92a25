//! What goes in and out of a client besides bytes: commands, outputs, events.

use alloc::{string::String, vec::Vec};
use midge_codec::{
    ByteString, DecodeError, EncodeError, Message, PropertiesBuf, Reason, SubscriptionOptions, Wire,
};

/// Ties an event to the command that caused it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Token(pub u64);

/// One filter to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscribeRequest {
    /// The topic filter.
    pub filter: ByteString,
    /// QoS and options; 3.1.1 sends the QoS only.
    pub options: SubscriptionOptions,
}

/// What an application can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Ask for a transport and connect over it. Refused when not idle.
    Connect,
    /// Send a message. At QoS 1 and 2 accepted offline as well, and sent after the connect.
    Publish(Message),
    /// Subscribe to one or more filters.
    Subscribe {
        /// At least one.
        filters: Vec<SubscribeRequest>,
        /// Subscription Identifier and User Properties (5.0).
        properties: PropertiesBuf,
    },
    /// Give up one or more filters.
    Unsubscribe {
        /// At least one.
        filters: Vec<ByteString>,
    },
    /// Authenticate again on the open connection, by [`crate::Config::authentication`] (5.0). Refused
    /// as not idle while it is at it.
    ReAuthenticate,
    /// Send DISCONNECT, close, and stay idle.
    Disconnect {
        /// `Success`, or `DisconnectWithWillMessage` (5.0) to have the will published.
        reason: Reason,
    },
    /// With manual acknowledgement: answer a received message.
    Acknowledge {
        /// From [`Event::Message`].
        slot: midge_session::AckSlot,
        /// `Success` or why it is not accepted (5.0).
        reason: Reason,
    },
}

/// What the driver must do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a transport; answer with `handle_open` or `handle_close`.
    Open,
    /// Send one control packet.
    Send(Wire),
    /// Close the transport after what was sent; `handle_close` need not follow.
    Close,
    /// Tell the application.
    Event(Event),
}

/// What the application learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// CONNACK with success.
    Connected {
        /// Whether the server resumed a session.
        session_present: bool,
        /// The identifier in use, assigned or own.
        client_id: ByteString,
        /// CONNACK properties.
        properties: PropertiesBuf,
    },
    /// A message arrived. QoS 2 messages come exactly once.
    Message {
        /// The message; `properties` hold the subscription identifiers.
        message: Message,
        /// Whether it was sent before.
        dup: bool,
        /// What to acknowledge, when that is manual and QoS is not 0.
        slot: Option<midge_session::AckSlot>,
    },
    /// A publish is complete: sent at QoS 0, acknowledged at QoS 1 and 2.
    Published {
        /// From the command.
        token: Token,
        /// The reason of PUBACK, PUBREC or PUBCOMP.
        reason: Reason,
    },
    /// A publish that was accepted will never be sent.
    NotSent {
        /// From the command.
        token: Token,
        /// Why.
        why: midge_session::Dropped,
    },
    /// The server accepted the proof of [`Command::ReAuthenticate`], and proved itself.
    ReAuthenticated {
        /// From the command.
        token: Token,
    },
    /// SUBACK.
    Subscribed {
        /// From the command.
        token: Token,
        /// One a filter, in order.
        reasons: Vec<Reason>,
    },
    /// UNSUBACK.
    Unsubscribed {
        /// From the command.
        token: Token,
        /// One a filter, in order; `Success` for each in 3.1.1.
        reasons: Vec<Reason>,
    },
    /// The session of before is gone on the server: subscriptions must be made again (see
    /// [`crate::Client::subscriptions`]), and these commands will never complete.
    SessionLost {
        /// Publishes and subscribes that were open.
        tokens: Vec<Token>,
    },
    /// The connection ended or was not made.
    Disconnected {
        /// Why.
        cause: Cause,
        /// Whether the client will try again.
        retries: bool,
    },
}

/// Why a connection ended or was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This side disconnected.
    Asked,
    /// The transport could not be opened, or did not open in time.
    NotOpened,
    /// The transport opened, and no CONNACK came in time.
    NoConnAck,
    /// CONNACK with a failure.
    Refused {
        /// The reason; for 3.1.1 the one that the return code means.
        reason: Reason,
        /// The server's Reason String, if it sent one.
        reason_string: Option<String>,
        /// Another server to use, if it named one.
        server_reference: Option<String>,
    },
    /// The server sent DISCONNECT (5.0).
    Server {
        /// Its reason.
        reason: Reason,
        /// Its Reason String, if it sent one.
        reason_string: Option<String>,
        /// Another server to use, if it named one.
        server_reference: Option<String>,
    },
    /// The transport closed without a DISCONNECT.
    Lost,
    /// No PINGRESP in time.
    Silent,
    /// The server sent what is not MQTT: the field, the offset and what is wrong.
    Malformed(DecodeError),
    /// The server sent a legal packet that is wrong here.
    Violation {
        /// The reason code sent back (5.0).
        reason: Reason,
        /// In words, with the packet.
        what: String,
    },
}

/// The caller's mistake: nothing was sent and nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not possible without a connection.
    NotConnected,
    /// [`Command::Connect`] while not idle.
    NotIdle,
    /// The topic name is not legal.
    InvalidTopic(midge_codec::topic::Invalid),
    /// The topic filter at this index is not legal.
    InvalidFilter(u32, midge_codec::topic::Invalid),
    /// No filters were given.
    NoFilters,
    /// The server allows less: its Maximum QoS, Retain Available, wildcard or shared subscriptions,
    /// subscription identifiers. The reason it would have answered.
    Unsupported(Reason),
    /// The packet is larger than the server's Maximum Packet Size or than MQTT allows.
    TooLarge,
    /// The packet would not be legal: a property, a string, a credential.
    Illegal(EncodeError),
    /// The queue or the packet identifiers are used up.
    QueueFull,
    /// The slot was answered before or belongs to an earlier session.
    UnknownSlot,
}
