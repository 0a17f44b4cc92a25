//! Delivery, once: packet identifiers, QoS 1 and 2 handshakes, windows, queues, limits, keep-alive, timers.
//!
//! Both peers of a connection use it and neither is named here. A [`Session`] survives the network
//! connection; a [`Connection`] dies with it.
#![no_std]
extern crate alloc;

mod time;

pub use time::{Deadline, Instant, Timer};

/// What must be answered once the reason is known: a received PUBLISH of QoS 1 or 2.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct AckSlot(midge_codec::PacketId);
