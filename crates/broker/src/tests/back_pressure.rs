//! Readers that do not read: what is dropped, what waits, and when they are given up.

use super::lab::*;
use crate::{CloseReason, Event, route::NotDelivered};
use alloc::vec::Vec;
use midge_codec::{Packet, Reason};

/// A payload of 10,000 bytes.
fn bulk() -> alloc::string::String {
    "x".repeat(10_000)
}

#[test]
fn a_slow_reader_loses_qos_0_keeps_qos_1_waiting_and_slows_nobody_down() {
    let mut lab = Lab::new();
    let slow = lab.client(V5, "slow");
    lab.subscribe(slow, "zero", Q0);
    lab.subscribe(slow, "one", Q1);
    let quick = lab.client(V5, "quick");
    lab.subscribe(quick, "zero", Q0);
    lab.takes = false;
    let ada = lab.client(V5, "ada");
    let mut quick_got = 0;
    for _ in 0..100 {
        lab.publish(ada, "zero", &bulk(), Q0);
        for words in lab.take(quick) {
            // Its driver is a good one.
            quick_got += 1;
            lab.broker
                .handle_sent(lab.now, quick.conn, words.len() + 10);
        }
    }
    assert_eq!(quick_got, 100);
    let got = lab.take(slow).len();
    assert!((10..60).contains(&got), "{got}");
    let dropped = lab.broker.statistics().publish_messages_dropped;
    assert_eq!(got as u64 + dropped, 100);
    let full = |event: &&Event| matches!(event, Event::Dropped { client_id, why: NotDelivered::QueueFull, .. } if client_id == "slow");
    assert_eq!(lab.events.iter().filter(full).count() as u64, dropped);

    lab.publish(ada, "one", "waits", Q1);
    assert!(lab.take(slow).is_empty());
    assert_eq!(lab.broker.session("slow").unwrap().queued, 1);
    lab.broker.handle_sent(lab.now, slow.conn, 10_000_000);
    lab.collect();
    assert_eq!(lab.take(slow), ["PUBLISH one=waits q1 #1"]);
}

#[test]
fn a_peer_that_asks_and_never_reads_the_answers_is_given_up() {
    let mut lab = Lab::new();
    lab.takes = false;
    let ada = lab.client(V5, "ada");
    let pings: Vec<u8> = [0xC0, 0x00].repeat(100_000);
    for _ in 0..20 {
        lab.send_bytes(ada, pings.clone());
    }
    assert_eq!(lab.ends(), [CloseReason::Broker(Reason::QuotaExceeded)]);
    assert_eq!(lab.take(ada).last().unwrap(), "CLOSE");
    let bob = lab.client(V5, "bob");
    lab.send(bob, &Packet::PingReq);
    assert_eq!(lab.take(bob), ["PINGRESP"]);
}
