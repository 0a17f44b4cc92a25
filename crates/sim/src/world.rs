//! The world: broker, house, clients and links on one virtual clock.

use crate::{Action, DeviceView, PortEvent, PortId, Scenario};
use bytes::Bytes;
use core::fmt;
use midge_broker::Broker;
use midge_devices::{DeviceId, House, Received};
use midge_session::Instant;
use midge_trace::{HopId, Log};

/// Why an action was not done: nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionRefused {
    /// There is no such device.
    UnknownDevice,
    /// There is no such room.
    UnknownRoom,
    /// The room has no window.
    NoWindow,
    /// The device does not take this command.
    NotObeyed,
    /// The device has no button.
    NoButton,
    /// The device has no power.
    Unpowered,
    /// There is no connection to break.
    NotConnected,
    /// The device's client refused.
    Client(midge_client::Refused),
}

impl fmt::Display for ActionRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownDevice => f.write_str("there is no such device"),
            Self::UnknownRoom => f.write_str("there is no such room"),
            Self::NoWindow => f.write_str("the room has no window"),
            Self::NotObeyed => f.write_str("the device does not take this command"),
            Self::NoButton => f.write_str("the device has no button"),
            Self::Unpowered => f.write_str("the device has no power"),
            Self::NotConnected => f.write_str("the device has no connection"),
            Self::Client(refused) => refused.fmt(f),
        }
    }
}

impl core::error::Error for ActionRefused {}

/// An event of the broker, with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerEventRecord {
    /// Its number, from 0.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// What.
    pub event: midge_broker::Event,
}

/// The whole lab. A clone is a checkpoint: it runs on exactly as the original does.
#[derive(Clone, Debug)]
pub struct World {
    scenario: Scenario,
    now: Instant,
    broker: Broker,
    house: House,
    log: Log,
}

impl World {
    /// A world at its start: powered, with every device about to connect.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            now: Instant::ZERO,
            broker: Broker::new(scenario.broker.clone(), scenario.seed, Instant::ZERO),
            house: House::new(scenario.seed, scenario.start_of_day),
            log: Log::default(),
            scenario,
        }
    }

    /// Virtual time, zero at the start.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// What drives every chance in it.
    pub fn seed(&self) -> u64 {
        self.scenario.seed
    }

    /// What it was made from.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Does something to the world at [`World::now`].
    pub fn act(&mut self, action: Action) -> Result<(), ActionRefused> {
        let _ = action;
        Err(ActionRefused::UnknownDevice)
    }

    /// Handles every event up to and including `until`, which is [`World::now`] afterwards. A time in
    /// the past changes nothing.
    pub fn run_until(&mut self, until: Instant) {
        self.now = self.now.max(until);
    }

    /// The same, but gives up after `max_events` events; answers whether `until` was reached.
    pub fn run_budgeted(&mut self, until: Instant, max_events: u32) -> bool {
        let _ = max_events;
        self.run_until(until);
        true
    }

    /// Runs until the next packet is logged and answers its number; `None` when a virtual hour passed
    /// without any.
    pub fn step(&mut self) -> Option<u64> {
        None
    }

    /// When something happens next by itself.
    pub fn next_event(&self) -> Option<Instant> {
        None
    }

    /// The lab's broker.
    pub fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Gives the lab's broker a command.
    pub fn broker_command(
        &mut self,
        command: midge_broker::Command,
    ) -> Result<midge_broker::Token, midge_broker::Refused> {
        self.broker.command(self.now, command)
    }

    /// Every packet on every hop in the order of sending. Bounded.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The broker's events, oldest first. Bounded.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &BrokerEventRecord> {
        core::iter::empty()
    }

    /// The broker's events from number `from` on, oldest first.
    pub fn events_from(&self, from: u64) -> impl DoubleEndedIterator<Item = &BrokerEventRecord> {
        let _ = from;
        core::iter::empty()
    }

    /// The house: rooms, weather, person.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// The devices in the order of their ids.
    pub fn devices(&self) -> impl Iterator<Item = DeviceView<'_>> {
        core::iter::empty()
    }

    /// The device with this id.
    pub fn device(&self, id: DeviceId) -> Option<DeviceView<'_>> {
        let _ = id;
        None
    }

    /// The messages that the phone received, newest last. Bounded.
    pub fn inbox(&self, id: DeviceId) -> impl DoubleEndedIterator<Item = &Received> {
        self.house.device(id).into_iter().flat_map(|d| d.inbox())
    }

    /// Whose hop it is: the device's name, or the name that the port was given.
    pub fn hop_name(&self, hop: HopId) -> Option<&str> {
        let _ = hop;
        None
    }
}

/// Clients from outside.
impl World {
    /// Opens a connection to the broker; its transport is up at once.
    pub fn open_port(&mut self, name: &str) -> PortId {
        let _ = name;
        PortId(0)
    }

    /// Sends bytes, which may end anywhere in a packet. The caller holds back what it has while much
    /// is unsent: [`PortEvent::Sent`] says how much left.
    pub fn port_send(&mut self, port: PortId, bytes: Bytes) {
        let _ = (port, bytes);
    }

    /// What the port learned next, if anything.
    pub fn port_receive(&mut self, port: PortId) -> Option<PortEvent> {
        let _ = port;
        None
    }

    /// Closes the connection after what was sent, and forgets the port.
    pub fn close_port(&mut self, port: PortId) {
        let _ = port;
    }
}
