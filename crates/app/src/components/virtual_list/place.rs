//! Where a reader is in a long list: which rows are wanted, where they stand. Pure.

use midge_view::Window;

/// Rows drawn above and below the view, so that a quick scroll does not show a gap.
const SPARE: u64 = 12;

/// The kept rows, and the part of them in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The index of the oldest row kept.
    pub start: u64,
    /// The index after the newest.
    pub end: u64,
    /// Pixels of a row.
    pub row_height: u32,
    /// Pixels scrolled down.
    pub top: u32,
    /// Pixels of the view.
    pub height: u32,
}

impl Place {
    /// Pixels of all rows.
    pub fn extent(self) -> u64 {
        (self.end - self.start) * u64::from(self.row_height)
    }

    /// Pixels above a row.
    pub fn offset(self, index: u64) -> u64 {
        index.saturating_sub(self.start) * u64::from(self.row_height)
    }

    /// Rows that fit the view, counting those cut off.
    fn rows(self) -> u64 {
        u64::from(self.height.div_ceil(self.row_height)) + 1
    }

    /// The first row in view.
    fn first(self) -> u64 {
        self.start + u64::from(self.top / self.row_height)
    }

    /// What to ask for.
    pub fn window(self, follow: bool) -> Window {
        let count = u32::try_from(self.rows() + 2 * SPARE)
            .unwrap_or(u32::MAX)
            .min(500);
        if follow {
            Window::Tail { count }
        } else {
            Window::From {
                index: self.first().saturating_sub(SPARE).max(self.start),
                count,
            }
        }
    }

    /// Rows newer than the last one in view; the header covers about one.
    pub fn newer(self, follow: bool) -> u64 {
        if follow {
            return 0;
        }
        let whole = u64::from(self.height / self.row_height);
        self.end.saturating_sub(self.first() + whole)
    }

    /// The row a key goes to from the chosen one.
    pub fn key(self, key: &str, selected: Option<u64>) -> Option<u64> {
        if self.end == self.start {
            return None;
        }
        let last = self.end - 1;
        let page = u64::from(self.height / self.row_height)
            .saturating_sub(2)
            .max(1);
        let here = selected.unwrap_or(self.first());
        let next = match key {
            "ArrowDown" => selected.map_or(here, |here| here + 1),
            "ArrowUp" => here.saturating_sub(1),
            "PageDown" => here + page,
            "PageUp" => here.saturating_sub(page),
            "Home" => self.start,
            "End" => last,
            _ => return None,
        };
        Some(next.clamp(self.start, last))
    }

    /// Where to scroll so that a row stands in the upper half of the view.
    pub fn upper(self, index: u64) -> u64 {
        self.offset(index)
            .saturating_sub(u64::from(self.height) / 3)
    }

    /// Where to scroll so that a row is in view; `None` when it is.
    pub fn reveal(self, index: u64) -> Option<u32> {
        let row = u64::from(self.row_height);
        let (top, height) = (u64::from(self.top), u64::from(self.height));
        let above = self.offset(index);
        // The header stands over the first row's height of the view.
        let wanted = if above < top {
            above
        } else if above + 2 * row > top + height {
            (above + 2 * row).saturating_sub(height)
        } else {
            return None;
        };
        u32::try_from(wanted).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        start: 1_000,
        end: 6_000,
        row_height: 20,
        top: 2_000,
        height: 400,
    };

    #[test]
    fn the_window_holds_the_view_with_some_rows_to_spare() {
        assert_eq!(
            PLACE.window(false),
            Window::From {
                index: 1_088,
                count: 45
            }
        );
        assert_eq!(PLACE.window(true), Window::Tail { count: 45 });
    }

    #[test]
    fn the_window_never_begins_before_what_is_kept() {
        let place = Place { top: 40, ..PLACE };
        assert!(matches!(
            place.window(false),
            Window::From { index: 1_000, .. }
        ));
    }

    #[test]
    fn newer_rows_are_those_below_the_view() {
        assert_eq!(PLACE.newer(true), 0);
        assert_eq!(PLACE.newer(false), 6_000 - 1_100 - 20);
        let at_the_end = Place {
            top: 100_000 - 400,
            ..PLACE
        };
        assert_eq!(at_the_end.newer(false), 0);
    }

    #[test]
    fn keys_stay_inside_the_list() {
        assert_eq!(PLACE.key("ArrowDown", None), Some(1_100));
        assert_eq!(PLACE.key("ArrowDown", Some(5_999)), Some(5_999));
        assert_eq!(PLACE.key("ArrowUp", Some(1_000)), Some(1_000));
        assert_eq!(PLACE.key("PageDown", Some(1_100)), Some(1_118));
        assert_eq!(PLACE.key("Home", Some(1_100)), Some(1_000));
        assert_eq!(PLACE.key("End", Some(1_100)), Some(5_999));
        assert_eq!(PLACE.key("x", Some(1_100)), None);
        let empty = Place {
            end: 1_000,
            ..PLACE
        };
        assert_eq!(empty.key("ArrowDown", None), None);
    }

    #[test]
    fn a_row_to_show_stands_a_third_below_the_top() {
        assert_eq!(PLACE.upper(1_100), 2_000 - 133);
        assert_eq!(PLACE.upper(1_001), 0);
    }

    #[test]
    fn a_row_out_of_view_is_revealed_by_the_least_scrolling() {
        assert_eq!(PLACE.reveal(1_100), None);
        assert_eq!(PLACE.reveal(1_099), Some(1_980));
        assert_eq!(PLACE.reveal(1_200), Some(200 * 20 + 40 - 400));
    }
}
