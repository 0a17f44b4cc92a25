//! How a person wants the lanes, remembered for each broker. Pure.

use super::layout::Layout;
use crate::store::Kept;
use midge_view::{LaneChoice, LaneKey, LaneRow, Middle};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Lanes of one broker whose place is remembered: those that came last are dropped.
const ORDER_MAX: usize = 48;

/// Lanes of one broker that can be hidden.
const HIDDEN_MAX: usize = 400;

/// Brokers whose lanes are remembered.
const BROKERS_MAX: usize = 32;

/// The order of lanes and what is hidden, by broker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct LaneMemory {
    brokers: BTreeMap<String, LaneChoice>,
}

impl Kept for LaneMemory {
    const KEY: &'static str = "lanes";
    const VERSION: u32 = 1;
}

impl LaneMemory {
    /// What is wanted for a broker.
    pub(super) fn of(&self, broker: &Middle) -> LaneChoice {
        self.brokers.get(name(broker)).cloned().unwrap_or_default()
    }

    /// Does something to the lanes of a broker.
    pub(super) fn change(&mut self, broker: &Middle, change: &Change) {
        if self.brokers.len() >= BROKERS_MAX && !self.brokers.contains_key(name(broker)) {
            self.brokers.pop_first();
        }
        let choice = self.brokers.entry(name(broker).to_owned()).or_default();
        change.make(choice);
        if *choice == LaneChoice::default() {
            self.brokers.remove(name(broker));
        }
    }
}

/// What can be done to the lanes of one broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// These stand closest to the broker, in this order.
    Order(Vec<LaneKey>),
    /// This one gets a place of its own.
    Place(LaneKey),
    /// All stand in the order in which they appeared.
    Unordered,
    /// This one is hidden.
    Hide(LaneKey),
    /// This one is hidden no longer.
    Show(LaneKey),
    /// None is hidden.
    ShowAll,
}

impl Change {
    fn make(&self, choice: &mut LaneChoice) {
        match self {
            Self::Order(order) => {
                let old = std::mem::replace(&mut choice.order, order.clone());
                let others = old.into_iter().filter(|key| !order.contains(key));
                choice.order.extend(others);
                choice.order.truncate(ORDER_MAX);
            }
            Self::Place(key) => {
                choice.order.retain(|other| other != key);
                choice.order.truncate(ORDER_MAX - 1);
                choice.order.push(key.clone());
            }
            Self::Unordered => choice.order.clear(),
            Self::Hide(key) if !choice.hidden.contains(key) && choice.hidden.len() < HIDDEN_MAX => {
                choice.hidden.push(key.clone());
            }
            Self::Hide(_) => {}
            Self::Show(key) => choice.hidden.retain(|other| other != key),
            Self::ShowAll => choice.hidden.clear(),
        }
    }
}

/// The lanes in an order in which one of them stands so many columns further right (or left, below 0),
/// counted without the broker's; `None` where it cannot go.
pub(super) fn moved(
    lanes: &[LaneRow],
    layout: &Layout,
    lane: u32,
    columns: isize,
) -> Option<Vec<LaneKey>> {
    let mut row: Vec<&LaneRow> = left_to_right(lanes, layout);
    let from = row.iter().position(|it| it.id == lane)?;
    let to = from
        .saturating_add_signed(columns)
        .min(row.len().saturating_sub(1));
    if to == from {
        return None;
    }
    let moving = row.remove(from);
    row.insert(to, moving);
    let order = (0..lanes.len()).map(|place| {
        let column = layout.column(place);
        let passes_broker = usize::from(column > layout.broker());
        row[column - passes_broker].key.clone()
    });
    Some(order.collect())
}

/// The lanes as they stand.
pub(super) fn left_to_right<'a>(lanes: &'a [LaneRow], layout: &Layout) -> Vec<&'a LaneRow> {
    let mut row: Vec<(usize, &LaneRow)> = lanes
        .iter()
        .enumerate()
        .map(|(place, lane)| (layout.column(place), lane))
        .collect();
    row.sort_by_key(|(column, _)| *column);
    row.into_iter().map(|(_, lane)| lane).collect()
}

/// The name under which a broker's lanes are remembered: captures, of which each is another broker, share
/// one.
fn name(broker: &Middle) -> &str {
    match broker {
        Middle::Lab => "lab",
        Middle::Network(url) => url,
        Middle::File(_) => "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> LaneKey {
        LaneKey {
            name: name.to_owned(),
            nth: 0,
        }
    }

    fn lanes(names: &[&str]) -> Vec<LaneRow> {
        (0..)
            .zip(names)
            .map(|(id, name)| LaneRow {
                id,
                key: key(name),
                aside: None,
                connected: Vec::new(),
            })
            .collect()
    }

    fn names(order: &[LaneKey]) -> Vec<&str> {
        order.iter().map(|key| &*key.name).collect()
    }

    #[test]
    fn a_lane_moves_by_columns_and_passes_the_broker() {
        let lanes = lanes(&["a", "b", "c", "d", "e"]);
        let layout = Layout::of(&lanes);
        // As they stand: e c a | b d.
        let row: Vec<_> = left_to_right(&lanes, &layout);
        assert_eq!(
            row.iter().map(|it| it.id).collect::<Vec<_>>(),
            [4, 2, 0, 1, 3]
        );
        let order = moved(&lanes, &layout, 0, 1).expect("there is room");
        // e c b | a d.
        assert_eq!(names(&order), ["b", "a", "c", "d", "e"]);
        let order = moved(&lanes, &layout, 4, 9).expect("there is room");
        // c a b | d e.
        assert_eq!(names(&order), ["b", "d", "a", "e", "c"]);
        assert_eq!(moved(&lanes, &layout, 4, -1), None);
        assert_eq!(moved(&lanes, &layout, 3, 1), None);
        assert_eq!(moved(&lanes, &layout, 77, 1), None);
    }

    #[test]
    fn what_is_changed_is_of_one_broker_and_gone_when_it_is_as_usual() {
        let (lab, far) = (Middle::Lab, Middle::Network("ws://a/b".to_owned()));
        let mut memory = LaneMemory::default();
        memory.change(&lab, &Change::Hide(key("lamp")));
        memory.change(&lab, &Change::Hide(key("lamp")));
        memory.change(&far, &Change::Order(vec![key("b"), key("a")]));
        assert_eq!(memory.of(&lab).hidden, [key("lamp")]);
        assert_eq!(names(&memory.of(&far).order), ["b", "a"]);
        memory.change(&far, &Change::Order(vec![key("a"), key("c")]));
        assert_eq!(names(&memory.of(&far).order), ["a", "c", "b"]);
        memory.change(&far, &Change::Unordered);
        memory.change(&lab, &Change::Show(key("lamp")));
        assert_eq!(memory, LaneMemory::default());
    }

    #[test]
    fn however_many_lanes_are_placed_only_so_many_are_remembered() {
        let mut memory = LaneMemory::default();
        let many = (0..60).map(|number| key(&number.to_string())).collect();
        memory.change(&Middle::Lab, &Change::Order(many));
        memory.change(&Middle::Lab, &Change::Place(key("x")));
        let order = memory.of(&Middle::Lab).order;
        assert_eq!((order.len(), names(&order)[47]), (ORDER_MAX, "x"));
        for number in 0..40 {
            let broker = Middle::Network(format!("ws://{number}/"));
            memory.change(&broker, &Change::Hide(key("a")));
        }
        assert!(memory.brokers.len() <= BROKERS_MAX);
    }
}
