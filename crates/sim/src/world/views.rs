//! What the world holds, for whoever shows it.

use super::World;
use crate::link::End;
use crate::node::Node;
use crate::{Action, Deed, DeviceView, HopOwner, LinkState};
use midge_broker::Broker;
use midge_devices::{DeviceId, House, Received};
use midge_session::Instant;
use midge_trace::{HopId, Log};

/// Events of the broker that are kept.
const EVENTS: usize = 4_096;
/// Decisions that wait to be taken.
const VERDICTS: usize = 16_384;
/// Actions that are kept.
const DEEDS: usize = 10_000;

/// An event of the broker, with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerEventRecord {
    /// Its number, from 0.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// The packets logged before it: the number of the next record of [`World::log`].
    pub logged: u64,
    /// What.
    pub event: midge_broker::Event,
}

impl World {
    /// The lab's broker.
    pub fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Every packet on every hop in the order of sending. Bounded.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The broker's events, oldest first. Bounded.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &BrokerEventRecord> {
        self.events.iter()
    }

    /// The broker's events from number `from` on, oldest first.
    pub fn events_from(&self, from: u64) -> impl DoubleEndedIterator<Item = &BrokerEventRecord> {
        let first = self.events.front().map_or(from, |record| record.seq);
        let skipped = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        self.events.range(skipped.min(self.events.len())..)
    }

    /// The number that the broker's next event will have.
    pub fn events_end(&self) -> u64 {
        self.next_event_seq
    }

    /// The hop of a connection that the broker names.
    pub fn hop_of(conn: midge_broker::ConnId) -> HopId {
        crate::link::hop_of(conn)
    }

    /// Begins or ends keeping what the broker decides about each message.
    pub fn tell_verdicts(&mut self, on: bool) {
        self.broker.tell_verdicts(on);
    }

    /// The oldest decision of the broker that was not taken yet: [`midge_broker::Event::Routed`] or
    /// [`midge_broker::Event::Ended`]. What is not taken is forgotten after some thousands.
    pub fn poll_verdict(&mut self) -> Option<(Instant, midge_broker::Event)> {
        self.verdicts.pop_front()
    }

    pub(super) fn record_event(&mut self, event: midge_broker::Event) {
        if let midge_broker::Event::Routed(_) | midge_broker::Event::Ended { .. } = event {
            if self.verdicts.len() == VERDICTS {
                self.verdicts.pop_front();
            }
            self.verdicts.push_back((self.now, event));
            return;
        }
        if self.events.len() == EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(BrokerEventRecord {
            seq: self.next_event_seq,
            at: self.now,
            logged: self.log.end(),
            event,
        });
        self.next_event_seq += 1;
    }

    /// The house: rooms, weather, person.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// The devices in the order of their ids.
    pub fn devices(&self) -> impl Iterator<Item = DeviceView<'_>> {
        self.nodes.iter().filter_map(|node| self.view(node))
    }

    /// The device with this id.
    pub fn device(&self, id: DeviceId) -> Option<DeviceView<'_>> {
        self.view(self.node(id)?)
    }

    fn view<'a>(&'a self, node: &'a Node) -> Option<DeviceView<'a>> {
        let hop = node.hop.filter(|hop| self.links.contains_key(hop));
        let link = hop.and_then(|hop| self.links.get(&hop));
        Some(DeviceView {
            device: self.house.device(node.id)?,
            link: match link.map(|link| link.client) {
                None => LinkState::Down,
                Some(End::Closed) => LinkState::HalfOpen,
                Some(_) if node.stalled => LinkState::Stalled,
                Some(End::Opening) => LinkState::Opening,
                Some(End::Open) => LinkState::Up,
            },
            client: node.client.state(),
            client_id: &node.client.config().client_id,
            hop,
        })
    }

    /// The filters that a device subscribes to whenever it connects, oldest first.
    pub fn filters(&self, id: DeviceId) -> impl Iterator<Item = &str> {
        let node = self.node(id).into_iter();
        node.flat_map(|node| node.subscriptions.iter().map(|(filter, _)| &**filter))
    }

    /// The messages that the phone received, newest last. Bounded.
    pub fn inbox(&self, id: DeviceId) -> impl DoubleEndedIterator<Item = &Received> {
        let device = self.house.device(id).into_iter();
        device.flat_map(|device| device.inbox())
    }

    /// Its name in words: the device's, or the one that the port was given. Kept for the newest few
    /// thousand hops.
    pub fn hop_name(&self, hop: HopId) -> Option<&str> {
        Some(&self.hops.get(&hop)?.1)
    }

    /// Whose connection it is or was. Kept as long as the name.
    pub fn hop_owner(&self, hop: HopId) -> Option<HopOwner> {
        Some(self.hops.get(&hop)?.0)
    }

    /// The actions done from number `from` on, oldest first, with their times: with the scenario they
    /// are the world's whole story. Bounded.
    pub fn deeds_from(&self, from: u64) -> impl DoubleEndedIterator<Item = &Deed> {
        let first = self.deeds_end() - u64::try_from(self.deeds.len()).unwrap_or(0);
        let skipped = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        self.deeds.range(skipped.min(self.deeds.len())..)
    }

    /// How many actions were done.
    pub fn deeds_end(&self) -> u64 {
        self.next_deed
    }

    pub(super) fn record_deed(&mut self, action: Action) {
        if self.deeds.len() == DEEDS {
            self.deeds.pop_front();
        }
        self.deeds.push_back(Deed {
            at: self.now,
            action,
        });
        self.next_deed += 1;
    }
}
