//! The page "Broker".

use yew::prelude::*;

/// The page.
#[component]
pub fn BrokerPage() -> Html {
    html! { <h1>{"Broker"}</h1> }
}
