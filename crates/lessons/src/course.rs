//! Lessons and steps as data.

/// All lessons in the order of the course.
#[derive(Clone, Copy, Debug, Default)]
pub struct Course;

impl Course {
    /// The lessons.
    pub fn lessons() -> &'static [Lesson] {
        &[]
    }

    /// The lesson with this id.
    pub fn lesson(id: &str) -> Option<&'static Lesson> {
        Self::lessons().iter().find(|lesson| lesson.id == id)
    }
}

/// One lesson.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its id in addresses and in stored progress; never changes.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is about, in a few sentences.
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
    /// Its title.
    pub title: &'static str,
    /// What to do and why, in a few sentences.
    pub text: &'static str,
    /// Hints, from gentle to plain.
    pub hints: &'static [&'static str],
}
