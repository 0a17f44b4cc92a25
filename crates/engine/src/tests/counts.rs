//! What was counted, in windows and in the order that the page asks for.

use super::bench::Bench;
use midge_view::{
    Action, Answer, CountKey, CountersAnswer, CountersQuery, CountsOf, PacketType, Query,
};

fn counts(bench: &mut Bench, of: CountsOf, by: CountKey, window: (u32, u32)) -> CountersAnswer {
    let query = CountersQuery {
        of,
        by,
        descending: by != CountKey::Name,
        first: window.0,
        count: window.1,
    };
    match bench.ask(Query::Counters(query)) {
        Answer::Counters(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_parts_make_up_the_whole() {
    let mut bench = Bench::lively();
    let log = bench.packets("").kept;
    for of in [CountsOf::Clients, CountsOf::Types] {
        let answer = counts(&mut bench, of, CountKey::Packets, (0, 500));
        let packets = answer.rows.iter().map(|row| row.count.packets.sum());
        assert_eq!(packets.sum::<u64>(), log.packets);
        let bytes = answer.rows.iter().map(|row| row.count.bytes.sum());
        assert_eq!(bytes.sum::<u64>(), log.bytes);
        assert_eq!(answer.total.bytes.sum(), log.bytes);
    }
    let publishes = bench.packets("type:PUBLISH").end;
    let topics = counts(&mut bench, CountsOf::Topics, CountKey::Name, (0, 500));
    let messages = topics.rows.iter().map(|row| row.count.publishes.sum());
    assert_eq!(messages.sum::<u64>(), publishes);
    assert!(topics.rows.is_sorted_by_key(|row| row.name.clone()));
}

#[test]
fn a_window_shows_its_part_of_the_order() {
    let mut bench = Bench::lively();
    let all = counts(&mut bench, CountsOf::Topics, CountKey::Bytes, (0, 500));
    assert!(all.all > 4 && all.rows.len() == all.all as usize);
    assert!(
        all.rows
            .is_sorted_by_key(|row| std::cmp::Reverse(row.count.bytes.sum()))
    );
    let part = counts(&mut bench, CountsOf::Topics, CountKey::Bytes, (2, 2));
    assert_eq!((part.first, part.all), (2, all.all));
    assert_eq!(part.rows, all.rows[2..4]);
    let beyond = counts(&mut bench, CountsOf::Topics, CountKey::Bytes, (9_999, 2));
    assert_eq!(beyond.first, all.all - 2);

    let types = counts(&mut bench, CountsOf::Types, CountKey::Name, (0, 500));
    assert_eq!(types.rows[0].name, PacketType::Connect.name());
}

#[test]
fn counting_begins_anew_when_the_log_is_cleared() {
    let mut bench = Bench::lively();
    let before = counts(&mut bench, CountsOf::Clients, CountKey::Packets, (0, 9));
    bench.act(Action::ClearPackets).expect("cleared");
    let cleared = counts(&mut bench, CountsOf::Clients, CountKey::Packets, (0, 9));
    assert_eq!((cleared.all, cleared.total.packets.sum()), (0, 0));
    bench.act(Action::RestorePackets).expect("restored");
    bench.pass(600);
    let restored = counts(&mut bench, CountsOf::Clients, CountKey::Packets, (0, 9));
    assert_eq!(restored, before);
}
