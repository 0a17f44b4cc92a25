//! What of a session outlives the program: read out to be stored, and taken back.

use crate::{Bounds, Instant, Outgoing, Session, Stage};
use midge_codec::PacketId;

/// A message of QoS 1 or 2 that the session answers for; `T` is [`Outgoing`], owned or borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// Its number among all messages of the session, in the order in which they are sent.
    pub serial: u64,
    /// The message and how it is sent.
    pub outgoing: T,
    /// When it expires, unless it was sent before.
    pub expires_at: Option<Instant>,
    /// Its packet identifier and what is awaited, once it was sent.
    pub handshake: Option<(PacketId, Stage)>,
}

impl Session {
    /// The messages of QoS 1 and 2 that were sent and not completed, in order.
    pub fn kept_in_flight(&self) -> impl Iterator<Item = Kept<&Outgoing>> {
        self.sender.kept()
    }

    /// The messages of QoS 1 and 2 that wait to be sent and have this number or a later one, in order.
    /// Found without a look at those before.
    pub fn kept_in_queue(&self, from: u64) -> impl Iterator<Item = Kept<&Outgoing>> {
        self.queue.kept_from(from)
    }

    /// The number of the message that was queued last, whatever its QoS; 0 before the first.
    pub fn last_queued(&self) -> u64 {
        self.queue.last()
    }

    /// How many messages of QoS 1 and 2 wait to be sent.
    pub fn kept_in_queue_len(&self) -> usize {
        self.queue.kept_len()
    }

    /// The identifiers of messages received at QoS 2 whose PUBREL is awaited.
    pub fn unreleased(&self) -> impl Iterator<Item = PacketId> {
        let incoming = self.receiver.iter();
        incoming
            .filter(|incoming| incoming.stage == Stage::AwaitingPubRel)
            .map(|incoming| incoming.packet_id)
    }

    /// A session without connection, with what [`Self::kept_in_flight`], [`Self::kept_in_queue`] and
    /// [`Self::unreleased`] gave.
    pub fn restore(
        now: Instant,
        bounds: Bounds,
        kept: impl IntoIterator<Item = Kept<Outgoing>>,
        unreleased: impl IntoIterator<Item = PacketId>,
    ) -> Self {
        let mut session = Self::new(bounds);
        session.receiver.recover();
        for kept in kept {
            session.queue.count_from(kept.serial);
            match kept.handshake {
                Some((packet_id, stage)) => {
                    session.ids.take(packet_id);
                    session.sender.restore(now, kept, packet_id, stage);
                }
                None => session.queue.restore(now, kept),
            }
        }
        for packet_id in unreleased {
            session.receiver.restore(now, packet_id);
        }
        session
    }
}
