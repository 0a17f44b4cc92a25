//! The bounded log.

use crate::{HopId, Record, Toward};
use bytes::Bytes;
use midge_codec::{DecodeError, Version};
use midge_session::Instant;

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

/// The newest packets of every hop, in the order in which they were logged.
#[derive(Clone, Debug, Default)]
pub struct Log {
    bounds: Bounds,
}

impl Log {
    /// An empty log.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds }
    }

    /// Adds a packet; answers its number.
    pub fn push(
        &mut self,
        at: Instant,
        hop: HopId,
        toward: Toward,
        version: Version,
        frame: Bytes,
        fault: Option<DecodeError>,
    ) -> u64 {
        let _ = (at, hop, toward, version, frame, fault, self.bounds);
        0
    }

    /// The number of the oldest record kept; equals [`Log::end`] when there is none.
    pub fn start(&self) -> u64 {
        0
    }

    /// The number that the next record will have, which is how many were ever logged.
    pub fn end(&self) -> u64 {
        0
    }

    /// The record with this number, if it is still kept.
    pub fn record(&self, seq: u64) -> Option<Record> {
        let _ = seq;
        None
    }

    /// The records kept from number `from` on, oldest first.
    pub fn iter_from(&self, from: u64) -> impl DoubleEndedIterator<Item = Record> {
        let _ = from;
        core::iter::empty()
    }

    /// A hash over every record ever logged (time, hop, direction, bytes): equal on every machine for
    /// the same seed and actions.
    pub fn hash(&self) -> u64 {
        0
    }
}
