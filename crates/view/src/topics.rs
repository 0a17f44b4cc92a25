//! The topic tree and the wildcard bench.

use serde::{Deserialize, Serialize};

/// What is asked of the topic tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicQuery {
    /// Whose topics.
    pub source: TopicSource,
    /// The filter that is tried out; empty tries none.
    pub filter: String,
    /// Paths of the branches that are closed.
    pub closed: Vec<String>,
    /// First row and number of rows, at most 500.
    pub rows: (u32, u32),
}

/// Whose topics are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TopicSource {
    /// Those seen at the lab's broker, and those it retains.
    #[default]
    Lab,
    /// Those seen on the live connection of this name.
    Connection(String),
    /// The examples of section 4.7 of the standard.
    Standard,
}

/// A page of the topic tree, with what the filter makes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicsAnswer {
    /// Names of the Workbench's connections on real networks that have seen topics.
    pub connections: Vec<String>,
    /// What is wrong with the filter, in words.
    pub problem: Option<String>,
    /// What a shared filter is compared by, when it is one: share name and filter.
    pub share: Option<(String, String)>,
    /// Topics of the tree.
    pub topics: u32,
    /// Those that the filter matches.
    pub matched: u32,
    /// Topics that were left out because there are too many.
    pub left_out: u64,
    /// Rows of the tree with the closed branches.
    pub all_rows: u32,
    /// The first row below.
    pub first: u32,
    /// The rows.
    pub rows: Vec<TopicRow>,
}

/// One level of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRow {
    /// The path to here: a topic, or the beginning of some.
    pub path: String,
    /// Its last level, which may be empty.
    pub level: String,
    /// How many levels are above it.
    pub depth: u16,
    /// Whether there are levels below, and if so whether they are shown.
    pub open: Option<bool>,
    /// Place among its siblings, from 1, and how many there are.
    pub position: (u32, u32),
    /// PUBLISH packets seen with exactly this topic; `None` for a branch that is no topic itself.
    pub packets: Option<u64>,
    /// Whether the broker stores a message for it.
    pub retained: bool,
    /// Topics here and below.
    pub topics: u32,
    /// Those of them that the filter matches.
    pub matched: u32,
    /// What the filter makes of it; `None` without a filter.
    pub verdict: Option<TopicVerdict>,
}

/// What a filter makes of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TopicVerdict {
    /// It matches this topic.
    Match,
    /// This level decides that it does not match here or below: why, in words.
    Decides(String),
    /// A level above has decided that it does not match.
    Decided,
    /// It is on the way: only levels below decide.
    OnTheWay,
}
