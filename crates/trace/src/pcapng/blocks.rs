//! pcapng and pcap files cut into frames.

use super::{BYTE_ORDER, block_type};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The file is neither pcapng nor pcap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACapture;

impl fmt::Display for NotACapture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is neither a pcapng nor a pcap file")
    }
}

impl std::error::Error for NotACapture {}

/// A frame as it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Microseconds since 1970; `None` where the file does not say.
    pub(super) time_us: Option<u64>,
    pub(super) link_type: u16,
    pub(super) bytes: &'a [u8],
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// Names that the file gives to addresses.
    pub(super) names: BTreeMap<IpAddr, String>,
    /// Whether the file ends within a block or has a block that contradicts itself.
    pub(super) is_cut: bool,
}

/// A file as it is read, a block at a time.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    /// Where the next block begins.
    pub(super) at: usize,
    order: Order,
    format: Format,
    pub(super) contents: Contents,
}

#[derive(Clone, Debug)]
enum Format {
    Pcap {
        /// Units of the fraction of time stamps in a microsecond.
        per_us: u64,
        link_type: u16,
    },
    Pcapng(Vec<Interface>),
}

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block<'a> {
    Frame(Frame<'a>),
    /// Something else, or nothing that can be read.
    Other,
    /// The file ends here.
    End,
}

impl Blocks {
    /// Looks at the beginning of a file.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, NotACapture> {
        const MICROSECONDS: u32 = 0xA1B2_C3D4;
        const NANOSECONDS: u32 = 0xA1B2_3C4D;
        let magic = bytes.first_chunk::<4>().ok_or(NotACapture)?;
        let big = u32::from_be_bytes(*magic);
        let little = u32::from_le_bytes(*magic);
        let (order, per_us) = match (big, little) {
            (block_type::SECTION, _) => {
                return Ok(Self {
                    at: 0,
                    order: Order::Little,
                    format: Format::Pcapng(Vec::new()),
                    contents: Contents::default(),
                });
            }
            (MICROSECONDS, _) => (Order::Big, 1),
            (_, MICROSECONDS) => (Order::Little, 1),
            (NANOSECONDS, _) => (Order::Big, 1_000),
            (_, NANOSECONDS) => (Order::Little, 1_000),
            _ => return Err(NotACapture),
        };
        let mut cursor = Cursor { bytes, order };
        let link_type = cursor.take(20).and_then(|_| cursor.u32());
        let mut blocks = Self {
            at: bytes.len() - cursor.bytes.len(),
            order,
            format: Format::Pcap {
                per_us,
                link_type: link_type.unwrap_or(0) as u16,
            },
            contents: Contents::default(),
        };
        if link_type.is_none() {
            blocks.cut(bytes);
        }
        Ok(blocks)
    }

    /// The next block of `bytes`, which must be those that it was opened with.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8]) -> Block<'a> {
        let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) else {
            return Block::End;
        };
        let mut cursor = Cursor {
            bytes: rest,
            order: self.order,
        };
        let block = match &mut self.format {
            Format::Pcap { per_us, link_type } => {
                pcap_frame(&mut cursor, *per_us, *link_type).map(Block::Frame)
            }
            Format::Pcapng(interfaces) => cursor
                .block()
                .map(|(kind, body)| pcapng_block(kind, body, interfaces, &mut self.contents)),
        };
        self.at = bytes.len() - cursor.bytes.len();
        self.order = cursor.order;
        block.unwrap_or_else(|| {
            self.cut(bytes);
            Block::Other
        })
    }

    /// Nothing can be read from here on.
    fn cut(&mut self, bytes: &[u8]) {
        self.contents.is_cut = true;
        self.at = bytes.len();
    }
}

fn pcap_frame<'a>(cursor: &mut Cursor<'a>, per_us: u64, link_type: u16) -> Option<Frame<'a>> {
    let seconds = u64::from(cursor.u32()?);
    let time_us = seconds * 1_000_000 + u64::from(cursor.u32()?) / per_us;
    let length = cursor.u32()?;
    cursor.u32()?;
    Some(Frame {
        time_us: Some(time_us),
        link_type,
        bytes: cursor.take(length as usize)?,
    })
}

fn pcapng_block<'a>(
    kind: u32,
    body: Cursor<'a>,
    interfaces: &mut Vec<Interface>,
    contents: &mut Contents,
) -> Block<'a> {
    match kind {
        block_type::SECTION => interfaces.clear(),
        block_type::INTERFACE => interfaces.extend(interface(body)),
        block_type::NAMES => names(body, &mut contents.names),
        block_type::ENHANCED_PACKET | block_type::PACKET | block_type::SIMPLE_PACKET => {
            match packet(kind, body, interfaces) {
                Some(frame) => return Block::Frame(frame),
                None => contents.is_cut = true,
            }
        }
        _ => {}
    }
    Block::Other
}

/// An interface of a section.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link_type: u16,
    snap_length: u32,
    /// Units of time stamps in a second.
    units: u64,
    offset_s: i64,
}

fn packet<'a>(kind: u32, mut body: Cursor<'a>, interfaces: &[Interface]) -> Option<Frame<'a>> {
    if kind == block_type::SIMPLE_PACKET {
        let interface = interfaces.first()?;
        let length = match interface.snap_length {
            0 => body.u32()?,
            limit => body.u32()?.min(limit),
        };
        return Some(Frame {
            time_us: None,
            link_type: interface.link_type,
            bytes: body.take(length as usize)?,
        });
    }
    let index = match kind {
        block_type::PACKET => {
            let index = u32::from(body.u16()?);
            body.u16()?; // Packets dropped.
            index
        }
        _ => body.u32()?,
    };
    let interface = interfaces.get(index as usize)?;
    let time = u64::from(body.u32()?) << 32 | u64::from(body.u32()?);
    let length = body.u32()?;
    body.u32()?;
    let time_us = u128::from(time) * 1_000_000 / u128::from(interface.units);
    let time_us = i128::try_from(time_us).ok()? + i128::from(interface.offset_s) * 1_000_000;
    Some(Frame {
        time_us: u64::try_from(time_us).ok(),
        link_type: interface.link_type,
        bytes: body.take(length as usize)?,
    })
}

fn interface(mut body: Cursor<'_>) -> Option<Interface> {
    const TIME_RESOLUTION: u16 = 9;
    const TIME_OFFSET: u16 = 14;
    let link_type = body.u16()?;
    body.u16()?;
    let mut interface = Interface {
        link_type,
        snap_length: body.u32()?,
        units: 1_000_000,
        offset_s: 0,
    };
    while let Some((code, mut value)) = body.option() {
        match code {
            TIME_RESOLUTION => {
                let exponent = *value.bytes.first()?;
                let (base, exponent): (u64, u32) = match exponent & 0x80 {
                    0 => (10, exponent.into()),
                    _ => (2, (exponent & 0x7F).into()),
                };
                interface.units = base.checked_pow(exponent)?;
            }
            TIME_OFFSET => {
                let halves = (value.u32()?, value.u32()?);
                let (high, low) = match value.order {
                    Order::Big => halves,
                    Order::Little => (halves.1, halves.0),
                };
                interface.offset_s = (u64::from(high) << 32 | u64::from(low)) as i64;
            }
            _ => {}
        }
    }
    Some(interface)
}

fn names(mut body: Cursor<'_>, names: &mut BTreeMap<IpAddr, String>) {
    const IPV4: u16 = 1;
    const IPV6: u16 = 2;
    while let Some((code, mut value)) = body.option() {
        let address = match code {
            IPV4 => value
                .take(4)
                .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
                .map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))),
            IPV6 => value
                .take(16)
                .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
                .map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes))),
            _ => continue,
        };
        let name = value.bytes.split(|&byte| byte == 0).next();
        if let Some((address, name)) = address.zip(name) {
            names.insert(address, String::from_utf8_lossy(name).into_owned());
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Big,
    Little,
}

/// The rest of what is read.
#[derive(Clone, Copy, Debug)]
struct Cursor<'a> {
    bytes: &'a [u8],
    order: Order,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        let bytes = <[u8; 2]>::try_from(self.take(2)?).ok()?;
        Some(match self.order {
            Order::Big => u16::from_be_bytes(bytes),
            Order::Little => u16::from_le_bytes(bytes),
        })
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes = <[u8; 4]>::try_from(self.take(4)?).ok()?;
        Some(match self.order {
            Order::Big => u32::from_be_bytes(bytes),
            Order::Little => u32::from_le_bytes(bytes),
        })
    }

    /// The type and body of the next block; a section's header sets the byte order.
    fn block(&mut self) -> Option<(u32, Self)> {
        let kind = self.u32()?;
        if kind == block_type::SECTION {
            let magic = <[u8; 4]>::try_from(self.bytes.get(4..8)?).ok()?;
            self.order = match BYTE_ORDER {
                order if u32::from_be_bytes(magic) == order => Order::Big,
                order if u32::from_le_bytes(magic) == order => Order::Little,
                _ => return None,
            };
        }
        let length = (self.u32()? as usize).checked_sub(12)?;
        let bytes = self.take(length)?;
        // Blocks are aligned, even where their length is not.
        self.take(length.next_multiple_of(4) - length)?;
        self.u32()?;
        let order = self.order;
        Some((kind, Self { bytes, order }))
    }

    /// The next option or name record, until the one that ends the list.
    fn option(&mut self) -> Option<(u16, Self)> {
        let code = self.u16().filter(|&code| code != 0)?;
        let length = usize::from(self.u16()?);
        let bytes = self.take(length)?;
        let padding = length.next_multiple_of(4) - length;
        self.take(padding.min(self.bytes.len()));
        let order = self.order;
        Some((code, Self { bytes, order }))
    }
}
