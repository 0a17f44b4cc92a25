//! Topic aliases of one connection, in both directions (5.0, section 3.3.2.3.4).

use crate::Violation;
use alloc::{collections::BTreeMap, format, vec::Vec};
use core::num::NonZeroU16;
use midge_codec::{ByteString, Reason};

/// How many aliases this side uses at most, even if the peer accepts more: looking a topic up must
/// stay cheaper than sending it.
const MOST_OUTBOUND: u16 = 32;

/// A shorter topic is not worth three bytes of property and a place in the table.
const SHORTEST_TOPIC: usize = 4;

/// The aliases that the peer has defined.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inbound {
    topics: BTreeMap<u16, ByteString>,
}

impl Inbound {
    /// The topic of a PUBLISH with `alias`: the one it names, which becomes the alias's, or the one
    /// defined before.
    pub(crate) fn resolve(
        &mut self,
        alias: u16,
        maximum: u16,
        named: Option<ByteString>,
    ) -> Result<ByteString, Violation> {
        if alias == 0 || alias > maximum {
            return Err(Violation {
                reason: Reason::TopicAliasInvalid,
                what: format!(
                    "PUBLISH uses topic alias {alias}, but only 1 to {maximum} were offered"
                ),
            });
        }
        match named {
            Some(topic) => {
                self.topics.insert(alias, topic.clone());
                Ok(topic)
            }
            None => self.topics.get(&alias).cloned().ok_or_else(|| Violation {
                reason: Reason::ProtocolError,
                what: format!("PUBLISH uses topic alias {alias} before a topic was given to it"),
            }),
        }
    }
}

/// The aliases that this side has defined. When all are taken, the one used longest ago is given to
/// the next topic.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbound {
    /// Alias 1 is at index 0.
    entries: Vec<Entry>,
    uses: u64,
}

#[derive(Clone, Debug)]
struct Entry {
    topic: ByteString,
    used: u64,
}

/// How a topic is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// In full, without alias.
    Full,
    /// In full, and the alias is defined by it.
    Define(NonZeroU16),
    /// By the alias alone.
    Use(NonZeroU16),
}

impl Choice {
    pub(crate) const fn alias(self) -> Option<NonZeroU16> {
        match self {
            Self::Full => None,
            Self::Define(alias) | Self::Use(alias) => Some(alias),
        }
    }
}

impl Outbound {
    /// How `topic` is best sent. Nothing changes until [`Outbound::commit`].
    pub(crate) fn choose(&self, topic: &str, maximum: u16) -> Choice {
        let maximum = usize::from(maximum.min(MOST_OUTBOUND));
        if maximum == 0 || topic.len() < SHORTEST_TOPIC {
            return Choice::Full;
        }
        if let Some(index) = self.entries.iter().position(|entry| entry.topic == topic) {
            return Choice::Use(alias_at(index));
        }
        if self.entries.len() < maximum {
            return Choice::Define(alias_at(self.entries.len()));
        }
        let oldest = self
            .entries
            .iter()
            .enumerate()
            .min_by_key(|(_, entry)| entry.used);
        oldest.map_or(Choice::Full, |(index, _)| Choice::Define(alias_at(index)))
    }

    /// The packet of a [`Choice`] is sent.
    pub(crate) fn commit(&mut self, choice: Choice, topic: &ByteString) {
        let Some(alias) = choice.alias() else { return };
        self.uses += 1;
        let used = self.uses;
        match self.entries.get_mut(usize::from(alias.get()) - 1) {
            Some(entry) => {
                entry.used = used;
                if matches!(choice, Choice::Define(_)) {
                    entry.topic = topic.clone();
                }
            }
            None => self.entries.push(Entry {
                topic: topic.clone(),
                used,
            }),
        }
    }
}

fn alias_at(index: usize) -> NonZeroU16 {
    u16::try_from(index + 1)
        .ok()
        .and_then(NonZeroU16::new)
        .expect("the table has at most MOST_OUTBOUND entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(table: &mut Outbound, topic: &'static str, maximum: u16) -> Choice {
        let choice = table.choose(topic, maximum);
        table.commit(choice, &ByteString::from_static(topic));
        choice
    }

    #[test]
    fn the_least_recently_used_alias_is_given_away() {
        let alias = |value| NonZeroU16::new(value).unwrap();
        let mut table = Outbound::default();
        assert_eq!(send(&mut table, "first", 2), Choice::Define(alias(1)));
        assert_eq!(send(&mut table, "second", 2), Choice::Define(alias(2)));
        assert_eq!(send(&mut table, "first", 2), Choice::Use(alias(1)));
        assert_eq!(send(&mut table, "third", 2), Choice::Define(alias(2)));
        assert_eq!(send(&mut table, "second", 2), Choice::Define(alias(1)));
    }

    #[test]
    fn no_alias_is_sent_to_a_peer_that_accepts_none() {
        let mut table = Outbound::default();
        assert_eq!(send(&mut table, "home/hall", 0), Choice::Full);
    }

    #[test]
    fn an_alias_above_the_maximum_or_without_topic_is_refused() {
        let mut table = Inbound::default();
        let topic = ByteString::from_static("home/hall");
        for alias in [0, 6] {
            let violation = table.resolve(alias, 5, Some(topic.clone())).unwrap_err();
            assert_eq!(violation.reason, Reason::TopicAliasInvalid);
        }
        let violation = table.resolve(5, 5, None).unwrap_err();
        assert_eq!(violation.reason, Reason::ProtocolError);
        assert_eq!(table.resolve(5, 5, Some(topic.clone())), Ok(topic.clone()));
        assert_eq!(table.resolve(5, 5, None), Ok(topic));
    }
}
