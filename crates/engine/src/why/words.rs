//! Verdicts and what became of them, in words.

use super::decisions::Decision;
use super::{Sources, mismatch};
use crate::lab::client_name;
use crate::words::capitalised;
use midge_broker::{Ending, route::NotDelivered, route::Verdict};
use midge_codec::{Message, PacketType, QoS, topic};
use midge_session::Stage;
use midge_view::{WhyRow, WhySign};

/// What became of a copy that was given to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// At QoS 0.
    Sent,
    /// Its handshake is open.
    InFlight(Stage),
    /// It waits for a place in the window.
    Queued,
    /// It waits for the client to connect.
    QueuedOffline,
    /// The session ended, and the copy with it.
    SessionEnded,
    /// The broker told its end.
    Ended(Ending),
}

/// How people call a client.
pub(super) fn called(sources: Sources<'_>, client_id: &str) -> String {
    client_name(sources.lab, sources.connections, client_id).unwrap_or_else(|| client_id.to_owned())
}

/// The filter that is compared with topics: without its share.
fn compared(filter: &str) -> &str {
    topic::split_shared(filter).map_or(filter, |(_, filter)| filter)
}

/// One subscription's verdict.
pub(super) fn verdict(verdict: &Verdict, filter: &str, name: &str) -> String {
    match verdict {
        Verdict::Deliver { qos, retain: true } => {
            format!("delivers at QoS {}, with RETAIN as published", *qos as u8)
        }
        Verdict::Deliver { qos, retain: false } => format!("delivers at QoS {}", *qos as u8),
        Verdict::Not(NotDelivered::NoMatch(why)) => mismatch::words(*why, compared(filter), name),
        Verdict::Not(why) => why.to_string(),
    }
}

/// Of a shared subscription: whose turn it was.
pub(super) fn shared(sources: Sources<'_>, decision: Option<&Decision>, filter: &str) -> String {
    let taker = decision.and_then(|decision| {
        decision.judged.iter().find(|judged| {
            judged.filter == *filter && matches!(judged.verdict, Verdict::Deliver { .. })
        })
    });
    match taker {
        Some(taker) => format!("its turn went to {}", called(sources, &taker.client_id)),
        None => NotDelivered::SharedToAnother.to_string(),
    }
}

/// The router gave it to the client, or would.
pub(super) fn delivered(row: &mut WhyRow, qos: QoS, fate: Option<Fate>) {
    let level = qos as u8;
    let filters: Vec<String> = row
        .subscriptions
        .iter()
        .filter(|subscription| subscription.delivers)
        .map(|subscription| subscription.filter.clone())
        .collect();
    let through = format!("through {}", filters.join(" and "));
    row.clause = Verdict::Deliver { qos, retain: false }
        .clause()
        .map(str::to_owned);
    row.meaning = Some(
        "It is sent at the lower of the QoS it was published at and the QoS that was granted."
            .to_owned(),
    );
    (row.sign, row.words) = match fate {
        None => (
            WhySign::Got,
            format!("Would get it at QoS {level}, {through}"),
        ),
        Some(Fate::Sent) => (
            WhySign::Got,
            format!("Sent at QoS 0, {through}; nobody confirms it"),
        ),
        Some(Fate::InFlight(stage)) => (
            WhySign::UnderWay,
            format!("In flight at QoS {level}, {through}: {}", awaited(stage)),
        ),
        Some(Fate::Queued) => (
            WhySign::UnderWay,
            format!("Queued at QoS {level}, {through}: as many are in flight as the client takes"),
        ),
        Some(Fate::QueuedOffline) => (
            WhySign::UnderWay,
            format!("Queued at QoS {level}, {through}: the client is offline, its session waits"),
        ),
        Some(Fate::SessionEnded) => (
            WhySign::Not,
            format!("Was to get it at QoS {level}, {through}, but its session ended before that"),
        ),
        Some(Fate::Ended(Ok(reason))) if reason.is_failure() => (
            WhySign::Got,
            format!(
                "Delivered at QoS {level}, {through}, and answered with {}",
                reason.name()
            ),
        ),
        Some(Fate::Ended(Ok(_))) if qos == QoS::AtMostOnce => (
            WhySign::Got,
            format!("Sent at QoS 0, {through}; nobody confirms it"),
        ),
        Some(Fate::Ended(Ok(_))) => (
            WhySign::Got,
            format!("Delivered at QoS {level}, {through}, and acknowledged"),
        ),
        Some(Fate::Ended(Err(why))) => {
            explain(row, &why);
            (
                WhySign::Not,
                format!("Was to get it at QoS {level}, {through}, but {why}"),
            )
        }
    };
}

fn awaited(stage: Stage) -> String {
    let packet = match stage {
        Stage::AwaitingPubAck | Stage::DecidingPubAck => PacketType::PubAck,
        Stage::AwaitingPubRec | Stage::DecidingPubRec => PacketType::PubRec,
        Stage::AwaitingPubComp => PacketType::PubComp,
        Stage::AwaitingPubRel => PacketType::PubRel,
        Stage::Free => return "its handshake is about to begin".to_owned(),
    };
    format!("{} is awaited", packet.name())
}

/// The router refused it, or would.
pub(super) fn refused(row: &mut WhyRow, message: &Message, filter: &str, why: &NotDelivered) {
    explain(row, why);
    row.words = match why {
        NotDelivered::NoMatch(mismatch) => {
            let where_it_failed = mismatch::words(*mismatch, compared(filter), &message.topic);
            match row.subscriptions.len() {
                1 => format!("Its filter {filter} does not match: {where_it_failed}"),
                many => format!(
                    "None of its {many} filters matches. Nearest is {filter}: {where_it_failed}"
                ),
            }
        }
        NotDelivered::SharedToAnother => {
            let words = row.subscriptions.iter().find(|it| it.filter == filter);
            let words = words.map(|it| it.words.clone()).unwrap_or_default();
            format!("It shares {filter}: {words}")
        }
        why => format!(
            "{}, although {filter} matches",
            capitalised(&why.to_string())
        ),
    };
}

fn explain(row: &mut WhyRow, why: &NotDelivered) {
    row.clause = why.clause().map(str::to_owned);
    row.meaning = Some(why.meaning().to_owned());
}

/// There is nothing at the broker for this client.
pub(super) fn no_session(row: &mut WhyRow) {
    row.words = "It is offline, and no session of it waits".to_owned();
    row.clause = Some("section 3.1.2.4".to_owned());
    row.meaning = Some(
        "Subscriptions and messages outlive a connection only in a session that was asked to: Clean Session 0, or Session Expiry Interval above 0 in MQTT 5.0.".to_owned(),
    );
}

/// It is there and wants nothing.
pub(super) fn no_subscriptions(row: &mut WhyRow) {
    row.words = "It has no subscriptions".to_owned();
    row.clause = Some("section 3.8".to_owned());
    row.meaning = Some("A client gets what it subscribed to, and nothing else.".to_owned());
}

/// Something matches at this moment that did not when the message was routed.
pub(super) fn subscribed_since(row: &mut WhyRow) {
    row.sign = WhySign::Not;
    row.words = "It had no subscription that matches when the message was routed; it has one at this moment".to_owned();
    row.clause = Some("section 3.8.4".to_owned());
    row.meaning = Some(
        "A subscription brings what is published after it, and of what was before only the retained message of each topic.".to_owned(),
    );
}

/// What the broker itself sent to this client.
pub(super) fn from_store(row: &mut WhyRow, retain: bool) {
    row.sign = WhySign::Got;
    row.words = match retain {
        true => {
            "Got it out of the retained store, because it subscribed: RETAIN marks a stored message"
        }
        false => "Got it from the broker itself",
    }
    .to_owned();
    row.clause = Some("section 3.3.1.3".to_owned());
    row.meaning = Some(
        "The last message that was published to a topic with RETAIN is stored, and sent to whoever subscribes later.".to_owned(),
    );
}
