//! The records that a reader wants to see, numbered, found a little at a time.

use crate::{Log, RecordRef};
use std::collections::VecDeque;
use std::ops::Range;

/// An index over a [`Log`]: the n-th record that matched has index n for ever, also when older ones
/// are dropped.
///
/// The reader gives the same predicate every time; when it changes, a fresh index begins.
#[derive(Clone, Debug)]
pub struct Matches {
    /// Records below this number were looked at.
    scanned: u64,
    /// The index of the first hit kept.
    first: u64,
    /// Numbers of the records that matched, oldest first.
    hits: VecDeque<u64>,
}

impl Matches {
    /// An index over everything that `log` holds.
    pub fn new(log: &Log) -> Self {
        Self {
            scanned: log.start(),
            first: 0,
            hits: VecDeque::new(),
        }
    }

    /// Looks at up to `budget` more records, oldest first, and forgets those that the log dropped.
    /// Answers whether all were looked at.
    pub fn advance(
        &mut self,
        log: &Log,
        budget: u32,
        mut keep: impl FnMut(RecordRef<'_>) -> bool,
    ) -> bool {
        while self.hits.front().is_some_and(|&seq| seq < log.start()) {
            self.hits.pop_front();
            self.first += 1;
        }
        self.scanned = self.scanned.max(log.start());
        let until = log.end().min(self.scanned.saturating_add(budget.into()));
        for seq in self.scanned..until {
            if log.peek(seq).is_some_and(&mut keep) {
                self.hits.push_back(seq);
            }
        }
        self.scanned = until;
        self.is_complete(log)
    }

    /// Whether every record of `log` was looked at.
    pub fn is_complete(&self, log: &Log) -> bool {
        self.scanned >= log.end()
    }

    /// How much of `log` was looked at, in whole percent; 100 only when all was.
    pub fn percent(&self, log: &Log) -> u8 {
        let all = log.end() - log.start();
        let seen = self.scanned.saturating_sub(log.start()).min(all);
        match all {
            0 => 100,
            // At most 100.
            _ => (u128::from(seen) * 100 / u128::from(all)) as u8,
        }
    }

    /// The indices of the hits kept.
    pub fn range(&self) -> Range<u64> {
        self.first..self.first + self.hits.len() as u64
    }

    /// The number of the record with this index.
    pub fn seq(&self, index: u64) -> Option<u64> {
        let place = usize::try_from(index.checked_sub(self.first)?).ok()?;
        self.hits.get(place).copied()
    }

    /// The index of the record with this number, if it matched.
    pub fn index_of(&self, seq: u64) -> Option<u64> {
        let place = self.hits.binary_search(&seq).ok()?;
        Some(self.first + place as u64)
    }
}
