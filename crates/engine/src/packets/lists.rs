//! The filtered lists that the page shows, each numbered once and continued a little every turn.

use super::filter::Predicate;
use super::journal::Journal;
use super::row::row;
use crate::budget::Budget;
use crate::window::resolve;
use midge_trace::Matches;
use midge_view::{PacketFilter, PacketsAnswer, Window};

/// Records looked at between two looks at the clock.
const SLICE: u32 = 512;

/// One list a filter in use.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    lists: Vec<List>,
}

#[derive(Debug)]
struct List {
    filter: PacketFilter,
    predicate: Predicate,
    /// `None` when every packet is kept: a packet's number is its index.
    matches: Option<Matches>,
    in_use: bool,
}

impl Lists {
    /// Called before the questions of a frame: what none of them asks for is dropped after it.
    pub(crate) fn begin_frame(&mut self) {
        for list in &mut self.lists {
            list.in_use = false;
        }
    }

    /// Called after the questions of a frame.
    pub(crate) fn end_frame(&mut self) {
        self.lists.retain(|list| list.in_use);
    }

    /// Looks at more records, as far as the budget goes, and shows a page.
    pub(crate) fn answer(
        &mut self,
        journal: &Journal,
        filter: &PacketFilter,
        window: Window,
        budget: &Budget<'_>,
    ) -> PacketsAnswer {
        let list = self.list(journal, filter);
        list.in_use = true;
        let scanning = list.advance(journal, budget);
        let range = match &list.matches {
            Some(matches) => matches.range(),
            None => journal.log().start()..journal.log().end(),
        };
        let shown = resolve(window, range.clone());
        let seq = |index| match &list.matches {
            Some(matches) => matches.seq(index),
            None => Some(index),
        };
        PacketsAnswer {
            start: range.start,
            end: range.end,
            from: shown.start,
            rows: shown
                .filter_map(|index| journal.log().record(seq(index)?))
                .map(|record| row(journal, &record))
                .collect(),
            clients: journal.clients().into_iter().map(str::to_owned).collect(),
            scanning,
        }
    }

    fn list(&mut self, journal: &Journal, filter: &PacketFilter) -> &mut List {
        let place = self.lists.iter().position(|list| list.filter == *filter);
        let place = place.unwrap_or_else(|| {
            self.lists.push(List::new(journal, filter));
            self.lists.len() - 1
        });
        &mut self.lists[place]
    }
}

impl List {
    fn new(journal: &Journal, filter: &PacketFilter) -> Self {
        let predicate = Predicate::new(filter);
        Self {
            filter: filter.clone(),
            matches: (!predicate.keeps_all()).then(|| Matches::new(journal.log())),
            predicate,
            in_use: true,
        }
    }

    /// Answers whether records are left to look at.
    fn advance(&mut self, journal: &Journal, budget: &Budget<'_>) -> bool {
        let Some(matches) = &mut self.matches else {
            return false;
        };
        loop {
            let keep = |record: &_| self.predicate.keeps(journal, record);
            if matches.advance(journal.log(), SLICE, keep) {
                return false;
            }
            if !budget.has_time() {
                return true;
            }
        }
    }
}
