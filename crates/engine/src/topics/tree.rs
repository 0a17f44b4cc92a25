//! The topics as a tree, with what one filter makes of each level.

use crate::saturate::saturate;
use crate::why::mismatch;
use midge_codec::ByteString;
use midge_codec::topic::{self, Mismatch};
use midge_view::{TopicRow, TopicVerdict};

/// A tree that was built of the topics of one moment, for one filter.
#[derive(Clone, Debug)]
pub(super) struct Built {
    version: u64,
    filter: Option<String>,
    /// Each node before those below it.
    nodes: Vec<Node>,
    topics: u32,
    matched: u32,
}

/// One level of some topics.
#[derive(Clone, Debug)]
struct Node {
    /// A topic that begins so.
    topic: ByteString,
    /// Bytes of the topic up to the end of this level.
    end: usize,
    /// Bytes of the topic up to the beginning of this level.
    begin: usize,
    depth: u16,
    is_topic: bool,
    /// Nodes below it.
    below: usize,
    position: (u32, u32),
    topics: u32,
    matched: u32,
    is_match: bool,
    decides: Option<Mismatch>,
    /// A level above decided for everything below it.
    is_decided: bool,
}

/// Some rows of the tree.
pub(super) struct Shown {
    /// How many rows there are with these branches closed.
    pub(super) all: u32,
    pub(super) rows: Vec<TopicRow>,
}

impl Built {
    /// The tree of `topics`, which come in the order of their levels.
    pub(super) fn new<'a>(
        version: u64,
        filter: Option<&str>,
        topics: impl Iterator<Item = &'a ByteString>,
    ) -> Self {
        let mut built = Self {
            version,
            filter: filter.map(str::to_owned),
            nodes: Vec::new(),
            topics: 0,
            matched: 0,
        };
        // The nodes from the root to the topic before.
        let mut path: Vec<usize> = Vec::new();
        for topic in topics {
            built.add(topic, filter, &mut path);
        }
        built.number();
        built
    }

    /// Whether it is still right.
    pub(super) fn is_of(&self, version: u64, filter: Option<&str>) -> bool {
        self.version == version && self.filter.as_deref() == filter
    }

    pub(super) fn topics(&self) -> u32 {
        self.topics
    }

    pub(super) fn matched(&self) -> u32 {
        self.matched
    }

    fn add(&mut self, topic: &ByteString, filter: Option<&str>, path: &mut Vec<usize>) {
        let mut begin = 0;
        let mut depth = 0;
        for level in topic.split('/') {
            let end = begin + level.len();
            let is_same = path.get(depth).is_some_and(|&node| {
                let node = &self.nodes[node];
                node.topic[..node.end] == topic[..end]
            });
            if !is_same {
                path.truncate(depth);
                path.push(self.nodes.len());
                self.nodes.push(Node::new(topic, begin..end, depth));
            }
            begin = end + 1;
            depth += 1;
        }
        path.truncate(depth);
        let compared = filter.map(|filter| topic::compare(filter, topic));
        let matched = u32::from(compared == Some(Ok(())));
        for &node in path.iter() {
            self.nodes[node].topics += 1;
            self.nodes[node].matched += matched;
        }
        self.topics += 1;
        self.matched += matched;
        let Some(&leaf) = path.last() else {
            return;
        };
        self.nodes[leaf].is_topic = true;
        self.nodes[leaf].is_match = matched == 1;
        if let Some(Err(why)) = compared {
            let decider = match why {
                Mismatch::NameTooShort(_) => leaf,
                why => path[usize::from(mismatch::level(why)).min(path.len() - 1)],
            };
            self.nodes[decider].decides = Some(why);
            let below = path.iter().skip_while(|&&node| node != decider).skip(1);
            for &node in below {
                self.nodes[node].is_decided = true;
            }
        }
    }

    /// Counts what is below each node, and its place among its siblings.
    fn number(&mut self) {
        // Of each depth the siblings so far.
        let mut siblings: Vec<Vec<usize>> = Vec::new();
        for index in 0..=self.nodes.len() {
            let depth = self
                .nodes
                .get(index)
                .map_or(0, |node| usize::from(node.depth));
            let is_end = index == self.nodes.len();
            for done in siblings.drain((depth + usize::from(!is_end)).min(siblings.len())..) {
                let count = saturate(done.len());
                for (place, &node) in (1..).zip(&done) {
                    self.nodes[node].position = (place, count);
                }
            }
            if !is_end {
                siblings.resize_with(depth + 1, Vec::new);
                siblings[depth].push(index);
            }
        }
        let mut open: Vec<usize> = Vec::new();
        for index in 0..=self.nodes.len() {
            let depth = self
                .nodes
                .get(index)
                .map_or(0, |node| usize::from(node.depth));
            for done in open.drain(depth.min(open.len())..) {
                self.nodes[done].below = index - done - 1;
            }
            open.push(index);
        }
    }

    /// Rows from `first` on, without what is below closed branches.
    pub(super) fn rows(&self, closed: &[String], first: u32, count: u32) -> Shown {
        let mut shown = Shown {
            all: 0,
            rows: Vec::new(),
        };
        let mut index = 0;
        while let Some(node) = self.nodes.get(index) {
            let is_closed = node.below > 0 && closed.iter().any(|path| path == node.path());
            if shown.all >= first && shown.all - first < count {
                shown.rows.push(self.row(node, is_closed));
            }
            shown.all += 1;
            index += 1 + if is_closed { node.below } else { 0 };
        }
        shown
    }

    fn row(&self, node: &Node, is_closed: bool) -> TopicRow {
        TopicRow {
            path: node.path().to_owned(),
            level: node.topic[node.begin..node.end].to_owned(),
            depth: node.depth,
            open: (node.below > 0).then_some(!is_closed),
            position: node.position,
            packets: node.is_topic.then_some(0),
            retained: false,
            topics: node.topics,
            matched: node.matched,
            verdict: self.filter.as_deref().map(|filter| node.verdict(filter)),
        }
    }
}

impl Node {
    fn new(topic: &ByteString, level: core::ops::Range<usize>, depth: usize) -> Self {
        Self {
            topic: topic.clone(),
            end: level.end,
            begin: level.start,
            // A topic has at most 65,535 bytes, and so no more levels than that.
            depth: u16::try_from(depth).unwrap_or(u16::MAX),
            is_topic: false,
            below: 0,
            position: (1, 1),
            topics: 0,
            matched: 0,
            is_match: false,
            decides: None,
            is_decided: false,
        }
    }

    fn path(&self) -> &str {
        &self.topic[..self.end]
    }

    fn verdict(&self, filter: &str) -> TopicVerdict {
        match (self.is_match, self.decides, self.is_decided) {
            (true, ..) => TopicVerdict::Match,
            (false, Some(why), _) => TopicVerdict::Decides(mismatch::at_level(why, filter)),
            (false, None, true) => TopicVerdict::Decided,
            (false, None, false) => TopicVerdict::OnTheWay,
        }
    }
}
