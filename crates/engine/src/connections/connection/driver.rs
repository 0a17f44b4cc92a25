//! What happens to a connection: its transport is opened, brings bytes and breaks; the client obeys.

use super::{Connection, Line};
use crate::connections::Surroundings;
use crate::connections::messages::{Kept, words};
use crate::connections::problem::{Facts, Transport, failure};
use crate::connections::profile::{MAXIMUM_PACKET_SIZE, config};
use crate::output::{Output, SocketEvent, SocketId};
use bytes::{Bytes, BytesMut};
use midge_client::{Cause, Client, Event, Output as ClientOutput};
use midge_codec::{Message, Wire};
use midge_sim::PortEvent;
use midge_trace::ladder::{Client as Whose, Mark, MarkKind};
use midge_trace::{Tap, Toward};
use midge_view::{Link, Middle};

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
                let Link::WebSocket(url) = &self.profile.link else {
                    return;
                };
                let client = Whose {
                    key: &self.key(),
                    name: &self.profile.name,
                };
                let hop = around.journal.open_live_hop(client, url);
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
                self.mark_closed(code, around);
                self.seen.close = Some((code, reason));
                self.line = Line::Down;
                self.client.handle_close(now);
            }
        }
        self.pump(around);
    }

    /// What tells its client from those of other connections whose profiles have the same name.
    fn key(&self) -> String {
        format!("connection {}", self.id.0)
    }

    /// Notes that the transport ended although nobody here ended it.
    fn mark_closed(&self, code: u16, around: &mut Surroundings<'_>) {
        let (Line::Socket(_, Some(_)), Link::WebSocket(url)) = (&self.line, &self.profile.link)
        else {
            return;
        };
        let mark = Mark {
            at: around.wall,
            key: self.key(),
            client: self.profile.name.clone(),
            topic: None,
            message: None,
            kind: MarkKind::Closed(format!("connection closed, code {code}")),
        };
        around.journal.mark(Middle::Network(url.clone()), mark);
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
    pub(super) fn pump(&mut self, around: &mut Surroundings<'_>) {
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
                let port = around.lab.open_port(self.id, &self.profile.name);
                self.line = Line::Port(port);
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
            Event::Unsubscribed { .. } | Event::ReAuthenticated { .. } => {}
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

    pub(super) fn keep(
        &mut self,
        message: Message,
        own: bool,
        dup: bool,
        around: &Surroundings<'_>,
    ) {
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
