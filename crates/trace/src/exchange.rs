//! Handshakes as a listener on the wire sees them, moved by the same table that the peers run.

use crate::Toward;
use midge_codec::{Ack, AckKind, Packet, PacketType, QoS, Reason};
use midge_session::handshake::{Input, Stage, step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far an exchange of packets with one packet identifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The sender of a QoS 1 or 2 message is at this stage; never `Free`.
    Sender(Stage),
    /// A request waits for this answer: SUBACK or UNSUBACK.
    Awaiting(PacketType),
    /// The identifier is free again, after this reason code.
    Done(Reason),
    /// The identifier was used again, or the session ended, before the last packet came.
    Abandoned,
}

impl State {
    /// Whether packets are still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sender(_) | Self::Awaiting(_))
    }

    /// In words.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Sender(stage) => stage.what(),
            Self::Awaiting(PacketType::SubAck) => "waits for SUBACK",
            Self::Awaiting(_) => "waits for UNSUBACK",
            Self::Done(reason) if reason.is_failure() => "refused",
            Self::Done(_) => "complete",
            Self::Abandoned => "given up",
        }
    }
}

/// What one packet did to the exchanges of its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved<T> {
    /// The exchange that it belongs to, and the state after it.
    pub(crate) on: Option<(T, State)>,
    /// Whether it began the exchange.
    pub(crate) began: bool,
    /// Whether the same packet was sent before.
    pub(crate) again: bool,
    /// The exchanges that end here without their last packet.
    pub(crate) abandoned: Vec<T>,
}

#[derive(Clone, Copy, Debug)]
struct Open<T> {
    tag: T,
    state: State,
    /// PUBREL was seen.
    released: bool,
}

/// A client, the direction of the first packet, the packet identifier.
type Key = (u32, Toward, u16);

/// The exchanges that are not complete, each with what the owner ties to it.
#[derive(Clone, Debug)]
pub(crate) struct Exchanges<T> {
    open: BTreeMap<Key, Open<T>>,
}

impl<T> Default for Exchanges<T> {
    fn default() -> Self {
        Self {
            open: BTreeMap::new(),
        }
    }
}

impl<T: Copy> Exchanges<T> {
    /// Takes a packet in. `tag` is what the owner ties to an exchange that begins with it. Packet
    /// identifiers belong to the session, so that an exchange goes on over the client's next hop.
    pub(crate) fn observe(
        &mut self,
        client: u32,
        toward: Toward,
        packet: &Packet<'_>,
        tag: impl FnOnce() -> T,
    ) -> Moved<T> {
        match packet {
            Packet::Publish(publish) => {
                let delivery = publish.delivery;
                let input = match delivery.qos() {
                    QoS::AtMostOnce => return Moved::nothing(),
                    QoS::AtLeastOnce => Input::SendQoS1,
                    QoS::ExactlyOnce => Input::SendQoS2,
                };
                let Some((id, (stage, _))) = delivery.packet_id().zip(step(Stage::Free, input))
                else {
                    return Moved::nothing();
                };
                let key = (client, toward, id.get());
                if delivery.dup()
                    && let Some(open) = self.open.get(&key)
                    && open.state == State::Sender(stage)
                {
                    return Moved::on(open.tag, open.state, true);
                }
                self.begin(key, State::Sender(stage), tag())
            }
            Packet::Ack(ack) => self.acknowledge(client, toward, ack),
            Packet::Subscribe(subscribe) => {
                let key = (client, toward, subscribe.packet_id.get());
                self.begin(key, State::Awaiting(PacketType::SubAck), tag())
            }
            Packet::Unsubscribe(unsubscribe) => {
                let key = (client, toward, unsubscribe.packet_id.get());
                self.begin(key, State::Awaiting(PacketType::UnsubAck), tag())
            }
            Packet::SubAck(ack) => {
                let key = (client, opposite(toward), ack.packet_id.get());
                self.answer(key, PacketType::SubAck, ack.reasons.iter().max())
            }
            Packet::UnsubAck(ack) => {
                let key = (client, opposite(toward), ack.packet_id.get());
                self.answer(key, PacketType::UnsubAck, ack.reasons.iter().max())
            }
            Packet::ConnAck(ack) if !ack.session_present && !ack.reason.is_failure() => Moved {
                abandoned: self.forget(client),
                ..Moved::nothing()
            },
            _ => Moved::nothing(),
        }
    }

    fn begin(&mut self, key: Key, state: State, tag: T) -> Moved<T> {
        let open = Open {
            tag,
            state,
            released: false,
        };
        let before = self.open.insert(key, open);
        Moved {
            on: Some((tag, state)),
            began: true,
            again: false,
            abandoned: before.map(|open| open.tag).into_iter().collect(),
        }
    }

    fn acknowledge(&mut self, client: u32, toward: Toward, ack: &Ack<'_>) -> Moved<T> {
        let (sender, input) = match ack.kind {
            AckKind::PubAck => (opposite(toward), Some(Input::PubAck)),
            AckKind::PubRec if ack.reason.is_failure() => {
                (opposite(toward), Some(Input::PubRecFailure))
            }
            AckKind::PubRec => (opposite(toward), Some(Input::PubRec)),
            AckKind::PubRel => (toward, None),
            AckKind::PubComp => (opposite(toward), Some(Input::PubComp)),
        };
        let key = (client, sender, ack.packet_id.get());
        let Some(open) = self.open.get_mut(&key) else {
            return Moved::nothing();
        };
        let State::Sender(stage) = open.state else {
            return Moved::nothing();
        };
        let Some(input) = input else {
            // The sender's own PUBREL: its stage has been so since PUBREC came.
            let again = std::mem::replace(&mut open.released, true);
            return Moved::on(open.tag, open.state, again);
        };
        let Some((next, _)) = step(stage, input) else {
            return Moved::on(open.tag, open.state, false);
        };
        let tag = open.tag;
        if next == Stage::Free {
            self.open.remove(&key);
            return Moved::on(tag, State::Done(ack.reason), false);
        }
        open.state = State::Sender(next);
        Moved::on(tag, open.state, next == stage)
    }

    fn answer(&mut self, key: Key, kind: PacketType, worst: Option<Reason>) -> Moved<T> {
        match self.open.get(&key) {
            Some(open) if open.state == State::Awaiting(kind) => {
                let tag = open.tag;
                self.open.remove(&key);
                Moved::on(tag, State::Done(worst.unwrap_or(Reason::Success)), false)
            }
            _ => Moved::nothing(),
        }
    }

    /// Ends every exchange of a client whose session is gone.
    pub(crate) fn forget(&mut self, client: u32) -> Vec<T> {
        let all = (client, Toward::Broker, 0)..=(client, Toward::Client, u16::MAX);
        let keys: Vec<Key> = self.open.range(all).map(|(key, _)| *key).collect();
        keys.iter()
            .filter_map(|key| self.open.remove(key))
            .map(|open| open.tag)
            .collect()
    }
}

impl<T> Moved<T> {
    fn nothing() -> Self {
        Self {
            on: None,
            began: false,
            again: false,
            abandoned: Vec::new(),
        }
    }

    fn on(tag: T, state: State, again: bool) -> Self {
        Self {
            on: Some((tag, state)),
            again,
            ..Self::nothing()
        }
    }
}

pub(crate) const fn opposite(toward: Toward) -> Toward {
    match toward {
        Toward::Broker => Toward::Client,
        Toward::Client => Toward::Broker,
    }
}
