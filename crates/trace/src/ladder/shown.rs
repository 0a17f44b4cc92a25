//! What a ladder shows: lanes, arrows, marks and handshakes as plain values.

use super::{Ladder, NONE, Row};
use crate::exchange::State;
use crate::{HopId, Log, Toward};
use midge_codec::{Packet, PacketId, PacketType, QoS, Reason, Version};
use midge_session::Instant;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Rows of one handshake that are listed; a listener on the wire sees one re-sent for ever.
pub(super) const CHAIN_MAX: usize = 256;

/// A lane, numbered from 0 in the order of appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LaneId(pub u32);

/// A client's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Its number.
    pub id: LaneId,
    /// What identifies the client.
    pub key: String,
    /// The client's name.
    pub name: String,
    /// The lowest number, from 0, that no other lane of the same name had when this one began.
    pub nth: u32,
}

/// A client as the keeper of the log knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client<'a> {
    /// What identifies it: its connections share a lane. Two clients may have the same name.
    pub key: &'a str,
    /// What people call it.
    pub name: &'a str,
}

/// A handshake, numbered from 0 in the order of appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupId(pub u64);

/// What the broker or its host said about a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// What identifies the client whose lane it is, as [`Client::key`].
    pub key: String,
    /// That client's name.
    pub client: String,
    /// The topic of the message it is about.
    pub topic: Option<String>,
    /// The number that the broker gave that message.
    pub message: Option<u64>,
    /// What happened.
    pub kind: MarkKind,
}

/// What happened apart from packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkKind {
    /// The transport opened.
    Opened,
    /// The transport closed; why, in words.
    Closed(String),
    /// The session ended.
    SessionEnded,
    /// A message waits for the client.
    Queued,
    /// A message was dropped for the client; why, in words.
    Dropped(String),
    /// A message expired before it could be sent to the client.
    Expired,
    /// Somebody broke or mended something: what, in words.
    Deed(String),
}

/// One row of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its index, which it keeps.
    pub index: u64,
    /// When.
    pub at: Instant,
    /// Between the broker and whom.
    pub lane: LaneId,
    /// The message that it carries or is about; rows of one message have the same number.
    pub message: Option<u64>,
    /// What to draw.
    pub what: What,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A packet.
    Packet(Arrow),
    /// Something else.
    Mark(MarkKind, Option<String>),
}

/// A packet as an arrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrow {
    /// Its number in the log.
    pub seq: u64,
    /// The connection.
    pub hop: HopId,
    /// Which way it points.
    pub toward: Toward,
    /// The version of the connection.
    pub version: Version,
    /// The packet type; `None` where the first byte is none.
    pub packet_type: Option<PacketType>,
    /// The packet identifier on this hop.
    pub packet_id: Option<u16>,
    /// Of a PUBLISH.
    pub qos: Option<QoS>,
    /// RETAIN of a PUBLISH.
    pub retain: bool,
    /// DUP of a PUBLISH.
    pub dup: bool,
    /// Sent before: with DUP, or a PUBREL that is repeated.
    pub again: bool,
    /// The topic of a PUBLISH, also where an alias stands for it.
    pub topic: Option<String>,
    /// The reason code of an acknowledgement, CONNACK or DISCONNECT.
    pub reason: Option<Reason>,
    /// Bytes.
    pub size: u32,
    /// Whether it is not a legal packet.
    pub fault: bool,
    /// The handshake that it is part of.
    pub group: Option<GroupId>,
    /// How far that handshake is after it.
    pub state: Option<State>,
}

/// A handshake as one thing: the packets of a QoS 1 or 2 message on one hop, or a request and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// Between the broker and whom.
    pub lane: LaneId,
    /// Which way its first packet goes.
    pub sender: Toward,
    /// The packet identifier.
    pub packet_id: u16,
    /// How far it is.
    pub state: State,
    /// Packets sent again.
    pub resent: u32,
    /// The line beside its lane that it has to itself while it is open, from 0.
    pub track: u8,
    /// Its rows, oldest first; of very many, the newest.
    pub rows: Vec<u64>,
}

impl Ladder {
    /// The rows with these indices, as far as they are kept. Costs what it returns.
    pub fn window(&self, log: &Log, range: Range<u64>) -> Vec<Entry> {
        let kept = self.range();
        (range.start.max(kept.start)..range.end.min(kept.end))
            .filter_map(|index| self.entry(log, index))
            .collect()
    }

    /// One row.
    pub fn entry(&self, log: &Log, index: u64) -> Option<Entry> {
        let row = self.row(index)?;
        let (at, what) = if row.is_mark {
            let (mark, _) = self.marks.get(&index)?;
            (mark.at, What::Mark(mark.kind.clone(), mark.topic.clone()))
        } else {
            let record = log.record(row.seq)?;
            let mut arrow = Arrow::new(row, &record);
            arrow.describe(
                record.packet(),
                self.topics.get(&index).map(|topic| &**topic),
            );
            (record.at, What::Packet(arrow))
        };
        Some(Entry {
            index,
            at,
            lane: row.lane,
            message: (row.message != NONE).then_some(row.message),
            what,
        })
    }

    /// A handshake, as long as a row of it is kept.
    pub fn group(&self, id: GroupId) -> Option<Group> {
        let chain = self.groups.chain(id.0)?;
        let facts = chain.facts;
        Some(Group {
            id,
            lane: facts.lane,
            sender: facts.sender,
            packet_id: facts.packet_id,
            state: facts.state,
            resent: facts.resent,
            track: facts.track,
            rows: self.chain_rows(chain.last_row, |row| row.group_back),
        })
    }

    /// The rows from `last` back, oldest first.
    pub(super) fn chain_rows(&self, last: u64, back: impl Fn(&Row) -> u32) -> Vec<u64> {
        let mut rows = vec![last];
        let mut index = last;
        while let Some(row) = self.row(index)
            && back(row) != 0
            && rows.len() < CHAIN_MAX
        {
            index -= u64::from(back(row));
            rows.push(index);
        }
        rows.reverse();
        rows.retain(|&index| index >= self.first);
        rows
    }
}

impl Arrow {
    fn new(row: &Row, record: &crate::Record) -> Self {
        Self {
            seq: row.seq,
            hop: record.hop,
            toward: record.toward,
            version: record.version,
            packet_type: record.packet_type(),
            packet_id: None,
            qos: None,
            retain: false,
            dup: false,
            again: row.again,
            topic: None,
            reason: None,
            size: u32::try_from(record.frame.len()).unwrap_or(u32::MAX),
            fault: record.fault.is_some(),
            group: (row.group != NONE).then_some(GroupId(row.group)),
            state: row.state,
        }
    }

    fn describe(&mut self, packet: Option<Packet<'_>>, resolved: Option<&str>) {
        let Some(packet) = packet else {
            return;
        };
        self.packet_id = packet.packet_id().map(PacketId::get);
        match packet {
            Packet::Publish(publish) => {
                self.qos = Some(publish.delivery.qos());
                self.retain = publish.retain;
                self.dup = publish.delivery.dup();
                self.topic = Some(resolved.unwrap_or(publish.topic).to_owned());
            }
            Packet::Ack(ack) => self.reason = Some(ack.reason),
            Packet::ConnAck(ack) => self.reason = Some(ack.reason),
            Packet::Disconnect(disconnect) => self.reason = Some(disconnect.reason),
            _ => {}
        }
    }
}
