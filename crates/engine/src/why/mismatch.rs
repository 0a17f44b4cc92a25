//! Where a filter and a topic part, in words with the levels themselves.

use midge_codec::topic::Mismatch;

/// The level, from 0, that decides: of both where they differ, of the one that is longer otherwise.
pub(crate) const fn level(mismatch: Mismatch) -> u16 {
    match mismatch {
        Mismatch::DollarTopic => 0,
        Mismatch::Level(level) | Mismatch::NameTooShort(level) | Mismatch::NameTooLong(level) => {
            level
        }
    }
}

/// What is wrong at that level, as in "level 2: the filter has \"light\", the topic \"heater\"".
pub(crate) fn words(mismatch: Mismatch, filter: &str, name: &str) -> String {
    let level = usize::from(level(mismatch));
    let number = level + 1;
    let wanted = || quoted(filter.split('/').nth(level));
    let found = || quoted(name.split('/').nth(level));
    match mismatch {
        Mismatch::DollarTopic => {
            "the topic starts with $, which a wildcard in the first level never matches".to_owned()
        }
        Mismatch::Level(_) => {
            format!(
                "level {number}: the filter has {}, the topic {}",
                wanted(),
                found()
            )
        }
        Mismatch::NameTooShort(_) => {
            format!(
                "the topic ends before level {number}, where the filter has {}",
                wanted()
            )
        }
        Mismatch::NameTooLong(_) => {
            format!(
                "the filter ends before level {number}, where the topic has {}",
                found()
            )
        }
    }
}

/// The same at the level itself, where the topic's side is seen.
pub(crate) fn at_level(mismatch: Mismatch, filter: &str) -> String {
    let wanted = quoted(filter.split('/').nth(usize::from(level(mismatch))));
    match mismatch {
        Mismatch::DollarTopic => {
            "starts with $: a wildcard in the first level never matches it".to_owned()
        }
        Mismatch::Level(_) => format!("the filter has {wanted} here"),
        Mismatch::NameTooShort(_) => format!("ends here, and the filter goes on with {wanted}"),
        Mismatch::NameTooLong(_) => "a level more than the filter has".to_owned(),
    }
}

/// A level in quotation marks; an empty level is one too, and easily overlooked.
fn quoted(level: Option<&str>) -> String {
    match level.unwrap_or_default() {
        "" => "an empty level".to_owned(),
        level => format!("\u{201c}{level}\u{201d}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::topic::compare;

    fn said(filter: &str, name: &str) -> String {
        words(compare(filter, name).expect_err("no match"), filter, name)
    }

    #[test]
    fn each_kind_of_miss_names_its_level() {
        assert_eq!(
            said("home/+/light", "home/kitchen/heater"),
            "level 3: the filter has \u{201c}light\u{201d}, the topic \u{201c}heater\u{201d}"
        );
        assert_eq!(
            said("sport/+", "sport"),
            "the topic ends before level 2, where the filter has \u{201c}+\u{201d}"
        );
        assert_eq!(
            said("+", "/finance"),
            "the filter ends before level 2, where the topic has \u{201c}finance\u{201d}"
        );
        assert_eq!(
            said("/finance", "finance"),
            "level 1: the filter has an empty level, the topic \u{201c}finance\u{201d}"
        );
        assert!(said("#", "$SYS/broker").starts_with("the topic starts with $"));
    }
}
