//! Finds commands by what is typed: every word must occur, beginnings count most. Pure.

/// How well `text` fits `query`: higher is better, `None` is not at all. An empty query fits everything.
pub(super) fn score(query: &str, text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    let mut total = 0;
    for word in query.to_lowercase().split_whitespace() {
        let at = text.find(word)?;
        let begins_word = text[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric());
        total += match (at, begins_word) {
            (0, _) => 100,
            (_, true) => 50,
            _ => 10,
        };
    }
    // Of equal fits the shorter text is meant.
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    Some(total * 1000 + 999_u32.saturating_sub(length.min(999)))
}

/// The places of those texts that fit, best first; equals stay in order.
pub(super) fn rank<'a>(
    query: &str,
    texts: impl Iterator<Item = &'a str>,
    most: usize,
) -> Vec<usize> {
    if query.trim().is_empty() {
        return (0..texts.count().min(most)).collect();
    }
    let mut found: Vec<(usize, u32)> = texts
        .enumerate()
        .filter_map(|(place, text)| Some((place, score(query, text)?)))
        .collect();
    found.sort_by_key(|(place, score)| (std::cmp::Reverse(*score), *place));
    found
        .into_iter()
        .take(most)
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = [
        "Go to Broker",
        "Lamp, living room",
        "Topic home/livingroom/light",
        "Broken pipe of the broker",
    ];

    fn found(query: &str) -> Vec<usize> {
        rank(query, TEXTS.into_iter(), 10)
    }

    #[test]
    fn an_empty_query_lists_everything_in_order() {
        assert_eq!(found("  "), [0, 1, 2, 3]);
        assert_eq!(rank("", TEXTS.into_iter(), 2), [0, 1]);
    }

    #[test]
    fn every_word_must_occur_in_any_order_and_case() {
        assert_eq!(found("ROOM lamp"), [1]);
        assert!(found("lamp kitchen").is_empty());
    }

    #[test]
    fn the_shorter_text_wins_among_equal_fits() {
        assert_eq!(found("broker"), [0, 3]);
        assert_eq!(found("living"), [1, 2]);
    }
}
