//! Device models, the house's physics, the dialects they speak. No MQTT code: a device says what it
//! publishes, subscribes to and wills; the simulation connects it.

mod device;
mod house;
pub mod plan;

pub use device::{Device, Entry, Kind, State};
pub use house::{House, Received, Room};
pub use plan::{Plan, Point, Rect};

use serde::{Deserialize, Serialize};

/// A device of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeviceId(pub u32);

/// A room of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoomId(pub u32);

/// What can be asked of a device over MQTT; the phone turns it into a topic and a payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Light on or off.
    Switch(bool),
    /// Light to a brightness of 0 to 100 percent.
    Dim(u8),
}
