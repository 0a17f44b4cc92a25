//! Measures what the page feels of 1,000,000 packets: how long a capture of them takes to read, how long
//! a filter takes to look through them, and the longest that any one answer took meanwhile.
//!
//! `cargo run --release -p midge-engine --example scan`

// A measurement reads the clock and says what it saw.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use bytes::{Bytes, BytesMut};
use midge_codec::{Delivery, Packet, PacketId, Properties, Publish, QoS, Version, encode};
use midge_engine::{Engine, Output, Setup};
use midge_session::Instant;
use midge_trace::pcapng::{Hop, Writer};
use midge_trace::{HopId, RecordRef, Toward};
use midge_view::{
    Action, Answer, Ask, FromEngine, Outcome, PacketFilter, PacketsAnswer, Query, ToEngine, Window,
    WorkEnd,
};
use std::time::{Duration, Instant as Clock};

const PACKETS: u32 = 1_000_000;
const CLIENTS: u32 = 40;
const PIECE: usize = 2 << 20;

fn main() {
    let mut page = Page::new();
    page.act(Action::Pause(true));
    page.act(Action::BoundLog {
        packets: PACKETS,
        mebibytes: 512,
    });
    let file = capture();
    println!("a capture of {PACKETS} packets, {} MiB", file.len() >> 20);
    let start = Clock::now();
    import(&mut page, &file);
    page.say("read into the log", start.elapsed());

    for text in [
        "type:PUBACK",
        "topic:home/+/temp qos>=1 from:\"lamp-7 \"",
        "payload~\"off\"",
        "kitchen",
    ] {
        let start = Clock::now();
        let mut frames = 1;
        let mut answer = page.packets(text);
        while answer.scanning.is_some() {
            frames += 1;
            answer = page.packets(text);
        }
        let kept = answer.end - answer.start;
        let what = format!("{text}: {kept} kept after {frames} frames");
        page.say(&what, start.elapsed());
    }
}

fn import(page: &mut Page, file: &[u8]) {
    let name = "large.pcapng".to_owned();
    let size = file.len() as u64;
    let Outcome::Job(job) = page.act(Action::Import { name, size }) else {
        panic!("no job");
    };
    for bytes in file.chunks(PIECE) {
        let bytes = bytes.to_vec();
        page.act(Action::Feed { job, bytes });
    }
    loop {
        if let Outcome::Work(work) = page.act(Action::Work(job))
            && let Some(WorkEnd::Imported(report)) = work.end
        {
            assert_eq!(report.packets, u64::from(PACKETS));
            return;
        }
    }
}

/// The page's side of an engine, with the longest time that one message took.
struct Page {
    engine: Engine,
    began: Clock,
    count: u64,
    longest: Duration,
}

impl Page {
    fn new() -> Self {
        let setup = Setup {
            seed: 1,
            page_is_secure: false,
            epoch_ms: 0,
            random: 1,
        };
        let mut engine = Engine::new(setup, Instant::ZERO);
        while engine.poll().is_some() {}
        Self {
            engine,
            began: Clock::now(),
            count: 0,
            longest: Duration::ZERO,
        }
    }

    fn send(&mut self, message: ToEngine) -> FromEngine {
        let began = self.began;
        let start = Clock::now();
        self.engine.handle(
            &|| Instant::from_micros(began.elapsed().as_micros() as u64),
            message,
        );
        self.longest = self.longest.max(start.elapsed());
        loop {
            if let Output::Post(message) = self.engine.poll().expect("an answer") {
                return message;
            }
        }
    }

    fn act(&mut self, action: Action) -> Outcome {
        self.count += 1;
        let id = self.count;
        match self.send(ToEngine::Act { id, action }) {
            FromEngine::Done { result, .. } => result.expect("done"),
            other => panic!("{other:?}"),
        }
    }

    fn packets(&mut self, text: &str) -> PacketsAnswer {
        self.count += 1;
        let filter = PacketFilter {
            text: text.to_owned(),
            ..PacketFilter::default()
        };
        // Another window each time, so that there is an answer each time.
        let window = Window::Tail {
            count: 40 + (self.count % 2) as u32,
        };
        let ask = Ask {
            slot: 1,
            query: Query::Packets { filter, window },
        };
        let frame = self.count;
        let asks = vec![ask];
        match self.send(ToEngine::Ask { frame, asks }) {
            FromEngine::Answers { mut answers, .. } => match answers.pop() {
                Some((_, Answer::Packets(packets))) => packets,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn say(&mut self, what: &str, time: Duration) {
        let longest = std::mem::take(&mut self.longest);
        println!(
            "{:>6} ms, {:>5.1} ms the longest message: {what}",
            time.as_millis(),
            longest.as_secs_f64() * 1e3
        );
    }
}

/// PUBLISH packets of forty clients, in a file.
fn capture() -> Vec<u8> {
    let mut writer = Writer::new(|hop: HopId| Hop {
        client: format!("lamp-{}", hop.0),
        ..Hop::default()
    });
    let frames: Vec<Bytes> = (0..CLIENTS).map(publish).collect();
    for seq in 0..u64::from(PACKETS) {
        let client = seq as u32 % CLIENTS;
        let toward = Toward::Broker;
        writer.write(RecordRef {
            seq,
            at: Instant::from_millis(seq),
            hop: HopId(client),
            toward,
            version: Version::V311,
            frame: &frames[client as usize],
            fault: None,
        });
    }
    writer.finish();
    writer.take()
}

fn publish(number: u32) -> Bytes {
    let packet = Packet::Publish(Publish {
        delivery: Delivery::new(QoS::AtLeastOnce, PacketId::MIN, false),
        retain: false,
        topic: &format!("home/room{number}/temp"),
        properties: Properties::EMPTY,
        payload: b"{\"temperature\":21.5,\"humidity\":48,\"on\":true}",
    });
    let mut bytes = BytesMut::new();
    encode(&packet, Version::V311, &mut bytes).expect("a legal packet");
    bytes.freeze()
}
