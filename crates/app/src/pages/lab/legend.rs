//! What the colours of the plan mean, with numbers.

use super::scale::STOPS;
use crate::components::badge::Family;
use crate::components::icon::{Icon, Sign};
use crate::format;
use yew::prelude::*;

/// Properties of [`Legend`].
#[derive(PartialEq, Properties)]
pub struct LegendProps {
    /// Degrees Celsius outside.
    pub outdoor: f32,
    /// Daylight, 0 to 1.
    pub daylight: f32,
    /// Publishes a virtual second.
    pub rate: f32,
}

const FAMILIES: [(Family, &str); 6] = [
    (Family::Connect, "connect"),
    (Family::Publish, "publish"),
    (Family::Acknowledge, "acknowledge"),
    (Family::Subscribe, "subscribe"),
    (Family::Ping, "ping"),
    (Family::Disconnect, "disconnect"),
];

/// The strip beneath the plan.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let (sign, light) = match props.daylight {
        light if light <= 0.02 => (Sign::Dark, "night"),
        light if light < 0.4 => (Sign::Light, "low sun"),
        _ => (Sign::Light, "day"),
    };
    html! {
        <div class="legend">
            <span class="legend-part" title="Outside">
                <Icon {sign} />
                <span>{light}</span>
                <span class="legend-number">{format::celsius(props.outdoor)}</span>
            </span>
            <Temperatures />
            <span class="legend-part legend-rate">
                <span class="legend-number">{format!("{:.1}", props.rate)}</span>
                <span>{"messages/s"}</span>
            </span>
            <Packets />
        </div>
    }
}

/// The scale of the rooms' tint.
#[component]
fn Temperatures() -> Html {
    html! {
        <span class="legend-part legend-scale" role="img"
            aria-label={format!("Rooms are tinted from {} to {}", format::celsius(STOPS[0]), format::celsius(STOPS[4]))}>
            <span class="legend-bar"></span>
            <span class="legend-stops" aria-hidden="true">
                { for STOPS.iter().map(|stop| html! { <span>{format!("{stop:.0}°")}</span> }) }
            </span>
        </span>
    }
}

/// The colours of packets on wires.
#[component]
fn Packets() -> Html {
    html! {
        <span class="legend-part legend-packets">
            { for FAMILIES.iter().map(|(family, name)| html! {
                <span class="legend-family" data-family={family.key()}>
                    <Icon sign={family.sign()} size={12} />{*name}
                </span>
            }) }
        </span>
    }
}
