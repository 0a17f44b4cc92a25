//! Which clients have a lane, and in which order: what a person wants, and then who has something in view.

use crate::saturate::saturate;
use midge_trace::Ladder;
use midge_trace::ladder::{Lane, LaneId};
use midge_view::{LaneChoice, LaneKey};
use std::collections::{BTreeMap, BTreeSet};

/// Lanes in one answer: more are not told apart on any screen.
pub(super) const LANES_MAX: usize = 48;

/// The lanes that are drawn. Where not all fit, a lane stays where it is until one with an entry in view
/// needs its place.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    order: Vec<LaneKey>,
    lanes: Vec<LaneId>,
}

impl Drawn {
    /// Draws what fits of `candidates`, which come in the order of appearance, for a page whose entries
    /// are on the lanes `in_view`.
    pub(super) fn draw(
        &mut self,
        candidates: &[&Lane],
        in_view: &[LaneId],
        order: &[LaneKey],
    ) -> &[LaneId] {
        let ranks: BTreeMap<&LaneKey, u32> =
            (0..).zip(order).map(|(rank, key)| (key, rank)).collect();
        let rank = |lane: &Lane| ranks.get(&key(lane)).copied();
        let mut wanted: Vec<&Lane> = candidates.to_vec();
        wanted.sort_by_cached_key(|lane| rank(lane).unwrap_or(u32::MAX));
        if wanted.len() <= LANES_MAX || self.order != order {
            self.lanes.clear();
            order.clone_into(&mut self.order);
        }
        let here: BTreeSet<LaneId> = wanted.iter().map(|lane| lane.id).collect();
        self.lanes.retain(|lane| here.contains(lane));
        let drawn: BTreeSet<LaneId> = self.lanes.iter().copied().collect();
        let free = LANES_MAX - self.lanes.len();
        let missing = wanted.iter().map(|lane| lane.id);
        let missing = missing.filter(|lane| !drawn.contains(lane)).take(free);
        self.lanes.extend(missing);
        if wanted.len() > LANES_MAX {
            let placed: BTreeSet<LaneId> = wanted
                .iter()
                .filter(|lane| rank(lane).is_some())
                .map(|lane| lane.id)
                .collect();
            self.make_room(
                in_view.iter().filter(|lane| here.contains(lane)),
                &placed,
                in_view,
            );
        }
        &self.lanes
    }

    /// Gives those `needed` the places of lanes that have no entry in view and were not placed by
    /// anybody, outermost first.
    fn make_room<'a>(
        &mut self,
        needed: impl Iterator<Item = &'a LaneId>,
        placed: &BTreeSet<LaneId>,
        in_view: &[LaneId],
    ) {
        let mut drawn: BTreeSet<LaneId> = self.lanes.iter().copied().collect();
        for lane in needed {
            if drawn.contains(lane) {
                continue;
            }
            let is_idle = |it: &LaneId| !in_view.contains(it) && !placed.contains(it);
            let Some(place) = self.lanes.iter().rposition(is_idle) else {
                return;
            };
            drawn.remove(&self.lanes[place]);
            drawn.insert(*lane);
            self.lanes[place] = *lane;
        }
    }
}

/// What a person calls a lane.
pub(super) fn key(lane: &Lane) -> LaneKey {
    LaneKey {
        name: lane.name.clone(),
        nth: lane.nth,
    }
}

/// The lanes that a person hid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden(BTreeSet<LaneKey>);

impl Hidden {
    pub(super) fn by(choice: &LaneChoice) -> Self {
        Self(choice.hidden.iter().cloned().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, lane: &Lane) -> bool {
        !self.is_empty() && self.0.contains(&key(lane))
    }

    pub(super) fn has_lane(&self, ladder: &Ladder, lane: LaneId) -> bool {
        !self.is_empty() && ladder.lane(lane).is_some_and(|lane| self.has(lane))
    }
}

/// The names that more than one lane has.
pub(super) fn shared_names(ladder: &Ladder) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    let lanes = ladder.lanes();
    lanes
        .filter(|lane| !seen.insert(&*lane.name))
        .map(|lane| &*lane.name)
        .collect()
}

/// Takes the first `most`, and counts the others.
pub(super) fn at_most<T>(mut all: Vec<T>, most: usize) -> (Vec<T>, u32) {
    let more = saturate(all.len().saturating_sub(most));
    all.truncate(most);
    (all, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(count: u32) -> Vec<Lane> {
        let lane = |id: u32| Lane {
            id: LaneId(id),
            key: id.to_string(),
            name: format!("client {id}"),
            nth: 0,
        };
        (0..count).map(lane).collect()
    }

    fn ids(lanes: &[LaneId]) -> Vec<u32> {
        lanes.iter().map(|lane| lane.0).collect()
    }

    fn named(id: u32) -> LaneKey {
        LaneKey {
            name: format!("client {id}"),
            nth: 0,
        }
    }

    #[test]
    fn few_lanes_stand_as_they_are_wanted_and_then_as_they_appeared() {
        let all = lanes(4);
        let all: Vec<&Lane> = all.iter().collect();
        let mut drawn = Drawn::default();
        assert_eq!(ids(drawn.draw(&all, &[], &[])), [0, 1, 2, 3]);
        let order = [named(3), named(9), named(1)];
        assert_eq!(ids(drawn.draw(&all, &[], &order)), [3, 1, 0, 2]);
        assert_eq!(ids(drawn.draw(&all[1..], &[], &order)), [3, 1, 2]);
    }

    #[test]
    fn of_many_lanes_those_in_view_are_drawn_and_the_others_stay_where_they_are() {
        let all = lanes(60);
        let all: Vec<&Lane> = all.iter().collect();
        let mut drawn = Drawn::default();
        let first: Vec<u32> = (0..48).collect();
        assert_eq!(ids(drawn.draw(&all, &[LaneId(3)], &[])), first);
        let seen = drawn.draw(&all, &[LaneId(47), LaneId(55), LaneId(50)], &[]);
        let mut expected = first.clone();
        (expected[46], expected[45]) = (55, 50);
        assert_eq!(ids(seen), expected);
        // What is drawn stays when the view moves on to others that are drawn.
        assert_eq!(ids(drawn.draw(&all, &[LaneId(1)], &[])), expected);
    }

    #[test]
    fn a_lane_that_was_placed_is_not_given_away() {
        let all = lanes(60);
        let all: Vec<&Lane> = all.iter().collect();
        let order: Vec<LaneKey> = (10..58).map(named).collect();
        let mut drawn = Drawn::default();
        let seen = drawn.draw(&all, &[LaneId(0)], &order);
        assert_eq!(ids(seen), (10..58).collect::<Vec<_>>());
    }

    #[test]
    fn more_in_view_than_fit_leave_some_out_and_never_draw_one_twice() {
        let all = lanes(100);
        let all: Vec<&Lane> = all.iter().collect();
        let view: Vec<LaneId> = (30..95).map(LaneId).collect();
        let mut drawn = Drawn::default();
        drawn.draw(&all, &[], &[]);
        let seen: BTreeSet<u32> = ids(drawn.draw(&all, &view, &[])).into_iter().collect();
        assert_eq!(seen.len(), LANES_MAX);
        assert!(seen.iter().all(|id| (30..95).contains(id)));
    }
}
