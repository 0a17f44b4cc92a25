//! What holds for every packet and for every run of bytes.

use crate::arbitrary::{version, versioned_packet};
use crate::{
    Ack, ConnAck, Connect, Disconnect, Framer, Packet, Publish, SubAck, UnsubAck, Version, Wire,
    decode, encode, encoded_len, explain,
};
use alloc::vec::Vec;
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

fn frame_of(packet: &Packet<'_>, version: Version) -> Vec<u8> {
    let mut frame = Vec::new();
    encode(packet, version, &mut frame).expect("the packet is legal");
    frame
}

/// Leaves cover each bit of the frame once, in order; groups contain what follows them deeper.
fn assert_tiles(frame: &[u8], version: Version) {
    let spans = explain(frame, version).spans;
    let mut next = 0;
    let mut groups: Vec<(u8, u32)> = Vec::new();
    for span in &spans {
        groups.retain(|&(depth, _)| depth < span.depth);
        assert_eq!(groups.len(), usize::from(span.depth), "{spans:#?}");
        let end = span.start + span.length;
        for &(_, group_end) in &groups {
            assert!(end <= group_end, "{span:?} leaves its group: {spans:#?}");
        }
        assert_eq!(span.start, next, "{spans:#?}");
        if span.group {
            groups.push((span.depth, end));
        } else {
            next = end;
        }
    }
    assert_eq!(next as usize, frame.len() * 8, "{spans:#?}");
}

/// Cuts `stream` at `cuts`, which are taken modulo what is left.
fn frames_of(stream: &[u8], cuts: &[usize], limit: u32) -> (Vec<Bytes>, bool) {
    let mut framer = Framer::new(limit);
    let mut frames = Vec::new();
    let mut rest = Bytes::copy_from_slice(stream);
    let mut cuts = cuts.iter().cycle();
    while !rest.is_empty() {
        let cut = cuts.next().map_or(rest.len(), |cut| 1 + cut % rest.len());
        framer.push(rest.split_to(cut));
        // A multiple of three pushes twice before it drains.
        if cut.is_multiple_of(3) && !rest.is_empty() {
            framer.push(rest.split_to(1));
        }
        loop {
            match framer.next_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(framer.next_frame(), Err(error), "an error stays");
                    assert_eq!(framer.buffered(), 0);
                    return (frames, false);
                }
            }
        }
    }
    (frames, true)
}

/// Changes, inserts, removes or cuts off bytes, so that most of a legal frame remains.
fn mutated() -> impl Strategy<Value = (Version, Vec<u8>)> {
    let edits = vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..4);
    (versioned_packet(), edits).prop_map(|((version, packet), edits)| {
        let mut frame = frame_of(&packet, version);
        for (index, byte, edit) in edits {
            if frame.is_empty() {
                break;
            }
            let at = index.index(frame.len());
            match edit {
                0 => frame[at] = byte,
                1 => frame.insert(at, byte),
                2 => drop(frame.remove(at)),
                _ => frame.truncate(at),
            }
        }
        (version, frame)
    })
}

/// Decoding and explaining agree and do not panic; what was decoded is encoded to a packet that
/// decodes to the same.
fn assert_consistent(frame: &[u8], version: Version) {
    let decoded = decode(frame, version);
    assert_eq!(explain(frame, version).error, decoded.err());
    assert_tiles(frame, version);
    match decoded {
        Ok(packet) => {
            let again = frame_of(&packet, version);
            assert!(again.len() <= frame.len());
            assert_eq!(decode(&again, version), Ok(packet));
        }
        Err(error) => assert!(error.offset as usize <= frame.len(), "{error}"),
    }
}

proptest! {
    #[test]
    fn decoding_undoes_encoding((version, packet) in versioned_packet()) {
        let frame = frame_of(&packet, version);
        prop_assert_eq!(decode(&frame, version), Ok(packet));
        prop_assert_eq!(encoded_len(&packet, version), Ok(frame.len()));
        prop_assert_eq!(explain(&frame, version).error, None);
        assert_tiles(&frame, version);
    }

    /// Packets of one version written as the other, and property lists in the wrong packets.
    #[test]
    fn what_is_encoded_is_always_legal(
        (_, packet) in versioned_packet(),
        (_, other) in versioned_packet(),
        version in version(),
    ) {
        let packet = match (packet, other) {
            (Packet::Publish(packet), Packet::Connect(Connect { properties, .. })) => {
                Packet::Publish(Publish { properties, topic: "#", ..packet })
            }
            (Packet::Publish(packet), Packet::Ack(Ack { properties, .. })) => {
                Packet::Publish(Publish { properties, ..packet })
            }
            (Packet::ConnAck(packet), Packet::Disconnect(Disconnect { reason, properties })) => {
                Packet::ConnAck(ConnAck { reason, properties, ..packet })
            }
            (Packet::SubAck(packet), Packet::UnsubAck(UnsubAck { reasons, .. })) => {
                Packet::SubAck(SubAck { reasons, ..packet })
            }
            (packet, _) => packet,
        };
        let mut frame = Vec::new();
        match encode(&packet, version, &mut frame) {
            Ok(()) => prop_assert!(decode(&frame, version).is_ok(), "{:?}", packet),
            Err(error) => {
                prop_assert_eq!(encoded_len(&packet, version), Err(error));
                prop_assert!(frame.is_empty());
            }
        }
    }

    #[test]
    fn a_connect_is_decoded_alike_whatever_version_is_given(
        (version, packet) in versioned_packet()
    ) {
        if let Packet::Connect(_) = packet {
            let frame = frame_of(&packet, version);
            prop_assert_eq!(decode(&frame, Version::V311), decode(&frame, Version::V5));
        }
    }

    #[test]
    fn a_shared_payload_makes_the_same_bytes((version, packet) in versioned_packet()) {
        if let Packet::Publish(publish) = packet {
            let payload = Bytes::from_static(publish.payload);
            let wire = Wire::publish(&publish, payload, version).expect("the packet is legal");
            prop_assert_eq!(&wire.to_bytes()[..], &frame_of(&packet, version)[..]);
            prop_assert_eq!(wire.payload.as_ptr(), publish.payload.as_ptr());
        }
    }

    #[test]
    fn random_bytes_never_panic(frame in vec(any::<u8>(), 0..64), version in version()) {
        assert_consistent(&frame, version);
    }

    #[test]
    fn random_bodies_of_the_announced_length_never_panic(
        first in any::<u8>(), body in vec(any::<u8>(), 0..100), version in version(),
    ) {
        let mut frame = Vec::from([first, body.len() as u8]);
        frame.extend(body);
        assert_consistent(&frame, version);
    }

    #[test]
    fn mutated_frames_never_panic((version, frame) in mutated()) {
        assert_consistent(&frame, version);
    }

    #[test]
    fn any_chunking_gives_the_same_frames(
        packets in vec(versioned_packet(), 1..6), cuts in vec(0..4000usize, 1..20),
    ) {
        let frames: Vec<Vec<u8>> =
            packets.iter().map(|(version, packet)| frame_of(packet, *version)).collect();
        let (cut, whole) = frames_of(&frames.concat(), &cuts, u32::MAX);
        prop_assert!(whole);
        prop_assert_eq!(cut, frames);
    }

    #[test]
    fn any_chunking_of_random_bytes_gives_the_same_frames(
        stream in vec(any::<u8>(), 0..200), cuts in vec(0..40usize, 1..20), limit in 2..100u32,
    ) {
        let whole = frames_of(&stream, &[usize::MAX - 1], limit);
        prop_assert_eq!(frames_of(&stream, &cuts, limit), whole);
    }
}
