//! The world: broker, house, clients and links on one virtual clock.

mod deeds;
mod ports;
mod views;
mod wires;

pub use deeds::ActionRefused;
pub use views::BrokerEventRecord;

use crate::agenda::{Agenda, Source};
use crate::link::Link;
use crate::node::Node;
use crate::port::{Port, PortId};
use crate::{Deed, HopOwner, Scenario};
use core::time::Duration;
use midge_broker::Broker;
use midge_client::{Event, Output};
use midge_codec::Message;
use midge_devices::{DeviceId, House};
use midge_session::Instant;
use midge_trace::{HopId, Log};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long [`World::step`] waits for a packet.
const STEP_MAX: Duration = Duration::from_secs(3600);
/// A machine that is due again at once is called after this, so that time always moves on.
const NEVER_SPIN: Duration = Duration::from_millis(1);

/// The whole lab. A clone is a checkpoint: it runs on exactly as the original does.
#[derive(Clone, Debug)]
pub struct World {
    scenario: Scenario,
    now: Instant,
    broker: Broker,
    house: House,
    /// The devices' clients, by the number of the device.
    nodes: Vec<Node>,
    /// Nodes whose clients may have output.
    touched: BTreeSet<u32>,
    links: BTreeMap<HopId, Link>,
    ports: BTreeMap<PortId, Port>,
    next_hop: u32,
    /// Whose each hop is or was, and its name.
    hops: BTreeMap<HopId, (HopOwner, String)>,
    agenda: Agenda,
    log: Log,
    events: VecDeque<BrokerEventRecord>,
    verdicts: VecDeque<(Instant, midge_broker::Event)>,
    next_event_seq: u64,
    deeds: VecDeque<Deed>,
    next_deed: u64,
}

impl World {
    /// A world at its start: everything has power, and every device is about to connect.
    pub fn new(scenario: Scenario) -> Self {
        let house = House::new(scenario.seed, scenario.start_of_day);
        let nodes: Vec<Node> = house
            .devices()
            .iter()
            .map(|device| Node::new(device, scenario.seed))
            .collect();
        let mut world = Self {
            now: Instant::ZERO,
            broker: Broker::new(scenario.broker.clone(), scenario.seed, Instant::ZERO),
            touched: nodes.iter().map(|node| node.id.0).collect(),
            house,
            nodes,
            links: BTreeMap::new(),
            ports: BTreeMap::new(),
            next_hop: 0,
            hops: BTreeMap::new(),
            agenda: Agenda::default(),
            log: Log::default(),
            events: VecDeque::new(),
            verdicts: VecDeque::new(),
            next_event_seq: 0,
            deeds: VecDeque::new(),
            next_deed: 0,
            scenario,
        };
        world.settle();
        world
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

    /// Handles every event up to and including `until`, which is [`World::now`] afterwards. A time in
    /// the past changes nothing.
    pub fn run_until(&mut self, until: Instant) {
        while !self.run_budgeted(until, u32::MAX) {}
    }

    /// The same, but gives up after `max_events` events; answers whether `until` was reached.
    pub fn run_budgeted(&mut self, until: Instant, max_events: u32) -> bool {
        for _ in 0..max_events {
            match self.agenda.next() {
                Some((at, source)) if at <= until => self.handle(at, source),
                _ => {
                    self.now = self.now.max(until);
                    // Nothing is due: the house only learns what time it is.
                    self.house.on_time(self.elapsed());
                    return true;
                }
            }
        }
        false
    }

    /// Runs until the next packet is logged and answers its number; `None` when a virtual hour passed
    /// without any.
    pub fn step(&mut self) -> Option<u64> {
        let seq = self.log.end();
        let limit = self.now + STEP_MAX;
        while self.log.end() == seq {
            match self.agenda.next() {
                Some((at, source)) if at <= limit => self.handle(at, source),
                _ => {
                    self.run_until(limit);
                    return None;
                }
            }
        }
        self.house.on_time(self.elapsed());
        Some(seq)
    }

    /// When something happens next by itself.
    pub fn next_event(&self) -> Option<Instant> {
        Some(self.agenda.next()?.0)
    }

    /// Gives the lab's broker a command.
    pub fn broker_command(
        &mut self,
        command: midge_broker::Command,
    ) -> Result<midge_broker::Token, midge_broker::Refused> {
        let answer = self.broker.command(self.now, command);
        self.settle();
        answer
    }
}

/// One event and everything that follows from it at the same instant.
impl World {
    fn handle(&mut self, at: Instant, source: Source) {
        self.now = self.now.max(at);
        match source {
            Source::House => self.house.on_time(self.elapsed()),
            Source::Broker => self.broker.handle_timeout(self.now),
            Source::Node(number) => self.wake(number),
            Source::Up(hop) => self.advance_up(hop),
            Source::Down(hop) => self.advance_down(hop),
        }
        self.settle();
        if let Source::Broker | Source::Node(_) = source
            && let Some((at, next)) = self.agenda.next()
            && next == source
            && at <= self.now
        {
            self.agenda.set(source, Some(self.now + NEVER_SPIN));
        }
    }

    fn wake(&mut self, number: u32) {
        let now = self.now;
        let Some(node) = self.node_mut(number) else {
            return;
        };
        if node.boot_at.is_some_and(|at| at <= now) {
            node.boot_at = None;
            // A client that was made at this boot is idle, which is all that Connect asks for.
            let _idle = node.client.command(now, midge_client::Command::Connect);
        }
        node.client.handle_timeout(now);
        self.touched.insert(number);
    }

    /// Lets firmware, clients and broker answer each other until nobody has anything to say, and
    /// writes down when each wants to be called. What they send arrives later, so this ends.
    fn settle(&mut self) {
        loop {
            while let Some((device, message)) = self.house.poll_output() {
                self.publish_for(device, message);
            }
            let Some(number) = self.touched.pop_first() else {
                break;
            };
            self.drain_node(number);
        }
        self.drain_broker();
        self.agenda
            .set(Source::House, Some(Instant::ZERO + self.house.next_time()));
        let broker = self.broker.poll_timeout().map(|deadline| deadline.at);
        self.agenda.set(Source::Broker, broker);
    }

    /// Gives a message of the firmware to its client.
    fn publish_for(&mut self, device: DeviceId, message: Message) {
        let now = self.now;
        if let Some(node) = self.node_mut(device.0) {
            // The house publishes for connected devices only, so what is left to refuse is a full
            // queue, and firmware has no better answer to that than to publish its next state.
            let _full = node
                .client
                .command(now, midge_client::Command::Publish(message));
            self.touched.insert(device.0);
        }
    }

    fn drain_node(&mut self, number: u32) {
        while let Some(node) = self.node_mut(number) {
            let Some(output) = node.client.poll_output() else {
                let next = node.next_time();
                self.agenda.set(Source::Node(number), next);
                return;
            };
            match output {
                Output::Open => self.open_for(number),
                Output::Send(packet) => self.send_up_packet(number, &packet),
                Output::Close => self.close_for(number),
                Output::Event(event) => self.tell_firmware(number, event),
            }
        }
    }

    fn tell_firmware(&mut self, number: u32, event: Event) {
        let (now, elapsed) = (self.now, self.elapsed());
        let Some(node) = self.node_mut(number) else {
            return;
        };
        let id = node.id;
        match event {
            Event::Connected {
                session_present, ..
            } => {
                if !session_present && let Some(subscribe) = node.subscribe_all() {
                    // Refused only if a filter is not legal, and each was accepted before.
                    let _accepted_before = node.client.command(now, subscribe);
                }
                self.house.on_connected(elapsed, id);
            }
            Event::Message { message, .. } => self.house.on_message(elapsed, id, &message),
            Event::Disconnected { .. } => self.house.on_disconnected(elapsed, id),
            // Completions: firmware publishes states and does not ask what became of them.
            _ => {}
        }
    }

    fn drain_broker(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            match output {
                midge_broker::Output::Send { conn, packet } => self.send_down(conn, &packet),
                midge_broker::Output::Close { conn } => self.close_down(conn),
                midge_broker::Output::Event(event) => self.record_event(event),
            }
        }
    }

    /// Time since the start, as the house counts it.
    fn elapsed(&self) -> Duration {
        self.now.since(Instant::ZERO)
    }

    fn node(&self, id: DeviceId) -> Option<&Node> {
        self.nodes.get(usize::try_from(id.0).ok()?)
    }

    fn node_mut(&mut self, number: u32) -> Option<&mut Node> {
        self.nodes.get_mut(usize::try_from(number).ok()?)
    }
}
