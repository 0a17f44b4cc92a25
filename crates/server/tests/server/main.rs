//! The server as others meet it: real sockets, real files, Mosquitto's programs where they are there.
#![allow(clippy::unwrap_used, reason = "helpers of tests may end the test")]

mod access;
mod comings_and_goings;
mod connections;
mod passwords;
mod persistence;
mod process;
mod support;
mod transports;
