//! The filter language in the engine: it chooses rows, tells mistakes, proposes, and can be abandoned.

use super::bench::Bench;
use midge_view::{
    Action, Answer, FilterAnswer, PacketFilter, PacketType, PacketsAnswer, Query, Window,
};

fn page(bench: &mut Bench, filter: PacketFilter) -> PacketsAnswer {
    let window = Window::Tail { count: 500 };
    match bench.ask(Query::Packets { filter, window }) {
        Answer::Packets(packets) => packets,
        other => panic!("{other:?}"),
    }
}

fn helped(bench: &mut Bench, text: &str, cursor: usize) -> FilterAnswer {
    let text = text.to_owned();
    let cursor = cursor as u32;
    match bench.ask(Query::Filter { text, cursor }) {
        Answer::Filter(answer) => answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_language_chooses_rows_and_the_pages_choices_narrow_them() {
    let mut bench = Bench::lively();
    let rows = bench
        .packets("topic:home/+/temperature type:PUBLISH to:broker")
        .rows;
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| {
        let topic = row.topic.as_deref().unwrap_or_default();
        topic.ends_with("/temperature") && topic.split('/').count() == 3
    }));

    let filter = PacketFilter {
        text: "connack or topic:home/#".to_owned(),
        types: vec![PacketType::ConnAck, PacketType::PingReq],
        client: Some("Lamp, living room".to_owned()),
        hide_pings: true,
    };
    let narrowed = page(&mut bench, filter).rows;
    assert!(!narrowed.is_empty());
    assert!(narrowed.iter().all(|row| {
        row.client == "Lamp, living room" && row.packet_type == Some(PacketType::ConnAck)
    }));
}

#[test]
fn a_filter_with_a_mistake_counts_nothing_and_says_where_it_is() {
    let mut bench = Bench::lively();
    assert_eq!(bench.packets("qos:3").rows, []);
    let answer = helped(&mut bench, "retain qos:3", 12);
    let mistake = answer.mistake.expect("3 is no QoS");
    assert_eq!(
        mistake.words,
        "`qos` is a number from 0 to 2, and `3` is not."
    );
    assert_eq!((mistake.from, mistake.to), (11, 12));
    let asked = helped(&mut bench, "tpoic:a", 0).mistake;
    assert!(asked.is_some_and(|it| it.words.ends_with("`topic`?")));
    assert_eq!(helped(&mut bench, "qos:2", 5).mistake, None);
}

#[test]
fn proposals_name_the_topics_and_clients_of_the_log() {
    let mut bench = Bench::lively();
    let inserts = |answer: FilterAnswer| -> Vec<String> {
        let proposals = answer.proposals.into_iter();
        proposals.map(|proposal| proposal.insert).collect()
    };
    let topics = inserts(helped(&mut bench, "topic:livingroom", 16));
    assert!(
        topics.contains(&"home/livingroom/temperature".to_owned()),
        "{topics:?}"
    );
    let clients = inserts(helped(&mut bench, "from:lamp", 9));
    assert!(
        clients.contains(&"\"Lamp, living room\"".to_owned()),
        "{clients:?}"
    );
    let types = inserts(helped(&mut bench, "type:puba", 9));
    assert_eq!(types, ["PUBACK"]);
    // A cursor that lies is taken for the end.
    assert!(
        !helped(&mut bench, "to", 4_000_000_000_u32 as usize)
            .proposals
            .is_empty()
    );
}

#[test]
fn a_search_goes_on_from_frame_to_frame_and_another_filter_abandons_it() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(90_000);
    bench.act(Action::Pause(true)).expect("paused");
    let all = bench.packets("").end;
    assert!(all > 3_000, "{all}");
    let query = |text: &str| Query::Packets {
        filter: PacketFilter {
            text: text.to_owned(),
            ..PacketFilter::default()
        },
        window: Window::Tail { count: 10 },
    };
    let percent = |bench: &mut Bench, text: &str| {
        let answers = bench.frame(&[query(text)]);
        match answers.into_iter().next() {
            Some((_, Answer::Packets(packets))) => packets.scanning,
            other => panic!("{other:?}"),
        }
    };
    // Each look at the clock ends the budget of the frame: a slice of 512 packets a frame.
    bench.cost = 5_000;
    let first = percent(&mut bench, "publish").expect("there is more");
    let second = percent(&mut bench, "publish").expect("there is more");
    assert!(first < second && second < 100, "{first} {second}");
    assert_eq!(percent(&mut bench, "home"), Some(first));
    assert_eq!(percent(&mut bench, "publish"), Some(first), "it began anew");
    bench.cost = 0;
    assert_eq!(percent(&mut bench, "publish"), None);
}
