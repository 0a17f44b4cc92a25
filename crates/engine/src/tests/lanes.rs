//! The lanes of a ladder: very many of them, namesakes, and what a person wants of them.

use super::bench::{Bench, Network, URL, live, profile};
use crate::packets::Origin;
use bytes::Bytes;
use midge_codec::Version;
use midge_session::Instant;
use midge_trace::ladder::Client;
use midge_trace::{HopId, Record, Toward};
use midge_view::{
    Action, Answer, LadderAnswer, LadderWhat, LaneChoice, LaneKey, Link, Middle, PacketFilter,
    Query, Window,
};

fn ask(bench: &mut Bench, broker: Middle, window: Window, lanes: LaneChoice) -> LadderAnswer {
    let query = Query::Ladder {
        broker: Some(broker),
        filter: PacketFilter::default(),
        window,
        at: None,
        lanes,
    };
    match bench.ask(query) {
        Answer::Ladder(ladder) => *ladder,
        other => panic!("{other:?}"),
    }
}

fn key(name: &str, nth: u32) -> LaneKey {
    LaneKey {
        name: name.to_owned(),
        nth,
    }
}

/// A lab that stands and a file's broker to which so many clients sent one packet each, in turn, twice.
fn crowd(count: u64) -> (Bench, Middle) {
    let mut bench = Bench::new();
    bench.act(Action::Pause(true)).expect("a clock");
    let hops: Vec<HopId> = (0..count)
        .map(|number| {
            let name = format!("sensor-{number:02}");
            let client = Client {
                key: &name,
                name: &name,
            };
            let origin = Origin::File { epoch_us: 7 };
            bench.engine.journal.open_hop(client, origin)
        })
        .collect();
    for number in 0..2 * count {
        let record = Record {
            seq: 0,
            at: Instant::from_millis(number),
            hop: HopId(0),
            toward: Toward::Broker,
            version: Version::V311,
            frame: Bytes::from_static(&[0x30, 4, 0, 1, b't', b'1']),
            fault: None,
        };
        let hop = hops[usize::try_from(number % count).expect("few")];
        bench.engine.journal.import(&record, hop);
    }
    (bench, Middle::File(7))
}

#[test]
fn of_a_crowd_everybody_with_a_packet_in_view_has_a_lane() {
    let (mut bench, file) = crowd(60);
    for from in [0, 30, 55, 80, 10] {
        let window = Window::From {
            index: from,
            count: 40,
        };
        let seen = ask(&mut bench, file.clone(), window, LaneChoice::default());
        assert_eq!((seen.lanes.len(), seen.others.len()), (48, 12));
        assert!(seen.others.iter().all(|other| !other.hidden));
        for entry in &seen.entries {
            let has_lane = seen.lanes.iter().any(|lane| lane.id == entry.lane);
            assert!(has_lane, "from {from}: {entry:?}");
        }
    }
    let all = ask(
        &mut bench,
        file,
        Window::Tail { count: 120 },
        LaneChoice::default(),
    );
    let ids = all.lanes.iter().map(|lane| lane.id);
    let mut ids: Vec<u32> = ids.chain(all.others.iter().map(|other| other.id)).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..60).collect::<Vec<_>>());
}

#[test]
fn a_hidden_client_has_no_lane_and_no_rows_and_is_named_among_the_others() {
    let (mut bench, file) = crowd(4);
    let choice = LaneChoice {
        order: vec![key("sensor-03", 0)],
        hidden: vec![key("sensor-01", 0), key("sensor-09", 0)],
    };
    let seen = ask(&mut bench, file.clone(), Window::Tail { count: 50 }, choice);
    let names: Vec<_> = seen.lanes.iter().map(|lane| &*lane.key.name).collect();
    assert_eq!(names, ["sensor-03", "sensor-00", "sensor-02"]);
    assert_eq!(seen.end - seen.start, 6);
    assert!(seen.entries.iter().all(|entry| entry.lane != 1));
    let others: Vec<_> = seen.others.iter().map(|it| (it.id, it.hidden)).collect();
    assert_eq!(others, [(1, true)]);
    let all = ask(
        &mut bench,
        file,
        Window::Tail { count: 50 },
        LaneChoice::default(),
    );
    assert_eq!((all.end, all.others.len()), (8, 0));
}

#[test]
fn connections_of_one_name_have_a_lane_each_on_a_network() {
    let mut network = Network::new(midge_broker::Config::default());
    let mut bench = Bench::new();
    bench.connect(live());
    network.carry(&mut bench);
    let mut twin = live();
    twin.client_id = "twin".to_owned();
    bench.connect(twin);
    network.carry(&mut bench);
    let broker = Middle::Network(URL.to_owned());
    let seen = ask(
        &mut bench,
        broker,
        Window::Tail { count: 50 },
        LaneChoice::default(),
    );
    let name = live().name;
    let lanes: Vec<_> = seen.lanes.iter().map(|lane| lane.key.clone()).collect();
    assert_eq!(lanes, [key(&name, 0), key(&name, 1)]);
    assert_eq!(seen.lanes[1].aside.as_deref(), Some("twin"));
    assert_ne!(seen.lanes[0].aside, seen.lanes[1].aside);
}

#[test]
fn a_connection_to_the_lab_is_not_taken_for_a_device_of_its_name_and_keeps_its_lane() {
    let mut bench = Bench::new();
    bench.pass(1_000);
    let choice = LaneChoice::default;
    let tail = Window::Tail { count: 500 };
    let before = ask(&mut bench, Middle::Lab, tail, choice());
    let device = before.lanes[0].key.clone();
    let guest = bench.connect(midge_view::Profile {
        name: device.name.clone(),
        ..profile(Link::Lab)
    });
    bench.pass(1_000);
    let namesakes = |ladder: &LadderAnswer| -> Vec<u32> {
        let lanes = ladder.lanes.iter();
        lanes
            .filter(|lane| lane.key.name == device.name)
            .map(|lane| lane.id)
            .collect()
    };
    let seen = ask(&mut bench, Middle::Lab, tail, choice());
    assert_eq!(namesakes(&seen).len(), 2);
    // A connection that opens again is the same client, and so is what the broker says of it.
    bench.act(Action::Disconnect(guest)).expect("it is open");
    bench.pass(1_000);
    bench.act(Action::Reconnect(guest)).expect("it is closed");
    bench.pass(1_000);
    let again = ask(&mut bench, Middle::Lab, tail, choice());
    assert_eq!(namesakes(&again), namesakes(&seen));
    let of_guest = |what: &LadderWhat| matches!(what, LadderWhat::Mark(..));
    let marks = again.entries.iter().filter(|entry| of_guest(&entry.what));
    let lanes = again.lanes.iter().map(|lane| lane.id);
    let lanes: Vec<u32> = lanes.collect();
    assert!(marks.into_iter().all(|mark| lanes.contains(&mark.lane)));
}
