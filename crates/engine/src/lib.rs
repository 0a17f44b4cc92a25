//! The Worker's inside: the lab by the wall clock, live connections, the packet log, the lessons.
//!
//! [`Engine`] is a machine like client and broker, one level up: messages of the page, events of
//! sockets and time go in, [`Output`]s are polled out. It reads no clock of its own and opens no socket,
//! so that everything it does is tested natively; the module `worker`, for wasm32 only, is the host
//! that gives it a clock, timers, WebSockets and the page's messages.
//!
//! - `lab`: the world and what is shown of it; its clock maps wall time to virtual time.
//! - `packets`: the list of every packet, lab and live, with filters that are continued a little a frame.
//! - `connections`: the Workbench. One driver, two transports: a port of the lab's world, a WebSocket.
//! - `topics`: every topic that was seen, as a tree, and what a filter makes of it.
//! - `why`: the broker's verdicts on each message, and what RETAIN does.
//! - `slots`: what the page was sent, so that only changes cross.

mod act;
mod answer;
mod budget;
mod connections;
mod course;
mod engine;
mod lab;
mod output;
mod packets;
mod saturate;
mod slots;
#[cfg(test)]
mod tests;
mod topics;
mod why;
mod window;
mod words;
#[cfg(target_arch = "wasm32")]
pub mod worker;

pub use engine::{Engine, Setup};
pub use output::{Output, SocketEvent, SocketId};
