//! The codec's tests: golden frames, malformed packets, and laws for random packets.

mod buffers;
mod encoding;
mod framing;
mod golden;
mod laws;
mod malformed;
mod topics;

use alloc::vec::Vec;

/// The bytes that `text` writes in hexadecimal; white space is free.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).expect("a hexadecimal digit") as u8)
        .collect();
    assert!(digits.len().is_multiple_of(2), "whole bytes: {text}");
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}
