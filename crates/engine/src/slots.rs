//! What each slot of the page was last sent, so that only what changed is sent again.

use crate::lab::same_but_for_travels;
use midge_view::{Answer, Query};
use std::collections::BTreeMap;

/// The page's slots.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: BTreeMap<u32, Slot>,
}

/// One slot.
#[derive(Debug)]
pub(crate) struct Slot {
    query: Query,
    sent: Sent,
    /// Where the slot's reading of travels stands.
    pub(crate) travelled: u64,
}

#[derive(Debug)]
enum Sent {
    Nothing,
    /// An answer that never changes while what it is about exists; too large to keep for comparison.
    Fixed,
    Answer(Box<Answer>),
}

impl Slots {
    /// Forgets the slots that are not among `named`.
    pub(crate) fn keep_only(&mut self, named: impl Fn(u32) -> bool) {
        self.slots.retain(|slot, _| named(*slot));
    }

    /// The slot with this question; another question than before makes it a fresh one, whose travels
    /// begin at `travelled`.
    pub(crate) fn ask(&mut self, slot: u32, query: &Query, travelled: u64) -> &mut Slot {
        let fresh = || Slot {
            query: query.clone(),
            sent: Sent::Nothing,
            travelled,
        };
        let kept = self.slots.entry(slot).or_insert_with(fresh);
        if kept.query != *query {
            *kept = fresh();
        }
        kept
    }
}

impl Slot {
    /// Whether the slot holds an answer that never changes, so that it need not be computed again.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self.sent, Sent::Fixed)
    }

    /// The answer if the page does not have it yet.
    pub(crate) fn changed(&mut self, answer: Answer) -> Option<Answer> {
        let fixed = matches!(answer, Answer::Message(Some(_)) | Answer::Packet(Some(_)));
        match (&self.sent, &answer) {
            (Sent::Answer(sent), _) if **sent == answer => None,
            (Sent::Answer(sent), Answer::House(next)) if matches!(&**sent, Answer::House(sent) if same_but_for_travels(sent, next)) => {
                None
            }
            _ => {
                self.sent = if fixed {
                    Sent::Fixed
                } else {
                    Sent::Answer(Box::new(answer.clone()))
                };
                Some(answer)
            }
        }
    }
}
