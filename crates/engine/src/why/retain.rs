//! Retain truth: what the lab's broker stores for a topic, what RETAIN said on each hop, and what comes
//! next. Every judgement is the broker's own.

use super::decisions::Decision;
use super::words::called;
use super::{Sources, publish};
use crate::lab::{client_name, whole_seconds};
use crate::packets::row;
use crate::saturate::saturate;
use midge_broker::route::{Stored, Verdict};
use midge_codec::{Message, Publish, QoS, RetainHandling, SubscriptionOptions};
use midge_trace::{Record, Toward};
use midge_view::{RetainAnswer, RetainHop, RetainNext, RetainSubscription, StoredMessage};

/// Characters of a payload.
const PREVIEW_MAX: usize = 200;
/// Subscriptions of one answer.
const SUBSCRIPTIONS_MAX: usize = 200;

/// What there is to say about RETAIN and a topic.
pub(crate) fn retain(sources: Sources<'_>, topic: &str) -> RetainAnswer {
    let broker = sources.lab.world.broker();
    let now = sources.lab.world.now();
    let stored = broker.retained_message(topic).map(|view| StoredMessage {
        preview: midge_payload::preview(&view.message.payload, PREVIEW_MAX).text,
        size: saturate(view.message.payload.len()),
        qos: view.message.qos,
        age_ms: whole_seconds(now, view.since),
        expires_in_ms: view.expires_at.map(|at| whole_seconds(at, now)),
        publisher: view.publisher.map(|id| called(sources, id)),
    });
    let qos = stored
        .as_ref()
        .map_or(QoS::ExactlyOnce, |stored| stored.qos);
    RetainAnswer {
        topic: topic.to_owned(),
        hops: hops(sources, topic),
        subscriptions: subscriptions(sources, topic, qos),
        next: next(sources, topic),
        stored,
    }
}

fn hops(sources: Sources<'_>, topic: &str) -> Vec<RetainHop> {
    let log = sources.journal.log();
    let records = sources.journal.topics().packets(topic);
    records
        .filter_map(|seq| log.record(seq))
        .filter_map(|record| {
            let publish = publish(&record)?;
            Some(RetainHop {
                packet: row(sources.journal, &record),
                words: hop_words(sources, topic, &record, &publish).to_owned(),
            })
        })
        .collect()
}

fn hop_words(
    sources: Sources<'_>,
    topic: &str,
    record: &Record,
    publish: &Publish<'_>,
) -> &'static str {
    if record.toward == Toward::Broker {
        return match (publish.retain, publish.payload.is_empty()) {
            (true, true) => "set, and empty: clears what is stored",
            (true, false) => "set: is to be stored",
            (false, _) => "not set: passes, and is not stored",
        };
    }
    let hop = sources.journal.hop(record.hop);
    let own = hop
        .and_then(|hop| hop.client_id.as_deref())
        .unwrap_or_default();
    let decisions = &sources.lab.decisions;
    let decision = decisions.of_delivery(record.at, topic, publish.payload, own);
    let as_published = decision.is_some_and(|decision| keeps(decision, own));
    match (publish.retain, as_published, decision) {
        (true, true, _) => "kept: its subscription has Retain As Published",
        (true, false, _) => "set: out of the store, because it subscribed",
        (false, _, Some(decision)) if decision.retain => {
            "cleared: it was subscribed already, without Retain As Published"
        }
        (false, _, _) => "not set, as it was published",
    }
}

/// Whether the router let RETAIN stand for a client.
fn keeps(decision: &Decision, client_id: &str) -> bool {
    decision.judged.iter().any(|judged| {
        judged.client_id == client_id
            && matches!(judged.verdict, Verdict::Deliver { retain: true, .. })
    })
}

fn subscriptions(sources: Sources<'_>, topic: &str, qos: QoS) -> Vec<RetainSubscription> {
    let broker = sources.lab.world.broker();
    let message = Message::new(topic.to_owned(), "", qos, true);
    let mut found = Vec::new();
    for session in broker.sessions() {
        let client_id: &str = session.client_id;
        let verdicts = broker.explain(&message, None, client_id);
        let matching = verdicts.into_iter().filter(|(_, verdict)| {
            use midge_broker::route::NotDelivered::NoMatch;
            !matches!(verdict, Verdict::Not(NoMatch(_)))
        });
        for (filter, verdict) in matching {
            let mut all = broker.subscriptions(client_id);
            let Some(view) = all.find(|view| *view.filter == filter) else {
                continue;
            };
            found.push(RetainSubscription {
                client_id: client_id.to_owned(),
                name: client_name(sources.lab, sources.connections, client_id),
                filter: filter.to_string(),
                qos: view.options.qos,
                retain_as_published: view.options.retain_as_published,
                retain_handling: view.options.retain_handling as u8,
                gets: match verdict {
                    Verdict::Deliver { qos, retain } => {
                        format!("QoS {}, RETAIN {}", qos as u8, u8::from(retain))
                    }
                    Verdict::Not(why) => why.to_string(),
                },
            });
        }
    }
    found.truncate(SUBSCRIPTIONS_MAX);
    found
}

/// What each way to subscribe would bring at this moment.
fn next(sources: Sources<'_>, topic: &str) -> Vec<RetainNext> {
    let ways = [
        (RetainHandling::Send, true),
        (RetainHandling::SendIfNew, true),
        (RetainHandling::SendIfNew, false),
        (RetainHandling::DoNotSend, true),
    ];
    let row = |(handling, is_first)| {
        let said = QoS::ALL.map(|qos| stored(sources, topic, handling, is_first, qos));
        RetainNext {
            handling: handling as u8,
            is_first,
            words: match &said[0] {
                Stored::Nothing => "nothing: no message is stored".to_owned(),
                Stored::NotWanted if is_first => "nothing: it asks for none".to_owned(),
                Stored::NotWanted => {
                    "nothing: it has subscribed to the same filter before".to_owned()
                }
                Stored::Judged(Verdict::Deliver { .. }) => {
                    "the stored message, with RETAIN set".to_owned()
                }
                Stored::Judged(Verdict::Not(why)) => format!("nothing: {why}"),
            },
            gets: said.map(|said| match said {
                Stored::Judged(Verdict::Deliver { qos, .. }) => Some(qos),
                _ => None,
            }),
        }
    };
    ways.map(row).into()
}

fn stored(
    sources: Sources<'_>,
    topic: &str,
    retain_handling: RetainHandling,
    is_first: bool,
    qos: QoS,
) -> Stored {
    let options = SubscriptionOptions {
        retain_handling,
        ..qos.into()
    };
    let world = &sources.lab.world;
    let broker = world.broker();
    broker.explain_stored(world.now(), topic, options, is_first)
}
