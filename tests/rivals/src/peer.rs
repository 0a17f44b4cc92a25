//! A client that costs little beside the broker it measures: blocking, one thread, MQTT 3.1.1.

use bytes::{Bytes, BytesMut};
use midge_codec::{
    Ack, AckKind, Connect, Delivery, Framer, Packet, PacketId, Properties, Publish, QoS, Reason,
    Subscribe, SubscribeFiltersBuf, SubscriptionOptions, Version, decode, encode,
};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

const READ_AT_ONCE: usize = 64 * 1024;

pub(crate) struct Peer {
    stream: TcpStream,
    framer: Framer,
    /// Written with the next [`flush`](Self::flush).
    out: BytesMut,
}

impl Peer {
    /// Connects with a clean session and waits for CONNACK.
    pub(crate) fn connect(address: SocketAddr, client_id: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the broker listens");
        stream
            .set_nodelay(true)
            .expect("an option of every TCP socket");
        let mut peer = Self {
            stream,
            framer: Framer::new(u32::MAX),
            out: BytesMut::new(),
        };
        peer.put(&Packet::Connect(Connect {
            version: Version::V311,
            clean_start: true,
            keep_alive: 0,
            properties: Properties::EMPTY,
            client_id,
            will: None,
            user_name: None,
            password: None,
        }));
        peer.flush();
        peer.wait_for(|packet| matches!(packet, Packet::ConnAck(_)));
        peer
    }

    /// Subscribes and waits for SUBACK.
    pub(crate) fn subscribe(&mut self, filter: &str, qos: QoS) {
        let mut filters = SubscribeFiltersBuf::default();
        let options = SubscriptionOptions {
            qos,
            ..SubscriptionOptions::default()
        };
        filters.push(filter, options).expect("a legal filter");
        self.put(&Packet::Subscribe(Subscribe {
            packet_id: PacketId::MIN,
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        }));
        self.flush();
        self.wait_for(|packet| matches!(packet, Packet::SubAck(_)));
    }

    /// Publishes `messages` at QoS 1 with at most `window` of them unacknowledged, until all are.
    pub(crate) fn publish(&mut self, topic: &str, payload: &[u8], messages: usize, window: usize) {
        let (mut sent, mut acknowledged) = (0, 0);
        while acknowledged < messages {
            while sent < messages && sent - acknowledged < window {
                let id = PacketId::new((sent % 60_000 + 1) as u16).expect("not zero");
                self.put(&Packet::Publish(Publish {
                    delivery: Delivery::new(QoS::AtLeastOnce, id, false),
                    retain: false,
                    topic,
                    properties: Properties::EMPTY,
                    payload,
                }));
                sent += 1;
            }
            self.flush();
            self.read();
            while let Some(frame) = self.next() {
                acknowledged += usize::from(frame[0] >> 4 == 4);
            }
        }
    }

    /// Receives `messages` messages and finishes their handshakes.
    pub(crate) fn receive(&mut self, messages: usize) {
        let mut finished = 0;
        while finished < messages {
            self.read();
            while let Some(frame) = self.next() {
                finished += usize::from(self.answer(&frame));
            }
            self.flush();
        }
    }

    pub(crate) fn disconnect(&mut self) {
        self.out.extend_from_slice(&[0xE0, 0]);
        self.flush();
    }

    /// Answers a packet of a delivery; whether a message is finished by that.
    fn answer(&mut self, frame: &Bytes) -> bool {
        let (kind, packet_id, finished) =
            match decode(frame, Version::V311).expect("the broker sends legal packets") {
                Packet::Publish(publish) => match publish.delivery {
                    Delivery::AtMostOnce => return true,
                    Delivery::AtLeastOnce { packet_id, .. } => (AckKind::PubAck, packet_id, true),
                    Delivery::ExactlyOnce { packet_id, .. } => (AckKind::PubRec, packet_id, false),
                },
                Packet::Ack(ack) if ack.kind == AckKind::PubRel => {
                    (AckKind::PubComp, ack.packet_id, true)
                }
                _ => return false,
            };
        self.put(&Packet::Ack(Ack {
            kind,
            packet_id,
            reason: Reason::Success,
            properties: Properties::EMPTY,
        }));
        finished
    }

    fn put(&mut self, packet: &Packet<'_>) {
        encode(packet, Version::V311, &mut self.out).expect("a legal packet");
    }

    fn flush(&mut self) {
        self.stream.write_all(&self.out).expect("the broker reads");
        self.out.clear();
    }

    /// Waits for bytes.
    fn read(&mut self) {
        let mut chunk = BytesMut::zeroed(READ_AT_ONCE);
        let length = self.stream.read(&mut chunk).expect("the broker answers");
        assert!(length > 0, "the broker closed the connection");
        chunk.truncate(length);
        self.framer.push(chunk.freeze());
    }

    fn next(&mut self) -> Option<Bytes> {
        self.framer
            .next_frame()
            .expect("the broker sends legal packets")
    }

    fn wait_for(&mut self, wanted: impl Fn(&Packet<'_>) -> bool) {
        loop {
            self.read();
            while let Some(frame) = self.next() {
                if wanted(&decode(&frame, Version::V311).expect("the broker sends legal packets")) {
                    return;
                }
            }
        }
    }
}
