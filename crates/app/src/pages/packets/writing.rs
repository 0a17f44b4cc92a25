//! A filter as it is typed: places in its text, what a key does, what a proposal makes of it. Pure.

use midge_view::{FilterMistake, Proposal};

/// The byte of `text` at which the browser's cursor is; browsers count UTF-16 units.
pub(super) fn byte_of(text: &str, utf16: u32) -> u32 {
    let mut units = 0;
    let found = text.char_indices().find(|(_, letter)| {
        let is_there = units >= utf16;
        units += letter.len_utf16() as u32;
        is_there
    });
    found.map_or(text.len(), |(at, _)| at) as u32
}

/// The same place as browsers count it.
pub(super) fn utf16_of(text: &str, byte: u32) -> u32 {
    let before = text.get(..byte as usize).unwrap_or(text);
    before.encode_utf16().count() as u32
}

/// A text with the cursor in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The text.
    pub text: String,
    /// A byte of it.
    pub cursor: u32,
    /// Whether a value must follow, so that further proposals are welcome.
    pub is_open: bool,
}

/// What becomes of `text` when somebody takes a proposal.
pub(super) fn take(text: &str, proposal: &Proposal) -> Written {
    let (from, to) = (proposal.from as usize, proposal.to as usize);
    let before = text.get(..from).unwrap_or(text);
    let after = text.get(to..).unwrap_or_default();
    Written {
        text: format!("{before}{}{after}", proposal.insert),
        cursor: (before.len() + proposal.insert.len()) as u32,
        is_open: proposal.insert.ends_with([':', '=', '~', '<', '>']),
    }
}

/// The text before a mistake, the mistake, and the text after it. Where something is missing, one sign
/// stands for it.
pub(super) fn parts<'a>(text: &'a str, mistake: &FilterMistake) -> [&'a str; 3] {
    let (from, to) = (mistake.from as usize, mistake.to as usize);
    let before = text.get(..from).unwrap_or(text);
    let after = text.get(to..).unwrap_or_default();
    match text.get(from..to) {
        Some("") | None => [before, "\u{a0}", after],
        Some(wrong) => [before, wrong, after],
    }
}

/// What a key does while proposals are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Another proposal is the active one, or none.
    Activate(Option<usize>),
    /// The proposal is taken.
    Take(usize),
    /// The list is opened.
    Open,
    /// The list is closed.
    Close,
}

/// What `key` does when `count` proposals are there, shown or not, and one of them may be active.
pub(super) fn by_key(key: &str, shown: bool, active: Option<usize>, count: usize) -> Option<Deed> {
    let last = count.checked_sub(1);
    Some(match (key, shown, active) {
        ("ArrowDown" | "ArrowUp", false, _) => Deed::Open,
        ("ArrowDown", true, None) => Deed::Activate(last.map(|_| 0)),
        ("ArrowDown", true, Some(at)) if Some(at) == last => Deed::Activate(None),
        ("ArrowDown", true, Some(at)) => Deed::Activate(Some(at + 1)),
        ("ArrowUp", true, None) => Deed::Activate(last),
        ("ArrowUp", true, Some(at)) => Deed::Activate(at.checked_sub(1)),
        ("Enter" | "Tab", true, Some(at)) => Deed::Take(at),
        ("Enter" | "Escape", true, _) => Deed::Close,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(from: u32, to: u32, insert: &str) -> Proposal {
        Proposal {
            from,
            to,
            insert: insert.to_owned(),
            meaning: String::new(),
        }
    }

    #[test]
    fn the_browsers_places_are_places_of_the_text() {
        let text = "größe 🦟 x";
        for (byte, _) in text.char_indices() {
            assert_eq!(byte_of(text, utf16_of(text, byte as u32)), byte as u32);
        }
        assert_eq!(byte_of(text, 1_000), text.len() as u32);
        assert_eq!(utf16_of(text, 1_000), 10);
        assert_eq!(utf16_of("🦟", 4), 2);
    }

    #[test]
    fn a_proposal_replaces_what_it_is_for_and_a_key_waits_for_its_value() {
        let taken = take("retain ty qos:1", &proposal(7, 9, "type:"));
        assert_eq!(taken.text, "retain type: qos:1");
        assert_eq!((taken.cursor, taken.is_open), (12, true));
        let taken = take("type:pu", &proposal(5, 7, "PUBLISH"));
        assert_eq!(
            (taken.text.as_str(), taken.is_open),
            ("type:PUBLISH", false)
        );
        // A proposal for another text does no harm.
        assert_eq!(take("ä", &proposal(1, 9, "x")).text, "äx");
    }

    #[test]
    fn a_mistake_stands_out_also_where_something_is_missing() {
        let mistake = |from, to| FilterMistake {
            words: String::new(),
            from,
            to,
        };
        assert_eq!(parts("a qos:3 b", &mistake(6, 7)), ["a qos:", "3", " b"]);
        assert_eq!(parts("from:", &mistake(5, 5)), ["from:", "\u{a0}", ""]);
        assert_eq!(parts("ä", &mistake(1, 9)), ["ä", "\u{a0}", ""]);
    }

    #[test]
    fn keys_walk_take_and_close_the_proposals() {
        assert_eq!(by_key("ArrowDown", false, None, 3), Some(Deed::Open));
        assert_eq!(
            by_key("ArrowDown", true, None, 3),
            Some(Deed::Activate(Some(0)))
        );
        assert_eq!(
            by_key("ArrowDown", true, Some(2), 3),
            Some(Deed::Activate(None))
        );
        assert_eq!(
            by_key("ArrowUp", true, None, 3),
            Some(Deed::Activate(Some(2)))
        );
        assert_eq!(
            by_key("ArrowUp", true, Some(0), 3),
            Some(Deed::Activate(None))
        );
        assert_eq!(by_key("Enter", true, Some(1), 3), Some(Deed::Take(1)));
        assert_eq!(by_key("Tab", true, Some(1), 3), Some(Deed::Take(1)));
        // Without an active proposal these keys do what they always do.
        assert_eq!(by_key("Tab", true, None, 3), None);
        assert_eq!(by_key("Enter", true, None, 3), Some(Deed::Close));
        assert_eq!(by_key("Escape", true, Some(1), 3), Some(Deed::Close));
        assert_eq!(by_key("Escape", false, None, 3), None);
        assert_eq!(by_key("a", true, Some(1), 3), None);
    }
}
