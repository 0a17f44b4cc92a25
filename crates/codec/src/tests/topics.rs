//! What is a legal topic, and what matches.

use crate::arbitrary::{topic_filter, topic_name};
use crate::topic::{Invalid, Mismatch, compare, matches, split_shared};
use crate::topic::{validate_filter, validate_name};
use alloc::string::ToString;
use alloc::vec::Vec;
use proptest::prelude::*;

#[test]
fn names_are_validated() {
    for name in ["a", "/", "a b/ C/é", "$SYS/x", "//", "\u{FEFF}"] {
        assert_eq!(validate_name(name), Ok(()), "{name}");
    }
    assert_eq!(validate_name(""), Err(Invalid::Empty));
    assert_eq!(validate_name("a\0"), Err(Invalid::Null));
    assert_eq!(validate_name(&"a".repeat(65_535)), Ok(()));
    assert_eq!(validate_name(&"a".repeat(65_536)), Err(Invalid::TooLong));
    for name in ["#", "a/+", "a+", "a/#/b"] {
        assert_eq!(validate_name(name), Err(Invalid::WildcardInName), "{name}");
    }
}

#[test]
fn filters_are_validated() {
    for filter in [
        "#",
        "+",
        "/",
        "a/#",
        "+/+",
        "+/a/#",
        "/+",
        "a//+",
        "$SYS/#",
        "$share",
        "$shared/+",
    ] {
        assert_eq!(validate_filter(filter), Ok(()), "{filter}");
    }
    assert_eq!(validate_filter(""), Err(Invalid::Empty));
    assert_eq!(validate_filter("a\0"), Err(Invalid::Null));
    for filter in ["a#", "a/#/b", "#/a", "##", "/#a", "#/#"] {
        assert_eq!(
            validate_filter(filter),
            Err(Invalid::MisplacedHash),
            "{filter}"
        );
    }
    for filter in ["a+", "+a", "a/b+/c", "++"] {
        assert_eq!(
            validate_filter(filter),
            Err(Invalid::MisplacedPlus),
            "{filter}"
        );
    }
}

#[test]
fn shared_filters_are_validated() {
    for filter in ["$share/g/a", "$share/g/#", "$share/g//", "$share/g/$SYS/+"] {
        assert_eq!(validate_filter(filter), Ok(()), "{filter}");
    }
    for filter in [
        "$share/",
        "$share/g",
        "$share/g/",
        "$share//a",
        "$share/+/a",
        "$share/g#/a",
    ] {
        assert_eq!(
            validate_filter(filter),
            Err(Invalid::MalformedShare),
            "{filter}"
        );
    }
    assert_eq!(validate_filter("$share/g/a#"), Err(Invalid::MisplacedHash));
    assert_eq!(split_shared("$share/g/a/b"), Some(("g", "a/b")));
    assert_eq!(split_shared("$shared/g/a"), None);
    assert_eq!(split_shared("a/$share/g/a"), None);
}

#[test]
fn the_examples_of_the_standard_match() {
    for (filter, name) in [
        ("sport/tennis/player1/#", "sport/tennis/player1"),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking"),
        (
            "sport/tennis/player1/#",
            "sport/tennis/player1/score/wimbledon",
        ),
        ("sport/#", "sport"),
        ("#", "a"),
        ("#", "/"),
        ("sport/tennis/+", "sport/tennis/player1"),
        ("sport/+", "sport/"),
        ("+/+", "/finance"),
        ("/+", "/finance"),
        ("$SYS/#", "$SYS/broker"),
        ("$SYS/monitor/+", "$SYS/monitor/Clients"),
        ("+/$x", "a/$x"),
        ("a//+", "a//b"),
        ("+/#", "a"),
    ] {
        assert_eq!(compare(filter, name), Ok(()), "{filter} {name}");
    }
}

#[test]
fn a_mismatch_names_the_level() {
    for (filter, name, mismatch) in [
        (
            "sport/tennis/+",
            "sport/tennis/player1/ranking",
            Mismatch::NameTooLong(3),
        ),
        ("sport/+", "sport", Mismatch::NameTooShort(1)),
        ("+", "/finance", Mismatch::NameTooLong(1)),
        ("a/b/#", "a", Mismatch::NameTooShort(1)),
        ("a/b", "a/B", Mismatch::Level(1)),
        ("a/b", "a/b/", Mismatch::NameTooLong(2)),
        ("/a", "a", Mismatch::Level(0)),
        ("#", "$SYS", Mismatch::DollarTopic),
        (
            "+/monitor/Clients",
            "$SYS/monitor/Clients",
            Mismatch::DollarTopic,
        ),
        ("A", "a", Mismatch::Level(0)),
        ("e\u{301}", "é", Mismatch::Level(0)),
    ] {
        assert_eq!(compare(filter, name), Err(mismatch), "{filter} {name}");
    }
    assert_eq!(Mismatch::Level(1).to_string(), "level 2 differs");
}

#[test]
fn the_longest_topics_are_compared() {
    let slashes = "/".repeat(65_535);
    assert_eq!(compare(&slashes, &slashes), Ok(()));
    assert_eq!(compare("/", &slashes), Err(Mismatch::NameTooLong(2)));
    assert_eq!(
        compare(&slashes[1..], &slashes),
        Err(Mismatch::NameTooLong(65_535))
    );
}

/// The standard's rules said again, level by level and without regard to speed.
fn naive(filter: &[&str], name: &[&str]) -> bool {
    match (filter, name) {
        (["#"], _) | ([], []) => true,
        ([wanted, filter @ ..], [found, name @ ..]) => {
            (*wanted == "+" || wanted == found) && naive(filter, name)
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn matching_agrees_with_a_naive_model(filter in topic_filter(), name in topic_name()) {
        let filter = split_shared(filter).map_or(filter, |(_, filter)| filter);
        let hidden = name.starts_with('$') && filter.starts_with(['+', '#']);
        let levels = |text: &'static str| text.split('/').collect::<Vec<_>>();
        let expected = !hidden && naive(&levels(filter), &levels(name));
        prop_assert_eq!(matches(filter, name), expected);
    }

    #[test]
    fn a_name_matches_itself_and_its_generalisations(name in topic_name()) {
        prop_assert!(matches(name, name));
        if let Some((parent, _)) = name.rsplit_once('/')
            && !parent.is_empty()
            && !name.starts_with('$')
        {
            let all = alloc::format!("{parent}/#");
            let one = alloc::format!("{parent}/+");
            prop_assert!(matches(&all, name) && matches(&one, name));
            prop_assert!(matches(&all, parent) && !matches(&one, parent));
            prop_assert!(!matches(parent, name));
        }
    }

    #[test]
    fn comparing_any_text_never_panics(filter in "\\PC*", name in "\\PC*") {
        let _ = (compare(&filter, &name), validate_filter(&filter), validate_name(&name));
        let _ = split_shared(&filter);
    }
}
