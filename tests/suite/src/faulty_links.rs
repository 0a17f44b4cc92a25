//! Simulation from seeds over faulty links: guests of the lab publish and subscribe while their links
//! are cut, stalled, re-chunked and left half-open. QoS 1 arrives at least once, QoS 2 exactly once,
//! order holds, nothing is stuck at the end.
//!
//! A seed that fails prints the command that replays it. `MIDGE_LONG=1` runs thousands of seeds.

use bytes::Bytes;
use core::time::Duration;
use midge_client::{Client, Command, Config, Event, Output, Reconnect, State, SubscribeRequest};
use midge_codec::{Message, PropertiesBuf, QoS, Version};
use midge_session::Instant;
use midge_sim::{PortEvent, PortId, Scenario, World};
use std::collections::BTreeMap;

/// Steps of one seed with faults, before the links are mended.
const STEPS: u32 = 400;
const SEEDS: u64 = 12;
const SEEDS_LONG: u64 = 5_000;

/// Publishers wait while so many of their messages have not arrived everywhere: the queues are bounded.
const AHEAD_MAX: u32 = 100;

const LEVELS: [QoS; 2] = [QoS::AtLeastOnce, QoS::ExactlyOnce];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A guest whose link can break in every way that a byte stream can.
struct Guest {
    name: String,
    client: Client,
    port: Option<PortId>,
    /// Sent by the client and not yet by the link.
    outgoing: Vec<u8>,
    stalled: bool,
    subscribed: bool,
    /// What arrived, by topic, in order.
    arrived: BTreeMap<String, Vec<u32>>,
    /// How many messages were published at each level.
    published: [u32; 2],
}

/// What is left of a connection when its transport breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// The broker learns of it at once.
    Cut,
    /// The broker's end stays open and hears nothing more.
    HalfOpen,
}

impl Guest {
    fn new(name: &str, version: Version, seed: u64) -> Self {
        let config = Config {
            version,
            client_id: name.into(),
            clean_start: false,
            session_expiry: u32::MAX,
            keep_alive: 5,
            connect_timeout: Duration::from_secs(3),
            reconnect: Some(Reconnect {
                first: Duration::from_millis(10),
                longest: Duration::from_secs(1),
            }),
            ..Config::default()
        };
        Self {
            name: name.to_owned(),
            client: Client::new(config, seed),
            port: None,
            outgoing: Vec::new(),
            stalled: false,
            subscribed: false,
            arrived: BTreeMap::new(),
            published: [0; 2],
        }
    }

    fn topic(&self, qos: QoS) -> String {
        format!("fuzz/{}/{}", self.name, qos as u8)
    }

    fn publish(&mut self, now: Instant, level: usize) {
        let number = self.published[level].to_string();
        self.published[level] += 1;
        let message = Message::new(self.topic(LEVELS[level]), number, LEVELS[level], false);
        let accepted = self.client.command(now, Command::Publish(message));
        accepted.expect("the queue has room for what is ahead");
    }

    /// Moves everything between client and world that the link lets through.
    fn exchange(&mut self, world: &mut World, random: &mut Random) {
        self.client.handle_timeout(world.now());
        loop {
            self.obey(world);
            if self.stalled {
                return;
            }
            self.flush(world, random);
            let Some(event) = self.port.and_then(|port| world.port_receive(port)) else {
                return;
            };
            match event {
                PortEvent::Bytes(bytes) => {
                    let mut rest = bytes;
                    while !rest.is_empty() && self.port.is_some() {
                        let length = 1 + random.below(rest.len() as u64) as usize;
                        let piece = rest.split_to(length);
                        self.client.handle_input(world.now(), piece);
                        self.obey(world);
                    }
                }
                PortEvent::Sent(bytes) => self.client.handle_sent(world.now(), bytes),
                PortEvent::Closed => {
                    self.port = None;
                    self.outgoing.clear();
                    self.client.handle_close(world.now());
                }
            }
        }
    }

    fn flush(&mut self, world: &mut World, random: &mut Random) {
        let Some(port) = self.port else { return };
        while !self.outgoing.is_empty() {
            let length = 1 + random.below(self.outgoing.len() as u64) as usize;
            let piece: Vec<u8> = self.outgoing.drain(..length).collect();
            world.port_send(port, Bytes::from(piece));
        }
    }

    fn obey(&mut self, world: &mut World) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Open => {
                    self.outgoing.clear();
                    self.port = Some(world.open_port(&self.name));
                    self.client.handle_open(world.now());
                }
                Output::Send(packet) => self.outgoing.extend_from_slice(&packet.to_bytes()),
                Output::Close => {
                    if let Some(port) = self.port.take() {
                        world.port_send(port, Bytes::from(std::mem::take(&mut self.outgoing)));
                        world.close_port(port);
                    }
                }
                Output::Event(Event::Subscribed { .. }) => self.subscribed = true,
                Output::Event(Event::Message { message, .. }) => {
                    let text = String::from_utf8_lossy(&message.payload).into_owned();
                    let number = text.parse().expect("a number was published");
                    let list = self.arrived.entry(message.topic.to_string());
                    list.or_default().push(number);
                }
                Output::Event(Event::SessionLost { tokens }) => {
                    panic!("{} lost its session and {tokens:?}", self.name)
                }
                Output::Event(_) => {}
            }
        }
    }

    /// The transport breaks: of what the client sent, a part that may end anywhere gets through.
    fn lose(&mut self, world: &mut World, random: &mut Random, broken: Broken) {
        let Some(port) = self.port.take() else { return };
        let length = random.below(self.outgoing.len() as u64 + 1) as usize;
        self.outgoing.truncate(length);
        world.port_send(port, Bytes::from(std::mem::take(&mut self.outgoing)));
        if broken == Broken::Cut {
            world.close_port(port);
        }
        self.client.handle_close(world.now());
        self.obey(world);
    }
}

/// A lab with its guests.
struct Trial {
    world: World,
    guests: Vec<Guest>,
    random: Random,
}

impl Trial {
    fn new(seed: u64) -> Self {
        let versions = [Version::V311, Version::V5, Version::V5];
        let names = ["ada", "bob", "cyd"];
        let guests = names.into_iter().zip(versions).zip(seed..);
        let mut trial = Self {
            world: World::new(Scenario::house(seed)),
            guests: guests
                .map(|((name, version), seed)| Guest::new(name, version, seed))
                .collect(),
            random: Random(seed),
        };
        for guest in &mut trial.guests {
            let asked = guest.client.command(trial.world.now(), Command::Connect);
            asked.expect("it is idle");
        }
        trial.run(Duration::from_millis(200));
        for guest in &mut trial.guests {
            let filters = vec![SubscribeRequest {
                filter: "fuzz/#".into(),
                options: QoS::ExactlyOnce.into(),
            }];
            let properties = PropertiesBuf::new();
            let subscribe = Command::Subscribe {
                filters,
                properties,
            };
            let asked = guest.client.command(trial.world.now(), subscribe);
            asked.expect("it is connected");
        }
        trial.run(Duration::from_millis(200));
        assert!(trial.guests.iter().all(|guest| guest.subscribed));
        trial
    }

    fn run(&mut self, time: Duration) {
        let end = self.world.now() + time;
        while self.world.now() < end {
            let next = (self.world.now() + Duration::from_millis(5)).min(end);
            self.world.run_until(next);
            for guest in &mut self.guests {
                guest.exchange(&mut self.world, &mut self.random);
            }
        }
    }

    /// How many messages of a topic have arrived everywhere.
    fn arrived_everywhere(&self, topic: &str) -> u32 {
        let most = |guest: &Guest| {
            let list = guest.arrived.get(topic);
            list.and_then(|list| list.iter().max())
                .map_or(0, |it| it + 1)
        };
        self.guests.iter().map(most).min().unwrap_or(0)
    }

    fn step(&mut self) {
        let who = self.random.below(self.guests.len() as u64) as usize;
        let now = self.world.now();
        match self.random.below(20) {
            0 => self.guests[who].lose(&mut self.world, &mut self.random, Broken::Cut),
            1 => self.guests[who].lose(&mut self.world, &mut self.random, Broken::HalfOpen),
            2 => self.guests[who].stalled = true,
            3..=5 => self.guests[who].stalled = false,
            6 => self.run(Duration::from_secs(2)),
            7..=9 => self.run(Duration::from_millis(20)),
            _ => {
                let level = self.random.below(2) as usize;
                let guest = &self.guests[who];
                let topic = guest.topic(LEVELS[level]);
                if guest.published[level] - self.arrived_everywhere(&topic) < AHEAD_MAX {
                    self.guests[who].publish(now, level);
                }
                // Sometimes the next step finds it under way.
                if self.random.below(2) == 0 {
                    self.run(Duration::from_millis(5));
                }
            }
        }
    }

    fn mend(&mut self) {
        for guest in &mut self.guests {
            guest.stalled = false;
        }
        self.run(Duration::from_secs(30));
    }

    fn check(&self) {
        let published: u32 = self.guests.iter().flat_map(|it| it.published).sum();
        assert!(published > STEPS / 5, "only {published} were published");
        for publisher in &self.guests {
            for (qos, count) in LEVELS.into_iter().zip(publisher.published) {
                let topic = publisher.topic(qos);
                for receiver in &self.guests {
                    let mut list = receiver.arrived.get(&topic).cloned().unwrap_or_default();
                    if qos == QoS::AtLeastOnce {
                        list = first_arrivals(&list);
                    }
                    let expected: Vec<u32> = (0..count).collect();
                    assert_eq!(list, expected, "{topic} at {}", receiver.name);
                }
            }
        }
        for guest in &self.guests {
            assert_eq!(guest.client.state(), State::Connected, "{}", guest.name);
            let session = guest.client.session();
            let held = (session.queued_count(), session.inflight_count());
            assert_eq!(
                (held, session.incoming_count()),
                ((0, 0), 0),
                "{}",
                guest.name
            );
            let view = self.world.broker().session(&guest.name);
            let view = view.expect("its session lives");
            let held = (view.queued, view.inflight, view.incoming);
            assert_eq!(held, (0, 0, 0), "the broker's session of {}", guest.name);
        }
    }
}

/// Numbers in the order in which each came first.
fn first_arrivals(list: &[u32]) -> Vec<u32> {
    let mut seen = std::collections::BTreeSet::new();
    list.iter().copied().filter(|&it| seen.insert(it)).collect()
}

/// Says how to see a failure again.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seed = self.0;
            let test = "messages_survive_cut_stalled_rechunked_and_half_open_links";
            eprintln!("replay: MIDGE_SEED={seed} cargo nextest run -p midge-tests-suite {test}");
        }
    }
}

#[test]
fn messages_survive_cut_stalled_rechunked_and_half_open_links() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seeds = match (number("MIDGE_SEED"), number("MIDGE_LONG")) {
        (Some(seed), _) => seed..seed + 1,
        (None, Some(1)) => 0..SEEDS_LONG,
        (None, _) => 0..SEEDS,
    };
    for seed in seeds {
        let _replay = Replay(seed);
        let mut trial = Trial::new(seed);
        for _ in 0..STEPS {
            trial.step();
        }
        trial.mend();
        trial.check();
    }
}
