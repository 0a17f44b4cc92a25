//! The counts that the page shows, in the order that it asks for.

use super::journal::Journal;
use core::cmp::Ordering;
use core::time::Duration;
use midge_codec::PacketType;
use midge_session::Instant;
use midge_trace::Counters;
use midge_view::{Count, CountKey, CountRow, CountersAnswer, CountersQuery, CountsOf};

/// How long rows keep their order, so that people can read them and a frame does not sort them anew.
const STEADY: Duration = Duration::from_millis(500);
/// An order that was not asked for so long is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(2);
/// Rows in one answer, at most.
const ROWS_MAX: u32 = 500;

/// The orders in use.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    list: Vec<Order>,
}

#[derive(Debug)]
struct Order {
    key: Key,
    sorted: Instant,
    asked: Instant,
    /// Numbers of clients, topics or types.
    numbers: Vec<u32>,
}

/// What an order is of.
type Key = (CountsOf, CountKey, bool);

impl Orders {
    /// A page of the counts.
    pub(crate) fn answer(
        &mut self,
        journal: &Journal,
        wall: Instant,
        query: &CountersQuery,
    ) -> CountersAnswer {
        let counters = journal.counters();
        self.list
            .retain(|order| wall.since(order.asked) < FORGOTTEN);
        let key = (query.of, query.by, query.descending);
        let place = self.list.iter().position(|order| order.key == key);
        let place = place.unwrap_or_else(|| {
            self.list.push(Order::new(key, counters, wall));
            self.list.len() - 1
        });
        let order = &mut self.list[place];
        order.asked = wall;
        // Numbers mean something else after a clearing, which leaves fewer of them.
        let is_stale = order.numbers.len() > all(counters, query.of).count();
        if is_stale || wall.since(order.sorted) >= STEADY {
            *order = Order::new(key, counters, wall);
        }
        let numbers = &order.numbers;
        let last = numbers.len() as u32;
        let count = query.count.min(ROWS_MAX);
        let first = query.first.min(last.saturating_sub(count));
        let shown = first as usize..first.saturating_add(count).min(last) as usize;
        CountersAnswer {
            total: *counters.total(),
            all: last,
            is_full: match query.of {
                CountsOf::Clients => counters.clients().is_full(),
                CountsOf::Topics => counters.topics().is_full(),
                CountsOf::Types => false,
            },
            first,
            rows: numbers[shown]
                .iter()
                .filter_map(|number| entry(counters, query.of, *number))
                .map(|(name, count)| CountRow {
                    name: name.to_owned(),
                    count: *count,
                })
                .collect(),
        }
    }
}

impl Order {
    fn new(key: Key, counters: &Counters, wall: Instant) -> Self {
        let (of, by, descending) = key;
        let mut entries: Vec<_> = all(counters, of)
            .filter_map(|number| {
                let (name, count) = entry(counters, of, number)?;
                Some((value(count, by), name, number))
            })
            .collect();
        entries.sort_by(|one, other| {
            let names = || match of {
                CountsOf::Types => one.2.cmp(&other.2),
                CountsOf::Clients | CountsOf::Topics => one.1.cmp(other.1),
            };
            let order = match by {
                CountKey::Name => names(),
                _ => one.0.cmp(&other.0),
            };
            let order = if descending { order.reverse() } else { order };
            match order {
                Ordering::Equal => names(),
                _ => order,
            }
        });
        Self {
            key,
            sorted: wall,
            asked: wall,
            numbers: entries.into_iter().map(|(_, _, number)| number).collect(),
        }
    }
}

/// The numbers of all that is counted. Types without a packet are none.
fn all(counters: &Counters, of: CountsOf) -> Box<dyn Iterator<Item = u32> + '_> {
    match of {
        CountsOf::Clients => Box::new(0..counters.clients().len()),
        CountsOf::Topics => Box::new(0..counters.topics().len()),
        CountsOf::Types => Box::new(
            (0u32..)
                .zip(PacketType::ALL)
                .filter(|(_, kind)| counters.of_type(*kind).packets.sum() > 0)
                .map(|(number, _)| number),
        ),
    }
}

fn entry(counters: &Counters, of: CountsOf, number: u32) -> Option<(&str, &Count)> {
    match of {
        CountsOf::Clients => counters.clients().get(number),
        CountsOf::Topics => counters.topics().get(number),
        CountsOf::Types => {
            let kind = *PacketType::ALL.get(number as usize)?;
            Some((kind.name(), counters.of_type(kind)))
        }
    }
}

/// What rows are sorted by, as a number.
fn value(count: &Count, by: CountKey) -> u64 {
    match by {
        CountKey::Name => 0,
        CountKey::Packets => count.packets.sum(),
        CountKey::Bytes => count.bytes.sum(),
        CountKey::Messages => count.publishes.sum() - count.again.sum(),
        // The bits of numbers that are not negative sort as the numbers do.
        CountKey::Overhead => count.overhead_per_message().unwrap_or(0.0).to_bits(),
        CountKey::Open => count.open.sum(),
        CountKey::Again => count.again.sum(),
        CountKey::Faults => count.faults,
    }
}
