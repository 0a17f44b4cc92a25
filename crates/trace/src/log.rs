//! The bounded log.

use crate::hash::RunningHash;
use crate::{HopId, Record, Toward};
use bytes::Bytes;
use midge_codec::{DecodeError, Version};
use midge_session::Instant;
use std::collections::VecDeque;
use std::sync::Arc;

/// Records to a segment: large enough to make a clone of a full log cheap, small enough that the
/// first push after one copies little.
const SEGMENT: u64 = 512;

/// How much a log keeps: the oldest records go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Records, at most.
    pub records: u32,
    /// Bytes of frames, at most.
    pub bytes: u64,
}

impl Default for Bounds {
    /// 100,000 records and 64 MiB.
    fn default() -> Self {
        Self {
            records: 100_000,
            bytes: 64 << 20,
        }
    }
}

/// What a log no longer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Records, since the log began.
    pub records: u64,
    /// Bytes of their frames.
    pub bytes: u64,
}

/// The newest packets of every hop, in the order in which they were logged.
///
/// A push moves one shared handle and never allocates more than the next segment's columns. A clone
/// shares the segments, so that a world with a full log can be kept as a checkpoint.
#[derive(Clone, Debug, Default)]
pub struct Log {
    bounds: Bounds,
    /// Each holds the records of one run of [`SEGMENT`] numbers, in order, without gaps.
    segments: VecDeque<Arc<Segment>>,
    start: u64,
    end: u64,
    /// Bytes of the frames kept.
    bytes: u64,
    dropped_bytes: u64,
    hash: RunningHash,
}

/// A run of records, one column a field.
#[derive(Clone, Debug, Default)]
struct Segment {
    at: Vec<Instant>,
    hop: Vec<HopId>,
    kind: Vec<(Toward, Version)>,
    /// Empty where the record was dropped.
    frame: Vec<Bytes>,
    /// Position in the segment and fault, in the order of positions.
    faults: Vec<(u16, DecodeError)>,
}

impl Log {
    /// An empty log.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            ..Self::default()
        }
    }

    /// Adds a packet; answers its number. A record that alone exceeds the bounds is dropped at once
    /// and counted.
    pub fn push(
        &mut self,
        at: Instant,
        hop: HopId,
        toward: Toward,
        version: Version,
        frame: Bytes,
        fault: Option<DecodeError>,
    ) -> u64 {
        self.hash.number(at.as_micros());
        self.hash
            .number(u64::from(hop.0) << 1 | u64::from(toward == Toward::Client));
        self.hash.bytes(&frame);
        self.bytes += frame.len() as u64;
        let seq = self.end;
        self.end += 1;
        self.open_segment(seq)
            .push(at, hop, (toward, version), frame, fault);
        while self.start < self.end
            && (self.end - self.start > u64::from(self.bounds.records)
                || self.bytes > self.bounds.bytes)
        {
            self.drop_oldest();
        }
        seq
    }

    /// Drops every record kept. Numbers go on, and so does the hash.
    pub fn clear(&mut self) {
        self.dropped_bytes += self.bytes;
        self.bytes = 0;
        self.start = self.end;
        self.segments.clear();
    }

    /// The number of the oldest record kept; equals [`Log::end`] when there is none.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The number that the next record will have, which is how many were ever logged.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Bytes of the frames kept.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was logged and is no longer kept.
    pub fn dropped(&self) -> Dropped {
        Dropped {
            records: self.start,
            bytes: self.dropped_bytes,
        }
    }

    /// The record with this number, if it is still kept.
    pub fn record(&self, seq: u64) -> Option<Record> {
        if !(self.start..self.end).contains(&seq) {
            return None;
        }
        let (segment, position) = self.position(seq);
        self.segments.get(segment)?.record(seq, position)
    }

    /// The records kept from number `from` on, oldest first.
    pub fn iter_from(&self, from: u64) -> impl DoubleEndedIterator<Item = Record> {
        (from.max(self.start)..self.end).filter_map(|seq| self.record(seq))
    }

    /// A hash over every record ever logged (time, hop, direction, bytes): equal on every machine for
    /// the same seed and actions.
    pub fn hash(&self) -> u64 {
        self.hash.value()
    }

    /// The index of the segment that holds `seq`, which must not be below `start`, and the place in it.
    fn position(&self, seq: u64) -> (usize, usize) {
        let segment = seq / SEGMENT - self.first_segment();
        (segment as usize, (seq % SEGMENT) as usize)
    }

    /// Which run of numbers the first segment holds.
    fn first_segment(&self) -> u64 {
        self.start / SEGMENT
    }

    /// The segment into which `seq`, the newest number, goes.
    fn open_segment(&mut self, seq: u64) -> &mut Segment {
        let (segment, position) = self.position(seq);
        while self.segments.len() <= segment {
            // A log that was cleared goes on in the middle of a run: the places before stay empty.
            self.segments.push_back(Arc::new(Segment::new(position)));
        }
        Arc::make_mut(&mut self.segments[segment])
    }

    fn drop_oldest(&mut self) {
        let (segment, position) = self.position(self.start);
        // The frame's memory goes at once, the columns with their segment.
        let frame = std::mem::take(&mut Arc::make_mut(&mut self.segments[segment]).frame[position]);
        self.bytes -= frame.len() as u64;
        self.dropped_bytes += frame.len() as u64;
        self.start += 1;
        if self.start.is_multiple_of(SEGMENT) {
            self.segments.pop_front();
        }
    }
}

impl Segment {
    /// A segment whose first `skipped` places are not in use.
    fn new(skipped: usize) -> Self {
        let capacity = SEGMENT as usize;
        let mut segment = Self {
            at: Vec::with_capacity(capacity),
            hop: Vec::with_capacity(capacity),
            kind: Vec::with_capacity(capacity),
            frame: Vec::with_capacity(capacity),
            faults: Vec::new(),
        };
        segment.at.resize(skipped, Instant::ZERO);
        segment.hop.resize(skipped, HopId(0));
        segment
            .kind
            .resize(skipped, (Toward::Broker, Version::V311));
        segment.frame.resize(skipped, Bytes::new());
        segment
    }

    fn push(
        &mut self,
        at: Instant,
        hop: HopId,
        kind: (Toward, Version),
        frame: Bytes,
        fault: Option<DecodeError>,
    ) {
        if let Some(fault) = fault {
            self.faults.push((self.at.len() as u16, fault));
        }
        self.at.push(at);
        self.hop.push(hop);
        self.kind.push(kind);
        self.frame.push(frame);
    }

    fn record(&self, seq: u64, position: usize) -> Option<Record> {
        let &(toward, version) = self.kind.get(position)?;
        let fault = self
            .faults
            .binary_search_by_key(&position, |(at, _)| usize::from(*at))
            .ok()
            .map(|found| self.faults[found].1);
        Some(Record {
            seq,
            at: *self.at.get(position)?,
            hop: *self.hop.get(position)?,
            toward,
            version,
            frame: self.frame.get(position)?.clone(),
            fault,
        })
    }
}
