//! The engine's host in the browser: the page's messages, timers, a clock and WebSockets.
//!
//! Everything happens in turns. A turn hands one thing to the engine, does what the engine asks for, and
//! sets the timer for the next. Timers of a Worker go on in a hidden tab, which is why keep-alives do.

mod socket;

use crate::{Engine, Output, Setup, SocketEvent, SocketId};
use core::time::Duration;
use js_sys::{Array, Date, Math, Uint8Array};
use midge_session::Instant;
use midge_view::{FromEngine, ToEngine, wire};
use socket::Socket;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Performance, console};

/// The seed of the first world: everybody begins with the same morning.
const SEED: u64 = 1;

/// While a socket holds bytes, its buffer is looked at this often.
const BUFFER_POLL: Duration = Duration::from_millis(20);

/// The engine with what the browser gives it.
struct Host {
    engine: Engine,
    clock: Clock,
    sockets: BTreeMap<SocketId, Socket>,
    /// What sockets told while a turn was under way.
    events: VecDeque<(SocketId, SocketEvent)>,
    timer: Option<i32>,
    on_timer: js_sys::Function,
}

/// The host as its callbacks hold it.
type Shared = Rc<RefCell<Option<Host>>>;

/// Starts the engine; it lives as long as its Worker.
pub fn start() {
    std::panic::set_hook(Box::new(|fault| {
        console::error_1(&fault.to_string().into());
        post(&FromEngine::Stopped(fault.to_string()));
    }));
    let shared: Shared = Rc::default();
    let on_timer = {
        let shared = Rc::clone(&shared);
        Closure::<dyn FnMut()>::new(move || {
            turn(&shared, |host| {
                host.timer = None;
                let clock = host.clock.clone();
                host.engine.tick(&|| clock.now());
            });
        })
    };
    let clock = Clock::new();
    let setup = Setup {
        seed: SEED,
        page_is_secure: scope().location().protocol() == "https:",
        epoch_ms: clock.epoch_ms(),
        random: (Math::random() * 9_007_199_254_740_992.0) as u64,
    };
    *shared.borrow_mut() = Some(Host {
        engine: Engine::new(setup, clock.now()),
        clock,
        sockets: BTreeMap::new(),
        events: VecDeque::new(),
        timer: None,
        on_timer: on_timer.into_js_value().unchecked_into(),
    });
    let on_message = {
        let shared = Rc::clone(&shared);
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = Uint8Array::new(&event.data()).to_vec();
            match wire::decode::<ToEngine>(&bytes) {
                Ok(message) => turn(&shared, |host| {
                    let clock = host.clock.clone();
                    host.engine.handle(&|| clock.now(), message);
                }),
                Err(unreadable) => post(&FromEngine::Stopped(unreadable.to_string())),
            }
        })
    };
    scope().set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    turn(&shared, |_| {});
}

/// One turn: `act`, then everything that follows from it.
fn turn(shared: &Shared, act: impl FnOnce(&mut Host)) {
    // It is borrowed only if an earlier turn ended in a fault, which the page was told.
    let Ok(mut borrowed) = shared.try_borrow_mut() else {
        return;
    };
    let Some(host) = borrowed.as_mut() else {
        return;
    };
    act(host);
    host.settle(shared);
}

impl Host {
    /// Does what the engine asks for until it asks for nothing more.
    fn settle(&mut self, shared: &Shared) {
        loop {
            while let Some(output) = self.engine.poll() {
                self.perform(output, shared);
            }
            for (id, socket) in &mut self.sockets {
                let sent = socket.take_sent();
                if sent > 0 {
                    self.events.push_back((*id, SocketEvent::Sent(sent)));
                }
            }
            let Some((socket, event)) = self.events.pop_front() else {
                break;
            };
            self.receive(socket, event);
        }
        self.set_timer();
    }

    fn perform(&mut self, output: Output, shared: &Shared) {
        match output {
            Output::Post(message) => post(&message),
            Output::Open { socket, url } => {
                let tell = {
                    let shared = Rc::clone(shared);
                    move |event| turn(&shared, |host| host.receive(socket, event))
                };
                match Socket::open(&url, tell) {
                    Ok(opened) => {
                        self.sockets.insert(socket, opened);
                    }
                    Err(reason) => {
                        let closed = SocketEvent::Closed { code: 1006, reason };
                        self.events.push_back((socket, closed));
                    }
                }
            }
            Output::Send { socket, bytes } => {
                if let Some(socket) = self.sockets.get_mut(&socket) {
                    socket.send(&bytes);
                }
            }
            Output::Close { socket } => drop(self.sockets.remove(&socket)),
        }
    }

    fn receive(&mut self, socket: SocketId, event: SocketEvent) {
        if matches!(event, SocketEvent::Closed { .. }) {
            self.sockets.remove(&socket);
        }
        self.engine.handle_socket(self.clock.now(), socket, event);
    }

    fn set_timer(&mut self) {
        if let Some(timer) = self.timer.take() {
            scope().clear_timeout_with_handle(timer);
        }
        let mut wait = self.engine.wait(self.clock.now());
        if self.sockets.values().any(Socket::is_sending) {
            wait = wait.min(BUFFER_POLL);
        }
        let millis = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        self.timer = scope()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&self.on_timer, millis)
            .ok();
    }
}

/// Wall time since the Worker began.
#[derive(Clone)]
struct Clock(Option<Performance>);

impl Clock {
    fn new() -> Self {
        Self(scope().performance())
    }

    fn now(&self) -> Instant {
        let millis = match &self.0 {
            Some(performance) => performance.now(),
            None => Date::now(),
        };
        // Positive, and microseconds of a tab's life are far below 2^53.
        Instant::from_micros((millis * 1_000.0) as u64)
    }

    /// Milliseconds since 1970 at wall time zero.
    fn epoch_ms(&self) -> u64 {
        let elapsed_ms = self.now().as_micros() / 1_000;
        (Date::now() as u64).saturating_sub(elapsed_ms)
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &FromEngine) {
    let array = Uint8Array::from(wire::encode(message).as_slice());
    let transfer = Array::of1(&array.buffer());
    // Posting fails only for what cannot be cloned; bytes always can.
    let _ = scope().post_message_with_transfer(&array, &transfer);
}
