//! Device models, the house's physics, the dialects they speak. No MQTT code: a device says what it
//! publishes, subscribes to and wills; the simulation connects it.
//!
//! [`House`] is the whole of it: rooms that warm and cool ([`Room`]), a person who walks through them,
//! and devices that sense both. It is driven by time and events and gives messages; it reads no clock
//! and its chance is seeded ([`Random`]). Time is a [`core::time::Duration`] since the start of the
//! world. The messages are `midge-codec`'s, which is a vocabulary and not a connection.

mod climate;
mod device;
mod dialect;
mod firmware;
mod house;
mod lamp;
mod motion;
mod person;
mod phone;
pub mod plan;
mod random;
mod sensor;
#[cfg(test)]
mod tests;
pub mod weather;

pub use climate::Room;
pub use device::{Device, Entry, Kind, State, Wishes};
pub use dialect::{Light, NotACommand};
pub use house::House;
pub use phone::{PHONE_SUBSCRIPTIONS, Received};
pub use plan::{Plan, Point, Rect};
pub use random::Random;

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
