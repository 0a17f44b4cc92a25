//! Which rows of a table are asked for: those on screen, in steps, so that scrolling asks rarely. Pure.

/// Rows asked for beyond the screen, and the step in which the first one moves.
const STEP: u32 = 20;
/// Height of a row in pixels; the styles say the same.
pub(super) const ROW_HEIGHT: u32 = 32;

/// First and number of rows for a table scrolled by `top` pixels in a place of `height` pixels.
pub(super) fn window(top: u32, height: u32) -> (u32, u32) {
    let first = (top / ROW_HEIGHT / STEP).saturating_sub(1) * STEP;
    let last = (top + height).div_ceil(ROW_HEIGHT) + STEP;
    (first, (last - first).div_ceil(STEP) * STEP)
}

/// Pixels above and below the rows at hand.
pub(super) fn spacers(first: u32, shown: usize, all: u32) -> (u32, u32) {
    let shown = u32::try_from(shown).unwrap_or(u32::MAX);
    let after = all.saturating_sub(first.saturating_add(shown));
    (first * ROW_HEIGHT, after * ROW_HEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_covers_the_screen_with_rows_to_spare() {
        for top in (0..100_000).step_by(37) {
            let (first, count) = window(top, 300);
            assert!(first * ROW_HEIGHT <= top);
            assert!((first + count) * ROW_HEIGHT >= top + 300 + 10 * ROW_HEIGHT);
            assert!(count <= 80);
        }
    }

    #[test]
    fn a_little_scrolling_asks_nothing_else() {
        assert_eq!(window(0, 300), window(60, 300));
        assert_eq!(window(0, 300).0, 0);
    }

    #[test]
    fn spacers_fill_what_is_not_at_hand() {
        assert_eq!(spacers(20, 60, 200), (640, 120 * 32));
        assert_eq!(spacers(0, 5, 5), (0, 0));
        assert_eq!(spacers(20, 60, 10), (640, 0));
    }
}
