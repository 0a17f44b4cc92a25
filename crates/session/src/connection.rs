//! One network connection: framing, version, limits, topic aliases, keep-alive, back-pressure.
//!
//! What differs between the versions is decided here and in the codec, nowhere else.

use crate::alias::{self, Choice};
use crate::keep_alive::{Elapsed, KeepAlive};
use crate::{Deadline, Dropped, Instant, Limits, Outgoing, Timer, Violation};
use bytes::{Bytes, BytesMut};
use core::time::Duration;
use midge_codec::{
    ByteString, DecodeError, Delivery, Disconnect, Framer, Message, Packet, PacketType, Properties,
    PropertiesBuf, Property, Publish, Reason, Version, Wire, encode, encode_publish_head,
};

/// Messages wait in the queue while more bytes than this have not left the driver's buffer.
const OUTSTANDING_SOFT: u64 = 256 * 1024;

/// A peer that asks for more answers than this without taking them is given up, in bytes.
const ANSWERS_HARD: u64 = 256 * 1024;

/// A message in a block of memory more than this many times as large as its packet is copied out of
/// it: nobody knows how long it will stay.
const WASTE_MAX: usize = 4;

/// Blocks up to this size may be kept for the smallest message, in bytes.
const BLOCK_SMALL: usize = 512;

/// Heads of packets are cut from blocks of this size, in bytes.
const ARENA: usize = 4 * 1024;

/// What dies with the network connection.
#[derive(Clone, Debug)]
pub struct Connection {
    version: Option<Version>,
    local: Limits,
    peer: Limits,
    framer: Framer,
    /// When the bytes came that complete the next frames.
    input_at: Instant,
    keep_alive: KeepAlive,
    inbound_aliases: alias::Inbound,
    outbound_aliases: alias::Outbound,
    outstanding: u64,
    /// When bytes last left the driver's buffer, or began to wait in an empty one.
    taken_at: Instant,
    /// Bytes of answers since `outstanding` passed its soft limit.
    answers: u64,
    /// An answer that the peer must get is larger than it accepts.
    unanswerable: bool,
    arena: BytesMut,
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
        Self {
            version: None,
            local,
            peer: Limits::default(),
            framer: Framer::new(local.maximum_packet_size),
            input_at: now,
            keep_alive: KeepAlive::new(now),
            inbound_aliases: alias::Inbound::default(),
            outbound_aliases: alias::Outbound::default(),
            outstanding: 0,
            taken_at: now,
            answers: 0,
            unanswerable: false,
            arena: BytesMut::new(),
        }
    }

    /// CONNECT was read or written: the version is known. Until then frames are decoded as 3.1.1,
    /// which makes no difference to CONNECT.
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
        self.framer.set_limit(local.maximum_packet_size);
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
        self.input_at = now;
        self.framer.push(bytes);
    }

    /// The next whole frame. An error stays: the stream has no known frame boundary any more.
    pub fn poll_frame(&mut self) -> Option<Result<Bytes, DecodeError>> {
        let frame = self.framer.next_frame().transpose()?;
        if frame.is_ok() {
            self.keep_alive.handle_received(self.input_at);
        }
        Some(frame)
    }

    /// The packet in a frame, at this connection's version.
    pub fn decode<'a>(&self, frame: &'a Bytes) -> Result<Packet<'a>, DecodeError> {
        midge_codec::decode(frame, self.spoken())
    }

    /// Encodes a packet that the session does not send itself and counts it as sent. Reason String
    /// and User Properties are left out of answers that would pass the peer's Maximum Packet Size
    /// with them [MQTT-3.4.2-2] [MQTT-3.9.2-1]. `None`: the packet cannot be sent to this peer, because it
    /// is too large or not legal in this version; where it is an answer, that is an
    /// [`impasse`](Self::impasse).
    pub fn encode(&mut self, now: Instant, packet: &Packet<'_>) -> Option<Wire> {
        let wire = self.encode_whole(packet).or_else(|| {
            let kept = dispensable(packet)?.filtered(|property| {
                !matches!(
                    property,
                    Property::ReasonString(_) | Property::UserProperty(..)
                )
            });
            self.encode_whole(&with_properties(*packet, kept.as_ref()))
        });
        self.unanswerable |= wire.is_none() && is_answer(packet);
        let wire = wire?;
        if is_answer(packet) && !self.is_writable() {
            self.answers += wire.len() as u64;
        }
        self.count(now, &wire);
        Some(wire)
    }

    /// DISCONNECT with a reason and words for people, counted as sent. `None` where it may not be
    /// sent: before the version is known, and in 3.1.1 for anything but normal disconnection.
    pub fn disconnect(&mut self, now: Instant, reason: Reason, text: Option<&str>) -> Option<Wire> {
        let with_reason = self.version?.has_properties();
        if !with_reason && reason != Reason::Success {
            return None;
        }
        let reason = match reason.is_allowed_in(PacketType::Disconnect) {
            true => reason,
            false => Reason::UnspecifiedError,
        };
        // Words over 65,535 bytes cannot be sent; the reason can.
        let properties =
            PropertiesBuf::try_from_iter(text.map(Property::ReasonString)).unwrap_or_default();
        let packet = Packet::Disconnect(Disconnect {
            reason,
            properties: properties.as_ref(),
        });
        self.encode(now, &packet)
    }

    /// Counts a QoS 0 PUBLISH that was encoded once for many peers of one version as sent, if this
    /// peer takes it.
    pub fn forward(&mut self, now: Instant, wire: &Wire) -> Result<(), Dropped> {
        if self.is_too_large(wire) {
            return Err(Dropped::TooLarge);
        }
        if !self.is_writable() {
            return Err(Dropped::QueueFull);
        }
        self.count(now, wire);
        Ok(())
    }

    /// `bytes` of what was encoded have left the driver's buffer.
    pub fn handle_sent(&mut self, now: Instant, bytes: usize) {
        self.taken_at = now;
        self.outstanding = self.outstanding.saturating_sub(bytes as u64);
        if self.is_writable() {
            self.answers = 0;
        }
    }

    /// Bytes encoded that have not left the driver's buffer.
    pub fn outstanding(&self) -> u64 {
        self.outstanding
    }

    /// Whether messages may be sent: few enough bytes are outstanding.
    pub fn is_writable(&self) -> bool {
        self.outstanding <= OUTSTANDING_SOFT && !self.unanswerable
    }

    /// Since when the peer has taken nothing, while so much is outstanding that messages wait.
    pub fn stalled_since(&self) -> Option<Instant> {
        (self.outstanding > OUTSTANDING_SOFT).then_some(self.taken_at)
    }

    /// Why the connection should be given up, if it should. Quota exceeded: the peer makes this side
    /// answer, and does not take the answers. Packet too large: an answer that it must get is larger
    /// than its Maximum Packet Size, and neither may it be sent [MQTT-3.1.2-24] nor may it fail to come
    /// [MQTT-3.8.4-1] [MQTT-3.10.4-4].
    pub fn impasse(&self) -> Option<Reason> {
        if self.unanswerable {
            Some(Reason::PacketTooLarge)
        } else if self.answers > ANSWERS_HARD {
            Some(Reason::QuotaExceeded)
        } else {
            None
        }
    }

    /// This side pings: PINGREQ when nothing was sent, or nothing received, for `keep_alive` seconds
    /// (0: never), and [`Due::Silent`] when PINGRESP takes longer than `response_timeout`.
    pub fn ping_every(&mut self, keep_alive: u16, response_timeout: Duration) {
        self.keep_alive.ping_every(keep_alive, response_timeout);
    }

    /// The peer pings: [`Due::Silent`] when no packet arrives for 1.5 times `keep_alive` seconds
    /// (0: never) [MQTT-3.1.2-22].
    pub fn expect_every(&mut self, keep_alive: u16) {
        self.keep_alive.expect_every(keep_alive);
    }

    /// PINGRESP arrived.
    pub fn handle_ping_response(&mut self) {
        self.keep_alive.handle_ping_response();
    }

    /// Time has passed. Early or repeated calls do nothing; call until `None`.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Due> {
        match self.keep_alive.handle_timeout(now)? {
            Elapsed::Ping => self.encode(now, &Packet::PingReq).map(Due::Ping),
            Elapsed::Silent(timer) => Some(Due::Silent(timer)),
        }
    }

    /// The next of [`Timer::Ping`], [`Timer::PingResponse`] and [`Timer::KeepAlive`].
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.keep_alive.poll_timeout()
    }
}

impl Connection {
    /// The message of a PUBLISH, with its topic.
    pub(crate) fn resolve(
        &mut self,
        frame: &Bytes,
        publish: &Publish<'_>,
    ) -> Result<Message, Violation> {
        let mut message = Message::from_publish(frame, publish);
        let block = self.framer.block_len();
        if block > BLOCK_SMALL && block / WASTE_MAX > frame.len() {
            message = message.compacted();
        }
        if let Some(alias) = publish.properties.topic_alias() {
            // A copy, so that the table does not keep the frame.
            let named = (!publish.topic.is_empty()).then(|| ByteString::from(publish.topic));
            let maximum = self.local.topic_alias_maximum;
            message.topic = self.inbound_aliases.resolve(alias, maximum, named)?;
        }
        Ok(message)
    }

    /// Encodes a PUBLISH and counts it as sent. The payload is shared.
    pub(crate) fn publish(
        &mut self,
        now: Instant,
        outgoing: &Outgoing,
        delivery: Delivery,
        expires_at: Option<Instant>,
    ) -> Result<Wire, Dropped> {
        // The interval that is left [MQTT-3.3.2-6].
        let expiry = expires_at.map(|at| Property::MessageExpiryInterval(seconds_left(now, at)));
        let topic = &outgoing.message.topic;
        let choice = match self.spoken().has_properties() {
            true => {
                let maximum = self.peer.topic_alias_maximum;
                self.outbound_aliases.choose(topic, maximum)
            }
            false => Choice::Full,
        };
        let mut sent = self.encode_publish(outgoing, delivery, expiry, choice);
        if sent == Err(Dropped::TooLarge) && matches!(choice, Choice::Define(_)) {
            sent = self.encode_publish(outgoing, delivery, expiry, Choice::Full);
        } else if sent.is_ok() {
            self.outbound_aliases.commit(choice, topic);
        }
        let wire = sent?;
        self.count(now, &wire);
        Ok(wire)
    }

    fn encode_publish(
        &mut self,
        outgoing: &Outgoing,
        delivery: Delivery,
        expiry: Option<Property<'_>>,
        choice: Choice,
    ) -> Result<Wire, Dropped> {
        let message = &outgoing.message;
        let alias = choice
            .alias()
            .map(|alias| Property::TopicAlias(alias.get()));
        let merged;
        let properties = if alias.is_none() && expiry.is_none() && outgoing.extra.is_empty() {
            message.properties.as_ref()
        } else {
            let extra = outgoing.extra.as_ref().iter();
            let end_to_end = message.properties.as_ref().iter().filter(|property| {
                expiry.is_none() || !matches!(property, Property::MessageExpiryInterval(_))
            });
            let all = alias
                .into_iter()
                .chain(expiry)
                .chain(extra)
                .chain(end_to_end);
            merged = PropertiesBuf::try_from_iter(all).map_err(|_| Dropped::Illegal)?;
            merged.as_ref()
        };
        let publish = Publish {
            delivery,
            retain: outgoing.retain,
            topic: match choice {
                Choice::Use(_) => "",
                Choice::Full | Choice::Define(_) => &message.topic,
            },
            properties,
            payload: &[],
        };
        self.reserve();
        let version = self.spoken();
        encode_publish_head(&publish, message.payload.len(), version, &mut self.arena).map_err(
            |error| match error {
                midge_codec::EncodeError::TooLong => Dropped::TooLarge,
                _ => Dropped::Illegal,
            },
        )?;
        let wire = Wire {
            head: self.arena.split().freeze(),
            payload: message.payload.clone(),
        };
        match self.is_too_large(&wire) {
            true => Err(Dropped::TooLarge),
            false => Ok(wire),
        }
    }

    fn encode_whole(&mut self, packet: &Packet<'_>) -> Option<Wire> {
        self.reserve();
        encode(packet, self.spoken(), &mut self.arena).ok()?;
        let wire = Wire::from(self.arena.split().freeze());
        (!self.is_too_large(&wire)).then_some(wire)
    }

    /// Room for small heads; the block is used again once all that was cut from it is gone.
    fn reserve(&mut self) {
        if self.arena.capacity() < 256 {
            self.arena.reserve(ARENA);
        }
    }

    fn spoken(&self) -> Version {
        self.version.unwrap_or(Version::V311)
    }

    fn is_too_large(&self, wire: &Wire) -> bool {
        wire.len() as u64 > u64::from(self.peer.maximum_packet_size)
    }

    fn count(&mut self, now: Instant, wire: &Wire) {
        if self.outstanding == 0 {
            self.taken_at = now;
        }
        self.outstanding += wire.len() as u64;
        self.keep_alive.handle_sent(now);
    }
}

/// Whole seconds until `at`, rounded up: a message that is not expired has at least one left.
fn seconds_left(now: Instant, at: Instant) -> u32 {
    let micros = at.as_micros().saturating_sub(now.as_micros());
    u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(u32::MAX)
}

/// Whether the peer made this side send it.
fn is_answer(packet: &Packet<'_>) -> bool {
    matches!(
        packet,
        Packet::Ack(_) | Packet::SubAck(_) | Packet::UnsubAck(_) | Packet::PingResp
    )
}

/// The properties of a packet that may be sent without Reason String and User Properties.
fn dispensable<'a>(packet: &Packet<'a>) -> Option<Properties<'a>> {
    match packet {
        Packet::ConnAck(packet) => Some(packet.properties),
        Packet::Ack(packet) => Some(packet.properties),
        Packet::SubAck(packet) => Some(packet.properties),
        Packet::UnsubAck(packet) => Some(packet.properties),
        Packet::Disconnect(packet) => Some(packet.properties),
        Packet::Auth(packet) => Some(packet.properties),
        _ => None,
    }
    .filter(|properties| !properties.is_empty())
}

fn with_properties<'a>(mut packet: Packet<'a>, properties: Properties<'a>) -> Packet<'a> {
    match &mut packet {
        Packet::ConnAck(packet) => packet.properties = properties,
        Packet::Ack(packet) => packet.properties = properties,
        Packet::SubAck(packet) => packet.properties = properties,
        Packet::UnsubAck(packet) => packet.properties = properties,
        Packet::Disconnect(packet) => packet.properties = properties,
        Packet::Auth(packet) => packet.properties = properties,
        _ => {}
    }
    packet
}
