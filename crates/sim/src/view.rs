//! What the world shows of its devices, borrowed.

use midge_devices::{Device, DeviceId};
use midge_trace::HopId;
use serde::{Deserialize, Serialize};

/// The connection of a device to the broker, as the world sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LinkState {
    /// There is none.
    Down,
    /// It is being opened.
    Opening,
    /// Bytes flow.
    Up,
    /// It is open, and bytes wait.
    Stalled,
    /// The device lost its power; the broker does not know it yet.
    HalfOpen,
}

/// Whose connection a hop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HopOwner {
    /// A device of the house.
    Device(DeviceId),
    /// A client from outside.
    Port,
}

/// A device with its client and its link.
#[derive(Clone, Copy, Debug)]
pub struct DeviceView<'a> {
    /// The device itself: name, kind, room, place, power, state, journal.
    pub device: &'a Device,
    /// Its connection.
    pub link: LinkState,
    /// What its client is doing; `Idle` without power.
    pub client: midge_client::State,
    /// Its client identifier.
    pub client_id: &'a str,
    /// The hop of its connection, if there is one.
    pub hop: Option<HopId>,
}

impl DeviceView<'_> {
    /// Its number.
    pub fn id(&self) -> DeviceId {
        self.device.id()
    }
}
