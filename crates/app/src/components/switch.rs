//! Something that is on or off at once, without a form to send.

use yew::prelude::*;

/// Properties of [`Switch`].
#[derive(PartialEq, Properties)]
pub struct SwitchProps {
    /// Its name.
    pub label: AttrValue,
    /// Whether it is on.
    pub on: bool,
    /// Somebody switches it.
    pub onswitch: Callback<bool>,
}

/// A switch with its name beside it.
#[component]
pub fn Switch(props: &SwitchProps) -> Html {
    let on = props.on;
    let onclick = props.onswitch.reform(move |_: MouseEvent| !on);
    html! {
        <button type="button" class="switch" role="switch" aria-checked={on.to_string()} {onclick}>
            <span class="switch-track" aria-hidden="true"></span>
            <span>{props.label.clone()}</span>
        </button>
    }
}
