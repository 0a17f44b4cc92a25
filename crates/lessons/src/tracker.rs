//! Follows a world and says which steps of a lesson are done.

use crate::scene::Scene;
use crate::witness::Witness;
use crate::{Lesson, Progress};
use midge_sim::World;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepState {
    /// An earlier step comes first.
    Waiting,
    /// It is its turn.
    Active,
    /// Its goal was reached, in its turn.
    Done,
}

/// Follows one world through one lesson.
///
/// A call of [`Tracker::update`] costs what was logged since the last one, and a look at the filters
/// that learners hold.
#[derive(Clone, Debug)]
pub struct Tracker {
    lesson: &'static Lesson,
    done: u32,
    /// The number of the first packet after the active step's turn came.
    since: u64,
    witness: Witness,
    /// What was seen when a step was done, by its index.
    seen: BTreeMap<u32, String>,
}

impl Tracker {
    /// A tracker that sees what happens in `world` from here on, with the steps done that `progress`
    /// holds.
    pub fn new(lesson: &'static Lesson, progress: &Progress, world: &World) -> Self {
        let all = u32::try_from(lesson.steps.len()).unwrap_or(u32::MAX);
        let witness = Witness::new(world);
        Self {
            lesson,
            done: progress.done(lesson.id).min(all),
            since: witness.end(),
            witness,
            seen: BTreeMap::new(),
        }
    }

    /// Looks at what happened since the last call; answers whether a step was completed. `world` is
    /// the one that it was made with.
    pub fn update(&mut self, world: &World) -> bool {
        self.witness.observe(world);
        let before = self.done;
        while let Some(Ok(seen)) = self.look(world) {
            self.seen.insert(self.done, seen);
            self.done += 1;
            self.since = self.witness.end();
        }
        self.done > before
    }

    /// The active step's goal at this moment; `None` when all are done.
    fn look(&self, world: &World) -> Option<Result<String, String>> {
        let step = self.lesson.steps.get(usize::try_from(self.done).ok()?)?;
        Some((step.goal)(&Scene {
            world,
            witness: &self.witness,
            since: self.since,
        }))
    }

    /// The lesson.
    pub fn lesson(&self) -> &'static Lesson {
        self.lesson
    }

    /// How many steps are done.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// Where the step at `index` stands.
    pub fn state(&self, index: u32) -> StepState {
        match index.cmp(&self.done) {
            core::cmp::Ordering::Less => StepState::Done,
            core::cmp::Ordering::Equal => StepState::Active,
            core::cmp::Ordering::Greater => StepState::Waiting,
        }
    }

    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        usize::try_from(self.done).is_ok_and(|done| done >= self.lesson.steps.len())
    }

    /// What is still missing in the active step; when the lesson is complete, that it is.
    pub fn feedback(&self, world: &World) -> String {
        match self.look(world) {
            Some(Err(missing)) => missing,
            Some(Ok(seen)) => seen,
            None => "Every step of this lesson is done.".to_owned(),
        }
    }

    /// What was seen when the step at `index` was done; `None` for other steps, and for those that
    /// were done on an earlier visit.
    pub fn seen(&self, index: u32) -> Option<&str> {
        Some(self.seen.get(&index)?)
    }

    /// Writes the steps done into `progress`, which never loses any.
    pub fn save(&self, progress: &mut Progress) {
        progress.reach(self.lesson.id, self.done);
    }
}
