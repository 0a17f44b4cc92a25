//! A page, a wall clock and a network for tests.

use crate::{Engine, Output, Setup, SocketEvent, SocketId};
use bytes::Bytes;
use midge_broker::{Broker, ConnId};
use midge_session::Instant;
use midge_view::{
    Action, Answer, Ask, ConnectionAnswer, ConnectionId, ConnectionState, DeviceRow, FromEngine,
    HouseAnswer, Link, Outcome, PacketFilter, PacketsAnswer, Problem, Profile, Query, ToEngine,
    Version, Window,
};
use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};

pub(super) const URL: &str = "ws://broker.example:9001/mqtt";

/// The engine with everything around it.
pub(super) struct Bench {
    pub(super) engine: Engine,
    wall: Cell<Instant>,
    /// So much wall time passes at each look at the clock, in microseconds.
    pub(super) cost: u64,
    ids: u64,
    /// What the engine asked of its host, besides posts.
    pub(super) network: VecDeque<Output>,
    posted: VecDeque<FromEngine>,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(Setup {
            seed: 1,
            page_is_secure: false,
            epoch_ms: 1_700_000_000_000,
            random: 7,
        })
    }

    /// With a lab that ran for a while at its fastest, and stands.
    pub(super) fn lively() -> Self {
        let mut bench = Self::new();
        bench.act(Action::Speed(60)).expect("a speed");
        bench.pass(4_000);
        bench.act(Action::Pause(true)).expect("paused");
        bench
    }

    pub(super) fn with(setup: Setup) -> Self {
        let wall = Instant::from_millis(250);
        let mut bench = Self {
            engine: Engine::new(setup, wall),
            wall: Cell::new(wall),
            cost: 0,
            ids: 0,
            network: VecDeque::new(),
            posted: VecDeque::new(),
        };
        bench.drain();
        assert_eq!(bench.posted.pop_front(), Some(FromEngine::Ready));
        bench
    }

    pub(super) fn wall(&self) -> Instant {
        self.wall.get()
    }

    fn drain(&mut self) {
        while let Some(output) = self.engine.poll() {
            match output {
                Output::Post(message) => self.posted.push_back(message),
                other => self.network.push_back(other),
            }
        }
    }

    fn with_clock(&mut self, act: impl FnOnce(&mut Engine, &dyn Fn() -> Instant)) {
        let (wall, cost) = (&self.wall, self.cost);
        act(&mut self.engine, &|| {
            wall.set(Instant::from_micros(wall.get().as_micros() + cost));
            wall.get()
        });
        self.drain();
    }

    /// Lets wall time pass as the Worker does, a turn every 16 ms.
    pub(super) fn pass(&mut self, millis: u64) {
        let until = self.wall().as_micros() + millis * 1_000;
        while self.wall().as_micros() < until {
            let next = (self.wall().as_micros() + 16_000).min(until);
            self.wall.set(Instant::from_micros(next));
            self.with_clock(|engine, clock| engine.tick(clock));
        }
    }

    /// Lets wall time pass without a turn.
    pub(super) fn sleep(&mut self, millis: u64) {
        let micros = self.wall().as_micros() + millis * 1_000;
        self.wall.set(Instant::from_micros(micros));
    }

    /// One frame: the answers that changed.
    pub(super) fn frame(&mut self, queries: &[Query]) -> Vec<(u32, Answer)> {
        self.ids += 1;
        let frame = self.ids;
        let asks = (0u32..).zip(queries).map(|(slot, query)| Ask {
            slot,
            query: query.clone(),
        });
        let ask = ToEngine::Ask {
            frame,
            asks: asks.collect(),
        };
        self.with_clock(|engine, clock| engine.handle(clock, ask));
        match self.posted.pop_front() {
            Some(FromEngine::Answers { frame: of, answers }) => {
                assert_eq!(of, frame);
                answers
            }
            other => panic!("not answered: {other:?}"),
        }
    }

    /// The answer to one question, asked in a fresh slot.
    pub(super) fn ask(&mut self, query: Query) -> Answer {
        self.frame(&[]);
        let mut answers = self.frame(&[query]);
        answers.pop().expect("a fresh slot is answered").1
    }

    pub(super) fn act(&mut self, action: Action) -> Result<Outcome, Problem> {
        self.ids += 1;
        let id = self.ids;
        self.with_clock(|engine, clock| engine.handle(clock, ToEngine::Act { id, action }));
        match self.posted.pop_front() {
            Some(FromEngine::Done { id: of, result }) => {
                assert_eq!(of, id);
                result
            }
            other => panic!("not done: {other:?}"),
        }
    }

    pub(super) fn connect(&mut self, profile: Profile) -> ConnectionId {
        match self.act(Action::Connect(Box::new(profile))) {
            Ok(Outcome::Connection(id)) => id,
            other => panic!("not connected: {other:?}"),
        }
    }

    pub(super) fn tell(&mut self, socket: SocketId, event: SocketEvent) {
        let wall = self.wall();
        self.engine.handle_socket(wall, socket, event);
        self.drain();
    }

    /// The socket that the engine asked for last.
    pub(super) fn opened(&mut self) -> SocketId {
        let open = self.network.iter().rev().find_map(|output| match output {
            Output::Open { socket, .. } => Some(*socket),
            _ => None,
        });
        open.expect("a socket was asked for")
    }

    pub(super) fn house(&mut self) -> HouseAnswer {
        match self.ask(Query::House) {
            Answer::House(house) => house,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn device(&mut self, name: &str, room: &str) -> DeviceRow {
        let house = self.house();
        let found = house
            .devices
            .into_iter()
            .find(|row| row.name == name && row.room_name == room);
        found.expect("there is such a device")
    }

    pub(super) fn connection(&mut self, id: ConnectionId) -> ConnectionAnswer {
        match self.ask(Query::Connection(id)) {
            Answer::Connection(Some(connection)) => *connection,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn state(&mut self, id: ConnectionId) -> ConnectionState {
        self.connection(id).row.state
    }

    /// The newest rows that a text filter leaves.
    pub(super) fn packets(&mut self, text: &str) -> PacketsAnswer {
        let filter = PacketFilter {
            text: text.to_owned(),
            ..PacketFilter::default()
        };
        let window = Window::Tail { count: 500 };
        match self.ask(Query::Packets { filter, window }) {
            Answer::Packets(packets) => packets,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn profile(link: Link) -> Profile {
    Profile {
        name: "Workbench".to_owned(),
        link,
        version: Version::V5,
        client_id: "midge01234567".to_owned(),
        user_name: None,
        password: None,
        clean_start: true,
        keep_alive: 60,
        session_expiry: 0,
        will: None,
    }
}

pub(super) fn live() -> Profile {
    profile(Link::WebSocket(URL.to_owned()))
}

/// A real broker behind the engine's WebSockets.
pub(super) struct Network {
    pub(super) broker: Broker,
    open: BTreeSet<SocketId>,
    /// Refuses every socket, as a port where nothing listens.
    pub(super) down: bool,
}

impl Network {
    pub(super) fn new(config: midge_broker::Config) -> Self {
        Self {
            broker: Broker::new(config, 5, Instant::ZERO),
            open: BTreeSet::new(),
            down: false,
        }
    }

    /// Carries what is under way until everything is quiet.
    pub(super) fn carry(&mut self, bench: &mut Bench) {
        loop {
            let now = bench.wall();
            let mut busy = false;
            while let Some(output) = bench.network.pop_front() {
                busy = true;
                self.perform(bench, now, output);
            }
            self.broker.handle_timeout(now);
            while let Some(output) = self.broker.poll_output() {
                busy = true;
                match output {
                    midge_broker::Output::Send { conn, packet } => {
                        let event = SocketEvent::Bytes(packet.to_bytes());
                        bench.tell(SocketId(conn.0), event);
                        self.broker.handle_sent(now, conn, packet.len());
                    }
                    midge_broker::Output::Close { conn } => {
                        self.open.remove(&SocketId(conn.0));
                        bench.tell(SocketId(conn.0), closed());
                    }
                    midge_broker::Output::Event(_) => {}
                }
            }
            if !busy {
                return;
            }
        }
    }

    fn perform(&mut self, bench: &mut Bench, now: Instant, output: Output) {
        match output {
            Output::Open { socket, .. } if self.down => bench.tell(socket, closed()),
            Output::Open { socket, .. } => {
                self.open.insert(socket);
                self.broker.handle_open(now, ConnId(socket.0));
                let protocol = "mqtt".to_owned();
                bench.tell(socket, SocketEvent::Opened { protocol });
            }
            Output::Send { socket, bytes } => {
                let length = bytes.len();
                self.broker.handle_input(now, ConnId(socket.0), bytes);
                bench.tell(socket, SocketEvent::Sent(length));
            }
            Output::Close { socket } => {
                self.open.remove(&socket);
                self.broker.handle_close(now, ConnId(socket.0));
            }
            Output::Post(_) => {}
        }
    }

    /// Breaks every connection without a word.
    pub(super) fn cut(&mut self, bench: &mut Bench) {
        let now = bench.wall();
        for socket in std::mem::take(&mut self.open) {
            self.broker.handle_close(now, ConnId(socket.0));
            bench.tell(socket, closed());
        }
    }
}

fn closed() -> SocketEvent {
    SocketEvent::Closed {
        code: 1006,
        reason: String::new(),
    }
}

pub(super) fn bytes(bytes: &[u8]) -> SocketEvent {
    SocketEvent::Bytes(Bytes::copy_from_slice(bytes))
}
