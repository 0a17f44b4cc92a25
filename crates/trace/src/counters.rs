//! Counters: packets, bytes, overhead and open handshakes, in all and by client and topic.

use crate::aliases::Aliases;
use crate::exchange::{Exchanges, State};
use crate::{Record, Toward};
use midge_codec::{Packet, PacketType};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Topics counted apart; what comes after them counts in the totals only.
const TOPICS_MAX: usize = 10_000;
/// Clients counted apart.
const CLIENTS_MAX: usize = 10_000;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Packets to the broker and to clients.
    pub packets: Both,
    /// Their bytes, fixed headers included.
    pub bytes: Both,
    /// PUBLISH packets, repetitions included.
    pub publishes: Both,
    /// PUBLISH packets that were sent before.
    pub again: Both,
    /// Bytes of payload in the PUBLISH packets.
    pub payload_bytes: Both,
    /// Handshakes of QoS 1 and 2 and requests that wait for a packet, by who began them.
    pub open: Both,
    /// Such that were given up.
    pub abandoned: u64,
    /// Packets that were not legal.
    pub faults: u64,
}

/// A number for each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// From clients.
    pub to_broker: u64,
    /// To clients.
    pub to_client: u64,
}

impl Both {
    /// Both directions together.
    pub const fn sum(self) -> u64 {
        self.to_broker + self.to_client
    }

    fn of(&mut self, toward: Toward) -> &mut u64 {
        match toward {
            Toward::Broker => &mut self.to_broker,
            Toward::Client => &mut self.to_client,
        }
    }
}

impl Count {
    /// Bytes that are not payload: headers, topics, properties, and all other packets.
    pub const fn overhead_bytes(&self) -> u64 {
        self.bytes.sum() - self.payload_bytes.sum()
    }

    /// [`Count::overhead_bytes`] for each message that was sent; a repetition is overhead. `None`
    /// without messages.
    pub fn overhead_per_message(&self) -> Option<f64> {
        let messages = self.publishes.sum() - self.again.sum();
        (messages > 0).then(|| self.overhead_bytes() as f64 / messages as f64)
    }
}

/// Counts since the beginning, a packet at a time.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    total: Count,
    by_type: [u64; 15],
    clients: Table,
    topics: Table,
    exchanges: Exchanges<Tag>,
    aliases: Aliases,
}

/// What an open exchange counts in.
#[derive(Clone, Copy, Debug)]
struct Tag {
    topic: Option<u32>,
    sender: Toward,
}

/// Counts by name.
#[derive(Clone, Debug, Default)]
struct Table {
    numbers: BTreeMap<String, u32>,
    counts: Vec<Count>,
}

impl Counters {
    /// Nothing counted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a packet; `client` is the name of its hop's client. Records come in the order of the log.
    pub fn count(&mut self, record: &Record, client: &str) {
        if let Some(kind) = record.packet_type() {
            self.by_type[kind as usize - 1] += 1;
        }
        let client = self.clients.number(client, CLIENTS_MAX);
        let packet = record.packet();
        let mut step = Count::default();
        *step.packets.of(record.toward) = 1;
        *step.bytes.of(record.toward) = record.frame.len() as u64;
        step.faults = u64::from(record.fault.is_some());
        let mut topic = None;
        if let Some(Packet::Publish(publish)) = &packet {
            *step.publishes.of(record.toward) = 1;
            *step.payload_bytes.of(record.toward) = publish.payload.len() as u64;
            let name = self.aliases.topic(record, publish);
            topic = self.topics.number(name, TOPICS_MAX);
        }
        // Without a number of its own a client's exchanges cannot be told from another's.
        let moved = packet.zip(client).map(|(packet, client)| {
            let sender = record.toward;
            self.exchanges
                .observe(client, record.toward, &packet, || Tag { topic, sender })
        });
        if let Some(moved) = moved {
            if let Some((tag, state)) = moved.on {
                topic = tag.topic;
                let is_publish = step.publishes.sum() == 1;
                *step.again.of(record.toward) = u64::from(moved.again && is_publish);
                let delta = (i64::from(moved.began)) - i64::from(matches!(state, State::Done(_)));
                self.each(client, topic, |count| {
                    let open = count.open.of(tag.sender);
                    *open = open.saturating_add_signed(delta);
                });
            }
            for tag in moved.abandoned {
                self.each(client, tag.topic, |count| {
                    let open = count.open.of(tag.sender);
                    *open = open.saturating_sub(1);
                    count.abandoned += 1;
                });
            }
        }
        self.each(client, topic, |count| count.add(&step));
    }

    /// Everything.
    pub fn total(&self) -> &Count {
        &self.total
    }

    /// Packets of a type.
    pub fn of_type(&self, kind: PacketType) -> u64 {
        self.by_type[kind as usize - 1]
    }

    /// By client, in the order of names.
    pub fn clients(&self) -> impl Iterator<Item = (&str, &Count)> {
        self.clients.iter()
    }

    /// By topic, in the order of names: PUBLISH packets and the acknowledgements of their handshakes.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &Count)> {
        self.topics.iter()
    }

    fn each(&mut self, client: Option<u32>, topic: Option<u32>, change: impl Fn(&mut Count)) {
        change(&mut self.total);
        let client = client.and_then(|number| self.clients.counts.get_mut(number as usize));
        let topic = topic.and_then(|number| self.topics.counts.get_mut(number as usize));
        client.into_iter().chain(topic).for_each(change);
    }
}

impl Table {
    fn number(&mut self, name: &str, max: usize) -> Option<u32> {
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        if self.counts.len() == max {
            return None;
        }
        let number = self.counts.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.counts.push(Count::default());
        Some(number)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Count)> {
        self.numbers
            .iter()
            .filter_map(|(name, &number)| Some((name.as_str(), self.counts.get(number as usize)?)))
    }
}

impl Count {
    fn add(&mut self, step: &Self) {
        let pairs = [
            (&mut self.packets, step.packets),
            (&mut self.bytes, step.bytes),
            (&mut self.publishes, step.publishes),
            (&mut self.again, step.again),
            (&mut self.payload_bytes, step.payload_bytes),
        ];
        for (sum, step) in pairs {
            sum.to_broker += step.to_broker;
            sum.to_client += step.to_client;
        }
        self.faults += step.faults;
    }
}

#[cfg(test)]
mod tests;
