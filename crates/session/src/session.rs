//! What survives the network connection: identifiers, handshakes, the queue.

use crate::{
    AckSlot, Bounds, Connection, Deadline, Dropped, Instant, Outgoing, Received, Report, Stage,
    UnknownSlot, Violation,
};
use alloc::vec::Vec;
use bytes::Bytes;
use midge_codec::{Ack, Message, PacketId, Publish, Reason, Wire};

/// Delivery state that outlives a connection; the same for both peers.
#[derive(Clone, Debug)]
pub struct Session {
    bounds: Bounds,
    online: bool,
}

/// A message whose handshake is open, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight<'a> {
    /// Its packet identifier.
    pub packet_id: PacketId,
    /// The message; its payload is gone once PUBREC arrived.
    pub message: &'a Message,
    /// Where the handshake is.
    pub stage: Stage,
    /// When its last packet was sent; `None` while a re-send waits for its turn.
    pub sent_at: Option<Instant>,
}

/// A message that waits to be sent, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued<'a> {
    /// The message with what is peculiar to this peer.
    pub outgoing: &'a Outgoing,
    /// Since when it waits.
    pub since: Instant,
    /// When it expires.
    pub expires_at: Option<Instant>,
}

/// A received message whose handshake is open, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its packet identifier.
    pub packet_id: PacketId,
    /// Where the handshake is.
    pub stage: Stage,
    /// When it was received.
    pub received_at: Instant,
}

impl Session {
    /// An empty session without connection.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            online: false,
        }
    }

    /// How much it may hold.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// A connection is established, the first or another: what is in flight will be sent again, in
    /// order, before anything else.
    pub fn resume(&mut self, now: Instant) {
        let _ = now;
        self.online = true;
    }

    /// The connection is gone. QoS 0 messages that were not sent are dropped and reported.
    pub fn suspend(&mut self, now: Instant) {
        let _ = now;
        self.online = false;
    }

    /// The peer has forgotten this session: everything in flight in either direction is forgotten,
    /// what was not yet sent stays queued. Gives the tags that will never complete.
    pub fn restart(&mut self) -> Vec<u64> {
        Vec::new()
    }

    /// Queues a message. Refused ones are given back as the reason only and are not reported.
    pub fn publish(&mut self, now: Instant, outgoing: Outgoing) -> Result<(), Dropped> {
        let _ = (now, outgoing);
        Err(Dropped::Offline)
    }

    /// A PUBLISH arrived, in `frame`. `None`: a QoS 2 message that was delivered before; the answer,
    /// if one is due, is queued.
    pub fn on_publish(
        &mut self,
        now: Instant,
        connection: &mut Connection,
        frame: &Bytes,
        publish: &Publish<'_>,
    ) -> Result<Option<Received>, Violation> {
        let _ = (now, connection, frame, publish);
        Ok(None)
    }

    /// Answers a received message, in any order and also without a connection. Answers are sent in
    /// the order of the messages [MQTT-4.6.0-2] [MQTT-4.6.0-3].
    pub fn acknowledge(&mut self, slot: AckSlot, reason: Reason) -> Result<(), UnknownSlot> {
        let _ = (slot, reason);
        Err(UnknownSlot)
    }

    /// One of the four acknowledgements arrived. What it completes is reported.
    pub fn on_ack(&mut self, now: Instant, ack: &Ack<'_>) -> Result<(), Violation> {
        let _ = (now, ack);
        Ok(())
    }

    /// The next packet to send: answers, then what is sent again, then the queue, as far as the
    /// window and back-pressure allow. Call until `None`, after every other verb.
    pub fn poll_packet(&mut self, now: Instant, connection: &mut Connection) -> Option<Wire> {
        let _ = (now, connection);
        None
    }

    /// What became of the messages, in order. Call until `None`, after every other verb.
    pub fn poll_report(&mut self) -> Option<Report> {
        None
    }

    /// A packet identifier for SUBSCRIBE or UNSUBSCRIBE; `None` when all are in use.
    pub fn reserve_id(&mut self) -> Option<PacketId> {
        None
    }

    /// SUBACK or UNSUBACK arrived, or will not any more: the identifier is free again. False if it
    /// was not reserved.
    pub fn release_id(&mut self, packet_id: PacketId) -> bool {
        let _ = packet_id;
        false
    }

    /// Time has passed: queued messages expire, reported. Early or repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// The next [`crate::Timer::MessageExpiry`].
    pub fn poll_timeout(&self) -> Option<Deadline> {
        None
    }
}

/// What the session holds, for whoever shows it.
impl Session {
    /// Whether there is a connection.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// How many messages wait to be sent.
    pub fn queued_count(&self) -> u32 {
        0
    }

    /// Bytes of those: topics, payloads and properties.
    pub fn queued_bytes(&self) -> u32 {
        0
    }

    /// How many messages were sent whose handshake is open.
    pub fn inflight_count(&self) -> u32 {
        0
    }

    /// How many messages were received whose handshake is open.
    pub fn incoming_count(&self) -> u32 {
        0
    }

    /// Messages that wait to be sent, in order.
    pub fn queued(&self) -> impl Iterator<Item = Queued<'_>> {
        core::iter::empty()
    }

    /// Messages sent whose handshake is open, in the order in which they were first sent.
    pub fn inflight(&self) -> impl Iterator<Item = InFlight<'_>> {
        core::iter::empty()
    }

    /// Messages received whose handshake is open, in the order in which they were received.
    pub fn incoming(&self) -> impl Iterator<Item = Incoming> {
        core::iter::empty()
    }
}
