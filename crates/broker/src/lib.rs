//! The broker's state machine: routing, sessions, retained messages, wills, access; no clock, no socket.
//!
//! One hostile client never makes a verb fail for the others: a peer's fault is an [`Event`] and a
//! close, the caller's fault is [`Refused`].
#![no_std]
extern crate alloc;

mod config;
mod event;
pub mod route;
mod snapshot;

pub use config::{Config, Limits};
pub use event::{CloseReason, Command, ConnId, Event, MessageId, Output, Refused, Token};
pub use snapshot::{
    ConnectionView, DeadlineView, RetainedView, SessionView, Statistics, SubscriptionView,
};

use bytes::Bytes;
use midge_session::{Deadline, Instant};

/// An MQTT broker for 3.1.1 and 5.0. A clone is a checkpoint.
#[derive(Clone, Debug)]
pub struct Broker {
    config: Config,
}

impl Broker {
    /// An empty broker. `seed` drives assigned client ids and fair choice.
    pub fn new(config: Config, seed: u64, now: Instant) -> Self {
        let _ = (seed, now);
        Self { config }
    }

    /// What it was configured with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A transport is up. `conn` must not be in use.
    pub fn handle_open(&mut self, now: Instant, conn: ConnId) {
        let _ = (now, conn);
    }

    /// Bytes arrived, chunked in any way.
    pub fn handle_input(&mut self, now: Instant, conn: ConnId, bytes: Bytes) {
        let _ = (now, conn, bytes);
    }

    /// `bytes` of what was given by [`Output::Send`] have left the driver's buffer.
    pub fn handle_sent(&mut self, now: Instant, conn: ConnId, bytes: usize) {
        let _ = (now, conn, bytes);
    }

    /// The transport is gone. After [`Output::Close`] it need not be called; it does no harm.
    pub fn handle_close(&mut self, now: Instant, conn: ConnId) {
        let _ = (now, conn);
    }

    /// Time has passed. Early or repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// Does what the host or its operator asks.
    pub fn command(&mut self, now: Instant, command: Command) -> Result<Token, Refused> {
        let _ = (now, command);
        Err(Refused::UnknownClient)
    }

    /// The next thing for the driver to do, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        None
    }

    /// The earliest deadline.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        None
    }
}

/// What the broker holds, for whoever shows it. Every list is in a stable order.
impl Broker {
    /// Counters since the start.
    pub fn statistics(&self) -> Statistics {
        Statistics::default()
    }

    /// How many sessions there are.
    pub fn session_count(&self) -> u32 {
        0
    }

    /// Sessions in the order of their client ids, connected or not.
    pub fn sessions(&self) -> impl Iterator<Item = SessionView<'_>> {
        core::iter::empty()
    }

    /// The session of a client.
    pub fn session(&self, client_id: &str) -> Option<SessionView<'_>> {
        let _ = client_id;
        None
    }

    /// The subscriptions of a client, in the order of their filters.
    pub fn subscriptions(&self, client_id: &str) -> impl Iterator<Item = SubscriptionView<'_>> {
        let _ = client_id;
        core::iter::empty()
    }

    /// How many retained messages there are.
    pub fn retained_count(&self) -> u32 {
        0
    }

    /// Retained messages in the order of their topics, from the first topic not below `from`.
    pub fn retained(&self, from: &str) -> impl Iterator<Item = RetainedView<'_>> {
        let _ = from;
        core::iter::empty()
    }

    /// The next deadlines with who they concern, earliest first, at most `most`.
    pub fn deadlines(&self, most: u32) -> alloc::vec::Vec<DeadlineView> {
        let _ = most;
        alloc::vec::Vec::new()
    }
}
