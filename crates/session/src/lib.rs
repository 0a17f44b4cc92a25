//! Delivery, once: packet identifiers, QoS 1 and 2 handshakes, windows, queues, limits, keep-alive, timers.
//!
//! Both peers of a connection use it and neither is named here. A [`Session`] survives the network
//! connection; a [`Connection`] dies with it.
#![no_std]
extern crate alloc;

mod alias;
mod connection;
pub mod handshake;
mod ids;
mod keep_alive;
mod kept;
mod limits;
mod outgoing;
mod queue;
mod receiver;
pub mod scram;
mod sender;
mod session;
mod time;

pub use connection::{Connection, Due};
pub use handshake::Stage;
pub use kept::Kept;
pub use limits::{Bounds, Limits};
pub use outgoing::{AckSlot, Dropped, Outgoing, Received, Report, UnknownSlot, Violation};
pub use session::{InFlight, Incoming, Queued, Session};
#[cfg(test)]
mod tests;

pub use time::{Deadline, Instant, Timer};
