//! The ladder: lanes, entries, marks, journeys, and what a long log costs.

use super::bench::{Bench, Network, URL, live, profile};
use crate::packets::Origin;
use bytes::Bytes;
use midge_codec::Version;
use midge_session::Instant;
use midge_sim::{Action as WorldAction, LinkFault};
use midge_trace::ladder::Client;
use midge_trace::{HopId, Record, Toward};
use midge_view::{
    Action, Answer, ConnectionId, Fate, FromEngine, JourneyAnswer, LadderAnswer, LadderEntry,
    LadderWhat, LaneChoice, Link, MarkSign, Middle, PacketFilter, PacketType, Profile, QoS, Query,
    Window, wire,
};

const ALL: Window = Window::Tail { count: 500 };

fn query(window: Window) -> Query {
    Query::Ladder {
        broker: None,
        filter: PacketFilter::default(),
        window,
        at: None,
        lanes: LaneChoice::default(),
    }
}

fn ladder(bench: &mut Bench, query: Query) -> LadderAnswer {
    match bench.ask(query) {
        Answer::Ladder(ladder) => *ladder,
        other => panic!("{other:?}"),
    }
}

fn journey(bench: &mut Bench, seq: u64) -> JourneyAnswer {
    match bench.ask(Query::Journey(seq)) {
        Answer::Journey(Some(journey)) => *journey,
        other => panic!("{other:?}"),
    }
}

fn lane(ladder: &LadderAnswer, entry: &LadderEntry) -> String {
    let lane = ladder.lanes.iter().find(|lane| lane.id == entry.lane);
    lane.expect("every entry has a lane").key.name.clone()
}

/// The marks on a client's lane, oldest first.
fn marks(ladder: &LadderAnswer, client: &str) -> Vec<(MarkSign, String)> {
    let entries = ladder.entries.iter();
    let marks = entries.filter_map(|entry| match &entry.what {
        LadderWhat::Mark(sign, words, _) if lane(ladder, entry) == client => {
            Some((*sign, words.clone()))
        }
        _ => None,
    });
    marks.collect()
}

fn publish(bench: &mut Bench, connection: ConnectionId, topic: &str, payload: &[u8], qos: QoS) {
    let action = Action::Publish {
        connection,
        topic: topic.to_owned(),
        payload: payload.to_vec(),
        qos,
        retain: false,
    };
    bench.act(action).expect("a legal publish");
    bench.pass(1_000);
}

fn subscribe(bench: &mut Bench, connection: ConnectionId, filter: &str, qos: QoS) {
    let action = Action::Subscribe {
        connection,
        filter: filter.to_owned(),
        qos,
    };
    bench.act(action).expect("a legal filter");
    bench.pass(500);
}

fn lab_client(bench: &mut Bench, name: &str) -> ConnectionId {
    let id = bench.connect(Profile {
        name: name.to_owned(),
        client_id: name.to_lowercase(),
        clean_start: false,
        session_expiry: 3_600,
        ..profile(Link::Lab)
    });
    bench.pass(500);
    id
}

/// The number of the newest PUBLISH of a topic towards the broker.
fn sent(bench: &mut Bench, topic: &str) -> u64 {
    let rows = bench.packets(topic).rows;
    let mut publishes = rows.iter().filter(|row| {
        row.packet_type == Some(PacketType::Publish)
            && row.direction == midge_view::Direction::ToBroker
    });
    publishes.next_back().expect("it was published").seq
}

#[test]
fn every_device_has_a_lane_and_each_packet_stands_on_that_of_its_client() {
    let mut bench = Bench::new();
    bench.pass(5_000);
    let ladder = ladder(&mut bench, query(ALL));
    assert_eq!(
        (ladder.broker.clone(), ladder.brokers.len()),
        (Middle::Lab, 1)
    );
    let names: Vec<_> = ladder.lanes.iter().map(|lane| &*lane.key.name).collect();
    assert!(names.contains(&"Lamp, living room"), "{names:?}");
    for (index, entry) in (ladder.from..).zip(&ladder.entries) {
        if let LadderWhat::Packet { packet, .. } = &entry.what {
            assert_eq!(packet.client, lane(&ladder, entry), "{index}");
        }
    }
    // Everybody connected, and is shown as connected from there on.
    let last = ladder.lanes.iter().map(|lane| lane.connected.last());
    assert!(last.flatten().all(|(_, connected)| *connected));
}

#[test]
fn a_qos_2_exchange_is_one_group() {
    let mut bench = Bench::new();
    let id = lab_client(&mut bench, "Ada");
    publish(&mut bench, id, "t/1", b"1", QoS::ExactlyOnce);
    let filter = PacketFilter {
        client: Some("Ada".to_owned()),
        ..PacketFilter::default()
    };
    let ask = Query::Ladder {
        broker: None,
        filter,
        window: ALL,
        at: None,
        lanes: LaneChoice::default(),
    };
    let ladder = ladder(&mut bench, ask);
    assert_eq!(ladder.lanes.len(), 1);
    let group = &ladder.groups[0];
    assert_eq!((group.qos, group.open), (Some(QoS::ExactlyOnce), false));
    assert_eq!(group.words, "complete");
    let kinds: Vec<_> = (ladder.from..)
        .zip(&ladder.entries)
        .filter(|(index, _)| (group.first..=group.last).contains(index))
        .filter_map(|(_, entry)| match &entry.what {
            LadderWhat::Packet { packet, group, .. } => Some((packet.packet_type?, *group)),
            LadderWhat::Mark(..) => None,
        })
        .collect();
    let of_group = |kind| (kind, Some(group.id));
    assert_eq!(
        kinds,
        [
            PacketType::Publish,
            PacketType::PubRec,
            PacketType::PubRel,
            PacketType::PubComp
        ]
        .map(of_group)
    );
}

#[test]
fn a_wire_that_is_cut_is_marked_where_it_was_cut() {
    let mut bench = Bench::new();
    bench.pass(3_000);
    let lamp = bench.device("Lamp", "Living room").id;
    let cut = WorldAction::Link {
        device: lamp,
        fault: LinkFault::Cut,
    };
    bench.act(Action::World(cut)).expect("connected");
    bench.pass(30_000);
    let ladder = ladder(&mut bench, query(ALL));
    let marks = marks(&ladder, "Lamp, living room");
    let expected = [
        (MarkSign::Deed, "wire cut".to_owned()),
        (MarkSign::Cut, "connection lost".to_owned()),
    ];
    assert_eq!(marks[..2], expected);
    let of_lamp = ladder
        .lanes
        .iter()
        .find(|lane| lane.key.name == "Lamp, living room");
    let turns: Vec<_> = of_lamp.unwrap().connected.iter().map(|it| it.1).collect();
    assert_eq!(turns, [false, true, false, true], "it came back");
}

#[test]
fn a_message_is_followed_while_it_waits_and_to_where_it_arrives() {
    let mut bench = Bench::new();
    let (ada, bob) = (lab_client(&mut bench, "Ada"), lab_client(&mut bench, "Bob"));
    subscribe(&mut bench, bob, "t/#", QoS::AtLeastOnce);
    let eve = lab_client(&mut bench, "Eve");
    subscribe(&mut bench, eve, "t/+", QoS::AtMostOnce);
    bench.act(Action::Disconnect(bob)).expect("connected");
    bench.pass(500);
    publish(&mut bench, ada, "t/1", b"hello", QoS::AtLeastOnce);
    let seq = sent(&mut bench, "t/1");

    let waiting = journey(&mut bench, seq);
    assert_eq!((&*waiting.topic, &*waiting.preview), ("t/1", "hello"));
    let published = waiting.published.expect("Ada published it");
    assert_eq!((&*published.client, published.fate), ("Ada", Fate::Done));
    let legs = |journey: &JourneyAnswer| -> Vec<_> {
        let mut legs: Vec<_> = journey
            .delivered
            .iter()
            .map(|leg| (leg.client.clone(), leg.fate, leg.qos))
            .collect();
        legs.sort_by(|one, other| one.0.cmp(&other.0));
        legs
    };
    assert_eq!(
        legs(&journey(&mut bench, seq)),
        [
            ("Bob".to_owned(), Fate::Queued, None),
            ("Eve".to_owned(), Fate::Done, Some(QoS::AtMostOnce))
        ]
    );
    assert_eq!(
        marks(&ladder(&mut bench, query(ALL)), "Bob"),
        [(MarkSign::Queued, "queued".to_owned())]
    );

    bench.act(Action::Reconnect(bob)).expect("listed");
    bench.pass(1_000);
    let arrived = journey(&mut bench, seq);
    let of_bob = arrived.delivered.iter().find(|leg| leg.client == "Bob");
    let of_bob = of_bob.expect("it arrived");
    assert_eq!(
        (of_bob.fate, of_bob.qos),
        (Fate::Done, Some(QoS::AtLeastOnce))
    );
    assert!(of_bob.words.starts_with("waited "), "{}", of_bob.words);
    // The acknowledgement at the far end tells of the same message.
    let acked = bench.packets("PUBACK").rows;
    let last = acked.last().expect("Bob acknowledged");
    assert_eq!(journey(&mut bench, last.seq).message, arrived.message);
}

#[test]
fn each_broker_has_a_ladder_of_its_own() {
    let mut network = Network::new(midge_broker::Config::default());
    let mut bench = Bench::new();
    let far = bench.connect(Profile {
        name: "Far".to_owned(),
        ..live()
    });
    network.carry(&mut bench);
    let near = lab_client(&mut bench, "Near");
    subscribe(&mut bench, near, "t/1", QoS::AtMostOnce);
    publish(&mut bench, far, "t/1", b"same", QoS::AtLeastOnce);
    network.carry(&mut bench);
    publish(&mut bench, near, "t/1", b"same", QoS::AtMostOnce);

    let lab = ladder(&mut bench, query(ALL));
    let url = Middle::Network(URL.to_owned());
    assert_eq!(lab.brokers, [Middle::Lab, url.clone()]);
    assert!(lab.lanes.iter().all(|lane| lane.key.name != "Far"));

    let rows = bench.packets("t/1").rows;
    let first = rows.iter().find(|row| row.client == "Far").unwrap().seq;
    let ask = Query::Ladder {
        broker: None,
        filter: PacketFilter::default(),
        window: ALL,
        at: Some(first),
        lanes: LaneChoice::default(),
    };
    let of_packet = ladder(&mut bench, ask);
    assert_eq!(of_packet.broker, url);
    let names: Vec<_> = of_packet.lanes.iter().map(|lane| &*lane.key.name).collect();
    assert_eq!(names, ["Far"]);
    let there = &of_packet.entries[(of_packet.at.unwrap() - of_packet.from) as usize];
    assert!(matches!(&there.what, LadderWhat::Packet { packet, .. } if packet.seq == first));
    // The same topic and payload at another broker is another message.
    assert_eq!(journey(&mut bench, first).delivered, []);

    network.cut(&mut bench);
    let ask = Query::Ladder {
        broker: Some(url),
        filter: PacketFilter::default(),
        window: ALL,
        at: None,
        lanes: LaneChoice::default(),
    };
    let lost = ladder(&mut bench, ask);
    assert_eq!(marks(&lost, "Far")[0].0, MarkSign::Cut);
}

#[test]
fn a_lab_that_begins_again_has_a_fresh_ladder_and_leaves_the_others() {
    let mut network = Network::new(midge_broker::Config::default());
    let mut bench = Bench::new();
    bench.connect(live());
    network.carry(&mut bench);
    network.cut(&mut bench);
    bench.pass(2_000);
    let url = Some(Middle::Network(URL.to_owned()));
    let far = || Query::Ladder {
        broker: url.clone(),
        filter: PacketFilter::default(),
        window: ALL,
        at: None,
        lanes: LaneChoice::default(),
    };
    let before = ladder(&mut bench, far());
    ladder(&mut bench, query(ALL));
    bench.act(Action::Restart { seed: 2 }).expect("a seed");
    assert_eq!(ladder(&mut bench, query(ALL)).entries, []);
    let after = ladder(&mut bench, far());
    let signs = |ladder: &LadderAnswer| -> Vec<_> {
        let entries = ladder.entries.iter();
        entries
            .map(|entry| match &entry.what {
                LadderWhat::Packet { packet, .. } => packet.packet_type,
                LadderWhat::Mark(..) => None,
            })
            .collect()
    };
    assert_eq!(signs(&after)[..3], signs(&before)[..3]);
    assert!(signs(&after).contains(&None), "the cut is kept");
}

/// A lab that stands, and so many packets of a publisher and a subscriber in the log.
fn with_packets(count: u64) -> Bench {
    let mut bench = Bench::new();
    bench.act(Action::Pause(true)).expect("a clock");
    let hops = ["sensor", "phone"].map(|name| {
        let client = Client { key: name, name };
        bench.engine.journal.open_hop(client, Origin::Lab)
    });
    for number in 0..count {
        let (hop, toward) = match number % 2 {
            0 => (hops[0], Toward::Broker),
            _ => (hops[1], Toward::Client),
        };
        // Topic "t", the number of the message as payload.
        let mut frame = vec![0x30, 11, 0, 1, b't'];
        frame.extend((number / 2).to_be_bytes());
        let record = Record {
            seq: 0,
            at: Instant::from_millis(number),
            hop: HopId(0),
            toward,
            version: Version::V311,
            frame: Bytes::from(frame),
            fault: None,
        };
        bench.engine.journal.import(&record, hop);
    }
    bench
}

fn read_to_the_end(bench: &mut Bench, ask: &Query) -> LadderAnswer {
    let mut last = None;
    for _ in 0..100_000 {
        if let Some((_, Answer::Ladder(ladder))) = bench.frame(std::slice::from_ref(ask)).pop() {
            last = Some(*ladder);
        }
        if last.as_ref().is_some_and(|ladder| !ladder.scanning) {
            break;
        }
    }
    last.expect("it is answered")
}

#[test]
fn an_answer_costs_its_window_and_not_the_log() {
    let sizes = [10_000, 100_000].map(|count| {
        let mut bench = with_packets(count);
        let window = Window::From {
            index: count / 2,
            count: 60,
        };
        let ladder = read_to_the_end(&mut bench, &query(window));
        assert_eq!((ladder.from, ladder.entries.len()), (count / 2, 60));
        assert!(ladder.end >= count);
        let answers = vec![(0, Answer::Ladder(Box::new(ladder)))];
        wire::encode(&FromEngine::Answers { frame: 1, answers }).len()
    });
    assert!(sizes.iter().all(|size| *size < 8_000), "{sizes:?}");
    assert!(sizes[1] < sizes[0] + 500, "{sizes:?}");
}

#[test]
fn a_long_log_is_read_a_little_each_frame() {
    let mut bench = with_packets(10_000);
    // Each look at the clock uses the frame up.
    bench.cost = 20_000;
    let ask = query(ALL);
    let mut ends = Vec::new();
    for _ in 0..100 {
        if let Some((_, Answer::Ladder(ladder))) = bench.frame(std::slice::from_ref(&ask)).pop() {
            ends.push((ladder.end, ladder.scanning));
            if !ladder.scanning {
                break;
            }
        }
    }
    assert!(ends.len() > 15, "{ends:?}");
    assert!(ends.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 600));
    assert_eq!(ends.last().map(|end| end.1), Some(false));
}

#[test]
fn a_filter_leaves_the_lanes_it_has_packets_of() {
    let mut bench = with_packets(4_000);
    let filter = PacketFilter {
        client: Some("phone".to_owned()),
        ..PacketFilter::default()
    };
    let ask = Query::Ladder {
        broker: None,
        filter,
        window: Window::From {
            index: 1_000,
            count: 10,
        },
        at: Some(3_001),
        lanes: LaneChoice::default(),
    };
    let ladder = read_to_the_end(&mut bench, &ask);
    let names: Vec<_> = ladder.lanes.iter().map(|lane| &*lane.key.name).collect();
    assert_eq!(names, ["phone"]);
    assert_eq!(ladder.end - ladder.start, 2_000);
    // The 3,002nd packet is the 1,501st of the phone.
    assert!(ladder.at.is_some());
    let entry = &ladder.entries[0];
    assert!(matches!(&entry.what, LadderWhat::Packet { packet, .. } if packet.client == "phone"));
}
