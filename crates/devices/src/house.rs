//! The house: its rooms, the person who lives in it, and its devices.

use crate::climate::{Climate, Influences, Room};
use crate::device::{Outbox, Start};
use crate::person::Person;
use crate::plan::{self, BEDROOM, HALL, KITCHEN, LIVING_ROOM};
use crate::{Command, Device, DeviceId, Kind, Plan, Point, Random, RoomId, dialect, weather};
use core::time::Duration;
use midge_codec::Message;

/// Between two steps of the physics, and between two looks of a sensor.
const TICK: Duration = Duration::from_secs(1);

/// The house, driven like every machine of the project: events in with the time since the start of the
/// world, messages out by [`House::poll_output`]. A clone is a checkpoint.
#[derive(Clone, Debug)]
pub struct House {
    now: Duration,
    start_of_day: Duration,
    tick_at: Duration,
    climate: Climate,
    person: Person,
    devices: Vec<Device>,
    outbox: Outbox,
}

/// The devices of the house: what, where, and at which point of the plan.
const DEVICES: [(Kind, RoomId, Point); 11] = [
    (Kind::Phone, LIVING_ROOM, Point::new(140, 260)),
    (Kind::Temperature, LIVING_ROOM, Point::new(480, 60)),
    (Kind::Lamp, LIVING_ROOM, Point::new(280, 190)),
    (Kind::Motion, LIVING_ROOM, Point::new(520, 350)),
    (Kind::Temperature, KITCHEN, Point::new(940, 60)),
    (Kind::Lamp, KITCHEN, Point::new(780, 200)),
    (Kind::Motion, KITCHEN, Point::new(610, 60)),
    (Kind::Temperature, BEDROOM, Point::new(60, 450)),
    (Kind::Lamp, BEDROOM, Point::new(200, 560)),
    (Kind::Lamp, HALL, Point::new(530, 560)),
    (Kind::Motion, HALL, Point::new(620, 440)),
];

/// The lamps that burn when the world starts, in percent.
const LIT: [(RoomId, u8); 2] = [(BEDROOM, 70), (HALL, 35)];

impl House {
    /// The house of the lab. `start_of_day` is the time of day when the world starts.
    pub fn new(seed: u64, start_of_day: Duration) -> Self {
        let plan = &plan::HOUSE;
        let climate = Climate::new(plan);
        let devices = (0..)
            .zip(DEVICES)
            .filter_map(|(number, (kind, room, place))| {
                let celsius = climate.temperature(room);
                let random = Random::new(seed, u64::from(number));
                let lit = LIT.iter().find(|(lit, _)| *lit == room);
                let room = plan.room(room)?;
                Some(Device::new(
                    DeviceId(number),
                    kind,
                    room,
                    place,
                    Start {
                        celsius,
                        lit: lit.map(|(_, brightness)| *brightness),
                    },
                    random,
                ))
            })
            .collect();
        Self {
            now: Duration::ZERO,
            start_of_day,
            tick_at: TICK,
            climate,
            person: Person::new(Random::new(seed, u64::MAX), &plan.rooms[0]),
            devices,
            outbox: Outbox::new(),
        }
    }

    /// The floor plan.
    pub fn plan(&self) -> &'static Plan {
        &plan::HOUSE
    }

    /// The rooms in the order of the plan.
    pub fn rooms(&self) -> &[Room] {
        self.climate.rooms()
    }

    /// The devices in the order of their ids.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// The device with this id.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(usize::try_from(id.0).ok()?)
    }

    /// The phone that [`House::compose`] writes for.
    pub fn phone(&self) -> Option<DeviceId> {
        let phone = self.devices.iter().find(|d| d.kind() == Kind::Phone)?;
        Some(phone.id())
    }

    /// The time of day, from 0 to 24 hours.
    pub fn time_of_day(&self) -> Duration {
        self.time_of_day_at(self.now)
    }

    /// The temperature outside in degrees Celsius.
    pub fn outdoor_temperature(&self) -> f64 {
        weather::outdoor_temperature(self.time_of_day())
    }

    /// Daylight outside, from 0 (night) to 1 (the sun at its highest).
    pub fn daylight(&self) -> f64 {
        weather::daylight(self.time_of_day())
    }

    /// Where the person is at the moment.
    pub fn person(&self) -> Point {
        self.person.position(self.now)
    }

    /// The room in which the person is.
    pub fn person_room(&self) -> RoomId {
        self.person.room()
    }

    /// Whether the person is walking at the moment.
    pub fn is_person_walking(&self) -> bool {
        self.person.is_walking()
    }

    fn time_of_day_at(&self, now: Duration) -> Duration {
        let micros = (self.start_of_day + now).as_micros() % 86_400_000_000;
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

/// What happens in the house by itself, and what its devices make of it.
impl House {
    /// When [`House::on_time`] has something to do.
    pub fn next_time(&self) -> Duration {
        let devices = self.devices.iter().filter_map(Device::next_time);
        devices.fold(self.tick_at.min(self.person.next_time()), Duration::min)
    }

    /// Does all that is due up to `now`. Early or repeated calls do nothing.
    pub fn on_time(&mut self, now: Duration) {
        while self.next_time() <= now {
            let due = self.next_time();
            self.now = self.now.max(due);
            self.handle_due(due);
        }
        self.now = self.now.max(now);
    }

    fn handle_due(&mut self, now: Duration) {
        let time_of_day = self.time_of_day_at(now);
        if self.person.next_time() <= now {
            self.person.on_time(self.plan(), now, time_of_day);
            self.sense(now);
        }
        if self.tick_at <= now {
            self.tick_at += TICK;
            let influences = Influences {
                outdoor: weather::outdoor_temperature(time_of_day),
                daylight: weather::daylight(time_of_day),
                person: Some(self.person.room()),
            };
            self.climate.advance(TICK.as_secs_f64(), influences);
            self.sense(now);
        }
        for device in &mut self.devices {
            if device.next_time().is_some_and(|at| at <= now) {
                device.on_time(now, &mut self.outbox);
            }
        }
    }

    fn sense(&mut self, now: Duration) {
        for device in &mut self.devices {
            let room = device.room();
            let motion = self.person.is_walking() && self.person.room() == room;
            let celsius = self.climate.temperature(room);
            device.on_sense(now, celsius, motion, &mut self.outbox);
        }
    }

    /// The next message that a device publishes, in order.
    pub fn poll_output(&mut self) -> Option<(DeviceId, Message)> {
        self.outbox.pop_front()
    }

    /// The client of a device was let in by the broker: the device says that it is there and how.
    pub fn on_connected(&mut self, now: Duration, id: DeviceId) {
        if let Some((device, outbox)) = self.at_work(now, id) {
            device.on_connected(now, outbox);
        }
    }

    /// The client of a device lost the broker: the device publishes nothing until it is back.
    pub fn on_disconnected(&mut self, now: Duration, id: DeviceId) {
        if let Some((device, _)) = self.at_work(now, id) {
            device.on_disconnected(now);
        }
    }

    /// A message came for a device.
    pub fn on_message(&mut self, now: Duration, id: DeviceId, message: &Message) {
        if let Some((device, outbox)) = self.at_work(now, id) {
            device.on_message(now, message, outbox);
        }
    }

    fn at_work(&mut self, now: Duration, id: DeviceId) -> Option<(&mut Device, &mut Outbox)> {
        self.on_time(now);
        let index = usize::try_from(id.0).ok()?;
        Some((self.devices.get_mut(index)?, &mut self.outbox))
    }
}

/// What people do. Rooms and devices that do not exist change nothing.
impl House {
    /// Plugs a device in, or pulls its plug.
    pub fn switch_power(&mut self, now: Duration, id: DeviceId, on: bool) {
        if let Some((device, _)) = self.at_work(now, id) {
            device.switch_power(now, on);
        }
    }

    /// Presses the button on a device; answers whether it has one and the power to notice.
    pub fn press(&mut self, now: Duration, id: DeviceId) -> bool {
        self.at_work(now, id)
            .is_some_and(|(device, outbox)| device.press(now, outbox))
    }

    /// Sends the person to a room, to stay there for two minutes before the routine goes on.
    pub fn walk(&mut self, now: Duration, room: RoomId) {
        self.on_time(now);
        self.person.send(self.plan(), now, room);
        self.sense(now);
    }

    /// Opens or closes the window of a room.
    pub fn open_window(&mut self, now: Duration, room: RoomId, open: bool) {
        self.on_time(now);
        self.climate.open_window(room, open);
    }

    /// Switches the heater of a room.
    pub fn switch_heater(&mut self, now: Duration, room: RoomId, on: bool) {
        self.on_time(now);
        self.climate.switch_heater(room, on);
    }

    /// The message by which the phone gives `command` to a device; `None` when it takes none.
    pub fn compose(&self, id: DeviceId, command: &Command) -> Option<Message> {
        let device = self.device(id)?;
        (device.kind() == Kind::Lamp).then(|| dialect::command(device.topic(), command))
    }
}
