//! The lab: top bar, floor plan, device cards.

use crate::{ConnectionRow, DeviceId, Direction, PacketRow, QoS, RoomId};
use midge_codec::PacketType;
use serde::{Deserialize, Serialize};

/// The top bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameAnswer {
    /// The world's name.
    pub world: String,
    /// The lab's clock.
    pub clock: Clock,
    /// Connections of the Workbench, for the pills.
    pub connections: Vec<ConnectionRow>,
    /// Packets logged so far.
    pub packets: u64,
    /// Devices online, and all.
    pub devices_online: (u32, u32),
}

/// The lab's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Whether it stands.
    pub paused: bool,
    /// Virtual seconds in a second.
    pub speed: u32,
    /// Virtual milliseconds since the lab began.
    pub elapsed_ms: u64,
    /// Virtual time of day in seconds since midnight, 0 to 86,399.
    pub time_of_day_s: u32,
    /// The seed of this world.
    pub seed: u64,
    /// Whether the machine is too slow for the speed, so that the lab runs behind.
    pub behind: bool,
}

/// A rectangle of the plan, in plan units of 1 cm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// An opening in a wall: the line between its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// One end.
    pub from: (f32, f32),
    /// The other end.
    pub to: (f32, f32),
}

/// The floor plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HouseAnswer {
    /// The whole plan.
    pub bounds: Rect,
    /// Where the broker stands on the plan.
    pub broker: (f32, f32),
    /// The rooms.
    pub rooms: Vec<RoomRow>,
    /// The doors.
    pub doors: Vec<Opening>,
    /// The devices.
    pub devices: Vec<DeviceRow>,
    /// The person: place, and in which room.
    pub person: (f32, f32, RoomId),
    /// Outdoor temperature in degrees Celsius, rounded to tenths.
    pub outdoor: f32,
    /// Daylight, 0 (night) to 1, rounded to hundredths.
    pub daylight: f32,
    /// Packets that set out since the last answer, at most 64 newest, for motion on the wires.
    pub travels: Vec<Travel>,
    /// Publishes a virtual second lately, all wires together.
    pub rate: f32,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomRow {
    /// Its id.
    pub id: RoomId,
    /// As people call it: "Living room".
    pub name: String,
    /// Its place.
    pub rect: Rect,
    /// Degrees Celsius, rounded to tenths: the truth, which a sensor only measures.
    pub temperature: f32,
    /// Where its window is: the line between its ends in the outer wall.
    pub window: Option<Opening>,
    /// Whether the window is open; `None` when it has none.
    pub window_open: Option<bool>,
    /// Where its heater stands.
    pub heater: (f32, f32),
    /// Whether the heater runs; `None` when it has none.
    pub heating: Option<bool>,
}

/// A device on the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// As people call it: "Lamp".
    pub name: String,
    /// Its room.
    pub room: RoomId,
    /// The room's name: "Living room".
    pub room_name: String,
    /// Its place on the plan.
    pub place: (f32, f32),
    /// What it is and what it is doing.
    pub state: DeviceState,
    /// Whether it has power.
    pub power: bool,
    /// Whether its client is connected.
    pub online: bool,
}

/// What a device is and what it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum DeviceState {
    /// A temperature sensor: degrees Celsius it last measured.
    Temperature(f32),
    /// A dimmable lamp.
    Lamp {
        /// Lit.
        on: bool,
        /// Percent, 1 to 100, kept while off.
        brightness: u8,
    },
    /// A motion sensor: whether it sees somebody.
    Motion(bool),
    /// The phone: messages in its inbox so far.
    Phone(u64),
}

/// A packet that sets out on a device's wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Travel {
    /// Its number in the log.
    pub seq: u64,
    /// Whose wire.
    pub device: DeviceId,
    /// Which way.
    pub direction: Direction,
    /// What kind.
    pub packet_type: PacketType,
    /// QoS of a PUBLISH.
    pub qos: Option<QoS>,
}

/// A device's card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceCard {
    /// As on the plan.
    pub row: DeviceRow,
    /// Its client id.
    pub client_id: String,
    /// What its client is doing, in words: "connected for 2 min", "connecting again in 3 s".
    pub client: String,
    /// Topics it publishes.
    pub publishes: Vec<String>,
    /// Filters it subscribes to, with QoS.
    pub subscribes: Vec<(String, QoS)>,
    /// Its will, as topic and payload.
    pub will: Option<(String, String)>,
    /// Newest packets on its wire, newest last, at most 12.
    pub packets: Vec<PacketRow>,
    /// What it measured: virtual milliseconds and value, oldest first, at most 240 points.
    pub chart: Vec<(u64, f32)>,
    /// The phone's inbox: newest last, at most 50.
    pub inbox: Vec<InboxRow>,
    /// What its firmware says about itself, newest last, at most 8 lines: "ignored payload ...".
    pub notes: Vec<String>,
    /// Whether its link stalls.
    pub stalled: bool,
}

/// A message in the phone's inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    /// Virtual milliseconds.
    pub at_ms: u64,
    /// Topic.
    pub topic: String,
    /// Payload as text, at most 200 characters, with replacement characters for what is not UTF-8.
    pub preview: String,
    /// QoS it came with.
    pub qos: QoS,
    /// RETAIN it came with.
    pub retain: bool,
}
