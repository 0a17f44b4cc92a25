//! Lessons beside the lab, and what a visit leaves for the next.

use super::bench::Bench;
use midge_view::{Action, Answer, CourseAnswer, LessonAnswer, Query, StepState};

fn course(bench: &mut Bench) -> CourseAnswer {
    match bench.ask(Query::Course) {
        Answer::Course(course) => course,
        other => panic!("{other:?}"),
    }
}

fn lesson(bench: &mut Bench) -> LessonAnswer {
    match bench.ask(Query::Lesson) {
        Answer::Lesson(Some(lesson)) => *lesson,
        other => panic!("{other:?}"),
    }
}

/// A bench with the first lesson begun.
fn begun() -> (Bench, String) {
    let mut bench = Bench::new();
    let first = course(&mut bench).lessons.remove(0);
    assert!(!first.aim.is_empty() && first.minutes > 0 && first.done.1 > 0);
    bench
        .act(Action::StartLesson(first.id.clone()))
        .expect("it is in the list");
    (bench, first.id)
}

#[test]
fn a_lesson_that_begins_says_what_is_missing() {
    let (mut bench, id) = begun();
    bench.pass(1_000);
    let answer = lesson(&mut bench);
    assert_eq!(answer.row.id, id);
    let states: Vec<StepState> = answer.steps.iter().map(|step| step.state).collect();
    let done = states
        .iter()
        .take_while(|it| **it == StepState::Done)
        .count();
    assert_eq!(done, usize::from(answer.row.done.0));
    assert_eq!(states[done], StepState::Active);
    assert!(!answer.steps[done].feedback.is_empty());
    assert!(
        states[done + 1..]
            .iter()
            .all(|it| *it == StepState::Waiting)
    );
    bench.act(Action::LeaveLesson).expect("left");
    assert_eq!(bench.ask(Query::Lesson), Answer::Lesson(None));
}

#[test]
fn progress_of_an_earlier_visit_is_taken_over_and_can_be_put_back() {
    let (mut bench, id) = begun();
    let stored = course(&mut bench).progress;
    let mut parsed: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
    parsed["steps_done"][&id] = 1.into();
    bench
        .act(Action::RestoreProgress(parsed.to_string()))
        .expect("of this version");
    let answer = lesson(&mut bench);
    assert_eq!(answer.row.done.0, 1);
    assert_eq!(answer.steps[0].state, StepState::Done);
    assert_eq!(answer.steps[1].state, StepState::Active);

    bench.act(Action::ResetLesson(id)).expect("in the list");
    assert_eq!(lesson(&mut bench).row.done.0, 0);
    parsed["version"] = 999.into();
    let refused = bench.act(Action::RestoreProgress(parsed.to_string()));
    assert!(refused.expect_err("another version").what.contains("999"));
}
