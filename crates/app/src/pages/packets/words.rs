//! What the Packets page says about the log, captures and counts. Pure.

use crate::format;
use midge_view::{Count, CountsOf, ImportReport, Kept, about_client, about_topic};

/// How many packets are shown, of how many: `1,204 of 12,345 packets`.
pub(super) fn shown(shown: u64, is_filtered: bool, kept: &Kept) -> String {
    let all = format::plural(kept.packets, "packet", "packets");
    match is_filtered {
        true => format!("{} of {all}", format::count(shown)),
        false => format!("{all}, {}", format::size(kept.bytes)),
    }
}

/// What the log does not keep any more; `None` when it keeps everything.
pub(super) fn dropped(kept: &Kept) -> Option<String> {
    let (packets, bytes) = (kept.dropped_packets, kept.dropped_bytes);
    (packets > 0).then(|| {
        let are = if packets == 1 { "is" } else { "are" };
        format!(
            "{}, {}, {are} no longer kept",
            format::plural(packets, "older packet", "older packets"),
            format::size(bytes)
        )
    })
}

/// The name of a capture made at this time: `midge-2026-11-25-20-17-09.pcapng`.
pub(super) fn file_name(iso: &str) -> String {
    let time: String = iso
        .chars()
        .take("2026-11-25T20:17:09".len())
        .map(|letter| if letter.is_ascii_digit() { letter } else { '-' })
        .collect();
    format!("midge-{time}.pcapng")
}

/// That a capture was saved.
pub(super) fn written(name: &str, packets: u64) -> Vec<String> {
    vec![
        format!(
            "{} saved as {name}.",
            format::plural(packets, "packet", "packets")
        ),
        "In the file, packets of the lab have its virtual time, counted from when this page was opened, and all others have real time."
            .to_owned(),
    ]
}

/// What is over the page while a file is dragged there: what to do, and more about it.
pub(super) fn drop_here(is_busy: bool) -> (&'static str, &'static str) {
    if is_busy {
        return (
            "One capture at a time",
            "Another one is being written or read: wait for its end, or cancel it below.",
        );
    }
    (
        "Drop a capture here to read it",
        "A pcapng or pcap file, as Wireshark, tcpdump and Export write it, with MQTT over TCP. What is here stays.",
    )
}

/// That a file was dropped while another capture is written or read.
pub(super) const BUSY: &str = "Nothing was read: another capture is being written or read. Drop the file again when it is done.";

/// That several files were dropped.
pub(super) fn first_of(files: usize, name: &str) -> String {
    format!("Of {files} files only \u{201c}{name}\u{201d} is read: drop them one after the other.")
}

/// What came of an import.
pub(super) fn imported(report: &ImportReport) -> Vec<String> {
    let summary = format!(
        "{} of {} read from \u{201c}{}\u{201d}.",
        format::plural(report.packets, "packet", "packets"),
        format::plural(u64::from(report.connections), "connection", "connections"),
        report.name
    );
    let mut words = vec![summary];
    words.extend(report.notes.iter().cloned());
    words
}

/// The filter that keeps the packets of one row of the counts.
pub(super) fn filter_of(of: CountsOf, name: &str) -> String {
    match of {
        CountsOf::Clients => about_client(name),
        CountsOf::Topics if name.is_empty() => "type:PUBLISH topic=\"\"".to_owned(),
        CountsOf::Topics => about_topic(name),
        CountsOf::Types => format!("type:{name}"),
    }
}

/// The bytes that MQTT costs beside the payload for each message: `41.5 B`; `None` without messages.
pub(super) fn overhead(count: &Count) -> Option<String> {
    count
        .overhead_per_message()
        .map(|bytes| format!("{bytes:.1} B"))
}

/// The sums above the counts: name, value, and what it means.
pub(super) fn totals(total: &Count) -> Vec<(&'static str, String, &'static str)> {
    let ways = |both: midge_view::Both| {
        format!(
            "{} (\u{2192}{} \u{2190}{})",
            format::count(both.sum()),
            format::count(both.to_broker),
            format::count(both.to_client)
        )
    };
    vec![
        (
            "Packets",
            ways(total.packets),
            "All, and of them to the broker and to clients",
        ),
        (
            "Bytes",
            format::size(total.bytes.sum()),
            "Bytes of whole packets, both ways",
        ),
        (
            "Payload",
            format::size(total.payload_bytes.sum()),
            "Bytes of payload in PUBLISH packets",
        ),
        (
            "Overhead per message",
            overhead(total).unwrap_or_else(|| "\u{2013}".to_owned()),
            "Bytes besides payload, of all packets, for each message",
        ),
        (
            "Open handshakes",
            format::count(total.open.sum()),
            "QoS 1 and 2 and requests that wait for a packet",
        ),
        (
            "Given up",
            format::count(total.abandoned),
            "Handshakes whose last packet never came",
        ),
        (
            "Malformed",
            format::count(total.faults),
            "Packets that are not legal",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::Both;

    #[test]
    fn each_row_of_the_counts_leads_to_its_packets() {
        assert_eq!(
            filter_of(CountsOf::Clients, "Lamp, hall"),
            "client=\"Lamp, hall\""
        );
        assert_eq!(
            filter_of(CountsOf::Topics, "home/a b"),
            "topic:\"home/a b\""
        );
        assert_eq!(filter_of(CountsOf::Types, "PUBACK"), "type:PUBACK");
    }

    #[test]
    fn overhead_is_what_is_not_payload() {
        let one = |to_broker| Both {
            to_broker,
            to_client: 0,
        };
        let count = Count {
            bytes: one(100),
            payload_bytes: one(17),
            publishes: one(2),
            ..Count::default()
        };
        assert_eq!(overhead(&count).as_deref(), Some("41.5 B"));
        assert_eq!(overhead(&Count::default()), None);
        assert_eq!(totals(&count)[3].1, "41.5 B");
    }

    #[test]
    fn the_log_says_what_it_shows_and_what_it_dropped() {
        let kept = Kept {
            packets: 12_345,
            bytes: 1 << 20,
            dropped_packets: 12_345,
            dropped_bytes: 3_250_586,
            restorable: None,
        };
        assert_eq!(shown(1_204, true, &kept), "1,204 of 12,345 packets");
        assert_eq!(shown(12_345, false, &kept), "12,345 packets, 1.0 MiB");
        assert_eq!(
            dropped(&kept).as_deref(),
            Some("12,345 older packets, 3.1 MiB, are no longer kept")
        );
        let one = Kept {
            dropped_packets: 1,
            dropped_bytes: 2,
            ..Kept::default()
        };
        assert_eq!(
            dropped(&one).as_deref(),
            Some("1 older packet, 2 B, is no longer kept")
        );
        assert_eq!(dropped(&Kept::default()), None);
    }

    #[test]
    fn a_capture_is_named_by_its_time() {
        assert_eq!(
            file_name("2026-11-25T20:17:09.123Z"),
            "midge-2026-11-25-20-17-09.pcapng"
        );
    }

    #[test]
    fn an_import_is_told_with_what_it_left_out() {
        let report = ImportReport {
            name: "a.pcap".to_owned(),
            packets: 1,
            connections: 2,
            filter: String::new(),
            notes: vec!["3 frames hold no TCP.".to_owned()],
        };
        assert_eq!(
            imported(&report),
            [
                "1 packet of 2 connections read from \u{201c}a.pcap\u{201d}.",
                "3 frames hold no TCP."
            ]
        );
    }
}
