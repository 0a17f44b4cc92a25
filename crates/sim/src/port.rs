//! Ports: clients from outside the house join the broker through the same kind of link.

use bytes::Bytes;
use midge_trace::HopId;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Unread bytes at which a port stops reading from its link.
const UNREAD_MAX: usize = 1 << 20;

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

/// What a port has learned and nobody has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Port {
    events: VecDeque<PortEvent>,
    unread: usize,
}

impl Port {
    pub(crate) fn sent(&mut self, bytes: usize) {
        if bytes == 0 {
            return;
        }
        match self.events.back_mut() {
            Some(PortEvent::Sent(before)) => *before += bytes,
            _ => self.events.push_back(PortEvent::Sent(bytes)),
        }
    }

    pub(crate) fn receive(&mut self, bytes: Bytes) {
        self.unread += bytes.len();
        self.events.push_back(PortEvent::Bytes(bytes));
    }

    pub(crate) fn close(&mut self) {
        self.events.push_back(PortEvent::Closed);
    }

    /// Whether it reads nothing more for a while.
    pub(crate) fn is_full(&self) -> bool {
        self.unread >= UNREAD_MAX
    }

    pub(crate) fn pop(&mut self) -> Option<PortEvent> {
        let event = self.events.pop_front()?;
        if let PortEvent::Bytes(bytes) = &event {
            self.unread -= bytes.len();
        }
        Some(event)
    }
}
