//! Two sessions that talk to each other, and the rules they must keep.

use crate::{
    AckSlot, Bounds, Connection, Dropped, Instant, Limits, Outgoing, Report, Session, Stage,
    Violation,
};
use alloc::{collections::VecDeque, format, string::String, vec, vec::Vec};
use bytes::Bytes;
use midge_codec::{
    Ack, AckKind, Message, Packet, PacketId, PropertiesBuf, Property, QoS, Reason, Version, Wire,
};

mod flow;
mod incoming;
mod outgoing;
mod random;
mod resume;
mod scram;

/// One end: a session with its connection, and what it has sent.
struct End {
    session: Session,
    connection: Connection,
    version: Version,
    limits: Limits,
    now: Instant,
    /// Packets to the other end, as text of [`describe`], since the last look.
    log: Vec<String>,
    wires: VecDeque<Wire>,
    received: Vec<(String, Option<AckSlot>)>,
    /// Whether messages are acknowledged with this as soon as they come.
    answer: Option<Reason>,
}

impl End {
    fn new(version: Version) -> Self {
        Self::with(version, Bounds::default(), Limits::default())
    }

    /// An end that is online and accepts what `limits` say.
    fn with(version: Version, bounds: Bounds, limits: Limits) -> Self {
        let now = Instant::ZERO;
        let mut connection = Connection::new(now, limits);
        connection.set_version(version);
        let mut session = Session::new(bounds);
        session.resume(now);
        Self {
            session,
            connection,
            version,
            limits,
            now,
            log: Vec::new(),
            wires: VecDeque::new(),
            received: Vec::new(),
            answer: Some(Reason::Success),
        }
    }

    fn publish(&mut self, topic: &'static str, qos: QoS, tag: u64) -> Result<(), Dropped> {
        self.send(Message::new(topic, topic.as_bytes(), qos, false), tag)
    }

    fn send(&mut self, message: Message, tag: u64) -> Result<(), Dropped> {
        let result = self.session.publish(self.now, Outgoing::new(message, tag));
        self.pump();
        result
    }

    /// Moves what the session wants to send to the wire.
    fn pump(&mut self) {
        while let Some(wire) = self.session.poll_packet(self.now, &mut self.connection) {
            let frame = wire.to_bytes();
            let packet = midge_codec::decode(&frame, self.version).unwrap();
            self.log.push(describe(&packet));
            self.connection.handle_sent(self.now, wire.len());
            self.wires.push_back(wire);
        }
    }

    /// Takes one packet of the other end.
    fn take(&mut self, wire: &Wire) -> Result<(), Violation> {
        self.connection.handle_input(self.now, wire.to_bytes());
        while let Some(frame) = self.connection.poll_frame() {
            let frame = frame.unwrap();
            match self.connection.decode(&frame).unwrap() {
                Packet::Publish(publish) => {
                    let (now, connection) = (self.now, &mut self.connection);
                    let arrived = self.session.on_publish(now, connection, &frame, &publish)?;
                    if let Some(arrived) = arrived {
                        let topic = arrived.message.topic;
                        self.received.push((String::from(&*topic), arrived.slot));
                        if let (Some(slot), Some(reason)) = (arrived.slot, self.answer) {
                            self.session.acknowledge(slot, reason).unwrap();
                        }
                    }
                }
                Packet::Ack(ack) => self.session.on_ack(self.now, &ack)?,
                other => panic!("not for a session: {other:?}"),
            }
        }
        self.pump();
        Ok(())
    }

    fn take_packet(&mut self, packet: &Packet<'_>) -> Result<(), Violation> {
        let wire = Wire::encode(packet, self.version).unwrap();
        self.take(&wire)
    }

    fn take_ack(&mut self, kind: AckKind, packet_id: u16, reason: Reason) -> Result<(), Violation> {
        self.take_packet(&Packet::Ack(Ack {
            kind,
            packet_id: id(packet_id),
            reason,
            properties: PropertiesBuf::new().as_ref(),
        }))
    }

    /// Takes a PUBLISH whose topic is also its payload.
    fn take_publish(
        &mut self,
        topic: &'static str,
        qos: QoS,
        packet_id: u16,
        dup: bool,
    ) -> Result<(), Violation> {
        let message = Message::new(topic, topic.as_bytes(), qos, false);
        let delivery = midge_codec::Delivery::new(qos, id(packet_id), dup);
        self.take_packet(&Packet::Publish(message.as_publish(delivery)))
    }

    /// The transport breaks, with all that is on the wire.
    fn lose(&mut self) {
        self.wires.clear();
        self.session.suspend(self.now);
    }

    /// Another transport carries the same session.
    fn reconnect(&mut self) {
        let peer = self.connection.peer();
        self.connection = Connection::new(self.now, self.limits);
        self.connection.set_version(self.version);
        self.connection.set_peer(peer);
        self.session.resume(self.now);
        self.pump();
    }

    fn log(&mut self) -> Vec<String> {
        core::mem::take(&mut self.log)
    }

    fn reports(&mut self) -> Vec<Report> {
        core::iter::from_fn(|| self.session.poll_report()).collect()
    }

    fn topics(&self) -> Vec<&str> {
        self.received.iter().map(|(topic, _)| &**topic).collect()
    }
}

/// Carries packets both ways until both ends are quiet.
fn settle(one: &mut End, other: &mut End) {
    while let Some(wire) = one.wires.pop_front() {
        other.take(&wire).unwrap();
    }
    if !other.wires.is_empty() {
        settle(other, one);
    }
}

fn id(value: u16) -> PacketId {
    PacketId::new(value).unwrap()
}

fn completed(tag: u64, reason: Reason) -> Report {
    Report::Completed { tag, reason }
}

/// A packet in a few words: `PUBLISH home/hall q1 #3 dup`.
fn describe(packet: &Packet<'_>) -> String {
    match packet {
        Packet::Publish(publish) => {
            let mut text = format!(
                "PUBLISH {} q{}",
                publish.topic,
                publish.delivery.qos() as u8
            );
            if let Some(packet_id) = publish.delivery.packet_id() {
                text += &format!(" #{packet_id}");
            }
            if publish.delivery.dup() {
                text += " dup";
            }
            text
        }
        Packet::Ack(ack) => match ack.reason {
            Reason::Success => format!("{} #{}", ack.kind.packet_type(), ack.packet_id),
            reason => {
                let kind = ack.kind.packet_type();
                format!("{kind} #{} 0x{:02X}", ack.packet_id, reason.value())
            }
        },
        other => format!("{other:?}"),
    }
}
