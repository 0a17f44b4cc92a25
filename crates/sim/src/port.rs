//! Ports: clients from outside the house join the broker through the same kind of link.

use bytes::Bytes;
use midge_trace::HopId;
use serde::{Deserialize, Serialize};

/// An outside client's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PortId(pub(crate) u32);

impl PortId {
    /// The hop under which its packets are logged.
    pub const fn hop(self) -> HopId {
        HopId(self.0)
    }
}

/// What an outside client learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortEvent {
    /// Bytes from the broker.
    Bytes(Bytes),
    /// So many of the bytes given to [`crate::World::port_send`] left the sender's buffer.
    Sent(usize),
    /// The connection is gone; nothing follows.
    Closed,
}
