//! The engine as WebAssembly: it runs the lab by the browser's clock and answers what the page asks.

use midge_engine::{Engine, Output, Setup};
use midge_session::Instant;
use midge_view::{
    Action, Answer, Ask, DeviceState, FromEngine, PacketFilter, Query, ToEngine, Window, sim, wire,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// The engine with a clock that the test sets.
struct Page {
    engine: Engine,
    wall: Instant,
    sent: u64,
}

impl Page {
    fn open() -> Self {
        let setup = Setup {
            seed: 1,
            page_is_secure: false,
            epoch_ms: 0,
            random: 0,
        };
        let mut page = Self {
            engine: Engine::new(setup, Instant::ZERO),
            wall: Instant::ZERO,
            sent: 0,
        };
        assert_eq!(page.received(), Some(FromEngine::Ready));
        page
    }

    /// The next message, across the wire as between page and Worker.
    fn received(&mut self) -> Option<FromEngine> {
        match self.engine.poll()? {
            Output::Post(message) => Some(wire::decode(&wire::encode(&message)).expect("readable")),
            other => panic!("no network was asked for: {other:?}"),
        }
    }

    fn send(&mut self, message: &ToEngine) -> FromEngine {
        let wall = self.wall;
        let message = wire::decode(&wire::encode(message)).expect("readable");
        self.engine.handle(&|| wall, message);
        self.received().expect("every message is answered")
    }

    fn ask(&mut self, query: Query) -> Answer {
        self.sent += 1;
        let (frame, slot) = (self.sent, 0);
        self.send(&ToEngine::Ask {
            frame,
            asks: Vec::new(),
        });
        let asks = vec![Ask { slot, query }];
        match self.send(&ToEngine::Ask { frame, asks }) {
            FromEngine::Answers { mut answers, .. } => answers.remove(0).1,
            other => panic!("{other:?}"),
        }
    }

    fn pass(&mut self, millis: u64) {
        for _ in 0..millis / 20 {
            self.wall = Instant::from_micros(self.wall.as_micros() + 20_000);
            let wall = self.wall;
            self.engine.tick(&|| wall);
        }
    }
}

#[wasm_bindgen_test]
fn the_lab_starts_and_a_lamp_obeys_a_publish() {
    let mut page = Page::open();
    page.pass(2_000);
    let Answer::House(house) = page.ask(Query::House) else {
        panic!("not the house")
    };
    let is_lamp = |state| matches!(state, DeviceState::Lamp { on: false, .. });
    let lamp = house.devices.iter().find(|row| is_lamp(row.state));
    let lamp = lamp.expect("a lamp that is off").id;

    page.sent += 1;
    let act = ToEngine::Act {
        id: page.sent,
        action: Action::World(sim::Action::Command {
            device: lamp,
            command: sim::Command::Switch(true),
        }),
    };
    assert!(matches!(
        page.send(&act),
        FromEngine::Done { result: Ok(_), .. }
    ));
    page.pass(1_000);
    let Answer::Device(Some(card)) = page.ask(Query::Device(lamp)) else {
        panic!("no card")
    };
    assert!(matches!(card.row.state, DeviceState::Lamp { on: true, .. }));

    let Answer::Packets(packets) = page.ask(Query::Packets {
        filter: PacketFilter {
            text: "light/set".to_owned(),
            ..PacketFilter::default()
        },
        window: Window::Tail { count: 10 },
    }) else {
        panic!("no packets")
    };
    assert!(packets.rows.iter().any(|row| row.topic.is_some()));
}
