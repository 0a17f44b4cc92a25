//! States, times and payloads of the Workbench in words. Pure.

use crate::format;
use midge_view::{ConnectionRow, ConnectionState, Link, MessageRow, Profile, SubscriptionState};

/// A connection's state in one word, and what there is to add.
///
/// The word is for readers who hear changes only; what is added may count down every second.
pub(super) fn state(row: &ConnectionRow) -> (&'static str, Option<String>) {
    let word = word(row.state);
    let added = row.words.trim();
    let repeats = added.to_lowercase() == word.to_lowercase()
        || matches!(added, "off" | "connecting" | "disconnected");
    let added = (!added.is_empty() && !repeats).then(|| added.to_owned());
    (word, added)
}

/// A state in one word.
pub(super) const fn word(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Off => "Disconnected",
        ConnectionState::Connecting => "Connecting",
        ConnectionState::On => "Connected",
        ConnectionState::Waiting => "Reconnecting",
    }
}

/// A connection's tab: its name, and its state unless all is well.
pub(super) fn tab(row: &ConnectionRow) -> String {
    match row.state {
        ConnectionState::On => row.name.clone(),
        state => format!("{} ({})", row.name, word(state).to_lowercase()),
    }
}

/// What a connection was opened with, in a line.
pub(super) fn profile(profile: &Profile, client_id: &str) -> String {
    let link = match &profile.link {
        Link::Lab => "the lab\u{2019}s broker",
        Link::WebSocket(url) => url,
    };
    let start = if profile.clean_start {
        "clean start"
    } else {
        "resumed session"
    };
    format!(
        "{link}, MQTT {}, client id {client_id}, {start}, keep alive {} s",
        profile.version, profile.keep_alive
    )
}

/// What the server said to a subscription.
pub(super) fn granted(subscription: &SubscriptionState) -> String {
    let asked = subscription.qos as u8;
    match &subscription.granted {
        None => "waiting for the broker".to_owned(),
        Some(Ok(qos)) if *qos == subscription.qos => format!("QoS {asked}"),
        Some(Ok(qos)) => format!("QoS {} granted, {asked} asked for", *qos as u8),
        Some(Err(why)) => format!("refused: {why}"),
    }
}

/// A message's payload in a line.
pub(super) fn payload(message: &MessageRow) -> String {
    if message.size == 0 {
        return "(empty)".to_owned();
    }
    if message.binary {
        return format!("binary, {}", format::bytes(u64::from(message.size)));
    }
    message.preview.clone()
}

/// The time of a message of the lab, or of a real one where clocks stand `offset_minutes` behind UTC, as
/// JavaScript has it.
pub(super) fn time(at_ms: u64, lab: bool, offset_minutes: i32) -> String {
    if lab {
        return format::clock(at_ms);
    }
    const DAY_MS: i64 = 86_400_000;
    let local = i64::try_from(at_ms).unwrap_or(0) - i64::from(offset_minutes) * 60_000;
    let of_day = local.rem_euclid(DAY_MS).unsigned_abs();
    let seconds = u32::try_from(of_day / 1000).unwrap_or(0);
    format!("{}.{:03}", format::time_of_day(seconds), of_day % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{ConnectionId, QoS};

    fn row(state: ConnectionState, words: &str) -> ConnectionRow {
        ConnectionRow {
            id: ConnectionId(1),
            name: "mine".to_owned(),
            state,
            words: words.to_owned(),
        }
    }

    #[test]
    fn a_state_is_a_word_and_what_there_is_to_add() {
        assert_eq!(
            state(&row(ConnectionState::On, "connected")),
            ("Connected", None)
        );
        assert_eq!(
            state(&row(ConnectionState::Waiting, "connecting again in 3 s")),
            ("Reconnecting", Some("connecting again in 3 s".to_owned()))
        );
        assert_eq!(
            state(&row(ConnectionState::Off, "refused: Not authorized")),
            ("Disconnected", Some("refused: Not authorized".to_owned()))
        );
        assert_eq!(tab(&row(ConnectionState::On, "")), "mine");
        assert_eq!(
            tab(&row(ConnectionState::Waiting, "")),
            "mine (reconnecting)"
        );
    }

    #[test]
    fn a_lower_qos_than_asked_for_is_said() {
        let mut subscription = SubscriptionState {
            filter: "a/#".to_owned(),
            qos: QoS::ExactlyOnce,
            granted: None,
            messages: 0,
        };
        assert_eq!(granted(&subscription), "waiting for the broker");
        subscription.granted = Some(Ok(QoS::ExactlyOnce));
        assert_eq!(granted(&subscription), "QoS 2");
        subscription.granted = Some(Ok(QoS::AtLeastOnce));
        assert_eq!(granted(&subscription), "QoS 1 granted, 2 asked for");
        subscription.granted = Some(Err("Not authorized".to_owned()));
        assert_eq!(granted(&subscription), "refused: Not authorized");
    }

    #[test]
    fn times_are_local_and_cross_midnight() {
        assert_eq!(time(3_723_045, true, -120), "1:02:03.045");
        // 1970-01-01 23:30:00.250 UTC is half past one in the morning two hours to the east.
        let at = 84_600_250;
        assert_eq!(time(at, false, 0), "23:30:00.250");
        assert_eq!(time(at, false, -120), "01:30:00.250");
        assert_eq!(time(0, false, 300), "19:00:00.000");
    }

    #[test]
    fn a_binary_payload_is_named_with_its_size() {
        let mut message = MessageRow {
            index: 0,
            at_ms: 0,
            own: false,
            topic: "a".to_owned(),
            preview: "00 01\u{2026}".to_owned(),
            binary: true,
            size: 1_048_576,
            qos: QoS::AtMostOnce,
            retain: false,
            dup: false,
        };
        assert_eq!(payload(&message), "binary, 1,048,576 bytes");
        message.binary = false;
        message.preview = "<script>".to_owned();
        assert_eq!(payload(&message), "<script>");
        message.size = 0;
        assert_eq!(payload(&message), "(empty)");
    }
}
