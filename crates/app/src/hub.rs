//! The page's side of the engine: one question an animation frame, answers to those who show them.

mod board;
mod hooks;
mod worker;

pub use board::{Held, Reply};
pub use hooks::{
    Deed, use_act, use_broker, use_connection, use_connections, use_counters, use_course, use_deed,
    use_device, use_filter, use_frame, use_house, use_hub, use_journey, use_ladder, use_lesson,
    use_message, use_messages, use_packet, use_packets, use_refusals, use_retain, use_session,
    use_topics, use_why,
};
pub use worker::start;

use board::{Board, ListenerId};
use midge_view::{Action, FromEngine, Outcome, Problem, Query, ToEngine};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::{Rc, Weak};
use yew::Callback;

/// How an action ended.
pub type Ending = Result<Outcome, Problem>;

/// How the engine does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineState {
    /// The Worker is loading.
    Starting,
    /// It answers.
    Running,
    /// It will not answer any more.
    Failed(String),
}

/// The way to the engine.
type Send = Box<dyn Fn(ToEngine)>;
/// Who waits for the end of an action.
type Done = Box<dyn FnOnce(Ending)>;

struct Inner {
    send: RefCell<Option<Send>>,
    board: RefCell<Board>,
    listeners: RefCell<BTreeMap<ListenerId, Callback<Held>>>,
    waiting: RefCell<BTreeMap<u64, Done>>,
    next_act: Cell<u64>,
    /// What was done before the engine ran: its Worker throws away what arrives while it loads.
    outbox: RefCell<Vec<ToEngine>>,
    state: RefCell<EngineState>,
    on_state: RefCell<Option<Callback<EngineState>>>,
}

/// The page's side of the engine; cheap to clone, all clones are one.
#[derive(Clone)]
pub struct Hub(Rc<Inner>);

impl PartialEq for Hub {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Keeps a question asked; dropping it ends that.
pub struct Subscription {
    hub: Weak<Inner>,
    id: ListenerId,
}

impl Subscription {
    /// Says what is asked from here on. What is known already is told at once.
    pub fn set(&self, query: Query) {
        let Some(inner) = self.hub.upgrade() else {
            return;
        };
        let held = inner.board.borrow_mut().set(self.id, query);
        if !matches!(held, Held::Waiting) {
            let listener = inner.listeners.borrow().get(&self.id).cloned();
            if let Some(listener) = listener {
                listener.emit(held);
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(inner) = self.hub.upgrade() {
            inner.board.borrow_mut().remove(self.id);
            inner.listeners.borrow_mut().remove(&self.id);
        }
    }
}

impl Hub {
    /// A hub without an engine yet; see [`Hub::connect`].
    pub fn new() -> Self {
        Self(Rc::new(Inner {
            send: RefCell::new(None),
            board: RefCell::default(),
            listeners: RefCell::default(),
            waiting: RefCell::default(),
            next_act: Cell::new(0),
            outbox: RefCell::default(),
            state: RefCell::new(EngineState::Starting),
            on_state: RefCell::new(None),
        }))
    }

    /// Gives the way to the engine, which must hand what it answers to [`Hub::receive`].
    pub fn connect(&self, send: impl Fn(ToEngine) + 'static) {
        *self.0.send.borrow_mut() = Some(Box::new(send));
    }

    /// How the engine does.
    pub fn state(&self) -> EngineState {
        self.0.state.borrow().clone()
    }

    /// Tells `callback` whenever that changes.
    pub fn on_state(&self, callback: Callback<EngineState>) {
        *self.0.on_state.borrow_mut() = Some(callback);
    }

    /// The engine cannot go on, for this reason.
    pub fn fail(&self, why: String) {
        self.set_state(EngineState::Failed(why.clone()));
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        for done in waiting.into_values() {
            done(Err(stopped(&why)));
        }
    }

    fn set_state(&self, state: EngineState) {
        *self.0.state.borrow_mut() = state.clone();
        let on_state = self.0.on_state.borrow().clone();
        if let Some(on_state) = on_state {
            on_state.emit(state);
        }
    }

    /// Takes what the engine says.
    pub fn receive(&self, message: FromEngine) {
        match message {
            FromEngine::Ready => {
                self.set_state(EngineState::Running);
                for message in std::mem::take(&mut *self.0.outbox.borrow_mut()) {
                    self.send(message);
                }
            }
            FromEngine::Stopped(what) => self.fail(what),
            FromEngine::Answers { frame, answers } => {
                let told = self.0.board.borrow_mut().answers(frame, answers);
                for (listeners, held) in told {
                    for id in listeners {
                        let listener = self.0.listeners.borrow().get(&id).cloned();
                        if let Some(listener) = listener {
                            listener.emit(held.clone());
                        }
                    }
                }
            }
            FromEngine::Done { id, result } => {
                let done = self.0.waiting.borrow_mut().remove(&id);
                if let Some(done) = done {
                    done(result);
                }
            }
        }
    }

    /// Asks what is on screen; call it once an animation frame. Does nothing until the engine runs, and
    /// while it owes an answer.
    pub fn ask(&self) {
        if *self.0.state.borrow() != EngineState::Running {
            return;
        }
        let question = self.0.board.borrow_mut().ask();
        if let Some((frame, asks)) = question {
            self.send(ToEngine::Ask { frame, asks });
        }
    }

    /// A listener that asks nothing yet.
    pub fn subscribe(&self, listener: Callback<Held>) -> Subscription {
        let id = self.0.board.borrow_mut().listener();
        self.0.listeners.borrow_mut().insert(id, listener);
        Subscription {
            hub: Rc::downgrade(&self.0),
            id,
        }
    }

    /// Does something and tells `done` how it ended.
    pub fn act(&self, action: Action, done: impl FnOnce(Ending) + 'static) {
        if let EngineState::Failed(why) = self.state() {
            return done(Err(stopped(&why)));
        }
        let id = self.0.next_act.get() + 1;
        self.0.next_act.set(id);
        self.0.waiting.borrow_mut().insert(id, Box::new(done));
        self.send(ToEngine::Act { id, action });
    }

    /// Does something; the future is how it ended.
    pub fn perform(&self, action: Action) -> impl Future<Output = Ending> + use<> {
        let cell = Rc::new(RefCell::new((None, None::<std::task::Waker>)));
        let filled = Rc::clone(&cell);
        self.act(action, move |ending| {
            let mut cell = filled.borrow_mut();
            cell.0 = Some(ending);
            if let Some(waker) = cell.1.take() {
                waker.wake();
            }
        });
        std::future::poll_fn(move |context| {
            let mut cell = cell.borrow_mut();
            match cell.0.take() {
                Some(ending) => std::task::Poll::Ready(ending),
                None => {
                    cell.1 = Some(context.waker().clone());
                    std::task::Poll::Pending
                }
            }
        })
    }

    fn send(&self, message: ToEngine) {
        if *self.0.state.borrow() == EngineState::Starting {
            self.0.outbox.borrow_mut().push(message);
            return;
        }
        if let Some(send) = &*self.0.send.borrow() {
            send(message);
        }
    }
}

/// What is said of everything that the engine did not end.
fn stopped(why: &str) -> Problem {
    Problem {
        what: format!("The engine stopped: {why}."),
        try_next: vec!["Reload the page.".to_owned()],
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}
