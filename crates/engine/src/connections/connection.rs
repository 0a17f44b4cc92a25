//! One connection of the Workbench: the client's state machine, its transport, and what the user sees.

use super::Surroundings;
use super::messages::{Kept, Messages, words};
use super::problem::{Facts, Failure, Transport, failure};
use super::profile::{MAXIMUM_PACKET_SIZE, config};
use super::subscriptions::Subscriptions;
use crate::output::{Output, SocketEvent, SocketId};
use crate::saturate::saturate;
use crate::words::time_left;
use bytes::{Bytes, BytesMut};
use midge_client::{
    Cause, Client, Command, Event, Output as ClientOutput, Refused, State, SubscribeRequest, Token,
};
use midge_codec::{ByteString, Message, PropertiesBuf, QoS, Reason, Wire};
use midge_session::Instant;
use midge_sim::{PortEvent, PortId};
use midge_trace::{Tap, Toward};
use midge_view::{
    ConnectionAnswer, ConnectionId, ConnectionRow, ConnectionState, Link, MessageDetail,
    MessagesAnswer, Problem, Profile, Window,
};
use std::collections::BTreeSet;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    id: ConnectionId,
    profile: Profile,
    seed: u64,
    client: Client,
    line: Line,
    /// What the transport saw in this attempt.
    seen: Transport,
    was_connected: bool,
    failure: Option<Failure>,
    subscriptions: Subscriptions,
    messages: Messages,
    /// Publishes without an answer.
    open: BTreeSet<Token>,
    session_present: bool,
    server: Vec<(String, String)>,
}

/// The transport.
#[derive(Debug)]
enum Line {
    Down,
    Port(PortId),
    /// The tap is there once the socket is open.
    Socket(SocketId, Option<Box<Tap>>),
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, profile: Profile, seed: u64) -> Result<Self, Problem> {
        if let Some(will) = &profile.will
            && let Err(why) = midge_codec::topic::validate_name(&will.topic)
        {
            return Err(Problem {
                what: format!(
                    "The will's topic \"{}\" cannot be published to: {why}.",
                    will.topic
                ),
                try_next: vec!["Choose another topic for the will, or send none.".to_owned()],
            });
        }
        Ok(Self {
            id,
            client: Client::new(config(&profile), seed),
            profile,
            seed,
            line: Line::Down,
            seen: Transport::default(),
            was_connected: false,
            failure: None,
            subscriptions: Subscriptions::default(),
            messages: Messages::default(),
            open: BTreeSet::new(),
            session_present: false,
            server: Vec::new(),
        })
    }

    pub(crate) fn is_in_lab(&self) -> bool {
        self.profile.link == Link::Lab
    }

    /// Whether it is connected or tries to be.
    pub(crate) fn is_active(&self) -> bool {
        self.client.state() != State::Idle
    }

    pub(crate) fn socket(&self) -> Option<SocketId> {
        match self.line {
            Line::Socket(socket, _) => Some(socket),
            Line::Down | Line::Port(_) => None,
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        Some(self.client.poll_timeout()?.at)
    }

    /// Virtual time in the lab, wall time elsewhere.
    fn now(&self, around: &Surroundings<'_>) -> Instant {
        if self.is_in_lab() {
            around.lab.world.now()
        } else {
            around.wall
        }
    }
}

/// What the user does.
impl Connection {
    pub(crate) fn connect(&mut self, around: &mut Surroundings<'_>) -> Result<(), Problem> {
        if self.client.state() == State::Waiting {
            // Not to wait for the pause is what the user asks for.
            self.disconnect(around);
        }
        self.command(Command::Connect, around).map(drop)
    }

    pub(crate) fn disconnect(&mut self, around: &mut Surroundings<'_>) {
        let reason = Reason::Success;
        // Refused only when there is nothing to disconnect.
        let _ = self.command(Command::Disconnect { reason }, around);
    }

    pub(crate) fn subscribe(
        &mut self,
        filter: &str,
        qos: QoS,
        around: &mut Surroundings<'_>,
    ) -> Result<(), Problem> {
        midge_codec::topic::validate_filter(filter)
            .map_err(|why| refused(&Refused::InvalidFilter(0, why)))?;
        self.subscriptions.want(filter, qos);
        if self.client.state() == State::Connected {
            self.request(filter, qos, around)?;
            self.pump(around);
        }
        Ok(())
    }

    pub(crate) fn unsubscribe(
        &mut self,
        filter: &str,
        around: &mut Surroundings<'_>,
    ) -> Result<(), Problem> {
        self.subscriptions.give_up(filter);
        if self.client.state() != State::Connected {
            return Ok(());
        }
        let filters = vec![ByteString::from(filter)];
        self.command(Command::Unsubscribe { filters }, around)
            .map(drop)
    }

    pub(crate) fn publish(
        &mut self,
        message: Message,
        around: &mut Surroundings<'_>,
    ) -> Result<(), Problem> {
        let token = self.command_quietly(Command::Publish(message.clone()), around)?;
        self.open.insert(token);
        self.keep(message, true, false, around);
        self.pump(around);
        Ok(())
    }

    pub(crate) fn clear_messages(&mut self) {
        self.messages.clear();
    }

    /// Asks for one filter, and leaves the outputs for later.
    fn request(
        &mut self,
        filter: &str,
        qos: QoS,
        around: &Surroundings<'_>,
    ) -> Result<(), Problem> {
        let request = SubscribeRequest {
            filter: filter.into(),
            options: qos.into(),
        };
        let command = Command::Subscribe {
            filters: vec![request],
            properties: PropertiesBuf::new(),
        };
        match self.command_quietly(command, around) {
            Ok(token) => {
                self.subscriptions.asked(filter, token);
                Ok(())
            }
            Err(problem) => {
                self.subscriptions.refused(filter, problem.what.clone());
                Err(problem)
            }
        }
    }

    fn command(
        &mut self,
        command: Command,
        around: &mut Surroundings<'_>,
    ) -> Result<Token, Problem> {
        let token = self.command_quietly(command, around)?;
        self.pump(around);
        Ok(token)
    }

    /// Leaves the outputs for later, so that the token can be noted before its event comes.
    fn command_quietly(
        &mut self,
        command: Command,
        around: &Surroundings<'_>,
    ) -> Result<Token, Problem> {
        let now = self.now(around);
        self.client
            .command(now, command)
            .map_err(|why| refused(&why))
    }
}

/// What happens to it.
impl Connection {
    pub(crate) fn on_time(&mut self, around: &mut Surroundings<'_>) {
        let now = self.now(around);
        if self.deadline().is_some_and(|at| at <= now) {
            self.client.handle_timeout(now);
            self.pump(around);
        }
    }

    /// Takes what arrived at the lab's port.
    pub(crate) fn on_port(&mut self, around: &mut Surroundings<'_>) {
        while let Line::Port(port) = self.line {
            let Some(event) = around.lab.world.port_receive(port) else {
                return;
            };
            let now = self.now(around);
            match event {
                PortEvent::Bytes(bytes) => self.client.handle_input(now, bytes),
                PortEvent::Sent(bytes) => self.client.handle_sent(now, bytes),
                PortEvent::Closed => {
                    around.lab.world.close_port(port);
                    self.line = Line::Down;
                    self.client.handle_close(now);
                }
            }
            self.pump(around);
        }
    }

    pub(crate) fn on_socket(&mut self, event: SocketEvent, around: &mut Surroundings<'_>) {
        let now = around.wall;
        match event {
            SocketEvent::Opened { protocol } if protocol == "mqtt" => {
                let hop = around.journal.open_hop(&self.profile.name, true);
                if let Line::Socket(_, tap) = &mut self.line {
                    *tap = Some(Box::new(Tap::with_limit(hop, MAXIMUM_PACKET_SIZE)));
                }
                self.client.handle_open(now);
            }
            SocketEvent::Opened { protocol } => {
                self.seen.subprotocol = Some(protocol);
                self.hang_up(around);
            }
            SocketEvent::Bytes(bytes) => {
                if let Line::Socket(_, Some(tap)) = &mut self.line {
                    around.journal.tap(tap, now, Toward::Client, bytes.clone());
                }
                self.client.handle_input(now, bytes);
            }
            SocketEvent::Text => {
                self.seen.text_frame = true;
                self.hang_up(around);
            }
            SocketEvent::Sent(bytes) => self.client.handle_sent(now, bytes),
            SocketEvent::Closed { code, reason } => {
                self.seen.close = Some((code, reason));
                self.line = Line::Down;
                self.client.handle_close(now);
            }
        }
        self.pump(around);
    }

    /// Connects to the broker of the world that was made again, if it was connected to the old one.
    pub(crate) fn on_lab_restart(&mut self, around: &mut Surroundings<'_>) {
        let was_active = self.is_active();
        self.line = Line::Down;
        // Its times belong to the old world, so that it cannot go on in this one.
        self.client = Client::new(config(&self.profile), self.seed);
        self.open.clear();
        self.subscriptions.forgotten();
        if was_active {
            let seen = Transport {
                lab_restarted: true,
                ..Transport::default()
            };
            self.failure = failure(&Cause::Lost, &self.facts(seen));
            // A fresh client takes it, since its configuration was taken before.
            let _ = self.connect(around);
        }
    }

    /// Ends the connection because of what the transport saw.
    fn hang_up(&mut self, around: &mut Surroundings<'_>) {
        self.close_line(around);
        self.client.handle_close(around.wall);
    }

    /// Does what the client asks for, in order.
    fn pump(&mut self, around: &mut Surroundings<'_>) {
        let mut wires = Vec::new();
        while let Some(output) = self.client.poll_output() {
            match output {
                ClientOutput::Send(wire) => wires.push(wire),
                ClientOutput::Open => self.open_line(around),
                ClientOutput::Close => {
                    self.send(&mut wires, around);
                    self.close_line(around);
                }
                ClientOutput::Event(event) => self.on_event(event, around),
            }
        }
        self.send(&mut wires, around);
    }

    fn open_line(&mut self, around: &mut Surroundings<'_>) {
        self.seen = Transport::default();
        match &self.profile.link {
            Link::Lab => {
                self.line = Line::Port(around.lab.world.open_port(&self.profile.name));
                let now = self.now(around);
                self.client.handle_open(now);
            }
            Link::WebSocket(url) => {
                let socket = SocketId(*around.next_socket);
                *around.next_socket += 1;
                self.line = Line::Socket(socket, None);
                let url = url.clone();
                around.outputs.push_back(Output::Open { socket, url });
            }
        }
    }

    fn close_line(&mut self, around: &mut Surroundings<'_>) {
        match std::mem::replace(&mut self.line, Line::Down) {
            Line::Down => {}
            Line::Port(port) => around.lab.world.close_port(port),
            Line::Socket(socket, _) => around.outputs.push_back(Output::Close { socket }),
        }
    }

    /// Hands over the packets in one piece.
    fn send(&mut self, wires: &mut Vec<Wire>, around: &mut Surroundings<'_>) {
        if wires.is_empty() {
            return;
        }
        let now = self.now(around);
        match &mut self.line {
            Line::Down => wires.clear(),
            Line::Port(port) => {
                // One packet a piece: in the lab a link can be cut between packets.
                for wire in wires.drain(..) {
                    around.lab.world.port_send(*port, wire.to_bytes());
                }
            }
            Line::Socket(socket, tap) => {
                let bytes = joined(wires);
                if let Some(tap) = tap {
                    around.journal.tap(tap, now, Toward::Broker, bytes.clone());
                }
                let socket = *socket;
                around.outputs.push_back(Output::Send { socket, bytes });
            }
        }
    }

    fn on_event(&mut self, event: Event, around: &mut Surroundings<'_>) {
        match event {
            Event::Connected {
                session_present,
                properties,
                ..
            } => {
                self.was_connected = true;
                self.failure = None;
                self.session_present = session_present;
                self.server = properties.as_ref().iter().map(words).collect();
                if !session_present {
                    self.subscriptions.forgotten();
                }
                for (filter, qos) in self.subscriptions.missing() {
                    // A refusal is shown at the subscription.
                    let _ = self.request(&filter, qos, around);
                }
            }
            Event::Message { message, dup, .. } => {
                self.subscriptions.count(&message.topic);
                self.keep(message, false, dup, around);
            }
            Event::Published { token, .. } | Event::NotSent { token, .. } => {
                self.open.remove(&token);
            }
            Event::Subscribed { token, reasons } => {
                self.subscriptions.answered(token, reasons.first().copied());
            }
            Event::Unsubscribed { .. } => {}
            Event::SessionLost { tokens } => {
                for token in tokens {
                    self.open.remove(&token);
                }
            }
            Event::Disconnected { cause, .. } => {
                let seen = std::mem::take(&mut self.seen);
                self.failure = failure(&cause, &self.facts(seen));
                self.was_connected = false;
            }
        }
    }

    fn facts(&self, transport: Transport) -> Facts {
        Facts {
            link: self.profile.link.clone(),
            version: self.profile.version,
            user_name: self.profile.user_name.is_some(),
            password: self.profile.password.is_some(),
            was_connected: self.was_connected,
            transport,
        }
    }

    fn keep(&mut self, message: Message, own: bool, dup: bool, around: &Surroundings<'_>) {
        let since = self.now(around).as_micros() / 1_000;
        let at_ms = match self.profile.link {
            Link::Lab => since,
            Link::WebSocket(_) => around.epoch_ms + since,
        };
        self.messages.push(Kept {
            at_ms,
            own,
            dup,
            message,
        });
    }
}

/// What the user sees.
impl Connection {
    /// Its name, if it is the one that the lab's broker knows as `client_id`.
    pub(crate) fn name_in_lab(&self, client_id: &str) -> Option<&str> {
        let it_is = self.is_in_lab() && *self.client.client_id() == client_id;
        it_is.then_some(self.profile.name.as_str())
    }

    pub(crate) fn row(&self, wall: Instant, lab: Instant) -> ConnectionRow {
        let now = if self.is_in_lab() { lab } else { wall };
        ConnectionRow {
            id: self.id,
            name: self.profile.name.clone(),
            state: match self.client.state() {
                State::Idle => ConnectionState::Off,
                State::Opening | State::Connecting => ConnectionState::Connecting,
                State::Connected => ConnectionState::On,
                State::Waiting => ConnectionState::Waiting,
            },
            words: self.words(now),
        }
    }

    fn words(&self, now: Instant) -> String {
        match self.client.state() {
            State::Idle => match &self.failure {
                Some(failure) => failure.short.clone(),
                None => "disconnected".to_owned(),
            },
            State::Opening => "opening the connection".to_owned(),
            State::Connecting => "waiting for CONNACK".to_owned(),
            State::Connected => "connected".to_owned(),
            State::Waiting => {
                let left = self.deadline().map(|at| at.since(now)).unwrap_or_default();
                format!("connecting again in {}", time_left(left))
            }
        }
    }

    pub(crate) fn answer(&self, wall: Instant, lab: Instant) -> ConnectionAnswer {
        ConnectionAnswer {
            row: self.row(wall, lab),
            profile: Profile {
                password: None,
                ..self.profile.clone()
            },
            client_id: self.client.client_id().to_string(),
            session_present: self.session_present,
            server: self.server.clone(),
            subscriptions: self.subscriptions.states(),
            problem: self.failure.as_ref().map(|failure| failure.problem.clone()),
            messages: self.messages.end(),
            pending: saturate(self.open.len()),
        }
    }

    pub(crate) fn page(&self, window: Window) -> MessagesAnswer {
        self.messages.page(window)
    }

    pub(crate) fn has_message(&self, index: u64) -> bool {
        self.messages.has(index)
    }

    pub(crate) fn message(&self, index: u64) -> Option<MessageDetail> {
        self.messages.detail(index)
    }
}

/// The packets one after the other; a single one is not copied unless it has a payload of its own.
fn joined(wires: &mut Vec<Wire>) -> Bytes {
    if let [wire] = wires.as_slice() {
        let bytes = wire.to_bytes();
        wires.clear();
        return bytes;
    }
    let mut bytes = BytesMut::with_capacity(wires.iter().map(Wire::len).sum());
    for wire in wires.drain(..) {
        bytes.extend_from_slice(&wire.head);
        bytes.extend_from_slice(&wire.payload);
    }
    bytes.freeze()
}

fn refused(why: &Refused) -> Problem {
    Problem {
        what: why.to_string(),
        try_next: Vec::new(),
    }
}
