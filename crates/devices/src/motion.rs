//! The motion sensor: `ON` when something moves, `OFF` after nothing moved for its hold time.

use crate::State;
use crate::dialect::switch_word;
use crate::firmware::{Desk, Firmware, Surroundings};
use core::time::Duration;
use midge_codec::QoS;

/// How long motion is held after it was seen last.
const HOLD: Duration = Duration::from_secs(10);

/// A passive infrared sensor: it sees who walks, not who sits.
#[derive(Clone, Debug, Default)]
pub(crate) struct MotionSensor {
    /// When the hold time ends; `None` when nothing is detected.
    held_until: Option<Duration>,
}

impl MotionSensor {
    fn publish(&self, desk: &mut Desk<'_>) {
        let word = switch_word(self.held_until.is_some());
        desk.report(word, QoS::AtLeastOnce);
    }
}

impl Firmware for MotionSensor {
    fn on_connected(&mut self, desk: &mut Desk<'_>) {
        self.publish(desk);
    }

    fn on_sense(&mut self, desk: &mut Desk<'_>, surroundings: Surroundings) {
        if !surroundings.motion {
            return;
        }
        let was_clear = self.held_until.is_none();
        self.held_until = Some(desk.now + HOLD);
        if was_clear {
            desk.note("sees motion".to_owned());
            self.publish(desk);
        }
    }

    fn on_time(&mut self, desk: &mut Desk<'_>) {
        if self.held_until.is_some_and(|until| desk.now >= until) {
            self.held_until = None;
            desk.note("saw no motion for 10 s".to_owned());
            self.publish(desk);
        }
    }

    fn next_time(&self) -> Option<Duration> {
        self.held_until
    }

    fn press(&mut self, desk: &mut Desk<'_>) -> bool {
        desk.note("button pressed: publishes what it sees".to_owned());
        self.publish(desk);
        true
    }

    fn state(&self) -> State {
        State::Motion {
            detected: self.held_until.is_some(),
        }
    }
}
