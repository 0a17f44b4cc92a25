//! What is explained beforehand, what is told while routing, and what is delivered are one thing, for
//! 100,000 random pairs of a message and a client.

use super::lab::*;
use crate::{
    AccessList, Config, Event, Judged, Limits, MessageId,
    route::{NotDelivered, Verdict},
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use bytes::Bytes;
use midge_codec::{
    AckKind, ByteString, Connect, Message, Packet, Properties, PropertiesBuf, Property, Publish,
    QoS, SubscriptionOptions, Version,
    topic::{self, Mismatch},
};
use proptest::{
    prelude::*,
    sample::select,
    strategy::{BoxedStrategy, ValueTree},
    test_runner::TestRunner,
};

/// Pairs of a message and a client, at least.
const CASES: u32 = 100_000;
/// Steps of a script.
const STEPS: usize = 150;

/// The clients of every script: client id, version, Receive Maximum, Maximum Packet Size.
const PEOPLE: [(&str, Version, u16, u32); 6] = [
    ("p0", V5, u16::MAX, 1 << 20),
    ("p1", V5, 1, 1 << 20),
    ("p2", V5, 4, 30),
    ("p3", V311, u16::MAX, u32::MAX),
    ("p4", V5, 2, 1 << 20),
    ("p5", V311, u16::MAX, u32::MAX),
];

const TOPICS: [&str; 7] = [
    "a",
    "a/b",
    "a/b/c",
    "b//c",
    "$x/a",
    "secret/p0",
    "secret/p3",
];
const FILTERS: [&str; 14] = [
    "a",
    "a/b",
    "a/#",
    "+/b",
    "#",
    "+/+/c",
    "$x/#",
    "secret/+",
    "b/#",
    "$share/g/a/#",
    "$share/h/a/#",
    "$share/g/+/b",
    "$share/g/secret/#",
    "flood/#",
];

#[derive(Clone, Debug)]
enum Step {
    /// Connects when offline, is cut off otherwise.
    Toggle,
    Subscribe(&'static str, SubscriptionOptions),
    Unsubscribe(&'static str),
    Publish {
        topic: &'static str,
        qos: QoS,
        retain: bool,
        large: bool,
    },
    /// What left for this client stays in the driver's buffer.
    Stall,
    /// Everything leaves the buffer, and everything received is acknowledged.
    Answer,
}

fn step() -> BoxedStrategy<Step> {
    let options = (select(QoS::ALL.to_vec()), any::<bool>(), any::<bool>()).prop_map(
        |(qos, no_local, retain_as_published)| SubscriptionOptions {
            no_local,
            retain_as_published,
            ..qos.into()
        },
    );
    let publish = (
        select(&TOPICS[..]),
        select(QoS::ALL.to_vec()),
        any::<bool>(),
        prop::bool::weighted(0.2),
    );
    prop_oneof![
        2 => Just(Step::Toggle),
        5 => (select(&FILTERS[..]), options).prop_map(|(filter, options)| Step::Subscribe(filter, options)),
        1 => select(&FILTERS[..]).prop_map(Step::Unsubscribe),
        12 => publish.prop_map(|(topic, qos, retain, large)| Step::Publish { topic, qos, retain, large }),
        1 => Just(Step::Stall),
        2 => Just(Step::Answer),
    ]
    .boxed()
}

/// One copy of a message: QoS, RETAIN, Subscription Identifiers.
type Copy = (QoS, bool, Vec<u32>);

struct Script {
    lab: Lab,
    people: Vec<Option<Peer>>,
    /// Publishes to whoever stalls.
    helper: Peer,
    /// Frames that each one has not answered.
    open: Vec<Vec<Bytes>>,
    published: u32,
}

impl Script {
    fn new() -> Self {
        let rules = "topic readwrite a/#\ntopic readwrite b/#\ntopic readwrite $x/#\n\
                     topic readwrite flood/#\ntopic write secret/#\npattern read secret/%c\n";
        let mut lab = Lab::with(Config {
            access: Some(AccessList::parse(rules).unwrap()),
            limits: Limits {
                max_queued: 3,
                max_inflight: 2,
                ..quiet().limits
            },
            ..quiet()
        });
        lab.broker.tell_verdicts(true);
        let helper = lab.client(V5, "helper");
        let mut script = Self {
            lab,
            people: vec![None; PEOPLE.len()],
            helper,
            open: vec![Vec::new(); PEOPLE.len()],
            published: 0,
        };
        for who in 0..PEOPLE.len() {
            script.run(who, &Step::Toggle, &mut Tally::default());
        }
        script
    }

    fn run(&mut self, who: usize, step: &Step, tally: &mut Tally) {
        match (step, self.people[who]) {
            (Step::Toggle, None) => self.people[who] = Some(self.connect(who)),
            (Step::Toggle, Some(peer)) => {
                self.people[who] = None;
                self.open[who].clear();
                self.lab.cut(peer);
            }
            (Step::Subscribe(filter, options), Some(peer)) => {
                let mut options = match peer.version {
                    V311 => options.qos.into(),
                    V5 => *options,
                };
                // No Local on a shared subscription is a Protocol Error.
                options.no_local &= topic::split_shared(filter).is_none();
                let place = FILTERS.iter().position(|other| other == filter).unwrap();
                let list = match peer.version {
                    V311 => PropertiesBuf::new(),
                    V5 => properties([Property::SubscriptionIdentifier(place as u32 + 1)]),
                };
                self.lab
                    .subscribe_with(peer, filter, options, list.as_ref());
            }
            (Step::Unsubscribe(filter), Some(peer)) => {
                self.lab.unsubscribe(peer, filter);
            }
            (Step::Stall, Some(peer)) => self.stall(who, peer),
            (Step::Answer, Some(peer)) => {
                self.lab
                    .broker
                    .handle_sent(self.lab.now, peer.conn, usize::MAX);
                self.lab.collect();
                self.answer(who, peer);
            }
            (
                &Step::Publish {
                    topic,
                    qos,
                    retain,
                    large,
                },
                Some(peer),
            ) => {
                self.published += 1;
                let size = if large { 40 } else { 4 };
                let payload = format!("{:0size$}", self.published);
                let message = Message::new(topic, payload, qos, retain);
                self.publish(who, peer, &message, tally);
            }
            (_, None) => {}
        }
    }

    fn connect(&mut self, who: usize) -> Peer {
        let (client_id, version, receive_maximum, size) = PEOPLE[who];
        let list = match version {
            V311 => PropertiesBuf::new(),
            V5 => properties([
                Property::SessionExpiryInterval(u32::MAX),
                Property::ReceiveMaximum(receive_maximum),
                Property::MaximumPacketSize(size),
            ]),
        };
        let peer = self.lab.open(version);
        let connect = Connect {
            // One of each version loses its session with its connection.
            clean_start: who >= 4,
            properties: list.as_ref(),
            ..hello(version, client_id)
        };
        self.lab.send(peer, &Packet::Connect(connect));
        self.open[who] = self.lab.take_frames(peer);
        peer
    }

    fn stall(&mut self, who: usize, peer: Peer) {
        let topic = format!("flood/{who}");
        self.lab.subscribe(peer, &topic, Q0);
        self.lab.takes = false;
        for _ in 0..30 {
            self.lab
                .publish(self.helper, &topic, &"x".repeat(10_000), Q0);
        }
        self.lab.takes = true;
        self.lab.unsubscribe(peer, &topic);
        // Nobody but the one it is about is to be slow.
        for (other, peer) in self.people.iter().enumerate() {
            if let Some(peer) = peer.filter(|_| other != who) {
                self.lab
                    .broker
                    .handle_sent(self.lab.now, peer.conn, usize::MAX);
            }
        }
        self.lab.collect();
    }

    /// Acknowledges until there is nothing left to acknowledge.
    fn answer(&mut self, who: usize, peer: Peer) {
        let mut frames = core::mem::take(&mut self.open[who]);
        frames.extend(self.lab.take_frames(peer));
        while !frames.is_empty() {
            for frame in frames {
                match midge_codec::decode(&frame, peer.version).unwrap() {
                    Packet::Publish(publish) => {
                        let id = publish.delivery.packet_id().map_or(0, |id| id.get());
                        match publish.delivery.qos() {
                            QoS::AtMostOnce => {}
                            QoS::AtLeastOnce => self.lab.acknowledge(peer, "PUBACK", id),
                            QoS::ExactlyOnce => self.lab.acknowledge(peer, "PUBREC", id),
                        }
                    }
                    Packet::Ack(ack) if ack.kind == AckKind::PubRel => {
                        self.lab.acknowledge(peer, "PUBCOMP", ack.packet_id.get());
                    }
                    _ => {}
                }
            }
            frames = self.lab.take_frames(peer);
        }
    }

    fn publish(&mut self, who: usize, peer: Peer, message: &Message, tally: &mut Tally) {
        let explained: Vec<Vec<(ByteString, Verdict)>> = PEOPLE
            .iter()
            .map(|(id, ..)| self.lab.broker.explain(message, Some(PEOPLE[who].0), id))
            .collect();
        self.lab.events.clear();
        let payload = String::from_utf8_lossy(&message.payload).into_owned();
        let publish = Publish {
            retain: message.retain,
            ..publication(&message.topic, &payload, message.qos)
        };
        self.lab.send(peer, &Packet::Publish(publish));
        if message.qos == QoS::ExactlyOnce {
            self.lab.acknowledge(peer, "PUBREL", 9);
        }
        let (id, judged) = self.routed();
        for (person, explained) in explained.iter().enumerate() {
            let client_id = PEOPLE[person].0;
            let judged: Vec<&Judged> = judged
                .iter()
                .filter(|judged| judged.client_id == client_id)
                .collect();
            tally.compare(explained, &judged);
            let mut expected = self.expected(person, &judged);
            let copies = self.copies(person, &payload);
            let dropped = self.dropped(id, client_id);
            if dropped > 0 {
                tally.note("dropped at once");
                // One of two copies may be dropped while the other waits for the window.
                assert_eq!(copies.len() + dropped, expected.len());
                expected.retain(|copy| copies.contains(copy));
            }
            assert_eq!(copies, expected, "{client_id} {message:?} {judged:?}");
            tally.cases += 1;
        }
    }

    fn routed(&self) -> (MessageId, Vec<Judged>) {
        let mut told = self.lab.events.iter().filter_map(|event| match event {
            Event::Routed(verdicts) => Some((verdicts.id, verdicts.judged.clone())),
            _ => None,
        });
        let routed = told.next().expect("it was accepted");
        assert!(told.next().is_none());
        routed
    }

    /// How many copies were dropped after they were accepted, because the packet is too large.
    fn dropped(&self, of: MessageId, whose: &str) -> usize {
        let dropped = |event: &&Event| {
            matches!(event, Event::Ended { id, client_id, ending: Err(NotDelivered::TooLarge) }
                if *id == of && client_id == whose)
        };
        self.lab.events.iter().filter(dropped).count()
    }

    /// The copies that follow from verdicts: one of all subscriptions that are not shared, one of each
    /// that is.
    fn expected(&self, person: usize, judged: &[&Judged]) -> Vec<Copy> {
        let version = PEOPLE[person].1;
        let mut plain: Option<Copy> = None;
        let mut copies = Vec::new();
        for judged in judged {
            let Verdict::Deliver { qos, retain } = judged.verdict else {
                continue;
            };
            let place = FILTERS.iter().position(|filter| judged.filter == *filter);
            let identifier = place.map(|place| place as u32 + 1);
            let identifier = identifier.filter(|_| version == V5);
            if topic::split_shared(&judged.filter).is_some() {
                copies.push((qos, retain, identifier.into_iter().collect()));
                continue;
            }
            let (of, flag, identifiers) = plain.get_or_insert((qos, false, Vec::new()));
            assert_eq!(*of, qos, "one copy has one QoS");
            *flag |= retain;
            identifiers.extend(identifier);
            identifiers.sort_unstable();
        }
        copies.extend(plain);
        copies.sort();
        copies
    }

    /// The copies that a client got or that wait for it.
    fn copies(&mut self, person: usize, payload: &str) -> Vec<Copy> {
        let mut copies = Vec::new();
        if let Some(peer) = self.people[person] {
            let frames = self.lab.take_frames(peer);
            for frame in &frames {
                if let Packet::Publish(publish) = midge_codec::decode(frame, peer.version).unwrap()
                    && publish.payload == payload.as_bytes()
                {
                    let found = identifiers(publish.properties);
                    copies.push((publish.delivery.qos(), publish.retain, found));
                }
            }
            self.open[person].extend(frames);
        }
        if let Some(session) = self.lab.broker.delivery(PEOPLE[person].0) {
            let waiting = session.queued().map(|queued| queued.outgoing);
            copies.extend(
                waiting
                    .filter(|outgoing| outgoing.message.payload == payload.as_bytes())
                    .map(|outgoing| {
                        let found = match PEOPLE[person].1 {
                            V311 => Vec::new(),
                            V5 => identifiers(outgoing.extra.as_ref()),
                        };
                        (outgoing.qos, outgoing.retain, found)
                    }),
            );
        }
        copies.sort();
        copies
    }
}

fn identifiers(properties: Properties<'_>) -> Vec<u32> {
    let mut found: Vec<u32> = properties
        .iter()
        .filter_map(|property| match property {
            Property::SubscriptionIdentifier(identifier) => Some(identifier),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found
}

/// How often each verdict occurred.
#[derive(Default)]
struct Tally {
    cases: u32,
    verdicts: BTreeMap<String, u32>,
}

impl Tally {
    fn note(&mut self, what: &str) {
        *self.verdicts.entry(what.to_string()).or_default() += 1;
    }

    /// What was explained beforehand is what was told while routing.
    fn compare(&mut self, explained: &[(ByteString, Verdict)], judged: &[&Judged]) {
        let no_match =
            |verdict: &Verdict| matches!(verdict, Verdict::Not(NotDelivered::NoMatch(_)));
        if judged.is_empty() {
            assert!(explained.iter().all(|(_, verdict)| no_match(verdict)));
        } else {
            assert_eq!(explained.len(), judged.len());
        }
        for (filter, verdict) in explained {
            let name = match verdict {
                Verdict::Deliver { qos, .. } => format!("deliver at {}", *qos as u8),
                Verdict::Not(NotDelivered::NoMatch(Mismatch::DollarTopic)) => "$".to_string(),
                Verdict::Not(NotDelivered::NoMatch(_)) => "no match".to_string(),
                Verdict::Not(why) => format!("{why:?}"),
            };
            self.note(&name);
            let Some(told) = judged.iter().find(|judged| judged.filter == *filter) else {
                continue;
            };
            if told.verdict == *verdict {
                continue;
            }
            // Only what the packet's size or an earlier copy of the message decides comes later.
            self.note("corrected");
            let is_shared = topic::split_shared(filter).is_some();
            assert!(
                is_shared || told.verdict == Verdict::Not(NotDelivered::TooLarge),
                "{filter}: {verdict:?}, then {:?}",
                told.verdict
            );
        }
    }
}

#[test]
fn what_is_explained_and_told_is_what_is_delivered() {
    let scripts = prop::collection::vec((0..PEOPLE.len(), step()), STEPS);
    let mut runner = TestRunner::deterministic();
    let mut tally = Tally::default();
    while tally.cases < CASES {
        let steps = scripts.new_tree(&mut runner).expect("a script").current();
        let mut script = Script::new();
        for (who, step) in &steps {
            script.run(*who, step, &mut tally);
        }
    }
    for verdict in [
        "deliver at 0",
        "deliver at 1",
        "deliver at 2",
        "no match",
        "$",
        "NoLocal",
        "NotAuthorized",
        "QueueFull",
        "OfflineAtMostOnce",
        "SharedToAnother",
        "corrected",
        "dropped at once",
    ] {
        let times = tally.verdicts.get(verdict).copied().unwrap_or(0);
        assert!(times >= 100, "{verdict}: {times} of {:?}", tally.verdicts);
    }
}
