//! The course in the engine: the lesson under way, and what was reached before.

use crate::saturate::saturate;
use midge_lessons::{Course as Lessons, Lesson, Progress, StepState as Stage, Tracker};
use midge_sim::World;
use midge_view::{CourseAnswer, LessonAnswer, LessonRow, Problem, StepRow, StepState};

/// Progress, and the lesson under way.
#[derive(Debug, Default)]
pub(crate) struct Course {
    progress: Progress,
    tracker: Option<Tracker>,
}

impl Course {
    /// Looks at what happened in the lab.
    pub(crate) fn update(&mut self, world: &World) {
        if let Some(tracker) = &mut self.tracker
            && tracker.update(world)
        {
            tracker.save(&mut self.progress);
        }
    }

    pub(crate) fn start(&mut self, id: &str, world: &World) -> Result<(), Problem> {
        let lesson = find(id)?;
        let under_way = self.tracker.as_ref().map(|tracker| tracker.lesson().id);
        if under_way != Some(lesson.id) {
            self.tracker = Some(Tracker::new(lesson, &self.progress, world));
        }
        Ok(())
    }

    pub(crate) fn reset(&mut self, id: &str, world: &World) -> Result<(), Problem> {
        let lesson = find(id)?;
        self.progress.steps_done.remove(lesson.id);
        if let Some(tracker) = &mut self.tracker
            && tracker.lesson().id == lesson.id
        {
            *tracker = Tracker::new(lesson, &self.progress, world);
        }
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.tracker = None;
    }

    /// Follows the lesson on in a world that was made again.
    pub(crate) fn on_lab_restart(&mut self, world: &World) {
        if let Some(tracker) = &mut self.tracker {
            *tracker = Tracker::new(tracker.lesson(), &self.progress, world);
        }
    }

    /// Takes over what an earlier visit stored; steps done since stay done.
    pub(crate) fn restore(&mut self, text: &str, world: &World) -> Result<(), Problem> {
        let stored = Progress::from_text(text).map_err(|why| Problem {
            what: format!("The stored progress could not be read: {why}."),
            try_next: vec!["It is left out; the lessons begin anew.".to_owned()],
        })?;
        self.progress.merge(&stored);
        self.on_lab_restart(world);
        Ok(())
    }

    /// The list of lessons.
    pub(crate) fn list(&self) -> CourseAnswer {
        CourseAnswer {
            lessons: Lessons::lessons().iter().map(|it| self.row(it)).collect(),
            progress: self.progress.to_text(),
        }
    }

    /// The lesson under way.
    pub(crate) fn lesson(&self, world: &World) -> Option<LessonAnswer> {
        let tracker = self.tracker.as_ref()?;
        let lesson = tracker.lesson();
        let steps = (0u32..).zip(lesson.steps()).map(|(index, step)| {
            let state = match tracker.state(index) {
                Stage::Done => StepState::Done,
                Stage::Active => StepState::Active,
                Stage::Waiting => StepState::Waiting,
            };
            StepRow {
                title: step.title.to_owned(),
                text: paragraphs(step.text),
                hints: step.hints.iter().map(|&hint| hint.to_owned()).collect(),
                feedback: match state {
                    StepState::Active => tracker.feedback(world),
                    StepState::Done => tracker.seen(index).unwrap_or("Done.").to_owned(),
                    StepState::Waiting => String::new(),
                },
                state,
            }
        });
        Some(LessonAnswer {
            row: self.row(lesson),
            intro: paragraphs(lesson.introduction),
            steps: steps.collect(),
            summary: paragraphs(lesson.conclusion),
        })
    }

    fn row(&self, lesson: &Lesson) -> LessonRow {
        let all = saturate(lesson.steps().len());
        let stored = self.progress.done(lesson.id);
        let done = match &self.tracker {
            Some(tracker) if tracker.lesson().id == lesson.id => tracker.done(),
            _ => stored,
        };
        LessonRow {
            id: lesson.id.to_owned(),
            title: lesson.title.to_owned(),
            aim: lesson.aim.to_owned(),
            minutes: lesson.minutes,
            done: (done.min(all) as u8, all.min(u8::MAX.into()) as u8),
        }
    }
}

fn find(id: &str) -> Result<&'static Lesson, Problem> {
    Lessons::lesson(id).ok_or_else(|| Problem {
        what: format!("There is no lesson \"{id}\"."),
        try_next: vec!["Choose one from the list.".to_owned()],
    })
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n")
        .map(|paragraph| paragraph.trim().to_owned())
        .collect()
}
