//! A client, its commands, and a server that says anything.

use super::feed::Feed;
use super::packets::{FILTERS, OF_CLIENTS, OF_SERVERS, TOPICS, packet};
use super::time::{Timed, pass};
use bytes::Bytes;
use core::time::Duration;
use midge_client::{
    Authentication, Client, Command, Config, Event, Output, Reconnect, SubscribeRequest, Will,
};
use midge_codec::{Message, Packet, PropertiesBuf, QoS, Reason, Version};
use midge_session::{AckSlot, Deadline, Instant};

/// Runs a client through commands, time, and whatever a server may send in any chunking. It never panics, sends only what
/// decodes, begins each connection with CONNECT, and sends nothing where there is no transport.
pub fn client(input: &[u8]) {
    let mut feed = Feed::new(input);
    let mut trial = Trial::new(&mut feed);
    while !feed.is_empty() {
        trial.step(&mut feed);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Closed,
    /// Asked for.
    Opening,
    /// Up, and nothing was sent yet.
    Fresh,
    Used,
}

struct Trial {
    client: Client,
    version: Version,
    now: Instant,
    transport: Transport,
    /// Bytes that were given to be sent and have not left.
    unsent: usize,
    slots: Vec<AckSlot>,
}

impl Trial {
    fn new(feed: &mut Feed<'_>) -> Self {
        let config = config(feed);
        Self {
            version: config.version,
            client: Client::new(config, 1),
            now: Instant::ZERO,
            transport: Transport::Closed,
            unsent: 0,
            slots: Vec::new(),
        }
    }

    fn step(&mut self, feed: &mut Feed<'_>) {
        match feed.below(16) {
            0 => self.command(Command::Connect),
            1 if self.transport == Transport::Opening && feed.flag() => {
                self.transport = Transport::Closed;
                self.client.handle_close(self.now);
            }
            1 => {
                if self.transport == Transport::Opening {
                    self.transport = Transport::Fresh;
                }
                self.client.handle_open(self.now);
            }
            2 => self.receive(Bytes::copy_from_slice(feed.bytes(32))),
            3..=8 => self.receive_packet(feed),
            9 => self.publish(feed),
            10 => self.subscribe(feed),
            11 => self.command_by_choice(feed),
            12 => {
                self.transport = Transport::Closed;
                self.unsent = 0;
                self.client.handle_close(self.now);
            }
            13 => {
                let now = self.now;
                self.now = pass(feed, now, self);
            }
            _ => {
                let sent = self.unsent / (1 + feed.below(2));
                self.unsent -= sent;
                self.client.handle_sent(self.now, sent);
            }
        }
        self.obey();
    }

    /// A packet, mostly one that a server sends, perhaps with a byte changed, in two chunks.
    fn receive_packet(&mut self, feed: &mut Feed<'_>) {
        let types = match feed.byte() {
            0 => OF_CLIENTS,
            _ => OF_SERVERS,
        };
        let Some(bytes) = packet(feed, self.version, &types) else {
            return;
        };
        for chunk in super::packets::chunks(feed, bytes) {
            self.receive(chunk);
        }
    }

    fn receive(&mut self, bytes: Bytes) {
        // After a close nothing of the old transport reaches the client: the driver's duty.
        if matches!(self.transport, Transport::Fresh | Transport::Used) {
            self.client.handle_input(self.now, bytes);
            self.obey();
        }
    }

    fn publish(&mut self, feed: &mut Feed<'_>) {
        let message = Message::new(
            feed.pick(&TOPICS),
            Bytes::copy_from_slice(feed.bytes(8)),
            feed.pick(&QoS::ALL),
            feed.flag(),
        );
        self.command(Command::Publish(message));
    }

    fn subscribe(&mut self, feed: &mut Feed<'_>) {
        let filters = (0..feed.below(4)).map(|_| SubscribeRequest {
            filter: feed.pick(&FILTERS).into(),
            options: feed.pick(&QoS::ALL).into(),
        });
        let filters = filters.collect();
        self.command(Command::Subscribe {
            filters,
            properties: PropertiesBuf::new(),
        });
    }

    fn command_by_choice(&mut self, feed: &mut Feed<'_>) {
        let reason = feed.pick(&[Reason::Success, Reason::NotAuthorized]);
        match feed.below(6) {
            0 => self.command(Command::Disconnect { reason }),
            1 => self.command(Command::ReAuthenticate),
            2 => self.command(Command::Unsubscribe {
                filters: vec![feed.pick(&FILTERS).into()],
            }),
            _ => {
                if self.slots.is_empty() {
                    return;
                }
                // Sometimes one that was answered before.
                let at = feed.below(self.slots.len());
                let slot = match feed.flag() {
                    true => self.slots.swap_remove(at),
                    false => self.slots[at],
                };
                self.command(Command::Acknowledge { slot, reason });
            }
        }
    }

    fn command(&mut self, command: Command) {
        // What is refused has changed nothing; what it would have done comes back as an event.
        let _ = self.client.command(self.now, command);
        self.obey();
    }

    fn obey(&mut self) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Open => {
                    assert_eq!(self.transport, Transport::Closed, "one transport at a time");
                    self.transport = Transport::Opening;
                }
                Output::Send(wire) => {
                    let bytes = wire.to_bytes();
                    let packet = midge_codec::decode(&bytes, self.version);
                    let packet = packet.expect("a client sends legal packets");
                    let is_connect = matches!(packet, Packet::Connect(_));
                    match self.transport {
                        Transport::Fresh => assert!(is_connect, "{packet} comes first"),
                        Transport::Used => assert!(!is_connect, "CONNECT comes once"),
                        other => panic!("{packet} is sent while the transport is {other:?}"),
                    }
                    self.transport = Transport::Used;
                    self.unsent += bytes.len();
                }
                Output::Close => {
                    assert_ne!(
                        self.transport,
                        Transport::Closed,
                        "there is nothing to close"
                    );
                    self.transport = Transport::Closed;
                    self.unsent = 0;
                }
                Output::Event(Event::Message { slot, .. }) => self.slots.extend(slot),
                Output::Event(_) => {}
            }
        }
    }
}

impl Timed for Trial {
    fn poll_timeout(&self) -> Option<Deadline> {
        self.client.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        self.client.handle_timeout(now);
        self.obey();
    }
}

fn config(feed: &mut Feed<'_>) -> Config {
    let bits = feed.byte();
    let bit = |number: u8| bits >> number & 1 == 1;
    Config {
        version: [Version::V311, Version::V5][usize::from(bit(0))],
        client_id: ["midge", ""][usize::from(bit(1))].into(),
        clean_start: bit(1) || bit(2),
        keep_alive: [0, 10][usize::from(bit(3))],
        authentication: (bit(0) && bit(4)).then(|| Authentication {
            user_name: "ada".into(),
            password: Bytes::from_static(b"secret"),
        }),
        will: bit(5).then(|| Will {
            message: Message::new("will", "gone", QoS::AtLeastOnce, false),
            delay: 0,
        }),
        session_expiry: 3_600,
        receive_maximum: [2, 65_535][usize::from(bit(6))],
        topic_alias_maximum: 3,
        manual_acknowledge: bit(7),
        reconnect: feed.flag().then_some(Reconnect {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
        }),
        ..Config::default()
    }
}
