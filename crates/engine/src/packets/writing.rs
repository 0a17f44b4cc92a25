//! Helps to write a filter: what is wrong with it, and what may come next.

use super::journal::Journal;
use crate::saturate::saturate;
use crate::words::capitalised;
use core::time::Duration;
use midge_session::Instant;
use midge_trace::Filter;
use midge_trace::filter::{Vocabulary, complete};
use midge_view::{FilterAnswer, FilterMistake, Proposal};

/// How long names are taken for those of the log, so that a frame does not gather them anew.
const FRESH: Duration = Duration::from_millis(500);
/// Topics offered: those with the most packets.
const TOPICS_MAX: usize = 2_000;

/// The names of the log, as they were a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Words {
    gathered: Option<Instant>,
    topics: Vec<String>,
    clients: Vec<String>,
}

impl Words {
    /// What is to say about `text` with the cursor at a byte of it.
    pub(crate) fn answer(
        &mut self,
        journal: &Journal,
        wall: Instant,
        text: &str,
        cursor: u32,
    ) -> FilterAnswer {
        let is_old = |gathered: Instant| wall.since(gathered) >= FRESH;
        if self.gathered.is_none_or(is_old) {
            self.gather(journal);
            self.gathered = Some(wall);
        }
        let topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
        let clients: Vec<&str> = self.clients.iter().map(String::as_str).collect();
        let vocabulary = Vocabulary {
            topics: &topics,
            clients: &clients,
        };
        let proposals = complete(text, cursor as usize, &vocabulary);
        FilterAnswer {
            text: text.to_owned(),
            cursor,
            mistake: Filter::parse(text).err().map(|error| FilterMistake {
                words: capitalised(&format!("{}.", error.kind)).replace("?.", "?"),
                from: saturate(error.span.start),
                to: saturate(error.span.end),
            }),
            proposals: proposals
                .into_iter()
                .map(|proposal| Proposal {
                    from: saturate(proposal.replace.start),
                    to: saturate(proposal.replace.end),
                    insert: proposal.insert,
                    meaning: proposal.meaning.to_owned(),
                })
                .collect(),
        }
    }

    fn gather(&mut self, journal: &Journal) {
        let counters = journal.counters();
        let mut topics: Vec<_> = counters
            .topics()
            .iter()
            // An alias whose topic was not seen has none.
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, count)| (count.packets.sum(), name))
            .collect();
        // Stable: topics with as many packets stay in the order of their names.
        topics.sort_by_key(|(packets, _)| std::cmp::Reverse(*packets));
        topics.truncate(TOPICS_MAX);
        self.topics = topics
            .into_iter()
            .map(|(_, name)| name.to_owned())
            .collect();
        self.clients = journal.clients().into_iter().map(str::to_owned).collect();
    }
}
