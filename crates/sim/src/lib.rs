//! Broker, clients, devices and links on one virtual clock: deterministic, pure, `Clone`.

mod action;
mod port;
mod scenario;
mod view;
mod world;

pub use action::{Action, LinkFault, Publication};
pub use midge_devices::{Command, DeviceId, RoomId};
pub use port::{PortEvent, PortId};
pub use scenario::{Deed, Scenario, play, trace_hash};
pub use view::{DeviceView, LinkState};
pub use world::{ActionRefused, BrokerEventRecord, World};
