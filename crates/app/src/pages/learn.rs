//! The course: lessons, and the one under way beside the lab.

use yew::prelude::*;

/// The course's page.
#[component]
pub fn LearnPage() -> Html {
    html! { <h1 class="visually-hidden">{"Learn"}</h1> }
}
