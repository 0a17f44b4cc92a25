//! Which PUBLISH to a client carries which PUBLISH from one: by content, and by order in time.
//!
//! The wire does not say it. A delivery belongs to a message of the same topic and payload: the next
//! one that its client has not had, if that is fresh; else the newest.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use midge_session::Instant;

/// Messages of the same content remembered.
const ALIKE_MAX: usize = 64;

/// A message that a client has not had for so long is not what it gets while there is a fresher one.
const FRESH: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
struct Known {
    number: u64,
    at: Instant,
    /// Seen from its publisher, and not only at a subscriber.
    published: bool,
}

/// The messages of the rows kept, numbered from 0 in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages {
    next: u64,
    /// By content, oldest first.
    alike: BTreeMap<u64, VecDeque<Known>>,
    /// The newest message of a content that a lane had.
    had: BTreeMap<(u64, u32), u64>,
    /// The newest message by topic.
    on_topic: BTreeMap<u64, u64>,
    /// The number of entries at which the tables are next swept.
    sweep_at: usize,
}

/// A message found for a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) number: u64,
    /// Whether no other message would have fitted.
    pub(super) certain: bool,
    /// Whether it was not known before.
    pub(super) is_new: bool,
}

impl Messages {
    /// A message from a publisher.
    pub(super) fn published(&mut self, content: u64, topic: u64, at: Instant) -> u64 {
        self.add(content, topic, at, true)
    }

    /// A message at a subscriber.
    pub(super) fn delivered(&mut self, content: u64, topic: u64, lane: u32, at: Instant) -> Found {
        let had = self.had.get(&(content, lane)).copied();
        let alike = self.alike.get(&content);
        let fitting = |known: &&Known| had.is_none_or(|had| known.number > had);
        let waiting = || alike.into_iter().flatten().filter(fitting);
        let newest = alike.and_then(|alike| alike.back()).copied();
        let fresh = waiting().find(|known| at.since(known.at) <= FRESH);
        let next = match had {
            Some(_) => fresh.or_else(|| waiting().next_back()).copied(),
            None => newest,
        };
        // Another copy of what the client had already: of a second subscription, or retained.
        let copy = newest.filter(|known| known.published);
        let found = match next.or(copy) {
            Some(known) => Found {
                number: known.number,
                certain: alike.map_or(0, VecDeque::len) == 1 || waiting().count() == 1,
                is_new: false,
            },
            None => Found {
                number: self.add(content, topic, at, false),
                certain: true,
                is_new: true,
            },
        };
        let newest_had = self.had.entry((content, lane)).or_default();
        *newest_had = (*newest_had).max(found.number);
        found
    }

    /// The newest message on a topic.
    pub(super) fn on_topic(&self, topic: u64) -> Option<u64> {
        self.on_topic.get(&topic).copied()
    }

    /// Forgets messages below `first`, now and then.
    pub(super) fn forget_before(&mut self, first: u64) {
        if self.alike.len() + self.had.len() < self.sweep_at.max(1_024) {
            return;
        }
        self.alike
            .retain(|_, alike| alike.back().is_some_and(|known| known.number >= first));
        self.had.retain(|_, number| *number >= first);
        self.on_topic.retain(|_, number| *number >= first);
        self.sweep_at = 2 * (self.alike.len() + self.had.len());
    }

    fn add(&mut self, content: u64, topic: u64, at: Instant, published: bool) -> u64 {
        let number = self.next;
        self.next += 1;
        let alike = self.alike.entry(content).or_default();
        if alike.len() == ALIKE_MAX {
            alike.pop_front();
        }
        alike.push_back(Known {
            number,
            at,
            published,
        });
        self.on_topic.insert(topic, number);
        number
    }
}
