//! Walls with their doors, and windows, which are controls.

use crate::pages::lab::geometry;
use crate::pages::lab::scale;
use crate::pages::lab::touch::Touch;
use midge_view::{HouseAnswer, Opening, Rect, RoomRow};
use yew::prelude::*;

/// Properties of [`Walls`].
#[derive(PartialEq, Properties)]
pub(super) struct WallsProps {
    pub(super) bounds: Rect,
    pub(super) rooms: Vec<Rect>,
    pub(super) doors: Vec<(Opening, String)>,
}

/// The doors, each with the floor that shows in its gap.
pub(super) fn doors(house: &HouseAnswer) -> Vec<(Opening, String)> {
    house
        .doors
        .iter()
        .map(|door| {
            let (x, y) = geometry::middle(*door);
            let room = house.rooms.iter().find(|room| {
                let Rect {
                    x: left,
                    y: top,
                    width,
                    height,
                } = room.rect;
                (left..=left + width).contains(&x) && (top..=top + height).contains(&y)
            });
            (
                *door,
                room.map_or_else(|| scale::tint(21.0), |room| scale::tint(room.temperature)),
            )
        })
        .collect()
}

/// Walls, with gaps where doors are.
#[component]
pub(super) fn Walls(props: &WallsProps) -> Html {
    let Rect {
        x,
        y,
        width,
        height,
    } = props.bounds;
    html! {
        <g class="walls" aria-hidden="true">
            { for props.rooms.iter().map(|rect| html! {
                <rect class="wall" x={rect.x.to_string()} y={rect.y.to_string()}
                    width={rect.width.to_string()} height={rect.height.to_string()} />
            }) }
            <rect class="wall outer" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()} />
            { for props.doors.iter().map(|(door, floor)| {
                let (leaf, arc) = geometry::door(*door);
                html! {
                    <g class="door">
                        <line class="door-gap" x1={door.from.0.to_string()} y1={door.from.1.to_string()}
                            x2={door.to.0.to_string()} y2={door.to.1.to_string()} style={format!("stroke: {floor}")} />
                        <path class="door-arc" d={arc} />
                        <path class="door-leaf" d={leaf} />
                    </g>
                }
            }) }
        </g>
    }
}

/// Properties of [`RoomWindow`].
#[derive(PartialEq, Properties)]
pub(super) struct RoomWindowProps {
    pub(super) room: RoomRow,
    pub(super) ontouch: Callback<Touch>,
}

/// A window: pressing it opens or closes it.
#[component]
pub(super) fn RoomWindow(props: &RoomWindowProps) -> Html {
    let room = &props.room;
    let (Some(window), Some(open)) = (room.window, room.window_open) else {
        return Html::default();
    };
    let (onclick, onkeydown) = Touch::Window(room.id).listeners(&props.ontouch);
    let name = format!(
        "Window, {}, {}",
        room.name.to_lowercase(),
        if open { "open" } else { "closed" }
    );
    let line = |class: &'static str| {
        html! {
            <line {class} x1={window.from.0.to_string()} y1={window.from.1.to_string()}
                x2={window.to.0.to_string()} y2={window.to.1.to_string()} />
        }
    };
    html! {
        <g class="window" role="switch" tabindex="0" aria-checked={open.to_string()} aria-label={name} {onclick} {onkeydown}>
            { line("window-hit") }
            { line("window-gap") }
            if open {
                <path class="window-sash" d={geometry::sashes(window, room.rect)} />
            } else {
                { line("window-glass") }
            }
        </g>
    }
}
