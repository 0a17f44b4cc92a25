//! A lamp's controls: commands that go by MQTT, and the button on the lamp itself.

use crate::components::icon::{Icon, Sign};
use crate::hub::use_act;
use midge_view::{Action, DeviceId, sim};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`LampControls`].
#[derive(PartialEq, Properties)]
pub(super) struct LampControlsProps {
    /// Which lamp.
    pub(super) device: DeviceId,
    /// Whether it is lit.
    pub(super) on: bool,
    /// Percent.
    pub(super) brightness: u8,
}

/// Asks the lamp by phone. Nothing here changes until the lamp reports.
#[component]
pub(super) fn LampControls(props: &LampControlsProps) -> Html {
    let act = use_act();
    let dragged = use_state_eq(|| None::<u8>);
    let (device, on) = (props.device, props.on);
    let command = {
        let act = act.clone();
        move |command| act.emit(Action::World(sim::Action::Command { device, command }))
    };
    let switch = {
        let command = command.clone();
        Callback::from(move |_: MouseEvent| command(sim::Command::Switch(!on)))
    };
    let press = act.reform(move |_: MouseEvent| Action::World(sim::Action::Press { device }));
    let oninput = {
        let dragged = dragged.setter();
        Callback::from(move |event: InputEvent| dragged.set(value(event.target_dyn_into())))
    };
    let onchange = {
        let dragged = dragged.setter();
        Callback::from(move |event: Event| {
            dragged.set(None);
            if let Some(percent) = value(event.target_dyn_into()) {
                command(sim::Command::Dim(percent));
            }
        })
    };
    let shown = dragged.unwrap_or(props.brightness);
    html! {
        <section class="card-section" aria-label="Commands">
            <div class="row">
                <button type="button" class="button primary" onclick={switch}>
                    <Icon sign={Sign::Phone} />{if on { "Switch off by phone" } else { "Switch on by phone" }}
                </button>
                <button type="button" class="button" title="The lamp changes by itself and reports it" onclick={press}>
                    <Icon sign={Sign::Press} />{"Press its button"}
                </button>
            </div>
            <div class="field">
                <label for="brightness">{format!("Brightness: {shown} %")}</label>
                <input id="brightness" type="range" min="1" max="100" value={shown.to_string()} {oninput} {onchange} />
            </div>
        </section>
    }
}

fn value(input: Option<HtmlInputElement>) -> Option<u8> {
    input?.value().parse().ok()
}
