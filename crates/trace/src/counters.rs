//! Counters: packets, bytes, overhead and open handshakes, in all and by client and topic.

use crate::aliases::Aliases;
use crate::exchange::{Exchanges, State};
use crate::{Record, Toward};
use midge_codec::{Packet, PacketType};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    by_type: [Count; 15],
    clients: Counted,
    topics: Counted,
    exchanges: Exchanges<Tag>,
    aliases: Aliases,
}

/// What an open exchange counts in.
#[derive(Clone, Copy, Debug)]
struct Tag {
    topic: Option<u32>,
    sender: Toward,
}

/// Counts by name. Each name has a number that stays: 0, 1, 2 in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    numbers: BTreeMap<Arc<str>, u32>,
    counts: Vec<(Arc<str>, Count)>,
    /// A name found no place, so that it counts in the totals only.
    is_full: bool,
}

impl Counters {
    /// Nothing counted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a packet; `client` is the name of its hop's client. Records come in the order of the log.
    pub fn count(&mut self, record: &Record, client: &str) {
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
        if let Some(kind) = record.packet_type() {
            self.by_type[kind as usize - 1].add(&step);
        }
    }

    /// Everything.
    pub fn total(&self) -> &Count {
        &self.total
    }

    /// Packets of a type. Handshakes are not counted by type: each has packets of several.
    pub fn of_type(&self, kind: PacketType) -> &Count {
        &self.by_type[kind as usize - 1]
    }

    /// By client.
    pub fn clients(&self) -> &Counted {
        &self.clients
    }

    /// By topic: PUBLISH packets and the acknowledgements of their handshakes.
    pub fn topics(&self) -> &Counted {
        &self.topics
    }

    fn each(&mut self, client: Option<u32>, topic: Option<u32>, change: impl Fn(&mut Count)) {
        change(&mut self.total);
        let client = client.and_then(|number| self.clients.counts.get_mut(number as usize));
        let topic = topic.and_then(|number| self.topics.counts.get_mut(number as usize));
        let counts = client.into_iter().chain(topic);
        counts.for_each(|(_, count)| change(count));
    }
}

impl Counted {
    /// How many names there are.
    pub fn len(&self) -> u32 {
        // At most 10,000.
        self.counts.len() as u32
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Whether further names came, which count in the totals only.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// The name with this number and its counts.
    pub fn get(&self, number: u32) -> Option<(&str, &Count)> {
        let (name, count) = self.counts.get(number as usize)?;
        Some((name, count))
    }

    /// All, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Count)> {
        self.numbers
            .iter()
            .filter_map(|(name, &number)| Some((&**name, self.get(number)?.1)))
    }

    fn number(&mut self, name: &str, max: usize) -> Option<u32> {
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        if self.counts.len() == max {
            self.is_full = true;
            return None;
        }
        let number = self.len();
        let name: Arc<str> = name.into();
        self.numbers.insert(Arc::clone(&name), number);
        self.counts.push((name, Count::default()));
        Some(number)
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
