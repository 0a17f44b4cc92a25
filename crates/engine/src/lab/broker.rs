//! What the lab's broker holds.

use super::Lab;
use crate::connections::Connections;
use crate::saturate::saturate;
use crate::words;
use midge_broker::{Broker, RetainedView, SessionView, Statistics, SubscriptionView};
use midge_codec::RetainHandling;
use midge_session::Instant;
use midge_view::{
    BrokerAnswer, ConnectionState, DeadlineRow, RetainedRow, SessionDetail, SessionRow,
    SubscriptionRow,
};

/// Characters of a payload.
const PREVIEW_MAX: usize = 200;
/// Rows of one answer.
const ROWS_MAX: u32 = 500;
/// Deadlines of one answer.
const DEADLINES_MAX: u32 = 20;

/// The broker page with the rows asked for: first and number.
pub(crate) fn broker(
    lab: &Lab,
    connections: &Connections,
    sessions: (u32, u32),
    retained: (u32, u32),
) -> BrokerAnswer {
    let broker = lab.world.broker();
    let now = lab.world.now();
    BrokerAnswer {
        counters: counters(&broker.statistics()),
        session_count: broker.session_count(),
        sessions: rows(broker.sessions(), sessions)
            .map(|view| session_row(lab, connections, &view))
            .collect(),
        retained_count: broker.retained_count(),
        retained: rows(retained_by_topic(broker), retained)
            .map(|view| RetainedRow {
                topic: view.message.topic.to_string(),
                preview: midge_payload::preview(&view.message.payload, PREVIEW_MAX).text,
                size: saturate(view.message.payload.len()),
                qos: view.message.qos,
                age_ms: whole_seconds(now, view.since),
                expires_in_ms: view.expires_at.map(|at| whole_seconds(at, now)),
            })
            .collect(),
        deadlines: broker
            .deadlines(DEADLINES_MAX)
            .into_iter()
            .map(|view| DeadlineRow {
                in_ms: tenths_of_seconds(view.deadline.at, now),
                what: view.deadline.timer.what().to_owned(),
                client: view.client_id.map(|id| id.to_string()),
            })
            .collect(),
    }
}

/// One session in full.
pub(crate) fn session(
    lab: &Lab,
    connections: &Connections,
    client_id: &str,
) -> Option<SessionDetail> {
    let broker = lab.world.broker();
    let view = broker.session(client_id)?;
    Some(SessionDetail {
        row: session_row(lab, connections, &view),
        subscriptions: broker.subscriptions(client_id).map(subscription).collect(),
        will: view.will.map(|will| {
            let payload = midge_payload::preview(&will.payload, PREVIEW_MAX).text;
            (will.topic.to_string(), payload, will.qos, will.retain)
        }),
    })
}

fn session_row(lab: &Lab, connections: &Connections, view: &SessionView<'_>) -> SessionRow {
    let state = match view.connection {
        Some(_) => ConnectionState::On,
        None => ConnectionState::Off,
    };
    SessionRow {
        client_id: view.client_id.to_string(),
        name: client_name(lab, connections, view.client_id),
        state,
        words: session_words(view, lab.world.now()),
        version: view
            .connection
            .as_ref()
            .map(|connection| connection.version),
        subscriptions: view.subscriptions,
        queued: view.queued,
        inflight: view.inflight,
        incoming: view.incoming,
        will: view.will.is_some(),
    }
}

fn session_words(view: &SessionView<'_>, now: Instant) -> String {
    match (&view.connection, view.expires_at) {
        (Some(connection), _) => {
            let keep_alive = match connection.keep_alive {
                0 => "no Keep Alive".to_owned(),
                seconds => format!("Keep Alive {seconds} s"),
            };
            format!("connected, {}, {keep_alive}", connection.version)
        }
        (None, Some(at)) => format!("offline, ends in {}", words::time_left(at.since(now))),
        (None, None) => "offline, never ends".to_owned(),
    }
}

/// The device or the connection of the Workbench whose client it is, by its name.
pub(crate) fn client_name(lab: &Lab, connections: &Connections, client_id: &str) -> Option<String> {
    let device = lab.world.devices().find(|view| view.client_id == client_id);
    let name = match &device {
        Some(view) => Some(view.device.name()),
        None => connections.iter().find_map(|it| it.name_in_lab(client_id)),
    };
    name.map(str::to_owned)
}

fn subscription(view: SubscriptionView<'_>) -> SubscriptionRow {
    let mut options = Vec::new();
    if view.options.no_local {
        options.push("no local".to_owned());
    }
    if view.options.retain_as_published {
        options.push("retain as published".to_owned());
    }
    match view.options.retain_handling {
        RetainHandling::Send => {}
        RetainHandling::SendIfNew => options.push("retained only when new".to_owned()),
        RetainHandling::DoNotSend => options.push("no retained".to_owned()),
    }
    SubscriptionRow {
        filter: view.filter.to_string(),
        qos: view.options.qos,
        options,
        identifier: view.identifier,
    }
}

/// The names of Mosquitto's `$SYS` topics, without the prefix.
fn counters(statistics: &Statistics) -> Vec<(String, u64)> {
    let Statistics {
        clients_connected,
        clients_disconnected,
        clients_maximum,
        clients_expired,
        messages_received,
        messages_sent,
        messages_stored,
        publish_messages_received,
        publish_messages_sent,
        publish_messages_dropped,
        bytes_received,
        bytes_sent,
        subscriptions_count,
        retained_messages_count,
    } = *statistics;
    [
        ("clients/connected", u64::from(clients_connected)),
        ("clients/disconnected", u64::from(clients_disconnected)),
        ("clients/maximum", u64::from(clients_maximum)),
        ("clients/expired", clients_expired),
        ("messages/received", messages_received),
        ("messages/sent", messages_sent),
        ("messages/stored", messages_stored),
        ("publish/messages/received", publish_messages_received),
        ("publish/messages/sent", publish_messages_sent),
        ("publish/messages/dropped", publish_messages_dropped),
        ("bytes/received", bytes_received),
        ("bytes/sent", bytes_sent),
        ("subscriptions/count", subscriptions_count),
        ("retained messages/count", retained_messages_count),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Retained messages by topic; the broker's own under `$` follow those of people and things.
fn retained_by_topic(broker: &Broker) -> impl Iterator<Item = RetainedView<'_>> {
    let is_own = |view: &RetainedView<'_>| view.message.topic.starts_with('$');
    let others = broker.retained("").filter(move |view| !is_own(view));
    others.chain(broker.retained("$").take_while(is_own))
}

fn rows<T>(items: impl Iterator<Item = T>, (first, count): (u32, u32)) -> impl Iterator<Item = T> {
    items
        .skip(first as usize)
        .take(count.min(ROWS_MAX) as usize)
}

/// Coarser than a frame, so that a table does not change sixty times a second.
pub(crate) fn whole_seconds(later: Instant, earlier: Instant) -> u64 {
    later.since(earlier).as_secs() * 1_000
}

fn tenths_of_seconds(later: Instant, earlier: Instant) -> u64 {
    let millis = u64::try_from(later.since(earlier).as_millis()).unwrap_or(u64::MAX);
    millis.div_ceil(100).saturating_mul(100)
}
