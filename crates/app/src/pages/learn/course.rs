//! The list of lessons.

use crate::components::icon::{Icon, Sign};
use crate::hub::use_course;
use crate::route::{Address, Page};
use midge_view::LessonRow;
use yew::prelude::*;

/// All lessons, with what one can do after each.
#[component]
pub(super) fn CourseList() -> Html {
    let course = use_course();
    html! {
        <div class="page">
            <div class="page-scroll course">
                <header class="course-head">
                    <h1>{"Learn"}</h1>
                    <p class="muted">{"Each lesson happens in the house: you do something, and the packets show whether it worked. Any way that reaches the goal counts."}</p>
                </header>
                <ol class="lessons" role="list" aria-label="Lessons">
                    { for course.here().into_iter().flat_map(|course| course.lessons.iter()).enumerate().map(|(place, lesson)| html! {
                        <LessonLine key={lesson.id.clone()} number={place + 1} lesson={lesson.clone()} />
                    }) }
                </ol>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct LessonLineProps {
    number: usize,
    lesson: LessonRow,
}

/// How far somebody is, in words.
fn progress(lesson: &LessonRow) -> String {
    match lesson.done {
        (done, all) if done >= all => "done".to_owned(),
        (done, all) => format!("{done} of {all} steps"),
    }
}

#[component]
fn LessonLine(props: &LessonLineProps) -> Html {
    let lesson = &props.lesson;
    let (done, all) = lesson.done;
    let finished = done >= all;
    html! {
        <li class="lesson-line" data-done={finished.then_some("true")}>
            <span class="lesson-number" aria-hidden="true">
                if finished { <Icon sign={Sign::Check} size={20} /> } else { {props.number} }
            </span>
            <div class="grow">
                <h2><a href={Address::of(Page::Learn).at(lesson.id.clone()).href()}>{&lesson.title}</a></h2>
                <p>{&lesson.aim}</p>
                <p class="muted small row">
                    <Icon sign={Sign::Time} size={12} />{format!("{} min", lesson.minutes)}
                    <span>{"·"}</span>{progress(lesson)}
                </p>
            </div>
            <meter class="lesson-meter" aria-label="Steps done" min="0" max={all.to_string()} value={done.to_string()}></meter>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_said_in_steps() {
        let lesson = |done| LessonRow {
            id: "a".to_owned(),
            title: String::new(),
            aim: String::new(),
            minutes: 5,
            done,
        };
        assert_eq!(progress(&lesson((0, 4))), "0 of 4 steps");
        assert_eq!(progress(&lesson((2, 4))), "2 of 4 steps");
        assert_eq!(progress(&lesson((4, 4))), "done");
    }
}
