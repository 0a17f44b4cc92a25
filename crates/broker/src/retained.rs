//! The retained store: one message a topic, found by name or by filter without a scan of the rest.

use crate::tree::{Tree, Walk};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::ops::Bound;
use midge_codec::{ByteString, Message};
use midge_session::Instant;

/// Retained messages (section 3.3.1.3).
#[derive(Clone, Debug)]
pub(crate) struct RetainedStore {
    /// In the order of the topics, for whoever pages through them.
    messages: BTreeMap<ByteString, Retained>,
    /// The same topics by level, for wildcards.
    topics: Tree<ByteString>,
    /// How many of them are the broker's own.
    own: usize,
    /// What changed since the journal was drained; `None` without a journal.
    pub(crate) touched: Option<BTreeSet<ByteString>>,
}

/// Whether only the broker publishes to a topic.
fn is_own(topic: &str) -> bool {
    topic.starts_with("$SYS/")
}

/// Topics that a filter matches, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) topics: Vec<ByteString>,
    /// Where the search was interrupted; it goes on after this path.
    pub(crate) paused_at: Option<ByteString>,
}

/// One retained message.
#[derive(Clone, Debug)]
pub(crate) struct Retained {
    pub(crate) message: Message,
    /// The client that published it: No Local holds for stored messages as well.
    pub(crate) publisher: Option<ByteString>,
    pub(crate) since: Instant,
    pub(crate) expires_at: Option<Instant>,
}

impl RetainedStore {
    pub(crate) fn new() -> Self {
        Self {
            messages: BTreeMap::new(),
            topics: Tree::new(),
            own: 0,
            touched: None,
        }
    }

    /// Stores a message in place of the one with the same topic [MQTT-3.3.1-5].
    pub(crate) fn insert(&mut self, retained: Retained) {
        let topic = retained.message.topic.clone();
        self.touch(&topic);
        if self.messages.insert(topic.clone(), retained).is_none() {
            self.own += usize::from(is_own(&topic));
            self.topics.entry(&topic).clone_from(&topic);
        }
    }

    pub(crate) fn remove(&mut self, topic: &str) -> Option<Retained> {
        let retained = self.messages.remove(topic)?;
        self.own -= usize::from(is_own(topic));
        self.touch(&retained.message.topic);
        self.topics.remove(topic);
        Some(retained)
    }

    fn touch(&mut self, topic: &ByteString) {
        if let Some(touched) = &mut self.touched {
            touched.insert(topic.clone());
        }
    }

    pub(crate) fn find(&self, topic: &str) -> Option<&Retained> {
        self.messages.get(topic)
    }

    /// The topics that a filter matches, in the order of their levels; with `after` those behind this
    /// topic, which may be gone.
    pub(crate) fn matching<'s>(
        &'s self,
        filter: &'s str,
        after: Option<&'s str>,
    ) -> impl Iterator<Item = &'s ByteString> {
        self.topics.names(filter, after)
    }

    /// The same, `count` at most and no more than `steps` allow, which are counted down.
    pub(crate) fn page(
        &self,
        filter: &str,
        after: Option<&str>,
        count: usize,
        steps: &mut usize,
    ) -> Page {
        let mut names = self.topics.names(filter, after);
        let mut page = Page::default();
        while page.topics.len() < count {
            match names.walk(steps) {
                Walk::Found(topic) => page.topics.push(topic.clone()),
                Walk::Paused => {
                    page.paused_at = Some(names.path().into());
                    break;
                }
                Walk::Done => break,
            }
        }
        page
    }

    /// In the order of the topics, from the first not below `from`.
    pub(crate) fn range(&self, from: &str) -> impl Iterator<Item = &Retained> {
        let bounds = (Bound::Included(from), Bound::Unbounded);
        self.messages
            .range::<str, _>(bounds)
            .map(|(_, retained)| retained)
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// How many are not the broker's own.
    pub(crate) fn foreign_len(&self) -> usize {
        self.messages.len() - self.own
    }
}
