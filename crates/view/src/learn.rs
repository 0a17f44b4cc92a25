//! The course and the lesson under way.

use serde::{Deserialize, Serialize};

/// The list of lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseAnswer {
    /// In order.
    pub lessons: Vec<LessonRow>,
    /// Everything that must be kept for the next visit, as a versioned text the page stores unread.
    pub progress: String,
}

/// A lesson in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonRow {
    /// Its key.
    pub id: String,
    /// Title.
    pub title: String,
    /// What one can do after it, in a sentence.
    pub aim: String,
    /// Minutes it takes.
    pub minutes: u8,
    /// Steps done, and all.
    pub done: (u8, u8),
}

/// The lesson under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonAnswer {
    /// As in the list.
    pub row: LessonRow,
    /// What it is about: paragraphs.
    pub intro: Vec<String>,
    /// The steps.
    pub steps: Vec<StepRow>,
    /// What to take away, shown when all is done.
    pub summary: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRow {
    /// What to do, in a line.
    pub title: String,
    /// How and why: paragraphs, topics between backquotes.
    pub text: Vec<String>,
    /// Hints, to be opened one by one.
    pub hints: Vec<String>,
    /// Where it stands.
    pub state: StepState,
    /// What is still missing, or what was seen; for the live region.
    pub feedback: String,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepState {
    /// Later.
    Waiting,
    /// The one to do.
    Active,
    /// Reached.
    Done,
}
