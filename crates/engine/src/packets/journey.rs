//! One message from its publisher through the broker to each subscriber, in words.

use super::journal::Journal;
use crate::words::duration;
use core::time::Duration;
use midge_codec::{Packet, Reason};
use midge_payload::preview;
use midge_session::Instant;
use midge_trace::ladder::{Entry, GroupId, Journey, LaneId, Leg, MarkKind, What};
use midge_trace::{Ladder, State};
use midge_view::{Fate, JourneyAnswer, LegRow, Middle};
use std::collections::BTreeMap;

/// Characters of the payload that are shown.
const PAYLOAD_MAX: usize = 200;

/// The journey of the message that the packet `seq` carries or acknowledges.
pub(super) fn journey(
    journal: &Journal,
    ladder: &Ladder,
    broker: Middle,
    seq: u64,
) -> Option<JourneyAnswer> {
    let journey = ladder.journey(ladder.index_of(seq)?)?;
    let teller = Teller {
        journal,
        ladder,
        began: began(journal, ladder, &journey)?,
    };
    let first = teller.first_row(&journey)?;
    let (topic, payload) = teller.content(first)?;
    let mut waits = teller.waits(&journey);
    let mut delivered: Vec<LegRow> = journey
        .delivered
        .iter()
        .filter_map(|leg| {
            // What waited and was then sent is one way.
            let waited = waits
                .get(&leg.lane)
                .filter(|wait| wait.fate == Fate::Queued);
            let since = waited.map(|wait| wait.after_ms);
            if since.is_some() {
                waits.remove(&leg.lane);
            }
            teller.leg(leg, since)
        })
        .collect();
    delivered.extend(waits.into_values());
    delivered.sort_by_key(|leg| leg.after_ms);
    Some(JourneyAnswer {
        message: journey.message,
        broker,
        topic,
        preview: payload,
        published: journey
            .published
            .as_ref()
            .and_then(|leg| teller.leg(leg, None)),
        delivered,
    })
}

/// When its first packet was sent.
fn began(journal: &Journal, ladder: &Ladder, journey: &Journey) -> Option<Instant> {
    let legs = journey.published.iter().chain(&journey.delivered);
    let first = legs.filter_map(|leg| leg.rows.first()).min()?;
    Some(ladder.entry(journal.log(), *first)?.at)
}

struct Teller<'a> {
    journal: &'a Journal,
    ladder: &'a Ladder,
    began: Instant,
}

impl Teller<'_> {
    fn entry(&self, row: u64) -> Option<Entry> {
        self.ladder.entry(self.journal.log(), row)
    }

    fn first_row(&self, journey: &Journey) -> Option<u64> {
        let legs = journey.published.iter().chain(&journey.delivered);
        legs.filter_map(|leg| leg.rows.first()).min().copied()
    }

    /// Topic and payload of the PUBLISH in a row.
    fn content(&self, row: u64) -> Option<(String, String)> {
        let What::Packet(arrow) = self.entry(row)?.what else {
            return None;
        };
        let record = self.journal.log().record(arrow.seq)?;
        let Some(Packet::Publish(publish)) = record.packet() else {
            return None;
        };
        let payload = preview(publish.payload, PAYLOAD_MAX).text;
        Some((arrow.topic.unwrap_or_default(), payload))
    }

    fn name(&self, lane: LaneId) -> String {
        let lane = self.ladder.lanes().find(|it| it.id == lane);
        lane.map(|lane| lane.name.clone()).unwrap_or_default()
    }

    fn after(&self, at: Instant) -> u64 {
        u64::try_from(at.since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    /// A way on which packets were sent; `since` is when the message began to wait for it.
    fn leg(&self, leg: &Leg, since: Option<u64>) -> Option<LegRow> {
        let first = self.entry(*leg.rows.first()?)?;
        let What::Packet(arrow) = first.what else {
            return None;
        };
        let group = arrow
            .group
            .and_then(|GroupId(id)| self.ladder.group(GroupId(id)));
        let after_ms = self.after(first.at);
        let (fate, mut words) = fate(leg.state);
        if let Some(since) = since {
            let waited = Duration::from_millis(after_ms.saturating_sub(since));
            words = format!("waited {}, then {words}", duration(waited));
        }
        Some(LegRow {
            client: self.name(leg.lane),
            seq: Some(arrow.seq),
            after_ms,
            qos: arrow.qos,
            packet_id: arrow.packet_id,
            retain: arrow.retain,
            resent: group.as_ref().map_or(0, |group| group.resent),
            fate,
            words,
            certain: leg.certain,
            group: group.map(|group| group.id.0),
        })
    }

    /// Clients for which the message waits or was dropped, as the last mark about each says.
    fn waits(&self, journey: &Journey) -> BTreeMap<LaneId, LegRow> {
        let mut waits = BTreeMap::new();
        for entry in journey.marks.iter().filter_map(|&row| self.entry(row)) {
            let What::Mark(kind, _) = entry.what else {
                continue;
            };
            let (fate, words) = match kind {
                MarkKind::Queued => (Fate::Queued, "queued for the client".to_owned()),
                MarkKind::Dropped(why) => (Fate::Lost, format!("dropped: {why}")),
                MarkKind::Expired => (Fate::Lost, "expired in the queue".to_owned()),
                MarkKind::Opened
                | MarkKind::Closed(_)
                | MarkKind::SessionEnded
                | MarkKind::Deed(_) => continue,
            };
            let leg = LegRow {
                client: self.name(entry.lane),
                seq: None,
                after_ms: self.after(entry.at),
                qos: None,
                packet_id: None,
                retain: false,
                resent: 0,
                fate,
                words,
                certain: true,
                group: None,
            };
            waits.insert(entry.lane, leg);
        }
        waits
    }
}

/// What a handshake's state means for the message; `None` is QoS 0.
fn fate(state: Option<State>) -> (Fate, String) {
    match state {
        None => (Fate::Done, "sent, no answer is asked for".to_owned()),
        Some(State::Done(Reason::Success)) => (Fate::Done, "complete".to_owned()),
        Some(State::Done(reason)) if reason.is_failure() => {
            (Fate::Lost, format!("refused: {}", reason.name()))
        }
        Some(State::Done(reason)) => (Fate::Done, format!("complete: {}", reason.name())),
        Some(State::Abandoned) => (Fate::Lost, "given up".to_owned()),
        Some(state) => (Fate::Open, state.what().to_owned()),
    }
}
