//! The verdicts of the lab's broker, a row for each client.

use super::decisions::Decision;
use super::words::{self, Fate};
use super::{Sources, mismatch};
use crate::lab::client_name;
use midge_broker::{Broker, route::NotDelivered, route::Verdict};
use midge_codec::{ByteString, Message, Publish, QoS, topic};
use midge_trace::{Record, Toward};
use midge_view::{Thought, WhyAnswer, WhyRow, WhySign, WhySubscription};
use std::collections::BTreeSet;

/// Rows of one answer.
const ROWS_MAX: usize = 500;

/// A message that is judged as things stand.
pub(super) fn of_thought(sources: Sources<'_>, thought: &Thought) -> WhyAnswer {
    let message = Message::new(thought.topic.clone(), "", thought.qos, thought.retain);
    let publisher = thought.publisher.as_deref();
    let problem = topic::validate_name(&thought.topic).err();
    let rows = match problem {
        Some(_) => Vec::new(),
        None => rows(sources, |id| {
            as_things_stand(sources, &message, publisher, id)
        }),
    };
    WhyAnswer {
        publisher: publisher.map(|id| words::called(sources, id)),
        source: "Nobody published it: this is what the broker would decide at this moment."
            .to_owned(),
        problem: problem.map(|why| format!("This cannot be published to: {why}.")),
        ..answer(&message, rows)
    }
}

/// The message of a PUBLISH of the lab.
pub(super) fn of_packet(sources: Sources<'_>, record: &Record, publish: &Publish<'_>) -> WhyAnswer {
    let name = sources.journal.topic(record.seq, publish.topic);
    let hop = sources.journal.hop(record.hop);
    let own = hop
        .and_then(|hop| hop.client_id.as_deref())
        .unwrap_or_default();
    let decisions = &sources.lab.decisions;
    let decision = match record.toward {
        Toward::Broker => decisions.of_packet(record.seq),
        Toward::Client => decisions
            .of_delivery(record.at, name, publish.payload, own)
            .filter(|decision| !comes_from_store(decision, publish, own)),
    };
    let mut answer = match decision {
        Some(decision) => of_decision(sources, decision),
        None => undecided(sources, record, publish, name, own),
    };
    for row in &mut answer.rows {
        row.of_packet = row.client_id == own;
    }
    answer
}

/// Whether a packet has RETAIN set where the router cleared it: then a SUBSCRIBE brought it.
fn comes_from_store(decision: &Decision, publish: &Publish<'_>, client_id: &str) -> bool {
    publish.retain
        && !decision.judged.iter().any(|judged| {
            judged.client_id == client_id
                && matches!(judged.verdict, Verdict::Deliver { retain: true, .. })
        })
}

fn of_decision(sources: Sources<'_>, decision: &Decision) -> WhyAnswer {
    let message = Message::new(decision.topic.clone(), "", decision.qos, decision.retain);
    let publisher = decision.publisher.as_deref();
    let rows = rows(sources, |id| {
        let judged: Vec<_> = decision
            .judged
            .iter()
            .filter(|judged| judged.client_id == id)
            .map(|judged| (judged.filter.clone(), judged.verdict.clone()))
            .collect();
        if judged.is_empty() {
            let mut row = as_things_stand(sources, &message, publisher, id);
            if row
                .subscriptions
                .iter()
                .any(|it| it.delivers || it.level.is_none())
            {
                words::subscribed_since(&mut row);
            }
            return row;
        }
        judged_row(sources, &message, Some(decision), id, &judged)
    });
    WhyAnswer {
        publisher: publisher.map(|id| words::called(sources, id)),
        published: decision.packet,
        routed_at_ms: Some(decision.at.as_micros() / 1_000),
        source: "The router\u{2019}s own verdicts, told at the moment of routing. Clients for which no filter matched are shown with their subscriptions of this moment.".to_owned(),
        ..answer(&message, rows)
    }
}

/// The broker has told nothing of this packet's message.
fn undecided(
    sources: Sources<'_>,
    record: &Record,
    publish: &Publish<'_>,
    name: &str,
    own: &str,
) -> WhyAnswer {
    let message = Message::new(name.to_owned(), "", publish.delivery.qos(), publish.retain);
    let publisher = (record.toward == Toward::Broker).then_some(own);
    let mut rows = rows(sources, |id| {
        as_things_stand(sources, &message, publisher, id)
    });
    let source = match record.toward {
        Toward::Broker => {
            "The broker has not routed this packet: it is on its way, its connection broke, it was refused, or an earlier copy of it was routed. These are the verdicts it would give at this moment."
        }
        Toward::Client => {
            if let Some(row) = rows.iter_mut().find(|row| row.client_id == own) {
                words::from_store(row, publish.retain);
            }
            "No publisher\u{2019}s packet belongs to this one: the broker sent what it had stored, or published it itself. The other rows are what it would decide at this moment."
        }
    };
    WhyAnswer {
        publisher: publisher.map(|id| words::called(sources, id)),
        published: (record.toward == Toward::Broker).then_some(record.seq),
        source: source.to_owned(),
        ..answer(&message, rows)
    }
}

fn answer(message: &Message, rows: Vec<WhyRow>) -> WhyAnswer {
    WhyAnswer {
        topic: message.topic.to_string(),
        qos: message.qos,
        retain: message.retain,
        publisher: None,
        published: None,
        routed_at_ms: None,
        source: String::new(),
        problem: None,
        rows,
    }
}

/// A row for everybody who has or could have a session.
fn rows(sources: Sources<'_>, row: impl Fn(&str) -> WhyRow) -> Vec<WhyRow> {
    let world = &sources.lab.world;
    let mut clients: BTreeSet<String> = world
        .broker()
        .sessions()
        .map(|session| session.client_id.to_string())
        .collect();
    clients.extend(world.devices().map(|device| device.client_id.to_owned()));
    clients.extend(sources.connections.iter().filter_map(|it| it.id_in_lab()));
    let mut rows: Vec<WhyRow> = clients.iter().map(|id| row(id)).collect();
    rows.sort_by(|one, other| (one.sign, &one.name).cmp(&(other.sign, &other.name)));
    rows.truncate(ROWS_MAX);
    rows
}

/// The verdicts that the broker would give at this moment.
fn as_things_stand(
    sources: Sources<'_>,
    message: &Message,
    publisher: Option<&str>,
    client_id: &str,
) -> WhyRow {
    let broker = sources.lab.world.broker();
    let verdicts = broker.explain(message, publisher, client_id);
    judged_row(sources, message, None, client_id, &verdicts)
}

fn judged_row(
    sources: Sources<'_>,
    message: &Message,
    decision: Option<&Decision>,
    client_id: &str,
    verdicts: &[(ByteString, Verdict)],
) -> WhyRow {
    let broker = sources.lab.world.broker();
    let mut row = WhyRow {
        client_id: client_id.to_owned(),
        name: client_name(sources.lab, sources.connections, client_id),
        sign: WhySign::Not,
        words: String::new(),
        clause: None,
        meaning: None,
        of_packet: false,
        subscriptions: subscriptions(sources, message, decision, client_id, verdicts),
    };
    let qos = verdicts.iter().filter_map(|(_, verdict)| match verdict {
        Verdict::Deliver { qos, .. } => Some(*qos),
        Verdict::Not(_) => None,
    });
    match (qos.max(), nearest(verdicts)) {
        (Some(qos), _) => {
            let fate = decision.map(|decision| fate(broker, decision, client_id, qos));
            words::delivered(&mut row, qos, fate);
        }
        (None, Some((filter, why))) => words::refused(&mut row, message, filter, why),
        (None, None) if broker.session(client_id).is_none() => words::no_session(&mut row),
        (None, None) => words::no_subscriptions(&mut row),
    }
    row
}

/// The reason that says most: one that is not about the filter, else where the nearest filter failed.
fn nearest(verdicts: &[(ByteString, Verdict)]) -> Option<(&ByteString, &NotDelivered)> {
    // Of equally near ones the first counts, as it is listed.
    let reasons = verdicts
        .iter()
        .rev()
        .filter_map(|(filter, verdict)| match verdict {
            Verdict::Not(why) => Some((filter, why)),
            Verdict::Deliver { .. } => None,
        });
    reasons.max_by_key(|(_, why)| match why {
        NotDelivered::NoMatch(mismatch) => mismatch::level(*mismatch).saturating_add(1).into(),
        _ => u32::MAX,
    })
}

/// What became of a copy that the router gave to a session.
fn fate(broker: &Broker, decision: &Decision, client_id: &str, qos: QoS) -> Fate {
    let mut endings = decision.endings.iter().rev();
    if let Some((_, ending)) = endings.find(|(id, _)| *id == client_id) {
        return Fate::Ended(ending.clone());
    }
    if qos == QoS::AtMostOnce {
        return Fate::Sent;
    }
    let Some(session) = broker.delivery(client_id) else {
        return Fate::SessionEnded;
    };
    let tag = decision.id.0;
    if let Some(flight) = session.inflight().find(|flight| flight.tag == tag) {
        return Fate::InFlight(flight.stage);
    }
    match session.queued().any(|queued| queued.outgoing.tag == tag) {
        true if session.is_online() => Fate::Queued,
        true => Fate::QueuedOffline,
        false => Fate::SessionEnded,
    }
}

fn subscriptions(
    sources: Sources<'_>,
    message: &Message,
    decision: Option<&Decision>,
    client_id: &str,
    verdicts: &[(ByteString, Verdict)],
) -> Vec<WhySubscription> {
    let broker = sources.lab.world.broker();
    let granted = |filter: &str| {
        let mut all = broker.subscriptions(client_id);
        let found = all.find(|view| *view.filter == *filter)?;
        Some(found.options.qos)
    };
    let mut rows: Vec<WhySubscription> = verdicts
        .iter()
        .map(|(filter, verdict)| WhySubscription {
            filter: filter.to_string(),
            qos: granted(filter),
            delivers: matches!(verdict, Verdict::Deliver { .. }),
            words: match verdict {
                Verdict::Not(NotDelivered::SharedToAnother) => {
                    words::shared(sources, decision, filter)
                }
                verdict => words::verdict(verdict, filter, &message.topic),
            },
            level: match verdict {
                Verdict::Not(NotDelivered::NoMatch(mismatch)) => {
                    // The levels of `$share/name/` are compared with nothing.
                    let shared = u16::from(topic::split_shared(filter).is_some()) * 2;
                    Some(mismatch::level(*mismatch).saturating_add(shared))
                }
                _ => None,
            },
        })
        .collect();
    rows.sort_by_key(|row| (!row.delivers, row.level.map(|level| u16::MAX - level)));
    rows
}
