//! The codec and the simulated world as WebAssembly: they have to do what they do natively, to the byte.

use bytes::{Bytes, BytesMut};
use midge_codec::{Framer, decode, encode, explain};
use midge_tests_suite::scripts;
use wasm_bindgen_test::wasm_bindgen_test;

/// What the build script computed natively.
const NATIVE_HASHES: [u64; 3] = include!(concat!(env!("OUT_DIR"), "/native_hashes.in"));

#[wasm_bindgen_test]
fn the_same_seed_gives_the_same_trace_as_natively() {
    assert_eq!(scripts::hashes(), NATIVE_HASHES);
}

#[wasm_bindgen_test]
fn every_packet_of_a_busy_house_survives_decoding_and_encoding() {
    let world = scripts::world();
    let mut count = 0;
    for record in world.log().iter_from(0) {
        let packet = decode(&record.frame, record.version).expect("the house sends legal packets");
        let mut again = BytesMut::new();
        encode(&packet, record.version, &mut again).expect("what was decoded can be encoded");
        let decoded = decode(&again, record.version).expect("what was encoded can be decoded");
        assert_eq!(decoded, packet);
        count += 1;
    }
    assert!(count > 1_000, "only {count} packets");
}

#[wasm_bindgen_test]
fn the_spans_of_every_packet_tile_it() {
    let world = scripts::world();
    for record in world.log().iter_from(0) {
        let explanation = explain(&record.frame, record.version);
        assert_eq!(explanation.error, None);
        let mut end = 0;
        for span in explanation.spans.iter().filter(|span| !span.group) {
            assert_eq!(span.start, end, "{:?} of {:02x?}", span.field, record.frame);
            end += span.length;
        }
        assert_eq!(end as usize, record.frame.len() * 8);
    }
}

#[wasm_bindgen_test]
fn a_stream_in_single_bytes_gives_the_same_frames() {
    let world = scripts::world();
    let frames: Vec<Bytes> = world
        .log()
        .iter_from(0)
        .take(300)
        .map(|record| record.frame.clone())
        .collect();
    let mut framer = Framer::new(1 << 20);
    let mut found = Vec::new();
    for byte in frames.concat() {
        framer.push(Bytes::copy_from_slice(&[byte]));
        while let Some(frame) = framer.next_frame().expect("the stream is legal") {
            found.push(frame);
        }
    }
    assert_eq!(found, frames);
}
