//! Clients that others wrote against our server, and our client against brokers that others wrote.
//!
//! `cargo xtask test --only peers` installs them and runs the tests. What is public here starts and watches programs beside
//! a test; the end-to-end tests use it too.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it is"
)]

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

pub mod mosquitto;
pub mod mosquitto_clients;
pub mod process;
pub mod wait;

#[cfg(test)]
mod brokers;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod tools;

/// A loopback port that nothing listens on, and that no other test of this program was given.
///
/// The system gives connections that go out ports from 32768 up, so one of those could be taken between the answer and
/// the listening; these lie below.
pub fn free_port() -> u16 {
    const PORTS: std::ops::Range<u32> = 20_000..32_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Two programs that run at a time begin in different places.
    let first = std::process::id().wrapping_mul(131);
    for _ in PORTS {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + first.wrapping_add(step) % (PORTS.end - PORTS.start);
        let port = u16::try_from(port).expect("the ports are below 65536");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("every port from {} to {} is taken", PORTS.start, PORTS.end)
}
