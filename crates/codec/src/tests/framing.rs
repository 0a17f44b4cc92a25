//! Framing: what is shared, what is refused, what is kept.

use super::hex;
use crate::{DecodeError, ErrorKind, Field, Framer, PacketType};
use bytes::Bytes;

fn fault(kind: ErrorKind, field: Field, offset: u32) -> DecodeError {
    DecodeError {
        kind,
        field,
        offset,
    }
}

fn fault_of(stream: &[u8], limit: u32) -> Option<DecodeError> {
    let mut framer = Framer::new(limit);
    framer.push(Bytes::copy_from_slice(stream));
    framer.next_frame().err()
}

#[test]
fn whole_frames_share_their_chunk() {
    let chunk = Bytes::from(hex("C0 00 40 02 000A D0 00 30"));
    let mut framer = Framer::new(100);
    framer.push(chunk.clone());
    for range in [0..2, 2..6, 6..8] {
        let frame = framer.next_frame().expect("legal").expect("whole");
        assert_eq!(frame, chunk.slice(range.clone()));
        assert_eq!(frame.as_ptr(), chunk[range].as_ptr());
    }
    assert_eq!(framer.next_frame(), Ok(None));
    assert_eq!(framer.buffered(), 1);
}

#[test]
fn an_unfinished_frame_does_not_keep_its_chunk() {
    let chunk = Bytes::from(hex("40 02 00"));
    let mut framer = Framer::new(100);
    framer.push(chunk.clone());
    assert_eq!(framer.next_frame(), Ok(None));
    assert!(chunk.is_unique());
    framer.push(Bytes::from(hex("0A C0")));
    assert_eq!(framer.next_frame(), Ok(Some(hex("40 02 000A").into())));
    assert_eq!(framer.next_frame(), Ok(None));
    framer.push(Bytes::from_static(&[0]));
    assert_eq!(framer.next_frame(), Ok(Some(hex("C0 00").into())));
    assert_eq!(framer.buffered(), 0);
}

#[test]
fn a_packet_over_the_limit_is_refused_before_it_has_come() {
    let too_large = |size, limit| {
        let kind = ErrorKind::TooLarge { size, limit };
        Some(fault(kind, Field::RemainingLength, 1))
    };
    assert_eq!(fault_of(&hex("30 62"), 100), None);
    assert_eq!(fault_of(&hex("30 63"), 100), too_large(101, 100));
    assert_eq!(
        fault_of(&hex("30 FFFFFF7F"), 100),
        too_large(268_435_460, 100)
    );
    assert_eq!(fault_of(&hex("30 FFFFFF7F"), u32::MAX), None);
}

#[test]
fn a_changed_limit_holds_for_the_frames_after_it() {
    let mut framer = Framer::new(4);
    framer.push(Bytes::from(hex("C0 00 30 04 0001 6100")));
    assert_eq!(framer.next_frame(), Ok(Some(hex("C0 00").into())));
    framer.set_limit(6);
    assert_eq!(framer.next_frame(), Ok(Some(hex("30 04 0001 6100").into())));
}

#[test]
fn a_stream_that_is_not_mqtt_is_refused_at_its_first_byte() {
    let flags = |packet, flags| {
        let kind = ErrorKind::WrongFlags { packet, flags };
        Some(fault(kind, Field::FixedHeaderFlags, 0))
    };
    assert_eq!(fault_of(b"H", 100), flags(PacketType::PubAck, 8));
    assert_eq!(fault_of(b"SSH-2.0", 100), flags(PacketType::PubRec, 3));
    let reserved = fault(ErrorKind::ReservedPacketType, Field::PacketType, 0);
    assert_eq!(fault_of(&[0], 100), Some(reserved));
}

#[test]
fn a_remaining_length_of_five_bytes_is_refused() {
    let too_long = fault(
        ErrorKind::VariableByteIntegerTooLong,
        Field::RemainingLength,
        1,
    );
    assert_eq!(fault_of(&hex("30 FFFFFF"), u32::MAX), None);
    assert_eq!(fault_of(&hex("30 FFFFFFFF"), u32::MAX), Some(too_long));
    let not_minimal = fault(ErrorKind::NotMinimal, Field::RemainingLength, 1);
    assert_eq!(fault_of(&hex("30 8000"), 100), Some(not_minimal));
}

#[test]
fn an_announcement_reserves_no_memory() {
    let bytes = allocation_counter::measure(|| {
        let mut framer = Framer::new(u32::MAX);
        framer.push(Bytes::from_static(&[0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0]));
        assert_eq!(framer.next_frame(), Ok(None));
    });
    assert!(bytes.bytes_max < 200_000, "{bytes:?}");
}

#[test]
fn the_block_of_a_frame_is_the_whole_chunk_it_came_in() {
    let mut framer = Framer::new(100);
    framer.push(Bytes::from(hex("C0 00 C0 00 40 02 000A D0")));
    for _ in 0..3 {
        assert!(framer.next_frame().unwrap().is_some());
        assert_eq!(framer.block_len(), 9);
    }
    framer.push(Bytes::from(hex("00 40 02 000A")));
    let gathered = framer.next_frame().unwrap().unwrap();
    assert!(framer.block_len() >= gathered.len());
    framer.next_frame().unwrap();
    assert_eq!(framer.block_len(), 5);
}

#[test]
fn a_compacted_message_is_the_same_and_shares_nothing() {
    let frame = Bytes::from(hex("30 0D 0003 612F62 05 02 0000000A 78 79"));
    let Ok(crate::Packet::Publish(publish)) = crate::decode(&frame, crate::Version::V5) else {
        panic!("a PUBLISH");
    };
    let message = crate::Message::from_publish(&frame, &publish);
    let compacted = message.compacted();
    assert_eq!(compacted, message);
    assert_eq!(compacted.payload, "xy");
    let inside = frame.as_ptr_range();
    for part in [
        compacted.topic.as_bytes(),
        &compacted.payload,
        compacted.properties.as_ref().as_bytes(),
    ] {
        assert!(!inside.contains(&part.as_ptr()));
    }
    let empty = crate::Message::default();
    assert_eq!(empty.compacted(), empty);
}
