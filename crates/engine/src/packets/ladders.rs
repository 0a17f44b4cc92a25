//! The ladders that the page shows: one index a broker, continued a little every turn, and what filters
//! leave of them.

mod lanes;

use super::filter::{keeps, whole};
use super::journal::Journal;
use super::journey::journey;
use super::row::{direction, row};
use crate::budget::Budget;
use crate::window::resolve;
use lanes::{Drawn, Hidden, at_most, key, shared_names};
use midge_trace::ladder::{Client, Entry, GroupId, Kept, Lane, LaneId, MarkKind, What};
use midge_trace::{Filter, Ladder};
use midge_view::{
    GroupRow, JourneyAnswer, LadderAnswer, LadderEntry, LadderWhat, LaneChoice, LaneKey, LaneRow,
    MarkSign, Middle, OTHERS_MAX, OtherLane, PacketFilter, Window,
};
use std::collections::BTreeSet;
use std::ops::Range;

/// Records or rows looked at between two looks at the clock.
const SLICE: u32 = 512;

/// One index a broker that somebody asked for.
#[derive(Debug, Default)]
pub(crate) struct Ladders {
    indices: Vec<Index>,
    generation: u32,
}

/// The packets of one broker as a ladder.
#[derive(Debug)]
struct Index {
    broker: Middle,
    ladder: Ladder,
    /// Marks of the journal below this number were read.
    marked: u64,
    shown: Vec<Shown>,
}

/// What a filter leaves, and hidden lanes.
#[derive(Debug)]
struct Shown {
    filter: PacketFilter,
    hidden: Hidden,
    rows: Rows,
    drawn: Drawn,
    in_use: bool,
}

/// Which rows of a ladder are shown.
#[derive(Debug)]
enum Rows {
    /// Every row: its index is its own.
    All,
    /// What the filter keeps of lanes that are not hidden.
    Kept(Filter, Kept),
    /// None: there is a mistake in the filter's text.
    Nothing,
}

/// What is asked of a ladder.
pub(crate) struct LadderQuery<'a> {
    pub(crate) broker: Option<&'a Middle>,
    pub(crate) filter: &'a PacketFilter,
    pub(crate) window: Window,
    pub(crate) at: Option<u64>,
    pub(crate) lanes: &'a LaneChoice,
}

impl Ladders {
    /// Called before the questions of a frame: what none of them asks for is dropped after it.
    pub(crate) fn begin_frame(&mut self) {
        for shown in self.indices.iter_mut().flat_map(|index| &mut index.shown) {
            shown.in_use = false;
        }
    }

    /// Called after the questions of a frame. The indices stay: to make one again costs more than its
    /// memory.
    pub(crate) fn end_frame(&mut self) {
        for index in &mut self.indices {
            index.shown.retain(|shown| shown.in_use);
        }
    }

    /// Reads more records, as far as the budget goes, and shows a page.
    pub(crate) fn answer(
        &mut self,
        journal: &Journal,
        query: &LadderQuery<'_>,
        budget: &Budget<'_>,
    ) -> LadderAnswer {
        let of_packet = || journal.middle_of(query.at?);
        let said = query.broker.cloned();
        let broker = said.or_else(of_packet).unwrap_or(Middle::Lab);
        let index = self.index(journal, &broker);
        let mut scanning = !index.advance(journal, budget);
        let place = index.shown(query);
        scanning |= !index.advance_shown(place, journal, budget);
        let range = index.shown[place].range(&index.ladder);
        let window = resolve(query.window, range);
        let drawn = index.draw(place, window.clone(), &query.lanes.order);
        let page = Page {
            journal,
            ladder: &index.ladder,
            shown: &index.shown[place],
        };
        let range = page.shown.range(page.ladder);
        let entries = page.entries(window.clone());
        let (others, more_others) = at_most(page.others(&drawn), OTHERS_MAX);
        LadderAnswer {
            brokers: journal.middles(),
            broker,
            lanes: page.lanes(&drawn, window.clone()),
            others,
            more_others,
            start: range.start,
            end: range.end,
            from: window.start,
            groups: page.groups(&entries, range.end),
            entries,
            at: query.at.and_then(|seq| page.place_of(seq)),
            scanning,
        }
    }

    /// The way of the message of a packet; `None` also as long as the packet was not read.
    pub(crate) fn journey(
        &mut self,
        journal: &Journal,
        seq: u64,
        budget: &Budget<'_>,
    ) -> Option<JourneyAnswer> {
        let broker = journal.middle_of(seq)?;
        let index = self.index(journal, &broker);
        index.advance(journal, budget);
        journey(journal, &index.ladder, broker, seq)
    }

    fn index(&mut self, journal: &Journal, broker: &Middle) -> &mut Index {
        if self.generation != journal.generation() {
            self.generation = journal.generation();
            self.indices.clear();
        }
        let place = self.indices.iter().position(|it| it.broker == *broker);
        let place = place.unwrap_or_else(|| {
            // A broker that no packet is kept of is not asked for again.
            let brokers = journal.middles();
            self.indices.retain(|it| brokers.contains(&it.broker));
            self.indices.push(Index::new(broker.clone()));
            self.indices.len() - 1
        });
        &mut self.indices[place]
    }
}

impl Index {
    fn new(broker: Middle) -> Self {
        Self {
            broker,
            ladder: Ladder::new(),
            marked: 0,
            shown: Vec::new(),
        }
    }

    /// Answers whether every record was read.
    fn advance(&mut self, journal: &Journal, budget: &Budget<'_>) -> bool {
        let Self {
            broker,
            ladder,
            marked,
            ..
        } = self;
        for noted in journal.marks_from(*marked) {
            if noted.middle == *broker {
                ladder.note(noted.before, noted.mark.clone());
            }
        }
        *marked = journal.marks_end();
        let client = |hop| {
            let hop = journal.hop(hop)?;
            hop.leads_to(broker).then_some(Client {
                key: &hop.key,
                name: &hop.name,
            })
        };
        loop {
            if ladder.advance(journal.log(), SLICE, client) {
                return true;
            }
            if !budget.has_time() {
                return false;
            }
        }
    }

    /// The place in `shown` of the rows that are asked for.
    fn shown(&mut self, query: &LadderQuery<'_>) -> usize {
        let hidden = Hidden::by(query.lanes);
        let mut known = self.shown.iter();
        let place = known.position(|it| it.filter == *query.filter && it.hidden == hidden);
        let place = place.unwrap_or_else(|| {
            self.shown.push(Shown::new(query.filter, hidden));
            self.shown.len() - 1
        });
        self.shown[place].in_use = true;
        place
    }

    /// Answers whether every row was looked at.
    fn advance_shown(&mut self, place: usize, journal: &Journal, budget: &Budget<'_>) -> bool {
        let Self { ladder, shown, .. } = self;
        let Shown { rows, hidden, .. } = &mut shown[place];
        let Rows::Kept(filter, kept) = rows else {
            return true;
        };
        loop {
            if kept.advance(ladder, journal.log(), SLICE, |lane, it| {
                !hidden.has_lane(ladder, lane) && keeps(filter, journal, it)
            }) {
                return true;
            }
            if !budget.has_time() {
                return false;
            }
        }
    }
}

impl Index {
    /// The lanes that are drawn for a page.
    fn draw(&mut self, place: usize, window: Range<u64>, order: &[LaneKey]) -> Vec<LaneId> {
        let Self { ladder, shown, .. } = self;
        let shown = &mut shown[place];
        let rows = window.filter_map(|index| shown.row(index));
        let in_view: BTreeSet<LaneId> = rows.filter_map(|row| ladder.lane_of(row)).collect();
        let in_view: Vec<LaneId> = in_view.into_iter().collect();
        let lanes = ladder.lanes().filter(|lane| shown.has_lane(lane.id));
        let lanes: Vec<&Lane> = lanes.collect();
        shown.drawn.draw(&lanes, &in_view, order).to_vec()
    }
}

impl Shown {
    fn new(filter: &PacketFilter, hidden: Hidden) -> Self {
        let rows = match whole(filter) {
            Ok(filter) if filter.keeps_all() && hidden.is_empty() => Rows::All,
            Ok(filter) => Rows::Kept(filter, Kept::default()),
            Err(_) => Rows::Nothing,
        };
        Self {
            filter: filter.clone(),
            hidden,
            rows,
            drawn: Drawn::default(),
            in_use: true,
        }
    }

    fn range(&self, ladder: &Ladder) -> Range<u64> {
        match &self.rows {
            Rows::All => ladder.range(),
            Rows::Kept(_, kept) => kept.range(),
            Rows::Nothing => 0..0,
        }
    }

    /// The ladder's row at an index.
    fn row(&self, index: u64) -> Option<u64> {
        match &self.rows {
            Rows::All => Some(index),
            Rows::Kept(_, kept) => kept.row(index),
            Rows::Nothing => None,
        }
    }

    /// The index of a row, or of the next one that is kept.
    fn index_of(&self, row: u64) -> u64 {
        match &self.rows {
            Rows::All | Rows::Nothing => row,
            Rows::Kept(_, kept) => kept.index_of(row),
        }
    }

    fn has_lane(&self, lane: LaneId) -> bool {
        match &self.rows {
            Rows::All => true,
            Rows::Kept(_, kept) => kept.has_lane(lane),
            Rows::Nothing => false,
        }
    }
}

/// What one answer is made from.
struct Page<'a> {
    journal: &'a Journal,
    ladder: &'a Ladder,
    shown: &'a Shown,
}

impl Page<'_> {
    fn entry(&self, index: u64) -> Option<Entry> {
        self.ladder
            .entry(self.journal.log(), self.shown.row(index)?)
    }

    fn entries(&self, window: Range<u64>) -> Vec<LadderEntry> {
        let before = window.start.checked_sub(1);
        let mut last = before
            .and_then(|index| self.entry(index))
            .map(|entry| entry.at);
        let entries = window.filter_map(|index| {
            let entry = self.entry(index)?;
            let after = last.map_or(0, |last| entry.at.since(last).as_millis());
            last = Some(entry.at);
            Some(LadderEntry {
                lane: entry.lane.0,
                at_ms: entry.at.as_micros() / 1_000,
                at_us: (entry.at.as_micros() % 1_000) as u16,
                after_ms: u64::try_from(after).unwrap_or(u64::MAX),
                message: entry.message,
                what: self.what(entry.what)?,
            })
        });
        entries.collect()
    }

    fn what(&self, what: What) -> Option<LadderWhat> {
        Some(match what {
            What::Packet(arrow) => LadderWhat::Packet {
                packet: Box::new(row(self.journal, &self.journal.log().record(arrow.seq)?)),
                again: arrow.again,
                group: arrow.group.map(|group| group.0),
                state: arrow.state.map(|state| state.what().to_owned()),
            },
            What::Mark(kind, topic) => {
                let (sign, words) = sign(kind);
                LadderWhat::Mark(sign, words, topic)
            }
        })
    }

    /// The lanes that are drawn.
    fn lanes(&self, drawn: &[LaneId], window: Range<u64>) -> Vec<LaneRow> {
        let from = window.start;
        let rows: Vec<u64> = window.filter_map(|index| self.shown.row(index)).collect();
        let shared = shared_names(self.ladder);
        let lanes = drawn.iter().filter_map(|lane| self.ladder.lane(*lane));
        lanes
            .map(|lane| LaneRow {
                id: lane.id.0,
                key: key(lane),
                aside: self.aside(lane, &shared),
                connected: self.connected(lane.id, from, &rows),
            })
            .collect()
    }

    /// The clients that are hidden, and those with something to show for which there is no room.
    fn others(&self, drawn: &[LaneId]) -> Vec<OtherLane> {
        let drawn: BTreeSet<LaneId> = drawn.iter().copied().collect();
        let shared = shared_names(self.ladder);
        let lanes = self.ladder.lanes().filter_map(|lane| {
            let hidden = self.shown.hidden.has(lane);
            let is_other = hidden || (self.shown.has_lane(lane.id) && !drawn.contains(&lane.id));
            is_other.then(|| OtherLane {
                id: lane.id.0,
                key: key(lane),
                aside: self.aside(lane, &shared),
                hidden,
            })
        });
        lanes.collect()
    }

    /// What tells a client from others of its name.
    fn aside(&self, lane: &Lane, shared: &BTreeSet<&str>) -> Option<String> {
        if !shared.contains(&*lane.name) {
            return None;
        }
        let hop = self.journal.hop(self.ladder.newest_hop(lane.id)?)?;
        hop.address.clone().or_else(|| hop.client_id.clone())
    }

    /// Where in the page a client is connected or not, as changes.
    fn connected(&self, lane: LaneId, from: u64, rows: &[u64]) -> Vec<(u64, bool)> {
        let mut changes: Vec<(u64, bool)> = Vec::new();
        for (index, &row) in (from..).zip(rows) {
            let connected = self.ladder.is_connected(lane, row);
            if changes.last().is_none_or(|(_, last)| *last != connected) {
                changes.push((index, connected));
            }
        }
        changes
    }

    fn groups(&self, entries: &[LadderEntry], end: u64) -> Vec<GroupRow> {
        let named: BTreeSet<u64> = entries
            .iter()
            .filter_map(|entry| match &entry.what {
                LadderWhat::Packet { group, .. } => *group,
                LadderWhat::Mark(..) => None,
            })
            .collect();
        let groups = named.into_iter().filter_map(|id| self.group(id, end));
        groups.collect()
    }

    fn group(&self, id: u64, end: u64) -> Option<GroupRow> {
        let group = self.ladder.group(GroupId(id))?;
        let (first, last) = (*group.rows.first()?, *group.rows.last()?);
        let begin = self.ladder.entry(self.journal.log(), first)?;
        let What::Packet(begin) = begin.what else {
            return None;
        };
        let open = group.state.is_open();
        Some(GroupRow {
            id,
            lane: group.lane.0,
            track: group.track,
            packet_id: group.packet_id,
            qos: begin.qos,
            sender: direction(group.sender),
            words: group.state.what().to_owned(),
            open,
            resent: group.resent,
            first: self.shown.index_of(first),
            last: if open {
                end.saturating_sub(1)
            } else {
                self.shown.index_of(last + 1).saturating_sub(1)
            },
        })
    }

    /// Where a packet stands, or the next one that is kept.
    fn place_of(&self, seq: u64) -> Option<u64> {
        let index = self.shown.index_of(self.ladder.index_of(seq)?);
        self.shown
            .range(self.ladder)
            .contains(&index)
            .then_some(index)
    }
}

/// A mark's sign and words.
pub(super) fn sign(kind: MarkKind) -> (MarkSign, String) {
    match kind {
        MarkKind::Opened => (MarkSign::Deed, "transport opened".to_owned()),
        MarkKind::Closed(words) => (MarkSign::Cut, words),
        MarkKind::SessionEnded => (MarkSign::SessionEnded, "session ended".to_owned()),
        MarkKind::Queued => (MarkSign::Queued, "queued".to_owned()),
        MarkKind::Dropped(why) => (MarkSign::Dropped, format!("dropped: {why}")),
        MarkKind::Expired => (MarkSign::Expired, "expired in the queue".to_owned()),
        MarkKind::Deed(words) => (MarkSign::Deed, words),
    }
}
