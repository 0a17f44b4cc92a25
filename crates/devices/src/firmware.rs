//! What every device's firmware can do, and the desk at which it works.

use crate::{Entry, Random, State};
use core::time::Duration;
use midge_codec::{ByteString, Message, QoS};
use std::collections::VecDeque;

/// Lines that a journal keeps.
const JOURNAL_LINES: usize = 40;

/// What a device senses of the house, once a second and when the person sets out or arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Surroundings {
    /// The temperature of the room's air in degrees Celsius.
    pub(crate) celsius: f64,
    /// Whether somebody moves in the room.
    pub(crate) motion: bool,
    /// Time since the last time the device sensed.
    pub(crate) elapsed: Duration,
}

/// What firmware works with: the time, its own topic, chance, its outbox and its journal.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) now: Duration,
    pub(crate) topic: &'a str,
    pub(crate) random: &'a mut Random,
    pub(crate) outbox: &'a mut Vec<Message>,
    pub(crate) journal: &'a mut Journal,
}

impl Desk<'_> {
    /// Publishes the state on the device's topic, retained.
    pub(crate) fn report(&mut self, payload: impl Into<bytes::Bytes>, qos: QoS) {
        self.outbox
            .push(Message::new(self.topic, payload, qos, true));
    }

    pub(crate) fn note(&mut self, text: String) {
        self.journal.note(self.now, text);
    }
}

/// The program of a device. It decides what to publish; the house drops what it publishes offline.
pub(crate) trait Firmware {
    /// What it subscribes to.
    fn subscriptions(&self, topic: &str) -> Vec<(ByteString, QoS)> {
        let _ = topic;
        Vec::new()
    }

    /// The broker let it in: it says how things are.
    fn on_connected(&mut self, desk: &mut Desk<'_>);

    /// A message came for it.
    fn on_message(&mut self, desk: &mut Desk<'_>, message: &Message) {
        let _ = (desk, message);
    }

    /// It senses.
    fn on_sense(&mut self, desk: &mut Desk<'_>, surroundings: Surroundings) {
        let _ = (desk, surroundings);
    }

    /// [`Firmware::next_time`] is reached. Early calls do nothing.
    fn on_time(&mut self, desk: &mut Desk<'_>) {
        let _ = desk;
    }

    /// When it wants to be called.
    fn next_time(&self) -> Option<Duration> {
        None
    }

    /// Somebody presses its button; false when it has none.
    fn press(&mut self, desk: &mut Desk<'_>) -> bool {
        let _ = desk;
        false
    }

    /// What it shows of itself.
    fn state(&self) -> State;
}

/// The newest lines of what a device did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(VecDeque<Entry>);

impl Journal {
    pub(crate) fn note(&mut self, at: Duration, text: String) {
        if self.0.len() == JOURNAL_LINES {
            self.0.pop_front();
        }
        self.0.push_back(Entry { at, text });
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.0.iter()
    }
}

/// A payload in a line of a journal: its first characters, with what is not text replaced.
pub(crate) fn preview(payload: &[u8]) -> String {
    const CHARACTERS: usize = 40;
    let text = String::from_utf8_lossy(&payload[..payload.len().min(4 * CHARACTERS)]);
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .take(CHARACTERS)
        .collect();
    if shown.chars().count() == CHARACTERS {
        shown.push('…');
    }
    shown
}
