//! What the log keeps, what it dropped, and clearing it.

use super::bench::Bench;
use midge_view::{Action, Answer, Kept, PacketFilter, Query, Window};

fn kept(bench: &mut Bench) -> Kept {
    bench.packets("").kept
}

#[test]
fn the_log_says_what_it_keeps_and_what_not_any_more() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(4_000);
    bench.act(Action::Pause(true)).expect("paused");
    let before = kept(&mut bench);
    assert!(before.packets > 100 && before.bytes > before.packets * 2);
    assert_eq!((before.dropped_packets, before.dropped_bytes), (0, 0));

    let bound = Action::BoundLog {
        packets: 60,
        mebibytes: 1,
    };
    bench.act(bound).expect("bounds");
    let after = kept(&mut bench);
    assert_eq!(after.packets, 60);
    assert_eq!(after.packets + after.dropped_packets, before.packets);
    assert_eq!(after.bytes + after.dropped_bytes, before.bytes);
}

#[test]
fn clearing_can_be_undone_also_when_packets_came_since() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    let before = bench.packets("");
    bench.act(Action::ClearPackets).expect("cleared");
    let cleared = bench.packets("");
    assert_eq!(cleared.rows, []);
    assert_eq!(cleared.kept.restorable, Some(before.kept.packets));
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(1_000);
    let since = bench.packets("").rows;
    assert!(!since.is_empty());

    // A list that is on screen all the time.
    let query = Query::Packets {
        filter: PacketFilter {
            text: "type:CONNECT".to_owned(),
            ..PacketFilter::default()
        },
        window: Window::Tail { count: 500 },
    };
    let connects = |bench: &mut Bench| match bench.frame(std::slice::from_ref(&query)).pop() {
        Some((_, Answer::Packets(packets))) => packets.rows.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(connects(&mut bench), 0);
    bench.act(Action::RestorePackets).expect("restored");
    assert!(connects(&mut bench) >= 4);
    let restored = bench.packets("");
    let expected: Vec<_> = before.rows.into_iter().chain(since).collect();
    assert_eq!(restored.rows, expected);
    assert_eq!(restored.kept.restorable, None);
    assert_eq!(restored.kept.dropped_packets, 0);
    assert!(bench.act(Action::RestorePackets).is_err());
}

#[test]
fn what_was_cleared_is_given_up_when_many_packets_followed() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    bench.act(Action::ClearPackets).expect("cleared");
    bench.act(Action::Speed(60)).expect("a speed");
    while bench.packets("").kept.packets < 5_100 {
        bench.pass(20_000);
    }
    assert_eq!(kept(&mut bench).restorable, None);
    let refused = bench.act(Action::RestorePackets).expect_err("gone");
    assert!(refused.what.contains("not kept any more"));
}
