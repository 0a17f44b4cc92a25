//! What the broker holds, in words. Pure.

use crate::format;
use midge_view::{ConnectionState, DeadlineRow, RefusalGroup, RetainedRow};

/// A counter's name as people read it, from Mosquitto's path.
pub(super) fn counter_name(path: &str) -> String {
    let words = match path {
        "uptime" => "Uptime",
        "clients/connected" => "Connected",
        "clients/disconnected" => "Away",
        "clients/total" => "Clients",
        "clients/maximum" => "Most at once",
        "clients/expired" => "Expired",
        "messages/received" => "Packets in",
        "messages/sent" => "Packets out",
        "messages/stored" => "Stored",
        "publish/messages/received" => "Messages in",
        "publish/messages/sent" => "Messages out",
        "publish/messages/dropped" => "Dropped",
        "bytes/received" => "Bytes in",
        "bytes/sent" => "Bytes out",
        "subscriptions/count" => "Subscriptions",
        "retained messages/count" => "Retained",
        other => return other.replace('/', " "),
    };
    words.to_owned()
}

/// A counter's value with its unit.
pub(super) fn counter_value(path: &str, value: u64) -> String {
    if path.starts_with("bytes/") {
        format::size(value)
    } else if path == "uptime" {
        format::span(value.saturating_mul(1000))
    } else {
        format::count(value)
    }
}

/// Time until a deadline.
pub(super) fn due(deadline: &DeadlineRow) -> String {
    match deadline.in_ms {
        0 => "due".to_owned(),
        1..10_000 => format!(
            "in {}.{} s",
            deadline.in_ms / 1000,
            deadline.in_ms / 100 % 10
        ),
        longer => format!("in {}", format::span(longer)),
    }
}

/// A deadline and whom it concerns.
pub(super) fn what(deadline: &DeadlineRow) -> String {
    match &deadline.client {
        Some(client) if !deadline.what.contains(client.as_str()) => {
            format!("{client} \u{b7} {}", deadline.what)
        }
        _ => deadline.what.clone(),
    }
}

/// How long a retained message will stay.
pub(super) fn expiry(message: &RetainedRow) -> String {
    match message.expires_in_ms {
        Some(left) => format!("in {}", format::span(left)),
        None => "never".to_owned(),
    }
}

/// The payload of a retained message in a line.
pub(super) fn preview(message: &RetainedRow) -> String {
    if message.size == 0 {
        "(empty)".to_owned()
    } else {
        message.preview.clone()
    }
}

/// A session's state for the styles.
pub(super) const fn state_key(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::On => "connected",
        ConnectionState::Connecting => "connecting",
        ConnectionState::Waiting => "reconnecting",
        ConnectionState::Off => "disconnected",
    }
}

/// What is counted in a group of refusals.
pub(super) const fn refusal_group(group: RefusalGroup) -> &'static str {
    match group {
        RefusalGroup::Limit => "Limits reached",
        RefusalGroup::Connect => "CONNECT refused",
        RefusalGroup::Ended => "Connections ended by the broker",
    }
}

/// A reason code as the standard writes it.
pub(super) fn code(code: Option<u8>) -> String {
    code.map_or_else(|| "none".to_owned(), |code| format!("0x{code:02X}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadline(in_ms: u64, what: &str, client: Option<&str>) -> DeadlineRow {
        DeadlineRow {
            in_ms,
            what: what.to_owned(),
            client: client.map(str::to_owned),
        }
    }

    #[test]
    fn a_deadline_counts_tenths_only_when_it_is_near() {
        assert_eq!(due(&deadline(0, "", None)), "due");
        assert_eq!(due(&deadline(950, "", None)), "in 0.9 s");
        assert_eq!(due(&deadline(9_999, "", None)), "in 9.9 s");
        assert_eq!(due(&deadline(10_000, "", None)), "in 10 s");
        assert_eq!(due(&deadline(3_600_000, "", None)), "in 1 h");
    }

    #[test]
    fn a_deadline_names_its_client_once() {
        assert_eq!(
            what(&deadline(1, "keep alive ends", Some("lamp"))),
            "lamp \u{b7} keep alive ends"
        );
        assert_eq!(
            what(&deadline(1, "lamp is silent", Some("lamp"))),
            "lamp is silent"
        );
        assert_eq!(what(&deadline(1, "$SYS", None)), "$SYS");
    }

    #[test]
    fn refusals_have_groups_and_codes() {
        let groups = RefusalGroup::ALL.map(refusal_group);
        assert_eq!(groups[1], "CONNECT refused");
        assert_eq!(code(Some(0x87)), "0x87");
        assert_eq!(code(None), "none");
    }

    #[test]
    fn counters_have_words_and_units() {
        assert_eq!(counter_name("clients/connected"), "Connected");
        assert_eq!(counter_name("load/sockets/1min"), "load sockets 1min");
        assert_eq!(counter_value("bytes/sent", 2048), "2.0 KiB");
        assert_eq!(counter_value("uptime", 90), "1 min");
        assert_eq!(counter_value("clients/total", 1204), "1,204");
    }
}
