//! One packet on one hop.

use bytes::Bytes;
use midge_codec::{DecodeError, Packet, PacketType, Version, decode};
use midge_session::Instant;
use serde::{Deserialize, Serialize};

/// A hop: one network connection between a client and a broker. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HopId(pub u32);

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Toward {
    /// From the client.
    Broker,
    /// To the client.
    Client,
}

/// One packet as it was on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number in the log, from 0, in the order of logging.
    pub seq: u64,
    /// When it was sent (lab) or seen by the page (live).
    pub at: Instant,
    /// On which hop.
    pub hop: HopId,
    /// Which way.
    pub toward: Toward,
    /// The version of the connection, as CONNECT said it.
    pub version: Version,
    /// The frame, fixed header included. For a fault: all bytes up to where reading stopped.
    pub frame: Bytes,
    /// Why the bytes are not a legal packet.
    pub fault: Option<DecodeError>,
}

/// A packet as it lies in the log: what a [`Record`] says, without a copy. Who looks through many reads
/// these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef<'a> {
    /// As in [`Record::seq`].
    pub seq: u64,
    /// As in [`Record::at`].
    pub at: Instant,
    /// As in [`Record::hop`].
    pub hop: HopId,
    /// As in [`Record::toward`].
    pub toward: Toward,
    /// As in [`Record::version`].
    pub version: Version,
    /// As in [`Record::frame`].
    pub frame: &'a [u8],
    /// As in [`Record::fault`].
    pub fault: Option<DecodeError>,
}

impl Record {
    /// The same without ownership.
    pub fn borrowed(&self) -> RecordRef<'_> {
        RecordRef {
            seq: self.seq,
            at: self.at,
            hop: self.hop,
            toward: self.toward,
            version: self.version,
            frame: &self.frame,
            fault: self.fault,
        }
    }

    /// The packet type of the first byte, if it is one.
    pub fn packet_type(&self) -> Option<PacketType> {
        self.borrowed().packet_type()
    }

    /// The packet; `None` for a fault.
    pub fn packet(&self) -> Option<Packet<'_>> {
        self.borrowed().packet()
    }
}

impl<'a> RecordRef<'a> {
    /// The packet type of the first byte, if it is one.
    pub fn packet_type(&self) -> Option<PacketType> {
        PacketType::from_bits(self.frame.first()? >> 4)
    }

    /// The packet; `None` for a fault.
    pub fn packet(&self) -> Option<Packet<'a>> {
        if self.fault.is_some() {
            return None;
        }
        decode(self.frame, self.version).ok()
    }
}
