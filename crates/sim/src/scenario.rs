//! A scenario: what a world starts from, and what is done to it.

use crate::{Action, World};
use core::time::Duration;
use midge_session::Instant;
use serde::{Deserialize, Serialize};

/// What a world starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Drives every chance: noise, jitter, routine.
    pub seed: u64,
    /// The virtual time of day when the world starts, below 24 hours.
    pub start_of_day: Duration,
    /// The lab's broker.
    pub broker: midge_broker::Config,
}

impl Scenario {
    /// The lab's house at seven in the evening, when lamps are worth looking at, with `$SYS` once a minute, and without topic aliases:
    /// in a lab every PUBLISH shows its topic.
    pub fn house(seed: u64) -> Self {
        Self {
            seed,
            start_of_day: Duration::from_secs(19 * 3600),
            broker: midge_broker::Config {
                reason_strings: true,
                sys_interval: Some(Duration::from_secs(60)),
                limits: midge_broker::Limits {
                    topic_alias_maximum: 0,
                    ..midge_broker::Limits::default()
                },
                ..midge_broker::Config::default()
            },
        }
    }
}

/// An action with its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// When, in virtual time.
    pub at: Instant,
    /// What.
    pub action: Action,
}

/// Plays `deeds`, which are in the order of their times, in a world made from `scenario`, and runs it
/// until `until`. A refused action is skipped: a fuzzer's script is legal whatever it holds.
pub fn play(scenario: Scenario, deeds: &[Deed], until: Instant) -> World {
    let mut world = World::new(scenario);
    for deed in deeds.iter().take_while(|deed| deed.at <= until) {
        world.run_until(deed.at);
        let _refused_is_skipped = world.act(deed.action.clone());
    }
    world.run_until(until);
    world
}

/// The trace hash of a script: equal on every machine for the same seed and deeds.
pub fn trace_hash(seed: u64, deeds: &[Deed], until: Instant) -> u64 {
    play(Scenario::house(seed), deeds, until).log().hash()
}
