//! Sentences that feedback is made of.

use crate::scene::Held;
use midge_codec::topic::{self, Mismatch};

/// A payload in a sentence: its first characters.
pub(crate) fn payload(bytes: &[u8]) -> String {
    const CHARACTERS: usize = 60;
    let text = String::from_utf8_lossy(bytes);
    let shown: String = text.chars().take(CHARACTERS).collect();
    if shown.is_empty() {
        return "nothing".to_owned();
    }
    let dots = if text.chars().count() > CHARACTERS {
        "…"
    } else {
        ""
    };
    format!("`{shown}{dots}`")
}

/// Why `filter` does not match `name`, with the levels that part them. Empty when it matches.
pub(crate) fn mismatch(filter: &str, name: &str) -> String {
    let Err(mismatch) = topic::compare(filter, name) else {
        return String::new();
    };
    match mismatch {
        Mismatch::DollarTopic => {
            "A wildcard at the start never matches a topic with `$`.".to_owned()
        }
        Mismatch::Level(level) => {
            let (asked, is) = (level_of(filter, level), level_of(name, level));
            let number = level + 1;
            if asked.is_empty() {
                format!("Level {number} of the filter is empty, because of a `/` too many.")
            } else if asked.eq_ignore_ascii_case(is) {
                format!(
                    "Level {number} is `{asked}` in the filter and `{is}` in the topic: capital and small letters differ."
                )
            } else {
                format!("Level {number} is `{asked}` in the filter and `{is}` in the topic.")
            }
        }
        Mismatch::NameTooShort(level) => format!(
            "The filter asks for a level {} (`{}`), which the topic does not have.",
            level + 1,
            level_of(filter, level)
        ),
        Mismatch::NameTooLong(level) => format!(
            "The filter ends before level {} of the topic (`{}`).",
            level + 1,
            level_of(name, level)
        ),
    }
}

fn level_of(text: &str, level: u16) -> &str {
    text.split('/').nth(level.into()).unwrap_or("")
}

/// The filter that comes closest to matching `name`.
pub(crate) fn closest<'a>(held: &[Held<'a>], name: &str) -> Option<Held<'a>> {
    let agreement = |held: &&Held<'_>| match topic::compare(held.filter, name) {
        Ok(()) => u16::MAX,
        Err(Mismatch::DollarTopic) => 0,
        Err(
            Mismatch::Level(level) | Mismatch::NameTooShort(level) | Mismatch::NameTooLong(level),
        ) => level,
    };
    held.iter().max_by_key(agreement).copied()
}

/// Topics in a sentence.
pub(crate) fn topics<'a>(topics: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = topics
        .into_iter()
        .map(|topic| format!("`{topic}`"))
        .collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "home/livingroom/temperature";

    #[test]
    fn each_mismatch_names_the_levels_that_part() {
        for (filter, expected) in [
            (
                "home/livingroom/temp",
                "Level 3 is `temp` in the filter and `temperature` in the topic.",
            ),
            (
                "home/Livingroom/temperature",
                "capital and small letters differ",
            ),
            (
                "/home/livingroom/temperature",
                "Level 1 of the filter is empty",
            ),
            ("home/+", "ends before level 3 of the topic (`temperature`)"),
            ("home/+/temperature/value", "asks for a level 4 (`value`)"),
        ] {
            let said = mismatch(filter, NAME);
            assert!(said.contains(expected), "{filter}: {said}");
        }
        assert_eq!(mismatch("home/+/+", NAME), "");
    }
}
