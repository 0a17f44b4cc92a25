//! Only what changed crosses.

use super::bench::Bench;
use midge_view::{Action, Answer, ConnectionId, DeviceId, PacketFilter, Query, Window};

fn packets(window: Window) -> Query {
    Query::Packets {
        filter: PacketFilter::default(),
        window,
    }
}

#[test]
fn an_answer_crosses_once_until_it_changes() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    bench.act(Action::Pause(true)).expect("paused");
    let queries = [
        Query::Frame,
        Query::House,
        Query::Connections,
        packets(Window::Tail { count: 40 }),
        Query::Packet(0),
        Query::Broker {
            sessions: (0, 50),
            retained: (0, 50),
        },
        Query::Course,
        Query::Lesson,
    ];
    let first: Vec<u32> = bench.frame(&queries).iter().map(|it| it.0).collect();
    assert_eq!(first, (0..8).collect::<Vec<_>>());
    assert_eq!(bench.frame(&queries), []);
    bench.act(Action::Step).expect("a packet");
    let changed: Vec<u32> = bench.frame(&queries).iter().map(|it| it.0).collect();
    assert!(changed.contains(&0) && changed.contains(&3), "{changed:?}");
    assert!(
        !changed.contains(&4) && !changed.contains(&6),
        "{changed:?}"
    );
}

#[test]
fn another_question_in_a_slot_is_answered_and_a_slot_left_out_is_forgotten() {
    let mut bench = Bench::new();
    bench.act(Action::Pause(true)).expect("paused");
    assert_eq!(bench.frame(&[Query::Course]).len(), 1);
    assert_eq!(bench.frame(&[Query::Connections]).len(), 1);
    assert_eq!(bench.frame(&[Query::Connections]).len(), 0);
    assert_eq!(bench.frame(&[]).len(), 0);
    assert_eq!(bench.frame(&[Query::Connections]).len(), 1);
}

#[test]
fn a_house_slot_hears_of_each_travel_once() {
    let mut bench = Bench::new();
    bench.frame(&[Query::House]);
    let mut seen = Vec::new();
    for _ in 0..200 {
        bench.pass(16);
        for (_, answer) in bench.frame(&[Query::House]) {
            let Answer::House(house) = answer else {
                panic!("not the house")
            };
            assert!(house.travels.len() <= 64);
            seen.extend(house.travels.into_iter().map(|travel| travel.seq));
        }
    }
    let end = bench.packets("").end;
    assert!(end > 8, "{end}");
    assert_eq!(seen, (0..end).collect::<Vec<_>>());
}

#[test]
fn what_is_not_there_is_answered_by_nothing() {
    let mut bench = Bench::new();
    let nobody = ConnectionId(77);
    assert_eq!(
        bench.ask(Query::Device(DeviceId(999))),
        Answer::Device(None)
    );
    assert_eq!(bench.ask(Query::Packet(u64::MAX)), Answer::Packet(None));
    assert_eq!(
        bench.ask(Query::Connection(nobody)),
        Answer::Connection(None)
    );
    assert_eq!(
        bench.ask(Query::Message {
            connection: nobody,
            index: 0
        }),
        Answer::Message(None)
    );
    assert_eq!(
        bench.ask(Query::Session("nobody".to_owned())),
        Answer::Session(None)
    );
    assert_eq!(bench.ask(Query::Lesson), Answer::Lesson(None));
    assert!(bench.act(Action::Reconnect(nobody)).is_err());
    assert!(bench.act(Action::StartLesson("none".to_owned())).is_err());
    assert!(bench.act(Action::RestoreProgress("{".to_owned())).is_err());
}

#[test]
fn the_broker_page_shows_the_devices_sessions() {
    let mut bench = Bench::new();
    bench.pass(3_000);
    let query = Query::Broker {
        sessions: (1, 2),
        retained: (0, 50),
    };
    let Answer::Broker(broker) = bench.ask(query) else {
        panic!("not the broker")
    };
    assert_eq!(broker.sessions.len(), 2);
    assert!(broker.session_count >= 4);
    assert!(broker.retained_count > 0);
    assert!(broker.sessions[0].words.starts_with("connected, "));
    assert!(broker.sessions[0].name.is_some());
    assert!(!broker.deadlines.is_empty() && broker.deadlines.len() <= 20);
    assert!(broker.deadlines.is_sorted_by_key(|row| row.in_ms));
    let session = Query::Session(broker.sessions[0].client_id.clone());
    let Answer::Session(Some(detail)) = bench.ask(session) else {
        panic!("no session")
    };
    assert_eq!(detail.row.client_id, broker.sessions[0].client_id);
    assert!(detail.will.is_some());
}
