//! Broker, clients, devices and links on one virtual clock: deterministic, pure, `Clone`.

mod action;

pub use action::{Action, LinkFault, Publication};
pub use midge_devices::{Command, DeviceId, RoomId};
