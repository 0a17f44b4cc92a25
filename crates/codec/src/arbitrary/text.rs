//! Strategies for strings, binary data, topic names and topic filters.

use super::{leak, leak_text};
use alloc::{string::String, vec::Vec};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A legal UTF-8 string: mostly short, sometimes as long as can be.
pub fn text() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        20 => vec(character(), 0..20).prop_map(String::from_iter),
        1 => Just("m".repeat(65_535)),
    ]
    .prop_map(leak_text)
}

/// Binary data: mostly short, sometimes as long as can be.
pub fn binary() -> impl Strategy<Value = &'static [u8]> {
    prop_oneof![
        20 => vec(any::<u8>(), 0..20),
        1 => Just(alloc::vec![0; 65_535]),
    ]
    .prop_map(leak)
}

/// A legal topic name of few, often equal levels, some of them empty or starting with `$`.
pub fn topic_name() -> impl Strategy<Value = &'static str> {
    vec(level(), 1..6)
        .prop_map(|levels| levels.join("/"))
        .prop_filter("a topic has at least one character", |name| {
            !name.is_empty()
        })
        .prop_map(leak_text)
}

/// A legal topic filter, sometimes with wildcards, sometimes shared.
pub fn topic_filter() -> impl Strategy<Value = &'static str> {
    let level = prop_oneof![2 => level(), 1 => Just(String::from("+"))];
    let end = select(&["", "/#"][..]);
    let filter = prop_oneof![
        9 => (vec(level, 1..5), end).prop_map(|(levels, end)| levels.join("/") + end),
        1 => Just(String::from("#")),
    ]
    .prop_filter("a filter has at least one character", |filter| {
        !filter.is_empty()
    });
    (select(&["", "", "", "$share/group/"][..]), filter)
        .prop_map(|(share, filter)| leak_text(alloc::format!("{share}{filter}")))
        // A filter that by chance begins like a shared one may not be legal as such.
        .prop_filter("legal", |filter| {
            crate::topic::validate_filter(filter).is_ok()
        })
}

fn level() -> impl Strategy<Value = String> {
    let known: Vec<String> = ["", "a", "b", "home", "light", "$SYS", "é"]
        .map(String::from)
        .into();
    prop_oneof![
        4 => select(known),
        1 => vec(character(), 0..6).prop_map(|text| {
            text.into_iter().filter(|c| !matches!(c, '#' | '+' | '/')).collect()
        }),
    ]
}

fn character() -> impl Strategy<Value = char> {
    any::<char>().prop_map(|c| if c == '\0' { '\u{FEFF}' } else { c })
}
