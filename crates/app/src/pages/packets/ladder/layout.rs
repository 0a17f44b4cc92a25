//! Where the lanes stand, and which lines cross a row. Pure.

use midge_view::{GroupRow, LadderEntry, LadderWhat, LaneRow};

/// Beside a lane are so many lines for handshakes that are open together; more share the outermost.
const TRACKS: u8 = 4;

/// The columns of a ladder: the broker in the middle, lanes to its left and right by turns, so that the
/// first stand closest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The numbers of the lanes, first those closest to the broker.
    lanes: Vec<u32>,
}

impl Layout {
    pub(super) fn of(lanes: &[LaneRow]) -> Self {
        Self {
            lanes: lanes.iter().map(|lane| lane.id).collect(),
        }
    }

    /// How many columns there are, the broker's among them.
    pub(super) fn columns(&self) -> usize {
        self.lanes.len() + 1
    }

    /// The broker's column, from 0 at the left.
    pub(super) fn broker(&self) -> usize {
        self.lanes.len().div_ceil(2)
    }

    /// The column of the lane at this place in the order.
    pub(super) fn column(&self, place: usize) -> usize {
        let distance = place / 2 + 1;
        if place.is_multiple_of(2) {
            self.broker() - distance
        } else {
            self.broker() + distance
        }
    }

    /// The column of a lane by its number; `None` for one that is left out.
    pub(super) fn column_of(&self, lane: u32) -> Option<usize> {
        let place = self.lanes.iter().position(|id| *id == lane)?;
        Some(self.column(place))
    }

    /// The middle of a column in percent of the whole width.
    #[allow(clippy::cast_precision_loss)] // A few dozen columns.
    pub(super) fn x(&self, column: usize) -> f64 {
        (column as f64 + 0.5) * 100.0 / self.columns() as f64
    }
}

/// Whether a client is connected above and below the arrow of a row.
pub(super) fn connected(lane: &LaneRow, index: u64) -> (bool, bool) {
    let at = |index: u64| {
        let behind = lane.connected.partition_point(|(from, _)| *from <= index);
        behind.checked_sub(1).map(|place| lane.connected[place].1)
    };
    let below = at(index).unwrap_or(false);
    let above = index.checked_sub(1).and_then(at).unwrap_or(below);
    (above, below)
}

/// The part of a handshake's line that crosses a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rail {
    /// The handshake's number.
    pub group: u64,
    /// The lane's column.
    pub column: usize,
    /// Its line beside the lane, from 0.
    pub track: u8,
    /// The level as a number; `None` for a request and its answer.
    pub qos: Option<u8>,
    /// It comes from the row above.
    pub above: bool,
    /// It goes on to the row below.
    pub below: bool,
    /// The row's packet belongs to it.
    pub tick: bool,
    /// Packets are still to come.
    pub open: bool,
}

/// The lines of handshakes that cross the row `index`.
pub(super) fn rails(
    layout: &Layout,
    groups: &[GroupRow],
    index: u64,
    entry: &LadderEntry,
) -> Vec<Rail> {
    let of_entry = match &entry.what {
        LadderWhat::Packet { group, .. } => *group,
        LadderWhat::Mark(..) => None,
    };
    let crossing = |group: &&GroupRow| {
        (group.first..=group.last).contains(&index) && (group.open || group.first < group.last)
    };
    groups
        .iter()
        .filter(crossing)
        .filter_map(|group| {
            Some(Rail {
                group: group.id,
                column: layout.column_of(group.lane)?,
                track: group.track.min(TRACKS - 1),
                qos: group.qos.map(|qos| qos as u8),
                above: group.first < index,
                below: group.open || index < group.last,
                tick: of_entry == Some(group.id),
                open: group.open,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{Direction, LaneKey, MarkSign, QoS};

    fn lane(id: u32) -> LaneRow {
        LaneRow {
            id,
            key: LaneKey {
                name: String::new(),
                nth: 0,
            },
            aside: None,
            connected: Vec::new(),
        }
    }

    fn layout(count: u32) -> Layout {
        Layout::of(&(0..count).map(lane).collect::<Vec<_>>())
    }

    #[test]
    fn lanes_stand_by_turns_left_and_right_of_the_broker() {
        let five = layout(5);
        assert_eq!((five.columns(), five.broker()), (6, 3));
        let columns: Vec<_> = (0..5).map(|place| five.column(place)).collect();
        assert_eq!(columns, [2, 4, 1, 5, 0]);
        assert_eq!(layout(0).broker(), 0);
        assert_eq!(layout(1).column(0), 0);
    }

    #[test]
    fn every_column_is_used_once_for_any_number_of_lanes() {
        for count in 0..50 {
            let layout = layout(count);
            let mut columns: Vec<_> = (0..count as usize)
                .map(|place| layout.column(place))
                .chain([layout.broker()])
                .collect();
            columns.sort_unstable();
            assert_eq!(columns, (0..=count as usize).collect::<Vec<_>>());
            assert!(layout.x(columns.len() - 1) < 100.0);
        }
    }

    #[test]
    fn a_lane_that_goes_leaves_the_others_where_the_order_puts_them() {
        let layout = Layout::of(&[lane(4), lane(7)]);
        assert_eq!(layout.column_of(4), Some(0));
        assert_eq!(layout.column_of(7), Some(2));
        assert_eq!(layout.column_of(5), None);
    }

    #[test]
    fn a_client_is_connected_from_the_arrow_that_connects_it() {
        let mut lane = lane(0);
        lane.connected = vec![(10, false), (12, true), (20, false)];
        assert_eq!(connected(&lane, 10), (false, false));
        assert_eq!(connected(&lane, 12), (false, true));
        assert_eq!(connected(&lane, 13), (true, true));
        assert_eq!(connected(&lane, 20), (true, false));
    }

    #[test]
    fn a_handshakes_line_begins_and_ends_at_its_arrows_and_an_open_one_goes_on() {
        let group = |id, first, last, open| GroupRow {
            id,
            lane: 0,
            track: 9,
            packet_id: 1,
            qos: Some(QoS::ExactlyOnce),
            sender: Direction::ToBroker,
            words: String::new(),
            open,
            resent: 0,
            first,
            last,
        };
        let entry = LadderEntry {
            lane: 0,
            at_ms: 0,
            at_us: 0,
            after_ms: 0,
            message: None,
            what: LadderWhat::Mark(MarkSign::Cut, String::new(), None),
        };
        let layout = layout(1);
        let groups = [
            group(1, 5, 9, false),
            group(2, 5, 9, true),
            group(3, 5, 5, false),
        ];
        let lines = |index| -> Vec<_> {
            let rails = rails(&layout, &groups, index, &entry);
            rails
                .iter()
                .map(|rail| (rail.group, rail.above, rail.below))
                .collect()
        };
        assert_eq!(lines(4), []);
        assert_eq!(lines(5), [(1, false, true), (2, false, true)]);
        assert_eq!(lines(7), [(1, true, true), (2, true, true)]);
        assert_eq!(lines(9), [(1, true, false), (2, true, true)]);
        assert!(
            rails(&layout, &groups, 7, &entry)
                .iter()
                .all(|rail| rail.track < TRACKS && !rail.tick)
        );
    }
}
