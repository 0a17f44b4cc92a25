//! Every deadline of the broker in one ordered table.

use crate::{ConnId, sessions::SessionKey};
use alloc::collections::{BTreeMap, BTreeSet};
use midge_codec::ByteString;
use midge_session::{Deadline, Instant, Timer};

/// What a deadline concerns; it says which [`Timer`] it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Connect(ConnId),
    KeepAlive(SessionKey),
    SlowReader(SessionKey),
    WillDelay(SessionKey),
    SessionExpiry(SessionKey),
    MessageExpiry(SessionKey),
    Retained(ByteString),
    Sys,
    Replay(SessionKey),
}

impl Due {
    const fn timer(&self) -> Timer {
        match self {
            Self::Connect(_) => Timer::ConnectTimeout,
            Self::KeepAlive(_) => Timer::KeepAlive,
            Self::SlowReader(_) => Timer::SlowReader,
            Self::WillDelay(_) => Timer::WillDelay,
            Self::SessionExpiry(_) => Timer::SessionExpiry,
            Self::MessageExpiry(_) => Timer::MessageExpiry,
            Self::Retained(_) => Timer::RetainedExpiry,
            Self::Sys => Timer::SysTopics,
            Self::Replay(_) => Timer::Replay,
        }
    }
}

/// At most one deadline for each [`Due`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    by_due: BTreeMap<Due, Instant>,
    by_time: BTreeSet<(Instant, Due)>,
}

impl Timers {
    /// Sets, moves or (with `None`) clears a deadline.
    pub(crate) fn set(&mut self, due: Due, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.by_due.insert(due.clone(), at),
            None => self.by_due.remove(&due),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            let key = (before, due);
            self.by_time.remove(&key);
            self.by_time.extend(at.map(|at| (at, key.1)));
        } else {
            self.by_time.extend(at.map(|at| (at, due)));
        }
    }

    /// When something is due, if it is set.
    pub(crate) fn at(&self, due: &Due) -> Option<Instant> {
        self.by_due.get(due).copied()
    }

    /// Takes out the earliest deadline that has come.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Due> {
        if self.by_time.first()?.0 > now {
            return None;
        }
        let (_, due) = self.by_time.pop_first()?;
        self.by_due.remove(&due);
        Some(due)
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Deadline> {
        self.iter().next().map(|(deadline, _)| deadline)
    }

    /// All deadlines, earliest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Deadline, &Due)> {
        self.by_time.iter().map(|(at, due)| {
            let timer = due.timer();
            (Deadline { at: *at, timer }, due)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Option<Instant> {
        Some(Instant::from_secs(seconds))
    }

    #[test]
    fn a_moved_deadline_comes_once_and_at_its_last_time() {
        let mut timers = Timers::default();
        timers.set(Due::Sys, at(5));
        timers.set(Due::Sys, at(9));
        timers.set(Due::Sys, at(9));
        assert_eq!(timers.pop_due(Instant::from_secs(8)), None);
        assert_eq!(timers.pop_due(Instant::from_secs(9)), Some(Due::Sys));
        assert_eq!(timers.pop_due(Instant::from_secs(99)), None);
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_cleared_deadline_never_comes_and_others_come_in_order() {
        let mut timers = Timers::default();
        timers.set(Due::Connect(ConnId(2)), at(3));
        timers.set(Due::Connect(ConnId(1)), at(3));
        timers.set(Due::Connect(ConnId(3)), at(1));
        timers.set(Due::Connect(ConnId(2)), None);
        assert_eq!(timers.at(&Due::Connect(ConnId(2))), None);
        let order: alloc::vec::Vec<_> =
            core::iter::from_fn(|| timers.pop_due(Instant::from_secs(3))).collect();
        assert_eq!(order, [Due::Connect(ConnId(3)), Due::Connect(ConnId(1))]);
    }
}
