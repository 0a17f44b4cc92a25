//! Shared subscriptions (5.0, section 4.8.2).

use super::bench::*;
use super::words::*;
use midge_codec::{Properties, Reason};

/// [5.0 MQTT-4.8.2-1] [5.0 MQTT-4.8.2-2]
#[test]
fn a_share_needs_a_name_without_wildcards_and_a_filter() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    for filter in [
        "$share/",
        "$share//a",
        "$share/s",
        "$share/s/",
        "$share/s+/a",
        "$share/#/a",
        "$share",
    ] {
        let expected = match filter {
            // An ordinary filter that happens to look like one.
            "$share" => "SUBACK #1 00",
            _ => "SUBACK #1 8F",
        };
        assert_eq!(bench.subscribe(ada, filter, Q0), [expected], "{filter}");
    }
    assert_eq!(bench.subscribe(ada, "$share/s//", Q0), ["SUBACK #1 00"]);
    bench.publish(ada, "/", "x", Q0);
    assert_eq!(bench.take(ada), ["PUBLISH /=x"]);
}

/// [5.0 MQTT-4.8.2-3]
#[test]
fn each_member_gets_its_messages_at_its_own_qos() {
    let mut bench = Bench::new();
    let low = bench.join(V5, "low");
    let high = bench.join(V5, "high");
    bench.subscribe(low, "$share/s/a", Q0);
    bench.subscribe(high, "$share/s/a", Q2);
    let bob = bench.join(V5, "bob");
    for _ in 0..2 {
        bench.publish(bob, "a", "x", Q1);
    }
    assert_eq!(bench.take(low), ["PUBLISH a=x"]);
    assert_eq!(bench.take(high), ["PUBLISH a=x q1 #1"]);
}

/// [5.0 MQTT-4.8.2-4]
#[test]
fn a_delivery_that_was_cut_is_completed_when_its_member_is_back() {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(V5, "ada");
    let (eve, _) = bench.keep(V5, "eve");
    bench.subscribe(ada, "$share/s/a", Q2);
    bench.subscribe(eve, "$share/s/a", Q2);
    let bob = bench.join(V5, "bob");
    bench.publish(bob, "a", "x", Q2);
    assert_eq!(bench.take(ada), ["PUBLISH a=x q2 #1"]);
    bench.cut(ada);
    assert!(bench.take(eve).is_empty());
    let (ada, answer) = bench.keep(V5, "ada");
    assert_eq!(answer[1..], ["PUBLISH a=x q2 #1 dup"]);
    bench.ack(ada, PubRec, 1);
    bench.ack(ada, PubComp, 1);
    assert!(bench.take(eve).is_empty());
}

/// [5.0 MQTT-4.8.2-5]
#[test]
fn a_delivery_that_has_begun_ends_with_its_members_session() {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(V5, "ada");
    let (eve, _) = bench.keep(V5, "eve");
    bench.subscribe(ada, "$share/s/a", Q2);
    bench.subscribe(eve, "$share/s/a", Q2);
    let bob = bench.join(V5, "bob");
    bench.publish(bob, "a", "x", Q2);
    assert_eq!(bench.take(ada), ["PUBLISH a=x q2 #1"]);
    bench.cut(ada);
    bench.pass(3_600);
    assert!(bench.broker.session("ada").is_none());
    assert!(bench.take(eve).is_empty());
}

/// [5.0 MQTT-4.8.2-6]
#[test]
fn a_message_that_its_member_refuses_goes_to_nobody_else() {
    for (qos, kind) in [(Q1, PubAck), (Q2, PubRec)] {
        let mut bench = Bench::new();
        let ada = bench.join(V5, "ada");
        let eve = bench.join(V5, "eve");
        bench.subscribe(ada, "$share/s/a", Q2);
        bench.subscribe(eve, "$share/s/a", Q2);
        let bob = bench.join(V5, "bob");
        bench.publish(bob, "a", "x", qos);
        assert_eq!(bench.take(ada).len(), 1);
        bench.ack_with(ada, kind, 1, Reason::QuotaExceeded);
        assert!(bench.take(ada).is_empty());
        assert!(bench.take(eve).is_empty());
    }
}

/// [5.0 MQTT-3.3.4-5]
#[test]
fn a_share_beside_a_plain_subscription_gives_a_copy_each_with_its_own_identifier() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    for (filter, identifier) in [("a", 1), ("$share/s/a", 2)] {
        let properties = list([midge_codec::Property::SubscriptionIdentifier(identifier)]);
        bench.subscribe_with(ada, &[(filter, Q0.into())], properties.as_ref());
    }
    bench.publish(ada, "a", "x", Q0);
    let expected = [
        "PUBLISH a=x [SubscriptionIdentifier(1)]",
        "PUBLISH a=x [SubscriptionIdentifier(2)]",
    ];
    assert_eq!(bench.take(ada), expected);
}

/// Section 4.8.2: each message goes to one member, and members take turns.
#[test]
fn members_take_turns_and_those_that_leave_are_passed_over() {
    let mut bench = Bench::new();
    let peers = ["a", "b", "c"].map(|name| {
        let peer = bench.join(V5, name);
        bench.subscribe(peer, "$share/s/t", Q0);
        peer
    });
    let bob = bench.join(V5, "bob");
    for _ in 0..6 {
        bench.publish(bob, "t", "x", Q0);
    }
    assert_eq!(peers.map(|peer| bench.take(peer).len()), [2, 2, 2]);
    bench.unsubscribe(peers[0], &["$share/s/t"]);
    bench.leave(peers[1], Reason::Success, Properties::EMPTY);
    bench.take(peers[1]);
    for _ in 0..2 {
        bench.publish(bob, "t", "x", Q0);
    }
    assert_eq!(peers.map(|peer| bench.take(peer).len()), [0, 0, 2]);
}
