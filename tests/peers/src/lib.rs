//! Clients that others wrote against our server, and our client against brokers that others wrote.
//!
//! `cargo xtask test --only peers` installs them and runs the tests. What is public here starts and watches programs beside
//! a test; the end-to-end tests use it too.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it is"
)]

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

/// A loopback port that nothing listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("loopback has a free port")
        .port()
}
