//! The client's state machine: no clock, no socket, no thread.
//!
//! The driver owns transport and time. It calls the `handle_*` verbs, sends what [`Client::poll_output`]
//! yields, and calls [`Client::handle_timeout`] when [`Client::poll_timeout`] is due. Every verb may be
//! called at any time; a spurious call does nothing.
#![no_std]
extern crate alloc;

mod config;
mod event;

pub use config::{Config, Reconnect, Will};
pub use event::{Cause, Command, Event, Output, Refused, SubscribeRequest, Token};

use bytes::Bytes;
use midge_session::{Deadline, Instant};

/// What the client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum State {
    /// No transport, and none asked for.
    Idle,
    /// [`Output::Open`] was given; waits for [`Client::handle_open`].
    Opening,
    /// CONNECT was sent; waits for CONNACK.
    Connecting,
    /// CONNACK came with success.
    Connected,
    /// The connection was lost; waits for [`midge_session::Timer::Reconnect`].
    Waiting,
}

/// An MQTT client, 3.1.1 or 5.0. A clone is a checkpoint.
#[derive(Clone, Debug)]
pub struct Client {
    config: Config,
}

impl Client {
    /// A client that does nothing until [`Command::Connect`]. `seed` drives its jitter.
    pub fn new(config: Config, seed: u64) -> Self {
        let _ = seed;
        Self { config }
    }

    /// What it was configured with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        State::Idle
    }

    /// The transport asked for with [`Output::Open`] is up.
    pub fn handle_open(&mut self, now: Instant) {
        let _ = now;
    }

    /// Bytes arrived, chunked in any way.
    pub fn handle_input(&mut self, now: Instant, bytes: Bytes) {
        let _ = (now, bytes);
    }

    /// `bytes` of what was given by [`Output::Send`] have left the driver's buffer.
    pub fn handle_sent(&mut self, now: Instant, bytes: usize) {
        let _ = (now, bytes);
    }

    /// The transport is gone, or could not be opened.
    pub fn handle_close(&mut self, now: Instant) {
        let _ = now;
    }

    /// Time has passed. Early or repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// Does what the application asks. The token returns in the event that completes the command.
    pub fn command(&mut self, now: Instant, command: Command) -> Result<Token, Refused> {
        let _ = (now, command);
        Err(Refused::NotConnected)
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
