//! The client's state machine: no clock, no socket, no thread.
//!
//! The driver owns transport and time. It calls the `handle_*` verbs, sends what [`Client::poll_output`]
//! yields, and calls [`Client::handle_timeout`] when [`Client::poll_timeout`] is due. Every verb may be
//! called at any time; a spurious call does nothing. The one thing that a driver must take care of:
//! after [`Output::Close`] nothing of the old transport may reach the client any more, because the
//! next transport may be open.
//!
//! How messages are delivered is not known here: the handshakes live in [`midge_session`]. This crate
//! knows CONNECT and CONNACK, subscriptions, what the server announced, and when to try again.
//!
//! Policies that the standard leaves open:
//! - With Clean Start 0 a client has session state, be it empty, so that a resumed session is welcome
//!   even to a client that was just made. With Clean Start 1 it is a protocol error [MQTT-3.2.2-4].
//! - A SUBSCRIBE or UNSUBSCRIBE whose connection was lost is sent again if the session goes on.
//! - Whether to try again is [`Cause::is_temporary`]; a connection that lasted starts the pauses anew.
#![no_std]
extern crate alloc;

mod authentication;
mod command;
mod config;
mod connect;
mod event;
mod explain;
mod input;
mod retry;
mod server;
mod subscriptions;
#[cfg(test)]
mod tests;

pub use config::{Authentication, Config, Reconnect, Will};
pub use event::{Cause, Command, Event, Output, Refused, SubscribeRequest, Token};
pub use explain::advice;
pub use server::Offer;
pub use subscriptions::Subscription;

use alloc::collections::VecDeque;
use bytes::Bytes;
use midge_codec::{ByteString, Reason};
use midge_session::{Connection, Deadline, Due, Instant, Report, Session, Timer, scram};
use retry::Pauses;
use subscriptions::Subscriptions;

/// What the client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum State {
    /// No transport, and none asked for.
    Idle,
    /// [`Output::Open`] was given; waits for [`Client::handle_open`].
    Opening,
    /// CONNECT was sent; waits for CONNACK.
    Connecting,
    /// CONNACK came with success.
    Connected,
    /// The connection was lost; waits for [`midge_session::Timer::Reconnect`].
    Waiting,
}

/// An MQTT client, 3.1.1 or 5.0. A clone is a checkpoint.
#[derive(Clone, Debug)]
pub struct Client {
    config: Config,
    state: State,
    /// The identifier in use; the assigned one replaces an empty one.
    client_id: ByteString,
    session: Session,
    /// From the open transport to its end.
    connection: Option<Connection>,
    /// From CONNACK to the end of the connection.
    offer: Option<Offer>,
    connected_at: Option<Instant>,
    subscriptions: Subscriptions,
    outputs: VecDeque<Output>,
    /// Tokens given out so far.
    tokens: u64,
    /// [`Timer::ConnectTimeout`] or [`Timer::Reconnect`].
    deadline: Option<Deadline>,
    pauses: Pauses,
    nonces: scram::Nonces,
    /// From CONNECT to CONNACK, or from [`Command::ReAuthenticate`] to its answer.
    exchange: Option<authentication::Exchange>,
    /// Whether CONNECT asked for a clean start.
    asked_clean: bool,
    /// Whether there was a CONNACK since [`Command::Connect`], so that attempts ask to resume.
    established: bool,
    /// Whether there ever was a CONNACK, so that a session can have been lost.
    had_session: bool,
}

impl Client {
    /// A client that does nothing until [`Command::Connect`]. `seed` drives its jitter and the
    /// nonces of SCRAM; where real users log in by it, the seed must not be guessable.
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            state: State::Idle,
            client_id: config.client_id.clone(),
            session: Session::new(connect::bounds(config.version)),
            connection: None,
            offer: None,
            connected_at: None,
            subscriptions: Subscriptions::default(),
            outputs: VecDeque::new(),
            tokens: 0,
            deadline: None,
            pauses: Pauses::new(seed),
            nonces: scram::Nonces::new(seed),
            exchange: None,
            asked_clean: false,
            established: false,
            had_session: false,
            config,
        }
    }

    /// The transport asked for with [`Output::Open`] is up.
    pub fn handle_open(&mut self, now: Instant) {
        if self.state == State::Opening {
            self.send_connect(now);
        }
    }

    /// Bytes arrived, chunked in any way.
    pub fn handle_input(&mut self, now: Instant, bytes: Bytes) {
        if let Some(connection) = &mut self.connection {
            connection.handle_input(now, bytes);
            self.read(now);
        }
    }

    /// `bytes` of what was given by [`Output::Send`] have left the driver's buffer.
    pub fn handle_sent(&mut self, now: Instant, bytes: usize) {
        if let Some(connection) = &mut self.connection {
            connection.handle_sent(now, bytes);
            self.pump(now);
        }
    }

    /// The transport is gone, or could not be opened.
    pub fn handle_close(&mut self, now: Instant) {
        match self.state {
            State::Opening => self.end(now, Cause::NotOpened, false),
            State::Connecting | State::Connected => self.end(now, Cause::Lost, false),
            State::Idle | State::Waiting => {}
        }
    }

    /// Time has passed. Early or repeated calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Some(deadline) = self.deadline.filter(|deadline| deadline.at <= now) {
            match (deadline.timer, self.state) {
                (Timer::Reconnect, _) => self.open(now),
                (_, State::Opening) => self.end(now, Cause::NotOpened, true),
                _ => self.end(now, Cause::NoConnAck, true),
            }
        }
        while let Some(due) = self
            .connection
            .as_mut()
            .and_then(|it| it.handle_timeout(now))
        {
            match due {
                Due::Ping(wire) => self.outputs.push_back(Output::Send(wire)),
                Due::Silent(_) => self.end(now, Cause::Silent, true),
            }
        }
        self.session.handle_timeout(now);
        self.pump(now);
    }

    /// The next thing for the driver to do, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The earliest deadline.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let connection = self.connection.as_ref().and_then(Connection::poll_timeout);
        let deadlines = [self.deadline, connection, self.session.poll_timeout()];
        deadlines.into_iter().flatten().min()
    }
}

/// What the client holds, for whoever shows it.
impl Client {
    /// What it was configured with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        self.state
    }

    /// The client identifier in use: the configured one, or the one that the server assigned.
    pub fn client_id(&self) -> &ByteString {
        &self.client_id
    }

    /// What the server offers, while connected.
    pub fn offer(&self) -> Option<Offer> {
        self.offer
    }

    /// When CONNACK came, while connected.
    pub fn connected_at(&self) -> Option<Instant> {
        self.connected_at
    }

    /// The connection, while there is a transport: version, limits of both sides, bytes outstanding.
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// The session: what is queued, in flight and incoming.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the application has subscribed to, in the order of the filters, in force or not.
    pub fn subscriptions(&self) -> impl Iterator<Item = (&ByteString, &Subscription)> {
        self.subscriptions.iter()
    }
}

impl Client {
    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Asks for a transport.
    fn open(&mut self, now: Instant) {
        self.state = State::Opening;
        self.deadline = Some(Deadline {
            at: now + self.config.connect_timeout,
            timer: Timer::ConnectTimeout,
        });
        self.outputs.push_back(Output::Open);
    }

    /// Moves what the session wants to send and to tell to the outputs.
    fn pump(&mut self, now: Instant) {
        if let Some(connection) = &mut self.connection {
            while let Some(wire) = self.session.poll_packet(now, connection) {
                self.outputs.push_back(Output::Send(wire));
            }
        }
        while let Some(report) = self.session.poll_report() {
            self.event(match report {
                Report::Completed { tag, reason } => Event::Published {
                    token: Token(tag),
                    reason,
                },
                Report::Dropped { tag, why, .. } => Event::NotSent {
                    token: Token(tag),
                    why,
                },
            });
        }
        if let Some(reason) = self.connection.as_ref().and_then(Connection::impasse) {
            let what = match reason {
                Reason::PacketTooLarge => "it accepts no packet as large as an answer it must get",
                _ => "it makes this client answer, and does not take the answers",
            };
            let what = what.into();
            self.end(now, Cause::Violation { reason, what }, true);
        }
    }

    /// The connection ends here: says so to a server at fault, closes the transport if it is still
    /// there, and decides whether to try again.
    fn end(&mut self, now: Instant, cause: Cause, transport_is_up: bool) {
        if let (Some((reason, words)), Some(connection)) = (cause.answer(), &mut self.connection) {
            let wire = connection.disconnect(now, reason, Some(&words));
            self.outputs.extend(wire.map(Output::Send));
        }
        self.close(now, transport_is_up);
        let reconnect = self.config.reconnect.filter(|_| cause.is_temporary());
        if let Some(reconnect) = reconnect {
            self.state = State::Waiting;
            self.deadline = Some(Deadline {
                at: now + self.pauses.next(reconnect),
                timer: Timer::Reconnect,
            });
        }
        let retries = reconnect.is_some();
        self.event(Event::Disconnected { cause, retries });
    }

    /// Closes the transport and stays idle.
    fn close(&mut self, now: Instant, transport_is_up: bool) {
        if transport_is_up {
            self.outputs.push_back(Output::Close);
        } else {
            // What the driver has not taken has nowhere to go.
            self.outputs
                .retain(|output| !matches!(output, Output::Open | Output::Send(_) | Output::Close));
        }
        let longest = self.config.reconnect.map(|reconnect| reconnect.longest);
        if let (Some(since), Some(longest)) = (self.connected_at.take(), longest)
            && now.since(since) >= longest
        {
            self.pauses.reset();
        }
        self.state = State::Idle;
        self.deadline = None;
        self.connection = None;
        self.exchange = None;
        self.offer = None;
        if self.session.is_online() {
            self.session.suspend(now);
            self.subscriptions.suspend();
        }
        self.pump(now);
    }
}

impl Cause {
    /// What to tell a 5.0 server that is at fault.
    fn answer(&self) -> Option<(Reason, alloc::string::String)> {
        match self {
            Self::Malformed(error) => Some((error.reason(), alloc::format!("{error}"))),
            Self::Violation { reason, what } => Some((*reason, what.clone())),
            _ => None,
        }
    }
}
