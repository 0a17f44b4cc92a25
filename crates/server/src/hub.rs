//! The one task that owns the broker: inputs in, packets out to each connection's outbox.

use crate::{
    keeper::{Keeper, PersistenceSync},
    store::{Found, Store},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream::FuturesOrdered};
use midge_broker::{Broker, Checked, Command, Config, ConnId, Event, Output};
use midge_codec::Wire;
use midge_session::Instant;
use std::{
    collections::BTreeMap,
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread::available_parallelism,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::{JoinError, JoinHandle, spawn_blocking},
    time::{Instant as Clock, sleep_until},
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// Inputs that may wait for the broker; readers of sockets wait when there are more.
const INPUTS_MAX: usize = 1024;

/// The packets for a connection's writer, in order. When the outbox ends, the transport closes.
pub(crate) type Outbox = mpsc::UnboundedReceiver<Wire>;

/// What a connection gets when it is announced.
#[derive(Debug)]
pub(crate) struct Opened {
    /// Its name.
    pub(crate) conn: ConnId,
    /// What its writer sends.
    pub(crate) outbox: Outbox,
    /// Cancelled when the broker ends the connection: what is in the outbox is the last.
    pub(crate) ended: CancellationToken,
    /// Completes when the client is let in, and when the connection ends.
    pub(crate) admitted: oneshot::Receiver<()>,
}

/// What reaches the broker.
#[derive(Debug)]
pub(crate) enum Input {
    /// A transport is up, and this is where its packets go.
    Open(ConnId, Line),
    /// Bytes arrived.
    Bytes(ConnId, Bytes),
    /// So many bytes were taken by the transport.
    Sent(ConnId, usize),
    /// The transport is gone.
    Closed(ConnId),
    /// The operator asks.
    Command(Command),
    /// End: answered when everything was handed to the outboxes.
    ShutDown(oneshot::Sender<()>),
}

/// The hub's end of a connection. Dropping it tells the connection that it has ended.
#[derive(Debug)]
pub(crate) struct Line {
    outbox: mpsc::UnboundedSender<Wire>,
    admit: Option<oneshot::Sender<()>>,
    _ended: DropGuard,
}

/// A handle to the broker's task.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    inputs: mpsc::Sender<Input>,
    next: Arc<AtomicU32>,
    /// Where packets are written.
    pub(crate) writers: Handle,
}

impl Hub {
    /// Starts the broker's task, with what a persistence file says, if there is one.
    pub(crate) fn start(
        config: Config,
        seed: u64,
        kept: Option<(Store, Found, PersistenceSync)>,
        tasks: &TaskTracker,
        writers: Handle,
    ) -> Self {
        let (inputs, receiver) = mpsc::channel(INPUTS_MAX);
        tasks.spawn(Owner::new(config, seed, kept).run(receiver));
        Self {
            inputs,
            next: Arc::new(AtomicU32::new(0)),
            writers,
        }
    }

    /// Announces a transport; `None` when the server has ended.
    pub(crate) async fn open(&self) -> Option<Opened> {
        let conn = ConnId(self.next.fetch_add(1, Ordering::Relaxed));
        // Unbounded, because the broker itself bounds what it has handed out and not seen sent.
        let (sender, outbox) = mpsc::unbounded_channel();
        let ended = CancellationToken::new();
        let (admit, admitted) = oneshot::channel();
        let line = Line {
            outbox: sender,
            admit: Some(admit),
            _ended: ended.clone().drop_guard(),
        };
        self.send(Input::Open(conn, line)).await.then_some(Opened {
            conn,
            outbox,
            ended,
            admitted,
        })
    }

    /// Whether the broker still takes inputs.
    pub(crate) async fn send(&self, input: Input) -> bool {
        self.inputs.send(input).await.is_ok()
    }

    /// Ends the broker's task.
    pub(crate) async fn shut_down(&self) {
        let (done, wait) = oneshot::channel();
        if self.send(Input::ShutDown(done)).await {
            // An error means that the task is gone, which is what was asked for.
            let _ = wait.await;
        }
    }
}

struct Owner {
    broker: Broker,
    lines: BTreeMap<ConnId, Line>,
    keeper: Keeper,
    /// Passwords that are being checked beside this task. They come back in the order of their CONNECTs, so
    /// that of two that want the same session the later one has it.
    checks: FuturesOrdered<JoinHandle<Checked>>,
    checks_max: usize,
    /// When this task began: on the clock that never jumps, and for the broker, which counts from the
    /// year 1970, so that the times in a persistence file mean the same in the next run.
    started: (Clock, Instant),
}

impl Owner {
    fn new(config: Config, seed: u64, kept: Option<(Store, Found, PersistenceSync)>) -> Self {
        // A clock before 1970 is wrong anyway.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = Instant::ZERO + since_1970.unwrap_or_default();
        let started = (Clock::now(), now);
        let mut broker = Broker::new(config, seed, now);
        broker.hand_out_checks();
        let cores = available_parallelism().map_or(1, NonZero::get);
        let keeper = kept.map(|(store, found, policy)| {
            Keeper::restore(&mut broker, now, (store, found), policy)
        });
        Self {
            broker,
            lines: BTreeMap::new(),
            keeper: keeper.unwrap_or_default(),
            checks: FuturesOrdered::new(),
            // However many log in, one core is left to the clients that are there.
            checks_max: cores.saturating_sub(1).max(1),
            started,
        }
    }

    fn now(&self) -> Instant {
        let (clock, now) = self.started;
        now + clock.elapsed()
    }

    /// A time of the broker's on the clock of the tasks.
    fn clock(&self, at: Instant) -> Clock {
        let (clock, now) = self.started;
        clock + at.since(now)
    }

    async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        let mut batch = Vec::with_capacity(INPUTS_MAX);
        loop {
            let deadline = self
                .broker
                .poll_timeout()
                .map(|deadline| self.clock(deadline.at));
            tokio::select! {
                count = inputs.recv_many(&mut batch, INPUTS_MAX) => if count == 0 { return },
                () = sleep_until(deadline.unwrap_or(self.started.0)), if deadline.is_some() => {}
                Some(checked) = self.checks.next() => self.conclude(checked),
                done = self.keeper.work() => if let Err(error) = done {
                    self.keeper.give_up(&mut self.broker, &error);
                },
            }
            let mut done = None;
            for input in batch.drain(..) {
                if let Input::ShutDown(sender) = input {
                    done = Some(sender);
                } else {
                    self.apply(input);
                }
                if !self.keeper.is_on() {
                    self.deliver();
                }
            }
            // A stream of inputs must not keep the timers from running.
            self.broker.handle_timeout(self.now());
            self.start_checks();
            self.keeper.keep(&mut self.broker).await;
            self.deliver();
            if let Some(done) = done {
                self.shut_down().await;
                // Nobody waits when the asker was dropped.
                let _ = done.send(());
                return;
            }
        }
    }

    /// Has as many passwords checked as there are cores for it; the others wait in the broker.
    fn start_checks(&mut self) {
        while self.checks.len() < self.checks_max
            && let Some(check) = self.broker.poll_check()
        {
            self.checks.push_back(spawn_blocking(move || check.run()));
        }
    }

    fn conclude(&mut self, checked: Result<Checked, JoinError>) {
        match checked {
            Ok(checked) => self.broker.handle_checked(self.now(), checked),
            // Its connection ends when its time for CONNECT is over.
            Err(error) => tracing::error!(%error, "a password could not be checked"),
        }
    }

    fn apply(&mut self, input: Input) {
        let now = self.now();
        match input {
            Input::Open(conn, line) => {
                self.lines.insert(conn, line);
                self.broker.handle_open(now, conn);
            }
            Input::Bytes(conn, bytes) => self.broker.handle_input(now, conn, bytes),
            Input::Sent(conn, bytes) => self.broker.handle_sent(now, conn, bytes),
            Input::Closed(conn) => {
                self.lines.remove(&conn);
                self.broker.handle_close(now, conn);
            }
            Input::Command(command) => {
                if let Err(refused) = self.broker.command(now, command) {
                    tracing::warn!(%refused, "command refused");
                }
            }
            Input::ShutDown(_) => {}
        }
    }

    async fn shut_down(&mut self) {
        // The broker has no reason to refuse; if it did, the outboxes close all the same.
        let _ = self.broker.command(self.now(), Command::ShutDown);
        self.keeper.finish(&mut self.broker).await;
        self.deliver();
        self.lines.clear();
    }

    fn deliver(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            match output {
                Output::Send { conn, packet } => {
                    if let Some(line) = self.lines.get(&conn) {
                        // A writer that is gone has a reader that says so.
                        let _ = line.outbox.send(packet);
                    }
                }
                Output::Close { conn } => drop(self.lines.remove(&conn)),
                Output::Event(event) => {
                    if let Event::Connected { conn, .. } = event
                        && let Some(line) = self.lines.get_mut(&conn)
                    {
                        // A connection that is gone has no reader.
                        let _ = line.admit.take().map(|admit| admit.send(()));
                    }
                    log(&event);
                }
            }
        }
    }
}

fn log(event: &Event) {
    match event {
        Event::Connected {
            conn,
            client_id,
            version,
            session_present,
        } => {
            tracing::info!(conn = conn.0, %client_id, %version, session_present, "connected");
        }
        Event::Refused {
            conn,
            client_id,
            reason,
        } => tracing::info!(conn = conn.0, %client_id, %reason, "refused"),
        Event::Disconnected {
            conn,
            client_id,
            reason,
        } => tracing::info!(conn = conn.0, %client_id, ?reason, "disconnected"),
        Event::Dropped {
            client_id,
            topic,
            why,
            ..
        } => tracing::debug!(%client_id, %topic, ?why, "message dropped"),
        // A client that does it all day must not fill the log.
        Event::LimitReached {
            limit,
            client_id,
            count,
        } if count.is_power_of_two() => {
            let limit = limit.name();
            tracing::warn!(%client_id, limit, count, "a limit was reached");
        }
        other => tracing::debug!(event = ?other),
    }
}
