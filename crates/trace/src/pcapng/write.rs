//! The log as a pcapng file.

use super::{BYTE_ORDER, ETHERNET, PORT, block_type};
use crate::{HopId, Record, RecordRef, Toward};
use etherparse::PacketBuilder;
use midge_codec::PacketType;
use midge_session::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a segment: what fits an Ethernet frame.
const SEGMENT_MAX: usize = 1_460;
const WINDOW: u16 = u16::MAX;
/// The first port that clients use, and how many there are.
const EPHEMERAL: (u16, u32) = (49_152, 16_384);
/// The addresses of brokers: 10.0.0.1 for those on a virtual clock, 10.0.0.2 for all others.
const BROKERS: [(u32, &str); 2] = [(0x0A00_0001, "broker"), (0x0A00_0002, "live-broker")];
/// The first address of clients: 10.1.0.1.
const CLIENTS: u32 = 0x0A01_0001;
const OPTION_COMMENT: u16 = 1;
const OPTION_END: u16 = 0;
const OPTION_INTERFACE_NAME: u16 = 2;
const OPTION_INTERFACE_DESCRIPTION: u16 = 3;
const OPTION_APPLICATION: u16 = 4;
/// The interfaces of the file, by [`Time`]: name and description.
const INTERFACES: [(&[u8], &[u8]); 2] = [
    (
        b"virtual",
        b"Times are of the simulation's clock, which can be stopped and run faster",
    ),
    (b"real", b"Times are of the computer's clock"),
];

/// Which clock times are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// That of a simulation.
    #[default]
    Virtual,
    /// That of the computer.
    Real,
}

/// What is known of a hop apart from its packets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hop {
    /// The name of its client. Hops of one name share an address.
    pub client: String,
    /// When its transport closed, if it did.
    pub closed: Option<Instant>,
    /// Which clock its times are of: each clock has its interface in the file.
    pub time: Time,
    /// What time 0 of its packets is in microseconds since 1970.
    pub epoch_us: u64,
}

/// A capture of `records`, which come in the order of the log. `hop` is asked once for each hop.
pub fn export(
    records: impl Iterator<Item = Record> + Clone,
    hop: impl FnMut(HopId) -> Hop,
) -> Vec<u8> {
    let mut writer = Writer::new(hop);
    for record in records.clone() {
        writer.announce(record.borrowed());
    }
    for record in records {
        writer.write(record.borrowed());
    }
    writer.finish();
    writer.take()
}

/// Writes a capture a little at a time: each record is announced, then each is written, in the order of
/// the log.
///
/// Each hop is one TCP connection: SYN before its first packet, FIN by the sender of DISCONNECT behind
/// it, and FIN of both sides when it closed. Bytes that are no legal packet are written as they were.
pub struct Writer<F> {
    bytes: Vec<u8>,
    /// The number of the last record of each direction. Bytes may follow a DISCONNECT, against the
    /// standard; FIN comes behind the last of them.
    last: BTreeMap<(HopId, Toward), u64>,
    hop: F,
    flows: BTreeMap<HopId, Flow>,
    /// By client: its address, and how many hops it had.
    addresses: BTreeMap<String, (u32, u32)>,
    /// When hops close, in microseconds since 1970.
    closing: BTreeSet<(u64, HopId)>,
}

/// A TCP connection.
#[derive(Clone, Copy, Debug)]
struct Flow {
    address: u32,
    port: u16,
    time: Time,
    epoch_us: u64,
    client: Side,
    broker: Side,
}

#[derive(Clone, Copy, Debug)]
struct Side {
    /// The sequence number of its next byte.
    next: u32,
    is_finished: bool,
}

/// The flags of a segment besides ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flag {
    Syn,
    Push,
    Fin,
    None,
}

impl<F: FnMut(HopId) -> Hop> Writer<F> {
    /// A capture without packets. `hop` is asked once for each hop.
    pub fn new(hop: F) -> Self {
        let mut writer = Self {
            bytes: Vec::new(),
            last: BTreeMap::new(),
            hop,
            flows: BTreeMap::new(),
            addresses: BTreeMap::new(),
            closing: BTreeSet::new(),
        };
        writer.begin();
        writer
    }

    /// Says that this record will be written.
    pub fn announce(&mut self, record: RecordRef<'_>) {
        self.last.insert((record.hop, record.toward), record.seq);
    }

    /// Writes a record.
    pub fn write(&mut self, record: RecordRef<'_>) {
        let mut flow = match self.flows.get(&record.hop) {
            Some(flow) => *flow,
            None => self.open(record.hop, record.at),
        };
        let at = flow.since_1970(record.at);
        self.close_before(at);
        let fault = record.fault.map(|fault| fault.to_string());
        let mut comment = fault.as_deref();
        for bytes in record.frame.chunks(SEGMENT_MAX) {
            let toward = record.toward;
            self.segment(&mut flow, toward, at, Flag::Push, bytes, comment);
            comment = None;
        }
        let is_last = self.last.get(&(record.hop, record.toward)) == Some(&record.seq);
        let is_disconnect = record.packet_type() == Some(PacketType::Disconnect);
        if is_last && is_disconnect && record.fault.is_none() {
            self.end(&mut flow, record.toward, at);
        }
        self.flows.insert(record.hop, flow);
    }

    /// Closes what closed behind the last record.
    pub fn finish(&mut self) {
        self.close_before(u64::MAX);
    }

    /// The bytes of the file written since they were taken last.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// How many bytes there are to take.
    pub fn written(&self) -> usize {
        self.bytes.len()
    }

    fn begin(&mut self) {
        block(&mut self.bytes, block_type::SECTION, |body| {
            body.extend(BYTE_ORDER.to_le_bytes());
            body.extend([1, 0, 0, 0]); // Version 1.0.
            body.extend(u64::MAX.to_le_bytes()); // The length of the section is not given.
            option(body, OPTION_APPLICATION, b"Midge");
            option(body, OPTION_END, b"");
        });
        for (name, description) in INTERFACES {
            block(&mut self.bytes, block_type::INTERFACE, |body| {
                body.extend(u32::from(ETHERNET).to_le_bytes());
                body.extend(0_u32.to_le_bytes()); // No limit to the length of a packet.
                option(body, OPTION_INTERFACE_NAME, name);
                option(body, OPTION_INTERFACE_DESCRIPTION, description);
                option(body, OPTION_END, b"");
            });
        }
    }

    fn open(&mut self, id: HopId, at: Instant) -> Flow {
        let hop = (self.hop)(id);
        let count = self.addresses.len() as u32;
        let is_new = !self.addresses.contains_key(&hop.client);
        let entry = self.addresses.entry(hop.client.clone());
        let (address, hops) = entry.or_insert((CLIENTS + count, 0));
        let port = EPHEMERAL.0 + (*hops % EPHEMERAL.1) as u16;
        *hops += 1;
        let side = Side {
            next: 0,
            is_finished: false,
        };
        let mut flow = Flow {
            address: *address,
            port,
            time: hop.time,
            epoch_us: hop.epoch_us,
            client: side,
            broker: side,
        };
        if is_new {
            let (broker, name) = flow.broker_address();
            block(&mut self.bytes, block_type::NAMES, |body| {
                name_record(body, broker, name);
                name_record(body, flow.address, &hop.client);
                body.extend([0; 4]);
            });
        }
        let at = flow.since_1970(at);
        let comment = format!("hop {}: {}", id.0, hop.client);
        self.segment(
            &mut flow,
            Toward::Broker,
            at,
            Flag::Syn,
            &[],
            Some(&comment),
        );
        self.segment(&mut flow, Toward::Client, at, Flag::Syn, &[], None);
        self.segment(&mut flow, Toward::Broker, at, Flag::None, &[], None);
        let closed = hop.closed.map(|closed| flow.since_1970(closed));
        self.closing.extend(closed.map(|closed| (closed, id)));
        flow
    }

    /// Closes the connections that closed before this time in microseconds since 1970.
    fn close_before(&mut self, at: u64) {
        while let Some(&(closed, id)) = self.closing.first()
            && closed < at
        {
            self.closing.pop_first();
            if let Some(mut flow) = self.flows.get(&id).copied() {
                self.end(&mut flow, Toward::Broker, closed);
                self.end(&mut flow, Toward::Client, closed);
                self.segment(&mut flow, Toward::Broker, closed, Flag::None, &[], None);
                self.flows.insert(id, flow);
            }
        }
    }

    fn end(&mut self, flow: &mut Flow, toward: Toward, at: u64) {
        let side = match toward {
            Toward::Broker => &mut flow.client,
            Toward::Client => &mut flow.broker,
        };
        if !std::mem::replace(&mut side.is_finished, true) {
            self.segment(flow, toward, at, Flag::Fin, &[], None);
        }
    }

    fn segment(
        &mut self,
        flow: &mut Flow,
        toward: Toward,
        at: u64,
        flag: Flag,
        payload: &[u8],
        comment: Option<&str>,
    ) {
        let client = (flow.address, flow.port);
        let broker = (flow.broker_address().0, PORT);
        let (from, to, sender, receiver) = match toward {
            Toward::Broker => (client, broker, &mut flow.client, flow.broker),
            Toward::Client => (broker, client, &mut flow.broker, flow.client),
        };
        let mut builder = PacketBuilder::ethernet2(hardware(from.0), hardware(to.0))
            .ipv4(from.0.to_be_bytes(), to.0.to_be_bytes(), 64)
            .tcp(from.1, to.1, sender.next, WINDOW);
        builder = match flag {
            Flag::Syn => builder.syn(),
            Flag::Push => builder.psh(),
            Flag::Fin => builder.fin(),
            Flag::None => builder,
        };
        if flag != Flag::Syn || toward == Toward::Client {
            builder = builder.ack(receiver.next);
        }
        let counts = u32::from(matches!(flag, Flag::Syn | Flag::Fin));
        sender.next = sender.next.wrapping_add(payload.len() as u32 + counts);
        let mut frame = Vec::with_capacity(builder.size(payload.len()));
        builder
            .write_to_vec(&mut frame, payload)
            .expect("a segment fits an IPv4 packet");
        let interface = flow.time as u32;
        block(&mut self.bytes, block_type::ENHANCED_PACKET, |body| {
            body.extend(interface.to_le_bytes());
            body.extend(((at >> 32) as u32).to_le_bytes());
            body.extend((at as u32).to_le_bytes());
            body.extend((frame.len() as u32).to_le_bytes());
            body.extend((frame.len() as u32).to_le_bytes());
            body.extend(&frame);
            pad(body);
            if let Some(comment) = comment {
                option(body, OPTION_COMMENT, comment.as_bytes());
                option(body, OPTION_END, b"");
            }
        });
    }
}

impl Flow {
    fn since_1970(&self, at: Instant) -> u64 {
        self.epoch_us.saturating_add(at.as_micros())
    }

    fn broker_address(&self) -> (u32, &'static str) {
        BROKERS[self.time as usize]
    }
}

/// A hardware address of one's own, as the second bit says.
fn hardware(address: u32) -> [u8; 6] {
    let [a, b, c, d] = address.to_be_bytes();
    [0x02, 0x00, a, b, c, d]
}

fn block(bytes: &mut Vec<u8>, kind: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let start = bytes.len();
    bytes.extend(kind.to_le_bytes());
    bytes.extend([0; 4]);
    let mut inner = Vec::new();
    body(&mut inner);
    pad(&mut inner);
    bytes.extend(inner);
    let length = ((bytes.len() - start + 4) as u32).to_le_bytes();
    bytes[start + 4..start + 8].copy_from_slice(&length);
    bytes.extend(length);
}

/// Text longer than an option can hold is cut.
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    pad(body);
}

/// An IPv4 address with its name.
fn name_record(body: &mut Vec<u8>, address: u32, name: &str) {
    let name: Vec<u8> = name.bytes().filter(|&byte| byte != 0).take(1_000).collect();
    body.extend(1_u16.to_le_bytes());
    body.extend((name.len() as u16 + 5).to_le_bytes());
    body.extend(address.to_be_bytes());
    body.extend(name);
    body.push(0);
    pad(body);
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}
