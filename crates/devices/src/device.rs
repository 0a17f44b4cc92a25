//! A device: its place in the house and its model.

use crate::{DeviceId, RoomId};
use serde::{Deserialize, Serialize};

/// What kind of thing a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A temperature sensor.
    Temperature,
    /// A dimmable lamp.
    Lamp,
    /// A motion sensor.
    Motion,
    /// The phone of the person who lives here.
    Phone,
}

/// What a device shows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// What the sensor measured last, in degrees Celsius.
    Temperature {
        /// In degrees Celsius.
        celsius: f64,
    },
    /// A lamp.
    Lamp {
        /// Whether it is switched on. Without power it is dark all the same.
        on: bool,
        /// The brightness when on, 1 to 100 percent.
        brightness: u8,
    },
    /// A motion sensor.
    Motion {
        /// Whether it has seen motion within its hold time.
        detected: bool,
    },
    /// A phone.
    Phone {
        /// Messages received since the start.
        received: u64,
    },
}

/// A line of a device's own journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, as time since the start of the world.
    pub at: core::time::Duration,
    /// What happened, in words.
    pub text: String,
}

/// A device of the house.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) id: DeviceId,
    pub(crate) kind: Kind,
    pub(crate) room: RoomId,
}
