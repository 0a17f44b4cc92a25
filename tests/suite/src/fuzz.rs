//! What a fuzzer calls with any bytes, and what has to hold then: nothing panics, no promise is broken.
//!
//! `tests/fuzz` gives each function to libFuzzer (`cargo xtask fuzz`). The ordinary tests run them on random bytes and on
//! every input of `tests/suite/inputs`, where those that once broke something are kept.

mod broker;
mod client;
mod decode;
mod feed;
mod framer;
mod packets;
#[cfg(test)]
mod tests;
mod time;

pub use broker::broker;
pub use client::client;
pub use decode::decode;
pub use framer::framer;
