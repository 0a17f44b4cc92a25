//! Comparing topic filters with topic names.

use crate::contest::Contest;
use std::hint::black_box;

const FILTERS: [&str; 6] = [
    "factory/hall-3/press-17/temperature",
    "factory/+/press-17/+",
    "factory/#",
    "+/+/+/pressure",
    "factory/hall-3/press-18/temperature",
    "#",
];

const NAMES: [&str; 4] = [
    "factory/hall-3/press-17/temperature",
    "factory/hall-4/press-17/pressure",
    "office/floor-2/window/state",
    "factory",
];

/// The contests of this file.
pub(crate) fn contests() -> Vec<Contest> {
    let contest = Contest::new(
        "Compare a filter with a topic name",
        FILTERS.len() * NAMES.len(),
    )
    .with("midge", || all(midge_codec::topic::matches))
    .with("rumqttc", || {
        all(|filter, name| rumqttc::matches(name, filter))
    })
    .with("mqtt5-protocol", || {
        all(|filter, name| mqtt5_protocol::topic_matching::matches(name, filter));
    });
    vec![contest]
}

fn all(matches: impl Fn(&str, &str) -> bool) {
    let mut count = 0;
    for filter in FILTERS {
        for name in NAMES {
            count += usize::from(matches(black_box(filter), black_box(name)));
        }
    }
    assert_eq!(count, 11);
}
