//! Captures: written and read back, read from other formats, and seen by tshark.

mod foreign;
mod tshark;

use super::{Hop, Imported, Importer, Time, Writer, export, import};
use crate::tests::frame;
use crate::{Bounds, HopId, Log, Record, Tap, Toward};
use bytes::{Bytes, BytesMut};
use midge_codec::{Packet, Version, arbitrary, decode};
use midge_session::Instant;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Legal packets, always the same, beginning with a CONNECT of `version`.
fn packets(version: Version, count: usize) -> Vec<Bytes> {
    let mut runner = TestRunner::deterministic();
    let strategy = arbitrary::packet(version);
    let mut packets = vec![crate::tests::connect(version)];
    while packets.len() < count {
        let packet = strategy.new_tree(&mut runner).expect("a packet").current();
        packets.push(frame(&packet, version));
    }
    packets
}

/// A log of two hops with one version each, both directions in turn.
fn both_versions(count: usize) -> Log {
    let mut log = Log::new(Bounds {
        records: u32::MAX,
        bytes: u64::MAX,
    });
    let mut taps = [Tap::new(HopId(0)), Tap::new(HopId(1))];
    let streams = [Version::V311, Version::V5].map(|version| packets(version, count));
    for index in 0..count {
        for (tap, stream) in taps.iter_mut().zip(&streams) {
            let at = Instant::from_micros(log.end() * 1_500);
            let toward = match index % 2 {
                0 => Toward::Broker,
                _ => Toward::Client,
            };
            tap.feed(&mut log, at, toward, stream[index].clone());
        }
    }
    assert!(log.iter_from(0).all(|record| record.fault.is_none()));
    log
}

fn hop(id: HopId) -> Hop {
    Hop {
        client: format!("client-{}", id.0),
        epoch_us: 1_700_000_000_000_000,
        ..Hop::default()
    }
}

fn capture(log: &Log) -> Vec<u8> {
    export(log.iter_from(0), hop)
}

fn read(bytes: &[u8]) -> Imported {
    let bounds = Bounds {
        records: u32::MAX,
        bytes: u64::MAX,
    };
    import(bytes, bounds).expect("a capture")
}

fn facts(record: &Record) -> (Instant, HopId, Toward, Version, Bytes, bool) {
    let fault = record.fault.is_some();
    let frame = record.frame.clone();
    (
        record.at,
        record.hop,
        record.toward,
        record.version,
        frame,
        fault,
    )
}

fn all(log: &Log) -> Vec<(Instant, HopId, Toward, Version, Bytes, bool)> {
    log.iter_from(0).map(|record| facts(&record)).collect()
}

#[test]
fn every_packet_of_both_versions_comes_back() {
    let log = both_versions(400);
    let imported = read(&capture(&log));
    assert_eq!(all(&imported.log), all(&log));
    assert_eq!(imported.epoch_us, 1_700_000_000_000_000);
    let clients: Vec<_> = imported.hops.iter().map(|hop| &*hop.client).collect();
    assert_eq!(clients, ["client-0", "client-1"]);
    assert!(
        imported
            .hops
            .iter()
            .all(|hop| !hop.has_gap && !hop.without_connect)
    );
    assert_eq!(imported.left_out, super::LeftOut::default());
}

#[test]
fn faults_and_packets_of_many_segments_come_back() {
    let mut log = Log::default();
    let mut tap = Tap::new(HopId(0));
    tap.feed(
        &mut log,
        Instant::ZERO,
        Toward::Broker,
        crate::tests::connect(Version::V311),
    );
    let large = crate::tests::publish("a/b", &[7; 100_000], Version::V311);
    tap.feed(&mut log, Instant::from_millis(1), Toward::Client, large);
    // PUBACK with packet identifier 0: a fault.
    let fault = Bytes::from_static(&[0x40, 0x02, 0x00, 0x00]);
    tap.feed(&mut log, Instant::from_millis(2), Toward::Client, fault);
    let imported = read(&capture(&log));
    assert_eq!(all(&imported.log), all(&log));
    assert!(all(&log)[2].5);
}

#[test]
fn a_client_keeps_its_address_and_each_connection_has_its_port() {
    let mut log = Log::default();
    for id in 0..3 {
        let bytes = crate::tests::connect(Version::V5);
        let at = Instant::from_secs(id.into());
        log.push(at, HopId(id), Toward::Broker, Version::V5, bytes, None);
    }
    let name = |id: HopId| Hop {
        client: ["lamp", "phone", "lamp"][id.0 as usize].to_owned(),
        closed: (id.0 == 0).then_some(Instant::from_millis(1_500)),
        ..Hop::default()
    };
    let imported = read(&export(log.iter_from(0), name));
    let ends: Vec<_> = imported
        .hops
        .iter()
        .map(|hop| (hop.client.as_str(), hop.from.to_string()))
        .collect();
    assert_eq!(
        ends,
        [
            ("lamp", "10.1.0.1:49152".to_owned()),
            ("phone", "10.1.0.2:49152".to_owned()),
            ("lamp", "10.1.0.1:49153".to_owned())
        ]
    );
    assert_eq!(all(&imported.log), all(&log));
}

#[test]
fn a_capture_is_written_and_read_in_pieces_as_at_once() {
    let log = both_versions(50);
    let mut writer = Writer::new(hop);
    (0..log.end())
        .filter_map(|seq| log.peek(seq))
        .for_each(|record| writer.announce(record));
    let mut bytes = Vec::new();
    for record in (0..log.end()).filter_map(|seq| log.peek(seq)) {
        writer.write(record);
        bytes.extend(writer.take());
    }
    writer.finish();
    bytes.extend(writer.take());
    assert_eq!(bytes, capture(&log));

    let mut importer = Importer::new(&bytes, Bounds::default()).expect("a capture");
    let mut percents = vec![importer.percent()];
    while !importer.advance(7) {
        percents.push(importer.percent());
    }
    assert!(percents.len() > 20 && percents.is_sorted(), "{percents:?}");
    assert_eq!((percents[0], importer.percent()), (0, 100));
    assert_eq!(all(&importer.finish().log), all(&log));
}

#[test]
fn virtual_and_real_time_have_an_interface_and_a_broker_each() {
    let mut log = Log::default();
    for id in 0..2 {
        let bytes = crate::tests::connect(Version::V5);
        let at = Instant::from_secs(1);
        log.push(at, HopId(id), Toward::Broker, Version::V5, bytes, None);
    }
    let name = |id: HopId| match id.0 {
        0 => Hop {
            client: "lamp".to_owned(),
            ..Hop::default()
        },
        _ => Hop {
            client: "phone".to_owned(),
            time: Time::Real,
            epoch_us: 5_000_000,
            ..Hop::default()
        },
    };
    let imported = read(&export(log.iter_from(0), name));
    let brokers: Vec<_> = imported.hops.iter().map(|hop| hop.to.to_string()).collect();
    assert_eq!(brokers, ["10.0.0.1:1883", "10.0.0.2:1883"]);
    assert_eq!(imported.epoch_us, 1_000_000);
    let times: Vec<_> = imported.log.iter_from(0).map(|record| record.at).collect();
    assert_eq!(times, [Instant::ZERO, Instant::from_secs(5)]);
}

#[test]
fn what_is_no_capture_is_refused_and_a_cut_file_is_read_as_far_as_it_goes() {
    let bounds = Bounds::default();
    assert!(import(b"", bounds).is_err());
    assert!(import(b"MQTT is not a capture", bounds).is_err());
    let log = both_versions(20);
    let bytes = capture(&log);
    let imported = read(&bytes[..bytes.len() - 10]);
    assert!(imported.left_out.is_cut);
    assert_eq!(imported.log.end(), log.end() - 1);
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(
        mut bytes in prop::collection::vec(any::<u8>(), 0..200),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        valid in select(&[false, true][..]),
    ) {
        if valid {
            bytes = capture(&both_versions(3));
        }
        for (index, value) in changes {
            if !bytes.is_empty() {
                let index = index.index(bytes.len());
                bytes[index] = value;
            }
        }
        let _ = import(&bytes, Bounds::default());
    }
}

/// The bytes of one direction of a log.
fn stream(log: &Log, toward: Toward) -> BytesMut {
    let mut bytes = BytesMut::new();
    for record in log.iter_from(0).filter(|record| record.toward == toward) {
        bytes.extend_from_slice(&record.frame);
    }
    bytes
}

/// Whether a packet is what `decode` finds in these bytes.
fn is_connect(bytes: &[u8]) -> bool {
    matches!(decode(bytes, Version::V5), Ok(Packet::Connect(_)))
}
