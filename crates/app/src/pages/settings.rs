//! The page "Settings".

use yew::prelude::*;

/// The page.
#[component]
pub fn SettingsPage() -> Html {
    html! { <h1>{"Settings"}</h1> }
}
