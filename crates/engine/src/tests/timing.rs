//! What a frame costs, for people to look at.

use super::bench::Bench;
use midge_view::{Action, FromEngine, PacketFilter, Query, Window, wire};
use std::time::Instant;

#[test]
#[ignore = "a timing for people: cargo test -p midge-engine --release timing -- --ignored --nocapture"]
#[allow(clippy::print_stdout, clippy::disallowed_methods)]
fn a_frame_of_every_page() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    let start = Instant::now();
    bench.pass(60_000);
    let packets = bench.packets("").end;
    println!(
        "an hour of the house: {:?}, {packets} packets",
        start.elapsed()
    );
    let window = Window::Tail { count: 40 };
    let filter = |text: &str| PacketFilter {
        text: text.to_owned(),
        ..PacketFilter::default()
    };
    let packets = |text| Query::Packets {
        filter: filter(text),
        window,
    };
    let broker = Query::Broker {
        sessions: (0, 50),
        retained: (0, 50),
    };
    for (name, query) in [
        ("frame", Query::Frame),
        ("house", Query::House),
        ("packets", packets("")),
        ("packets, filtered", packets("light")),
        ("broker", broker),
    ] {
        let start = Instant::now();
        let first = bench.frame(std::slice::from_ref(&query));
        let cold = start.elapsed();
        let message = FromEngine::Answers {
            frame: 1,
            answers: first,
        };
        let start = Instant::now();
        let bytes = wire::encode(&message);
        let encoding = start.elapsed();
        let start = Instant::now();
        wire::decode::<FromEngine>(&bytes).expect("of this build");
        let decoding = start.elapsed();
        let start = Instant::now();
        for _ in 0..100 {
            bench.frame(std::slice::from_ref(&query));
        }
        println!(
            "{name}: first {cold:?}, then {:?}; {} bytes, {encoding:?} to encode, {decoding:?} to decode",
            start.elapsed() / 100,
            bytes.len()
        );
    }
}
