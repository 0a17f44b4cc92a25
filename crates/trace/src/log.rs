//! The bounded log.

use crate::hash::RunningHash;
use crate::{HopId, Record, RecordRef, Toward};
use bytes::Bytes;
use midge_codec::{DecodeError, Version};
use midge_session::Instant;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Records to a segment: large enough to make a clone of a full log cheap, small enough that the
/// first push after one copies little.
const SEGMENT: u64 = 512;

/// Frames up to this size are copied into their segment: an allocation of its own, and the chunk of the
/// stream that it would keep alive, cost more than its bytes. Longer ones are shared.
const COPIED_MAX: usize = 1_024;

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
/// Some 18 bytes a record are kept besides its frame. The memory of short frames goes with their
/// segment, so that the log holds up to one segment more than its bounds. A clone shares the segments,
/// so that a world with a full log can be kept as a checkpoint.
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
    /// Where the copied frame of each record ends in `copied`; it begins where the one before ends.
    ends: Vec<u32>,
    copied: Copied,
    /// Position in the segment and frame of those that are not copied.
    shared: VecDeque<(u16, Bytes)>,
    /// Position in the segment and fault, in the order of positions.
    faults: Vec<(u16, DecodeError)>,
}

/// The short frames of a segment, one behind the other.
#[derive(Clone, Debug)]
enum Copied {
    /// More come: who reads one gets a copy.
    Growing(Vec<u8>),
    /// The segment is full: who reads one shares it.
    Full(Bytes),
}

impl Default for Copied {
    fn default() -> Self {
        Self::Growing(Vec::new())
    }
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
        self.drop_beyond_bounds();
        seq
    }

    /// Drops every record kept. Numbers go on, and so does the hash.
    pub fn clear(&mut self) {
        self.dropped_bytes += self.bytes;
        self.bytes = 0;
        self.start = self.end;
        self.segments.clear();
    }

    /// How much it keeps.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Keeps so much from here on; what is beyond goes at once, oldest first.
    pub fn set_bounds(&mut self, bounds: Bounds) {
        self.bounds = bounds;
        self.drop_beyond_bounds();
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
        let (segment, position) = self.place(seq)?;
        let seen = segment.peek(seq, position)?;
        Some(Record {
            seq,
            at: seen.at,
            hop: seen.hop,
            toward: seen.toward,
            version: seen.version,
            frame: segment.frame(position),
            fault: seen.fault,
        })
    }

    /// The record with this number as it lies here, if it is still kept. It costs neither an allocation
    /// nor a reference count.
    pub fn peek(&self, seq: u64) -> Option<RecordRef<'_>> {
        let (segment, position) = self.place(seq)?;
        segment.peek(seq, position)
    }

    /// The records kept from number `from` on, oldest first.
    pub fn iter_from(&self, from: u64) -> impl DoubleEndedIterator<Item = Record> + Clone {
        (from.max(self.start)..self.end).filter_map(|seq| self.record(seq))
    }

    /// A hash over every record ever logged (time, hop, direction, bytes): equal on every machine for
    /// the same seed and actions.
    pub fn hash(&self) -> u64 {
        self.hash.value()
    }

    /// The segment that holds `seq` and the place in it, if it is still kept.
    fn place(&self, seq: u64) -> Option<(&Segment, usize)> {
        if !(self.start..self.end).contains(&seq) {
            return None;
        }
        let (segment, position) = self.position(seq);
        Some((self.segments.get(segment)?, position))
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

    fn drop_beyond_bounds(&mut self) {
        while self.start < self.end
            && (self.end - self.start > u64::from(self.bounds.records)
                || self.bytes > self.bounds.bytes)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let (segment, position) = self.position(self.start);
        let segment = &mut self.segments[segment];
        let length = segment.frame_length(position) as u64;
        if segment
            .shared
            .front()
            .is_some_and(|(at, _)| usize::from(*at) == position)
        {
            Arc::make_mut(segment).shared.pop_front();
        }
        self.bytes -= length;
        self.dropped_bytes += length;
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
            ends: Vec::with_capacity(capacity),
            ..Self::default()
        };
        segment.at.resize(skipped, Instant::ZERO);
        segment.hop.resize(skipped, HopId(0));
        segment
            .kind
            .resize(skipped, (Toward::Broker, Version::V311));
        segment.ends.resize(skipped, 0);
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
        let position = self.at.len() as u16;
        if let Some(fault) = fault {
            self.faults.push((position, fault));
        }
        self.at.push(at);
        self.hop.push(hop);
        self.kind.push(kind);
        let mut end = self.ends.last().copied().unwrap_or(0);
        match &mut self.copied {
            Copied::Growing(bytes) if frame.len() <= COPIED_MAX => {
                bytes.extend_from_slice(&frame);
                end += frame.len() as u32;
            }
            _ => self.shared.push_back((position, frame)),
        }
        self.ends.push(end);
        if self.ends.len() as u64 == SEGMENT
            && let Copied::Growing(bytes) = &mut self.copied
        {
            let full = std::mem::take(bytes).into_boxed_slice();
            self.copied = Copied::Full(Bytes::from(full));
        }
    }

    fn peek(&self, seq: u64, position: usize) -> Option<RecordRef<'_>> {
        let &(toward, version) = self.kind.get(position)?;
        let fault = self
            .faults
            .binary_search_by_key(&position, |(at, _)| usize::from(*at))
            .ok()
            .map(|found| self.faults[found].1);
        Some(RecordRef {
            seq,
            at: *self.at.get(position)?,
            hop: *self.hop.get(position)?,
            toward,
            version,
            frame: self.frame_bytes(position),
            fault,
        })
    }

    fn frame_bytes(&self, position: usize) -> &[u8] {
        if let Some(frame) = self.shared_frame(position) {
            return frame;
        }
        let range = self.copied_range(position);
        match &self.copied {
            Copied::Growing(bytes) => &bytes[range],
            Copied::Full(bytes) => &bytes[range],
        }
    }

    fn frame(&self, position: usize) -> Bytes {
        if let Some(frame) = self.shared_frame(position) {
            return frame.clone();
        }
        let range = self.copied_range(position);
        match &self.copied {
            Copied::Growing(bytes) => Bytes::copy_from_slice(&bytes[range]),
            Copied::Full(bytes) => bytes.slice(range),
        }
    }

    fn frame_length(&self, position: usize) -> usize {
        match self.shared_frame(position) {
            Some(frame) => frame.len(),
            None => self.copied_range(position).len(),
        }
    }

    fn shared_frame(&self, position: usize) -> Option<&Bytes> {
        let found = self
            .shared
            .binary_search_by_key(&position, |(at, _)| usize::from(*at));
        Some(&self.shared[found.ok()?].1)
    }

    fn copied_range(&self, position: usize) -> Range<usize> {
        let start = match position {
            0 => 0,
            _ => self.ends[position - 1] as usize,
        };
        start..self.ends[position] as usize
    }
}
