//! What survives a clean end and a kill, and what a damaged file costs.

use crate::{
    process::Process,
    support::{ID, Peer, hello},
};
use midge_codec::{AckKind, Connect, Delivery, PacketId, PropertiesBuf, Property, QoS, Version};
use std::{fs::OpenOptions, io::Write, net::SocketAddr, path::Path};

fn server(file: &Path) -> Process {
    Process::midge(&["--persistence-file", file.to_str().unwrap()])
}

/// A client whose session is kept.
fn keeper(address: SocketAddr, client_id: &str) -> (Peer, String) {
    let list = PropertiesBuf::try_from_iter([Property::SessionExpiryInterval(1000)]).unwrap();
    let connect = Connect {
        version: Version::V5,
        properties: list.as_ref(),
        ..hello(client_id)
    };
    Peer::connect(address, &connect)
}

const TWICE: Delivery = Delivery::ExactlyOnce {
    packet_id: ID,
    dup: false,
};

const ONE: PacketId = PacketId::MIN;

#[cfg(unix)]
#[test]
fn a_kill_in_the_middle_of_qos_2_loses_nothing_and_doubles_nothing() {
    for sync in ["never", "interval", "always"] {
        kill_in_the_middle(sync);
    }
}

fn kill_in_the_middle(sync: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let flags = ["--persistence-sync", sync, "--persistence-file"];
    let mut before = Process::midge(&[&flags[..], &[file.to_str().unwrap()]].concat());
    let (mut ada, _) = keeper(before.address, "ada");
    let (mut bob, _) = keeper(before.address, "bob");
    assert_eq!(ada.subscribe("a", QoS::ExactlyOnce), "SUBACK [GrantedQoS2]");
    bob.publish(TWICE, true, "a", "x");
    assert_eq!(bob.next(), "PubRec Success");
    assert_eq!(ada.next(), "PUBLISH a=x q2 #1");
    before.signal("KILL");
    before.wait();

    let after = server(&file);
    let (mut bob, answer) = keeper(after.address, "bob");
    assert_eq!(answer, "CONNACK Success again");
    let again = Delivery::ExactlyOnce {
        packet_id: ID,
        dup: true,
    };
    bob.publish(again, true, "a", "x");
    assert_eq!(bob.next(), "PubRec Success");
    bob.ack(AckKind::PubRel, ID);
    assert_eq!(bob.next(), "PubComp Success");
    let (mut ada, answer) = keeper(after.address, "ada");
    assert_eq!(answer, "CONNACK Success again");
    assert_eq!(ada.next(), "PUBLISH a=x q2 #1 dup");
    ada.ack(AckKind::PubRec, ONE);
    assert_eq!(ada.next(), "PubRel Success");
    ada.ack(AckKind::PubComp, ONE);
    assert!(ada.until_pong().is_empty());
    assert_eq!(ada.subscribe("#", QoS::AtMostOnce), "SUBACK [Success]");
    assert_eq!(ada.next(), "PUBLISH a=x retain");
}

#[cfg(unix)]
#[test]
fn a_kill_in_the_middle_of_qos_1_sends_again_what_was_not_acknowledged_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let mut before = server(&file);
    let (mut ada, _) = keeper(before.address, "ada");
    ada.subscribe("a", QoS::AtLeastOnce);
    let (mut bob, _) = keeper(before.address, "bob");
    for payload in ["1", "2"] {
        assert_eq!(bob.publish_once("a", payload), "PubAck Success");
    }
    assert_eq!(ada.next(), "PUBLISH a=1 q1 #1");
    assert_eq!(ada.next(), "PUBLISH a=2 q1 #2");
    ada.ack(AckKind::PubAck, ONE);
    assert!(ada.until_pong().is_empty());
    before.signal("KILL");
    before.wait();

    let after = server(&file);
    let (mut ada, answer) = keeper(after.address, "ada");
    assert_eq!(answer, "CONNACK Success again");
    assert_eq!(ada.next(), "PUBLISH a=2 q1 #2 dup");
    assert!(ada.until_pong().is_empty());
}

#[cfg(unix)]
#[test]
fn a_clean_end_keeps_the_queue_of_a_client_that_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let mut before = server(&file);
    let (mut ada, _) = keeper(before.address, "ada");
    ada.subscribe("a", QoS::AtLeastOnce);
    drop(ada);
    let (mut bob, _) = Peer::connect(before.address, &hello("bob"));
    for payload in ["1", "2", "3"] {
        assert_eq!(bob.publish_once("a", payload), "PubAck Success");
    }
    before.signal("TERM");
    assert!(before.wait());

    let after = server(&file);
    let (mut ada, answer) = keeper(after.address, "ada");
    assert_eq!(answer, "CONNACK Success again");
    for (id, payload) in [(1, "1"), (2, "2"), (3, "3")] {
        let expected = format!("PUBLISH a={payload} q1 #{id}");
        let found = ada.next();
        assert!(found.starts_with(&expected), "{found}");
    }
    let (_, answer) = Peer::connect(after.address, &hello("bob"));
    assert_eq!(answer, "CONNACK Success");
}

#[cfg(unix)]
#[test]
fn a_damaged_end_is_cut_and_reported_and_the_rest_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let mut before = server(&file);
    let (mut ada, _) = keeper(before.address, "ada");
    ada.subscribe("a", QoS::AtLeastOnce);
    before.signal("KILL");
    before.wait();
    let mut end = OpenOptions::new().append(true).open(&file).unwrap();
    end.write_all(b"half a record").unwrap();

    let after = server(&file);
    after.wait_for("cut off a damaged end of the persistence file bytes=13");
    let (mut ada, answer) = keeper(after.address, "ada");
    assert_eq!(answer, "CONNACK Success again");
    assert_eq!(ada.publish_once("a", "x"), "PubAck Success");
    assert_eq!(ada.next(), "PUBLISH a=x q1 #1");
}

#[test]
fn without_a_file_nothing_is_kept_and_nothing_is_written() {
    let server = Process::midge(&[]);
    let (_, answer) = keeper(server.address, "ada");
    assert_eq!(answer, "CONNACK Success");
}
