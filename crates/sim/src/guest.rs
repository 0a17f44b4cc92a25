//! A guest: a whole client behind a port, for whoever has no transport of its own to drive.

use crate::{PortEvent, PortId, World};
use core::time::Duration;
use midge_client::{Client, Command, Config, Event, Output, Refused, Token};
use midge_session::Instant;
use std::collections::VecDeque;

/// Between two looks at the port: finer than the links' latency, so nothing is answered late.
const LOOK: Duration = Duration::from_millis(2);

/// A real client that joins a world from outside, as the page's workbench and learners do.
#[derive(Clone, Debug)]
pub struct Guest {
    name: String,
    client: Client,
    port: Option<PortId>,
    events: VecDeque<Event>,
}

impl Guest {
    /// A guest that has not connected: give it [`Command::Connect`]. `name` is what the log's readers
    /// see, `seed` drives its client's jitter.
    pub fn new(name: &str, config: Config, seed: u64) -> Self {
        Self {
            name: name.to_owned(),
            client: Client::new(config, seed),
            port: None,
            events: VecDeque::new(),
        }
    }

    /// Its client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Its connection, if there is one.
    pub fn port(&self) -> Option<PortId> {
        self.port
    }

    /// The next thing that its client told, oldest first.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Gives its client a command at the world's time.
    ///
    /// # Errors
    /// What the client refuses.
    pub fn command(&mut self, world: &mut World, command: Command) -> Result<Token, Refused> {
        let token = self.client.command(world.now(), command)?;
        self.exchange(world);
        Ok(token)
    }

    /// Runs the world until `until`, with the guest taking part.
    pub fn run_until(&mut self, world: &mut World, until: Instant) {
        self.exchange(world);
        while world.now() < until {
            world.run_until((world.now() + LOOK).min(until));
            self.client.handle_timeout(world.now());
            self.exchange(world);
        }
    }

    /// Hands over everything that waits between client and port.
    pub fn exchange(&mut self, world: &mut World) {
        loop {
            while let Some(output) = self.client.poll_output() {
                self.handle_output(world, output);
            }
            let Some(event) = self.port.and_then(|port| world.port_receive(port)) else {
                return;
            };
            match event {
                PortEvent::Bytes(bytes) => self.client.handle_input(world.now(), bytes),
                PortEvent::Sent(bytes) => self.client.handle_sent(world.now(), bytes),
                PortEvent::Closed => {
                    self.port = None;
                    self.client.handle_close(world.now());
                }
            }
        }
    }

    fn handle_output(&mut self, world: &mut World, output: Output) {
        match output {
            Output::Open => {
                self.port = Some(world.open_port(&self.name));
                self.client.handle_open(world.now());
            }
            Output::Send(packet) => {
                if let Some(port) = self.port {
                    world.port_send(port, packet.to_bytes());
                }
            }
            Output::Close => {
                if let Some(port) = self.port.take() {
                    world.close_port(port);
                }
            }
            Output::Event(event) => self.events.push_back(event),
        }
    }
}
