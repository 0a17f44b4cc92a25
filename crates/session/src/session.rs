//! What survives the network connection: identifiers, handshakes, the queue.

use crate::ids::PacketIds;
use crate::queue::{Queue, Waiting, dropped};
use crate::receiver::{Outcome, Receiver};
use crate::sender::Sender;
use crate::{
    AckSlot, Bounds, Connection, Deadline, Dropped, Instant, Outgoing, Received, Report, Stage,
    Timer, UnknownSlot, Violation,
};
use alloc::{collections::VecDeque, vec::Vec};
use bytes::Bytes;
use midge_codec::{
    Ack, AckKind, Delivery, Message, Packet, PacketId, Properties, Publish, QoS, Reason, Wire,
};

/// Delivery state that outlives a connection; the same for both peers.
#[derive(Clone, Debug)]
pub struct Session {
    bounds: Bounds,
    online: bool,
    pub(crate) ids: PacketIds,
    /// Sorted: identifiers of SUBSCRIBE and UNSUBSCRIBE packets that wait for their answer.
    reserved: Vec<PacketId>,
    pub(crate) queue: Queue,
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
    due: VecDeque<Due>,
    reports: VecDeque<Report>,
}

/// An acknowledgement that waits to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    kind: AckKind,
    packet_id: PacketId,
    reason: Reason,
}

/// A message whose handshake is open, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight<'a> {
    /// Its packet identifier.
    pub packet_id: PacketId,
    /// The message; its payload is gone once PUBREC arrived.
    pub message: &'a Message,
    /// From [`Outgoing::tag`].
    pub tag: u64,
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
            ids: PacketIds::default(),
            reserved: Vec::new(),
            queue: Queue::default(),
            sender: Sender::default(),
            receiver: Receiver::default(),
            due: VecDeque::new(),
            reports: VecDeque::new(),
        }
    }

    /// How much it may hold.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// A connection is established, the first or another: what is in flight will be sent again, in
    /// order, before anything else.
    pub fn resume(&mut self, now: Instant) {
        self.suspend(now);
        self.online = true;
        self.sender.resume();
    }

    /// The connection is gone. QoS 0 messages that were not sent are dropped and reported.
    pub fn suspend(&mut self, now: Instant) {
        if self.online {
            self.receiver.recover();
        }
        self.online = false;
        // The peer sends what these would answer again, and is answered then.
        self.due.clear();
        self.receiver.suspend();
        self.queue.drop_best_effort(&mut self.reports);
        self.drop_queued(|queue, reports| queue.expire(now, reports));
    }

    /// What is dropped from the queue leaves its turn, and with it its identifier, unused.
    fn drop_queued(&mut self, drop: impl FnOnce(&mut Queue, &mut VecDeque<Report>)) {
        let before = self.queue.kept_len();
        drop(&mut self.queue, &mut self.reports);
        for _ in self.queue.kept_len()..before {
            self.ids.skip();
        }
    }

    /// The peer has forgotten this session: everything in flight in either direction is forgotten,
    /// what was not yet sent stays queued. Gives the tags that will never complete, in order.
    pub fn restart(&mut self) -> Vec<u64> {
        self.due.clear();
        self.ids.clear();
        self.reserved.clear();
        self.receiver.clear();
        self.sender.clear()
    }

    /// The peer will not come back: gives the messages of Shared Subscriptions that others may have
    /// instead, with the times when they expire, in order. A QoS 2 message that was sent before is not
    /// among them [MQTT-4.8.2-5].
    pub fn take_shared(&mut self) -> Vec<(Outgoing, Option<Instant>)> {
        let mut taken = self.sender.take_shared(&mut self.ids);
        taken.append(&mut self.queue.take_shared());
        taken
    }

    /// Queues a message. One that is refused is not reported again.
    pub fn publish(&mut self, now: Instant, outgoing: Outgoing) -> Result<(), Dropped> {
        if outgoing.qos == QoS::AtMostOnce && !self.online {
            return Err(Dropped::Offline);
        }
        self.queue.push(now, self.bounds, outgoing)
    }

    /// Ends what may not be sent to this peer: messages that wait, and messages that would be sent
    /// again, are reported as completed with the reason that `judge` gives.
    pub fn refuse(&mut self, judge: impl Fn(&Outgoing) -> Option<Reason>) {
        self.sender.refuse(&judge, &mut self.ids, &mut self.reports);
        self.queue.refuse(&judge, &mut self.reports);
    }

    /// The same for a session whose owner may not have some messages any more: those that wait, and
    /// without a connection those that would be sent again. What is under way arrives.
    pub fn withdraw(&mut self, judge: impl Fn(&Outgoing) -> Option<Reason>) {
        if !self.online {
            self.sender.refuse(&judge, &mut self.ids, &mut self.reports);
        }
        self.drop_queued(|queue, reports| queue.refuse(&judge, reports));
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
        let message = connection.resolve(frame, publish)?;
        let (packet_id, dup) = match publish.delivery {
            Delivery::AtMostOnce => {
                return Ok(Some(Received {
                    message,
                    dup: false,
                    slot: None,
                }));
            }
            Delivery::AtLeastOnce { packet_id, dup } | Delivery::ExactlyOnce { packet_id, dup } => {
                (packet_id, dup)
            }
        };
        let maximum = connection.local().receive_maximum;
        let outcome = self
            .receiver
            .on_publish(now, publish.delivery, packet_id, maximum)?;
        Ok(match outcome {
            Outcome::Deliver(slot) => Some(Received {
                message,
                dup,
                slot: Some(slot),
            }),
            Outcome::Answer(due) => {
                self.due.push_back(due);
                None
            }
            Outcome::Nothing => None,
        })
    }

    /// Answers a received message, in any order and also without a connection. Answers are sent in
    /// the order of the messages [MQTT-4.6.0-2] [MQTT-4.6.0-3].
    ///
    /// A reason that PUBACK and PUBREC cannot carry is sent as Unspecified error if it is a failure,
    /// and as Success if not.
    pub fn acknowledge(&mut self, slot: AckSlot, reason: Reason) -> Result<(), UnknownSlot> {
        let reason = match reason {
            reason if reason.is_allowed_in(AckKind::PubAck.packet_type()) => reason,
            reason if reason.is_failure() => Reason::UnspecifiedError,
            _ => Reason::Success,
        };
        let (online, queue) = (self.online, &mut self.due);
        self.receiver.acknowledge(slot, reason, |due| {
            if online {
                queue.push_back(due);
            }
        })
    }

    /// One of the four acknowledgements arrived. What it completes is reported, what it asks for is
    /// queued. An identifier that is not in use is no error: after a resume the peer may know more
    /// or less than this side (section 4.4).
    pub fn on_ack(&mut self, now: Instant, ack: &Ack<'_>) -> Result<(), Violation> {
        let due = match ack.kind {
            AckKind::PubRel => self.receiver.on_release(ack)?,
            AckKind::PubAck | AckKind::PubRec | AckKind::PubComp => {
                self.sender
                    .on_ack(now, ack, &mut self.ids, &mut self.reports)?
            }
        };
        self.due.extend(due);
        Ok(())
    }

    /// The next packet to send: answers, then what is sent again, then the queue, as far as the
    /// window and back-pressure allow. Call until `None`, after every other verb.
    pub fn poll_packet(&mut self, now: Instant, connection: &mut Connection) -> Option<Wire> {
        if !self.online {
            return None;
        }
        while let Some(due) = self.due.pop_front() {
            if let Some(wire) = due.encode(now, connection) {
                return Some(wire);
            }
        }
        if !connection.is_writable() {
            return None;
        }
        let (sender, ids, reports) = (&mut self.sender, &mut self.ids, &mut self.reports);
        let wire = sender.resend(now, connection, ids, reports);
        wire.or_else(|| self.poll_queue(now, connection))
    }

    fn poll_queue(&mut self, now: Instant, connection: &mut Connection) -> Option<Wire> {
        self.drop_queued(|queue, reports| queue.expire(now, reports));
        let (ids, reports) = (&mut self.ids, &mut self.reports);
        loop {
            let open = self.sender.is_open(self.bounds.max_inflight, connection);
            let id = ids.peek().filter(|_| open);
            let waiting = self.queue.pop(now, id.is_some(), reports)?;
            let sent = match (waiting.outgoing.qos, id) {
                (QoS::AtLeastOnce | QoS::ExactlyOnce, Some(id)) => {
                    let sender = &mut self.sender;
                    sender.send(now, ids, id, waiting, connection, reports)
                }
                _ => send_once(now, waiting, connection, reports),
            };
            if sent.is_some() {
                return sent;
            }
        }
    }

    /// What became of the messages, in order. Call until `None`, after every other verb.
    pub fn poll_report(&mut self) -> Option<Report> {
        self.reports.pop_front()
    }

    /// A packet identifier for SUBSCRIBE or UNSUBSCRIBE; `None` when all are in use.
    pub fn reserve_id(&mut self) -> Option<PacketId> {
        let packet_id = self.ids.peek()?;
        self.ids.take(packet_id);
        let index = self.reserved.partition_point(|&id| id < packet_id);
        self.reserved.insert(index, packet_id);
        Some(packet_id)
    }

    /// SUBACK or UNSUBACK arrived, or will not any more: the identifier is free again. False if it
    /// was not reserved.
    pub fn release_id(&mut self, packet_id: PacketId) -> bool {
        match self.reserved.binary_search(&packet_id) {
            Ok(index) => {
                self.reserved.remove(index);
                self.ids.release(packet_id)
            }
            Err(_) => false,
        }
    }

    /// Time has passed: queued messages expire, reported. Early or repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.drop_queued(|queue, reports| queue.expire(now, reports));
    }

    /// The next [`Timer::MessageExpiry`].
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let at = self.queue.earliest()?;
        Some(Deadline {
            at,
            timer: Timer::MessageExpiry,
        })
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
        self.queue.len()
    }

    /// Bytes of those: topics, payloads and properties.
    pub fn queued_bytes(&self) -> u32 {
        self.queue.bytes()
    }

    /// How many messages were sent whose handshake is open.
    pub fn inflight_count(&self) -> u32 {
        self.sender.len()
    }

    /// How many messages were received whose handshake is open.
    pub fn incoming_count(&self) -> u32 {
        self.receiver.len()
    }

    /// Messages that wait to be sent, in order.
    pub fn queued(&self) -> impl Iterator<Item = Queued<'_>> {
        self.queue.iter()
    }

    /// Messages sent whose handshake is open, in the order in which they were first sent.
    pub fn inflight(&self) -> impl Iterator<Item = InFlight<'_>> {
        self.sender.iter()
    }

    /// Messages received whose handshake is open, in the order of their identifiers.
    pub fn incoming(&self) -> impl Iterator<Item = Incoming> {
        self.receiver.iter()
    }
}

/// Sends a QoS 0 message, which completes it; `None` if it is dropped. Both are reported.
fn send_once(
    now: Instant,
    waiting: Waiting,
    connection: &mut Connection,
    reports: &mut VecDeque<Report>,
) -> Option<Wire> {
    let outgoing = waiting.outgoing;
    match connection.publish(now, &outgoing, Delivery::AtMostOnce, waiting.expires_at) {
        Ok(wire) => {
            reports.push_back(Report::Completed {
                tag: outgoing.tag,
                reason: Reason::Success,
            });
            Some(wire)
        }
        Err(why) => {
            reports.push_back(dropped(outgoing, why));
            None
        }
    }
}

impl Due {
    pub(crate) fn new(kind: AckKind, packet_id: PacketId, reason: Reason) -> Self {
        Self {
            kind,
            packet_id,
            reason,
        }
    }

    pub(crate) fn encode(self, now: Instant, connection: &mut Connection) -> Option<Wire> {
        let packet = Packet::Ack(Ack {
            kind: self.kind,
            packet_id: self.packet_id,
            reason: self.reason,
            properties: Properties::EMPTY,
        });
        connection.encode(now, &packet)
    }
}
