//! Sessions: clean, resumed, taken over, expired, forgotten; what waits for a client that is away.

use super::lab::*;
use crate::{CloseReason, Command, Event, route::NotDelivered};
use alloc::{format, vec::Vec};
use midge_codec::{
    ByteString, Connect, Packet, Properties, Property, Publish, Reason, SubscriptionOptions,
};

fn keeping(client_id: &str) -> Connect<'_> {
    Connect {
        clean_start: false,
        ..hello(V311, client_id)
    }
}

fn ended(lab: &Lab) -> Vec<&str> {
    lab.events
        .iter()
        .filter_map(|event| match event {
            Event::SessionEnded { client_id, .. } => Some(&**client_id),
            _ => None,
        })
        .collect()
}

/// [3.1.1 MQTT-3.1.2-6] [5.0 MQTT-3.1.2-23]
#[test]
fn a_clean_session_is_forgotten_with_its_connection() {
    for version in [V311, V5] {
        let mut lab = Lab::new();
        let ada = lab.client(version, "ada");
        lab.subscribe(ada, "a", Q1);
        lab.cut(ada);
        assert_eq!(ended(&lab), ["ada"]);
        assert_eq!(lab.broker.statistics().subscriptions_count, 0);
        let (ada, answer) = lab.connect(&Connect {
            clean_start: false,
            ..hello(version, "ada")
        });
        assert_eq!(answer, ["CONNACK Success"]);
        lab.publish(ada, "a", "x", Q0);
        assert!(lab.take(ada).is_empty());
    }
}

/// [5.0 MQTT-3.1.2-4] [3.1.1 MQTT-3.1.2-5] [5.0 MQTT-3.2.2-2]
#[test]
fn a_kept_session_keeps_subscriptions_and_what_came_meanwhile() {
    let mut lab = Lab::new();
    let (ada, answer) = lab.connect(&keeping("ada"));
    assert_eq!(answer, ["CONNACK Success"]);
    lab.subscribe(ada, "a", Q2);
    lab.disconnect(ada, Reason::Success, Properties::EMPTY);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "0", Q0);
    lab.publish(bob, "a", "1", Q1);
    lab.publish(bob, "a", "2", Q2);
    assert_eq!(lab.broker.session("ada").unwrap().queued, 2);
    let (_, answer) = lab.connect(&keeping("ada"));
    let expected = [
        "CONNACK Success present",
        "PUBLISH a=1 q1 #1",
        "PUBLISH a=2 q2 #2",
    ];
    assert_eq!(answer, expected);
}

#[test]
fn a_message_at_qos_0_does_not_wait_and_its_loss_is_reported() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "x", Q0);
    let lost = |event: &Event| {
        matches!(
            event,
            Event::Dropped {
                why: NotDelivered::OfflineAtMostOnce,
                ..
            }
        )
    };
    assert!(lab.events.iter().any(lost));
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 0);
}

#[test]
fn what_waits_is_told_once_and_its_expiry_names_the_same_message() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 600);
    lab.subscribe(ada, "a", Q1);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "sent at once", Q1);
    assert!(
        !lab.events
            .iter()
            .any(|event| matches!(event, Event::Queued { .. }))
    );
    lab.cut(ada);
    let expiry = properties([Property::MessageExpiryInterval(30)]);
    let waits = Publish {
        properties: expiry.as_ref(),
        ..publication("a", "waits", Q1)
    };
    lab.send(bob, &Packet::Publish(waits));
    let queued = lab.events.iter().filter_map(|event| match event {
        Event::Queued {
            client_id,
            topic,
            id,
        } => Some((&**client_id, &**topic, *id)),
        _ => None,
    });
    let queued: Vec<_> = queued.collect();
    let [("ada", "a", Some(id))] = queued[..] else {
        panic!("{queued:?}")
    };
    lab.pass_secs(31);
    let expired = lab.events.iter().find_map(|event| match event {
        Event::Dropped {
            id,
            why: NotDelivered::Expired,
            ..
        } => *id,
        _ => None,
    });
    assert_eq!(expired, Some(id));
}

/// [5.0 MQTT-3.3.4-2] [5.0 MQTT-3.3.4-4]
#[test]
fn a_copy_that_waits_carries_what_every_overlapping_subscription_gives() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    let options = SubscriptionOptions {
        retain_as_published: true,
        ..Q0.into()
    };
    let list = properties([Property::SubscriptionIdentifier(3)]);
    lab.subscribe_with(ada, "a", options, list.as_ref());
    lab.subscribe(ada, "+", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    lab.publish_retained(bob, "a", "x", Q2);
    let (_, answer) = lab.keeper("ada", 60);
    let expected = "PUBLISH a=x q1 #1 retain [SubscriptionIdentifier(3)]";
    assert_eq!(answer[1..], [expected]);
}

/// [5.0 MQTT-4.4.0-1] [5.0 MQTT-3.3.1-1]
#[test]
fn unacknowledged_messages_are_sent_again_with_dup_and_their_identifiers() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q2);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "1", Q1);
    lab.publish(bob, "a", "2", Q2);
    lab.acknowledge(bob, "PUBREL", 9);
    lab.publish(bob, "a", "3", Q2);
    lab.take(ada);
    lab.acknowledge(ada, "PUBREC", 3);
    assert_eq!(lab.take(ada), ["PUBREL #3 Success"]);
    lab.cut(ada);
    let (ada, answer) = lab.keeper("ada", 60);
    let expected = [
        "CONNACK Success present",
        "PUBLISH a=1 q1 #1 dup",
        "PUBLISH a=2 q2 #2 dup",
        "PUBREL #3 Success",
    ];
    assert_eq!(answer, expected);
    lab.acknowledge(ada, "PUBACK", 1);
    lab.acknowledge(ada, "PUBREC", 2);
    lab.acknowledge(ada, "PUBCOMP", 3);
    assert_eq!(lab.take(ada), ["PUBREL #2 Success"]);
    lab.acknowledge(ada, "PUBCOMP", 2);
    assert_eq!(lab.broker.session("ada").unwrap().inflight, 0);
}

/// [5.0 MQTT-4.3.3-10]
#[test]
fn a_message_received_at_qos_2_is_not_routed_again_after_a_resume() {
    let mut lab = Lab::new();
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "a", Q0);
    let (ada, _) = lab.keeper("ada", 60);
    lab.publish(ada, "a", "x", Q2);
    lab.cut(ada);
    let (ada, _) = lab.keeper("ada", 60);
    lab.publish(ada, "a", "x", Q2);
    assert_eq!(lab.take(ada), ["PUBREC #9 Success"]);
    lab.acknowledge(ada, "PUBREL", 9);
    assert_eq!(lab.take(ada), ["PUBCOMP #9 Success"]);
    assert_eq!(lab.take(bob), ["PUBLISH a=x"]);
}

/// [5.0 MQTT-3.1.4-3]
#[test]
fn a_second_connection_of_the_same_client_takes_over() {
    let mut lab = Lab::new();
    let (first, _) = lab.keeper("ada", 60);
    lab.subscribe(first, "a", Q1);
    let (second, answer) = lab.keeper("ada", 60);
    assert_eq!(answer, ["CONNACK Success present"]);
    assert_eq!(lab.take(first), ["DISCONNECT SessionTakenOver", "CLOSE"]);
    let reason = CloseReason::Broker(Reason::SessionTakenOver);
    assert_eq!(lab.ends(), [reason]);
    // The loser's bytes and its close mean nothing any more.
    lab.publish(first, "a", "old", Q1);
    lab.cut(first);
    lab.publish(second, "a", "x", Q0);
    assert!(lab.take(first).is_empty());
    assert_eq!(lab.take(second), ["PUBLISH a=x"]);
    assert_eq!(lab.broker.statistics().clients_connected, 1);
}

/// [3.1.1 MQTT-3.1.4-2]
#[test]
fn a_client_of_3_1_1_that_is_taken_over_is_just_closed() {
    let mut lab = Lab::new();
    let first = lab.client(V311, "ada");
    lab.client(V5, "ada");
    assert_eq!(lab.take(first), ["CLOSE"]);
}

/// [5.0 MQTT-3.1.2-4]
#[test]
fn a_clean_start_ends_the_session_of_before() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q1);
    lab.cut(ada);
    let ada = lab.client(V5, "ada");
    assert_eq!(ended(&lab), ["ada"]);
    lab.publish(ada, "a", "x", Q0);
    assert!(lab.take(ada).is_empty());
}

/// [5.0 MQTT-3.1.2-23]
#[test]
fn an_offline_session_ends_after_its_expiry_interval() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.pass_secs(1_000);
    lab.cut(ada);
    lab.pass_secs(59);
    let left = lab.broker.session("ada").unwrap();
    let until = left.expires_at.unwrap().since(lab.now);
    assert_eq!(until.as_secs(), 1);
    lab.pass_secs(1);
    assert!(lab.broker.session("ada").is_none());
    assert_eq!(lab.broker.statistics().clients_expired, 1);
}

#[test]
fn a_session_that_is_resumed_does_not_expire() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.cut(ada);
    lab.pass_secs(59);
    lab.keeper("ada", 60);
    lab.pass_secs(600);
    assert!(lab.broker.session("ada").is_some());
}

#[test]
fn disconnect_changes_the_expiry_but_cannot_start_one() {
    // section 3.14.2.2.2
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    let longer = properties([Property::SessionExpiryInterval(100)]);
    lab.disconnect(ada, Reason::Success, longer.as_ref());
    lab.pass_secs(99);
    assert!(lab.broker.session("ada").is_some());
    lab.pass_secs(1);
    assert!(lab.broker.session("ada").is_none());
    let bob = lab.client(V5, "bob");
    lab.disconnect(bob, Reason::Success, longer.as_ref());
    assert_eq!(lab.take(bob), ["DISCONNECT ProtocolError", "CLOSE"]);
    assert!(lab.broker.session("bob").is_none());
    let (eve, _) = lab.keeper("eve", 60);
    let at_once = properties([Property::SessionExpiryInterval(0)]);
    lab.disconnect(eve, Reason::Success, at_once.as_ref());
    assert!(lab.broker.session("eve").is_none());
}

#[test]
fn a_session_kept_for_ever_has_no_deadline() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", u32::MAX);
    lab.cut(ada);
    lab.pass_secs(1_000_000_000);
    assert!(lab.broker.session("ada").unwrap().expires_at.is_none());
}

#[test]
fn the_queue_of_a_client_that_is_away_is_bounded_and_keeps_the_oldest() {
    let mut config = quiet();
    config.limits.max_queued = 3;
    let mut lab = Lab::with(config);
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    for n in 1..=5 {
        lab.publish(bob, "a", &format!("{n}"), Q1);
    }
    // To the publisher the messages are delivered all the same: there is a subscriber.
    assert!(lab.take(bob).iter().all(|ack| ack == "PUBACK #9 Success"));
    let full = |event: &&Event| {
        matches!(
            event,
            Event::Dropped {
                why: NotDelivered::QueueFull,
                ..
            }
        )
    };
    assert_eq!(lab.events.iter().filter(full).count(), 2);
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 2);
    let (_, answer) = lab.keeper("ada", 60);
    assert_eq!(answer[1..].len(), 3);
    assert_eq!(answer[3], "PUBLISH a=3 q1 #3");
}

#[test]
fn the_queue_is_bounded_in_bytes_as_well() {
    let mut config = quiet();
    config.limits.max_queued_bytes = 2_000;
    let mut lab = Lab::with(config);
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q1);
    lab.cut(ada);
    let bob = lab.client(V5, "bob");
    for _ in 0..5 {
        lab.publish(bob, "a", &"x".repeat(900), Q1);
    }
    let session = lab.broker.session("ada").unwrap();
    assert_eq!(session.queued, 2);
    assert!(session.queued_bytes <= 2_000);
}

#[test]
fn the_host_disconnects_and_forgets_by_name() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    let client_id = ByteString::from("ada");
    let command = Command::Disconnect {
        client_id: client_id.clone(),
        reason: Reason::AdministrativeAction,
    };
    lab.broker.command(lab.now, command).unwrap();
    assert!(lab.broker.session("ada").is_some());
    let command = Command::Forget { client_id };
    lab.broker.command(lab.now, command.clone()).unwrap();
    assert!(lab.broker.session("ada").is_none());
    assert!(lab.broker.command(lab.now, command).is_err());
    lab.collect();
    assert_eq!(lab.take(ada)[0], "DISCONNECT AdministrativeAction");
}

#[test]
fn a_server_never_sends_disconnect_in_3_1_1() {
    let mut lab = Lab::new();
    let old = lab.client(V311, "old");
    let command = Command::Disconnect {
        client_id: ByteString::from("old"),
        reason: Reason::Success,
    };
    lab.broker.command(lab.now, command).unwrap();
    lab.collect();
    assert_eq!(lab.take(old), ["CLOSE"]);
}

#[test]
fn shutting_down_tells_everybody() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    let bob = lab.client(V311, "bob");
    let eve = lab.open(V5);
    lab.broker.command(lab.now, Command::ShutDown).unwrap();
    lab.collect();
    assert_eq!(lab.take(ada), ["DISCONNECT ServerShuttingDown", "CLOSE"]);
    assert_eq!(lab.take(bob), ["CLOSE"]);
    assert_eq!(lab.take(eve), ["CLOSE"]);
    assert_eq!(lab.broker.session_count(), 1);
}
