//! Captures: the log as a file for Wireshark, and files of Wireshark as a log.
//!
//! [`export`] writes the bytes of each packet into TCP segments between addresses that are made up, one
//! a client; virtual time and real time have an interface each. [`import`] reads pcapng and pcap files, of ours and of
//! others: Ethernet, Linux cooked, loopback and raw IP, IPv4 and IPv6, TCP with repetitions and segments
//! out of order. MQTT within WebSocket or TLS is counted and not read.

mod blocks;
mod link;
mod read;
mod tcp;
#[cfg(test)]
mod tests;
mod write;

pub use blocks::NotACapture;
pub use read::{Imported, ImportedHop, Importer, LeftOut, import};
pub use write::{Hop, Time, Writer, export};

/// The port of MQTT over TCP that IANA lists.
const PORT: u16 = 1883;

/// The link type of Ethernet in captures.
const ETHERNET: u16 = 1;

/// The types of pcapng's blocks that are written or read.
mod block_type {
    pub(super) const SECTION: u32 = 0x0A0D_0D0A;
    pub(super) const INTERFACE: u32 = 1;
    pub(super) const PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const NAMES: u32 = 4;
    pub(super) const ENHANCED_PACKET: u32 = 6;
}

/// What a section begins with, in its own byte order.
const BYTE_ORDER: u32 = 0x1A2B_3C4D;
