//! The log that people see: packets of the lab and of live connections in the order of logging.

mod hop;

pub(crate) use hop::{Hop, Origin};

use crate::topics::Topics;
use midge_codec::{ByteString, Packet};
use midge_session::Instant;
use midge_trace::ladder::{Client, Mark};
use midge_trace::{Bounds, Counters, Dropped, HopId, Log, Record, Tap, Toward};
use midge_view::{Kept, Middle};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is kept until the page says otherwise.
const BOUNDS: Bounds = Bounds {
    records: 200_000,
    bytes: 128 << 20,
};

/// Packets logged after a clearing until what was cleared is given up: it takes memory.
const RESTORABLE_FOR: u64 = 5_000;

/// Hops are forgotten with their last packet, looked for when so many more were opened.
const HOPS_BETWEEN_SWEEPS: usize = 256;

/// Topic aliases remembered for a hop and direction; more are shown as numbers.
const ALIASES_MAX: usize = 1_024;

/// Marks kept, at most; they go with the packets that follow them in any case.
const MARKS_MAX: usize = 20_000;

/// What happened apart from packets.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    /// The number of the packet before which it belongs.
    pub(crate) before: u64,
    /// Whose broker.
    pub(crate) middle: Middle,
    pub(crate) mark: Mark,
}

/// The log with the names of its hops, and what happened besides.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    log: Log,
    hops: BTreeMap<HopId, Hop>,
    next_hop: u32,
    swept_at: usize,
    /// Topics of those PUBLISH packets that carry an alias only.
    aliased: BTreeMap<u64, ByteString>,
    topics: Topics,
    counters: Counters,
    /// What counts as dropped in the log and was logged again under another number.
    renumbered: Dropped,
    /// The journal before it was cleared.
    cleared: Option<Box<Journal>>,
    /// In order; the first has the number `first_mark`.
    marks: VecDeque<Noted>,
    first_mark: u64,
    /// How often packets were numbered anew.
    generation: u32,
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
            counters: Counters::new(),
            renumbered: Dropped::default(),
            cleared: None,
            marks: VecDeque::new(),
            first_mark: 0,
            generation: 0,
        }
    }
}

impl Journal {
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// What was counted since the beginning or the last clearing.
    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Keeps so much from here on.
    pub(crate) fn set_bounds(&mut self, bounds: Bounds) {
        self.log.set_bounds(bounds);
    }

    /// What is kept and what not any more.
    pub(crate) fn kept(&self) -> Kept {
        let dropped = self.log.dropped();
        Kept {
            packets: self.log.end() - self.log.start(),
            bytes: self.log.bytes(),
            dropped_packets: dropped.records - self.renumbered.records,
            dropped_bytes: dropped.bytes - self.renumbered.bytes,
            restorable: self
                .cleared
                .as_ref()
                .map(|before| before.log.end() - before.log.start()),
        }
    }

    /// The same, for reading it while this one goes on; the log's memory is shared.
    pub(crate) fn checkpoint(&self) -> Self {
        Self {
            log: self.log.clone(),
            hops: self.hops.clone(),
            aliased: self.aliased.clone(),
            ..Self::default()
        }
    }

    /// Name and origin of every hop.
    pub(crate) fn hops_for_captures(&self) -> BTreeMap<HopId, (String, Origin)> {
        let hops = self.hops.iter();
        hops.map(|(id, hop)| (*id, (hop.name.clone(), hop.origin)))
            .collect()
    }

    /// Drops every packet and what was counted, until [`Journal::restore`].
    pub(crate) fn clear(&mut self) {
        self.cleared = None;
        let before = self.clone();
        self.log.clear();
        self.aliased.clear();
        self.counters = Counters::new();
        self.cleared = Some(Box::new(before));
    }

    /// Puts what was cleared last before what came since. Answers whether there was anything.
    pub(crate) fn restore(&mut self) -> bool {
        let Some(before) = self.cleared.take() else {
            return false;
        };
        let since = std::mem::replace(self, *before);
        let marked = self.marks_end();
        self.marks.extend(since.marks_from(marked).cloned());
        self.generation = since.generation + 1;
        // Of a hop that both know the later state counts; some are known only to the earlier.
        self.hops.extend(since.hops);
        self.next_hop = since.next_hop;
        self.log.set_bounds(since.log.bounds());
        for record in since.log.iter_from(0) {
            let hop = self.hops.get(&record.hop);
            self.counters
                .count(&record, hop.map_or("", |hop| &hop.name));
            self.push(record);
        }
        self.aliased.extend(since.aliased);
        self.topics = since.topics;
        true
    }

    /// A hop of its own for a connection that opens.
    pub(crate) fn open_hop(&mut self, client: Client<'_>, origin: Origin) -> HopId {
        if self.hops.len() >= self.swept_at + HOPS_BETWEEN_SWEEPS {
            let start = self.log.start();
            self.hops.retain(|_, hop| hop.newest >= start);
            self.swept_at = self.hops.len();
        }
        let id = HopId(self.next_hop);
        self.next_hop += 1;
        let hop = Hop {
            key: client.key.to_owned(),
            name: client.name.to_owned(),
            origin,
            url: None,
            address: None,
            client_id: None,
            newest: self.log.end(),
            aliases: BTreeMap::new(),
        };
        self.hops.insert(id, hop);
        id
    }

    /// A hop of its own for a connection of a file to the broker at this address.
    pub(crate) fn open_file_hop(
        &mut self,
        client: Client<'_>,
        epoch_us: u64,
        address: String,
    ) -> HopId {
        let id = self.open_hop(client, Origin::File { epoch_us });
        if let Some(hop) = self.hops.get_mut(&id) {
            hop.address = Some(address);
        }
        id
    }

    pub(crate) fn hop(&self, id: HopId) -> Option<&Hop> {
        self.hops.get(&id)
    }

    /// The names of all clients, each once.
    pub(crate) fn clients(&self) -> BTreeSet<&str> {
        self.hops.values().map(|hop| hop.name.as_str()).collect()
    }

    /// A hop of its own for a connection on a real network that opens.
    pub(crate) fn open_live_hop(&mut self, client: Client<'_>, url: &str) -> HopId {
        let id = self.open_hop(client, Origin::Live);
        if let Some(hop) = self.hops.get_mut(&id) {
            hop.url = Some(url.to_owned());
        }
        id
    }

    /// The brokers that the hops lead to, each once, the lab's first.
    pub(crate) fn middles(&self) -> Vec<Middle> {
        let mut middles = vec![Middle::Lab];
        for hop in self.hops.values() {
            if !middles.iter().any(|middle| hop.leads_to(middle)) {
                middles.push(hop.middle());
            }
        }
        middles
    }

    /// The broker that a packet goes to or comes from.
    pub(crate) fn middle_of(&self, seq: u64) -> Option<Middle> {
        let hop = self.log.record(seq)?.hop;
        Some(self.hop(hop)?.middle())
    }

    /// Notes what happened at a broker behind the newest packet.
    pub(crate) fn mark(&mut self, middle: Middle, mark: Mark) {
        let start = self.log.start();
        while self.marks.len() >= MARKS_MAX
            || self.marks.front().is_some_and(|noted| noted.before < start)
        {
            self.marks.pop_front();
            self.first_mark += 1;
        }
        self.marks.push_back(Noted {
            before: self.log.end(),
            middle,
            mark,
        });
    }

    /// What happened from number `from` on, in order.
    pub(crate) fn marks_from(&self, from: u64) -> impl Iterator<Item = &Noted> {
        let skipped = from.saturating_sub(self.first_mark);
        self.marks
            .iter()
            .skip(usize::try_from(skipped).unwrap_or(usize::MAX))
    }

    /// The number that the next mark will have.
    pub(crate) fn marks_end(&self) -> u64 {
        self.first_mark + self.marks.len() as u64
    }

    /// Changes whenever packets and marks were numbered anew, so that indices over them must begin again.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// Copies a record of another log under the journal's own hop; answers its number here.
    pub(crate) fn import(&mut self, record: &Record, hop: HopId) -> u64 {
        let record = Record {
            hop,
            ..record.clone()
        };
        let seq = self.push(record.clone());
        self.note(&Record { seq, ..record });
        seq
    }

    fn push(&mut self, record: Record) -> u64 {
        self.log.push(
            record.at,
            record.hop,
            record.toward,
            record.version,
            record.frame,
            record.fault,
        )
    }

    /// Logs what passes a live connection.
    pub(crate) fn tap(&mut self, tap: &mut Tap, at: Instant, toward: Toward, bytes: bytes::Bytes) {
        let from = self.log.end();
        tap.feed(&mut self.log, at, toward, bytes);
        for seq in from..self.log.end() {
            if let Some(record) = self.log.record(seq) {
                self.note(&record);
            }
        }
    }

    /// Drops the lab's packets; all others are numbered again behind them, and counted anew.
    pub(crate) fn forget_lab(&mut self) {
        let stays = |hop: &Hop| hop.origin != Origin::Lab;
        let others: Vec<(Record, Option<ByteString>)> = self
            .log
            .iter_from(0)
            .filter(|record| self.hop(record.hop).is_some_and(stays))
            .map(|record| (record.clone(), self.aliased.get(&record.seq).cloned()))
            .collect();
        self.log.clear();
        self.aliased.clear();
        self.topics.clear();
        self.counters = Counters::new();
        self.cleared = None;
        self.hops.retain(|_, hop| stays(hop));
        self.generation += 1;
        self.first_mark = self.marks_end();
        self.marks.retain(|noted| noted.middle != Middle::Lab);
        for noted in &mut self.marks {
            let earlier = others.partition_point(|(record, _)| record.seq < noted.before);
            noted.before = self.log.end() + earlier as u64;
        }
        for (record, topic) in others {
            self.renumbered.records += 1;
            self.renumbered.bytes += record.frame.len() as u64;
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

    /// The topic that the alias of the PUBLISH with this number stands for, when it has no topic of its
    /// own.
    pub(crate) fn alias_topic(&self, seq: u64) -> Option<&str> {
        self.aliased.get(&seq).map(|topic| &**topic)
    }

    /// Counts the record, and keeps what later readers need and it alone does not say.
    fn note(&mut self, record: &Record) {
        let before = self.cleared.as_ref().map(|before| before.log.end());
        if before.is_some_and(|end| record.seq >= end + RESTORABLE_FOR) {
            self.cleared = None;
        }
        let Some(hop) = self.hops.get_mut(&record.hop) else {
            return;
        };
        self.counters.count(record, &hop.name);
        hop.newest = record.seq;
        let publish = match record.packet() {
            Some(Packet::Publish(publish)) => publish,
            Some(packet) => return hop.learn(&packet),
            None => return,
        };
        let live = match hop.origin {
            Origin::Lab => Some(None),
            Origin::Live => Some(Some(hop.name.as_str())),
            Origin::File { .. } => None,
        };
        let Some(alias) = publish.properties.topic_alias() else {
            if let Some(live) = live {
                self.topics.passed(record.seq, live, publish.topic);
            }
            return;
        };
        let key = (record.toward, alias);
        if publish.topic.is_empty() {
            if let Some(topic) = hop.aliases.get(&key) {
                self.aliased.insert(record.seq, topic.clone());
            }
        } else if hop.aliases.len() < ALIASES_MAX || hop.aliases.contains_key(&key) {
            hop.aliases.insert(key, publish.topic.into());
        }
        let topic = hop.aliases.get(&key).map_or(publish.topic, |topic| topic);
        if let Some(live) = live {
            self.topics.passed(record.seq, live, topic);
        }
        while let Some(entry) = self.aliased.first_entry()
            && *entry.key() < self.log.start()
        {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packets::filter::{keeps, whole};
    use midge_view::PacketFilter;

    fn publish(topic: &'static [u8]) -> Record {
        // QoS 0, then the topic, then one property: Topic Alias 1.
        let mut frame = vec![0x30, topic.len() as u8 + 6, 0, topic.len() as u8];
        frame.extend(topic);
        frame.extend([3, 0x23, 0, 1]);
        Record {
            seq: 0,
            at: Instant::ZERO,
            hop: HopId(0),
            toward: Toward::Broker,
            version: midge_codec::Version::V5,
            frame: frame.into(),
            fault: None,
        }
    }

    #[test]
    fn a_filter_knows_what_an_alias_stands_for_also_after_clearing_and_undoing() {
        let mut journal = Journal::default();
        let hop = journal.open_hop(
            Client {
                key: "l",
                name: "lamp",
            },
            Origin::Live,
        );
        journal.import(&publish(b"home/kitchen/light"), hop);
        journal.import(&publish(b""), hop);
        journal.clear();
        journal.import(&publish(b""), hop);
        assert!(journal.restore());
        let filter = PacketFilter {
            text: "topic:home/+/light client:lamp".to_owned(),
            ..PacketFilter::default()
        };
        let filter = whole(&filter).expect("a filter");
        let kept = |journal: &Journal| {
            let log = journal.log();
            let records = (log.start()..log.end()).filter_map(|seq| log.peek(seq));
            records
                .filter(|record| keeps(&filter, journal, *record))
                .count()
        };
        assert_eq!(kept(&journal), 3);
        assert_eq!(kept(&journal.checkpoint()), 3);
        journal.forget_lab();
        assert_eq!(kept(&journal), 3);
        let counted = journal.counters().topics().get(0);
        assert_eq!(counted.map(|(name, _)| name), Some("home/kitchen/light"));
        assert_eq!(journal.kept().dropped_packets, 0);
    }
}
