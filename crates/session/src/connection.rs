//! One network connection: framing, version, limits, topic aliases, keep-alive, back-pressure.

use crate::{Deadline, Dropped, Instant, Limits, Timer};
use bytes::Bytes;
use core::time::Duration;
use midge_codec::{DecodeError, Packet, Reason, Version, Wire};

/// What dies with the network connection.
#[derive(Clone, Debug)]
pub struct Connection {
    version: Option<Version>,
    local: Limits,
    peer: Limits,
    outstanding: u64,
}

/// What [`Connection::handle_timeout`] found due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Send this PINGREQ.
    Ping(Wire),
    /// Close: the peer is silent. [`Timer::PingResponse`] or [`Timer::KeepAlive`].
    Silent(Timer),
}

impl Connection {
    /// A transport that came up; `local` is what this side accepts.
    pub fn new(now: Instant, local: Limits) -> Self {
        let _ = now;
        Self {
            version: None,
            local,
            peer: Limits::default(),
            outstanding: 0,
        }
    }

    /// CONNECT was read or written: the version is known. Until then frames are decoded as 3.1.1.
    pub fn set_version(&mut self, version: Version) {
        self.version = Some(version);
    }

    /// What the peer accepts, from its CONNECT or CONNACK properties.
    pub fn set_peer(&mut self, peer: Limits) {
        self.peer = peer;
    }

    /// What this side accepts, when that depends on the version.
    pub fn set_local(&mut self, local: Limits) {
        self.local = local;
    }

    /// The version, once known.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// What this side accepts.
    pub fn local(&self) -> Limits {
        self.local
    }

    /// What the peer accepts.
    pub fn peer(&self) -> Limits {
        self.peer
    }

    /// Bytes arrived, chunked in any way. Read them with [`Connection::poll_frame`].
    pub fn handle_input(&mut self, now: Instant, bytes: Bytes) {
        let _ = (now, bytes);
    }

    /// The next whole frame. After an error there is none any more: close.
    pub fn poll_frame(&mut self) -> Option<Result<Bytes, DecodeError>> {
        None
    }

    /// The packet in a frame, at this connection's version.
    pub fn decode<'a>(&self, frame: &'a Bytes) -> Result<Packet<'a>, DecodeError> {
        let _ = frame;
        Ok(Packet::PingReq)
    }

    /// Encodes a packet that the session does not send itself and counts it as sent. Reason String
    /// and User Properties are left out where they would pass the peer's Maximum Packet Size.
    /// `None`: the packet is too large or not in this version, and is not sent.
    pub fn encode(&mut self, now: Instant, packet: &Packet<'_>) -> Option<Wire> {
        let _ = (now, packet);
        None
    }

    /// DISCONNECT with a reason and words for people; `None` when this side may not send it: before
    /// CONNECT, or in 3.1.1 with a reason other than normal disconnection.
    pub fn disconnect(&mut self, now: Instant, reason: Reason, text: Option<&str>) -> Option<Wire> {
        let _ = (now, reason, text);
        None
    }

    /// Counts a QoS 0 PUBLISH that was encoded once for many peers as sent, if this peer takes it.
    pub fn forward(&mut self, now: Instant, wire: &Wire) -> Result<(), Dropped> {
        let _ = (now, wire);
        Ok(())
    }

    /// `bytes` of what was encoded have left the driver's buffer.
    pub fn handle_sent(&mut self, bytes: usize) {
        self.outstanding = self.outstanding.saturating_sub(bytes as u64);
    }

    /// Bytes encoded that have not left the driver's buffer.
    pub fn outstanding(&self) -> u64 {
        self.outstanding
    }

    /// Whether the peer takes so few bytes that the connection should be given up: more than the
    /// hard limit is outstanding in answers alone.
    pub fn is_stuck(&self) -> bool {
        false
    }

    /// This side pings: PINGREQ when nothing was sent for `keep_alive` seconds (0: never), and
    /// [`Due::Silent`] when PINGRESP takes longer than `response_timeout`.
    pub fn ping_every(&mut self, keep_alive: u16, response_timeout: Duration) {
        let _ = (keep_alive, response_timeout);
    }

    /// The peer pings: [`Due::Silent`] when nothing arrives for 1.5 times `keep_alive` seconds
    /// (0: never).
    pub fn expect_every(&mut self, keep_alive: u16) {
        let _ = keep_alive;
    }

    /// PINGRESP arrived.
    pub fn handle_ping_response(&mut self) {}

    /// Time has passed. Early or repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Due> {
        let _ = now;
        None
    }

    /// The next of [`Timer::Ping`], [`Timer::PingResponse`] and [`Timer::KeepAlive`].
    pub fn poll_timeout(&self) -> Option<Deadline> {
        None
    }
}
