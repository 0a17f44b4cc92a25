//! Lessons and steps as data.

use crate::living_room;
use crate::scene::Goal;

/// The course.
#[derive(Clone, Copy, Debug, Default)]
pub struct Course;

impl Course {
    /// The lessons in order.
    pub fn lessons() -> &'static [Lesson] {
        &[living_room::LESSON]
    }

    /// The lesson with this id.
    pub fn lesson(id: &str) -> Option<&'static Lesson> {
        Self::lessons().iter().find(|lesson| lesson.id == id)
    }
}

/// One lesson. In its texts an empty line parts paragraphs, and topics and payloads stand between
/// backquotes.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its id in addresses and in stored progress; never changes.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What one can do after it, in a sentence.
    pub aim: &'static str,
    /// Minutes it takes somebody who meets MQTT for the first time.
    pub minutes: u8,
    /// What it is about.
    pub introduction: &'static str,
    /// What to take away, shown when every step is done.
    pub conclusion: &'static str,
    /// Its steps in order.
    pub steps: &'static [Step],
}

impl Lesson {
    /// Its steps in order.
    pub fn steps(&self) -> &'static [Step] {
        self.steps
    }
}

/// One step of a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What to do, in a line.
    pub title: &'static str,
    /// How and why.
    pub text: &'static str,
    /// Hints, from gentle to plain.
    pub hints: &'static [&'static str],
    /// Whether it is reached.
    pub(crate) goal: Goal,
}
