//! The sending end of the handshakes: messages in flight, in the order in which they were first sent.

use crate::handshake::{Answer, Input, step};
use crate::ids::PacketIds;
use crate::queue::{Waiting, dropped};
use crate::session::Due;
use crate::{Connection, InFlight, Instant, Kept, Outgoing, Report, Stage, Violation};
use alloc::{collections::VecDeque, format, vec::Vec};
use bytes::Bytes;
use midge_codec::{Ack, AckKind, Delivery, PacketId, QoS, Reason, Wire};

/// Messages sent at QoS 1 and 2 whose handshake is open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sender {
    /// Acknowledgements come in the order of the messages, so that the wanted one is at the front.
    flights: VecDeque<Flight>,
    /// How many count against the peer's Receive Maximum.
    window: u32,
    /// How many wait to be sent again.
    resends: u32,
}

#[derive(Clone, Debug)]
struct Flight {
    packet_id: PacketId,
    /// Its number among all messages of the session.
    serial: u64,
    outgoing: Outgoing,
    stage: Stage,
    expires_at: Option<Instant>,
    sent_at: Instant,
    /// The reason of PUBREC.
    accepted: Reason,
    /// It was open when a connection was resumed.
    resumed: bool,
    /// It waits to be sent again.
    resend: bool,
    /// Its PUBLISH was sent on this connection, so that it counts against the window (section 4.9).
    counted: bool,
}

impl Sender {
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.flights.len()).unwrap_or(u32::MAX)
    }

    /// Another connection: everything is sent again, and the window is as the peer announced it.
    pub(crate) fn resume(&mut self) {
        for flight in &mut self.flights {
            flight.resumed = true;
            flight.resend = true;
            flight.counted = false;
        }
        self.resends = self.len();
        self.window = 0;
    }

    /// Forgets everything; gives the tags.
    pub(crate) fn clear(&mut self) -> Vec<u64> {
        self.window = 0;
        self.resends = 0;
        let flights = self.flights.drain(..);
        flights.map(|flight| flight.outgoing.tag).collect()
    }

    /// Ends what is judged so, unless the peer owns it already.
    pub(crate) fn refuse(
        &mut self,
        judge: impl Fn(&Outgoing) -> Option<Reason>,
        ids: &mut PacketIds,
        reports: &mut VecDeque<Report>,
    ) {
        let mut index = 0;
        while let Some(flight) = self.flights.get(index) {
            let again = step(flight.stage, Input::Resume)
                .is_some_and(|(_, answer)| answer == Answer::PublishAgain);
            match judge(&flight.outgoing).filter(|_| again) {
                Some(reason) => {
                    let tag = self.remove(index, ids).outgoing.tag;
                    reports.push_back(Report::Completed { tag, reason });
                }
                None => index += 1,
            }
        }
    }

    /// Whether a message may be sent for the first time.
    pub(crate) fn is_open(&self, max_inflight: u16, connection: &Connection) -> bool {
        self.resends == 0
            && self.len() < u32::from(max_inflight.max(1))
            && self.window < u32::from(connection.peer().receive_maximum)
    }

    /// Sends a message for the first time; `None` if it is dropped, which is reported.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        ids: &mut PacketIds,
        packet_id: PacketId,
        waiting: Waiting,
        connection: &mut Connection,
        reports: &mut VecDeque<Report>,
    ) -> Option<Wire> {
        let Waiting {
            outgoing,
            expires_at,
            arrival,
            ..
        } = waiting;
        let input = match outgoing.qos {
            QoS::ExactlyOnce => Input::SendQoS2,
            _ => Input::SendQoS1,
        };
        let (stage, _) = step(Stage::Free, input)?;
        let delivery = Delivery::new(outgoing.qos, packet_id, false);
        match connection.publish(now, &outgoing, delivery, expires_at) {
            Err(why) => {
                ids.skip();
                reports.push_back(dropped(outgoing, why));
                None
            }
            Ok(wire) => {
                ids.take(packet_id);
                self.window += 1;
                self.flights.push_back(Flight {
                    packet_id,
                    serial: arrival,
                    outgoing,
                    stage,
                    expires_at,
                    sent_at: now,
                    accepted: Reason::Success,
                    resumed: false,
                    resend: false,
                    counted: true,
                });
                Some(wire)
            }
        }
    }

    /// Sends the next one again [MQTT-4.4.0-1] [MQTT-4.6.0-1]. A PUBREL passes by a PUBLISH that
    /// waits for the window [MQTT-3.3.4-8].
    pub(crate) fn resend(
        &mut self,
        now: Instant,
        connection: &mut Connection,
        ids: &mut PacketIds,
        reports: &mut VecDeque<Report>,
    ) -> Option<Wire> {
        while self.resends > 0 {
            let open = self.window < u32::from(connection.peer().receive_maximum);
            let index = self.flights.iter().position(|flight| {
                flight.resend && (open || flight.stage == Stage::AwaitingPubComp)
            })?;
            let flight = &mut self.flights[index];
            flight.resend = false;
            flight.sent_at = now;
            self.resends -= 1;
            let packet_id = flight.packet_id;
            match step(flight.stage, Input::Resume) {
                Some((_, Answer::PublishAgain)) => {
                    let delivery = Delivery::new(flight.outgoing.qos, packet_id, true);
                    let (outgoing, expires_at) = (&flight.outgoing, flight.expires_at);
                    match connection.publish(now, outgoing, delivery, expires_at) {
                        Ok(wire) => {
                            flight.counted = true;
                            self.window += 1;
                            return Some(wire);
                        }
                        Err(why) => {
                            let outgoing = self.remove(index, ids).outgoing;
                            reports.push_back(dropped(outgoing, why));
                        }
                    }
                }
                _ => {
                    let due = Due::new(AckKind::PubRel, packet_id, Reason::Success);
                    if let Some(wire) = due.encode(now, connection) {
                        return Some(wire);
                    }
                }
            }
        }
        None
    }

    /// PUBACK, PUBREC or PUBCOMP.
    pub(crate) fn on_ack(
        &mut self,
        now: Instant,
        ack: &Ack<'_>,
        ids: &mut PacketIds,
        reports: &mut VecDeque<Report>,
    ) -> Result<Option<Due>, Violation> {
        let input = match ack.kind {
            AckKind::PubAck => Input::PubAck,
            AckKind::PubRec if ack.reason.is_failure() => Input::PubRecFailure,
            AckKind::PubRec => Input::PubRec,
            AckKind::PubRel => Input::PubRel,
            AckKind::PubComp => Input::PubComp,
        };
        let wanted = |flight: &Flight| flight.packet_id == ack.packet_id;
        let found = self.flights.iter().position(wanted);
        let stage = found.map_or(Stage::Free, |index| self.flights[index].stage);
        let Some((next, answer)) = step(stage, input) else {
            return Err(Violation {
                reason: Reason::ProtocolError,
                what: format!(
                    "{} for packet identifier {}, which {}",
                    ack.kind.packet_type(),
                    ack.packet_id,
                    stage.what()
                ),
            });
        };
        if let Some(index) = found {
            if next == Stage::Free {
                let flight = self.remove(index, ids);
                reports.push_back(Report::Completed {
                    tag: flight.outgoing.tag,
                    reason: flight.outcome(ack.reason),
                });
            } else {
                self.advance(index, now, next, ack.reason);
            }
        }
        Ok(match answer {
            Answer::PubRel => Some(Due::new(AckKind::PubRel, ack.packet_id, Reason::Success)),
            Answer::PubRelNotFound => {
                let reason = Reason::PacketIdentifierNotFound;
                Some(Due::new(AckKind::PubRel, ack.packet_id, reason))
            }
            _ => None,
        })
    }

    /// Takes out the messages of Shared Subscriptions that wait for PUBACK, with the times when they
    /// expire.
    pub(crate) fn take_shared(&mut self, ids: &mut PacketIds) -> Vec<(Outgoing, Option<Instant>)> {
        let is_wanted = |flight: &Flight| {
            flight.stage == Stage::AwaitingPubAck && flight.outgoing.share.is_some()
        };
        let mut taken = Vec::new();
        while let Some(index) = self.flights.iter().position(is_wanted) {
            let flight = self.remove(index, ids);
            taken.push((flight.outgoing, flight.expires_at));
        }
        taken
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = InFlight<'_>> {
        self.flights.iter().map(|flight| InFlight {
            packet_id: flight.packet_id,
            message: &flight.outgoing.message,
            tag: flight.outgoing.tag,
            stage: flight.stage,
            sent_at: (!flight.resend).then_some(flight.sent_at),
        })
    }

    /// In the order in which they were first sent.
    pub(crate) fn kept(&self) -> impl Iterator<Item = Kept<&Outgoing>> {
        self.flights.iter().map(|flight| Kept {
            serial: flight.serial,
            outgoing: &flight.outgoing,
            expires_at: flight.expires_at,
            handshake: Some((flight.packet_id, flight.stage)),
        })
    }

    /// Takes back what was kept, in order; it is sent again when the session is resumed.
    pub(crate) fn restore(
        &mut self,
        now: Instant,
        kept: Kept<Outgoing>,
        packet_id: PacketId,
        stage: Stage,
    ) {
        self.flights.push_back(Flight {
            packet_id,
            serial: kept.serial,
            outgoing: kept.outgoing,
            stage,
            expires_at: kept.expires_at,
            sent_at: now,
            accepted: Reason::Success,
            resumed: true,
            resend: false,
            counted: false,
        });
    }

    /// PUBREC came: the receiver owns the message, only its identifier is still needed.
    fn advance(&mut self, index: usize, now: Instant, stage: Stage, reason: Reason) {
        let flight = &mut self.flights[index];
        if flight.stage != stage {
            flight.stage = stage;
            flight.accepted = reason;
            flight.outgoing.message.payload = Bytes::new();
            // What is left would keep the payload's memory.
            flight.outgoing.message = flight.outgoing.message.compacted();
        }
        flight.sent_at = now;
        if core::mem::take(&mut flight.resend) {
            self.resends -= 1;
        }
    }

    fn remove(&mut self, index: usize, ids: &mut PacketIds) -> Flight {
        let flight = self
            .flights
            .remove(index)
            .expect("the index was just found");
        self.window -= u32::from(flight.counted);
        self.resends -= u32::from(flight.resend);
        ids.release(flight.packet_id);
        flight
    }
}

impl Flight {
    /// The reason to report when `last` ended the handshake. After a resume, PUBCOMP with Packet
    /// Identifier not found only says that the peer had completed it before (section 3.7.2.1).
    fn outcome(&self, last: Reason) -> Reason {
        match last {
            Reason::PacketIdentifierNotFound if self.resumed => self.accepted,
            Reason::Success => self.accepted,
            reason => reason,
        }
    }
}
