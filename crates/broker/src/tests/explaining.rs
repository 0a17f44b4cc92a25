//! "Why did I (not) get this?": the explanation, and that the router agrees with it.

use super::lab::*;
use crate::route::{NotDelivered, Verdict};
use alloc::{string::String, vec, vec::Vec};
use midge_codec::{Message, Packet, Properties, QoS, SubscriptionOptions, topic::Mismatch};
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

fn topics() -> impl Strategy<Value = String> {
    let level = prop::sample::select(vec!["a", "b", "$x", ""]);
    prop::collection::vec(level, 1..4)
        .prop_map(|levels| levels.join("/"))
        .prop_filter("a topic is not empty", |topic| !topic.is_empty())
}

fn filters() -> impl Strategy<Value = (String, QoS, bool)> {
    let level = prop::sample::select(vec!["a", "b", "$x", "", "+"]);
    let levels = prop::collection::vec(level, 0..4);
    let qos = prop::sample::select(QoS::ALL.to_vec());
    (levels, any::<bool>(), qos, any::<bool>())
        .prop_map(|(mut levels, hash, qos, no_local)| {
            levels.extend(hash.then_some("#"));
            (levels.join("/"), qos, no_local)
        })
        .prop_filter("a filter is not empty", |(filter, ..)| !filter.is_empty())
}

proptest! {
    #[test]
    fn what_is_explained_is_what_is_delivered(
        subscriptions in prop::collection::vec(filters(), 0..6),
        topic in topics(),
        qos in prop::sample::select(QoS::ALL.to_vec()),
        own in any::<bool>(),
        online in any::<bool>(),
    ) {
        let mut lab = Lab::new();
        let (mut ada, _) = lab.keeper("ada", 60);
        let bob = lab.client(V5, "bob");
        for (filter, qos, no_local) in subscriptions {
            let options = SubscriptionOptions { no_local, ..qos.into() };
            lab.subscribe_with(ada, &filter, options, Properties::EMPTY);
        }
        let own = own && online;
        if !online {
            lab.cut(ada);
        }
        let message = Message::new(topic.clone(), "x", qos, false);
        let publisher = if own { "ada" } else { "bob" };
        let best = lab
            .broker
            .explain(&message, Some(publisher), "ada")
            .into_iter()
            .filter_map(|(_, verdict)| match verdict {
                Verdict::Deliver { qos, .. } => Some(qos),
                Verdict::Not(_) => None,
            })
            .max();
        let packet = Packet::Publish(publication(&topic, "x", qos));
        lab.send(if own { ada } else { bob }, &packet);
        let mut received = lab.take(ada);
        if !online {
            (ada, received) = lab.keeper("ada", 60);
        }
        received.retain(|words| words.starts_with("PUBLISH"));
        let expected = best.map(|qos| match qos {
            QoS::AtMostOnce => alloc::format!("PUBLISH {topic}=x"),
            _ => alloc::format!("PUBLISH {topic}=x q{} #1", qos as u8),
        });
        prop_assert_eq!(received, Vec::from_iter(expected));
        lab.cut(ada);
    }
}
