//! How connections end, and what limits do to those that go too far.

use crate::{
    process::Process,
    support::{Peer, free_address, hello},
};
use midge_codec::{Delivery, QoS};
use std::{thread::sleep, time::Duration};

/// A socket closed with unread bytes is reset, and the reset destroys what the peer has not read.
#[test]
fn the_reason_arrives_although_the_peer_goes_on_sending() {
    let server = Process::midge(&[]);
    let (mut ada, _) = Peer::connect(server.address, &hello("ada"));
    ada.send_bytes(&[0; 100_000]).unwrap();
    for _ in 0..5 {
        sleep(Duration::from_millis(60));
        // It may be over already.
        let _ = ada.send_bytes(&[0; 10_000]);
    }
    assert_eq!(ada.next(), "DISCONNECT MalformedPacket");
    assert_eq!(ada.next(), "closed");
}

#[cfg(unix)]
#[test]
fn the_port_is_free_at_once_for_the_next_server() {
    let mut before = Process::midge(&[]);
    let (mut ada, _) = Peer::connect(before.address, &hello("ada"));
    before.signal("TERM");
    assert_eq!(ada.next(), "DISCONNECT ServerShuttingDown");
    assert_eq!(ada.next(), "closed");
    assert!(before.wait());
    // The end that closed first keeps the address for minutes, unless it says that it may be shared.
    let after = Process::midge_on(before.address, &[]);
    let (_, answer) = Peer::connect(after.address, &hello("ada"));
    assert_eq!(answer, "CONNACK Success");
}

#[test]
fn limits_are_flags_and_the_log_says_which_was_reached() {
    let server = Process::midge(&[
        "--max-connections=2",
        "--connect-timeout=1",
        "--max-packet-size=200",
        "--max-subscriptions=1",
        "--max-topic-levels=2",
    ]);
    let (mut ada, _) = Peer::connect(server.address, &hello("ada"));
    assert_eq!(ada.subscribe("a", QoS::AtMostOnce), "SUBACK [Success]");
    let refused = ada.subscribe("b", QoS::AtMostOnce);
    assert_eq!(refused, "SUBACK [QuotaExceeded]");
    assert_eq!(ada.publish_once("a/b/c", "x"), "PubAck TopicNameInvalid");
    let (mut bob, _) = Peer::connect(server.address, &hello("bob"));
    let (_, answer) = Peer::connect(server.address, &hello("carl"));
    assert_eq!(answer, "CONNACK ServerBusy");
    bob.publish(Delivery::AtMostOnce, false, "a", &"x".repeat(300));
    assert_eq!(bob.next(), "DISCONNECT PacketTooLarge");
    let mut silent = Peer::open(server.address);
    assert_eq!(silent.next(), "closed");
    for limit in [
        "max_subscriptions",
        "max_topic_levels",
        "max_connections",
        "max_packet_size",
        "connect_timeout",
    ] {
        server.wait_for(&format!("limit=\"{limit}\" count=1"));
    }
}

/// Half a request keeps nobody's place.
#[test]
fn a_websocket_that_is_not_asked_for_in_time_is_closed() {
    let address = free_address();
    let server = Process::midge(&["--connect-timeout=1", &format!("--ws={address}")]);
    for begun in [&b""[..], b"GET /mqtt HTTP/1.1\r\nHost: lo"] {
        let mut peer = Peer::open(address);
        peer.send_bytes(begun).unwrap();
        assert!(peer.is_closed());
    }
    let (_, answer) = Peer::connect(server.address, &hello("ada"));
    assert_eq!(answer, "CONNACK Success");
}

#[test]
fn a_reader_that_reads_nothing_is_sent_away_and_slows_nobody_down() {
    let server = Process::midge(&["--slow-reader-timeout=1"]);
    let (mut slow, _) = Peer::connect(server.address, &hello("slow"));
    slow.subscribe("a", QoS::AtMostOnce);
    let (mut ada, _) = Peer::connect(server.address, &hello("ada"));
    let bulk = "x".repeat(100_000);
    // More than the buffers of both sockets take.
    for _ in 0..300 {
        ada.publish(Delivery::AtMostOnce, false, "a", &bulk);
    }
    assert!(ada.until_pong().is_empty());
    server.wait_for("limit=\"slow_reader_timeout\" count=1");
    assert!(ada.until_pong().is_empty());
}
