//! The filtered lists that the page shows, each numbered once and continued a little every turn.

use super::filter::{keeps, whole};
use super::journal::Journal;
use super::row::row;
use crate::budget::Budget;
use crate::window::resolve;
use midge_trace::{Filter, Matches};
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
    shown: Shown,
    in_use: bool,
}

/// What a list shows.
#[derive(Debug)]
enum Shown {
    /// Every packet: its number is its index.
    All,
    /// What the filter keeps.
    Kept(Filter, Matches),
    /// Nothing: there is a mistake in the filter's text.
    Nothing,
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
        let range = match &list.shown {
            Shown::All => journal.log().start()..journal.log().end(),
            Shown::Kept(_, matches) => matches.range(),
            Shown::Nothing => 0..0,
        };
        let shown = resolve(window, range.clone());
        let seq = |index| match &list.shown {
            Shown::All => Some(index),
            Shown::Kept(_, matches) => matches.seq(index),
            Shown::Nothing => None,
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
            kept: journal.kept(),
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
        let shown = match whole(filter) {
            Ok(filter) if filter.keeps_all() => Shown::All,
            Ok(filter) => Shown::Kept(filter, Matches::new(journal.log())),
            Err(_) => Shown::Nothing,
        };
        Self {
            filter: filter.clone(),
            shown,
            in_use: true,
        }
    }

    /// Answers how much was looked at, in percent, when records are left to look at.
    fn advance(&mut self, journal: &Journal, budget: &Budget<'_>) -> Option<u8> {
        let Shown::Kept(filter, matches) = &mut self.shown else {
            return None;
        };
        loop {
            if matches.advance(journal.log(), SLICE, |it| keeps(filter, journal, it)) {
                return None;
            }
            if !budget.has_time() {
                return Some(matches.percent(journal.log()));
            }
        }
    }
}
