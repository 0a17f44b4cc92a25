//! Floors: tint by temperature, daylight, furniture, the glow of lamps, names.

use crate::format;
use crate::pages::lab::furniture::pieces;
use crate::pages::lab::geometry;
use crate::pages::lab::labels::Label;
use crate::pages::lab::scale;
use crate::pages::lab::touch::Touch;
use midge_view::{DeviceRow, DeviceState, Opening, Rect, RoomRow};
use yew::prelude::*;

/// Properties of [`RoomFloor`].
#[derive(PartialEq, Properties)]
pub(super) struct RoomFloorProps {
    pub(super) room: RoomRow,
    pub(super) chosen: bool,
    pub(super) ontouch: Callback<Touch>,
}

/// What a room is called aloud.
fn spoken(room: &RoomRow) -> String {
    let mut words = format!("{}, {}", room.name, format::celsius(room.temperature));
    if room.heating == Some(true) {
        words.push_str(", heating");
    }
    words
}

/// A floor, which is a control: it chooses the room.
#[component]
pub(super) fn RoomFloor(props: &RoomFloorProps) -> Html {
    let room = &props.room;
    let Rect {
        x,
        y,
        width,
        height,
    } = room.rect;
    let (onclick, onkeydown) = Touch::Room(room.id).listeners(&props.ontouch);
    html! {
        <g class="room" role="button" tabindex="0" aria-label={spoken(room)} aria-pressed={props.chosen.to_string()}
            {onclick} {onkeydown}>
            <rect class="room-floor" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()}
                style={format!("fill: {}", scale::tint(room.temperature))} />
            if let Some(window) = room.window {
                { daylight(room, window) }
            }
            <rect class="room-edge" x={(x + 7.0).to_string()} y={(y + 7.0).to_string()}
                width={(width - 14.0).to_string()} height={(height - 14.0).to_string()} rx="4" />
        </g>
    }
}

/// The light that a window lets in, which fades with the way into the room.
fn daylight(room: &RoomRow, window: Opening) -> Html {
    let id = format!("daylight-{}", room.id.0);
    let (from, to) = geometry::fade(window, room.rect);
    html! {
        <>
            <linearGradient id={id.clone()} gradientUnits="userSpaceOnUse" x1={from.0.to_string()} y1={from.1.to_string()}
                x2={to.0.to_string()} y2={to.1.to_string()}>
                <stop class="daylight-near" offset="0%" />
                <stop class="daylight-far" offset="100%" />
            </linearGradient>
            <polygon class="daylight" fill={format!("url(#{id})")} points={geometry::daylight(window, room.rect)} />
        </>
    }
}

/// Properties of [`Furniture`].
#[derive(PartialEq, Properties)]
pub(super) struct FurnitureProps {
    pub(super) name: String,
    pub(super) rect: Rect,
}

/// What stands in a room.
#[component]
pub(super) fn Furniture(props: &FurnitureProps) -> Html {
    html! {
        <g class="furniture" aria-hidden="true">
            { for pieces(&props.name).iter().map(|piece| {
                let rect = piece.rect(props.rect);
                html! {
                    <rect class={piece.flat.then_some("flat")} x={geometry::round(rect.x).to_string()} y={geometry::round(rect.y).to_string()}
                        width={geometry::round(rect.width).to_string()} height={geometry::round(rect.height).to_string()}
                        rx={piece.radius.to_string()} />
                }
            }) }
        </g>
    }
}

/// Properties of [`Glow`].
#[derive(PartialEq, Properties)]
pub(super) struct GlowProps {
    pub(super) device: DeviceRow,
    pub(super) room: Rect,
}

/// The light of a lamp, which stays in its room.
#[component]
pub(super) fn Glow(props: &GlowProps) -> Html {
    let DeviceState::Lamp { on, brightness } = props.device.state else {
        return Html::default();
    };
    let lit = on && props.device.power;
    let strength = if lit {
        f32::from(brightness) / 100.0
    } else {
        0.0
    };
    let radius = 120.0 + 200.0 * strength;
    let (x, y) = props.device.place;
    let Rect {
        x: left,
        y: top,
        width,
        height,
    } = props.room;
    let clip = format!("glow-{}", props.device.id.0);
    html! {
        <g class="glow" aria-hidden="true">
            <clipPath id={clip.clone()}>
                <rect x={left.to_string()} y={top.to_string()} width={width.to_string()} height={height.to_string()} />
            </clipPath>
            <g clip-path={format!("url(#{clip})")}>
                <circle cx={x.to_string()} cy={y.to_string()} r={radius.to_string()} fill="url(#lamp-glow)"
                    style={format!("opacity: {}", if lit { 0.25 + 0.75 * strength } else { 0.0 })} />
            </g>
        </g>
    }
}

/// Properties of [`RoomName`].
#[derive(PartialEq, Properties)]
pub(super) struct RoomNameProps {
    pub(super) name: String,
    pub(super) label: Label,
    pub(super) temperature: f32,
    pub(super) heater: (f32, f32),
    pub(super) heating: Option<bool>,
}

/// The name and temperature in a free corner of a room, and its heater.
#[component]
pub(super) fn RoomName(props: &RoomNameProps) -> Html {
    let (x, y) = props.label.place;
    let anchor = props.label.end.then_some("end");
    let (hx, hy) = props.heater;
    html! {
        <g class="room-name" aria-hidden="true">
            if let Some(heating) = props.heating {
                <g class="heater" data-on={heating.then_some("true")} transform={format!("translate({hx} {hy})")}>
                    <rect x="-14" y="-16" width="28" height="32" rx="4" />
                    <path d="M-7 -9v18M0 -9v18M7 -9v18" />
                </g>
            }
            <text class="room-title" x={x.to_string()} y={y.to_string()} text-anchor={anchor}>{props.name.clone()}</text>
            <text class="room-degrees" x={x.to_string()} y={y.to_string()} dy="1.35em" text-anchor={anchor}>{format::celsius(props.temperature)}</text>
        </g>
    }
}
