//! Devices on the plan: each a control with a name and a state.

use crate::components::icon::Sign;
use crate::pages::lab::names;
use crate::pages::lab::touch::Touch;
use midge_view::{DeviceRow, DeviceState};
use yew::prelude::*;

/// Properties of [`DeviceMark`].
#[derive(PartialEq, Properties)]
pub(super) struct DeviceMarkProps {
    pub(super) device: DeviceRow,
    pub(super) chosen: bool,
    pub(super) ontouch: Callback<Touch>,
}

/// A device. A lamp is a switch, everything else a button that shows its card.
#[component]
pub(super) fn DeviceMark(props: &DeviceMarkProps) -> Html {
    let device = &props.device;
    let (onclick, onkeydown) = Touch::Device(device.id).listeners(&props.ontouch);
    let lamp = match device.state {
        DeviceState::Lamp { on, .. } => Some(on),
        _ => None,
    };
    let (kind, active) = match device.state {
        DeviceState::Temperature(_) => ("temperature", false),
        DeviceState::Lamp { on, .. } => ("lamp", on && device.power),
        DeviceState::Motion(seen) => ("motion", seen && device.power),
        DeviceState::Phone(_) => ("phone", false),
    };
    let sign = if device.power {
        names::sign(device)
    } else {
        Sign::Power
    };
    let (x, y) = device.place;
    html! {
        <g class="device" data-kind={kind} data-active={active.then_some("true")}
            data-offline={(!device.online || !device.power).then_some("true")} data-chosen={props.chosen.then_some("true")}
            transform={format!("translate({x} {y})")} tabindex="0" aria-label={names::control(device)}
            role={if lamp.is_some() { "switch" } else { "button" }} aria-checked={lamp.map(|on| on.to_string())}
            {onclick} {onkeydown}>
            <g class="device-body">
                if kind == "motion" {
                    <circle class="device-wave" r="24" />
                }
                <circle class="device-ring" r="29" />
                <circle class="device-face" r="23" />
                <path class="device-sign" d={sign.path()} transform="translate(-13 -13) scale(1.625)" />
                <text class="device-tag" y="43" text-anchor="middle">{names::tag(device)}</text>
            </g>
        </g>
    }
}
