//! What survives the program: a broker restored from its records goes on as the one before.

use super::lab::*;
use crate::{AccessList, Broker, Config, Record};
use alloc::vec::Vec;
use midge_codec::{AckKind, Connect, Packet, Properties, Property, Publish, Reason, Will};

/// A broker that keeps a journal, and what it said so far.
struct Kept {
    lab: Lab,
    records: Vec<Record>,
}

impl Kept {
    fn new() -> Self {
        let mut lab = Lab::new();
        lab.broker.start_journal();
        let records = Vec::new();
        Self { lab, records }
    }

    fn drain(&mut self) {
        self.records.extend(self.lab.broker.drain_journal());
    }

    /// Another broker at the same time with the records of this one, as after `kill -9`.
    fn killed(self) -> Lab {
        self.killed_for(Lab::new())
    }

    /// The same for a broker that is set up otherwise.
    fn killed_for(mut self, mut lab: Lab) -> Lab {
        self.drain();
        lab.now = self.lab.now;
        lab.broker.restore(lab.now, self.records);
        lab.collect();
        lab
    }
}

/// Everything there is, as records.
fn everything(broker: &Broker) -> Vec<Record> {
    let mut broker = broker.clone();
    broker.start_journal();
    broker.drain_journal()
}

#[test]
fn an_unfinished_handshake_of_either_end_goes_on_after_a_crash() {
    let mut kept = Kept::new();
    let lab = &mut kept.lab;
    let (ada, _) = lab.keeper("ada", 100);
    let (bob, _) = lab.keeper("bob", 100);
    lab.subscribe(ada, "a", Q2);
    lab.publish(bob, "a", "first", Q2);
    assert_eq!(lab.take(ada), ["PUBLISH a=first q2 #1"]);
    assert_eq!(lab.take(bob), ["PUBREC #9 Success"]);
    kept.drain();
    let lab = &mut kept.lab;
    let carl = lab.client(V5, "carl");
    lab.publish(carl, "a", "second", Q1);
    lab.acknowledge(ada, "PUBREC", 1);
    let mut lab = kept.killed();

    let (bob, answer) = lab.keeper("bob", 100);
    assert_eq!(answer, ["CONNACK Success present"]);
    lab.publish(bob, "a", "first", Q2);
    assert_eq!(lab.take(bob), ["PUBREC #9 Success"]);
    lab.acknowledge(bob, "PUBREL", 9);
    assert_eq!(lab.take(bob), ["PUBCOMP #9 Success"]);
    let (ada, answer) = lab.keeper("ada", 100);
    let again = [
        "CONNACK Success present",
        "PUBREL #1 Success",
        "PUBLISH a=second q1 #2 dup",
    ];
    assert_eq!(answer, again);
    lab.acknowledge(ada, "PUBCOMP", 1);
    lab.publish(bob, "a", "third", Q1);
    assert_eq!(lab.take(ada), ["PUBLISH a=third q1 #3"]);
}

#[test]
fn queue_retained_messages_and_options_are_there_and_completed_messages_are_not() {
    let mut kept = Kept::new();
    let lab = &mut kept.lab;
    let (ada, _) = lab.keeper("ada", 100);
    let list = properties([Property::SubscriptionIdentifier(7)]);
    lab.subscribe_with(ada, "a/+", Q1.into(), list.as_ref());
    lab.subscribe(ada, "b", Q1);
    lab.unsubscribe(ada, "b");
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a/1", "done", Q1);
    lab.acknowledge(ada, "PUBACK", 1);
    kept.drain();
    let lab = &mut kept.lab;
    lab.cut(ada);
    lab.publish_retained(bob, "a/1", "waits", Q1);
    lab.publish_retained(bob, "c", "stays", Q0);
    lab.publish_retained(bob, "d", "goes", Q0);
    lab.publish_retained(bob, "d", "", Q0);
    lab.pass_secs(60);
    let mut lab = kept.killed();

    assert!(lab.broker.session("bob").is_none());
    lab.pass_secs(39);
    let (ada, answer) = lab.keeper("ada", 100);
    assert_eq!(answer[0], "CONNACK Success present");
    assert!(
        answer[1].starts_with("PUBLISH a/1=waits q1 #1"),
        "{answer:?}"
    );
    assert!(
        answer[1].contains("SubscriptionIdentifier(7)"),
        "{answer:?}"
    );
    assert_eq!(answer.len(), 2);
    let answer = lab.subscribe(ada, "#", Q0);
    let retained = ["PUBLISH a/1=waits retain", "PUBLISH c=stays retain"];
    assert_eq!(answer[1..], retained);
}

#[test]
fn a_session_expires_at_its_time_though_the_program_was_down() {
    let mut kept = Kept::new();
    let (ada, _) = kept.lab.keeper("ada", 100);
    kept.lab.cut(ada);
    kept.lab.pass_secs(60);
    let mut lab = kept.killed();
    assert!(lab.broker.session("ada").is_some());
    lab.pass_secs(41);
    assert!(lab.broker.session("ada").is_none());
}

#[test]
fn the_will_of_a_client_that_was_connected_reaches_others_that_were_too() {
    let mut kept = Kept::new();
    let lab = &mut kept.lab;
    let list = properties([Property::SessionExpiryInterval(100)]);
    lab.connect(&Connect {
        will: Some(Will {
            qos: Q1,
            ..will("gone")
        }),
        properties: list.as_ref(),
        ..hello(V5, "ada")
    });
    let (zoe, _) = lab.keeper("zoe", 100);
    lab.subscribe(zoe, "gone", Q1);
    let mut lab = kept.killed();
    let (_, answer) = lab.keeper("zoe", 100);
    assert_eq!(
        answer,
        ["CONNACK Success present", "PUBLISH gone=gone q1 #1"]
    );
}

#[test]
fn what_waits_is_judged_by_the_access_rules_of_the_next_run() {
    let mut kept = Kept::new();
    let lab = &mut kept.lab;
    let (ada, _) = lab.keeper("ada", 100);
    lab.subscribe(ada, "+", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "open", "waits", Q1);
    lab.publish(bob, "closed", "waits", Q1);
    let mut lab = kept.killed_for(Lab::with(Config {
        access: Some(AccessList::parse("topic open").unwrap()),
        ..quiet()
    }));
    let (_, answer) = lab.keeper("ada", 100);
    assert_eq!(answer[1..], ["PUBLISH open=waits q1 #2"]);
}

/// [3.1.1 MQTT-3.1.2-8] [5.0 MQTT-3.1.2-8]
#[test]
fn a_will_outlives_the_program_though_its_session_does_not() {
    for version in [V311, V5] {
        let mut kept = Kept::new();
        let lab = &mut kept.lab;
        let (zoe, _) = lab.keeper("zoe", 100);
        lab.subscribe(zoe, "gone", Q1);
        let connect = |client_id| Connect {
            will: Some(Will {
                qos: Q1,
                ..will("gone")
            }),
            ..hello(version, client_id)
        };
        let (bob, _) = lab.connect(&connect("bob"));
        let (ada, _) = lab.connect(&connect("ada"));
        lab.subscribe(ada, "gone", Q1);
        kept.drain();
        kept.lab.disconnect(bob, Reason::Success, Properties::EMPTY);
        let mut lab = kept.killed();
        let (zoe, answer) = lab.keeper("zoe", 100);
        let expected = ["CONNACK Success present", "PUBLISH gone=gone q1 #1"];
        assert_eq!(answer, expected);
        assert!(lab.take(zoe).is_empty());
        assert!(lab.broker.session("ada").is_none());
        assert!(lab.broker.session("bob").is_none());
    }
}

#[test]
fn a_session_that_begins_anew_leaves_nothing_of_the_one_before() {
    let mut kept = Kept::new();
    let lab = &mut kept.lab;
    let (ada, _) = lab.keeper("ada", 100);
    lab.subscribe(ada, "a", Q1);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "old", Q1);
    kept.drain();
    let lab = &mut kept.lab;
    let list = properties([Property::SessionExpiryInterval(100)]);
    let (ada, _) = lab.connect(&Connect {
        properties: list.as_ref(),
        ..hello(V5, "ada")
    });
    lab.subscribe(ada, "b", Q1);
    lab.publish(bob, "b", "new", Q1);
    lab.publish(bob, "a", "nobody", Q1);
    let mut lab = kept.killed();
    let (_, answer) = lab.keeper("ada", 100);
    assert_eq!(
        answer,
        ["CONNACK Success present", "PUBLISH b=new q1 #1 dup"]
    );
}

#[test]
fn changes_add_up_to_what_there_is() {
    let mut kept = Kept::new();
    let mut random = crate::random::Random::new(7);
    let clients = ["ada", "bob", "zoe"];
    for _ in 0..600 {
        let lab = &mut kept.lab;
        let client = clients[random.next() as usize % clients.len()];
        let (peer, _) = lab.keeper(client, 100);
        let topic = ["a", "b", "c"][random.next() as usize % 3];
        let qos = [Q0, Q1, Q2][random.next() as usize % 3];
        match random.next() % 6 {
            0 => drop(lab.subscribe(peer, topic, qos)),
            1 => drop(lab.unsubscribe(peer, topic)),
            2 => lab.publish_retained(peer, topic, "x", qos),
            3 => lab.publish(peer, topic, "y", qos),
            4 => {
                lab.send(
                    peer,
                    &Packet::Ack(midge_codec::Ack {
                        kind: AckKind::PubRel,
                        packet_id: id(9),
                        reason: Reason::Success,
                        properties: midge_codec::Properties::EMPTY,
                    }),
                );
            }
            _ => lab.pass_secs(1),
        }
        if random.next().is_multiple_of(3) {
            lab.cut(peer);
        }
        if random.next().is_multiple_of(2) {
            kept.drain();
        }
    }
    for client in clients {
        let (peer, _) = kept.lab.keeper(client, 100);
        kept.lab.cut(peer);
    }
    kept.drain();
    let expected = everything(&kept.lab.broker);
    let messages = |record: &&Record| matches!(record, Record::Message { .. });
    assert!(expected.iter().filter(messages).count() > 10);
    let restored = kept.killed();
    let mut found = everything(&restored.broker);
    // Sessions may have other keys, and so another order.
    let mut expected = expected;
    found.sort_by_key(|record| alloc::format!("{record:?}"));
    expected.sort_by_key(|record| alloc::format!("{record:?}"));
    assert_eq!(found, expected);
}

#[test]
fn without_a_journal_nothing_is_said() {
    let mut lab = Lab::new();
    lab.keeper("ada", 100);
    assert!(lab.broker.drain_journal().is_empty());
}

#[test]
fn a_message_that_expired_in_the_middle_of_the_queue_does_not_return() {
    let mut kept = Kept::new();
    let lab = &mut kept.lab;
    let (ada, _) = lab.keeper("ada", 100);
    lab.subscribe(ada, "a", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    let short = properties([Property::MessageExpiryInterval(5)]);
    lab.publish(bob, "a", "1", Q1);
    lab.send(
        bob,
        &Packet::Publish(Publish {
            properties: short.as_ref(),
            ..publication("a", "2", Q1)
        }),
    );
    lab.publish(bob, "a", "3", Q1);
    kept.drain();
    kept.lab.pass_secs(10);
    kept.drain();
    let done = |record: &&Record| matches!(record, Record::Done { .. });
    assert_eq!(kept.records.iter().filter(done).count(), 1);
    let (_, answer) = kept.killed().keeper("ada", 100);
    let expected = ["PUBLISH a=1 q1 #1", "PUBLISH a=3 q1 #2"];
    assert_eq!(answer[1..], expected);
}
