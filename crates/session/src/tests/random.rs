//! Random exchanges over a connection that breaks at any moment, against what QoS promises.

use super::*;
use proptest::{collection, prelude::*};

#[derive(Clone, Copy, Debug)]
enum Op {
    /// The sender gets a message.
    Publish(QoS),
    /// One packet travels, from the sender or to it.
    Carry(bool),
    /// The receiver answers one of the messages that wait for it.
    Acknowledge(u8),
    /// The connection breaks, and another is made.
    Cut,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => prop_oneof![
            Just(QoS::AtMostOnce),
            Just(QoS::AtLeastOnce),
            Just(QoS::ExactlyOnce)
        ]
        .prop_map(Op::Publish),
        6 => any::<bool>().prop_map(Op::Carry),
        3 => any::<u8>().prop_map(Op::Acknowledge),
        1 => Just(Op::Cut),
    ]
}

/// Both ends, and what was asked of them.
struct World {
    sender: End,
    receiver: End,
    published: Vec<QoS>,
    /// Slots that wait for the receiver's owner.
    slots: Vec<AckSlot>,
    seen: usize,
}

impl World {
    fn new(version: Version, max_inflight: u16, receive_maximum: u16) -> Self {
        let bounds = Bounds {
            max_inflight,
            ..Bounds::default()
        };
        let limits = Limits {
            receive_maximum,
            topic_alias_maximum: 2,
            ..Limits::default()
        };
        let mut sender = End::with(version, bounds, Limits::default());
        sender.connection.set_peer(limits);
        let mut receiver = End::with(version, Bounds::default(), limits);
        receiver.answer = None;
        Self {
            sender,
            receiver,
            published: Vec::new(),
            slots: Vec::new(),
            seen: 0,
        }
    }

    fn run(&mut self, op: Op) {
        match op {
            Op::Publish(qos) => {
                let tag = self.published.len();
                let topic = format!("topic/{tag}");
                self.published.push(qos);
                let message = Message::new(topic, "x", qos, false);
                self.sender.send(message, tag as u64).unwrap();
            }
            Op::Carry(forth) => {
                let (from, to) = match forth {
                    true => (&mut self.sender, &mut self.receiver),
                    false => (&mut self.receiver, &mut self.sender),
                };
                if let Some(wire) = from.wires.pop_front() {
                    to.take(&wire).unwrap();
                }
            }
            Op::Acknowledge(which) => {
                if !self.slots.is_empty() {
                    let slot = self.slots.remove(usize::from(which) % self.slots.len());
                    // A slot of QoS 1 is void after its connection.
                    let _ = self.receiver.session.acknowledge(slot, Reason::Success);
                    self.receiver.pump();
                }
            }
            Op::Cut => {
                self.sender.lose();
                self.receiver.lose();
                self.receiver.reconnect();
                self.sender.reconnect();
            }
        }
        let arrived = &self.receiver.received[self.seen..];
        self.slots
            .extend(arrived.iter().filter_map(|(_, slot)| *slot));
        self.seen = self.receiver.received.len();
    }

    /// Lets everything happen that can without another cut.
    fn settle(&mut self) {
        loop {
            while !(self.sender.wires.is_empty() && self.receiver.wires.is_empty()) {
                self.run(Op::Carry(true));
                self.run(Op::Carry(false));
            }
            if self.slots.is_empty() {
                return;
            }
            self.run(Op::Acknowledge(0));
        }
    }

    /// The numbers of the messages at `qos` in the order of their arrival.
    fn arrivals(&self, qos: QoS) -> Vec<usize> {
        let numbers = self.receiver.topics().into_iter();
        numbers
            .map(|topic| topic.strip_prefix("topic/").unwrap().parse().unwrap())
            .filter(|&number: &usize| self.published[number] == qos)
            .collect()
    }

    fn published_at(&self, qos: QoS) -> Vec<usize> {
        let all = self.published.iter().enumerate();
        all.filter(|(_, published)| **published == qos)
            .map(|(number, _)| number)
            .collect()
    }
}

fn first_arrivals(mut arrivals: Vec<usize>) -> Vec<usize> {
    let mut seen = alloc::collections::BTreeSet::new();
    arrivals.retain(|number| seen.insert(*number));
    arrivals
}

proptest! {
    #[test]
    fn every_level_keeps_its_promise_and_its_order(
        ops in collection::vec(op(), 0..200),
        max_inflight in 1u16..8,
        receive_maximum in 1u16..8,
        five in any::<bool>(),
    ) {
        let version = if five { Version::V5 } else { Version::V311 };
        let mut world = World::new(version, max_inflight, receive_maximum);
        for op in ops {
            world.run(op);
        }
        world.settle();

        let exactly_once = world.arrivals(QoS::ExactlyOnce);
        prop_assert_eq!(exactly_once, world.published_at(QoS::ExactlyOnce));
        let at_least_once = first_arrivals(world.arrivals(QoS::AtLeastOnce));
        prop_assert_eq!(at_least_once, world.published_at(QoS::AtLeastOnce));
        let at_most_once = world.arrivals(QoS::AtMostOnce);
        prop_assert!(at_most_once.is_sorted_by(|a, b| a < b));

        let mut completed: Vec<u64> = world.sender.reports().iter().map(|report| match report {
            Report::Completed { tag, reason: Reason::Success }
            | Report::Dropped { tag, why: Dropped::Offline, .. } => *tag,
            other => panic!("{other:?}"),
        }).collect();
        completed.sort_unstable();
        let all: Vec<u64> = (0..world.published.len() as u64).collect();
        prop_assert_eq!(completed, all, "each message is reported once");
        prop_assert_eq!(world.sender.session.inflight_count(), 0);
        prop_assert_eq!(world.sender.session.queued_count(), 0);
        prop_assert_eq!(world.sender.session.queued_bytes(), 0);
        prop_assert_eq!(world.receiver.session.incoming_count(), 0);
    }
}
