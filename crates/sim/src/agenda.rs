//! What happens next: one entry for each source of events, earliest first.

use midge_session::Instant;
use midge_trace::HopId;
use std::collections::{BTreeMap, BTreeSet};

/// Who wants to be called. The order decides between sources that are due at the same instant, so it
/// is part of what makes a world repeatable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Physics, person and firmware.
    House,
    /// Bytes on their way to the broker.
    Up(HopId),
    /// Bytes on their way to a client.
    Down(HopId),
    /// A device's client, by the number of the device.
    Node(u32),
    /// The broker's timers.
    Broker,
}

/// At most one time for each source. A source that changed its mind replaces its entry, so nothing
/// stale is ever called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    due: BTreeSet<(Instant, Source)>,
    at: BTreeMap<Source, Instant>,
}

impl Agenda {
    /// Says when `source` is due; `None` takes it off.
    pub(crate) fn set(&mut self, source: Source, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.at.insert(source, at),
            None => self.at.remove(&source),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.due.remove(&(before, source));
        }
        if let Some(at) = at {
            self.due.insert((at, source));
        }
    }

    /// The source that is due first, and when.
    pub(crate) fn next(&self) -> Option<(Instant, Source)> {
        self.due.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_comes_first_and_a_change_of_mind_leaves_nothing_behind() {
        let mut agenda = Agenda::default();
        agenda.set(Source::Broker, Some(Instant::from_secs(3)));
        agenda.set(Source::Node(1), Some(Instant::from_secs(2)));
        agenda.set(Source::House, Some(Instant::from_secs(3)));
        assert_eq!(
            agenda.next(),
            Some((Instant::from_secs(2), Source::Node(1)))
        );

        agenda.set(Source::Node(1), Some(Instant::from_secs(5)));
        assert_eq!(agenda.next(), Some((Instant::from_secs(3), Source::House)));
        agenda.set(Source::House, None);
        agenda.set(Source::Broker, None);
        agenda.set(Source::Node(1), None);
        assert_eq!(agenda.next(), None);
    }
}
