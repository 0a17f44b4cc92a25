//! What the owner of a session gives it to send, and what it hears back.

use alloc::string::String;
use core::fmt;
use midge_codec::{ByteString, Message, PacketId, PropertiesBuf, QoS, Reason};
use serde::{Deserialize, Serialize};

/// One message for this peer: the shared message, and the little that differs from receiver to
/// receiver. Cloning copies neither topic nor payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The message as it was published. Its `qos` and `retain` are not used: the two below are.
    pub message: Message,
    /// The level at which this peer gets it.
    pub qos: QoS,
    /// The RETAIN flag that this peer sees.
    pub retain: bool,
    /// Properties for this peer only, sent before those of the message: Subscription Identifiers.
    pub extra: PropertiesBuf,
    /// The caller's own number; it returns in [`Report`]s.
    pub tag: u64,
    /// The filter of the Shared Subscription by which this peer gets it, if it is one (5.0).
    pub share: Option<ByteString>,
}

impl Outgoing {
    /// Sends `message` as it is.
    pub fn new(message: Message, tag: u64) -> Self {
        Self {
            qos: message.qos,
            retain: message.retain,
            message,
            extra: PropertiesBuf::new(),
            tag,
            share: None,
        }
    }
}

/// What became of an [`Outgoing`] that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// Sent at QoS 0, or acknowledged at QoS 1 and 2; a failure reason is an answer too.
    Completed {
        /// From [`Outgoing::tag`].
        tag: u64,
        /// The reason of the acknowledgement that ended it.
        reason: Reason,
    },
    /// It will never be sent.
    Dropped {
        /// From [`Outgoing::tag`].
        tag: u64,
        /// The message.
        message: Message,
        /// Why.
        why: Dropped,
    },
}

/// Why a message is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dropped {
    /// Its Message Expiry Interval passed while it waited.
    Expired,
    /// The session holds as much as its [`crate::Bounds`] allow, or the peer does not take bytes.
    QueueFull,
    /// The packet would be larger than the peer's Maximum Packet Size or than MQTT allows.
    TooLarge,
    /// It is QoS 0 and there is no connection.
    Offline,
    /// Its topic or its properties are not legal in a PUBLISH.
    Illegal,
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "its Message Expiry Interval passed before it could be sent",
            Self::QueueFull => "as many messages wait for this peer as the limits allow",
            Self::TooLarge => "the packet is larger than the peer accepts",
            Self::Offline => "QoS 0 is not kept while there is no connection",
            Self::Illegal => "its topic or its properties are not legal in a PUBLISH",
        })
    }
}

/// A message that arrived and is to be delivered once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message, its topic alias resolved. It shares the frame's memory.
    pub message: Message,
    /// The DUP flag.
    pub dup: bool,
    /// What to acknowledge; `None` at QoS 0.
    pub slot: Option<AckSlot>,
}

/// What must be answered once the reason is known: a received PUBLISH of QoS 1 or 2.
///
/// A slot of QoS 1 is void after its connection, because the peer sends the message again. A slot of
/// QoS 2 stays good as long as the session, because the message is not delivered again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AckSlot {
    pub(crate) packet_id: PacketId,
    pub(crate) qos: QoS,
    pub(crate) serial: u32,
}

impl AckSlot {
    /// The packet identifier of the PUBLISH.
    pub const fn packet_id(self) -> PacketId {
        self.packet_id
    }
}

/// The slot was answered before, or belongs to an earlier connection or session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSlot;

impl fmt::Display for UnknownSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this message was acknowledged before, or its connection is gone")
    }
}

impl core::error::Error for UnknownSlot {}

/// The peer sent a legal packet that is wrong here: the connection must end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The reason to tell the peer in 5.0.
    pub reason: Reason,
    /// In words, with the packet.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl core::error::Error for Violation {}
