//! Topic aliases as a listener on the wire learns them.

use crate::{HopId, Record, Toward};
use midge_codec::{ByteString, Publish};
use std::collections::BTreeMap;

/// Aliases remembered over all hops; those of the oldest hop go first.
const ALIASES_MAX: usize = 65_536;

/// What every alias of every hop stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aliases {
    topics: BTreeMap<(HopId, Toward, u16), ByteString>,
}

impl Aliases {
    /// The topic of a PUBLISH, its own or the one of its alias; empty when the alias was set before
    /// the listener came. The answer borrows from here only where an alias stands for the topic.
    pub(crate) fn topic<'a>(&'a mut self, record: &Record, publish: &Publish<'a>) -> &'a str {
        let Some(alias) = publish.properties.topic_alias() else {
            return publish.topic;
        };
        let key = (record.hop, record.toward, alias);
        if publish.topic.is_empty() {
            return self.topics.get(&key).map_or("", |topic| topic);
        }
        self.topics.insert(key, publish.topic.into());
        if self.topics.len() > ALIASES_MAX {
            self.topics.pop_first();
        }
        publish.topic
    }
}
