//! The house: its rooms, the person who lives in it, and its devices.

use crate::{Device, DeviceId, Kind, Plan, Point, RoomId, State, plan};
use core::time::Duration;

/// A room with its climate.
#[derive(Clone, Debug)]
pub struct Room {
    plan: &'static plan::RoomPlan,
}

impl Room {
    /// The room as built: name, area, window.
    pub fn plan(&self) -> &'static plan::RoomPlan {
        self.plan
    }

    /// The temperature of its air in degrees Celsius.
    pub fn temperature(&self) -> f64 {
        20.0
    }

    /// Whether the heater is switched on.
    pub fn is_heater_on(&self) -> bool {
        false
    }

    /// What the heater gives at the moment, in watts.
    pub fn heater_power(&self) -> f64 {
        0.0
    }

    /// Whether the window is open.
    pub fn is_window_open(&self) -> bool {
        false
    }
}

/// The house. A clone is a checkpoint.
#[derive(Clone, Debug)]
pub struct House {
    rooms: Vec<Room>,
    devices: Vec<Device>,
}

impl House {
    /// The house of the lab. `start_of_day` is the time of day when the world starts.
    pub fn new(seed: u64, start_of_day: Duration) -> Self {
        let _ = (seed, start_of_day);
        Self {
            rooms: plan::HOUSE.rooms.iter().map(|plan| Room { plan }).collect(),
            devices: Vec::new(),
        }
    }

    /// The floor plan.
    pub fn plan(&self) -> &'static Plan {
        &plan::HOUSE
    }

    /// The rooms in the order of the plan.
    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    /// The devices in the order of their ids.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// The device with this id.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(usize::try_from(id.0).ok()?)
    }

    /// The time of day, from 0 to 24 hours.
    pub fn time_of_day(&self) -> Duration {
        Duration::ZERO
    }

    /// The temperature outside in degrees Celsius.
    pub fn outdoor_temperature(&self) -> f64 {
        10.0
    }

    /// Daylight outside, from 0 (night) to 1 (noon).
    pub fn daylight(&self) -> f64 {
        1.0
    }

    /// Where the person is at the moment.
    pub fn person(&self) -> Point {
        Point::new(280, 200)
    }

    /// The room in which the person is.
    pub fn person_room(&self) -> RoomId {
        plan::LIVING_ROOM
    }

    /// Whether the person is walking at the moment.
    pub fn is_person_walking(&self) -> bool {
        false
    }
}

impl Device {
    /// Its number.
    pub fn id(&self) -> DeviceId {
        self.id
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its name, as in "Lamp, living room".
    pub fn name(&self) -> &str {
        ""
    }

    /// The room in which it stands.
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// Where it stands on the plan.
    pub fn place(&self) -> Point {
        Point::new(0, 0)
    }

    /// Whether it has power.
    pub fn is_powered(&self) -> bool {
        true
    }

    /// The topic that says what it measures or how it is, as in `home/livingroom/light`.
    pub fn topic(&self) -> &str {
        ""
    }

    /// What it shows of itself.
    pub fn state(&self) -> State {
        State::Phone { received: 0 }
    }

    /// Its own journal, oldest first: what it did and what it ignored. Bounded.
    pub fn journal(&self) -> impl DoubleEndedIterator<Item = &crate::Entry> {
        core::iter::empty()
    }

    /// Messages that a phone received, oldest first. Bounded; empty for other devices.
    pub fn inbox(&self) -> impl DoubleEndedIterator<Item = &Received> {
        core::iter::empty()
    }
}

/// A message that a phone received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// When, as time since the start of the world.
    pub at: Duration,
    /// The message.
    pub message: midge_codec::Message,
}
