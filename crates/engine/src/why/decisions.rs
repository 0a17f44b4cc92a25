//! What the lab's broker told of each message, tied to the packets of the log.

use crate::packets::Journal;
use midge_broker::{Ending, Event, Judged, MessageId, Verdicts};
use midge_codec::{ByteString, Packet, QoS};
use midge_session::Instant;
use midge_sim::World;
use midge_trace::{HopId, Record, Toward};
use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Messages whose verdicts are kept.
const KEPT_MAX: usize = 8_192;
/// Publishes of one hop that may be under way to the broker.
const UNDER_WAY_MAX: usize = 4_096;

/// The verdicts of the newest messages.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// In the order of their numbers.
    kept: VecDeque<Decision>,
    by_packet: BTreeMap<u64, MessageId>,
    /// What each hop of the world carries to the broker, oldest first: packet and content. A connection
    /// keeps its order, so that the next message routed is the first of these with its content.
    under_way: BTreeMap<HopId, VecDeque<(u64, u64)>>,
}

/// What became of one message.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) id: MessageId,
    /// When it was routed.
    pub(crate) at: Instant,
    /// The packet that brought it.
    pub(crate) packet: Option<u64>,
    pub(crate) topic: ByteString,
    pub(crate) qos: QoS,
    pub(crate) retain: bool,
    pub(crate) publisher: Option<ByteString>,
    pub(crate) judged: Vec<Judged>,
    /// How deliveries ended, by client.
    pub(crate) endings: Vec<(ByteString, Ending)>,
    content: u64,
}

impl Decisions {
    /// A packet of the lab was logged under the number `seq`, on this hop of the world.
    pub(crate) fn logged(&mut self, seq: u64, record: &Record, journal: &Journal) {
        if record.toward == Toward::Broker
            && let Some(Packet::Publish(publish)) = record.packet()
        {
            let content = content(journal.topic(seq, publish.topic), publish.payload);
            self.set_out(seq, record.hop, content);
        }
    }

    fn set_out(&mut self, seq: u64, hop: HopId, content: u64) {
        let under_way = self.under_way.entry(hop).or_default();
        if under_way.len() == UNDER_WAY_MAX {
            under_way.pop_front();
        }
        under_way.push_back((seq, content));
    }

    /// Takes what the broker has told since the last time.
    pub(crate) fn take(&mut self, world: &mut World) {
        while let Some((at, event)) = world.poll_verdict() {
            match event {
                Event::Routed(verdicts) => self.routed(at, *verdicts),
                Event::Ended {
                    id,
                    client_id,
                    ending,
                } => {
                    if let Some(decision) = self.find_mut(id) {
                        decision.endings.push((client_id, ending));
                    }
                }
                _ => {}
            }
        }
        // Hops are never used again: those of connections that are gone go with them.
        if self.under_way.len() > 1_024 {
            self.under_way
                .retain(|hop, _| world.hop_name(*hop).is_some());
        }
    }

    fn routed(&mut self, at: Instant, verdicts: Verdicts) {
        let Verdicts {
            id,
            from,
            publisher,
            message,
            judged,
        } = verdicts;
        let content = content(&message.topic, &message.payload);
        let packet = from.and_then(|conn| self.arrived(World::hop_of(conn), content));
        if let Some(packet) = packet {
            self.by_packet.insert(packet, id);
        }
        self.kept.push_back(Decision {
            id,
            at,
            packet,
            topic: message.topic,
            qos: message.qos,
            retain: message.retain,
            publisher,
            judged,
            endings: Vec::new(),
            content,
        });
        if self.kept.len() > KEPT_MAX
            && let Some(gone) = self.kept.pop_front()
            && let Some(packet) = gone.packet
        {
            self.by_packet.remove(&packet);
        }
    }

    /// The packet on `hop` that has arrived; those before it were refused, or had been accepted before.
    fn arrived(&mut self, hop: HopId, content: u64) -> Option<u64> {
        let under_way = self.under_way.get_mut(&hop)?;
        let place = under_way.iter().position(|(_, other)| *other == content)?;
        under_way.drain(..=place).next_back().map(|(seq, _)| seq)
    }

    /// The verdicts about the message that a packet brought to the broker.
    pub(crate) fn of_packet(&self, seq: u64) -> Option<&Decision> {
        self.find(*self.by_packet.get(&seq)?)
    }

    /// The verdicts about the message that a packet brings to a client: the newest message of this
    /// content that had been routed to it by then.
    pub(crate) fn of_delivery(
        &self,
        at: Instant,
        topic: &str,
        payload: &[u8],
        client_id: &str,
    ) -> Option<&Decision> {
        let content = content(topic, payload);
        self.kept.iter().rev().find(|decision| {
            decision.at <= at
                && decision.content == content
                && decision
                    .judged
                    .iter()
                    .any(|judged| judged.client_id == client_id)
        })
    }

    fn find(&self, id: MessageId) -> Option<&Decision> {
        let place = self.kept.binary_search_by_key(&id, |decision| decision.id);
        self.kept.get(place.ok()?)
    }

    fn find_mut(&mut self, id: MessageId) -> Option<&mut Decision> {
        let place = self.kept.binary_search_by_key(&id, |decision| decision.id);
        self.kept.get_mut(place.ok()?)
    }
}

/// Tells messages apart; two of the same topic and payload are one to their receivers as well.
fn content(topic: &str, payload: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (topic, payload).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_broker::ConnId;
    use midge_codec::Message;

    fn verdicts(id: u64, hop: u32, payload: &str) -> Verdicts {
        Verdicts {
            id: MessageId(id),
            from: Some(ConnId(hop)),
            publisher: None,
            message: Message::new("t", payload.to_owned(), QoS::AtMostOnce, false),
            judged: Vec::new(),
        }
    }

    #[test]
    fn a_message_is_tied_to_the_packet_that_brought_it() {
        let mut decisions = Decisions::default();
        for (seq, hop, payload) in [(0, 1, "x"), (1, 2, "x"), (2, 1, "x"), (3, 1, "y")] {
            decisions.set_out(seq, HopId(hop), content("t", payload.as_bytes()));
        }
        decisions.routed(Instant::ZERO, verdicts(1, 2, "x"));
        decisions.routed(Instant::ZERO, verdicts(2, 1, "x"));
        // The second one on the first hop was refused.
        decisions.routed(Instant::ZERO, verdicts(3, 1, "y"));
        let of = |seq| decisions.of_packet(seq).map(|decision| decision.id.0);
        assert_eq!(
            [of(0), of(1), of(2), of(3)],
            [Some(2), Some(1), None, Some(3)]
        );
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut decisions = Decisions::default();
        for number in 1..=KEPT_MAX as u64 + 5 {
            decisions.set_out(number, HopId(1), content("t", b"x"));
            decisions.routed(Instant::ZERO, verdicts(number, 1, "x"));
        }
        assert!(decisions.of_packet(5).is_none());
        assert!(decisions.of_packet(6).is_some());
        assert_eq!(decisions.by_packet.len(), KEPT_MAX);
    }
}
