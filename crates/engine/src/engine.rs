//! The engine: everything of the Worker that needs no browser.

use crate::budget::Budget;
use crate::connections::{Connections, Surroundings};
use crate::course::Course;
use crate::lab::Lab;
use crate::output::{Output, SocketEvent, SocketId};
use crate::packets::{Jobs, Journal, Ladders, Lists, Orders, Words};
use crate::slots::Slots;
use core::time::Duration;
use midge_session::Instant;
use midge_view::{FromEngine, ToEngine};
use std::collections::VecDeque;

/// The longest that the world runs in one turn, so that frames and sockets are served in time.
const RUN_MAX: Duration = Duration::from_millis(8);

/// The pause between turns while the page watches.
const TURN: Duration = Duration::from_millis(16);

/// The pause between turns while nobody watches: a lab lives on in a hidden tab, at less cost.
const HIDDEN_TURN: Duration = Duration::from_millis(100);

/// The page asks every frame; when it has not for so long, it is hidden.
const HIDDEN_AFTER: Duration = Duration::from_secs(1);

/// Events of the world between two looks at the clock.
const SLICE: u32 = 64;

/// What the engine must know of where it runs.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The seed of the first world.
    pub seed: u64,
    /// Whether the page came over https, so that only encrypted sockets may be opened.
    pub page_is_secure: bool,
    /// Milliseconds since 1970 at wall time zero.
    pub epoch_ms: u64,
    /// Drives what must differ between tabs: the jitter of reconnects.
    pub random: u64,
}

/// The engine. Wall time comes with every call, as a clock where a call may take long; outputs are
/// polled after it.
#[derive(Debug)]
pub struct Engine {
    pub(crate) lab: Lab,
    pub(crate) journal: Journal,
    pub(crate) lists: Lists,
    pub(crate) orders: Orders,
    pub(crate) words: Words,
    pub(crate) jobs: Jobs,
    pub(crate) ladders: Ladders,
    pub(crate) connections: Connections,
    pub(crate) course: Course,
    pub(crate) slots: Slots,
    outputs: VecDeque<Output>,
    next_socket: u32,
    pub(crate) epoch_ms: u64,
    asked_at: Instant,
    /// The world has more to do than it did in its last turn.
    is_owing: bool,
}

impl Engine {
    /// An engine whose lab runs. Its first output is [`FromEngine::Ready`].
    pub fn new(setup: Setup, wall: Instant) -> Self {
        Self {
            lab: Lab::new(setup.seed, wall),
            journal: Journal::default(),
            lists: Lists::default(),
            orders: Orders::default(),
            words: Words::default(),
            jobs: Jobs::default(),
            ladders: Ladders::default(),
            connections: Connections::new(setup.page_is_secure, setup.random),
            course: Course::default(),
            slots: Slots::default(),
            outputs: VecDeque::from([Output::Post(FromEngine::Ready)]),
            next_socket: 0,
            epoch_ms: setup.epoch_ms,
            asked_at: wall,
            is_owing: false,
        }
    }

    /// A message of the page. Questions are answered as of the clock's time.
    pub fn handle(&mut self, clock: &dyn Fn() -> Instant, message: ToEngine) {
        match message {
            ToEngine::Ask { frame, asks } => {
                self.asked_at = clock();
                self.tick(clock);
                let answers = self.answer(clock, &asks);
                self.post(FromEngine::Answers { frame, answers });
            }
            ToEngine::Act { id, action } => {
                let result = self.act(clock, action);
                self.post(FromEngine::Done { id, result });
            }
        }
    }

    /// What a socket told. Events of sockets that were closed are ignored.
    pub fn handle_socket(&mut self, wall: Instant, socket: SocketId, event: SocketEvent) {
        self.with_connections(wall, |connections, around| {
            connections.on_socket(socket, event, around);
        });
    }

    /// Lets time pass: the lab runs up to its clock as far as there is time, and what is due on the
    /// networks is done. Early or repeated calls do no harm.
    pub fn tick(&mut self, clock: &dyn Fn() -> Instant) {
        let wall = clock();
        self.with_connections(wall, |connections, around| connections.on_wall_time(around));
        let target = self.lab.clock.target(wall, self.lab.world.now());
        self.run_lab(clock, target);
        let now = self.lab.world.now();
        self.is_owing = now < target;
        self.lab.clock.reached(clock(), now);
        self.lab.import(&mut self.journal);
        self.course.update(&self.lab.world);
    }

    /// How long the host may wait before the next [`Engine::tick`].
    pub fn wait(&self, wall: Instant) -> Duration {
        let turn = if wall.since(self.asked_at) > HIDDEN_AFTER {
            HIDDEN_TURN
        } else {
            TURN
        };
        let lab = match (self.is_owing, self.lab.world.next_event()) {
            (true, _) => Duration::ZERO,
            (false, next) => next
                .and_then(|next| self.lab.clock.until(wall, next))
                .unwrap_or(Duration::MAX)
                .max(turn),
        };
        let network = self.connections.wait(wall).unwrap_or(Duration::MAX);
        // The host looks at its sockets' buffers once a second in any case.
        lab.min(network).min(Duration::from_secs(1))
    }

    /// What the host must do next, in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Runs the world towards `target`, one slice at least, so that a slow machine gets on too.
    fn run_lab(&mut self, clock: &dyn Fn() -> Instant, target: Instant) {
        let budget = Budget::new(clock, RUN_MAX);
        while self.lab.world.now() < target {
            if self.connections.any_in_lab() {
                self.run_to_next_event(clock, target);
            } else {
                self.lab.world.run_budgeted(target, SLICE);
            }
            if !budget.has_time() {
                return;
            }
        }
    }

    /// When somebody outside listens, the world stops at each event, so that what they send in answer is
    /// in time.
    fn run_to_next_event(&mut self, clock: &dyn Fn() -> Instant, target: Instant) {
        let next = [self.lab.world.next_event(), self.connections.lab_deadline()];
        let next = next.into_iter().flatten().min().unwrap_or(target);
        self.lab
            .world
            .run_until(next.clamp(self.lab.world.now(), target));
        self.serve_lab(clock());
    }

    /// Lets the connections in the lab take what arrived.
    pub(crate) fn serve_lab(&mut self, wall: Instant) {
        self.with_connections(wall, |connections, around| connections.on_lab_time(around));
    }

    pub(crate) fn with_connections<T>(
        &mut self,
        wall: Instant,
        act: impl FnOnce(&mut Connections, &mut Surroundings<'_>) -> T,
    ) -> T {
        let mut around = Surroundings {
            wall,
            epoch_ms: self.epoch_ms,
            lab: &mut self.lab,
            journal: &mut self.journal,
            outputs: &mut self.outputs,
            next_socket: &mut self.next_socket,
        };
        act(&mut self.connections, &mut around)
    }

    fn post(&mut self, message: FromEngine) {
        self.outputs.push_back(Output::Post(message));
    }
}
