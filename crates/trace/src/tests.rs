//! Log, taps and matches together, and a timing.

use crate::{Bounds, HopId, Log, Matches, Record, RecordRef, Tap, Toward};
use bytes::{Bytes, BytesMut};
use midge_codec::{
    Connect, Delivery, ErrorKind, Field, Packet, PacketType, Properties, Publish, Version, encode,
};
use midge_session::Instant;

const HOP: HopId = HopId(3);

pub(crate) fn frame(packet: &Packet<'_>, version: Version) -> Bytes {
    let mut bytes = BytesMut::new();
    encode(packet, version, &mut bytes).expect("a legal packet");
    bytes.freeze()
}

pub(crate) fn connect(version: Version) -> Bytes {
    let packet = Packet::Connect(Connect {
        version,
        clean_start: true,
        keep_alive: 60,
        client_id: "midge",
        will: None,
        user_name: None,
        password: None,
        properties: Properties::default(),
    });
    frame(&packet, version)
}

pub(crate) fn publish(topic: &str, payload: &[u8], version: Version) -> Bytes {
    let packet = Packet::Publish(Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic,
        properties: Properties::default(),
        payload,
    });
    frame(&packet, version)
}

fn push(log: &mut Log, bytes: &'static [u8]) -> u64 {
    log.push(
        Instant::from_millis(log.end()),
        HOP,
        Toward::Broker,
        Version::V311,
        Bytes::from_static(bytes),
        None,
    )
}

fn all(log: &Log) -> Vec<Record> {
    log.iter_from(0).collect()
}

#[test]
fn the_oldest_records_go_first_and_are_counted() {
    let mut log = Log::new(Bounds {
        records: 600,
        bytes: 1 << 20,
    });
    for number in 0..2_000 {
        assert_eq!(push(&mut log, b"\xC0\x00"), number);
    }
    assert_eq!((log.start(), log.end()), (1_400, 2_000));
    assert_eq!(log.dropped().records, 1_400);
    assert_eq!(log.dropped().bytes, 2_800);
    assert_eq!(log.bytes(), 1_200);
    assert!(log.record(1_399).is_none());
    assert!(log.record(2_000).is_none());
    for seq in 1_400..2_000 {
        let record = log.record(seq).expect("kept");
        assert_eq!(
            (record.seq, record.at),
            (seq, Instant::from_millis(seq)),
            "{seq}"
        );
    }
    assert_eq!(log.iter_from(1_990).count(), 10);
    assert_eq!(
        log.iter_from(0).next_back().map(|record| record.seq),
        Some(1_999)
    );
}

#[test]
fn bytes_are_bounded_too() {
    let mut log = Log::new(Bounds {
        records: 100,
        bytes: 10,
    });
    push(&mut log, b"123456");
    push(&mut log, b"1234");
    assert_eq!(log.start(), 0);
    push(&mut log, b"1");
    assert_eq!((log.start(), log.bytes()), (1, 5));
    push(&mut log, b"12345678901");
    assert_eq!((log.start(), log.end(), log.bytes()), (4, 4, 0));
    assert_eq!(log.dropped().bytes, 22);
    push(&mut log, b"1");
    assert_eq!(all(&log).len(), 1);
}

#[test]
fn a_cleared_log_goes_on_counting() {
    let mut log = Log::new(Bounds::default());
    for _ in 0..700 {
        push(&mut log, b"1");
    }
    log.clear();
    assert_eq!((log.start(), log.end(), log.bytes()), (700, 700, 0));
    assert_eq!(log.dropped().bytes, 700);
    assert_eq!(push(&mut log, b"2"), 700);
    assert_eq!(
        log.record(700).map(|record| record.frame),
        Some(Bytes::from_static(b"2"))
    );
    assert!(log.record(699).is_none());
}

#[test]
fn a_clone_is_a_checkpoint() {
    let mut log = Log::new(Bounds {
        records: 600,
        bytes: 1 << 20,
    });
    for _ in 0..600 {
        push(&mut log, b"before");
    }
    let checkpoint = log.clone();
    let expected = all(&checkpoint);
    for _ in 0..600 {
        push(&mut log, b"after");
    }
    assert_eq!(all(&checkpoint), expected);
    assert!(all(&log).iter().all(|record| &record.frame[..] == b"after"));
    assert_ne!(log.hash(), checkpoint.hash());
}

#[test]
fn the_hash_covers_time_hop_direction_and_bytes_and_survives_dropping() {
    let hash = |at, hop, toward, bytes: &'static [u8], bounds| {
        let mut log = Log::new(bounds);
        log.push(
            Instant::from_micros(at),
            HopId(hop),
            toward,
            Version::V5,
            Bytes::from_static(bytes),
            None,
        );
        log.hash()
    };
    let base = hash(1, 1, Toward::Broker, b"x", Bounds::default());
    assert_ne!(base, hash(2, 1, Toward::Broker, b"x", Bounds::default()));
    assert_ne!(base, hash(1, 2, Toward::Broker, b"x", Bounds::default()));
    assert_ne!(base, hash(1, 1, Toward::Client, b"x", Bounds::default()));
    assert_ne!(base, hash(1, 1, Toward::Broker, b"y", Bounds::default()));
    let none = Bounds {
        records: 0,
        bytes: 0,
    };
    assert_eq!(base, hash(1, 1, Toward::Broker, b"x", none));
}

#[test]
fn a_tap_logs_packets_of_both_directions_at_the_version_of_connect() {
    let publication = publish("a/b", b"payload", Version::V5);
    let mut stream = BytesMut::new();
    for packet in [
        connect(Version::V5),
        publication.clone(),
        publication.clone(),
    ] {
        stream.extend_from_slice(&packet);
    }
    let stream = stream.freeze();
    for size in 1..=stream.len() {
        let mut log = Log::default();
        let mut tap = Tap::new(HOP);
        for chunk in stream.chunks(size) {
            tap.feed(
                &mut log,
                Instant::ZERO,
                Toward::Broker,
                Bytes::copy_from_slice(chunk),
            );
        }
        tap.feed(&mut log, Instant::ZERO, Toward::Client, publication.clone());
        let records = all(&log);
        assert_eq!(records.len(), 4, "chunks of {size}");
        assert_eq!(records[0].packet_type(), Some(PacketType::Connect));
        for record in &records[1..] {
            assert_eq!(record.version, Version::V5);
            assert_eq!(record.frame, publication);
            assert!(matches!(record.packet(), Some(Packet::Publish(p)) if p.topic == "a/b"));
        }
        assert_eq!(records[3].toward, Toward::Client);
    }
}

#[test]
fn bytes_that_are_no_frame_are_logged_whole_in_any_chunking() {
    let ping: &[u8] = &[0xC0, 0x00];
    let garbage: &[u8] = &[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3];
    let stream = [ping, garbage].concat();
    for size in 1..=stream.len() {
        let mut log = Log::default();
        let mut tap = Tap::new(HOP);
        for chunk in stream.chunks(size) {
            tap.feed(
                &mut log,
                Instant::ZERO,
                Toward::Client,
                Bytes::copy_from_slice(chunk),
            );
        }
        let records = all(&log);
        assert_eq!(&records[0].frame[..], ping);
        assert_eq!(records[0].fault, None);
        let fault = records[1].fault.expect("a fault");
        assert_eq!(fault.field, Field::RemainingLength);
        assert!(records[1].packet().is_none());
        let logged: Vec<u8> = records[1..]
            .iter()
            .flat_map(|record| record.frame.to_vec())
            .collect();
        assert_eq!(logged, garbage, "chunks of {size}");
        assert!(records[1..].iter().all(|record| record.fault.is_some()));
    }
}

#[test]
fn after_an_illegal_packet_the_direction_is_not_decoded_and_the_other_is() {
    let mut log = Log::default();
    let mut tap = Tap::new(HOP);
    // PUBACK with packet identifier 0, then a PINGRESP that nobody reads any more.
    let bytes = Bytes::from_static(&[0x40, 0x02, 0x00, 0x00, 0xD0, 0x00]);
    tap.feed(&mut log, Instant::ZERO, Toward::Client, bytes);
    tap.feed(
        &mut log,
        Instant::ZERO,
        Toward::Client,
        Bytes::from_static(&[0xD0, 0x00]),
    );
    tap.feed(
        &mut log,
        Instant::ZERO,
        Toward::Broker,
        Bytes::from_static(&[0xC0, 0x00]),
    );
    let records = all(&log);
    let faults: Vec<_> = records
        .iter()
        .map(|record| record.fault.map(|fault| (fault.kind, fault.field)))
        .collect();
    assert_eq!(
        faults,
        [
            Some((ErrorKind::ZeroPacketId, Field::PacketId)),
            Some((ErrorKind::ZeroPacketId, Field::Rest)),
            Some((ErrorKind::ZeroPacketId, Field::Rest)),
            None
        ]
    );
    assert_eq!(&records[0].frame[..], &[0x40, 0x02, 0x00, 0x00]);
    assert_eq!(&records[1].frame[..], &[0xD0, 0x00]);
}

#[test]
fn a_packet_over_the_limit_is_a_fault_before_its_bytes_come() {
    let mut log = Log::default();
    let mut tap = Tap::with_limit(HOP, 100);
    tap.feed(
        &mut log,
        Instant::ZERO,
        Toward::Client,
        Bytes::from_static(&[0x30, 0xE8, 0x07, 0x00]),
    );
    let fault = log.record(0).and_then(|record| record.fault);
    assert_eq!(
        fault.map(|fault| fault.kind),
        Some(ErrorKind::TooLarge {
            size: 1_003,
            limit: 100
        })
    );
}

#[test]
fn indices_of_matches_stay_when_records_are_dropped() {
    let mut log = Log::new(Bounds {
        records: 1_000,
        bytes: 1 << 20,
    });
    let odd = |record: RecordRef<'_>| record.seq % 2 == 1;
    for _ in 0..1_000 {
        push(&mut log, b"1");
    }
    let mut matches = Matches::new(&log);
    assert!(!matches.advance(&log, 300, odd));
    assert_eq!(matches.range(), 0..150);
    assert!(matches.advance(&log, 700, odd));
    assert_eq!(matches.range(), 0..500);
    assert_eq!(matches.seq(10), Some(21));
    for _ in 0..500 {
        push(&mut log, b"1");
    }
    assert!(matches.advance(&log, u32::MAX, odd));
    assert_eq!(matches.range(), 250..750);
    assert_eq!(matches.seq(249), None);
    assert_eq!(matches.seq(250), Some(501));
    assert_eq!(matches.seq(749), Some(1_499));
    assert_eq!(matches.index_of(501), Some(250));
    assert_eq!(matches.index_of(502), None);
}

#[test]
fn a_reader_that_was_overtaken_goes_on_with_what_is_kept() {
    let mut log = Log::new(Bounds {
        records: 10,
        bytes: 1 << 20,
    });
    let mut matches = Matches::new(&log);
    for _ in 0..100 {
        push(&mut log, b"1");
    }
    assert!(matches.advance(&log, 10, |_| true));
    assert_eq!(matches.range(), 0..10);
    assert_eq!(matches.seq(0), Some(90));
}

#[test]
fn a_record_that_is_peeked_at_is_the_record() {
    let mut log = Log::default();
    push(&mut log, b"\xC0\x00");
    let fault = midge_codec::decode(&[0x40, 2, 0, 0], Version::V311).err();
    let bytes = Bytes::from_static(&[0x40, 2, 0, 0]);
    log.push(
        Instant::ZERO,
        HOP,
        Toward::Client,
        Version::V5,
        bytes,
        fault,
    );
    let large = publish("a/b", &[7; 5_000], Version::V5);
    log.push(Instant::ZERO, HOP, Toward::Client, Version::V5, large, None);
    // Both kinds of segment: those before the last are full.
    for _ in 0..1_000 {
        push(&mut log, b"\xD0\x00");
    }
    for seq in 0..log.end() {
        let record = log.record(seq).expect("kept");
        assert_eq!(log.peek(seq), Some(record.borrowed()), "{seq}");
    }
    assert_eq!(log.peek(log.end()), None);
    let spent = allocation_counter::measure(|| {
        let seen = (0..log.end()).filter_map(|seq| log.peek(seq));
        assert!(seen.map(|record| record.frame.len()).sum::<usize>() > 5_000);
    });
    assert_eq!(spent.count_total, 0);
}

#[test]
fn other_bounds_drop_what_is_beyond_them_at_once() {
    let mut log = Log::default();
    for _ in 0..2_000 {
        push(&mut log, b"\xC0\x00");
    }
    let bounds = Bounds {
        records: 700,
        bytes: 1 << 20,
    };
    log.set_bounds(bounds);
    assert_eq!(
        (log.bounds(), log.start(), log.end()),
        (bounds, 1_300, 2_000)
    );
    assert_eq!(
        log.dropped(),
        crate::Dropped {
            records: 1_300,
            bytes: 2_600
        }
    );
    log.set_bounds(Bounds {
        bytes: 100,
        ..bounds
    });
    assert_eq!((log.start(), log.bytes()), (1_950, 100));
    log.set_bounds(Bounds::default());
    push(&mut log, b"\xC0\x00");
    assert_eq!((log.start(), log.end()), (1_950, 2_001));
}

#[test]
fn how_far_a_search_is_is_told_in_percent() {
    let mut log = Log::default();
    let mut matches = Matches::new(&log);
    assert_eq!(matches.percent(&log), 100);
    for _ in 0..1_000 {
        push(&mut log, b"\xC0\x00");
    }
    assert_eq!(matches.percent(&log), 0);
    matches.advance(&log, 439, |_| false);
    assert_eq!(matches.percent(&log), 43);
    matches.advance(&log, 560, |_| false);
    assert_eq!(matches.percent(&log), 99);
    matches.advance(&log, 1, |_| false);
    assert_eq!(matches.percent(&log), 100);
}

#[test]
#[ignore = "a timing for people: cargo test -p midge-trace --release -- --ignored --nocapture"]
#[allow(clippy::print_stdout, clippy::disallowed_methods)]
fn timing_of_push_and_query() {
    const COUNT: u32 = 500_000;
    let topics = ["home/livingroom/light", "home/kitchen/humidity"];
    let frames = topics.map(|topic| publish(topic, b"21.5", Version::V5));
    let mut log = Log::default();
    let mut tap = Tap::new(HOP);
    let start = std::time::Instant::now();
    for number in 0..COUNT {
        let bytes = frames[number as usize % 2].clone();
        tap.feed(&mut log, Instant::ZERO, Toward::Broker, bytes);
    }
    println!("tap and push: {:?} a packet", start.elapsed() / COUNT);

    let start = std::time::Instant::now();
    let mut matches = Matches::new(&log);
    matches.advance(
        &log,
        u32::MAX,
        |record| matches!(record.packet(), Some(Packet::Publish(p)) if p.topic.contains("kitchen")),
    );
    let looked_at = (log.end() - log.start()) as u32;
    println!("filter: {:?} a record", start.elapsed() / looked_at);

    let start = std::time::Instant::now();
    let end = matches.range().end;
    let rows: Vec<_> = (end - 40..end)
        .filter_map(|index| log.record(matches.seq(index)?))
        .collect();
    println!("a page of {} rows: {:?}", rows.len(), start.elapsed());

    let start = std::time::Instant::now();
    let checkpoint = log.clone();
    println!("clone of {} records: {:?}", looked_at, start.elapsed());
    assert_eq!(checkpoint.hash(), log.hash());
}

#[test]
#[ignore = "a measurement for people: cargo test -p midge-trace --release -- --ignored --nocapture"]
#[allow(clippy::print_stdout)]
fn memory_of_a_record() {
    const COUNT: u32 = 100_000;
    for size in [2, 30, 200] {
        let payload = vec![b'x'; size];
        let mut log = Log::new(Bounds {
            records: COUNT,
            bytes: u64::MAX,
        });
        let used = allocation_counter::measure(|| {
            for _ in 0..COUNT {
                let bytes = publish("home/kitchen/temperature", &payload, Version::V5);
                log.push(Instant::ZERO, HOP, Toward::Broker, Version::V5, bytes, None);
            }
        });
        let frames = log.bytes() / u64::from(COUNT);
        println!(
            "frames of {frames} bytes: {} bytes of memory a record",
            used.bytes_current / i64::from(COUNT)
        );
    }
}
