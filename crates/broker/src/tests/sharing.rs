//! Shared subscriptions (5.0, section 4.8.2).

use super::lab::*;
use alloc::{format, vec::Vec};

fn received(lab: &mut Lab, peers: &[Peer]) -> Vec<usize> {
    peers.iter().map(|&peer| lab.take(peer).len()).collect()
}

#[test]
fn each_message_goes_to_one_member_in_turn() {
    // section 4.8.2
    let mut lab = Lab::new();
    let names = ["a", "b", "c"];
    let members = names.map(|name| lab.client(V5, name));
    for member in members {
        let granted = lab.subscribe(member, "$share/group/t/+", Q1);
        assert_eq!(granted, ["SUBACK #1 [GrantedQoS1]"]);
    }
    let ada = lab.client(V5, "ada");
    for n in 0..9 {
        lab.publish(ada, &format!("t/{n}"), "x", Q1);
    }
    assert_eq!(received(&mut lab, &members), [3, 3, 3]);
}

#[test]
fn each_share_gets_its_own_copy_and_so_does_a_plain_subscription() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bob = lab.client(V5, "bob");
    lab.subscribe(ada, "$share/one/t", Q0);
    lab.subscribe(ada, "t", Q0);
    lab.subscribe(bob, "$share/two/t", Q0);
    lab.publish(bob, "t", "x", Q0);
    assert_eq!(received(&mut lab, &[ada, bob]), [2, 1]);
}

#[test]
fn members_that_are_away_are_passed_over_while_others_are_there() {
    let mut lab = Lab::new();
    let (away, _) = lab.keeper("away", 60);
    lab.subscribe(away, "$share/g/t", Q1);
    let here = lab.client(V5, "here");
    lab.subscribe(here, "$share/g/t", Q1);
    lab.cut(away);
    for _ in 0..4 {
        lab.publish(here, "t", "x", Q0);
    }
    assert_eq!(lab.take(here).len(), 4);
    lab.cut(here);
    let ada = lab.client(V5, "ada");
    lab.publish(ada, "t", "x", Q1);
    assert_eq!(lab.broker.session("away").unwrap().queued, 1);
}

/// [5.0 MQTT-4.8.2-4]
#[test]
fn a_message_in_flight_at_qos_2_stays_with_its_member() {
    let mut lab = Lab::new();
    let (first, _) = lab.keeper("first", 60);
    lab.subscribe(first, "$share/g/t", Q2);
    let second = lab.client(V5, "second");
    lab.subscribe(second, "$share/g/t", Q2);
    lab.publish(second, "t", "x", Q2);
    assert_eq!(lab.take(first), ["PUBLISH t=x q2 #1"]);
    lab.cut(first);
    assert_eq!(lab.take(second), ["PUBREC #9 Success"]);
    let (_, answer) = lab.keeper("first", 60);
    assert_eq!(answer[1..], ["PUBLISH t=x q2 #1 dup"]);
}

#[test]
fn a_member_that_does_not_read_is_passed_over() {
    let mut lab = Lab::new();
    lab.takes = false;
    let slow = lab.client(V5, "slow");
    lab.subscribe(slow, "$share/g/t", Q0);
    let quick = lab.client(V5, "quick");
    lab.subscribe(quick, "$share/g/t", Q0);
    let ada = lab.client(V5, "ada");
    let mut total = 0;
    for _ in 0..100 {
        lab.publish(ada, "t", &"x".repeat(20_000), Q0);
        total += lab.take(slow).len();
        total += lab.take(quick).len();
        lab.broker.handle_sent(lab.now, quick.conn, 30_000);
    }
    assert_eq!(total, 100);
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 0);
}

#[test]
fn a_share_brings_no_retained_messages_and_ends_with_unsubscribe() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "t", "x", Q0);
    let granted = lab.subscribe(ada, "$share/g/t", Q0);
    assert_eq!(granted, ["SUBACK #1 [Success]"]);
    let gone = lab.unsubscribe(ada, "$share/g/t");
    assert_eq!(gone, ["UNSUBACK #2 [Success]"]);
    lab.publish(ada, "t", "y", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 NoMatchingSubscribers"]);
}

/// [5.0 MQTT-4.8.2-1] [5.0 MQTT-4.8.2-2]
#[test]
fn a_share_without_a_name_or_a_filter_is_invalid() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    for filter in [
        "$share//t",
        "$share/g",
        "$share/g/",
        "$share/g+/t",
        "$share/#/t",
    ] {
        let refused = ["SUBACK #1 [TopicFilterInvalid]"];
        assert_eq!(lab.subscribe(ada, filter, Q0), refused, "{filter}");
    }
}

/// [5.0 MQTT-4.8.2-3]
#[test]
fn what_a_member_did_not_acknowledge_goes_to_another_when_its_session_ends() {
    let mut lab = Lab::new();
    let leaver = lab.client(V5, "leaver");
    lab.subscribe(leaver, "$share/g/t", Q1);
    let ada = lab.client(V5, "ada");
    lab.publish(ada, "t", "one", Q1);
    lab.publish(ada, "t", "two", Q1);
    assert_eq!(
        lab.take(leaver),
        ["PUBLISH t=one q1 #1", "PUBLISH t=two q1 #2"]
    );
    lab.acknowledge(leaver, "PUBACK", 1);
    let heir = lab.client(V5, "heir");
    lab.subscribe(heir, "$share/g/t", Q1);
    lab.cut(leaver);
    assert_eq!(lab.take(heir), ["PUBLISH t=two q1 #1"]);
    lab.acknowledge(heir, "PUBACK", 1);
    lab.cut(heir);
    assert!(lab.broker.sessions().count() == 1, "only ada is left");
}

/// [5.0 MQTT-4.8.2-5]
#[test]
fn a_qos_2_message_that_was_sent_ends_with_its_session_and_one_that_waits_does_not() {
    let mut config = quiet();
    config.limits.max_inflight = 1;
    let mut lab = Lab::with(config);
    let leaver = lab.client(V5, "leaver");
    lab.subscribe(leaver, "$share/g/t", Q2);
    let ada = lab.client(V5, "ada");
    for text in ["sent", "waits"] {
        lab.publish(ada, "t", text, Q2);
        lab.acknowledge(ada, "PUBREL", 9);
    }
    assert_eq!(lab.take(leaver), ["PUBLISH t=sent q2 #1"]);
    let heir = lab.client(V5, "heir");
    lab.subscribe(heir, "$share/g/t", Q2);
    lab.cut(leaver);
    assert_eq!(lab.take(heir), ["PUBLISH t=waits q2 #1"]);
}
