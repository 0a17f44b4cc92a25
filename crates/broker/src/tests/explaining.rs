//! "Why did I (not) get this?": the explanation, and that the router agrees with it.

use super::lab::*;
use crate::{
    Event,
    route::{NotDelivered, Verdict},
};
use alloc::{format, string::String, vec, vec::Vec};
use midge_codec::{
    Message, Packet, Properties, Property, Publish, QoS, Reason, SubscriptionOptions,
    topic::Mismatch,
};
use proptest::prelude::*;

#[test]
fn every_subscription_of_a_client_has_its_verdict() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bob = lab.client(V5, "bob");
    let options = SubscriptionOptions {
        no_local: true,
        ..Q1.into()
    };
    lab.subscribe_with(ada, "#", options, Properties::EMPTY);
    lab.subscribe(ada, "$share/g/a", Q1);
    lab.subscribe(bob, "$share/g/a", Q1);
    lab.subscribe(ada, "a", Q1);
    lab.subscribe(ada, "a/b", Q1);
    lab.publish(bob, "a", "first turn", Q0);
    let message = Message::new("a", "x", Q2, false);
    let verdicts: Vec<_> = lab
        .broker
        .explain(&message, Some("ada"), "ada")
        .into_iter()
        .map(|(_, verdict)| verdict)
        .collect();
    let (qos, retain) = (Q1, false);
    assert_eq!(
        verdicts,
        [
            Verdict::Not(NotDelivered::NoLocal),
            Verdict::Not(NotDelivered::SharedToAnother),
            Verdict::Deliver { qos, retain },
            Verdict::Not(NotDelivered::NoMatch(Mismatch::NameTooShort(1))),
        ]
    );
    assert!(lab.broker.explain(&message, None, "nobody").is_empty());
}

#[test]
fn the_end_of_a_delivery_is_told_once_it_is_known() {
    let mut lab = Lab::new();
    lab.broker.tell_verdicts(true);
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q1);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a", "x", Q1);
    let ended = |lab: &mut Lab| {
        let events = core::mem::take(&mut lab.events);
        let endings = events.into_iter().filter_map(|event| match event {
            Event::Ended { id, ending, .. } => Some((id.0, ending)),
            _ => None,
        });
        endings.collect::<Vec<_>>()
    };
    assert_eq!(ended(&mut lab), []);
    let tags: Vec<u64> = lab
        .broker
        .delivery("ada")
        .unwrap()
        .inflight()
        .map(|flight| flight.tag)
        .collect();
    assert_eq!(tags, [1]);
    lab.acknowledge(ada, "PUBACK", 1);
    assert_eq!(ended(&mut lab), [(1, Ok(Reason::Success))]);

    lab.cut(ada);
    let list = properties([Property::MessageExpiryInterval(5)]);
    let publish = Publish {
        properties: list.as_ref(),
        ..publication("a", "old", Q1)
    };
    lab.send(bob, &Packet::Publish(publish));
    assert_eq!(ended(&mut lab), []);
    lab.pass_secs(6);
    assert_eq!(ended(&mut lab), [(2, Err(NotDelivered::Expired))]);
}

#[test]
fn nothing_is_told_to_nobody() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "a", Q1);
    lab.publish(ada, "a", "x", Q1);
    lab.acknowledge(ada, "PUBACK", 1);
    let told = |event: &Event| matches!(event, Event::Routed(_) | Event::Ended { .. });
    assert!(!lab.events.iter().any(told));
}

fn topics() -> impl Strategy<Value = String> {
    let level = prop::sample::select(vec!["a", "b", "$x", ""]);
    prop::collection::vec(level, 1..4)
        .prop_map(|levels| levels.join("/"))
        .prop_filter("a topic is not empty", |topic| !topic.is_empty())
}

fn filters() -> impl Strategy<Value = (String, SubscriptionOptions)> {
    let level = prop::sample::select(vec!["a", "b", "$x", "", "+"]);
    let levels = prop::collection::vec(level, 0..4);
    let qos = prop::sample::select(QoS::ALL.to_vec());
    (levels, any::<bool>(), qos, any::<bool>(), any::<bool>())
        .prop_map(|(mut levels, hash, qos, no_local, retain_as_published)| {
            levels.extend(hash.then_some("#"));
            let options = SubscriptionOptions {
                no_local,
                retain_as_published,
                ..qos.into()
            };
            (levels.join("/"), options)
        })
        .prop_filter("a filter is not empty", |(filter, _)| !filter.is_empty())
}

proptest! {
    #[test]
    fn what_is_explained_is_what_is_delivered(
        subscriptions in prop::collection::vec(filters(), 0..6),
        topic in topics(),
        qos in prop::sample::select(QoS::ALL.to_vec()),
        retain in any::<bool>(),
        own in any::<bool>(),
        online in any::<bool>(),
    ) {
        let mut lab = Lab::new();
        let (mut ada, _) = lab.keeper("ada", 60);
        let bob = lab.client(V5, "bob");
        for (index, (filter, options)) in subscriptions.iter().enumerate() {
            let list = properties([Property::SubscriptionIdentifier(index as u32 + 1)]);
            lab.subscribe_with(ada, filter, *options, list.as_ref());
        }
        let own = own && online;
        if !online {
            lab.cut(ada);
        }
        let message = Message::new(topic.clone(), "x", qos, retain);
        let publisher = if own { "ada" } else { "bob" };
        let verdicts = lab.broker.explain(&message, Some(publisher), "ada");
        let mut expected = None;
        let mut identifiers = Vec::new();
        let found: Vec<_> = lab.broker.subscriptions("ada").collect();
        for ((_, verdict), view) in verdicts.into_iter().zip(found) {
            if let Verdict::Deliver { qos, retain } = verdict {
                let (_, before) = expected.unwrap_or((qos, false));
                expected = Some((qos, before || retain));
                identifiers.extend(view.identifier);
            }
        }
        let publish = Publish { retain, ..publication(&topic, "x", qos) };
        lab.send(if own { ada } else { bob }, &Packet::Publish(publish));
        let mut received = lab.take(ada);
        if !online {
            (ada, received) = lab.keeper("ada", 60);
        }
        received.retain(|words| words.starts_with("PUBLISH"));
        prop_assert_eq!(received.len(), usize::from(expected.is_some()));
        if let Some((qos, retain)) = expected {
            let id = if qos == Q0 { String::new() } else { format!(" q{} #1", qos as u8) };
            let flag = if retain { " retain" } else { "" };
            let start = format!("PUBLISH {topic}=x{id}{flag} [");
            prop_assert!(received[0].starts_with(&start));
            prop_assert_eq!(received[0].matches("Identifier").count(), identifiers.len());
            for identifier in identifiers {
                let words = format!("Identifier({identifier})");
                prop_assert!(received[0].contains(&words));
            }
        }
        lab.cut(ada);
    }
}
