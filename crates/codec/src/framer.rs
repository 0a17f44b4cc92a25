//! A byte stream, in any chunking, cut into frames.

use crate::decode::check_first_byte;
use crate::encode::MAX_REMAINING_LENGTH;
use crate::reader::{Reader, error};
use crate::{DecodeError, ErrorKind, Field};
use alloc::collections::VecDeque;
use bytes::{Buf, Bytes, BytesMut};

/// The most that is reserved on the word of a Remaining Length, before its bytes are there.
const RESERVE_MAX: usize = 64 * 1024;

/// Cuts a byte stream into frames, one control packet each.
///
/// A frame that lies within one chunk shares that chunk; only a frame that spans chunks is copied.
/// It holds no more than the chunks pushed and not yet taken out as frames, so that a caller that
/// drains it after each push holds at most one unfinished frame, which is within the limit.
///
/// After an error the stream has no known frame boundary: every further call returns the same error.
#[derive(Clone, Debug)]
pub struct Framer {
    /// The beginning of a frame whose end has not come; it precedes `chunks`.
    partial: BytesMut,
    /// Never holds an empty chunk.
    chunks: VecDeque<Chunk>,
    /// The size of the block of memory that the last frame is a part of.
    block: usize,
    limit: u32,
    failed: Option<DecodeError>,
}

/// What is left of what the transport delivered at once.
#[derive(Clone, Debug)]
struct Chunk {
    bytes: Bytes,
    /// How many bytes it had.
    whole: usize,
}

impl Framer {
    /// A framer that refuses packets of more than `limit` bytes, fixed header included.
    pub fn new(limit: u32) -> Self {
        Self {
            partial: BytesMut::new(),
            chunks: VecDeque::new(),
            block: 0,
            limit,
            failed: None,
        }
    }

    /// Changes the limit, for frames that [`next_frame`](Self::next_frame) has not returned yet.
    pub fn set_limit(&mut self, limit: u32) {
        self.limit = limit;
    }

    /// Appends what the transport delivered. After an error it is dropped.
    pub fn push(&mut self, chunk: Bytes) {
        if self.failed.is_none() && !chunk.is_empty() {
            self.chunks.push_back(Chunk {
                whole: chunk.len(),
                bytes: chunk,
            });
        }
    }

    /// How many bytes are held.
    pub fn buffered(&self) -> usize {
        let chunks = self.chunks.iter().map(|chunk| chunk.bytes.len());
        self.partial.len() + chunks.sum::<usize>()
    }

    /// How many bytes of memory the frame that came last keeps alive, as far as is known here: those of
    /// the chunk that it lies in. Whoever keeps a small part of a large block had better copy it.
    pub fn block_len(&self) -> usize {
        self.block
    }

    /// The next whole frame; `None` until more bytes come.
    ///
    /// # Errors
    /// When no legal frame can begin so: a reserved packet type, wrong fixed header flags, a
    /// Remaining Length of more than four bytes or not in its shortest form, or a packet over the
    /// limit, which is known before its bytes have come.
    pub fn next_frame(&mut self) -> Result<Option<Bytes>, DecodeError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let next = self.cut();
        if let Err(error) = next {
            self.failed = Some(error);
            self.partial = BytesMut::new();
            self.chunks = VecDeque::new();
        }
        next
    }

    fn cut(&mut self) -> Result<Option<Bytes>, DecodeError> {
        if self.partial.is_empty() {
            let Some(chunk) = self.chunks.front_mut() else {
                return Ok(None);
            };
            if let Some(length) = frame_length(&chunk.bytes, self.limit)?
                && length <= chunk.bytes.len()
            {
                let frame = chunk.bytes.split_to(length);
                self.block = chunk.whole;
                if chunk.bytes.is_empty() {
                    self.chunks.pop_front();
                }
                return Ok(Some(frame));
            }
        }
        loop {
            // Without a length yet, one byte more: the next may complete the fixed header.
            let missing = match frame_length(&self.partial, self.limit)? {
                Some(length) if length == self.partial.len() => {
                    self.block = self.partial.capacity();
                    return Ok(Some(self.partial.split().freeze()));
                }
                Some(length) => length - self.partial.len(),
                None => 1,
            };
            if !self.gather(missing) {
                return Ok(None);
            }
        }
    }

    /// Moves up to `count` bytes of the first chunk to `partial`; false if there is no chunk.
    fn gather(&mut self, count: usize) -> bool {
        let Some(chunk) = self.chunks.front_mut() else {
            return false;
        };
        self.partial.reserve(count.min(RESERVE_MAX));
        let taken = count.min(chunk.bytes.len());
        self.partial.extend_from_slice(&chunk.bytes[..taken]);
        chunk.bytes.advance(taken);
        if chunk.bytes.is_empty() {
            self.chunks.pop_front();
        }
        true
    }
}

/// The length of the frame that starts with `bytes`, once they hold its fixed header.
fn frame_length(bytes: &[u8], limit: u32) -> Result<Option<usize>, DecodeError> {
    let Some((&first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    check_first_byte(first)?;
    let mut reader = Reader::new(rest, ());
    let remaining = match reader.variable_byte_integer(Field::RemainingLength) {
        Ok(remaining) => remaining,
        Err(fault) if fault.kind == ErrorKind::Truncated => return Ok(None),
        Err(fault) => return Err(error(fault.kind, Field::RemainingLength, 1)),
    };
    debug_assert!(remaining <= MAX_REMAINING_LENGTH);
    let size = 1 + reader.offset() + remaining;
    if size > limit {
        let kind = ErrorKind::TooLarge { size, limit };
        return Err(error(kind, Field::RemainingLength, 1));
    }
    Ok(Some(size as usize))
}
