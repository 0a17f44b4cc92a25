//! Many retained messages for one subscription: they come as the client makes room, and none is lost.

use super::lab::*;
use crate::{
    AccessList, Broker, Command, Progress, Record,
    replay::{WORK_MAX, WORK_OF_TOPIC},
};
use alloc::{format, string::String, vec::Vec};
use midge_codec::{ByteString, Packet, Properties, Property, RetainHandling, SubscriptionOptions};
use midge_session::Timer;

/// A lab with so many retained messages on `a/0000`, `a/0001`, ... and a small window and queue.
fn stocked(count: usize) -> Lab {
    let mut config = quiet();
    config.limits.max_inflight = 5;
    config.limits.max_queued = 10;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    for n in 0..count {
        lab.publish_retained(ada, &format!("a/{n:04}"), "x", Q1);
        lab.acknowledge(ada, "PUBACK", 9);
    }
    lab.cut(ada);
    lab
}

/// Acknowledges everything that comes, until nothing does; gives what came.
fn take_all(lab: &mut Lab, peer: Peer, mut came: Vec<String>) -> Vec<String> {
    let mut next = 0;
    while let Some(words) = came.get(next) {
        if let Some((_, rest)) = words.split_once(" q1 #") {
            let digits = rest.split(' ').next().unwrap();
            lab.acknowledge(peer, "PUBACK", digits.parse().unwrap());
            came.extend(lab.take(peer));
        }
        next += 1;
    }
    came
}

/// The topics of the PUBLISH packets among these, in order.
fn topics(came: &[String]) -> Vec<&str> {
    let publishes = came
        .iter()
        .filter_map(|words| words.strip_prefix("PUBLISH "));
    publishes
        .map(|words| words.split('=').next().unwrap())
        .collect()
}

fn named(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|n| format!("a/{n:04}")).collect()
}

#[test]
fn no_more_wait_than_one_and_acknowledgements_bring_the_rest_in_the_order_of_the_topics() {
    let mut lab = stocked(1_000);
    let bob = lab.client(V311, "bob");
    let answer = lab.subscribe(bob, "#", Q1);
    assert_eq!(answer.len(), 1 + 5);
    let session = lab.broker.session("bob").unwrap();
    assert_eq!(
        (session.inflight, session.queued, session.replays),
        (5, 1, 1)
    );
    let came = take_all(&mut lab, bob, answer);
    assert_eq!(topics(&came), named(0..1_000));
    assert!(came[1..].iter().all(|words| words.ends_with("retain")));
    assert_eq!(lab.broker.session("bob").unwrap().replays, 0);
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 0);
}

#[test]
fn a_client_that_takes_no_bytes_is_sent_no_more_and_gets_the_rest_when_it_does() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bulk = "x".repeat(10_000);
    for n in 0..100 {
        lab.publish_retained(ada, &format!("a/{n:04}"), &bulk, Q0);
    }
    let bob = lab.client(V5, "bob");
    lab.takes = false;
    let mut came = lab.subscribe(bob, "a/+", Q0);
    assert!((20..40).contains(&came.len()), "{}", came.len());
    while lab.broker.session("bob").unwrap().replays > 0 {
        lab.broker.handle_sent(lab.now, bob.conn, 100_000);
        lab.collect();
        came.extend(lab.take(bob));
    }
    assert_eq!(topics(&came), named(0..100));
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 0);
}

#[test]
fn each_topic_is_sent_as_it_is_when_its_turn_comes() {
    let mut lab = stocked(20);
    let bob = lab.client(V5, "bob");
    let answer = lab.subscribe(bob, "a/+", Q1);
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a/0010", "", Q0);
    lab.publish_retained(ada, "a/0011", "y", Q0);
    lab.publish_retained(ada, "a/0099", "z", Q0);
    lab.publish_retained(ada, "a/0000", "w", Q0);
    let came = take_all(&mut lab, bob, answer);
    let replayed = came.iter().filter(|words| words.ends_with("retain"));
    let replayed: Vec<String> = replayed.cloned().collect();
    let expected = named((0..10).chain(11..20).chain([99]));
    assert_eq!(topics(&replayed), expected);
    let news: Vec<_> = came.iter().filter(|words| words.contains("0011")).collect();
    assert_eq!(news, ["PUBLISH a/0011=y", "PUBLISH a/0011=y retain"]);
}

/// [5.0 MQTT-3.10.4-2]
#[test]
fn unsubscribing_ends_it_and_subscribing_again_begins_it_anew() {
    let mut lab = stocked(20);
    let bob = lab.client(V5, "bob");
    let first = lab.subscribe(bob, "#", Q1);
    let answer = lab.unsubscribe(bob, "#");
    let came = take_all(&mut lab, bob, [first, answer].concat());
    // One was on its way [MQTT-3.10.4-3].
    assert_eq!(topics(&came), named(0..6));
    let begun = lab.subscribe(bob, "#", Q1);
    let again = lab.subscribe(bob, "#", Q1);
    let came = take_all(&mut lab, bob, [begun, again].concat());
    assert_eq!(topics(&came), named((0..6).chain(0..20)));
    let list = properties([Property::SubscriptionIdentifier(7)]);
    let options = SubscriptionOptions {
        retain_handling: RetainHandling::SendIfNew,
        ..Q1.into()
    };
    let begun = lab.subscribe(bob, "a/#", Q1);
    let changed = lab.subscribe_with(bob, "a/#", options, list.as_ref());
    let came = take_all(&mut lab, bob, [begun, changed].concat());
    assert_eq!(topics(&came), named(0..20));
    assert!(came.last().unwrap().contains("SubscriptionIdentifier(7)"));
}

#[test]
fn it_waits_for_a_client_that_is_away_and_ends_with_its_session() {
    let mut lab = stocked(30);
    let (bob, _) = lab.keeper("bob", 100);
    let answer = lab.subscribe(bob, "#", Q1);
    assert_eq!(topics(&answer).len(), 5);
    lab.cut(bob);
    let (bob, back) = lab.keeper("bob", 100);
    let came = take_all(&mut lab, bob, back);
    assert_eq!(topics(&came), named(0..30));
    assert_eq!(
        came.iter().filter(|words| words.contains(" dup")).count(),
        5
    );
    lab.subscribe(bob, "#", Q1);
    lab.cut(bob);
    let bob = lab.client(V5, "bob");
    assert!(lab.take(bob).is_empty());
}

#[test]
fn it_goes_on_after_a_crash_where_it_was() {
    let mut lab = stocked(30);
    lab.broker.start_journal();
    let (bob, _) = lab.keeper("bob", 100);
    lab.subscribe(bob, "#", Q1);
    let mut records = lab.broker.drain_journal();
    lab.acknowledge(bob, "PUBACK", 1);
    assert_eq!(topics(&lab.take(bob)), ["a/0005"]);
    records.extend(lab.broker.drain_journal());
    let said = |record: &&Record| matches!(record, Record::Replay { .. });
    assert_eq!(records.iter().filter(said).count(), 2);
    lab.broker = Broker::new(lab.broker.config().clone(), 8, lab.now);
    lab.broker.restore(lab.now, records);
    lab.collect();
    let (bob, back) = lab.keeper("bob", 100);
    let came = take_all(&mut lab, bob, back);
    assert_eq!(topics(&came), named(1..30));
    let quiet = lab.broker.session("bob").unwrap();
    assert_eq!((quiet.replays, quiet.queued, quiet.inflight), (0, 0, 0));
    // Of one that is over nothing is left.
    lab.broker.start_journal();
    lab.broker.drain_journal();
    let answer = lab.subscribe(bob, "a/0001", Q1);
    take_all(&mut lab, bob, answer);
    lab.subscribe(bob, "a/+", Q1);
    lab.unsubscribe(bob, "a/+");
    lab.broker.drain_journal();
    lab.subscribe(bob, "+/+", Q1);
    lab.broker.drain_journal();
    lab.unsubscribe(bob, "+/+");
    let records = lab.broker.drain_journal();
    let over = |record: &Record| {
        matches!(
            record,
            Record::Replay {
                progress: Progress::Over,
                ..
            }
        )
    };
    assert!(records.iter().any(over));
}

#[test]
fn messages_published_meanwhile_do_not_wait_for_the_end_of_it() {
    let mut lab = stocked(100);
    let bob = lab.client(V5, "bob");
    let answer = lab.subscribe(bob, "#", Q1);
    let ada = lab.client(V5, "ada");
    lab.publish(ada, "news", "n", Q1);
    let came = take_all(&mut lab, bob, answer);
    let place = topics(&came).iter().position(|topic| *topic == "news");
    assert_eq!(place, Some(6));
    assert_eq!(topics(&came).len(), 101);
}

#[test]
fn a_client_that_is_always_busy_gets_them_among_the_others() {
    let mut config = quiet();
    config.limits.max_inflight = 1;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    for n in 0..20 {
        lab.publish_retained(ada, &format!("a/{n:04}"), "x", Q1);
    }
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "news", Q1);
    lab.publish(ada, "news", "n", Q1);
    lab.publish(ada, "news", "n", Q1);
    let mut came = lab.take(bob);
    came.extend(lab.subscribe(bob, "a/+", Q1));
    // For each message that it acknowledges there is another one.
    for round in 1..=300 {
        lab.publish(ada, "news", "n", Q1);
        lab.acknowledge(bob, "PUBACK", round);
        came.extend(lab.take(bob));
    }
    let mut replayed = topics(&came);
    replayed.retain(|topic| *topic != "news");
    assert_eq!(replayed, named(0..20));
}

#[test]
fn several_subscriptions_take_turns_one_after_the_other() {
    let mut lab = stocked(12);
    let bob = lab.client(V311, "bob");
    let first = lab.subscribe(bob, "a/#", Q1);
    let second = lab.subscribe(bob, "+/+", Q1);
    let came = take_all(&mut lab, bob, [first, second].concat());
    assert_eq!(topics(&came), named((0..12).chain(0..12)));
    let command = Command::ClearRetained {
        filter: ByteString::from_static("#"),
    };
    lab.broker.command(lab.now, command).unwrap();
    let answer = lab.subscribe_with(bob, "#", Q1.into(), Properties::EMPTY);
    assert_eq!(answer.len(), 1);
}

#[test]
fn a_queue_of_none_still_lets_messages_through_an_open_window() {
    let mut config = quiet();
    config.limits.max_queued = 0;
    config.limits.max_queued_bytes = 0;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a", "x", Q1);
    lab.take(ada);
    assert_eq!(topics(&lab.subscribe(ada, "a", Q1)), ["a"]);
    lab.publish(ada, "a", "y", Q1);
    assert_eq!(topics(&lab.take(ada)), ["a"]);
}

/// Whether the broker wants to go on at once.
fn has_turn(lab: &Lab) -> bool {
    let next = lab.broker.poll_timeout();
    next.is_some_and(|next| next.timer == Timer::Replay && next.at <= lab.now)
}

/// Gives the broker its turns; says how many it took.
fn turns(lab: &mut Lab) -> usize {
    let mut count = 0;
    while has_turn(lab) {
        lab.broker.handle_timeout(lab.now);
        lab.collect();
        count += 1;
    }
    count
}

/// A search looks at one level for each of `a/0000`, `a/0001`, ...
const TURNS: usize = 3;

#[test]
fn a_search_in_vain_takes_turns_and_others_are_served_in_between() {
    let mut lab = stocked(TURNS * WORK_MAX);
    let bob = lab.client(V5, "bob");
    let (ada, eve) = (lab.client(V5, "ada"), lab.client(V5, "eve"));
    assert_eq!(lab.subscribe(bob, "+/+/x", Q1).len(), 1);
    assert!(has_turn(&lab));
    // Nothing that the client sends makes it go on before its turn.
    let begun = lab.broker.clone();
    for _ in 0..10 {
        lab.send(bob, &Packet::PingReq);
    }
    assert_eq!(lab.take(bob).len(), 10);
    assert_eq!(turns(&mut lab), TURNS);
    assert_eq!(lab.broker.session("bob").unwrap().replays, 0);

    // What is stored meanwhile comes at once, and as a retained one if its turn is still to come.
    lab.broker = begun;
    lab.subscribe(eve, "a/+/x", Q0);
    lab.broker.handle_timeout(lab.now);
    for topic in ["a/0000/x", "a/9999/x"] {
        lab.publish_retained(ada, topic, "new", Q1);
    }
    assert_eq!(turns(&mut lab), 2 * TURNS - 1);
    let answer = lab.take(bob);
    let came = take_all(&mut lab, bob, answer);
    let expected = [
        "PUBLISH a/0000/x=new q1 #1",
        "PUBLISH a/9999/x=new q1 #2",
        "PUBLISH a/9999/x=new q1 #3 retain",
    ];
    assert_eq!(came, expected);
    let ends = ["a/0000/x", "a/9999/x", "a/9999/x"];
    assert_eq!(topics(&lab.take(eve)), ends);
}

#[test]
fn a_search_for_what_may_not_be_read_takes_turns_and_loses_nothing() {
    let count = TURNS * WORK_MAX / (WORK_OF_TOPIC + 1);
    let mut lab = stocked(count);
    let rules = AccessList::parse("topic deny a/#\ntopic read #\ntopic write #\n").unwrap();
    lab.broker
        .command(
            lab.now,
            Command::SetAccess {
                users: lab.broker.config().users.clone(),
                scram_users: lab.broker.config().scram_users.clone(),
                access: Some(rules),
            },
        )
        .unwrap();
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "b", "x", Q0);
    let bob = lab.client(V5, "bob");
    assert_eq!(lab.subscribe(bob, "#", Q0).len(), 1);
    assert!((TURNS - 1..=TURNS + 1).contains(&turns(&mut lab)));
    assert_eq!(lab.take(bob), ["PUBLISH b=x retain"]);
}

#[test]
fn a_search_ends_with_its_subscription_and_goes_on_when_its_client_returns() {
    let mut lab = stocked(TURNS * WORK_MAX);
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "b/c/x", "1", Q0);
    let (bob, _) = lab.keeper("bob", 100);
    lab.subscribe(bob, "+/+/x", Q1);
    lab.unsubscribe(bob, "+/+/x");
    assert_eq!(turns(&mut lab), 1);
    lab.subscribe(bob, "+/+/x", Q1);
    lab.cut(bob);
    assert!(!has_turn(&lab));
    let (bob, back) = lab.keeper("bob", 100);
    assert_eq!(back, ["CONNACK Success present"]);
    assert!((1..=TURNS).contains(&turns(&mut lab)));
    assert_eq!(lab.take(bob), ["PUBLISH b/c/x=1 retain"]);
    lab.subscribe(bob, "+/+/y", Q1);
    let bob = lab.client(V5, "bob");
    assert!(!has_turn(&lab));
    assert!(lab.take(bob).is_empty());
}
