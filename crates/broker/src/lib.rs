//! The broker's state machine: routing, sessions, retained messages, wills, access; no clock, no socket.
//!
//! The driver names its connections, feeds bytes and time, and does what [`Broker::poll_output`] says.
//! One hostile client never makes a verb fail for the others: a peer's fault is an [`Event`] and a
//! close, the caller's fault is [`Refused`].
//!
//! A message takes this way:
//!
//! 1. a frame of a connection is decoded and dispatched (`packets`), CONNECT apart (`connect`, `connack`);
//! 2. a PUBLISH is judged, numbered and stored if it is retained (`publish`, `retained`);
//! 3. the tree of filters gives the candidates (`subscriptions`, `tree`), and [`route::decide`] says
//!    for each what becomes of the message;
//! 4. QoS 0 leaves at once in one encoding that all receivers share, everything else goes through the
//!    receiver's [`midge_session::Session`], which alone knows the handshakes.
//!
//! Passwords whose check takes long are handed out, if the host asks for it (`checks`).
//!
//! A subscription brings retained messages by the same session, as many as it has room for (`replay`).
//!
//! When a connection ends (`leave`), its will is published (`will`) and its session waits or ends, by
//! one table of deadlines (`timers`).
#![no_std]
extern crate alloc;

#[cfg(test)]
extern crate std;

mod access;
mod acl;
mod authentication;
mod characters;
mod checks;
mod command;
mod config;
mod connack;
mod connect;
mod event;
mod fan_out;
mod hand_over;
mod journal;
mod leave;
mod limit;
mod packets;
mod publish;
mod random;
mod replay;
mod restore;
mod retained;
pub mod route;
mod scram_users;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;
mod sessions;
mod snapshot;
mod subscribe;
mod subscriptions;
mod sys;
#[cfg(test)]
mod tests;
mod timers;
mod tree;
mod users;
mod verdicts;
mod will;

pub use acl::{AccessList, AccessRule, Right, Subject};
pub use checks::{Check, Checked};
pub use config::{Config, Limits};
pub use event::{CloseReason, Command, ConnId, Event, MessageId, Output, Refused, Token};
pub use journal::{MessageState, Progress, QueuedState, Record, RetainedState, SessionState};
pub use limit::Limit;
pub use scram_users::ScramUsers;
pub use snapshot::{
    ConnectionView, DeadlineView, RetainedView, SessionView, Statistics, SubscriptionView,
};
pub use users::{LineError, Password, Users};
pub use verdicts::{Ending, Judged, Verdicts};

use alloc::{
    boxed::Box,
    collections::{BTreeMap, VecDeque},
    vec::Vec,
};
use bytes::Bytes;
use midge_codec::{ByteString, DecodeError, PacketType, Wire};
use midge_session::{Connection, Deadline, Instant, Report, scram::Keys};
use sessions::{SessionKey, Sessions};
use timers::{Due, Timers};

/// An MQTT broker for 3.1.1 and 5.0. A clone is a checkpoint.
#[derive(Clone, Debug)]
pub struct Broker {
    config: Config,
    random: random::Random,
    nonces: midge_session::scram::Nonces,
    /// Of the users whose passwords are in clear, once somebody wanted to prove one.
    derived_keys: Option<BTreeMap<ByteString, Keys>>,
    links: BTreeMap<ConnId, Link>,
    sessions: Sessions,
    subscriptions: subscriptions::Subscriptions,
    retained: retained::RetainedStore,
    timers: Timers,
    /// Searches for retained messages that were interrupted. They are due at once, one at each call.
    turns: Timers,
    outputs: VecDeque<Output>,
    statistics: Statistics,
    counters: limit::Counters,
    sys: sys::Sys,
    /// Messages accepted so far.
    accepted: u64,
    /// Commands done so far.
    commands: u64,
    /// Sessions whose connections are at an impasse; they are closed at the end of the verb.
    stuck: Vec<SessionKey>,
    /// What the records drained so far say; `None` when the host keeps nothing.
    journal: Option<journal::Journal>,
    /// Room for the candidates of one message, kept from one to the next.
    matches: Vec<subscriptions::Match>,
    /// Whether somebody listens to verdicts.
    tells_verdicts: bool,
    checks: checks::Checks,
}

/// What a connection has become so far.
#[derive(Clone, Debug)]
enum Link {
    /// Its CONNECT was not accepted yet.
    Opening(Box<Opening>),
    /// It belongs to this session, which holds the rest.
    Online(SessionKey),
}

/// A connection that is not let in yet.
#[derive(Clone, Debug)]
struct Opening {
    connection: Connection,
    stage: Stage,
}

/// What a connection that is not let in waits for.
#[derive(Clone, Debug, Default)]
enum Stage {
    /// Its CONNECT.
    #[default]
    Connect,
    /// CONNECT came, and waits for a proof.
    Exchange(authentication::Exchange),
    /// CONNECT came, and its password is being checked. What follows waits.
    Check(checks::Pending),
}

impl Broker {
    /// An empty broker. `seed` drives assigned client ids and the nonces of SCRAM; where real users
    /// log in by it, the seed must come from a generator that cannot be guessed.
    pub fn new(config: Config, seed: u64, now: Instant) -> Self {
        let nonces = midge_session::scram::Nonces::new(seed);
        let mut broker = Self {
            // Client identifiers are told to everybody, nonces must not follow from them.
            random: random::Random::new(nonces.other_seed()),
            nonces,
            derived_keys: None,
            links: BTreeMap::new(),
            sessions: Sessions::default(),
            subscriptions: subscriptions::Subscriptions::new(),
            retained: retained::RetainedStore::new(),
            timers: Timers::default(),
            turns: Timers::default(),
            outputs: VecDeque::new(),
            statistics: Statistics::default(),
            counters: limit::Counters::default(),
            sys: sys::Sys::new(now),
            accepted: 0,
            commands: 0,
            stuck: Vec::new(),
            journal: None,
            matches: Vec::new(),
            tells_verdicts: false,
            checks: checks::Checks::default(),
            config,
        };
        broker.publish_sys(now);
        broker
    }

    /// What it was configured with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A transport is up. `conn` must not be in use; if it is, the connection of that name is taken
    /// for lost.
    pub fn handle_open(&mut self, now: Instant, conn: ConnId) {
        self.handle_close(now, conn);
        let most = u64::from(self.config.limits.max_connections);
        // One more than allowed hears why when it sends CONNECT; a flood of them is cut off at once.
        if self.links.len() as u64 > most.saturating_mul(2) {
            self.outputs.push_back(Output::Close { conn });
            self.count_limit(Limit::Connections, ByteString::new());
            return;
        }
        let connection = Connection::new(now, self.config.limits.of_opening());
        let opening = Opening {
            connection,
            stage: Stage::Connect,
        };
        self.links.insert(conn, Link::Opening(Box::new(opening)));
        let at = now + self.config.limits.connect_timeout;
        self.timers.set(Due::Connect(conn), Some(at));
    }

    /// Bytes arrived, chunked in any way. Bytes of a connection that is unknown or closed are ignored.
    pub fn handle_input(&mut self, now: Instant, conn: ConnId, bytes: Bytes) {
        self.statistics.bytes_received += bytes.len() as u64;
        let count = bytes.len();
        let Some(connection) = self.connection_mut(conn) else {
            return;
        };
        connection.handle_input(now, bytes);
        self.read(now, conn, count);
        self.close_stuck(now);
    }

    /// `bytes` of what was given by [`Output::Send`] have left the driver's buffer.
    pub fn handle_sent(&mut self, now: Instant, conn: ConnId, bytes: usize) {
        let Some(connection) = self.connection_mut(conn) else {
            return;
        };
        connection.handle_sent(now, bytes);
        if let Some(&Link::Online(key)) = self.links.get(&conn) {
            self.pump(now, key);
            self.close_stuck(now);
        }
    }

    /// The transport is gone. After [`Output::Close`] it need not be called; it does no harm.
    pub fn handle_close(&mut self, now: Instant, conn: ConnId) {
        match self.links.get(&conn) {
            None => return,
            Some(Link::Opening(_)) => self.leave_unknown(conn, CloseReason::Lost),
            Some(&Link::Online(key)) => self.leave(now, key, CloseReason::Lost),
        }
        self.close_stuck(now);
    }

    /// Time has passed. Early calls do nothing. Work that would hold others up is done in parts: a
    /// deadline that is due at once asks for the next.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(due) = self.timers.pop_due(now) {
            match due {
                Due::Connect(conn) => {
                    self.leave_unknown(conn, connect::too_late());
                    self.count_limit(Limit::ConnectTimeout, ByteString::new());
                }
                Due::SlowReader(key) => self.handle_slow_reader(now, key),
                Due::KeepAlive(key) => self.handle_silence(now, key),
                Due::WillDelay(key) => self.publish_will(now, key),
                Due::SessionExpiry(key) => {
                    self.statistics.clients_expired += 1;
                    self.end_session(now, key);
                }
                Due::MessageExpiry(key) => {
                    if let Some(client) = self.sessions.get_mut(key) {
                        client.message_expiry = None;
                        client.session.handle_timeout(now);
                    }
                    self.pump(now, key);
                }
                Due::Retained(topic) => {
                    self.retained.remove(&topic);
                }
                Due::Sys => self.publish_sys(now),
                // They are in a table of their own.
                Due::Replay(_) => {}
            }
        }
        if let Some(Due::Replay(key)) = self.turns.pop_due(now) {
            self.pump(now, key);
        }
        self.close_stuck(now);
    }

    /// Does what the host or its operator asks.
    ///
    /// # Errors
    /// A client id without a session, or a topic or filter that is not legal; nothing changed then.
    pub fn command(&mut self, now: Instant, command: Command) -> Result<Token, Refused> {
        self.obey(now, command)?;
        self.close_stuck(now);
        self.commands += 1;
        Ok(Token(self.commands))
    }

    /// The next thing for the driver to do, in order.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The earliest deadline.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let deadlines = [self.turns.next(), self.timers.next()];
        deadlines.into_iter().flatten().min_by_key(|next| next.at)
    }
}

/// What the other files share.
impl Broker {
    fn connection_mut(&mut self, conn: ConnId) -> Option<&mut Connection> {
        match self.links.get_mut(&conn)? {
            Link::Opening(opening) => Some(&mut opening.connection),
            &mut Link::Online(key) => Some(&mut self.sessions.online_mut(key)?.1.connection),
        }
    }

    /// Deals with what has arrived, so many bytes of it just now, as far as the connection is ready for it.
    fn read(&mut self, now: Instant, conn: ConnId, count: usize) {
        // A connection that is closed on the way has no frames any more.
        while let Some(frame) = self.next_frame(conn) {
            self.handle_frame(now, conn, frame);
        }
        match self.links.get(&conn) {
            Some(&Link::Online(key)) => self.watch_keep_alive(key),
            Some(Link::Opening(_)) => self.bound_waiting(conn, count),
            None => {}
        }
    }

    fn next_frame(&mut self, conn: ConnId) -> Option<Result<Bytes, DecodeError>> {
        match self.links.get_mut(&conn)? {
            Link::Opening(opening) => match opening.stage {
                Stage::Check(_) => None,
                Stage::Connect | Stage::Exchange(_) => opening.connection.poll_frame(),
            },
            &mut Link::Online(key) => self.sessions.online_mut(key)?.1.connection.poll_frame(),
        }
    }

    fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Gives a packet to the driver.
    fn send(&mut self, conn: ConnId, packet: Wire) {
        self.statistics.count_sent(&packet);
        self.outputs.push_back(Output::Send { conn, packet });
    }

    /// Sends what a session has to send, the retained messages on their way to it last, tells what it
    /// reports, and follows its deadline. Does nothing when there is nothing to do.
    fn pump(&mut self, now: Instant, key: SessionKey) {
        if self.flush(now, key) {
            self.replay(now, key);
        }
    }

    /// The same without retained messages; tells whether there are any on their way.
    fn flush(&mut self, now: Instant, key: SessionKey) -> bool {
        let Some(client) = self.sessions.get_mut(key) else {
            return false;
        };
        let mut is_stalled = false;
        if let Some(online) = &mut client.online {
            let conn = online.conn;
            while let Some(packet) = client.session.poll_packet(now, &mut online.connection) {
                self.statistics.count_sent(&packet);
                self.outputs.push_back(Output::Send { conn, packet });
            }
            // Of one at an impasse nothing more is sent either.
            is_stalled = !online.connection.is_writable();
            if is_stalled && online.connection.impasse().is_some() {
                self.stuck.push(key);
            }
        }
        while let Some(report) = client.session.poll_report() {
            let (tag, ending) = match report {
                Report::Completed { tag, reason } => (tag, Ok(reason)),
                Report::Dropped { tag, message, why } => {
                    self.statistics.publish_messages_dropped += 1;
                    self.outputs.push_back(Output::Event(Event::Dropped {
                        client_id: client.id.clone(),
                        topic: message.topic,
                        id: MessageId::of_tag(tag),
                        why: why.into(),
                    }));
                    (tag, Err(why.into()))
                }
            };
            if self.tells_verdicts && tag != 0 {
                self.outputs.push_back(Output::Event(Event::Ended {
                    id: MessageId(tag),
                    client_id: client.id.clone(),
                    ending,
                }));
            }
        }
        let at = client.session.poll_timeout().map(|deadline| deadline.at);
        let has_replays = !client.replays.is_empty();
        if client.message_expiry != at {
            client.message_expiry = at;
            self.timers.set(Due::MessageExpiry(key), at);
        }
        if is_stalled {
            self.watch_slow_reader(key);
        }
        has_replays
    }

    /// Sets the time by which a connection must have sent something.
    fn watch_keep_alive(&mut self, key: SessionKey) {
        let Some((_, online)) = self.sessions.online_mut(key) else {
            return;
        };
        let deadline = online.connection.poll_timeout();
        self.timers
            .set(Due::KeepAlive(key), deadline.map(|deadline| deadline.at));
    }
}

impl Statistics {
    fn count_sent(&mut self, packet: &Wire) {
        let publish = (PacketType::Publish as u8) << 4;
        self.messages_sent += 1;
        self.bytes_sent += packet.len() as u64;
        if packet
            .head
            .first()
            .is_some_and(|byte| byte & 0xF0 == publish)
        {
            self.publish_messages_sent += 1;
        }
    }
}
