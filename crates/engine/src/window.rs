//! Which rows a window shows of what is kept.

use midge_view::Window;
use std::ops::Range;

/// Rows in one answer, at most.
const ROWS_MAX: u32 = 500;

/// The indices that `window` shows when those in `kept` exist.
pub(crate) fn resolve(window: Window, kept: Range<u64>) -> Range<u64> {
    match window {
        Window::Tail { count } => {
            let count = u64::from(count.min(ROWS_MAX));
            kept.end.saturating_sub(count).max(kept.start)..kept.end
        }
        Window::From { index, count } => {
            let count = u64::from(count.min(ROWS_MAX));
            // Also when the rows asked for were dropped or are not there yet, the page stays full.
            let last = kept.end.saturating_sub(count).max(kept.start);
            let from = index.clamp(kept.start, last);
            from..from.saturating_add(count).min(kept.end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_stays_within_what_is_kept_and_full() {
        let tail = |count| Window::Tail { count };
        let from = |index, count| Window::From { index, count };
        assert_eq!(resolve(tail(10), 100..200), 190..200);
        assert_eq!(resolve(tail(10), 195..200), 195..200);
        assert_eq!(resolve(tail(9_999), 0..2_000), 1_500..2_000);
        assert_eq!(resolve(from(150, 10), 100..200), 150..160);
        assert_eq!(resolve(from(0, 10), 100..200), 100..110);
        assert_eq!(resolve(from(u64::MAX, 10), 100..200), 190..200);
        assert_eq!(resolve(from(5, 10), 0..3), 0..3);
        assert_eq!(resolve(tail(10), 7..7), 7..7);
        assert_eq!(resolve(from(3, 0), 0..9), 3..3);
    }
}
