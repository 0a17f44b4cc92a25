//! What is there after a loss of power: a disk that has nothing but what it was given by a sync.
//! Files are told apart by their inodes.
#![cfg(unix)]

use super::*;
use crate::hub::{Hub, Input, Opened};
use bytes::Bytes;
use midge_broker::{Config, ConnId, Limits, Output};
use midge_codec::{
    Ack, Connect, Delivery, Packet, PacketId, Properties, PropertiesBuf, Property, Publish, QoS,
    Subscribe, SubscribeFiltersBuf, Version, Wire,
};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Mutex,
};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// How many bytes of each file the disk has, by the number of its inode.
static DISK: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());

/// The way to this disk.
fn note(file: &File) -> io::Result<()> {
    let file = file.metadata()?;
    DISK.lock().unwrap().insert(file.ino(), file.len());
    Ok(())
}

/// The power is lost: of the file so much is left as the disk has, and `torn` bytes that were under way.
fn cut_power(path: &Path, torn: &[u8]) -> PathBuf {
    let mut file = File::open(path).unwrap();
    let inode = file.metadata().unwrap().ino();
    let count = DISK.lock().unwrap()[&inode];
    let mut left = Vec::new();
    file.by_ref().take(count).read_to_end(&mut left).unwrap();
    assert_eq!(left.len() as u64, count);
    left.extend_from_slice(torn);
    let after = path.with_extension("after");
    fs::write(&after, left).unwrap();
    after
}

fn config() -> Config {
    Config {
        sys_interval: None,
        limits: Limits {
            max_inflight: u16::MAX,
            receive_maximum: u16::MAX,
            max_queued_bytes: u32::MAX,
            ..Limits::default()
        },
        ..Config::default()
    }
}

fn encode(packet: &Packet<'_>) -> Bytes {
    Wire::encode(packet, Version::V5).unwrap().to_bytes()
}

fn connect(client_id: &str) -> Bytes {
    let list = PropertiesBuf::try_from_iter([Property::SessionExpiryInterval(u32::MAX)]).unwrap();
    encode(&Packet::Connect(Connect {
        version: Version::V5,
        clean_start: false,
        keep_alive: 0,
        client_id,
        will: None,
        user_name: None,
        password: None,
        properties: list.as_ref(),
    }))
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

/// A retained message on a topic of its own; all of them outgrow the file, which is written afresh then.
fn message(number: u16) -> Bytes {
    encode(&Packet::Publish(Publish {
        delivery: Delivery::AtLeastOnce {
            packet_id: id(number),
            dup: false,
        },
        retain: true,
        topic: &format!("a/{}", number % 10),
        properties: Properties::EMPTY,
        payload: &[&number.to_be_bytes()[..], &[7; 64 * 1024]].concat(),
    }))
}

fn number(payload: &[u8]) -> u16 {
    u16::from_be_bytes([payload[0], payload[1]])
}

/// The messages that wait for Ada after a loss of power, and the ones that are retained.
fn left(path: &Path, torn: &[u8]) -> (Vec<u16>, BTreeMap<u16, u16>) {
    let (_store, found) = Store::open_with(&cut_power(path, torn), note).unwrap();
    assert_eq!(found.damaged, torn.len() as u64);
    let now = Instant::from_secs(1);
    let mut broker = Broker::new(config(), 1, now);
    broker.restore(now, found.records);
    let retained = broker.retained("a/").map(|view| {
        let number = number(&view.message.payload);
        (number % 10, number)
    });
    let retained = retained.collect();
    let ada = ConnId(1);
    broker.handle_open(now, ada);
    broker.handle_input(now, ada, connect("ada"));
    let mut waiting = Vec::new();
    while let Some(output) = broker.poll_output() {
        let Output::Send { packet, .. } = output else {
            continue;
        };
        broker.handle_sent(now, ada, packet.len());
        let frame = packet.to_bytes();
        if let Ok(Packet::Publish(publish)) = midge_codec::decode(&frame, Version::V5) {
            waiting.push(number(publish.payload));
        }
    }
    (waiting, retained)
}

/// A server's core with a client.
struct Bench {
    hub: Hub,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Ada has subscribed and gone.
    async fn start(policy: PersistenceSync) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let (store, found) = Store::open_with(&path, note).unwrap();
        let kept = Some((store, found, policy));
        let tasks = TaskTracker::new();
        let hub = Hub::start(config(), 1, kept, &tasks, Handle::current());
        let bench = Self {
            hub,
            path,
            _folder: folder,
        };
        let mut ada = bench.client("ada").await;
        let filters = SubscribeFiltersBuf::try_from_iter([("a/+", QoS::AtLeastOnce)]).unwrap();
        let subscribe = encode(&Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        }));
        bench.send(&ada, subscribe).await;
        assert!(ada.outbox.recv().await.is_some());
        assert!(bench.hub.send(Input::Closed(ada.conn)).await);
        bench
    }

    async fn client(&self, client_id: &str) -> Opened {
        let mut opened = self.hub.open().await.unwrap();
        self.send(&opened, connect(client_id)).await;
        assert!(opened.outbox.recv().await.is_some());
        opened
    }

    async fn send(&self, opened: &Opened, bytes: Bytes) {
        assert!(self.hub.send(Input::Bytes(opened.conn, bytes)).await);
    }
}

/// The identifier in the next packet, a PUBACK.
async fn next_ack(opened: &mut Opened) -> u16 {
    let frame = opened.outbox.recv().await.unwrap().to_bytes();
    match midge_codec::decode(&frame, Version::V5).unwrap() {
        Packet::Ack(Ack { packet_id, .. }) => packet_id.get(),
        other => panic!("{other} is no acknowledgement"),
    }
}

#[tokio::test]
async fn under_always_no_loss_of_power_costs_what_was_acknowledged() {
    const BATCH: u16 = 20;
    let bench = Bench::start(PersistenceSync::Always).await;
    let mut bob = bench.client("bob").await;
    let inode = || fs::metadata(&bench.path).unwrap().ino();
    let begun = inode();
    for batch in 0..10 {
        let numbers = batch * BATCH + 1..=(batch + 1) * BATCH;
        for number in numbers.clone() {
            bench.send(&bob, message(number)).await;
        }
        for number in numbers {
            assert_eq!(next_ack(&mut bob).await, number);
            // In the middle of others that are under way, and with a part of one of them.
            if number % BATCH == 7 || number % BATCH == 0 {
                let torn: &[u8] = if number % 2 == 0 { b"" } else { &[0; 11] };
                let (waiting, retained) = left(&bench.path, torn);
                let acknowledged: Vec<u16> = (1..=number).collect();
                assert!(waiting.starts_with(&acknowledged), "{number}: {waiting:?}");
                for (topic, last) in retained {
                    assert!(last + 10 > number, "a/{topic} is {last} at {number}");
                }
            }
        }
    }
    assert_ne!(inode(), begun, "the file was not written afresh");
    assert_eq!(left(&bench.path, b"").1.len(), 10);
    bench.hub.shut_down().await;
}

/// This disk forgets: what is only with the system is not there after a loss of power.
#[tokio::test]
async fn under_never_what_was_acknowledged_may_be_lost_and_the_rest_can_be_read() {
    let bench = Bench::start(PersistenceSync::Never).await;
    let mut bob = bench.client("bob").await;
    bench.send(&bob, message(1)).await;
    assert_eq!(next_ack(&mut bob).await, 1);
    assert_eq!(left(&bench.path, b"half"), (Vec::new(), BTreeMap::new()));
    bench.hub.shut_down().await;
}

#[tokio::test]
async fn under_interval_what_was_acknowledged_is_on_the_disk_a_little_later() {
    let bench = Bench::start(PersistenceSync::Interval).await;
    let mut bob = bench.client("bob").await;
    bench.send(&bob, message(1)).await;
    assert_eq!(next_ack(&mut bob).await, 1);
    let end = Clock::now() + 60 * INTERVAL;
    while left(&bench.path, b"").0 != [1] {
        assert!(Clock::now() < end, "the disk never has it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bench.hub.shut_down().await;
}
