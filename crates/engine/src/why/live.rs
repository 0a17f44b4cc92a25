//! A message on a real network: of its broker's verdicts only our own ends are known.

use super::{Sources, mismatch};
use crate::connections::Connection;
use midge_codec::{Publish, topic};
use midge_trace::{Record, Toward};
use midge_view::{SubscriptionState, WhyAnswer, WhyRow, WhySign, WhySubscription};

/// What can be known of a message on a live connection: which of our own subscriptions match it.
pub(super) fn of_packet(sources: Sources<'_>, record: &Record, publish: &Publish<'_>) -> WhyAnswer {
    let name = sources.journal.topic(record.seq, publish.topic);
    let hop = sources.journal.hop(record.hop).map(|hop| hop.name.as_str());
    let owner = sources.connections.iter().find(|it| Some(it.name()) == hop);
    let same_broker = |it: &&Connection| owner.is_some_and(|owner| owner.link() == it.link());
    let rows = sources.connections.iter().filter(same_broker).map(|it| {
        let is_owner = Some(it.name()) == hop;
        let received = is_owner && record.toward == Toward::Client;
        row(it, name, is_owner, received)
    });
    WhyAnswer {
        topic: name.to_owned(),
        qos: publish.delivery.qos(),
        retain: publish.retain,
        publisher: match record.toward {
            Toward::Broker => hop.map(str::to_owned),
            Toward::Client => None,
        },
        published: (record.toward == Toward::Broker).then_some(record.seq),
        routed_at_ms: None,
        source: "Who else gets it only its broker knows. Of this page\u{2019}s own connections to that broker, their subscriptions of this moment are compared with the topic.".to_owned(),
        problem: None,
        rows: rows.collect(),
    }
}

fn row(connection: &Connection, name: &str, of_packet: bool, received: bool) -> WhyRow {
    let mut subscriptions: Vec<WhySubscription> = connection
        .subscriptions()
        .iter()
        .map(|subscription| subscribed(subscription, name))
        .collect();
    subscriptions.sort_by_key(|row| (!row.delivers, row.level.map(|level| u16::MAX - level)));
    let (sign, words) = match (received, subscriptions.first()) {
        (true, Some(first)) if first.delivers => {
            (WhySign::Got, format!("Got it, through {}", first.filter))
        }
        (true, _) => (
            WhySign::Got,
            "Got it, by a subscription that is not among those of this moment".to_owned(),
        ),
        (false, Some(first)) if first.delivers => (
            WhySign::Unknown,
            format!(
                "{} matches, so the broker should deliver it, unless access or its state stand against it",
                first.filter
            ),
        ),
        (false, Some(first)) => (
            WhySign::Not,
            format!(
                "None of its filters matches. Nearest is {}: {}",
                first.filter, first.words
            ),
        ),
        (false, None) => (WhySign::Not, "It has no subscriptions".to_owned()),
    };
    WhyRow {
        client_id: connection.client_id().to_owned(),
        name: Some(connection.name().to_owned()),
        sign,
        words,
        clause: None,
        meaning: None,
        of_packet,
        subscriptions,
    }
}

fn subscribed(subscription: &SubscriptionState, name: &str) -> WhySubscription {
    let filter = &subscription.filter;
    let shared = topic::split_shared(filter);
    let compared = shared.map_or(filter.as_str(), |(_, filter)| filter);
    let granted = match &subscription.granted {
        Some(Ok(qos)) => Some(*qos),
        _ => None,
    };
    let (words, level) = match (topic::compare(compared, name), &subscription.granted) {
        (Err(why), _) => {
            let above = u16::from(shared.is_some()) * 2;
            let level = mismatch::level(why).saturating_add(above);
            (mismatch::words(why, compared, name), Some(level))
        }
        (Ok(()), Some(Err(why))) => (format!("matches, but was refused: {why}"), None),
        (Ok(()), None) => ("matches, and is not granted yet".to_owned(), None),
        (Ok(()), Some(Ok(_))) if shared.is_some() => (
            "matches; of those who share it one gets each message".to_owned(),
            None,
        ),
        (Ok(()), Some(Ok(qos))) => (format!("matches, granted QoS {}", *qos as u8), None),
    };
    WhySubscription {
        filter: filter.clone(),
        qos: granted,
        delivers: level.is_none() && granted.is_some(),
        words,
        level,
    }
}
