//! The packet list: filters, windows, detail.

use super::bench::Bench;
use midge_view::{Action, Answer, PacketFilter, PacketType, PacketsAnswer, Query, Window};

fn page(bench: &mut Bench, filter: PacketFilter, window: Window) -> PacketsAnswer {
    match bench.ask(Query::Packets { filter, window }) {
        Answer::Packets(packets) => packets,
        other => panic!("{other:?}"),
    }
}

#[test]
fn filters_leave_what_they_say() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(4_000);
    let publishes = bench.packets("publish");
    assert!(!publishes.rows.is_empty());
    let is_publish = |kind| kind == Some(PacketType::Publish);
    assert!(publishes.rows.iter().all(|row| is_publish(row.packet_type)));
    assert!(publishes.rows.iter().all(|row| {
        let topic = row.topic.as_deref().unwrap_or_default();
        !topic.is_empty() && row.summary.starts_with(topic)
    }));

    let window = Window::Tail { count: 500 };
    let filter = PacketFilter {
        types: vec![PacketType::Connect, PacketType::ConnAck],
        ..PacketFilter::default()
    };
    let connects = page(&mut bench, filter, window);
    assert!(connects.rows.len() >= 8 && connects.scanning.is_none());
    let lamp = "Lamp, living room".to_owned();
    assert!(connects.clients.contains(&lamp), "{:?}", connects.clients);
    let filter = PacketFilter {
        client: Some(lamp.clone()),
        hide_pings: true,
        ..PacketFilter::default()
    };
    let of_lamp = page(&mut bench, filter, window);
    assert!(!of_lamp.rows.is_empty());
    assert!(of_lamp.rows.iter().all(|row| row.client == lamp));
    assert_eq!(bench.packets("no such thing").rows, []);
}

#[test]
fn a_window_shows_the_same_rows_while_packets_arrive() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(2_000);
    let window = Window::From { index: 3, count: 4 };
    let query = Query::Packets {
        filter: PacketFilter {
            text: "publish".to_owned(),
            ..PacketFilter::default()
        },
        window,
    };
    let shown = |bench: &mut Bench| match bench.frame(std::slice::from_ref(&query)).pop() {
        Some((_, Answer::Packets(packets))) => packets,
        other => panic!("{other:?}"),
    };
    let before = shown(&mut bench);
    bench.pass(2_000);
    let after = shown(&mut bench);
    assert_eq!(before.rows.len(), 4);
    assert_eq!((before.from, &before.rows), (after.from, &after.rows));
    assert!(after.end > before.end);
}

#[test]
fn a_packet_is_explained_by_the_decoder() {
    let mut bench = Bench::new();
    bench.pass(1_000);
    let Answer::Packet(Some(packet)) = bench.ask(Query::Packet(0)) else {
        panic!("no packet")
    };
    assert_eq!(packet.row.packet_type, Some(PacketType::Connect));
    assert_eq!(packet.bytes.len(), packet.row.size as usize);
    assert_eq!(packet.fault, None);
    let leaves = packet.explanation.spans.iter().filter(|span| !span.group);
    let bits: u32 = leaves.map(|span| span.length).sum();
    assert_eq!(bits, packet.row.size * 8);
}
