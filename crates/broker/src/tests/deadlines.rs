//! Deadlines: connect time-out, keep-alive, and what the table shows.

use super::lab::*;
use crate::CloseReason;
use alloc::vec::Vec;
use core::time::Duration;
use midge_codec::{Connect, Packet, Reason};
use midge_session::Timer;

fn with_keep_alive(lab: &mut Lab, seconds: u16) -> Peer {
    let connect = Connect {
        keep_alive: seconds,
        ..hello(V5, "ada")
    };
    lab.connect(&connect).0
}

#[test]
fn a_transport_without_connect_is_closed_in_time() {
    let mut lab = Lab::new();
    let peer = lab.open(V5);
    lab.pass(Duration::from_millis(9_999));
    assert!(lab.take(peer).is_empty());
    lab.pass(Duration::from_millis(1));
    assert_eq!(lab.take(peer), ["CLOSE"]);
    let [CloseReason::Violation { .. }] = lab.ends()[..] else {
        panic!("another reason")
    };
}

/// [5.0 MQTT-3.1.2-22] [3.1.1 MQTT-3.1.2-24]
#[test]
fn a_client_that_sends_nothing_for_one_and_a_half_keep_alives_is_closed() {
    let mut lab = Lab::new();
    let ada = with_keep_alive(&mut lab, 10);
    lab.pass(Duration::from_millis(14_999));
    lab.send(ada, &Packet::PingReq);
    assert_eq!(lab.take(ada), ["PINGRESP"]);
    lab.pass(Duration::from_millis(14_999));
    assert!(lab.take(ada).is_empty());
    lab.pass(Duration::from_millis(1));
    assert_eq!(lab.take(ada), ["DISCONNECT KeepAliveTimeout", "CLOSE"]);
    assert_eq!(lab.ends(), [CloseReason::Broker(Reason::KeepAliveTimeout)]);
}

#[test]
fn half_a_packet_is_not_a_sign_of_life() {
    let mut lab = Lab::new();
    let ada = with_keep_alive(&mut lab, 10);
    lab.pass_secs(10);
    lab.send_bytes(ada, &b"\xC0"[..]);
    lab.pass_secs(5);
    assert_eq!(lab.take(ada), ["DISCONNECT KeepAliveTimeout", "CLOSE"]);
}

#[test]
fn a_keep_alive_of_zero_never_ends() {
    let mut lab = Lab::new();
    let ada = with_keep_alive(&mut lab, 0);
    lab.pass_secs(1_000_000);
    assert!(lab.take(ada).is_empty());
    assert!(lab.broker.poll_timeout().is_none());
}

/// [5.0 MQTT-3.2.2-21]
#[test]
fn the_servers_keep_alive_replaces_the_clients_in_5_only() {
    let mut config = quiet();
    config.server_keep_alive = Some(4);
    let mut lab = Lab::with(config);
    let ada = with_keep_alive(&mut lab, 100);
    let (old, _) = lab.connect(&Connect {
        keep_alive: 100,
        ..hello(V311, "old")
    });
    lab.pass_secs(6);
    assert_eq!(lab.take(ada), ["DISCONNECT KeepAliveTimeout", "CLOSE"]);
    assert!(lab.take(old).is_empty());
}

#[test]
fn the_table_of_deadlines_says_when_why_and_for_whom() {
    let mut lab = Lab::new();
    with_keep_alive(&mut lab, 10);
    let (bob, _) = lab.keeper("bob", 8);
    lab.cut(bob);
    lab.open(V5);
    let table: Vec<_> = lab
        .broker
        .deadlines(10)
        .into_iter()
        .map(|view| {
            let left = view.deadline.at.since(lab.now).as_secs();
            (left, view.deadline.timer, view.client_id)
        })
        .collect();
    assert_eq!(
        table,
        [
            (8, Timer::SessionExpiry, Some("bob".into())),
            (10, Timer::ConnectTimeout, None),
            (15, Timer::KeepAlive, Some("ada".into())),
        ]
    );
    assert_eq!(lab.broker.deadlines(1).len(), 1);
    let next = lab.broker.poll_timeout().unwrap();
    assert_eq!(next.timer, Timer::SessionExpiry);
}

#[test]
fn early_and_repeated_calls_do_nothing() {
    let mut lab = Lab::new();
    let ada = with_keep_alive(&mut lab, 10);
    for _ in 0..3 {
        lab.broker.handle_timeout(lab.now);
    }
    lab.collect();
    assert!(lab.take(ada).is_empty());
    lab.pass_secs(15);
    lab.take(ada);
    for _ in 0..3 {
        lab.broker.handle_timeout(lab.now);
    }
    assert!(lab.broker.poll_output().is_none());
}
