//! The log that people see: packets of the lab and of live connections in the order of logging.

use crate::topics::Topics;
use midge_codec::{ByteString, Packet};
use midge_session::Instant;
use midge_trace::{Bounds, HopId, Log, Record, Tap, Toward};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept: a page needs no more, and a tab has its limits.
const BOUNDS: Bounds = Bounds {
    records: 100_000,
    bytes: 96 << 20,
};

/// Hops are forgotten with their last packet, looked for when so many more were opened.
const HOPS_BETWEEN_SWEEPS: usize = 256;

/// Topic aliases remembered for a hop and direction; more are shown as numbers.
const ALIASES_MAX: usize = 1_024;

/// A hop as people know it.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// The client's name.
    pub(crate) name: String,
    /// Whether it is on a real network.
    pub(crate) live: bool,
    /// The client identifier, once a CONNECT or CONNACK told it.
    pub(crate) client_id: Option<String>,
    /// Since when no record of it can be older; with the newest record it had.
    newest: u64,
    aliases: BTreeMap<(Toward, u16), ByteString>,
}

/// The log with the names of its hops.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    log: Log,
    hops: BTreeMap<HopId, Hop>,
    next_hop: u32,
    swept_at: usize,
    /// Topics of those PUBLISH packets that carry an alias only.
    aliased: BTreeMap<u64, ByteString>,
    topics: Topics,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            log: Log::new(BOUNDS),
            hops: BTreeMap::new(),
            next_hop: 0,
            swept_at: 0,
            aliased: BTreeMap::new(),
            topics: Topics::default(),
        }
    }
}

impl Journal {
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// A hop of its own for a connection that opens.
    pub(crate) fn open_hop(&mut self, name: &str, live: bool) -> HopId {
        if self.hops.len() >= self.swept_at + HOPS_BETWEEN_SWEEPS {
            let start = self.log.start();
            self.hops.retain(|_, hop| hop.newest >= start);
            self.swept_at = self.hops.len();
        }
        let id = HopId(self.next_hop);
        self.next_hop += 1;
        let hop = Hop {
            name: name.to_owned(),
            live,
            client_id: None,
            newest: self.log.end(),
            aliases: BTreeMap::new(),
        };
        self.hops.insert(id, hop);
        id
    }

    pub(crate) fn hop(&self, id: HopId) -> Option<&Hop> {
        self.hops.get(&id)
    }

    /// The names of all clients, each once.
    pub(crate) fn clients(&self) -> BTreeSet<&str> {
        self.hops.values().map(|hop| hop.name.as_str()).collect()
    }

    /// Copies a record of the lab's log under the journal's own hop; answers its number here.
    pub(crate) fn import(&mut self, record: &Record, hop: HopId) -> u64 {
        let seq = self.log.push(
            record.at,
            hop,
            record.toward,
            record.version,
            record.frame.clone(),
            record.fault,
        );
        self.note(seq, record, hop);
        seq
    }

    /// Logs what passes a live connection.
    pub(crate) fn tap(&mut self, tap: &mut Tap, at: Instant, toward: Toward, bytes: bytes::Bytes) {
        let from = self.log.end();
        tap.feed(&mut self.log, at, toward, bytes);
        for seq in from..self.log.end() {
            if let Some(record) = self.log.record(seq) {
                self.note(seq, &record, record.hop);
            }
        }
    }

    /// Drops the lab's packets; those of live connections are numbered again behind them.
    pub(crate) fn forget_lab(&mut self) {
        let live: Vec<(Record, Option<ByteString>)> = self
            .log
            .iter_from(0)
            .filter(|record| self.hop(record.hop).is_some_and(|hop| hop.live))
            .map(|record| (record.clone(), self.aliased.get(&record.seq).cloned()))
            .collect();
        self.log.clear();
        self.aliased.clear();
        self.topics.clear();
        self.hops.retain(|_, hop| hop.live);
        for (record, topic) in live {
            let seq = self.import(&record, record.hop);
            self.aliased.extend(topic.map(|topic| (seq, topic)));
        }
    }

    /// Every topic that was seen.
    pub(crate) fn topics(&self) -> &Topics {
        &self.topics
    }

    pub(crate) fn topics_mut(&mut self) -> &mut Topics {
        &mut self.topics
    }

    /// The topic of a PUBLISH: its own, or the one that its alias stands for.
    pub(crate) fn topic<'a>(&'a self, seq: u64, topic: &'a str) -> &'a str {
        match self.aliased.get(&seq) {
            Some(resolved) if topic.is_empty() => resolved,
            _ => topic,
        }
    }

    /// Keeps what later readers need and the record alone does not say.
    fn note(&mut self, seq: u64, record: &Record, hop: HopId) {
        let Some(hop) = self.hops.get_mut(&hop) else {
            return;
        };
        hop.newest = seq;
        let publish = match record.packet() {
            Some(Packet::Publish(publish)) => publish,
            Some(packet) => return hop.learn(&packet),
            None => return,
        };
        let Some(alias) = publish.properties.topic_alias() else {
            let live = hop.live.then_some(hop.name.as_str());
            self.topics.passed(seq, live, publish.topic);
            return;
        };
        let key = (record.toward, alias);
        if publish.topic.is_empty() {
            if let Some(topic) = hop.aliases.get(&key) {
                self.aliased.insert(seq, topic.clone());
            }
        } else if hop.aliases.len() < ALIASES_MAX || hop.aliases.contains_key(&key) {
            hop.aliases.insert(key, publish.topic.into());
        }
        let live = hop.live.then_some(hop.name.as_str());
        let topic = hop.aliases.get(&key).map_or(publish.topic, |topic| topic);
        self.topics.passed(seq, live, topic);
        while let Some(entry) = self.aliased.first_entry()
            && *entry.key() < self.log.start()
        {
            entry.remove();
        }
    }
}

impl Hop {
    /// Who it is.
    fn learn(&mut self, packet: &Packet<'_>) {
        let told = match packet {
            Packet::Connect(connect) => Some(connect.client_id).filter(|id| !id.is_empty()),
            Packet::ConnAck(ack) => ack.properties.assigned_client_identifier(),
            _ => None,
        };
        if let Some(id) = told {
            self.client_id = Some(id.to_owned());
        }
    }
}
