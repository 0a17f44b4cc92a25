//! A peer on a real socket, in words.

use bytes::Bytes;
use midge_codec::{
    Ack, AckKind, Auth, Connect, Delivery, Framer, Packet, PacketId, Properties, PropertiesBuf,
    Property, Publish, QoS, Reason, Subscribe, SubscribeFiltersBuf, Version, Wire, decode,
};
use midge_session::scram::{METHOD, Prover};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

/// Nothing on loopback takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The packet identifier of everything a peer sends.
pub(crate) const ID: PacketId = PacketId::new(9).unwrap();

/// A 5.0 client that sends what it is told.
pub(crate) struct Peer {
    stream: TcpStream,
    framer: Framer,
}

/// A CONNECT that takes a session up and keeps it.
pub(crate) fn hello(client_id: &str) -> Connect<'_> {
    Connect {
        version: Version::V5,
        clean_start: false,
        keep_alive: 0,
        client_id,
        will: None,
        user_name: None,
        password: None,
        properties: Properties::EMPTY,
    }
}

impl Peer {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let framer = Framer::new(u32::MAX);
        Self { stream, framer }
    }

    /// Connects, and says how that was answered.
    pub(crate) fn connect(address: SocketAddr, connect: &Connect<'_>) -> (Self, String) {
        let mut peer = Self::open(address);
        peer.send(&Packet::Connect(*connect));
        let answer = peer.next();
        (peer, answer)
    }

    pub(crate) fn send(&mut self, packet: &Packet<'_>) {
        let wire = Wire::encode(packet, Version::V5).unwrap();
        self.stream.write_all(&wire.to_bytes()).unwrap();
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Reads to the end, which comes in time.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }

    /// The next packet in words; the end of the connection is one, too.
    pub(crate) fn next(&mut self) -> String {
        match self.frame() {
            Some(frame) => describe(&decode(&frame, Version::V5).unwrap()),
            None => "closed".into(),
        }
    }

    /// The next packet; `None` at the end of the connection.
    fn frame(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.framer.next_frame().unwrap() {
                return Some(frame);
            }
            let mut buffer = vec![0; 4096];
            match self.stream.read(&mut buffer) {
                Ok(0) => return None,
                Ok(count) => self.framer.push(Bytes::copy_from_slice(&buffer[..count])),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("no answer: {error}"),
            }
        }
    }

    /// Connects by SCRAM-SHA-256, and says how that was answered.
    pub(crate) fn prove(address: SocketAddr, user_name: &str, password: &str) -> (Self, String) {
        let mut prover = Prover::new(
            user_name,
            password.as_bytes(),
            "fyko+d2lbbFgONRv9qkxdawL".into(),
        );
        let mut peer = Self::open(address);
        let list = authentication(&prover.first());
        peer.send(&Packet::Connect(Connect {
            properties: list.as_ref(),
            ..hello(user_name)
        }));
        let challenge = peer.frame().unwrap();
        let Packet::Auth(auth) = decode(&challenge, Version::V5).unwrap() else {
            let answer = describe(&decode(&challenge, Version::V5).unwrap());
            return (peer, answer);
        };
        let challenge = auth.properties.authentication_data().unwrap();
        let list = authentication(&prover.respond(challenge).unwrap());
        peer.send(&Packet::Auth(Auth {
            reason: Reason::ContinueAuthentication,
            properties: list.as_ref(),
        }));
        let answer = peer.frame().unwrap();
        let packet = decode(&answer, Version::V5).unwrap();
        if let Packet::ConnAck(connack) = packet
            && let Some(signature) = connack.properties.authentication_data()
        {
            prover.finish(signature).unwrap();
        }
        (peer, describe(&packet))
    }

    /// Everything up to the answer to a PINGREQ.
    pub(crate) fn until_pong(&mut self) -> Vec<String> {
        self.send(&Packet::PingReq);
        let mut all = Vec::new();
        loop {
            match self.next() {
                packet if packet == "PINGRESP" => return all,
                packet => all.push(packet),
            }
        }
    }

    pub(crate) fn subscribe(&mut self, filter: &str, qos: QoS) -> String {
        let filters = SubscribeFiltersBuf::try_from_iter([(filter, qos)]).unwrap();
        self.send(&Packet::Subscribe(Subscribe {
            packet_id: ID,
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        }));
        self.next()
    }

    pub(crate) fn publish(&mut self, delivery: Delivery, retain: bool, topic: &str, payload: &str) {
        self.send(&Packet::Publish(Publish {
            delivery,
            retain,
            topic,
            properties: Properties::EMPTY,
            payload: payload.as_bytes(),
        }));
    }

    /// Any of PUBACK, PUBREC, PUBREL, PUBCOMP.
    pub(crate) fn ack(&mut self, kind: AckKind, packet_id: PacketId) {
        self.send(&Packet::Ack(Ack {
            kind,
            packet_id,
            reason: Reason::Success,
            properties: Properties::EMPTY,
        }));
    }

    /// PUBLISH at QoS 1 and the reason in its PUBACK.
    pub(crate) fn publish_once(&mut self, topic: &str, payload: &str) -> String {
        let delivery = Delivery::AtLeastOnce {
            packet_id: ID,
            dup: false,
        };
        self.publish(delivery, false, topic, payload);
        self.next()
    }
}

fn authentication(data: &[u8]) -> PropertiesBuf {
    let list = [
        Property::AuthenticationMethod(METHOD),
        Property::AuthenticationData(data),
    ];
    PropertiesBuf::try_from_iter(list).unwrap()
}

fn describe(packet: &Packet<'_>) -> String {
    match packet {
        Packet::ConnAck(ack) if ack.session_present => format!("CONNACK {:?} again", ack.reason),
        Packet::ConnAck(ack) => format!("CONNACK {:?}", ack.reason),
        Packet::SubAck(ack) => format!("SUBACK {:?}", ack.reasons.iter().collect::<Vec<_>>()),
        Packet::Ack(ack) => format!("{:?} {:?}", ack.kind, ack.reason),
        Packet::Disconnect(disconnect) => format!("DISCONNECT {:?}", disconnect.reason),
        Packet::PingResp => "PINGRESP".into(),
        Packet::Publish(publish) => {
            let id = match publish.delivery {
                Delivery::AtMostOnce => String::new(),
                Delivery::AtLeastOnce { packet_id: id, dup } => format!(" q1 #{id}{}", mark(dup)),
                Delivery::ExactlyOnce { packet_id: id, dup } => format!(" q2 #{id}{}", mark(dup)),
            };
            let payload = String::from_utf8_lossy(publish.payload);
            let retain = if publish.retain { " retain" } else { "" };
            format!("PUBLISH {}={payload}{id}{retain}", publish.topic)
        }
        other => format!("{other}"),
    }
}

fn mark(dup: bool) -> &'static str {
    if dup { " dup" } else { "" }
}

/// A port on loopback that nobody uses.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap()
}

/// Whether `cargo xtask test` made sure of this tool, so that nothing may be skipped for want of it.
pub(crate) fn is_required(tool: &str) -> bool {
    let tools = std::env::var("MIDGE_TOOLS").unwrap_or_default();
    tools.split(' ').any(|required| required == tool)
}
