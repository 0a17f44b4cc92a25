//! Which packets a filter keeps.

use super::journal::Journal;
use midge_codec::{Packet, PacketType};
use midge_trace::Record;
use midge_view::PacketFilter;

/// A filter made ready to be asked often.
#[derive(Clone, Debug)]
pub(crate) struct Predicate {
    filter: PacketFilter,
    /// The text in lower case.
    needle: String,
}

impl Predicate {
    pub(crate) fn new(filter: &PacketFilter) -> Self {
        Self {
            needle: filter.text.trim().to_lowercase(),
            filter: filter.clone(),
        }
    }

    /// Whether every packet is kept.
    pub(crate) fn keeps_all(&self) -> bool {
        self.needle.is_empty()
            && self.filter.types.is_empty()
            && self.filter.client.is_none()
            && !self.filter.hide_pings
    }

    /// Whether `record` is kept. Cheap questions come first.
    pub(crate) fn keeps(&self, journal: &Journal, record: &Record) -> bool {
        let packet_type = record.packet_type();
        let is_ping = matches!(
            packet_type,
            Some(PacketType::PingReq | PacketType::PingResp)
        );
        if self.filter.hide_pings && is_ping {
            return false;
        }
        if !self.filter.types.is_empty()
            && !packet_type.is_some_and(|kind| self.filter.types.contains(&kind))
        {
            return false;
        }
        let client = journal.hop(record.hop).map(|hop| hop.name.as_str());
        if self.filter.client.is_some() && self.filter.client.as_deref() != client {
            return false;
        }
        self.needle.is_empty()
            || packet_type.is_some_and(|kind| self.is_in(kind.name()))
            || client.is_some_and(|client| self.is_in(client))
            || self.is_in_topics(journal, record)
    }

    /// Whether the text is part of the topic, or of a filter of SUBSCRIBE or UNSUBSCRIBE.
    fn is_in_topics(&self, journal: &Journal, record: &Record) -> bool {
        match record.packet() {
            Some(Packet::Publish(publish)) => self.is_in(journal.topic(record.seq, publish.topic)),
            Some(Packet::Subscribe(subscribe)) => subscribe
                .filters
                .iter()
                .any(|entry| self.is_in(entry.filter)),
            Some(Packet::Unsubscribe(unsubscribe)) => {
                unsubscribe.filters.iter().any(|filter| self.is_in(filter))
            }
            _ => false,
        }
    }

    fn is_in(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return text.to_lowercase().contains(&self.needle);
        }
        let needle = self.needle.as_bytes();
        needle.len() <= text.len()
            && text
                .as_bytes()
                .windows(needle.len())
                .any(|window| window.eq_ignore_ascii_case(needle))
    }
}
