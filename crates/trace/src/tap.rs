//! A tap on one hop: bytes in, records out.

use crate::{HopId, Log, Toward};
use bytes::Bytes;
use midge_session::Instant;

/// Splits both byte streams of a hop into packets and logs them.
#[derive(Clone, Debug)]
pub struct Tap {
    hop: HopId,
}

impl Tap {
    /// A tap on a fresh connection.
    pub fn new(hop: HopId) -> Self {
        Self { hop }
    }

    /// Its hop.
    pub fn hop(&self) -> HopId {
        self.hop
    }

    /// Logs the packets that `bytes` complete. After a fault the rest of that direction is logged as
    /// it comes, undecoded.
    pub fn feed(&mut self, log: &mut Log, at: Instant, toward: Toward, bytes: Bytes) {
        let _ = (log, at, toward, bytes);
    }
}
