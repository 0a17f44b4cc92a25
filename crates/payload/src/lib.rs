//! Bytes to readable views and back, without loss.
//!
//! A payload is bytes and stays bytes: a [`Kind`] is only a way to look at them and to type them.
//! [`Kind::show`] never guesses and never replaces what it cannot show, it says where it failed;
//! [`Kind::parse`] gives exactly the bytes that the text means. For a list there is [`preview`], which
//! always succeeds and is bounded. Formats with a schema of their own (CBOR, MessagePack, Protobuf)
//! become further kinds: shown as text, parsed from it, with the same faults.

mod base64;
mod fault;
mod hex;
mod json;
mod kind;
mod preview;

pub use fault::{Fault, What};
pub use hex::hex_line;
pub use kind::{Kind, guess, is_text};
pub use preview::{Preview, preview};

#[cfg(test)]
mod tests;
