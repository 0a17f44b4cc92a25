//! The rows of a ladder that a reader wants to see, numbered, found a little at a time.

use super::{Ladder, LaneId, Mark, Row};
use crate::{HopId, Log, RecordRef, Toward};
use bytes::{Bytes, BytesMut};
use midge_codec::{Delivery, Packet, Properties, Publish, Version, encode};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// An index over a [`Ladder`]: the n-th row that was kept has index n for ever.
///
/// The reader gives the same predicate every time; when it changes, a fresh index begins.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Rows below this index were looked at.
    scanned: u64,
    first: u64,
    /// The rows that were kept, oldest first, with their lanes.
    hits: VecDeque<(u64, LaneId)>,
    /// How many of them each lane has.
    lanes: BTreeMap<LaneId, u64>,
}

impl Kept {
    /// Looks at up to `budget` more rows, oldest first, and forgets those that the ladder forgot.
    /// Answers whether all were looked at. A mark is judged as the packet that it stands for: a PUBLISH
    /// of its topic to its client, or else a DISCONNECT.
    pub fn advance(
        &mut self,
        ladder: &Ladder,
        log: &Log,
        budget: u32,
        mut keep: impl FnMut(LaneId, RecordRef<'_>) -> bool,
    ) -> bool {
        let rows = ladder.range();
        while let Some((_, lane)) = self.hits.pop_front_if(|(row, _)| *row < rows.start) {
            self.first += 1;
            self.uncount(lane);
        }
        self.scanned = self.scanned.max(rows.start);
        let until = rows.end.min(self.scanned.saturating_add(budget.into()));
        for index in self.scanned..until {
            if let Some(row) = ladder.row(index)
                && is_kept(ladder, log, row, index, &mut keep)
            {
                self.hits.push_back((index, row.lane));
                *self.lanes.entry(row.lane).or_default() += 1;
            }
        }
        self.scanned = until;
        until == rows.end
    }

    /// Whether a row of this lane is kept.
    pub fn has_lane(&self, lane: LaneId) -> bool {
        self.lanes.contains_key(&lane)
    }

    /// The indices of the rows kept.
    pub fn range(&self) -> Range<u64> {
        self.first..self.first + self.hits.len() as u64
    }

    /// The ladder's row at this index.
    pub fn row(&self, index: u64) -> Option<u64> {
        let place = usize::try_from(index.checked_sub(self.first)?).ok()?;
        Some(self.hits.get(place)?.0)
    }

    /// The index of the ladder's row, if it is kept, or of the next one that is.
    pub fn index_of(&self, row: u64) -> u64 {
        self.first + self.hits.partition_point(|(hit, _)| *hit < row) as u64
    }

    fn uncount(&mut self, lane: LaneId) {
        if let Some(count) = self.lanes.get_mut(&lane) {
            *count -= 1;
            if *count == 0 {
                self.lanes.remove(&lane);
            }
        }
    }
}

fn is_kept(
    ladder: &Ladder,
    log: &Log,
    row: &Row,
    index: u64,
    keep: &mut impl FnMut(LaneId, RecordRef<'_>) -> bool,
) -> bool {
    if !row.is_mark {
        return log
            .peek(row.seq)
            .is_some_and(|record| keep(row.lane, record));
    }
    let Some((mark, hop)) = ladder.marks.get(&index) else {
        return false;
    };
    let frame = packet_of(mark);
    let record = RecordRef {
        seq: row.seq,
        at: mark.at,
        hop: hop.unwrap_or(HopId(u32::MAX)),
        toward: Toward::Client,
        version: Version::V5,
        frame: &frame,
        fault: None,
    };
    keep(row.lane, record)
}

fn packet_of(mark: &Mark) -> Bytes {
    const DISCONNECT: Bytes = Bytes::from_static(&[0xE0, 0x00]);
    let Some(topic) = &mark.topic else {
        return DISCONNECT;
    };
    let publish = Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic,
        properties: Properties::EMPTY,
        payload: &[],
    };
    let mut frame = BytesMut::new();
    match encode(&Packet::Publish(publish), Version::V5, &mut frame) {
        Ok(()) => frame.freeze(),
        // The topic is of a message that was sent, so that it is legal.
        Err(_) => DISCONNECT,
    }
}
