//! The receiving end of the handshakes: messages received whose handshake is open.

use crate::handshake::{Answer, Input, step};
use crate::session::Due;
use crate::{AckSlot, Incoming, Instant, Stage, UnknownSlot, Violation};
use alloc::{
    collections::{BTreeMap, VecDeque},
    format,
};
use midge_codec::{Ack, AckKind, Delivery, PacketId, QoS, Reason};

/// Messages received at QoS 1 and 2 whose handshake is open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Receiver {
    arrivals: BTreeMap<PacketId, Arrival>,
    /// Identifiers of messages that wait for the owner's answer, in the order in which they came:
    /// answers keep that order [MQTT-4.6.0-2] [MQTT-4.6.0-3].
    undecided: [VecDeque<PacketId>; 2],
    /// How many count against this side's Receive Maximum.
    window: u32,
    /// The session had a connection before, on which handshakes may have ended without the peer's
    /// knowledge.
    recovers: bool,
    /// Numbers the deliveries, so that a slot answers one of them only.
    serial: u32,
}

#[derive(Clone, Copy, Debug)]
struct Arrival {
    stage: Stage,
    serial: u32,
    received_at: Instant,
    /// The owner's answer, which may have to wait for earlier ones.
    answer: Option<Reason>,
    /// Its PUBLISH came on this connection, so that it counts against the window (section 4.9).
    counted: bool,
}

/// What a PUBLISH of QoS 1 or 2 leads to.
pub(crate) enum Outcome {
    Deliver(AckSlot),
    Answer(Due),
    Nothing,
}

impl Receiver {
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.arrivals.len()).unwrap_or(u32::MAX)
    }

    /// The connection is gone. What was not accepted at QoS 1 comes again and is delivered again; a
    /// QoS 2 message comes again too, but was delivered, so that it is remembered.
    pub(crate) fn suspend(&mut self) {
        self.arrivals.retain(|_, arrival| {
            arrival.counted = false;
            match step(arrival.stage, Input::Resume) {
                Some((stage, _)) => arrival.stage = stage,
                None => arrival.stage = Stage::Free,
            }
            arrival.stage != Stage::Free
        });
        self.undecided[0].clear();
        self.window = 0;
    }

    /// The session had a connection before.
    pub(crate) fn recover(&mut self) {
        self.recovers = true;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.arrivals.clear();
        self.recovers = false;
        self.undecided = Default::default();
        self.window = 0;
    }

    pub(crate) fn on_publish(
        &mut self,
        now: Instant,
        delivery: Delivery,
        packet_id: PacketId,
        receive_maximum: u16,
    ) -> Result<Outcome, Violation> {
        let input = match delivery.qos() {
            QoS::ExactlyOnce => Input::PublishQoS2,
            _ => Input::PublishQoS1,
        };
        let known = self.arrivals.get_mut(&packet_id);
        let stage = known.as_ref().map_or(Stage::Free, |arrival| arrival.stage);
        let Some((next, answer)) = step(stage, input) else {
            return Err(Violation {
                reason: Reason::ProtocolError,
                what: format!(
                    "PUBLISH at QoS {} with packet identifier {packet_id}, which is in use: {}",
                    delivery.qos() as u8,
                    stage.what()
                ),
            });
        };
        if known.as_ref().is_none_or(|arrival| !arrival.counted) {
            if self.window >= u32::from(receive_maximum) {
                return Err(Violation {
                    reason: Reason::ReceiveMaximumExceeded,
                    what: format!(
                        "PUBLISH with packet identifier {packet_id} is one more than the Receive \
                         Maximum of {receive_maximum}"
                    ),
                });
            }
            self.window += 1;
        }
        match (known, answer) {
            (Some(arrival), Answer::PubRec) => {
                arrival.counted = true;
                let due = Due::new(AckKind::PubRec, packet_id, Reason::Success);
                Ok(Outcome::Answer(due))
            }
            (Some(arrival), _) => {
                arrival.counted = true;
                Ok(Outcome::Nothing)
            }
            (None, _) => {
                let slot = self.deliver(now, packet_id, delivery.qos(), next);
                Ok(Outcome::Deliver(slot))
            }
        }
    }

    fn deliver(&mut self, now: Instant, packet_id: PacketId, qos: QoS, stage: Stage) -> AckSlot {
        self.serial = self.serial.wrapping_add(1);
        let serial = self.serial;
        let arrival = Arrival {
            stage,
            serial,
            received_at: now,
            answer: None,
            counted: true,
        };
        self.arrivals.insert(packet_id, arrival);
        self.undecided[lane(stage)].push_back(packet_id);
        AckSlot {
            packet_id,
            qos,
            serial,
        }
    }

    /// The owner answers. Gives what that makes due, in order, to `send`.
    pub(crate) fn acknowledge(
        &mut self,
        slot: AckSlot,
        reason: Reason,
        mut send: impl FnMut(Due),
    ) -> Result<(), UnknownSlot> {
        let arrival = self
            .arrivals
            .get_mut(&slot.packet_id)
            .filter(|arrival| arrival.serial == slot.serial && arrival.answer.is_none())
            .ok_or(UnknownSlot)?;
        arrival.answer = Some(reason);
        let lane = lane(arrival.stage);
        while let Some(&packet_id) = self.undecided[lane].front() {
            let Some(due) = self.decide(packet_id) else {
                break;
            };
            self.undecided[lane].pop_front();
            send(due);
        }
        Ok(())
    }

    /// Takes the step that the owner's answer allows; `None` while there is no answer.
    fn decide(&mut self, packet_id: PacketId) -> Option<Due> {
        let arrival = self.arrivals.get_mut(&packet_id)?;
        let reason = arrival.answer?;
        let input = match reason.is_failure() {
            true => Input::Reject,
            false => Input::Accept,
        };
        let (stage, answer) = step(arrival.stage, input)?;
        let kind = match answer {
            Answer::PubAck => AckKind::PubAck,
            _ => AckKind::PubRec,
        };
        arrival.stage = stage;
        if stage == Stage::Free {
            self.forget(packet_id);
        }
        Some(Due::new(kind, packet_id, reason))
    }

    /// PUBREL.
    pub(crate) fn on_release(&mut self, ack: &Ack<'_>) -> Result<Option<Due>, Violation> {
        let known = self.arrivals.get(&ack.packet_id);
        let stage = known.map_or(Stage::Free, |arrival| arrival.stage);
        let Some((next, answer)) = step(stage, Input::PubRel) else {
            return Err(Violation {
                reason: Reason::ProtocolError,
                what: format!(
                    "PUBREL for packet identifier {}, which is {}",
                    ack.packet_id,
                    stage.what()
                ),
            });
        };
        if next == Stage::Free {
            self.forget(ack.packet_id);
        }
        let reason = match answer {
            // During recovery an unknown identifier is no error (section 3.7.2.1): PUBCOMP was lost, and
            // peers that take every reason from 0x80 on for a failure would report a wrong one.
            Answer::PubCompNotFound if !self.recovers => Reason::PacketIdentifierNotFound,
            _ => Reason::Success,
        };
        Ok(Some(Due::new(AckKind::PubComp, ack.packet_id, reason)))
    }

    /// Takes back that a message was delivered and its PUBREL is awaited.
    pub(crate) fn restore(&mut self, now: Instant, packet_id: PacketId) {
        self.serial = self.serial.wrapping_add(1);
        let arrival = Arrival {
            stage: Stage::AwaitingPubRel,
            serial: self.serial,
            received_at: now,
            answer: Some(Reason::Success),
            counted: false,
        };
        self.arrivals.insert(packet_id, arrival);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Incoming> {
        self.arrivals.iter().map(|(&packet_id, arrival)| Incoming {
            packet_id,
            stage: arrival.stage,
            received_at: arrival.received_at,
        })
    }

    fn forget(&mut self, packet_id: PacketId) {
        if let Some(arrival) = self.arrivals.remove(&packet_id) {
            self.window -= u32::from(arrival.counted);
        }
    }
}

/// Which order a message's answer keeps: that of QoS 1 or that of QoS 2.
fn lane(stage: Stage) -> usize {
    match stage {
        Stage::DecidingPubAck => 0,
        _ => 1,
    }
}
