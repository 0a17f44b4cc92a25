//! A broker and several peers that say anything, beside a witness who behaves.

use super::feed::Feed;
use super::packets::{FILTERS, OF_CLIENTS, OF_SERVERS, TOPICS, chunks, packet};
use super::time::{Timed, pass};
use bytes::Bytes;
use core::time::Duration;
use midge_broker::{
    Broker, CloseReason, Command, Config, ConnId, Event, Limits, Output, Record, Users,
};
use midge_codec::{Message, Packet, QoS, Reason, Version};
use midge_session::{Deadline, Instant};

mod ear;
use ear::Ear;

/// How many peers there are.
const PEERS: usize = 4;

/// The witness; a name that no peer comes upon by chance.
const WITNESS: ConnId = ConnId(0);
const WITNESS_NAME: &str = "the witness of 7f3c9d52";

/// Runs a broker with several peers through bytes in any chunking, time, lost connections, slow readers, and its host's
/// commands. It never panics, sends each peer only what decodes, what is allowed and what fits; whatever the peers do, one
/// who behaves is served; and a broker restored from its journal holds what it held.
pub fn broker(input: &[u8]) {
    let mut feed = Feed::new(input);
    let mut trial = Trial::new(&mut feed);
    while !feed.is_empty() {
        trial.step(&mut feed);
    }
    trial.end();
}

/// One peer's connection.
#[derive(Default)]
struct Peer {
    conn: Option<ConnId>,
    /// What the peer has said and heard.
    ear: Ear,
    /// Whether it has stopped reading.
    stalled: bool,
    /// Bytes sent to it that it has not read.
    unread: usize,
}

struct Trial {
    broker: Broker,
    now: Instant,
    peers: [Peer; PEERS],
    witness: Ear,
    /// When the witness said something last.
    witness_spoke: Instant,
    /// Connections opened so far.
    opened: u32,
    /// Whether a namesake sent the witness away, or it is at its end.
    witness_is_gone: bool,
    /// What the journal said so far.
    journal: Vec<Record>,
}

impl Trial {
    fn new(feed: &mut Feed<'_>) -> Self {
        let mut trial = Self {
            broker: Broker::new(config(feed), 1, Instant::ZERO),
            now: Instant::ZERO,
            peers: Default::default(),
            witness: Ear::default(),
            witness_spoke: Instant::ZERO,
            opened: 0,
            witness_is_gone: false,
            journal: Vec::new(),
        };
        trial.broker.start_journal();
        trial.broker.handle_open(trial.now, WITNESS);
        trial.say_as_witness(&ear::hello(WITNESS_NAME));
        trial.say_as_witness(&ear::subscribe(&ear::filter("witness/only")));
        let heard = trial.witness.take();
        assert_eq!(heard, ["CONNACK", "SUBACK"], "the witness is let in");
        trial
    }

    fn step(&mut self, feed: &mut Feed<'_>) {
        let who = feed.below(PEERS);
        match feed.below(16) {
            0 | 1 => self.open(who),
            2 => self.receive(who, Bytes::copy_from_slice(feed.bytes(32))),
            3..=11 => {
                let version = match self.peers[who].ear.version() {
                    Some(version) => version,
                    None => feed.pick(&[Version::V311, Version::V5]),
                };
                let types = match feed.byte() {
                    0 => OF_SERVERS,
                    _ => OF_CLIENTS,
                };
                if let Some(bytes) = packet(feed, version, &types) {
                    for chunk in chunks(feed, bytes) {
                        self.receive(who, chunk);
                    }
                }
            }
            12 => self.lose(who),
            13 => {
                let now = self.now;
                self.now = pass(feed, now, self);
            }
            14 => {
                let peer = &mut self.peers[who];
                peer.stalled = !peer.stalled;
                if let (false, Some(conn)) = (peer.stalled, peer.conn) {
                    let read = core::mem::take(&mut peer.unread);
                    self.broker.handle_sent(self.now, conn, read);
                }
            }
            _ => self.command(feed),
        }
        self.obey();
    }

    fn open(&mut self, who: usize) {
        // A driver whose transport is there does not open it again.
        self.lose(who);
        self.opened += 1;
        let conn = ConnId(self.opened);
        self.peers[who] = Peer {
            conn: Some(conn),
            ..Peer::default()
        };
        self.broker.handle_open(self.now, conn);
    }

    fn lose(&mut self, who: usize) {
        if let Some(conn) = self.peers[who].conn.take() {
            self.broker.handle_close(self.now, conn);
            self.obey();
        }
    }

    fn receive(&mut self, who: usize, bytes: Bytes) {
        if self.peers[who].conn.is_none() {
            self.open(who);
            self.obey();
        }
        let peer = &mut self.peers[who];
        if let Some(conn) = peer.conn {
            peer.ear.note_said(bytes.clone());
            self.broker.handle_input(self.now, conn, bytes);
            self.obey();
        }
    }

    fn command(&mut self, feed: &mut Feed<'_>) {
        let client_id = feed.pick(&["ada", "bob", "cyd", "nobody"]).into();
        let command = match feed.below(5) {
            0 => Command::Disconnect {
                client_id,
                reason: feed.pick(&[Reason::AdministrativeAction, Reason::ServerMoved]),
            },
            1 => Command::Forget { client_id },
            2 => Command::ClearRetained {
                filter: feed.pick(&FILTERS).into(),
            },
            3 => Command::SetAccess {
                users: Users::default(),
                scram_users: Default::default(),
                access: None,
            },
            _ => {
                let qos = feed.pick(&QoS::ALL);
                let topic = feed.pick(&TOPICS);
                Command::Publish(Message::new(topic, "from the host", qos, feed.flag()))
            }
        };
        // What is refused has changed nothing.
        let _ = self.broker.command(self.now, command);
    }

    /// All peers are lost: only the witness is left, and is served; then the program ends.
    fn end(&mut self) {
        for who in 0..PEERS {
            self.lose(who);
        }
        if !self.witness_is_gone {
            self.serve_witness();
        }
        self.witness_is_gone = true;
        self.broker.handle_close(self.now, WITNESS);
        self.broker.handle_timeout(self.now);
        self.obey();
        self.restore();
    }

    fn serve_witness(&mut self) {
        let connected = self.broker.statistics().clients_connected;
        assert_eq!(connected, 1, "who is lost is not connected");
        self.witness.take();
        self.say_as_witness(&ear::publish("witness/only"));
        self.say_as_witness(&Packet::PingReq);
        let mut heard = self.witness.take();
        heard.sort();
        assert_eq!(heard, ["PINGRESP", "PUBACK", "PUBLISH"]);
    }

    /// As after `kill -9`: sessions, queues and retained messages are there again.
    fn restore(&mut self) {
        let mut restored = Broker::new(self.broker.config().clone(), 1, self.now);
        restored.restore(self.now, core::mem::take(&mut self.journal));
        restored.handle_timeout(self.now);
        assert_eq!(everything(&restored), everything(&self.broker));
    }

    fn say_as_witness(&mut self, packet: &Packet<'_>) {
        let bytes = ear::encode(packet);
        self.witness_spoke = self.now;
        self.witness.note_said(bytes.clone());
        self.broker.handle_input(self.now, WITNESS, bytes);
        self.obey();
    }

    fn obey(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            match output {
                Output::Send { conn, packet } => {
                    let bytes = packet.to_bytes();
                    if conn == WITNESS {
                        self.witness.note_heard(&bytes);
                        self.broker.handle_sent(self.now, conn, bytes.len());
                    } else if let Some(peer) = self.peer_of(conn) {
                        peer.ear.note_heard(&bytes);
                        if peer.stalled {
                            peer.unread += bytes.len();
                        } else {
                            self.broker.handle_sent(self.now, conn, bytes.len());
                        }
                    }
                }
                Output::Close { conn } => {
                    if let Some(peer) = self.peer_of(conn) {
                        peer.conn = None;
                    }
                }
                Output::Event(Event::Disconnected {
                    conn: WITNESS,
                    reason,
                    ..
                }) if !self.witness_is_gone => {
                    let fair = CloseReason::Broker(Reason::SessionTakenOver);
                    assert_eq!(reason, fair, "the witness did nothing wrong");
                    self.witness_is_gone = true;
                }
                Output::Event(_) => {}
            }
        }
        self.journal.extend(self.broker.drain_journal());
    }

    fn peer_of(&mut self, conn: ConnId) -> Option<&mut Peer> {
        self.peers.iter_mut().find(|peer| peer.conn == Some(conn))
    }
}

impl Timed for Trial {
    fn poll_timeout(&self) -> Option<Deadline> {
        self.broker.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        let keep_alive = self.broker.config().server_keep_alive;
        let is_due = keep_alive.is_some_and(|seconds| {
            let silent = now.since(self.witness_spoke);
            silent >= Duration::from_secs(seconds.into())
        });
        if is_due && !self.witness_is_gone {
            self.say_as_witness(&Packet::PingReq);
        }
        self.broker.handle_timeout(now);
        self.obey();
    }
}

/// Everything that is kept, as records in an order of their own: sessions may be numbered otherwise.
fn everything(broker: &Broker) -> Vec<String> {
    let mut broker = broker.clone();
    broker.start_journal();
    let records = broker.drain_journal();
    let mut words: Vec<String> = records.iter().map(|record| format!("{record:?}")).collect();
    words.sort();
    words
}

/// Small limits, so that they are reached.
fn config(feed: &mut Feed<'_>) -> Config {
    let bits = feed.byte();
    let has_sys = feed.byte() >= 0xF0;
    let bit = |number: u8| bits >> number & 1 == 1;
    Config {
        max_qos: [QoS::ExactlyOnce, QoS::AtLeastOnce][usize::from(bit(0))],
        retain_available: !bit(1),
        server_keep_alive: bit(2).then_some(300),
        // Seldom: an hour passes at a time, and each update is as much work as the rest of a script.
        sys_interval: has_sys.then_some(Duration::from_secs(10_000)),
        limits: Limits {
            max_packet_size: [1_000, 16 * 1024 * 1024][usize::from(bit(4))],
            receive_maximum: [3, 65_535][usize::from(bit(5))],
            topic_alias_maximum: [0, 5][usize::from(bit(6))],
            max_inflight: [2, 20][usize::from(bit(5))],
            max_queued: 10,
            max_queued_bytes: 2_000,
            max_topic_levels: [5, 200][usize::from(bit(3))],
            max_subscriptions: 6,
            max_retained: 5,
            session_expiry_max: [u32::MAX, 1_000][usize::from(bit(7))],
            ..Limits::default()
        },
        ..Config::default()
    }
}
