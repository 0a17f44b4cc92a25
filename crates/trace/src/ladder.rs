//! The ladder: one lane a client, the broker in the middle, an arrow for each packet on each hop.
//!
//! [`Ladder::advance`] reads each record once and keeps a small row of it: its lane, its handshake, its
//! message. [`Ladder::window`] makes arrows of some rows only, so that a view costs what it shows, and
//! never what the log holds.

mod journey;
mod kept;
mod lines;
mod messages;
mod shown;
#[cfg(test)]
mod tests;

pub use journey::{Journey, Leg};
pub use kept::Kept;
pub use shown::{Arrow, Client, Entry, Group, GroupId, Lane, LaneId, Mark, MarkKind, What};

use crate::aliases::Aliases;
use crate::exchange::{Exchanges, State};
use crate::hash::RunningHash;
use crate::{HopId, Log, Record, Toward};
use lines::Lines;
use messages::Messages;
use midge_codec::{ByteString, Packet, PacketId, Publish};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// "None" in a row, where an `Option` would cost eight bytes more.
const NONE: u64 = u64::MAX;

/// An index over a log, and over what the broker said of it.
#[derive(Clone, Debug, Default)]
pub struct Ladder {
    lines: Lines,
    /// Row `index` stands at `index - first`.
    rows: VecDeque<Row>,
    first: u64,
    /// Records below this number are in rows.
    scanned: u64,
    groups: Chains<GroupFacts>,
    messages: Chains<MessageFacts>,
    known: Messages,
    exchanges: Exchanges<u64>,
    aliases: Aliases,
    /// Topics of rows whose PUBLISH has an alias only.
    topics: BTreeMap<u64, ByteString>,
    /// By row, with the hop that its lane had then.
    marks: BTreeMap<u64, (Mark, Option<HopId>)>,
    /// What the broker said, each with the number of the record before which it belongs.
    pending: VecDeque<(u64, Mark)>,
    /// Which message the broker means by its number.
    told: BTreeMap<u64, u64>,
}

/// What is kept of a packet or a mark.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The packet's number, or the number of the record that follows the mark.
    seq: u64,
    lane: LaneId,
    /// Number of the handshake, or [`NONE`].
    group: u64,
    /// Number of the message, or [`NONE`].
    message: u64,
    /// How many rows before this one the previous row of the same handshake is; 0 for the first.
    group_back: u32,
    /// The same for the message.
    message_back: u32,
    /// Of the handshake after this packet.
    state: Option<State>,
    is_mark: bool,
    /// Sent before.
    again: bool,
    /// Whether the message is the only one that fits.
    certain: bool,
}

/// Numbered chains of rows: each knows its ends, and each row the one before it.
#[derive(Clone, Debug)]
struct Chains<T> {
    first: u64,
    chains: VecDeque<Chain<T>>,
}

#[derive(Clone, Copy, Debug)]
struct Chain<T> {
    first_row: u64,
    last_row: u64,
    facts: T,
}

#[derive(Clone, Copy, Debug)]
struct GroupFacts {
    lane: LaneId,
    sender: Toward,
    packet_id: u16,
    state: State,
    resent: u32,
    track: u8,
}

#[derive(Clone, Copy, Debug)]
struct MessageFacts {
    is_published: bool,
}

impl<T> Default for Chains<T> {
    fn default() -> Self {
        Self {
            first: 0,
            chains: VecDeque::new(),
        }
    }
}

impl<T> Chains<T> {
    fn next(&self) -> u64 {
        self.first + self.chains.len() as u64
    }

    fn begin(&mut self, row: u64, facts: T) -> u64 {
        self.chains.push_back(Chain {
            first_row: row,
            last_row: row,
            facts,
        });
        self.next() - 1
    }

    fn chain(&self, number: u64) -> Option<&Chain<T>> {
        self.chains
            .get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    fn chain_mut(&mut self, number: u64) -> Option<&mut Chain<T>> {
        self.chains
            .get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// Adds `row` to a chain; answers the distance to the row before it.
    fn append(&mut self, number: u64, row: u64) -> u32 {
        let Some(chain) = self.chain_mut(number) else {
            return 0;
        };
        let back = u32::try_from(row - chain.last_row).unwrap_or(0);
        chain.last_row = row;
        back
    }

    /// Drops the chains that end before `row`, oldest first, and gives each.
    fn forget_before(&mut self, row: u64, mut gone: impl FnMut(T)) {
        while self
            .chains
            .front()
            .is_some_and(|chain| chain.last_row < row)
        {
            if let Some(chain) = self.chains.pop_front() {
                gone(chain.facts);
            }
            self.first += 1;
        }
    }
}

impl Ladder {
    /// A ladder without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the broker said, which belongs before the record with the number `before`. Marks come
    /// in order, and before the records that follow them are read.
    pub fn note(&mut self, before: u64, mark: Mark) {
        self.pending.push_back((before, mark));
    }

    /// Reads up to `budget` more records and forgets what the log dropped. Answers whether all were
    /// read. `client` tells whose a hop is; hops of one client share a lane, and those without one are
    /// left out.
    pub fn advance<'n>(
        &mut self,
        log: &Log,
        budget: u32,
        mut client: impl FnMut(HopId) -> Option<Client<'n>>,
    ) -> bool {
        self.forget_dropped(log.start());
        self.scanned = self.scanned.max(log.start());
        let until = log.end().min(self.scanned.saturating_add(budget.into()));
        for seq in self.scanned..until {
            self.place_marks(seq);
            if let Some(record) = log.record(seq)
                && let Some(lane) = self.lines.of_hop(record.hop, &mut client)
            {
                self.place_packet(&record, lane);
            }
        }
        self.scanned = until;
        if until == log.end() {
            self.place_marks(until);
        }
        self.known.forget_before(self.messages.first);
        until == log.end()
    }

    /// The lanes that have rows, in the order in which they appeared.
    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.lines.lanes()
    }

    /// A lane that has rows.
    pub fn lane(&self, lane: LaneId) -> Option<&Lane> {
        self.lines.lane(lane)
    }

    /// The lane of a row.
    pub fn lane_of(&self, index: u64) -> Option<LaneId> {
        Some(self.row(index)?.lane)
    }

    /// The newest connection of a lane's client.
    pub fn newest_hop(&self, lane: LaneId) -> Option<HopId> {
        self.lines.hop(lane)
    }

    /// Whether the client of a lane was connected just after the row with this index.
    pub fn is_connected(&self, lane: LaneId, index: u64) -> bool {
        self.lines.is_connected(lane, index)
    }

    /// The indices of the rows kept. A row keeps its index for ever.
    pub fn range(&self) -> Range<u64> {
        self.first..self.next_row()
    }

    /// The row of the packet with this number in the log.
    pub fn index_of(&self, seq: u64) -> Option<u64> {
        let behind = self.rows.partition_point(|row| row.seq <= seq);
        let place = behind.checked_sub(1)?;
        let row = self.rows.get(place)?;
        (row.seq == seq && !row.is_mark).then_some(self.first + place as u64)
    }

    fn next_row(&self) -> u64 {
        self.first + self.rows.len() as u64
    }

    fn row(&self, index: u64) -> Option<&Row> {
        self.rows
            .get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }

    /// Adds the marks that belong before record `seq`.
    fn place_marks(&mut self, seq: u64) {
        while self.pending.front().is_some_and(|(at, _)| *at <= seq) {
            let Some((_, mark)) = self.pending.pop_front() else {
                return;
            };
            let index = self.next_row();
            let lane = self.lines.of_client(Client {
                key: &mark.key,
                name: &mark.client,
            });
            let mut row = Row::new(seq, lane);
            row.is_mark = true;
            if let Some(message) = self.message_of_mark(&mark)
                && self.messages.chain(message).is_some()
            {
                row.message = message;
                row.message_back = self.messages.append(message, index);
            }
            if matches!(mark.kind, MarkKind::Closed(_)) {
                self.lines.turn(lane, index, false);
            }
            let hop = self.lines.add_row(lane, None);
            self.rows.push_back(row);
            self.marks.insert(index, (mark, hop));
        }
    }

    /// The message that a mark is about: the one that the broker gave this number before, else the
    /// newest on its topic.
    fn message_of_mark(&mut self, mark: &Mark) -> Option<u64> {
        let topic = mark.topic.as_ref()?;
        let told = mark.message.and_then(|id| self.told.get(&id)).copied();
        let found = told.or_else(|| self.known.on_topic(hash([topic.as_bytes()])))?;
        if let Some(id) = mark.message {
            self.told.insert(id, found);
        }
        Some(found)
    }

    fn place_packet(&mut self, record: &Record, lane: LaneId) {
        let index = self.next_row();
        let mut row = Row::new(record.seq, lane);
        if let Some(packet) = record.packet() {
            self.join_exchange(&mut row, record, &packet, index);
            match &packet {
                Packet::Publish(publish) => self.join_message(&mut row, record, publish, index),
                Packet::ConnAck(ack) => self.lines.turn(lane, index, !ack.reason.is_failure()),
                Packet::Connect(_) | Packet::Disconnect(_) => self.lines.turn(lane, index, false),
                _ => {}
            }
        }
        self.lines.add_row(lane, Some(record.hop));
        self.rows.push_back(row);
    }

    fn join_exchange(&mut self, row: &mut Row, record: &Record, packet: &Packet<'_>, index: u64) {
        let fresh = self.groups.next();
        let moved = self
            .exchanges
            .observe(row.lane.0, record.toward, packet, || fresh);
        for number in moved.abandoned {
            if let Some(chain) = self.groups.chain_mut(number) {
                chain.facts.state = State::Abandoned;
                self.lines
                    .release_track(chain.facts.lane, chain.facts.track);
            }
        }
        let Some((number, state)) = moved.on else {
            return;
        };
        if moved.began {
            let facts = GroupFacts {
                lane: row.lane,
                sender: record.toward,
                packet_id: packet.packet_id().map_or(0, PacketId::get),
                state,
                resent: 0,
                track: self.lines.take_track(row.lane),
            };
            self.groups.begin(index, facts);
        } else if let Some(chain) = self.groups.chain_mut(number) {
            chain.facts.state = state;
            chain.facts.resent += u32::from(moved.again);
            if !state.is_open() {
                self.lines
                    .release_track(chain.facts.lane, chain.facts.track);
            }
            row.group_back = self.groups.append(number, index);
        } else {
            // Its beginning was dropped.
            return;
        }
        row.group = number;
        row.state = Some(state);
        row.again = moved.again;
    }

    fn join_message(&mut self, row: &mut Row, record: &Record, publish: &Publish<'_>, index: u64) {
        let topic = self.aliases.topic(record, publish);
        let topic_hash = hash([topic.as_bytes()]);
        let content = hash([topic.as_bytes(), publish.payload]);
        if publish.topic.is_empty() {
            self.topics.insert(index, topic.into());
        }
        if row.again {
            // The same message as at the first attempt.
            let before = index - u64::from(row.group_back);
            row.message = self.row(before).map_or(NONE, |row| row.message);
            if row.message != NONE {
                row.message_back = self.messages.append(row.message, index);
            }
            return;
        }
        let is_published = record.toward == Toward::Broker;
        let facts = MessageFacts { is_published };
        if is_published {
            row.message = self.known.published(content, topic_hash, record.at);
            self.messages.begin(index, facts);
            return;
        }
        let found = self
            .known
            .delivered(content, topic_hash, row.lane.0, record.at);
        row.certain = found.certain;
        row.message = found.number;
        if found.is_new {
            self.messages.begin(index, facts);
        } else if self.messages.chain(found.number).is_some() {
            row.message_back = self.messages.append(found.number, index);
        } else {
            row.message = NONE;
        }
    }

    fn forget_dropped(&mut self, start: u64) {
        let before = self.first;
        let mut emptied = Vec::new();
        while self.rows.front().is_some_and(|row| row.seq < start) {
            if let Some(row) = self.rows.pop_front()
                && self.lines.drop_row(row.lane)
            {
                emptied.push(row.lane);
            }
            self.first += 1;
        }
        if self.first == before {
            return;
        }
        self.marks = self.marks.split_off(&self.first);
        self.topics = self.topics.split_off(&self.first);
        let lines = &mut self.lines;
        self.groups.forget_before(self.first, |group| {
            if group.state.is_open() {
                lines.release_track(group.lane, group.track);
            }
        });
        self.messages.forget_before(self.first, drop);
        let first = self.messages.first;
        self.told.retain(|_, message| *message >= first);
        for lane in emptied {
            if self.lines.forget_if_empty(lane) {
                self.exchanges.forget(lane.0);
            }
        }
        self.lines.forget_before(self.first);
    }
}

impl Row {
    fn new(seq: u64, lane: LaneId) -> Self {
        Self {
            seq,
            lane,
            group: NONE,
            message: NONE,
            group_back: 0,
            message_back: 0,
            state: None,
            is_mark: false,
            again: false,
            certain: true,
        }
    }
}

fn hash<const N: usize>(parts: [&[u8]; N]) -> u64 {
    let mut hash = RunningHash::default();
    for part in parts {
        hash.bytes(part);
    }
    hash.value()
}
