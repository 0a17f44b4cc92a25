//! Bytes as rows of hexadecimal numbers and signs, and which of those rows are on screen. Pure.

use std::ops::Range;

/// Height of a row in pixels; the styles say the same.
pub const ROW_HEIGHT: f64 = 20.0;
/// The tallest element that all browsers scroll to its end, in pixels.
const TALLEST: f64 = 8_000_000.0;

/// The rows on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    /// The first one to draw.
    pub first: usize,
    /// How many to draw.
    pub count: usize,
    /// Where the first one stands, in pixels from the top.
    pub top: f64,
    /// How tall the whole is, in pixels.
    pub height: f64,
}

/// The number of rows of `length` bytes.
pub fn row_count(length: usize, width: usize) -> usize {
    length.div_ceil(width)
}

/// How many bytes fit into a row of `pixels`.
pub fn width_for(pixels: f64) -> usize {
    match pixels {
        560.0.. => 16,
        _ => 8,
    }
}

/// The rows to draw when `rows` rows are scrolled by `scroll_top` pixels in a place of `height` pixels.
///
/// Beyond what browsers scroll, a pixel of the scroll bar stands for more than a pixel of rows.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
// Pixels and row numbers are far below 2^52 and never negative here.
pub fn on_screen(rows: usize, scroll_top: f64, height: f64) -> Rows {
    let whole = rows as f64 * ROW_HEIGHT;
    let shown = whole.min(TALLEST);
    let visible = (height / ROW_HEIGHT).ceil() as usize + 1;
    let room = shown - height;
    let fraction = if room > 0.0 {
        (scroll_top / room).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let offset = fraction * (whole - height).max(0.0);
    let first = ((offset / ROW_HEIGHT) as usize).min(rows.saturating_sub(1));
    let scrolled = scroll_top.clamp(0.0, room.max(0.0));
    Rows {
        first,
        count: visible.min(rows - first.min(rows)),
        top: scrolled - (offset - first as f64 * ROW_HEIGHT),
        height: shown,
    }
}

/// How far to scroll so that `row` is on screen; `None` when it is.
#[allow(clippy::cast_precision_loss)]
pub fn scroll_to(row: usize, rows: usize, scroll_top: f64, height: f64) -> Option<f64> {
    let whole = rows as f64 * ROW_HEIGHT;
    let room = (whole.min(TALLEST) - height).max(0.0);
    let scale = if whole > height {
        room / (whole - height)
    } else {
        1.0
    };
    let offset = scroll_top / scale.max(f64::MIN_POSITIVE);
    let top = row as f64 * ROW_HEIGHT;
    if top < offset {
        Some(top * scale)
    } else if top + ROW_HEIGHT > offset + height {
        Some(((top + ROW_HEIGHT - height) * scale).min(room))
    } else {
        None
    }
}

/// Two hexadecimal digits.
pub fn digits(byte: u8) -> String {
    format!("{byte:02x}")
}

/// The sign of a byte in the column of text: itself when it is printable ASCII.
pub fn sign(byte: u8) -> char {
    match byte {
        0x20..=0x7e => char::from(byte),
        _ => '\u{b7}',
    }
}

/// Where a byte stands, with as many digits as the last one needs: `0000`, `0f4240`.
pub fn offset(offset: usize, length: usize) -> String {
    let width = if length > 0x1_0000 { 8 } else { 4 };
    format!("{offset:0width$x}")
}

/// All bytes as one text with spaces between, for the clipboard.
pub fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 {
            text.push(' ');
        }
        text.push_str(&digits(*byte));
    }
    text
}

/// Where the cursor goes by a key, if that key moves it.
pub fn moved(key: &str, cursor: usize, length: usize, width: usize) -> Option<usize> {
    let last = length.checked_sub(1)?;
    let to = match key {
        "ArrowLeft" => cursor.saturating_sub(1),
        "ArrowRight" => cursor + 1,
        "ArrowUp" => cursor.checked_sub(width).unwrap_or(cursor),
        "ArrowDown" if cursor + width > last => cursor,
        "ArrowDown" => cursor + width,
        "PageUp" => cursor.saturating_sub(16 * width),
        "PageDown" => cursor + 16 * width,
        "Home" => cursor - cursor % width,
        "End" => cursor - cursor % width + width - 1,
        _ => return None,
    };
    Some(to.min(last))
}

/// The part of `range` that lies in the row that begins at `start`, counted from there.
pub fn within(range: &Range<usize>, start: usize, width: usize) -> Option<Range<usize>> {
    let first = range.start.max(start);
    let end = range.end.min(start + width);
    (first < end).then(|| first - start..end - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_drawn_where_it_is_scrolled_to() {
        let rows = on_screen(100, 205.0, 200.0);
        assert_eq!((rows.first, rows.count), (10, 11));
        assert!((rows.top - 200.0).abs() < 1e-9);
        assert!((rows.height - 2000.0).abs() < 1e-9);
        let end = on_screen(100, 1800.0, 200.0);
        assert_eq!((end.first, end.count), (90, 10));
        assert_eq!(on_screen(0, 0.0, 200.0).count, 0);
        assert_eq!(on_screen(3, 0.0, 200.0).count, 3);
    }

    #[test]
    fn the_last_row_of_a_list_taller_than_browsers_scroll_is_reached() {
        let rows = 16_777_216;
        let shown = on_screen(rows, 0.0, 400.0);
        assert!(shown.height <= TALLEST);
        let end = on_screen(rows, shown.height - 400.0, 400.0);
        assert_eq!(end.first + end.count, rows);
        let to = scroll_to(rows / 2, rows, 0.0, 400.0).unwrap();
        let middle = on_screen(rows, to, 400.0);
        assert!((middle.first..middle.first + middle.count + 1).contains(&(rows / 2)));
    }

    #[test]
    fn a_row_on_screen_is_left_where_it_is() {
        assert_eq!(scroll_to(12, 100, 200.0, 200.0), None);
        assert_eq!(scroll_to(5, 100, 200.0, 200.0), Some(100.0));
        assert_eq!(scroll_to(20, 100, 200.0, 200.0), Some(220.0));
    }

    #[test]
    fn the_cursor_stays_among_the_bytes() {
        assert_eq!(moved("ArrowLeft", 0, 20, 16), Some(0));
        assert_eq!(moved("ArrowRight", 19, 20, 16), Some(19));
        assert_eq!(moved("ArrowDown", 2, 20, 16), Some(18));
        assert_eq!(moved("ArrowDown", 10, 20, 16), Some(10));
        assert_eq!(moved("ArrowUp", 18, 20, 16), Some(2));
        assert_eq!(moved("End", 17, 20, 16), Some(19));
        assert_eq!(moved("Home", 17, 20, 16), Some(16));
        assert_eq!(moved("a", 17, 20, 16), None);
        assert_eq!(moved("End", 0, 0, 16), None);
    }

    #[test]
    fn bytes_are_written_as_people_read_them() {
        assert_eq!(text(&[0, 0x3c, 0xff]), "00 3c ff");
        assert_eq!((sign(b'<'), sign(0), sign(0xff)), ('<', '\u{b7}', '\u{b7}'));
        assert_eq!(offset(16, 100), "0010");
        assert_eq!(offset(16, 1 << 20), "00000010");
    }

    #[test]
    fn marks_are_cut_at_the_ends_of_a_row() {
        assert_eq!(within(&(10..40), 16, 16), Some(0..16));
        assert_eq!(within(&(10..20), 16, 16), Some(0..4));
        assert_eq!(within(&(10..16), 16, 16), None);
        assert_eq!(within(&(20..20), 16, 16), None);
    }
}
