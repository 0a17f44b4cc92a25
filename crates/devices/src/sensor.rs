//! The temperature sensor: slow, a little noisy, and it speaks when there is something to say.

use crate::firmware::{Desk, Firmware, Surroundings};
use crate::{Random, State};
use core::time::Duration;
use midge_codec::QoS;

/// Time constant of the sensor's element, in seconds.
const LAG_SECONDS: f64 = 20.0;
/// Standard deviation of a measurement, in kelvin.
const NOISE: f64 = 0.03;
/// How far a measurement must be from the published value to be published, in kelvin.
const THRESHOLD: f64 = 0.1;
/// The longest silence.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A temperature sensor.
#[derive(Clone, Debug)]
pub(crate) struct TemperatureSensor {
    /// The temperature of its element.
    element: f64,
    /// The last measurement.
    measured: f64,
    published: Option<(Duration, f64)>,
}

impl TemperatureSensor {
    /// A sensor that has been in its room for a while.
    pub(crate) fn new(celsius: f64) -> Self {
        Self {
            element: celsius,
            measured: celsius,
            published: None,
        }
    }

    fn measure(&mut self, random: &mut Random, surroundings: Surroundings) {
        let share = 1.0 - libm::exp(-surroundings.elapsed.as_secs_f64() / LAG_SECONDS);
        self.element += share * (surroundings.celsius - self.element);
        self.measured = self.element + NOISE * random.normal();
    }

    fn publish(&mut self, desk: &mut Desk<'_>) {
        let rounded = libm::round(self.measured * 10.0) / 10.0;
        self.published = Some((desk.now, rounded));
        desk.report(format!("{rounded:.1}"), QoS::AtMostOnce);
    }
}

impl Firmware for TemperatureSensor {
    fn on_connected(&mut self, desk: &mut Desk<'_>) {
        self.publish(desk);
    }

    fn on_sense(&mut self, desk: &mut Desk<'_>, surroundings: Surroundings) {
        self.measure(desk.random, surroundings);
        let due = match self.published {
            None => false,
            Some((at, value)) => {
                (self.measured - value).abs() >= THRESHOLD || desk.now >= at + HEARTBEAT
            }
        };
        if due {
            self.publish(desk);
        }
    }

    fn press(&mut self, desk: &mut Desk<'_>) -> bool {
        desk.note("button pressed: publishes what it measures".to_owned());
        self.publish(desk);
        true
    }

    fn state(&self) -> State {
        State::Temperature {
            celsius: libm::round(self.measured * 10.0) / 10.0,
        }
    }
}
