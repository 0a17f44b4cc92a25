//! Routing as a value: who gets a message, at which QoS, and why others do not.

use midge_codec::{QoS, topic};
use serde::{Deserialize, Serialize};

/// What becomes of one message for one subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It is sent or queued.
    Deliver {
        /// The lower of the publisher's and the granted QoS.
        qos: QoS,
        /// The RETAIN flag it is sent with.
        retain: bool,
    },
    /// It is not.
    Not(NotDelivered),
}

/// Why a message is not delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotDelivered {
    /// The filter does not match, and where it fails.
    NoMatch(topic::Mismatch),
    /// No Local, and the receiver is the publisher.
    NoLocal,
    /// The receiver may not read the topic.
    NotAuthorized,
    /// The message expired before it could be sent.
    Expired,
    /// The receiver's queue is full.
    QueueFull,
    /// The receiver is offline and the message is QoS 0.
    OfflineAtMostOnce,
    /// The packet would be larger than the receiver's Maximum Packet Size.
    TooLarge,
    /// Another member of the shared subscription was chosen.
    SharedToAnother,
}
