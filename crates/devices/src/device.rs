//! A device: its place in the house, its power, and the firmware that runs on it.

use crate::dialect;
use crate::firmware::{Desk, Firmware, Journal, Surroundings};
use crate::lamp::Lamp;
use crate::motion::MotionSensor;
use crate::phone::{Phone, Received};
use crate::plan::RoomPlan;
use crate::sensor::TemperatureSensor;
use crate::{DeviceId, Point, Random, RoomId};
use core::time::Duration;
use midge_codec::{ByteString, Message, QoS};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

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

impl Kind {
    /// Its word, as in "Lamp, living room".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Temperature => "Temperature",
            Self::Lamp => "Lamp",
            Self::Motion => "Motion",
            Self::Phone => "Phone",
        }
    }

    /// Its level in a topic name, as in `home/livingroom/light`.
    const fn key(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Lamp => "light",
            Self::Motion => "motion",
            Self::Phone => "phone",
        }
    }
}

/// What a device shows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// A temperature sensor.
    Temperature {
        /// What it measured last, in degrees Celsius, rounded to a tenth.
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
    pub at: Duration,
    /// What happened, in words.
    pub text: String,
}

/// What a device wants from its broker: the simulation turns it into a client's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// The client identifier.
    pub client_id: ByteString,
    /// What to subscribe to.
    pub subscriptions: Vec<(ByteString, QoS)>,
    /// What the broker publishes when the device is lost.
    pub will: Message,
}

/// A device of the house.
#[derive(Clone, Debug)]
pub struct Device {
    id: DeviceId,
    name: String,
    topic: ByteString,
    client_id: ByteString,
    room: RoomId,
    place: Point,
    powered: bool,
    /// Whether its client is connected: what it publishes otherwise is dropped here.
    online: bool,
    sensed_at: Duration,
    random: Random,
    journal: Journal,
    model: Model,
}

#[derive(Clone, Debug)]
enum Model {
    Temperature(TemperatureSensor),
    Lamp(Lamp),
    Motion(MotionSensor),
    Phone(Phone),
}

impl Model {
    fn firmware(&mut self) -> &mut dyn Firmware {
        match self {
            Self::Temperature(model) => model,
            Self::Lamp(model) => model,
            Self::Motion(model) => model,
            Self::Phone(model) => model,
        }
    }

    fn as_firmware(&self) -> &dyn Firmware {
        match self {
            Self::Temperature(model) => model,
            Self::Lamp(model) => model,
            Self::Motion(model) => model,
            Self::Phone(model) => model,
        }
    }
}

/// Messages on their way from devices to their clients.
pub(crate) type Outbox = VecDeque<(DeviceId, Message)>;

/// How the world stands when a device starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// The temperature of its room in degrees Celsius.
    pub(crate) celsius: f64,
    /// The brightness in percent of a lamp that burns.
    pub(crate) lit: Option<u8>,
}

impl Device {
    /// A device of `kind` with power, offline.
    pub(crate) fn new(
        id: DeviceId,
        kind: Kind,
        room: &RoomPlan,
        place: Point,
        start: Start,
        random: Random,
    ) -> Self {
        let model = match kind {
            Kind::Temperature => Model::Temperature(TemperatureSensor::new(start.celsius)),
            Kind::Lamp => Model::Lamp(Lamp::new(start.lit.is_some(), start.lit.unwrap_or(100))),
            Kind::Motion => Model::Motion(MotionSensor::default()),
            Kind::Phone => Model::Phone(Phone::default()),
        };
        let key = kind.key();
        Self {
            id,
            name: format!("{}, {}", kind.name(), room.name),
            topic: format!("home/{}/{key}", room.key).into(),
            client_id: format!("{}-{key}", room.key).into(),
            room: room.id,
            place,
            powered: true,
            online: false,
            sensed_at: Duration::ZERO,
            random,
            journal: Journal::default(),
            model,
        }
    }

    /// Its number, which is its place in [`crate::House::devices`].
    pub fn id(&self) -> DeviceId {
        self.id
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self.model {
            Model::Temperature(_) => Kind::Temperature,
            Model::Lamp(_) => Kind::Lamp,
            Model::Motion(_) => Kind::Motion,
            Model::Phone(_) => Kind::Phone,
        }
    }

    /// Its name, as in "Lamp, living room".
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The room in which it stands.
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// Where it stands on the plan.
    pub fn place(&self) -> Point {
        self.place
    }

    /// Whether it has power.
    pub fn is_powered(&self) -> bool {
        self.powered
    }

    /// The topic that says what it measures or how it is, as in `home/livingroom/light`.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// What it wants from its broker.
    pub fn wishes(&self) -> Wishes {
        Wishes {
            client_id: self.client_id.clone(),
            subscriptions: self.model.as_firmware().subscriptions(&self.topic),
            will: dialect::status(&self.topic, false),
        }
    }

    /// What it shows of itself.
    pub fn state(&self) -> State {
        self.model.as_firmware().state()
    }

    /// Its own journal, oldest first: what it did and what it ignored. Bounded.
    pub fn journal(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.journal.iter()
    }

    /// Messages that a phone received, oldest first. Bounded; empty for other devices.
    pub fn inbox(&self) -> impl DoubleEndedIterator<Item = &Received> {
        let phone = match &self.model {
            Model::Phone(phone) => Some(phone),
            _ => None,
        };
        phone.into_iter().flat_map(Phone::inbox)
    }

    pub(crate) fn next_time(&self) -> Option<Duration> {
        if !self.powered {
            return None;
        }
        self.model.as_firmware().next_time()
    }

    pub(crate) fn switch_power(&mut self, now: Duration, on: bool) {
        if self.powered != on {
            let what = if on { "has power" } else { "lost its power" };
            self.journal.note(now, what.to_owned());
        }
        self.powered = on;
        self.online &= on;
    }

    pub(crate) fn on_connected(&mut self, now: Duration, outbox: &mut Outbox) {
        self.online = true;
        self.journal.note(now, "connected to the broker".to_owned());
        outbox.push_back((self.id, dialect::status(&self.topic, true)));
        self.work(now, outbox, |firmware, desk| firmware.on_connected(desk));
    }

    pub(crate) fn on_disconnected(&mut self, now: Duration) {
        if self.online {
            self.journal.note(now, "lost the broker".to_owned());
        }
        self.online = false;
    }

    pub(crate) fn on_message(&mut self, now: Duration, message: &Message, outbox: &mut Outbox) {
        self.work(now, outbox, |firmware, desk| {
            firmware.on_message(desk, message);
        });
    }

    pub(crate) fn on_sense(
        &mut self,
        now: Duration,
        celsius: f64,
        motion: bool,
        outbox: &mut Outbox,
    ) {
        let surroundings = Surroundings {
            celsius,
            motion,
            elapsed: now.saturating_sub(self.sensed_at),
        };
        self.sensed_at = now;
        self.work(now, outbox, |firmware, desk| {
            firmware.on_sense(desk, surroundings);
        });
    }

    pub(crate) fn on_time(&mut self, now: Duration, outbox: &mut Outbox) {
        self.work(now, outbox, |firmware, desk| firmware.on_time(desk));
    }

    /// Answers whether there is a button that was pressed.
    pub(crate) fn press(&mut self, now: Duration, outbox: &mut Outbox) -> bool {
        let mut pressed = false;
        self.work(now, outbox, |firmware, desk| pressed = firmware.press(desk));
        pressed
    }

    /// Lets the firmware work if it has power, and takes what it publishes if it is online.
    fn work(
        &mut self,
        now: Duration,
        outbox: &mut Outbox,
        task: impl FnOnce(&mut dyn Firmware, &mut Desk<'_>),
    ) {
        if !self.powered {
            return;
        }
        let mut messages = Vec::new();
        let mut desk = Desk {
            now,
            topic: &self.topic,
            random: &mut self.random,
            outbox: &mut messages,
            journal: &mut self.journal,
        };
        task(self.model.firmware(), &mut desk);
        if self.online {
            outbox.extend(messages.into_iter().map(|message| (self.id, message)));
        }
    }
}
