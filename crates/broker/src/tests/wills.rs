//! Wills: when they are published, when not, and how long they wait.

use super::lab::*;
use crate::Event;
use midge_codec::{Connect, Properties, Property, Reason, Version};

/// A client with a will on "will", and one that listens.
fn pair(version: Version) -> (Lab, Peer, Peer) {
    let mut lab = Lab::new();
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "#", Q2);
    let (ada, answer) = lab.connect(&Connect {
        will: Some(will("will")),
        keep_alive: 10,
        ..hello(version, "ada")
    });
    assert_eq!(answer, ["CONNACK Success"]);
    (lab, ada, bob)
}

/// Lets a client in whose will waits for `delay` seconds and whose session lives for `expiry`.
fn delayed(lab: &mut Lab, delay: u32, expiry: u32) -> Peer {
    let list = properties([Property::WillDelayInterval(delay)]);
    let mut last = will("will");
    last.properties = list.as_ref();
    let keep = properties([Property::SessionExpiryInterval(expiry)]);
    let connect = Connect {
        clean_start: false,
        will: Some(last),
        properties: keep.as_ref(),
        ..hello(V5, "ada")
    };
    lab.connect(&connect).0
}

fn listener(lab: &mut Lab) -> Peer {
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "#", Q2);
    bob
}

/// [5.0 MQTT-3.1.2-8]
#[test]
fn the_will_of_a_lost_client_is_published() {
    for version in [V311, V5] {
        let (mut lab, ada, bob) = pair(version);
        assert!(lab.broker.session("ada").unwrap().will.is_some());
        lab.cut(ada);
        assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
        let told = |event: &Event| matches!(event, Event::WillPublished { .. });
        assert!(lab.events.iter().any(told));
    }
}

/// [5.0 MQTT-3.1.2-10] [5.0 MQTT-3.14.4-3]
#[test]
fn a_client_that_says_goodbye_takes_its_will_along() {
    for version in [V311, V5] {
        let (mut lab, ada, bob) = pair(version);
        lab.disconnect(ada, Reason::Success, Properties::EMPTY);
        assert!(lab.take(bob).is_empty());
    }
}

#[test]
fn a_client_may_say_goodbye_with_its_will_or_with_an_error() {
    // section 3.1.2.5
    for reason in [Reason::DisconnectWithWillMessage, Reason::UnspecifiedError] {
        let (mut lab, ada, bob) = pair(V5);
        lab.disconnect(ada, reason, Properties::EMPTY);
        assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
    }
}

#[test]
fn the_will_is_published_when_the_client_falls_silent() {
    let (mut lab, ada, bob) = pair(V5);
    lab.pass_secs(15);
    assert_eq!(lab.take(ada), ["DISCONNECT KeepAliveTimeout", "CLOSE"]);
    assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
}

#[test]
fn the_will_is_published_when_the_client_sends_nonsense() {
    let (mut lab, ada, bob) = pair(V311);
    lab.send_bytes(ada, &b"\xFF\xFF"[..]);
    assert_eq!(lab.take(ada), ["CLOSE"]);
    assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
}

#[test]
fn the_will_is_published_when_the_client_is_taken_over() {
    let (mut lab, _, bob) = pair(V5);
    lab.client(V5, "ada");
    assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
}

/// [5.0 MQTT-3.1.2-14] [5.0 MQTT-3.1.2-15]
#[test]
fn a_will_is_published_with_its_qos_and_retained_if_it_says_so() {
    let mut lab = Lab::new();
    let bob = listener(&mut lab);
    let list = properties([
        Property::WillDelayInterval(0),
        Property::ContentType("text"),
    ]);
    let mut last = will("will");
    (last.qos, last.retain, last.properties) = (Q2, true, list.as_ref());
    let (ada, _) = lab.connect(&Connect {
        will: Some(last),
        ..hello(V5, "ada")
    });
    lab.cut(ada);
    let expected = "PUBLISH will=gone q2 #1 [ContentType(\"text\")]";
    assert_eq!(lab.take(bob), [expected]);
    assert_eq!(lab.broker.retained_count(), 1);
}

/// [5.0 MQTT-3.1.3-9]
#[test]
fn a_delayed_will_waits_and_a_resumed_session_cancels_it() {
    let mut lab = Lab::new();
    let bob = listener(&mut lab);
    let ada = delayed(&mut lab, 30, 600);
    lab.cut(ada);
    lab.pass_secs(29);
    assert!(lab.broker.session("ada").unwrap().will_at.is_some());
    let ada = delayed(&mut lab, 30, 600);
    lab.pass_secs(60);
    assert!(lab.take(bob).is_empty());
    lab.cut(ada);
    lab.pass_secs(30);
    assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
    lab.pass_secs(600);
    assert!(lab.take(bob).is_empty());
}

#[test]
fn a_delayed_will_does_not_outlive_its_session() {
    let mut lab = Lab::new();
    let bob = listener(&mut lab);
    let ada = delayed(&mut lab, 600, 20);
    lab.cut(ada);
    lab.pass_secs(20);
    assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
    assert!(lab.broker.session("ada").is_none());
}

#[test]
fn a_clean_start_ends_the_session_and_publishes_its_delayed_will() {
    let mut lab = Lab::new();
    let bob = listener(&mut lab);
    let ada = delayed(&mut lab, 600, 600);
    lab.cut(ada);
    lab.client(V5, "ada");
    assert_eq!(lab.take(bob), ["PUBLISH will=gone"]);
}

/// [5.0 MQTT-3.1.3-9]
#[test]
fn a_delayed_will_is_not_published_when_its_own_client_takes_over() {
    let mut lab = Lab::new();
    let bob = listener(&mut lab);
    delayed(&mut lab, 5, 600);
    delayed(&mut lab, 5, 600);
    lab.pass_secs(60);
    assert!(lab.take(bob).is_empty());
}
