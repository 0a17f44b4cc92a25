//! A headless browser on the built page, with real brokers and real clients beside it.
//!
//! `cargo xtask test --only e2e` builds what these tests need and runs them. They find everything on the page by role and
//! accessible name, as a person with a screen reader does, so they hold the page to being usable that way.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it is"
)]

mod support;

mod captures;
mod filters;
mod frame;
mod hostile;
mod lab;
mod ladder;
mod learn;
mod native_server;
mod packets;
mod reconnect;
mod refusals;
mod screenshots;
mod storage;
mod verdicts;
mod workbench;
