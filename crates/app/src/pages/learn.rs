//! The course: lessons, and the one under way beside the lab.

mod course;
mod player;
mod prose;
mod steps;

use crate::hub::use_hub;
use crate::router::use_router;
use course::CourseList;
use midge_view::Action;
use player::LessonPlayer;
use yew::prelude::*;

/// The course's page: `#/learn` lists lessons, `#/learn/<id>` plays one.
#[component]
pub fn LearnPage() -> Html {
    let router = use_router();
    match router.address.rest.first() {
        Some(id) => html! { <UnderWay key={id.clone()} id={id.clone()} /> },
        None => html! { <CourseList /> },
    }
}

#[derive(PartialEq, Properties)]
struct UnderWayProps {
    id: AttrValue,
}

/// Begins the lesson and leaves it with the page.
#[component]
fn UnderWay(props: &UnderWayProps) -> Html {
    let hub = use_hub();
    use_effect_with(props.id.clone(), move |id| {
        // An unknown lesson is said where it would be.
        hub.act(Action::StartLesson(id.to_string()), |_| {});
        move || hub.act(Action::LeaveLesson, |_| {})
    });
    html! { <LessonPlayer id={props.id.clone()} /> }
}
