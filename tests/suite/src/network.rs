//! One broker, many clients, no latency, a clock that moves when told.

use bytes::Bytes;
use core::time::Duration;
use midge_broker::{Broker, ConnId};
use midge_client::{Client, Command, Config, Event, Output, Refused, SubscribeRequest, Token};
use midge_codec::{Message, PacketType, PropertiesBuf, QoS, SubscriptionOptions};
use midge_session::Instant;

/// A client of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// Which packet, counted from now, is the last that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// After so many packets, in both directions together.
    AfterPackets(u32),
    /// After the next packet of this type, in either direction.
    After(PacketType),
}

/// One broker and its clients.
#[derive(Debug)]
pub struct Network {
    /// The time of everything.
    pub now: Instant,
    /// The broker.
    pub broker: Broker,
    /// What the broker told its host, oldest first.
    pub broker_events: Vec<midge_broker::Event>,
    nodes: Vec<Node>,
    next_conn: u32,
}

#[derive(Debug)]
struct Node {
    client: Client,
    conn: Option<ConnId>,
    cut: Option<Cut>,
    reachable: bool,
    messages: Vec<(Message, bool)>,
    events: Vec<Event>,
    packets: Vec<PacketType>,
}

impl Network {
    /// A broker without clients at time zero.
    pub fn new(config: midge_broker::Config) -> Self {
        Self {
            now: Instant::ZERO,
            broker: Broker::new(config, 1, Instant::ZERO),
            broker_events: Vec::new(),
            nodes: Vec::new(),
            next_conn: 0,
        }
    }

    /// Adds a client, not yet connected.
    pub fn add(&mut self, config: Config) -> NodeId {
        let seed = self.nodes.len() as u64;
        self.nodes.push(Node {
            client: Client::new(config, seed),
            conn: None,
            cut: None,
            reachable: true,
            messages: Vec::new(),
            events: Vec::new(),
            packets: Vec::new(),
        });
        NodeId(self.nodes.len() - 1)
    }

    /// Adds a client and connects it.
    pub fn connected(&mut self, config: Config) -> NodeId {
        let node = self.add(config);
        self.connect(node);
        node
    }

    /// The client.
    pub fn client(&self, node: NodeId) -> &Client {
        &self.nodes[node.0].client
    }

    /// Asks the client to connect.
    pub fn connect(&mut self, node: NodeId) {
        self.command(node, Command::Connect)
            .expect("an idle client connects");
    }

    /// Gives a command and lets everything happen that follows from it at once.
    ///
    /// # Errors
    /// What the client refuses.
    pub fn command(&mut self, node: NodeId, command: Command) -> Result<Token, Refused> {
        let answer = self.nodes[node.0].client.command(self.now, command);
        self.settle();
        answer
    }

    /// Subscribes to one filter.
    pub fn subscribe(
        &mut self,
        node: NodeId,
        filter: &str,
        options: impl Into<SubscriptionOptions>,
    ) {
        let request = SubscribeRequest {
            filter: filter.into(),
            options: options.into(),
        };
        let command = Command::Subscribe {
            filters: vec![request],
            properties: PropertiesBuf::new(),
        };
        self.command(node, command).expect("a legal subscribe");
    }

    /// Publishes text.
    pub fn publish(&mut self, node: NodeId, topic: &str, payload: &str, qos: QoS, retain: bool) {
        let payload = Bytes::copy_from_slice(payload.as_bytes());
        let message = Message::new(topic, payload, qos, retain);
        self.command(node, Command::Publish(message))
            .expect("a legal publish");
    }

    /// Breaks the client's connection at once; both sides see it close.
    pub fn cut(&mut self, node: NodeId) {
        self.close(node);
        self.settle();
    }

    /// Arms a cut.
    pub fn cut_later(&mut self, node: NodeId, cut: Cut) {
        self.nodes[node.0].cut = Some(cut);
    }

    /// Whether attempts to connect succeed.
    pub fn set_reachable(&mut self, node: NodeId, reachable: bool) {
        self.nodes[node.0].reachable = reachable;
    }

    /// Lets the client vanish without a sign to the broker, as a pulled plug does.
    pub fn vanish(&mut self, node: NodeId) {
        let node = &mut self.nodes[node.0];
        node.reachable = false;
        node.conn = None;
        node.client.handle_close(self.now);
    }

    /// Moves the clock, running every deadline on its way in order.
    pub fn advance(&mut self, duration: Duration) {
        let until = self.now + duration;
        loop {
            let clients = self.nodes.iter().map(|node| node.client.poll_timeout());
            let next = clients
                .chain([self.broker.poll_timeout()])
                .flatten()
                .map(|deadline| deadline.at)
                .min();
            match next {
                Some(at) if at <= until => self.now = at.max(self.now),
                _ => break,
            }
            for node in &mut self.nodes {
                node.client.handle_timeout(self.now);
            }
            self.broker.handle_timeout(self.now);
            self.settle();
        }
        self.now = until;
    }

    /// Takes the messages that the client received so far, with their DUP flags.
    pub fn messages(&mut self, node: NodeId) -> Vec<(Message, bool)> {
        core::mem::take(&mut self.nodes[node.0].messages)
    }

    /// Takes the payloads that the client received so far, as text.
    pub fn payloads(&mut self, node: NodeId) -> Vec<String> {
        self.messages(node)
            .iter()
            .map(|(message, _)| String::from_utf8_lossy(&message.payload).into_owned())
            .collect()
    }

    /// Takes what the client told its application so far, messages excepted.
    pub fn events(&mut self, node: NodeId) -> Vec<Event> {
        core::mem::take(&mut self.nodes[node.0].events)
    }

    /// Takes the types of the packets that passed on the client's hop so far.
    pub fn packets(&mut self, node: NodeId) -> Vec<PacketType> {
        core::mem::take(&mut self.nodes[node.0].packets)
    }

    fn settle(&mut self) {
        loop {
            let mut quiet = true;
            for index in 0..self.nodes.len() {
                while let Some(output) = self.nodes[index].client.poll_output() {
                    quiet = false;
                    self.client_output(NodeId(index), output);
                }
            }
            while let Some(output) = self.broker.poll_output() {
                quiet = false;
                self.broker_output(output);
            }
            if quiet {
                return;
            }
        }
    }

    fn client_output(&mut self, id: NodeId, output: Output) {
        let node = &mut self.nodes[id.0];
        match output {
            Output::Open if node.reachable => {
                let conn = ConnId(self.next_conn);
                self.next_conn += 1;
                node.conn = Some(conn);
                self.broker.handle_open(self.now, conn);
                node.client.handle_open(self.now);
            }
            Output::Open => node.client.handle_close(self.now),
            Output::Send(packet) => {
                let bytes = packet.to_bytes();
                node.client.handle_sent(self.now, bytes.len());
                if let Some(conn) = node.conn {
                    self.broker.handle_input(self.now, conn, bytes.clone());
                    self.passed(id, &bytes);
                }
            }
            Output::Close => {
                if let Some(conn) = node.conn.take() {
                    self.broker.handle_close(self.now, conn);
                }
            }
            Output::Event(Event::Message { message, dup, .. }) => {
                node.messages.push((message, dup));
            }
            Output::Event(event) => node.events.push(event),
        }
    }

    fn broker_output(&mut self, output: midge_broker::Output) {
        match output {
            midge_broker::Output::Send { conn, packet } => {
                let bytes = packet.to_bytes();
                self.broker.handle_sent(self.now, conn, bytes.len());
                if let Some(id) = self.node_of(conn) {
                    self.nodes[id.0]
                        .client
                        .handle_input(self.now, bytes.clone());
                    self.passed(id, &bytes);
                }
            }
            midge_broker::Output::Close { conn } => {
                if let Some(id) = self.node_of(conn) {
                    self.nodes[id.0].conn = None;
                    self.nodes[id.0].client.handle_close(self.now);
                }
            }
            midge_broker::Output::Event(event) => self.broker_events.push(event),
        }
    }

    fn node_of(&self, conn: ConnId) -> Option<NodeId> {
        let index = self.nodes.iter().position(|node| node.conn == Some(conn))?;
        Some(NodeId(index))
    }

    /// Notes a packet that passed and runs an armed cut.
    fn passed(&mut self, id: NodeId, bytes: &Bytes) {
        let node = &mut self.nodes[id.0];
        let packet_type =
            PacketType::from_bits(bytes[0] >> 4).expect("machines send legal packets");
        node.packets.push(packet_type);
        let due = match &mut node.cut {
            Some(Cut::AfterPackets(left)) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            Some(Cut::After(wanted)) => *wanted == packet_type,
            None => false,
        };
        if due {
            node.cut = None;
            self.close(id);
        }
    }

    fn close(&mut self, id: NodeId) {
        let node = &mut self.nodes[id.0];
        if let Some(conn) = node.conn.take() {
            node.client.handle_close(self.now);
            self.broker.handle_close(self.now, conn);
        }
    }
}
