//! A capture as a log.

use super::PORT;
use super::blocks::{Block, Blocks, Frame, NotACapture};
use super::link::{Segment, segment};
use super::tcp::Stream;
use crate::{Bounds, HopId, Log, Tap, Toward};
use bytes::Bytes;
use midge_codec::{Packet, Version, decode};
use midge_session::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// What a capture holds of MQTT.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The packets. Time 0 is that of the first frame of the file.
    pub log: Log,
    /// The connections; the index is the number of the [`HopId`].
    pub hops: Vec<ImportedHop>,
    /// Time 0 in microseconds since 1970.
    pub epoch_us: u64,
    /// What is not in the log.
    pub left_out: LeftOut,
}

/// A TCP connection that carries MQTT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedHop {
    /// Its name in the file, else its client identifier, else its address.
    pub client: String,
    /// The client's address and port.
    pub from: SocketAddr,
    /// The broker's.
    pub to: SocketAddr,
    /// Whether the capture began within the connection: its version is a guess, 3.1.1.
    pub without_connect: bool,
    /// Whether bytes are missing, so that a direction ends early.
    pub has_gap: bool,
}

/// What an import did not take, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Frames without TCP.
    pub frames: u64,
    /// TCP connections that are not MQTT.
    pub connections: u64,
    /// TCP connections that begin with HTTP, as MQTT over WebSocket does.
    pub web_connections: u64,
    /// Whether the file ends within a block, or a block contradicts itself.
    pub is_cut: bool,
}

/// Reads a pcapng or pcap file into a log within `bounds`.
///
/// A connection is MQTT when one end has port 1883 or its first bytes are a CONNECT.
///
/// # Errors
/// When it is neither.
pub fn import(bytes: &[u8], bounds: Bounds) -> Result<Imported, NotACapture> {
    let mut importer = Importer::new(bytes, bounds)?;
    while !importer.advance(u32::MAX) {}
    Ok(importer.finish())
}

/// Reads a capture a little at a time, as [`import`] does at once.
pub struct Importer<B> {
    bytes: B,
    blocks: Blocks,
    reader: Reader,
}

impl<B: AsRef<[u8]>> Importer<B> {
    /// Looks at the beginning of a file.
    ///
    /// # Errors
    /// When it is neither pcapng nor pcap.
    pub fn new(bytes: B, bounds: Bounds) -> Result<Self, NotACapture> {
        Ok(Self {
            blocks: Blocks::open(bytes.as_ref())?,
            bytes,
            reader: Reader::new(bounds),
        })
    }

    /// Reads up to so many blocks of the file; answers whether all were read.
    pub fn advance(&mut self, blocks: u32) -> bool {
        for _ in 0..blocks {
            match self.blocks.next(self.bytes.as_ref()) {
                Block::Frame(frame) => self.reader.frame(&frame, &self.blocks.contents.names),
                Block::Other => {}
                Block::End => return true,
            }
        }
        false
    }

    /// How much of the file was read, in whole percent.
    pub fn percent(&self) -> u8 {
        match self.bytes.as_ref().len() as u64 {
            0 => 100,
            // At most 100.
            all => (self.blocks.at as u64 * 100 / all) as u8,
        }
    }

    /// What was read so far.
    pub fn finish(self) -> Imported {
        self.reader.finish(self.blocks.contents.is_cut)
    }
}

struct Reader {
    log: Log,
    hops: Vec<ImportedHop>,
    epoch_us: Option<u64>,
    latest_us: u64,
    left_out: LeftOut,
    /// By ends, the lower first.
    connections: BTreeMap<(SocketAddr, SocketAddr), Connection>,
}

/// A TCP connection.
#[derive(Default)]
struct Connection {
    /// Of the lower end, and of the higher.
    streams: [Stream; 2],
    kind: Kind,
}

#[derive(Default)]
enum Kind {
    /// Neither SYN nor data yet.
    #[default]
    Silent,
    /// No data yet.
    Opened {
        client: SocketAddr,
    },
    Mqtt {
        tap: Box<Tap>,
        client: SocketAddr,
    },
    Other,
}

impl Reader {
    fn new(bounds: Bounds) -> Self {
        Self {
            log: Log::new(bounds),
            hops: Vec::new(),
            epoch_us: None,
            latest_us: 0,
            left_out: LeftOut::default(),
            connections: BTreeMap::new(),
        }
    }

    fn frame(&mut self, frame: &Frame<'_>, names: &BTreeMap<IpAddr, String>) {
        let time_us = frame.time_us.unwrap_or(self.latest_us);
        let epoch_us = *self.epoch_us.get_or_insert(time_us);
        self.latest_us = time_us;
        match segment(frame.link_type, frame.bytes) {
            Some(segment) => {
                let at = Instant::from_micros(time_us.saturating_sub(epoch_us));
                self.segment(at, &segment, names);
            }
            None => self.left_out.frames += 1,
        }
    }

    fn segment(&mut self, at: Instant, segment: &Segment<'_>, names: &BTreeMap<IpAddr, String>) {
        let key = (segment.from.min(segment.to), segment.from.max(segment.to));
        let side = usize::from(segment.from == key.1);
        let mut connection = self.connections.remove(&key).unwrap_or_default();
        if segment.syn {
            let is_reopened = !segment.ack
                && !matches!(connection.kind, Kind::Silent)
                && !connection.streams[side].began_with(segment.sequence);
            if is_reopened {
                self.close(&std::mem::take(&mut connection));
            }
            connection.streams[side].begin(segment.sequence);
            if matches!(connection.kind, Kind::Silent) {
                let client = match segment.ack {
                    true => segment.to,
                    false => segment.from,
                };
                connection.kind = Kind::Opened { client };
            }
        }
        if let Kind::Silent | Kind::Opened { .. } = connection.kind
            && !segment.payload.is_empty()
        {
            connection.kind = self.recognise(&connection.kind, segment, names);
        }
        if let Kind::Mqtt { tap, client } = &mut connection.kind {
            let (log, hops) = (&mut self.log, &mut self.hops);
            let toward = match segment.from == *client {
                true => Toward::Broker,
                false => Toward::Client,
            };
            connection.streams[side].push(segment.sequence, segment.payload, |bytes: Bytes| {
                let before = log.end();
                tap.feed(log, at, toward, bytes);
                name(log, before, hops);
            });
        }
        self.connections.insert(key, connection);
    }

    /// Decides by its first data whether a connection is MQTT.
    fn recognise(
        &mut self,
        kind: &Kind,
        segment: &Segment<'_>,
        names: &BTreeMap<IpAddr, String>,
    ) -> Kind {
        let begins_with_connect = begins_with_connect(segment.payload);
        let client = match kind {
            Kind::Opened { client } => *client,
            _ if begins_with_connect || segment.to.port() == PORT => segment.from,
            _ => segment.to,
        };
        let broker = match client == segment.from {
            true => segment.to,
            false => segment.from,
        };
        if segment.payload.starts_with(b"GET ") {
            self.left_out.web_connections += 1;
            return Kind::Other;
        }
        if !begins_with_connect && broker.port() != PORT {
            self.left_out.connections += 1;
            return Kind::Other;
        }
        let id = HopId(self.hops.len() as u32);
        self.hops.push(ImportedHop {
            client: names.get(&client.ip()).cloned().unwrap_or_default(),
            from: client,
            to: broker,
            without_connect: true,
            has_gap: false,
        });
        let tap = Box::new(Tap::new(id));
        Kind::Mqtt { tap, client }
    }

    fn close(&mut self, connection: &Connection) {
        if let Kind::Mqtt { tap, .. } = &connection.kind
            && let Some(hop) = self.hops.get_mut(tap.hop().0 as usize)
        {
            hop.has_gap = connection.streams.iter().any(Stream::has_gap);
        }
    }

    fn finish(mut self, is_cut: bool) -> Imported {
        for connection in std::mem::take(&mut self.connections).values() {
            self.close(connection);
        }
        for hop in &mut self.hops {
            if hop.client.is_empty() {
                hop.client = hop.from.to_string();
            }
        }
        self.left_out.is_cut = is_cut;
        Imported {
            log: self.log,
            hops: self.hops,
            epoch_us: self.epoch_us.unwrap_or(0),
            left_out: self.left_out,
        }
    }
}

/// Names hops by the client identifiers in records from number `from` on.
fn name(log: &Log, from: u64, hops: &mut [ImportedHop]) {
    for record in log.iter_from(from) {
        let Some(hop) = hops.get_mut(record.hop.0 as usize) else {
            continue;
        };
        if let Some(Packet::Connect(connect)) = record.packet() {
            hop.without_connect = false;
            if hop.client.is_empty() {
                hop.client = connect.client_id.to_owned();
            }
        }
    }
}

/// Whether the bytes begin with a CONNECT of either version, whole or not.
fn begins_with_connect(bytes: &[u8]) -> bool {
    let decodes = |version| matches!(decode(bytes, version), Ok(Packet::Connect(_)));
    if decodes(Version::V5) {
        return true;
    }
    // The fixed header has two to five bytes; then come the name's length and the name.
    bytes.first() == Some(&0x10)
        && (2..=5).any(|start| bytes.get(start..start + 6) == Some(b"\x00\x04MQTT"))
}
