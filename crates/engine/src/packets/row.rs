//! Records as rows and in detail.

use super::journal::{Journal, Origin};
use super::summary::summary;
use crate::saturate::saturate;
use midge_codec::{Packet, explain};
use midge_trace::{Record, Toward};
use midge_view::{Direction, PacketDetail, PacketRow};

/// Bytes of a packet that are shown; the rest is counted.
const SHOWN_MAX: usize = 64 * 1024;

/// One line of the packet list.
pub(crate) fn row(journal: &Journal, record: &Record) -> PacketRow {
    let hop = journal.hop(record.hop);
    let packet = record.packet();
    let publish = match packet {
        Some(Packet::Publish(publish)) => Some(publish),
        _ => None,
    };
    let topic = publish.map(|publish| journal.topic(record.seq, publish.topic));
    let summary = match (&packet, record.fault) {
        (Some(packet), _) => summary(packet, topic.unwrap_or_default()),
        (None, Some(fault)) => fault.to_string(),
        (None, None) => String::new(),
    };
    PacketRow {
        seq: record.seq,
        at_ms: record.at.as_micros() / 1_000,
        at_us: (record.at.as_micros() % 1_000) as u16,
        live: hop.is_some_and(|hop| hop.origin == Origin::Live),
        imported: hop.is_some_and(|hop| matches!(hop.origin, Origin::File { .. })),
        client: hop.map(|hop| hop.name.clone()).unwrap_or_default(),
        direction: direction(record.toward),
        packet_type: record.packet_type(),
        summary,
        topic: topic.map(str::to_owned),
        qos: publish.map(|publish| publish.delivery.qos()),
        packet_id: packet.and_then(|packet| Some(packet.packet_id()?.get())),
        retain: publish.is_some_and(|publish| publish.retain),
        dup: publish.is_some_and(|publish| publish.delivery.dup()),
        size: saturate(record.frame.len()),
        fault: record.fault.is_some(),
    }
}

/// One packet with its bytes explained by the decoder.
pub(crate) fn detail(journal: &Journal, record: &Record) -> PacketDetail {
    let shown = &record.frame[..record.frame.len().min(SHOWN_MAX)];
    PacketDetail {
        row: row(journal, record),
        version: record.version,
        bytes: shown.to_vec(),
        explanation: explain(&record.frame, record.version),
        fault: record.fault.map(|fault| fault.to_string()),
    }
}

pub(crate) fn direction(toward: Toward) -> Direction {
    match toward {
        Toward::Broker => Direction::ToBroker,
        Toward::Client => Direction::ToClient,
    }
}
