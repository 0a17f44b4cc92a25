//! What the persistence file costs for each message of QoS 1, without it and with it, at each time that
//! it may be taken to the disk.
//!
//! One client publishes, another with a session that is kept receives and acknowledges, both over TCP
//! on loopback; then the receiver is away, and its queue grows.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints, and ends when something is wrong"
)]

use bytes::Bytes;
use midge_codec::{
    Ack, AckKind, Connect, Delivery, Framer, Packet, PacketId, Properties, PropertiesBuf, Property,
    Publish, QoS, Reason, Subscribe, SubscribeFiltersBuf, Version, Wire, decode,
};
use midge_server::{Options, PersistenceSync, Server};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

const MESSAGES: usize = 50_000;

/// As many as the server lets a client have under way.
const WINDOW: usize = 100;

/// Less than the server queues for one client.
const AWAY: usize = 900;

struct Peer {
    stream: TcpStream,
    framer: Framer,
}

impl Peer {
    fn connect(address: SocketAddr, client_id: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let framer = Framer::new(u32::MAX);
        let mut peer = Self { stream, framer };
        let list = PropertiesBuf::try_from_iter([Property::SessionExpiryInterval(1000)]).unwrap();
        peer.send(&[Packet::Connect(Connect {
            version: Version::V5,
            clean_start: false,
            keep_alive: 0,
            client_id,
            will: None,
            user_name: None,
            password: None,
            properties: list.as_ref(),
        })]);
        peer.frame();
        peer
    }

    fn subscribe(&mut self) {
        let filters = SubscribeFiltersBuf::try_from_iter([("a/b", QoS::AtLeastOnce)]).unwrap();
        self.send(&[Packet::Subscribe(Subscribe {
            packet_id: PacketId::MIN,
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        })]);
        self.frame();
    }

    fn send(&mut self, packets: &[Packet<'_>]) {
        let wires = packets
            .iter()
            .map(|packet| Wire::encode(packet, Version::V5).unwrap());
        let bytes: Vec<u8> = wires.flat_map(|wire| wire.to_bytes()).collect();
        self.stream.write_all(&bytes).unwrap();
    }

    fn frame(&mut self) -> Bytes {
        loop {
            if let Some(frame) = self.framer.next_frame().unwrap() {
                return frame;
            }
            let mut buffer = vec![0; 64 * 1024];
            let count = self.stream.read(&mut buffer).unwrap();
            assert!(count > 0, "the server closed the connection");
            buffer.truncate(count);
            self.framer.push(buffer.into());
        }
    }

    /// Publishes with a full window and returns when everything is acknowledged.
    fn publish(&mut self, count: usize) -> Duration {
        let payload = [b'x'; 100];
        let start = Instant::now();
        let mut left = count;
        while left > 0 {
            let batch = left.min(WINDOW);
            let ids = (1..).filter_map(PacketId::new).take(batch);
            let packets: Vec<Packet<'_>> = ids
                .map(|packet_id| {
                    Packet::Publish(Publish {
                        delivery: Delivery::AtLeastOnce {
                            packet_id,
                            dup: false,
                        },
                        retain: false,
                        topic: "a/b",
                        properties: Properties::EMPTY,
                        payload: &payload,
                    })
                })
                .collect();
            self.send(&packets);
            for _ in 0..batch {
                self.frame();
            }
            left -= batch;
        }
        start.elapsed()
    }

    /// Receives and acknowledges.
    fn receive(&mut self, count: usize) {
        for _ in 0..count {
            let frame = self.frame();
            let Packet::Publish(publish) = decode(&frame, Version::V5).unwrap() else {
                panic!("not a PUBLISH");
            };
            self.send(&[Packet::Ack(Ack {
                kind: AckKind::PubAck,
                packet_id: publish.delivery.packet_id().unwrap(),
                reason: Reason::Success,
                properties: Properties::EMPTY,
            })]);
        }
    }
}

async fn measure(persistence: Option<PathBuf>, persistence_sync: PersistenceSync) {
    let name = match &persistence {
        None => "nothing kept".into(),
        Some(_) => format!("kept in a file, on the disk {persistence_sync:?}").to_lowercase(),
    };
    let mut options = Options {
        tcp: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
        persistence: persistence.clone(),
        persistence_sync,
        ..Options::default()
    };
    // Nothing may be dropped while the receiver lags behind.
    options.broker.limits.max_queued = u32::try_from(MESSAGES).unwrap();
    let server = Server::start(options).await.unwrap();
    let address = server.tcp[0];
    let work = move || {
        let mut receiver = Peer::connect(address, "receiver");
        receiver.subscribe();
        let receiver = thread::spawn(move || receiver.receive(MESSAGES));
        let mut sender = Peer::connect(address, "sender");
        let sent = sender.publish(MESSAGES);
        let start = Instant::now();
        receiver.join().unwrap();
        let all = sent + start.elapsed();
        // The receiver is gone; its session stays.
        thread::sleep(Duration::from_millis(200));
        (sent, all, sender.publish(AWAY))
    };
    let (sent, all, away) = tokio::task::spawn_blocking(work).await.unwrap();
    let each = |time: Duration, count: usize| time.as_secs_f64() * 1e6 / count as f64;
    println!(
        "{name}: {:.1} us a message until PUBACK, {:.1} us until the receiver has all, {:.1} us into \
         the queue of a client that is away",
        each(sent, MESSAGES),
        each(all, MESSAGES),
        each(away, AWAY),
    );
    if let Some(path) = persistence {
        let size = std::fs::metadata(path).unwrap().len();
        println!("  the file has {} KiB", size / 1024);
    }
    server.stop().await;
}

#[tokio::main]
async fn main() {
    // Where the disk is, and not the memory that many systems have at the place for temporary files.
    let folder = tempfile::tempdir_in("target").unwrap();
    for round in 0..3 {
        measure(None, PersistenceSync::Never).await;
        for sync in [
            PersistenceSync::Never,
            PersistenceSync::Interval,
            PersistenceSync::Always,
        ] {
            let file = format!("state-{round}-{sync:?}");
            measure(Some(folder.path().join(file)), sync).await;
        }
    }
}
