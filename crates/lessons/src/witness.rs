//! The witness: reads what is new in a world and remembers what a learner sent, received and set off.

use midge_codec::{Packet, PacketType};
use midge_devices::{DeviceId, Kind};
use midge_session::Instant;
use midge_sim::{Action, Deed, HopOwner, World};
use midge_trace::{HopId, Record, Toward};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Connections of learners that are remembered; the oldest go first.
const LEARNERS: usize = 64;
/// Topics and filters remembered for one of them.
const TOPICS: usize = 256;
/// Messages published by one of them that are remembered.
const PUBLISHED: usize = 16;
/// Bytes of a payload that are remembered.
const PAYLOAD: usize = 256;
/// How long after a deed what the device publishes is its answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How long a walk through the house takes at most.
const WALK: Duration = Duration::from_secs(30);

/// What a learner did, from the moment the witness began to look.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    next_record: u64,
    next_deed: u64,
    learners: BTreeMap<HopId, Learner>,
    /// The last report of each device.
    reports: BTreeMap<DeviceId, Report>,
    /// Until when the next report of a device is the answer to a learner's deed.
    stirred: BTreeMap<DeviceId, Instant>,
    /// The last such answer of each device.
    answers: BTreeMap<DeviceId, Report>,
}

/// A connection that a learner controls: the phone's, or one from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learner {
    /// The last message received on each topic.
    pub(crate) received: BTreeMap<String, Received>,
    /// When each filter was subscribed to, as the number of the packet.
    pub(crate) subscribed: BTreeMap<String, u64>,
    /// The newest messages published, oldest first.
    pub(crate) published: VecDeque<Published>,
}

/// A message that a learner received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) seq: u64,
    pub(crate) retain: bool,
    pub(crate) payload: Vec<u8>,
}

/// A message that a learner published.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) seq: u64,
    pub(crate) at: Instant,
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
}

/// What a device of the house published on its own topic.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) seq: u64,
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
}

impl Witness {
    /// A witness that sees what happens in `world` from here on.
    pub(crate) fn new(world: &World) -> Self {
        Self {
            next_record: world.log().end(),
            next_deed: world.deeds_end(),
            learners: BTreeMap::new(),
            reports: BTreeMap::new(),
            stirred: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Reads what is new since the last call.
    pub(crate) fn observe(&mut self, world: &World) {
        let mut deeds = world.deeds_from(self.next_deed).peekable();
        for record in world.log().iter_from(self.next_record) {
            // A deed comes before the packets of its instant: they may be its answer.
            while let Some(deed) = deeds.next_if(|deed| deed.at <= record.at) {
                self.stir_by_deed(world, deed);
            }
            self.note(world, &record);
        }
        for deed in deeds {
            self.stir_by_deed(world, deed);
        }
        self.next_record = world.log().end();
        self.next_deed = world.deeds_end();
    }

    /// The number of the first packet that it has not seen.
    pub(crate) fn end(&self) -> u64 {
        self.next_record
    }

    pub(crate) fn learners(&self) -> impl Iterator<Item = &Learner> {
        self.learners.values()
    }

    pub(crate) fn learner(&self, hop: HopId) -> Option<&Learner> {
        self.learners.get(&hop)
    }

    /// What a device reported last.
    pub(crate) fn report(&self, device: DeviceId) -> Option<&Report> {
        self.reports.get(&device)
    }

    /// What a device reported last in answer to a learner's deed.
    pub(crate) fn answer(&self, device: DeviceId) -> Option<&Report> {
        self.answers.get(&device)
    }

    fn stir_by_deed(&mut self, world: &World, deed: &Deed) {
        match deed.action {
            Action::Press { device } => {
                self.stirred.insert(device, deed.at + ANSWER);
            }
            Action::Walk { room } => {
                let devices = world.house().devices().iter();
                for device in devices.filter(|d| d.kind() == Kind::Motion && d.room() == room) {
                    self.stirred.insert(device.id(), deed.at + WALK);
                }
            }
            // Whatever else is done shows as packets of the device that it is done with.
            _ => {}
        }
    }

    fn note(&mut self, world: &World, record: &Record) {
        let phone = world.house().phone();
        match world.hop_owner(record.hop) {
            Some(HopOwner::Port) => self.note_learner(world, record),
            Some(HopOwner::Device(id)) if Some(id) == phone => self.note_learner(world, record),
            Some(HopOwner::Device(id)) => self.note_device(world, record, id),
            None => {}
        }
    }

    fn note_device(&mut self, world: &World, record: &Record, id: DeviceId) {
        if record.toward != Toward::Broker || record.packet_type() != Some(PacketType::Publish) {
            return;
        }
        let own_topic = world.house().device(id).map(|device| device.topic());
        if let Some(Packet::Publish(publish)) = record.packet()
            && own_topic == Some(publish.topic)
        {
            let report = Report {
                seq: record.seq,
                topic: publish.topic.to_owned(),
                payload: kept(publish.payload),
            };
            if self
                .stirred
                .remove(&id)
                .is_some_and(|until| record.at <= until)
            {
                self.answers.insert(id, report.clone());
            }
            self.reports.insert(id, report);
        }
    }

    fn note_learner(&mut self, world: &World, record: &Record) {
        let learner = self.learners.entry(record.hop).or_default();
        match (record.packet(), record.toward) {
            (Some(Packet::Subscribe(subscribe)), Toward::Broker) => {
                for filter in subscribe.filters.iter() {
                    if learner.subscribed.len() < TOPICS {
                        let filter = filter.filter.to_owned();
                        learner.subscribed.insert(filter, record.seq);
                    }
                }
            }
            (Some(Packet::Publish(publish)), Toward::Client) => {
                let received = Received {
                    seq: record.seq,
                    retain: publish.retain,
                    payload: kept(publish.payload),
                };
                if learner.received.len() < TOPICS || learner.received.contains_key(publish.topic) {
                    learner.received.insert(publish.topic.to_owned(), received);
                }
            }
            (Some(Packet::Publish(publish)), Toward::Broker) => {
                if learner.published.len() == PUBLISHED {
                    learner.published.pop_front();
                }
                learner.published.push_back(Published {
                    seq: record.seq,
                    at: record.at,
                    topic: publish.topic.to_owned(),
                    payload: kept(publish.payload),
                });
                self.stir_by_command(world, publish.topic, record.at);
            }
            _ => {}
        }
        if self.learners.len() > LEARNERS {
            self.learners.pop_first();
        }
    }

    /// A command stirs the device that takes it.
    fn stir_by_command(&mut self, world: &World, topic: &str, at: Instant) {
        let mut devices = world.house().devices().iter();
        let commanded = topic.strip_suffix("/set");
        if let Some(device) = devices.find(|device| Some(device.topic()) == commanded) {
            self.stirred.insert(device.id(), at + ANSWER);
        }
    }
}

fn kept(payload: &[u8]) -> Vec<u8> {
    payload[..payload.len().min(PAYLOAD)].to_vec()
}
