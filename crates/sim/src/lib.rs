//! Broker, clients, devices and links on one virtual clock: deterministic, pure, `Clone`.
//!
//! [`World`] is the driver that a test, the page's engine or a server without a browser turns by its
//! own clock. It hands bytes between real clients and a real broker over links that take time
//! (`pipe`), asks each machine when it wants to be called (`agenda`), and logs every packet. Everything
//! that people do to it is an [`Action`]; a [`Scenario`] and a list of [`Deed`]s replay to the byte.

mod action;
mod agenda;
mod guest;
mod link;
mod node;
mod pipe;
mod port;
mod scenario;
#[cfg(test)]
mod tests;
mod view;
mod world;

pub use action::{Action, LinkFault, Publication};
pub use guest::Guest;
pub use midge_client::State as ClientState;
pub use midge_devices::{Command, DeviceId, RoomId};
pub use port::{PortEvent, PortId};
pub use scenario::{Deed, Scenario, play, trace_hash};
pub use view::{DeviceView, HopOwner, LinkState};
pub use world::{ActionRefused, BrokerEventRecord, World};
