//! A lesson under way, docked beside the house.

use super::prose::{Prose, line};
use super::steps::Steps;
use crate::components::empty::EmptyState;
use crate::components::icon::{Icon, Sign};
use crate::components::splitter::{Lie, Splitter};
use crate::components::tabs::{Tab, Tabs};
use crate::hub::{Reply, use_act, use_lesson};
use crate::pages::lab::card::SidePane;
use crate::pages::lab::house::HouseView;
use crate::pages::lab::selection::{Selection, use_selection};
use crate::route::{Address, Page};
use crate::router::use_router;
use midge_view::{Action, LessonAnswer, StepState};
use std::rc::Rc;
use yew::prelude::*;

const LESSON: &str = "lesson";
const DETAILS: &str = "details";

/// Properties of [`LessonPlayer`].
#[derive(PartialEq, Properties)]
pub(super) struct LessonPlayerProps {
    /// The lesson's key.
    pub(super) id: AttrValue,
}

/// The house, the lesson beside it, and the card of what is chosen beneath the lesson.
#[component]
pub(super) fn LessonPlayer(props: &LessonPlayerProps) -> Html {
    html! {
        <div class="page lab learn">
            <Splitter name="learn" label="the lesson" initial={400.0} least={340.0} rest={480.0}
                first={html! { <HouseView /> }}
                second={html! { <Side id={props.id.clone()} /> }} />
        </div>
    }
}

/// The lesson, and what is chosen on the plan: above one another, or as tabs on a phone.
#[component]
fn Side(props: &LessonPlayerProps) -> Html {
    let (selection, _) = use_selection();
    let open = use_state_eq(|| AttrValue::Static(LESSON));
    let onopen = {
        let open = open.setter();
        Callback::from(move |key| open.set(key))
    };
    let lesson = html! { <LessonRegion id={props.id.clone()} /> };
    let tabs = vec![
        Tab {
            key: LESSON.into(),
            label: "Lesson".into(),
        },
        Tab {
            key: DETAILS.into(),
            label: "House".into(),
        },
    ];
    html! {
        <div class="learn-side" data-tab={(*open).clone()}>
            <Tabs label="Beside the plan" {tabs} open={(*open).clone()} {onopen} />
            if selection == Selection::Nothing {
                { lesson }
                <div class="learn-overview"><SidePane /></div>
            } else {
                <Splitter name="learn-details" label="the details" lie={Lie::Stacked} initial={360.0} least={160.0} rest={160.0}
                    first={lesson} second={html! { <SidePane /> }} />
            }
        </div>
    }
}

/// The region "Lesson".
#[component]
fn LessonRegion(props: &LessonPlayerProps) -> Html {
    let lesson = use_lesson();
    let router = use_router();
    let content = match &lesson {
        Reply::Here(lesson) if lesson.row.id == *props.id => html! {
            <Lesson lesson={Rc::clone(lesson)} />
        },
        Reply::Gone => {
            let back = Callback::from(move |()| router.open(Page::Learn));
            html! {
                <EmptyState sign={Sign::Learn} title="There is no such lesson" action="See all lessons" onaction={back}>
                    {"Its address may be of an older or a later Midge."}
                </EmptyState>
            }
        }
        Reply::Here(_) | Reply::Waiting => Html::default(),
    };
    html! { <section class="lesson" aria-label="Lesson">{content}</section> }
}

#[derive(PartialEq, Properties)]
struct LessonProps {
    lesson: Rc<LessonAnswer>,
}

/// What the live region says: what the active step misses, or that all is done.
fn feedback(lesson: &LessonAnswer) -> &str {
    lesson
        .steps
        .iter()
        .find(|step| step.state == StepState::Active)
        .map_or("All steps are done.", |step| &step.feedback)
}

#[component]
fn Lesson(props: &LessonProps) -> Html {
    let act = use_act();
    let lesson = &*props.lesson;
    let finished = lesson
        .steps
        .iter()
        .all(|step| step.state == StepState::Done);
    let again = act.reform({
        let id = lesson.row.id.clone();
        move |_: MouseEvent| Action::ResetLesson(id.clone())
    });
    html! {
        <>
            <header class="lesson-head">
                <a class="small" href={Address::of(Page::Learn).href()}>{"All lessons"}</a>
                <h1>{&lesson.row.title}</h1>
            </header>
            <p class="notice lesson-feedback" role="status" aria-label="Feedback" data-tone={finished.then_some("good")}>
                { line(feedback(lesson)) }
            </p>
            <div class="lesson-body">
                <Intro text={lesson.intro.clone()} begun={lesson.row.done.0 > 0} />
                <Steps steps={lesson.steps.clone()} />
                if finished {
                    <section class="lesson-summary" aria-label="What to take away">
                        <h3>{"What to take away"}</h3>
                        <Prose text={lesson.summary.clone()} />
                    </section>
                }
                <button type="button" class="button" onclick={again}><Icon sign={Sign::Undo} />{"Start again"}</button>
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct IntroProps {
    text: Vec<String>,
    begun: bool,
}

/// What the lesson is about; folded away once somebody has begun, to make room for the steps.
#[component]
fn Intro(props: &IntroProps) -> Html {
    html! {
        <details class="lesson-intro" open={!props.begun}>
            <summary>{"What this is about"}</summary>
            <Prose text={props.text.clone()} />
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{LessonRow, StepRow};

    fn step(state: StepState, feedback: &str) -> StepRow {
        StepRow {
            title: String::new(),
            text: Vec::new(),
            hints: Vec::new(),
            state,
            feedback: feedback.to_owned(),
        }
    }

    #[test]
    fn feedback_is_that_of_the_step_to_do() {
        let mut lesson = LessonAnswer {
            row: LessonRow {
                id: "a".to_owned(),
                title: String::new(),
                aim: String::new(),
                minutes: 5,
                done: (1, 2),
            },
            intro: Vec::new(),
            steps: vec![
                step(StepState::Done, "seen"),
                step(StepState::Active, "missing"),
            ],
            summary: Vec::new(),
        };
        assert_eq!(feedback(&lesson), "missing");
        lesson.steps[1].state = StepState::Done;
        assert_eq!(feedback(&lesson), "All steps are done.");
    }
}
