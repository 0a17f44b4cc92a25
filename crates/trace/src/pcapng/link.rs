//! A captured frame down to its TCP segment.

use super::ETHERNET;
use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Link types of captures besides Ethernet.
const BSD_LOOPBACK: u16 = 0;
const RAW_IP: [u16; 5] = [12, 14, 101, 228, 229];
const OPENBSD_LOOPBACK: u16 = 108;
const LINUX_COOKED: u16 = 113;
const LINUX_COOKED_2: u16 = 276;

/// What TCP sent at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    pub(super) syn: bool,
    pub(super) ack: bool,
    pub(super) payload: &'a [u8],
}

/// The segment in a frame; `None` where there is none.
pub(super) fn segment(link_type: u16, bytes: &[u8]) -> Option<Segment<'_>> {
    let packet = match link_type {
        ETHERNET => LaxSlicedPacket::from_ethernet(bytes).ok()?,
        BSD_LOOPBACK | OPENBSD_LOOPBACK => LaxSlicedPacket::from_ip(bytes.get(4..)?).ok()?,
        LINUX_COOKED => cooked(bytes.get(14..16)?, bytes.get(16..)?)?,
        LINUX_COOKED_2 => cooked(bytes.get(0..2)?, bytes.get(20..)?)?,
        raw if RAW_IP.contains(&raw) => LaxSlicedPacket::from_ip(bytes).ok()?,
        _ => return None,
    };
    let (from, to) = match packet.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            (
                IpAddr::V4(Ipv4Addr::from(header.source())),
                IpAddr::V4(Ipv4Addr::from(header.destination())),
            )
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            (
                IpAddr::V6(Ipv6Addr::from(header.source())),
                IpAddr::V6(Ipv6Addr::from(header.destination())),
            )
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else {
        return None;
    };
    Some(Segment {
        from: SocketAddr::new(from, tcp.source_port()),
        to: SocketAddr::new(to, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        syn: tcp.syn(),
        ack: tcp.ack(),
        payload: tcp.payload(),
    })
}

fn cooked<'a>(protocol: &[u8], bytes: &'a [u8]) -> Option<LaxSlicedPacket<'a>> {
    let protocol = u16::from_be_bytes(<[u8; 2]>::try_from(protocol).ok()?);
    Some(LaxSlicedPacket::from_ether_type(EtherType(protocol), bytes))
}
