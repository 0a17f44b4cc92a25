//! The dimmable lamp: obeys `.../set`, and reports its light after it really changed.

use crate::dialect::{self, Light};
use crate::firmware::{Desk, Firmware, preview};
use crate::{State, dialect::switch_word};
use core::time::Duration;
use midge_codec::{ByteString, Message, QoS};

/// How long the light takes to change.
const FADE: Duration = Duration::from_millis(250);

/// A lamp.
#[derive(Clone, Debug)]
pub(crate) struct Lamp {
    /// The light it gives.
    light: Light,
    /// The light it was told to give, and when it will.
    fading: Option<(Duration, Light)>,
}

impl Lamp {
    pub(crate) fn new(on: bool, brightness: u8) -> Self {
        Self {
            light: Light { on, brightness },
            fading: None,
        }
    }

    /// What it gives once the fade is over.
    fn wanted(&self) -> Light {
        self.fading.map_or(self.light, |(_, light)| light)
    }

    /// A command during a fade changes where the fade ends, not when, so that a flood of commands
    /// cannot keep the lamp from reporting.
    fn fade_to(&mut self, now: Duration, light: Light) {
        let at = self.fading.map_or(now + FADE, |(at, _)| at);
        self.fading = Some((at, light));
    }
}

impl Firmware for Lamp {
    fn subscriptions(&self, topic: &str) -> Vec<(ByteString, QoS)> {
        vec![(dialect::set_topic(topic), QoS::AtLeastOnce)]
    }

    fn on_connected(&mut self, desk: &mut Desk<'_>) {
        desk.report(self.light.report(), QoS::AtLeastOnce);
    }

    fn on_message(&mut self, desk: &mut Desk<'_>, message: &Message) {
        // Whoever widens its subscriptions must not make it answer its own reports for ever.
        if message.topic != dialect::set_topic(desk.topic) {
            return;
        }
        match self.wanted().after(&message.payload) {
            Ok(light) => {
                desk.note(format!("told `{}`", preview(&message.payload)));
                self.fade_to(desk.now, light);
            }
            Err(why) => desk.note(format!("ignored `{}`: {why}", preview(&message.payload))),
        }
    }

    fn on_time(&mut self, desk: &mut Desk<'_>) {
        if let Some((at, light)) = self.fading
            && desk.now >= at
        {
            self.fading = None;
            self.light = light;
            desk.note(format!("{}, {} %", switch_word(light.on), light.brightness));
            desk.report(light.report(), QoS::AtLeastOnce);
        }
    }

    fn next_time(&self) -> Option<Duration> {
        self.fading.map(|(at, _)| at)
    }

    fn press(&mut self, desk: &mut Desk<'_>) -> bool {
        let light = self.wanted();
        desk.note("button pressed".to_owned());
        self.fade_to(
            desk.now,
            Light {
                on: !light.on,
                ..light
            },
        );
        true
    }

    fn state(&self) -> State {
        State::Lamp {
            on: self.light.on,
            brightness: self.light.brightness,
        }
    }
}
