//! A tap on one hop: bytes in, records out.

use crate::{HopId, Log, Toward};
use bytes::{Bytes, BytesMut};
use midge_codec::{DecodeError, Field, Framer, Packet, Version, decode};
use midge_session::{Instant, Limits};

/// The longest fixed header: the framer knows after so many bytes whether a frame can be one.
const FIXED_HEADER: usize = 5;

/// Splits both byte streams of a hop into packets and logs them.
#[derive(Clone, Debug)]
pub struct Tap {
    hop: HopId,
    /// From CONNECT; until then 3.1.1, as the peers read it too.
    version: Version,
    to_broker: Stream,
    to_client: Stream,
}

/// One direction.
#[derive(Clone, Debug)]
struct Stream {
    framer: Framer,
    /// The first bytes of the frame that is not complete, for the record of a fault in its header.
    header: Vec<u8>,
    fault: Option<DecodeError>,
}

impl Tap {
    /// A tap on a fresh connection.
    pub fn new(hop: HopId) -> Self {
        Self::with_limit(hop, Limits::LARGEST_PACKET)
    }

    /// A tap that logs a packet of more than `limit` bytes as a fault, so that it never holds more of
    /// an unfinished packet than that.
    pub fn with_limit(hop: HopId, limit: u32) -> Self {
        Self {
            hop,
            version: Version::V311,
            to_broker: Stream::new(limit),
            to_client: Stream::new(limit),
        }
    }

    /// Its hop.
    pub fn hop(&self) -> HopId {
        self.hop
    }

    /// Logs the packets that `bytes` complete. After a fault the rest of that direction is logged as
    /// it comes, undecoded.
    pub fn feed(&mut self, log: &mut Log, at: Instant, toward: Toward, bytes: Bytes) {
        let Self {
            hop,
            version,
            to_broker,
            to_client,
        } = self;
        let stream = match toward {
            Toward::Broker => to_broker,
            Toward::Client => to_client,
        };
        stream.feed(bytes, version, |version, frame, fault| {
            log.push(at, *hop, toward, version, frame, fault);
        });
    }
}

impl Stream {
    fn new(limit: u32) -> Self {
        Self {
            framer: Framer::new(limit),
            header: Vec::new(),
            fault: None,
        }
    }

    fn feed(
        &mut self,
        chunk: Bytes,
        version: &mut Version,
        mut log: impl FnMut(Version, Bytes, Option<DecodeError>),
    ) {
        if chunk.is_empty() {
            return;
        }
        if let Some(fault) = self.fault {
            return log(*version, chunk, Some(beyond(fault)));
        }
        let carried = self.framer.buffered();
        let mut taken = 0;
        self.framer.push(chunk.clone());
        loop {
            match self.framer.next_frame() {
                Ok(Some(frame)) => {
                    taken += frame.len();
                    let fault = match decode(&frame, *version) {
                        Ok(Packet::Connect(connect)) => {
                            *version = connect.version;
                            None
                        }
                        Ok(_) => None,
                        Err(fault) => Some(fault),
                    };
                    log(*version, frame, fault);
                    if let Some(fault) = fault {
                        self.fault = Some(fault);
                        let rest = chunk.slice(taken - carried..);
                        if !rest.is_empty() {
                            log(*version, rest, Some(beyond(fault)));
                        }
                        break;
                    }
                }
                Ok(None) => {
                    self.keep_header(&chunk, carried, taken);
                    return;
                }
                Err(fault) => {
                    self.fault = Some(fault);
                    log(*version, self.unread(&chunk, carried, taken), Some(fault));
                    break;
                }
            }
        }
        self.framer = Framer::new(0);
        self.header = Vec::new();
    }

    /// Remembers the header bytes of the frame that begins after `taken` bytes.
    fn keep_header(&mut self, chunk: &[u8], carried: usize, taken: usize) {
        let start = match taken.checked_sub(carried) {
            Some(start) if taken > 0 => {
                self.header.clear();
                start
            }
            _ => 0,
        };
        let missing = FIXED_HEADER - self.header.len();
        self.header
            .extend(chunk[start..].iter().take(missing).copied());
    }

    /// What the framer could not read. It gives up within the fixed header, so that what it held from
    /// earlier chunks is within `header`.
    fn unread(&self, chunk: &Bytes, carried: usize, taken: usize) -> Bytes {
        match taken.checked_sub(carried) {
            Some(start) if taken > 0 || carried == 0 => chunk.slice(start..),
            _ => {
                let mut bytes = BytesMut::from(self.header.as_slice());
                bytes.extend_from_slice(chunk);
                bytes.freeze()
            }
        }
    }
}

/// The fault of bytes that follow a fault: they were not read.
fn beyond(fault: DecodeError) -> DecodeError {
    DecodeError {
        kind: fault.kind,
        field: Field::Rest,
        offset: 0,
    }
}
