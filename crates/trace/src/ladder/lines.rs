//! The lanes of a ladder with what changes on them: rows, connections, tracks of handshakes.

use super::{Client, Lane, LaneId};
use crate::HopId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Hops whose lane is remembered; the oldest goes first, and is looked up again by its client.
const HOPS_MAX: usize = 4_096;

/// The lanes that have rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    next: u32,
    lines: BTreeMap<LaneId, Line>,
    of_key: BTreeMap<String, LaneId>,
    of_hop: BTreeMap<HopId, LaneId>,
}

#[derive(Clone, Debug)]
struct Line {
    lane: Lane,
    /// Rows that are kept.
    rows: u64,
    /// Its newest connection.
    hop: Option<HopId>,
    /// Whether the client was connected before the first of `turns`.
    was_connected: bool,
    /// Rows with which it was connected or disconnected.
    turns: VecDeque<(u64, bool)>,
    /// A bit for each track that an open handshake has.
    tracks: u32,
}

impl Lines {
    /// The lane of a hop, by its client; `None` for a hop without one.
    pub(super) fn of_hop<'n>(
        &mut self,
        hop: HopId,
        client: &mut impl FnMut(HopId) -> Option<Client<'n>>,
    ) -> Option<LaneId> {
        if let Some(&lane) = self.of_hop.get(&hop) {
            return Some(lane);
        }
        let lane = self.of_client(client(hop)?);
        if self.of_hop.len() == HOPS_MAX {
            self.of_hop.pop_first();
        }
        self.of_hop.insert(hop, lane);
        Some(lane)
    }

    /// The lane of a client.
    pub(super) fn of_client(&mut self, client: Client<'_>) -> LaneId {
        if let Some(&lane) = self.of_key.get(client.key) {
            return lane;
        }
        let nth = self.free_number(client.name);
        let id = LaneId(self.next);
        self.next += 1;
        let line = Line {
            lane: Lane {
                id,
                key: client.key.to_owned(),
                name: client.name.to_owned(),
                nth,
            },
            rows: 0,
            hop: None,
            was_connected: false,
            turns: VecDeque::new(),
            tracks: 0,
        };
        self.lines.insert(id, line);
        self.of_key.insert(client.key.to_owned(), id);
        id
    }

    /// The lowest number that no lane of this name has.
    fn free_number(&self, name: &str) -> u32 {
        let namesakes = self.lanes().filter(|lane| lane.name == name);
        let taken: BTreeSet<u32> = namesakes.map(|lane| lane.nth).collect();
        (0..).find(|nth| !taken.contains(nth)).unwrap_or(0)
    }

    pub(super) fn lane(&self, lane: LaneId) -> Option<&Lane> {
        Some(&self.lines.get(&lane)?.lane)
    }

    pub(super) fn hop(&self, lane: LaneId) -> Option<HopId> {
        self.lines.get(&lane)?.hop
    }

    /// In the order of appearance.
    pub(super) fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.lines.values().map(|line| &line.lane)
    }

    /// Counts a row of a lane; answers the lane's newest hop.
    pub(super) fn add_row(&mut self, lane: LaneId, hop: Option<HopId>) -> Option<HopId> {
        let line = self.lines.get_mut(&lane)?;
        line.rows += 1;
        line.hop = hop.or(line.hop);
        line.hop
    }

    /// A row of a lane is gone; answers whether it was the last.
    pub(super) fn drop_row(&mut self, lane: LaneId) -> bool {
        let Some(line) = self.lines.get_mut(&lane) else {
            return false;
        };
        line.rows -= 1;
        line.rows == 0
    }

    /// Forgets a lane without rows; answers whether it did.
    pub(super) fn forget_if_empty(&mut self, lane: LaneId) -> bool {
        let Some(line) = self.lines.get(&lane).filter(|line| line.rows == 0) else {
            return false;
        };
        self.of_key.remove(&line.lane.key);
        self.of_hop.retain(|_, of| *of != lane);
        self.lines.remove(&lane);
        true
    }

    /// The client of a lane is connected or not from this row on.
    pub(super) fn turn(&mut self, lane: LaneId, index: u64, connected: bool) {
        if let Some(line) = self.lines.get_mut(&lane)
            && line.is_connected(u64::MAX) != connected
        {
            line.turns.push_back((index, connected));
        }
    }

    pub(super) fn is_connected(&self, lane: LaneId, index: u64) -> bool {
        let line = self.lines.get(&lane);
        line.is_some_and(|line| line.is_connected(index))
    }

    /// Forgets what happened before a row.
    pub(super) fn forget_before(&mut self, index: u64) {
        for line in self.lines.values_mut() {
            while let Some(&(_, connected)) = line.turns.front().filter(|(at, _)| *at < index) {
                line.was_connected = connected;
                line.turns.pop_front();
            }
        }
    }

    /// The lowest track beside a lane that no open handshake has; of very many, they share the last.
    pub(super) fn take_track(&mut self, lane: LaneId) -> u8 {
        let Some(line) = self.lines.get_mut(&lane) else {
            return 0;
        };
        let track = line.tracks.trailing_ones().min(u32::BITS - 1);
        line.tracks |= 1 << track;
        track as u8
    }

    pub(super) fn release_track(&mut self, lane: LaneId, track: u8) {
        if let Some(line) = self.lines.get_mut(&lane) {
            line.tracks &= !(1 << track);
        }
    }
}

impl Line {
    fn is_connected(&self, index: u64) -> bool {
        let behind = self.turns.partition_point(|(at, _)| *at <= index);
        match behind.checked_sub(1) {
            Some(place) => self.turns[place].1,
            None => self.was_connected,
        }
    }
}
