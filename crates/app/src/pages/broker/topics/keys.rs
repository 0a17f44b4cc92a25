//! What keys do in the topic tree, whose rows are not all at hand. Pure.

use midge_view::TopicRow;

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// The cursor goes to a row, by its index among all.
    To(u32),
    /// The branch of this path is opened or closed.
    Toggle(String),
}

/// What `key` does at row `at`. `rows` are at hand from index `first` on; there are `all`.
pub(super) fn by_key(key: &str, rows: &[TopicRow], first: u32, at: u32, all: u32) -> Option<Move> {
    let last = all.checked_sub(1)?;
    let row = at
        .checked_sub(first)
        .and_then(|place| rows.get(usize::try_from(place).ok()?));
    let open = row.and_then(|row| row.open);
    Some(match (key, open) {
        ("ArrowDown", _) => Move::To((at + 1).min(last)),
        ("ArrowUp", _) => Move::To(at.saturating_sub(1)),
        ("PageDown", _) => Move::To((at + 12).min(last)),
        ("PageUp", _) => Move::To(at.saturating_sub(12)),
        ("Home", _) => Move::To(0),
        ("End", _) => Move::To(last),
        ("ArrowRight", Some(false)) | ("ArrowLeft", Some(true)) | ("Enter" | " ", Some(_)) => {
            Move::Toggle(row?.path.clone())
        }
        ("ArrowRight", Some(true)) => Move::To((at + 1).min(last)),
        ("ArrowLeft", _) => {
            let depth = row?.depth;
            let before = &rows[..usize::try_from(at - first).ok()?];
            let place = before.iter().rposition(|other| other.depth < depth)?;
            Move::To(first + u32::try_from(place).ok()?)
        }
        _ => return None,
    })
}

/// Where to scroll so that row `at` is on screen; `None` when it is.
pub(super) fn reveal(at: u32, row_height: u32, top: u32, height: u32) -> Option<u32> {
    let row = at * row_height;
    if row < top {
        Some(row)
    } else if row + row_height > top + height {
        Some((row + row_height).saturating_sub(height))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, open: Option<bool>) -> TopicRow {
        TopicRow {
            path: path.to_owned(),
            level: String::new(),
            depth: u16::try_from(path.matches('/').count()).unwrap_or(0),
            open,
            position: (1, 1),
            packets: None,
            retained: false,
            topics: 1,
            matched: 0,
            verdict: None,
        }
    }

    #[test]
    fn keys_walk_open_and_close() {
        let rows = [
            row("a", Some(true)),
            row("a/b", Some(false)),
            row("a/c", None),
        ];
        let act = |key: &str, at| by_key(key, &rows, 10, at, 20);
        assert_eq!(act("ArrowDown", 10), Some(Move::To(11)));
        assert_eq!(act("ArrowRight", 11), Some(Move::Toggle("a/b".to_owned())));
        assert_eq!(act("ArrowRight", 10), Some(Move::To(11)));
        assert_eq!(act("ArrowLeft", 10), Some(Move::Toggle("a".to_owned())));
        assert_eq!(act("ArrowLeft", 12), Some(Move::To(10)));
        assert_eq!(act("Enter", 12), None);
        assert_eq!(act("End", 12), Some(Move::To(19)));
        assert_eq!(act("ArrowDown", 19), Some(Move::To(19)));
        assert_eq!(by_key("Home", &[], 0, 0, 0), None);
    }

    #[test]
    fn a_row_is_brought_on_screen_by_the_shortest_way() {
        assert_eq!(reveal(0, 32, 100, 320), Some(0));
        assert_eq!(reveal(5, 32, 100, 320), None);
        assert_eq!(reveal(20, 32, 100, 320), Some(352));
    }
}
