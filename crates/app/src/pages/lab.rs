//! The lab: the house and its broker at work.

use yew::prelude::*;

/// The lab's page.
#[component]
pub fn LabPage() -> Html {
    html! { <h1 class="visually-hidden">{"Lab"}</h1> }
}
