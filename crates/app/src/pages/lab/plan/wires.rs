//! Wires from every device to the broker, and what travels along them.

use crate::components::badge::Family;
use crate::pages::lab::geometry::wire;
use crate::pages::lab::motion::{Traffic, WireLook};
use crate::pages::lab::selection::Selection;
use midge_view::{Direction, HouseAnswer};
use yew::prelude::*;

/// A wire to draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wire {
    key: u32,
    place: (f32, f32),
    online: bool,
    chosen: bool,
    look: WireLook,
}

/// How every wire looks at this moment.
pub(super) fn looks(
    house: &HouseAnswer,
    traffic: &Traffic,
    now: f64,
    selection: Selection,
) -> Vec<Wire> {
    house
        .devices
        .iter()
        .map(|device| Wire {
            key: device.id.0,
            place: device.place,
            online: device.online,
            chosen: selection == Selection::Device(device.id),
            look: traffic.wire(now, device.id),
        })
        .collect()
}

/// A packet under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dot {
    seq: u64,
    place: (f32, f32),
    inwards: bool,
    family: &'static str,
}

/// The packets under way at this moment.
pub(super) fn dots(house: &HouseAnswer, traffic: &Traffic, now: f64) -> Vec<Dot> {
    traffic
        .dots(now)
        .filter_map(|travel| {
            let device = house
                .devices
                .iter()
                .find(|device| device.id == travel.device)?;
            Some(Dot {
                seq: travel.seq,
                place: device.place,
                inwards: travel.direction == Direction::ToBroker,
                family: Family::of(travel.packet_type).key(),
            })
        })
        .collect()
}

/// Properties of [`Wires`].
#[derive(PartialEq, Properties)]
pub(super) struct WiresProps {
    pub(super) broker: (f32, f32),
    pub(super) devices: Vec<Wire>,
}

/// All wires.
#[component]
pub(super) fn Wires(props: &WiresProps) -> Html {
    html! {
        <g class="wires" aria-hidden="true">
            { for props.devices.iter().map(|device| {
                let path = wire(device.place, props.broker);
                html! {
                    <g key={device.key} class="wire" data-online={device.online.then_some("true")}
                        data-chosen={device.chosen.then_some("true")} data-marked={device.look.marked.then_some("true")}>
                        <path d={path.clone()} />
                        if device.look.flow > 0.0 {
                            <path class="flow" d={path} style={format!("stroke-width: {:.1}px", device.look.flow)} />
                        }
                    </g>
                }
            }) }
        </g>
    }
}

/// Properties of [`Dots`].
#[derive(PartialEq, Properties)]
pub(super) struct DotsProps {
    pub(super) broker: (f32, f32),
    pub(super) dots: Vec<Dot>,
}

/// Packets under way: the style sheet moves them along their wires.
#[component]
pub(super) fn Dots(props: &DotsProps) -> Html {
    html! {
        <g class="dots" aria-hidden="true">
            { for props.dots.iter().map(|dot| html! {
                <circle key={dot.seq} class="dot" r="7" data-family={dot.family} data-inwards={dot.inwards.then_some("true")}
                    style={format!("offset-path: path(\"{}\")", wire(dot.place, props.broker))} />
            }) }
        </g>
    }
}
