//! Captures as others write them: pcap, big-endian, loopback, cooked, IPv6, segments in any order.

use super::{all, both_versions, is_connect, read, stream};
use crate::{Bounds, HopId, Log, Tap, Toward};
use bytes::Bytes;
use etherparse::PacketBuilder;
use midge_session::Instant;

/// A little-endian pcap file of raw frames, a second apart.
fn pcap(link_type: u32, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = 0xA1B2_C3D4_u32.to_le_bytes().to_vec();
    bytes.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]);
    bytes.extend(link_type.to_le_bytes());
    for (second, frame) in frames.iter().enumerate() {
        bytes.extend((second as u32 + 1_000).to_le_bytes());
        bytes.extend(0_u32.to_le_bytes());
        bytes.extend((frame.len() as u32).to_le_bytes());
        bytes.extend((frame.len() as u32).to_le_bytes());
        bytes.extend(frame);
    }
    bytes
}

const CLIENT: [u8; 4] = [192, 168, 0, 7];
const BROKER: [u8; 4] = [192, 168, 0, 1];

fn ipv4(port: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4(CLIENT, BROKER, 64).tcp(40_000, port, sequence, 1_000);
    let mut bytes = Vec::new();
    builder.ack(1).write_to_vec(&mut bytes, payload).unwrap();
    bytes
}

fn ipv6(payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64).tcp(40_000, 1_883, 5, 1_000);
    let mut bytes = Vec::new();
    builder.ack(1).write_to_vec(&mut bytes, payload).unwrap();
    bytes
}

fn connect() -> Bytes {
    crate::tests::connect(midge_codec::Version::V5)
}

fn with(prefix: &[u8], ip: Vec<u8>) -> Vec<u8> {
    [prefix, &ip].concat()
}

#[test]
fn every_link_layer_is_looked_through() {
    let mut ethernet = [0; 14];
    ethernet[12..].copy_from_slice(&[0x08, 0x00]);
    let mut vlan = [0; 18];
    vlan[12..].copy_from_slice(&[0x81, 0x00, 0x00, 0x05, 0x86, 0xDD]);
    let mut cooked = [0; 16];
    cooked[14..].copy_from_slice(&[0x08, 0x00]);
    let mut cooked_2 = [0; 20];
    cooked_2[..2].copy_from_slice(&[0x86, 0xDD]);
    let version_4 = || ipv4(1_883, 5, &connect());
    let version_6 = || ipv6(&connect());
    for (link_type, frame) in [
        (1, with(&ethernet, version_4())),
        (1, with(&with(&ethernet, version_4()), vec![0; 20])),
        (1, with(&vlan, version_6())),
        (0, with(&[2, 0, 0, 0], version_4())),
        (108, with(&[0, 0, 0, 24], version_6())),
        (101, version_4()),
        (229, version_6()),
        (113, with(&cooked, version_4())),
        (276, with(&cooked_2, version_6())),
    ] {
        let imported = read(&pcap(link_type, &[frame]));
        assert_eq!(imported.log.end(), 1, "link type {link_type}");
        let record = imported.log.record(0).unwrap();
        assert!(is_connect(&record.frame));
        assert_eq!(record.toward, Toward::Broker);
        assert_eq!(imported.hops[0].client, "midge");
        assert_eq!(imported.epoch_us, 1_000_000_000);
    }
    let unknown = read(&pcap(147, &[version_4()]));
    assert_eq!((unknown.log.end(), unknown.left_out.frames), (0, 1));
}

#[test]
fn segments_come_in_any_order_more_than_once_and_overlap() {
    let original = both_versions(60);
    let only_one = |hop| {
        let mut log = Log::default();
        for record in original.iter_from(0).filter(|record| record.hop == hop) {
            log.push(
                record.at,
                hop,
                Toward::Broker,
                record.version,
                record.frame,
                None,
            );
        }
        stream(&log, Toward::Broker).freeze()
    };
    let bytes = only_one(HopId(1));
    let mut expected = Log::default();
    let mut tap = Tap::new(HopId(0));
    tap.feed(&mut expected, Instant::ZERO, Toward::Broker, bytes.clone());
    let expected: Vec<_> = all(&expected).into_iter().map(|facts| facts.4).collect();
    // Near the end of the numbers, so that they wrap around.
    let first = u32::MAX - 50;
    let piece = |start: usize, length: usize| {
        let end = bytes.len().min(start + length);
        let sequence = first.wrapping_add(start as u32);
        ipv4(1_883, sequence, &bytes[start..end])
    };
    let mut frames = vec![piece(0, 40)];
    let mut starts: Vec<usize> = (40..bytes.len()).step_by(25).collect();
    // Each run of four backwards, every third piece twice, all of them overlapping the next.
    for run in starts.chunks_mut(4) {
        run.reverse();
    }
    for (index, &start) in starts.iter().enumerate() {
        frames.push(piece(start, 33));
        if index % 3 == 0 {
            frames.push(piece(start, 12));
        }
    }
    let imported = read(&pcap(101, &frames));
    let found: Vec<_> = all(&imported.log)
        .into_iter()
        .map(|facts| facts.4)
        .collect();
    assert_eq!(found, expected);
    assert!(!imported.hops[0].has_gap);

    // Without one piece in the middle the packets before it remain.
    let missing = frames.len() / 2;
    frames.retain({
        let gap = starts[starts.len() / 2];
        let lost = piece(gap, 33);
        let short = piece(gap, 12);
        let before = piece(gap.saturating_sub(25), 33);
        move |frame| *frame != lost && *frame != short && *frame != before
    });
    assert!(frames.len() > missing);
    let imported = read(&pcap(101, &frames));
    let kept: Vec<_> = all(&imported.log)
        .into_iter()
        .map(|facts| facts.4)
        .collect();
    assert!(imported.hops[0].has_gap);
    assert!(kept.len() < expected.len() && expected.starts_with(&kept));
}

#[test]
fn mqtt_is_known_by_its_port_or_its_connect_and_the_rest_is_counted() {
    let imported = read(&pcap(
        101,
        &[
            ipv4(10_883, 1, &connect()),
            ipv4(80, 1, b"GET /mqtt HTTP/1.1\r\n"),
            ipv4(443, 1, b"\x16\x03\x01"),
            // Begun before the capture: only the port tells.
            ipv4(1_883, 1, &[0xC0, 0x00]),
        ],
    ));
    let ports: Vec<_> = imported
        .hops
        .iter()
        .map(|hop| (hop.to.port(), hop.without_connect))
        .collect();
    assert_eq!(ports, [(10_883, false), (1_883, true)]);
    assert_eq!(imported.log.end(), 2);
    let left_out = imported.left_out;
    assert_eq!((left_out.web_connections, left_out.connections), (1, 1));
}

#[test]
fn a_port_that_is_used_again_is_another_hop() {
    let open = |sequence| {
        let builder = PacketBuilder::ipv4(CLIENT, BROKER, 64).tcp(40_000, 1_883, sequence, 1_000);
        let mut bytes = Vec::new();
        builder.syn().write_to_vec(&mut bytes, &[]).unwrap();
        bytes
    };
    let imported = read(&pcap(
        101,
        &[
            open(10),
            open(10),
            ipv4(1_883, 11, &connect()),
            open(10),
            open(9_000),
            ipv4(1_883, 9_001, &connect()),
        ],
    ));
    let hops: Vec<_> = all(&imported.log).iter().map(|facts| facts.1).collect();
    assert_eq!(hops, [HopId(0), HopId(1)]);
}

#[test]
fn a_big_endian_section_with_nanoseconds_and_a_simple_packet_is_read() {
    fn block(kind: u32, body: &[u8]) -> Vec<u8> {
        let length = (body.len().next_multiple_of(4) + 12) as u32;
        let mut bytes = [kind.to_be_bytes(), length.to_be_bytes()].concat();
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(length.to_be_bytes());
        bytes
    }
    let packet = ipv4(1_883, 5, &connect());
    let ping = ipv4(1_883, 5 + connect().len() as u32, &[0xC0, 0x00]);
    let length = |bytes: &[u8]| (bytes.len() as u32).to_be_bytes();
    let mut file = block(
        0x0A0D_0D0A,
        b"\x1A\x2B\x3C\x4D\x00\x01\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
    );
    // Raw IP; if_tsresol 9, if_tsoffset 100 s.
    let mut interface = vec![0, 101, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 9, 0, 0, 0];
    interface.extend([0, 14, 0, 8, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0]);
    file.extend(block(1, &interface));
    let nanoseconds = 5_000_001_234_u64;
    let mut enhanced = vec![0; 4];
    enhanced.extend(((nanoseconds >> 32) as u32).to_be_bytes());
    enhanced.extend((nanoseconds as u32).to_be_bytes());
    enhanced.extend([length(&packet), length(&packet)].concat());
    enhanced.extend(&packet);
    file.extend(block(6, &enhanced));
    file.extend(block(0xBAD, b"who knows"));
    file.extend(block(3, &[&length(&ping), &ping[..]].concat()));
    let imported = read(&file);
    assert!(!imported.left_out.is_cut);
    assert_eq!(imported.epoch_us, 105_000_001);
    assert_eq!(imported.log.end(), 2);
}

#[test]
fn the_log_stays_within_its_bounds() {
    let frames: Vec<_> = (0..100)
        .map(|index| ipv4(1_883, index * 2, &[0xC0, 0x00]))
        .collect();
    let bounds = Bounds {
        records: 10,
        bytes: 1_000,
    };
    let imported = super::import(&pcap(101, &frames), bounds).unwrap();
    assert_eq!(imported.log.dropped().records, 90);
}
