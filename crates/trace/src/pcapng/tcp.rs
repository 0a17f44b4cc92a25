//! One direction of a TCP connection put in order.

use bytes::Bytes;
use std::collections::BTreeMap;

/// Bytes that wait for a missing segment, at most; then the missing one is taken for lost.
const WAITING_MAX: usize = 4 << 20;

/// The bytes of one sender in the order of their sequence numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    /// The sequence number of the next byte; `None` before the first segment.
    next: Option<u32>,
    /// How many bytes came before it.
    offset: u64,
    /// Segments that are too early, by offset.
    waiting: BTreeMap<u64, Bytes>,
    waiting_bytes: usize,
    /// Bytes are missing for good: what follows cannot be cut into packets.
    is_broken: bool,
}

impl Stream {
    /// SYN, whose own number comes before the first byte.
    pub(super) fn begin(&mut self, sequence: u32) {
        if self.next.is_none() {
            self.next = Some(sequence.wrapping_add(1));
        }
    }

    /// Whether a SYN with this number opened the stream; a repeated SYN does not open another.
    pub(super) fn began_with(&self, sequence: u32) -> bool {
        let first = self.next.map(|next| next.wrapping_sub(self.offset as u32));
        first == Some(sequence.wrapping_add(1))
    }

    /// Takes a segment in; `each` gets the bytes that are in order.
    pub(super) fn push(&mut self, sequence: u32, payload: &[u8], mut each: impl FnMut(Bytes)) {
        if payload.is_empty() || self.is_broken {
            return;
        }
        let next = *self.next.get_or_insert(sequence);
        // The signed difference tells early from late also where the numbers wrap around.
        let ahead = i64::from(sequence.wrapping_sub(next).cast_signed());
        let Some(offset) = self.offset.checked_add_signed(ahead) else {
            return;
        };
        let known = self.waiting.get(&offset).map_or(0, Bytes::len);
        if payload.len() > known {
            self.waiting_bytes += payload.len() - known;
            self.waiting.insert(offset, Bytes::copy_from_slice(payload));
        }
        while let Some(entry) = self.waiting.first_entry()
            && *entry.key() <= self.offset
        {
            let (start, mut bytes) = entry.remove_entry();
            self.waiting_bytes -= bytes.len();
            let seen = (self.offset - start).min(bytes.len() as u64);
            let fresh = bytes.split_off(seen as usize);
            if !fresh.is_empty() {
                self.offset += fresh.len() as u64;
                self.next = self.next.map(|next| next.wrapping_add(fresh.len() as u32));
                each(fresh);
            }
        }
        if self.waiting_bytes > WAITING_MAX {
            self.is_broken = true;
            self.waiting.clear();
        }
    }

    /// Whether bytes were missing that others followed.
    pub(super) fn has_gap(&self) -> bool {
        self.is_broken || !self.waiting.is_empty()
    }
}
