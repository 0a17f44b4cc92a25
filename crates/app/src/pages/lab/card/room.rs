//! A room's card: heater, window, and sending the person there.

use super::CardHead;
use crate::components::icon::{Icon, Sign};
use crate::format;
use crate::hub::{use_act, use_house};
use crate::pages::lab::names;
use crate::pages::lab::selection::{Selection, use_selection};
use midge_view::{Action, HouseAnswer, RoomId, RoomRow, sim};
use yew::prelude::*;

/// Properties of [`RoomCard`].
#[derive(PartialEq, Properties)]
pub(super) struct RoomCardProps {
    /// Which room.
    pub(super) id: RoomId,
    /// Lets go of it.
    pub(super) onclose: Callback<()>,
}

/// The region "Room".
#[component]
pub(super) fn RoomCard(props: &RoomCardProps) -> Html {
    let reply = use_house();
    let house = reply.here();
    let room = house.and_then(|house| house.rooms.iter().find(|room| room.id == props.id));
    html! {
        <section class="card" aria-label="Room">
            if let (Some(house), Some(room)) = (house, room) {
                <CardHead title={room.name.clone()} lines={vec![AttrValue::Static("What is true here; sensors only measure it")]}
                    sign={Sign::Lab} onclose={props.onclose.clone()} />
                <p class="card-state">{format::celsius(room.temperature)}</p>
                <RoomControls room={room.clone()} here={house.person.2 == room.id} />
                { devices(house, room.id) }
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct RoomControlsProps {
    room: RoomRow,
    here: bool,
}

#[component]
fn RoomControls(props: &RoomControlsProps) -> Html {
    let act = use_act();
    let id = props.room.id;
    let world =
        |action: sim::Action| act.reform(move |_: MouseEvent| Action::World(action.clone()));
    html! {
        <section class="card-section" aria-label="Room controls">
            <div class="row">
                if let Some(on) = props.room.heating {
                    <button type="button" class="button" aria-pressed={on.to_string()}
                        onclick={world(sim::Action::Heat { room: id, on: !on })}>
                        <Icon sign={Sign::Heater} />{if on { "Heater is on" } else { "Heater is off" }}
                    </button>
                }
                if let Some(open) = props.room.window_open {
                    <button type="button" class="button" aria-pressed={open.to_string()}
                        onclick={world(sim::Action::Window { room: id, open: !open })}>
                        <Icon sign={Sign::Window} />{if open { "Window is open" } else { "Window is closed" }}
                    </button>
                }
                <button type="button" class="button" disabled={props.here}
                    onclick={world(sim::Action::Walk { room: id })}>
                    <Icon sign={Sign::Person} />{if props.here { "The person is here" } else { "Send the person here" }}
                </button>
            </div>
        </section>
    }
}

fn devices(house: &HouseAnswer, room: RoomId) -> Html {
    html! {
        <section class="card-section" aria-label="Devices here">
            <h3>{"Devices here"}</h3>
            <ul class="device-list">
                { for house.devices.iter().filter(|device| device.room == room).map(|device| html! {
                    <RoomDevice key={device.id.0} device={device.clone()} />
                }) }
            </ul>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct RoomDeviceProps {
    device: midge_view::DeviceRow,
}

#[component]
fn RoomDevice(props: &RoomDeviceProps) -> Html {
    let (_, choose) = use_selection();
    let device = &props.device;
    let id = device.id;
    let onclick = choose.reform(move |_: MouseEvent| Selection::Device(id));
    html! {
        <li>
            <button type="button" aria-label={format!("Details, {}", names::place(device).to_lowercase())} {onclick}>
                <Icon sign={names::sign(device)} />
                <span class="grow">{&device.name}</span>
                <span class="device-line-state">{names::state(device)}</span>
            </button>
        </li>
    }
}
