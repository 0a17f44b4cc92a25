//! Beside the plan: what is chosen on it, or what there is to choose.

mod device;
mod faults;
mod lamp;
mod phone;
mod room;
mod wire;

use super::names;
use super::selection::{Selection, use_selection};
use crate::components::icon::{Icon, Sign};
use crate::hub::use_house;
use crate::route::{Address, Page};
use device::DeviceCardView;
use midge_view::DeviceRow;
use room::RoomCard;
use yew::prelude::*;

/// The pane beside the plan.
#[component]
pub fn SidePane() -> Html {
    let (selection, choose) = use_selection();
    let close = choose.reform(|()| Selection::Nothing);
    match selection {
        Selection::Device(id) => html! { <DeviceCardView key={id.0} {id} onclose={close} /> },
        Selection::Room(id) => html! { <RoomCard key={id.0} {id} onclose={close} /> },
        Selection::Nothing => html! { <Overview /> },
    }
}

/// Properties of [`CardHead`].
#[derive(PartialEq, Properties)]
pub(super) struct CardHeadProps {
    /// What it is.
    pub(super) title: AttrValue,
    /// Where, or of what kind: each on a line that does not wrap.
    pub(super) lines: Vec<AttrValue>,
    /// Its sign.
    pub(super) sign: Sign,
    /// Lets go of it.
    pub(super) onclose: Callback<()>,
}

/// The head of a card.
#[component]
pub(super) fn CardHead(props: &CardHeadProps) -> Html {
    let onclick = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <header class="card-head">
            <span class="card-sign"><Icon sign={props.sign} size={20} /></span>
            <div class="grow">
                <h2>{props.title.clone()}</h2>
                { for props.lines.iter().map(|line| html! { <p class="muted small" title={line.clone()}>{line.clone()}</p> }) }
            </div>
            <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" {onclick}>
                <Icon sign={Sign::Close} />
            </button>
        </header>
    }
}

/// Nothing is chosen: what this is, and everything that can be chosen.
#[component]
fn Overview() -> Html {
    let house = use_house();
    let (_, choose) = use_selection();
    let lessons = Address::of(Page::Learn).href();
    html! {
        <section class="card" aria-label="The house">
            <div class="card-intro">
                <h2>{"A house that speaks MQTT"}</h2>
                <p>{"Everything here runs in this tab: a broker, and the devices on its wires. "}
                    <strong>{"Click a lamp."}</strong>
                    {" The phone publishes a message, the broker routes it, and the lamp obeys and reports back: four packets that you can see travel, and read."}</p>
                <p class="row">
                    <a class="button" href={lessons}><Icon sign={Sign::Learn} />{"Take the first lesson"}</a>
                    <a class="button quiet" href={Address::of(Page::Packets).href()}><Icon sign={Sign::Packets} />{"Read the packets"}</a>
                </p>
            </div>
            <h3 class="card-title">{"Devices"}</h3>
            <ul class="device-list">
                { for house.here().into_iter().flat_map(|house| house.devices.iter()).map(|device| {
                    let choose = choose.reform({
                        let id = device.id;
                        move |()| Selection::Device(id)
                    });
                    html! { <DeviceLine key={device.id.0} device={device.clone()} {choose} /> }
                }) }
            </ul>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct DeviceLineProps {
    device: DeviceRow,
    choose: Callback<()>,
}

#[component]
fn DeviceLine(props: &DeviceLineProps) -> Html {
    let device = &props.device;
    let onclick = props.choose.reform(|_: MouseEvent| ());
    html! {
        <li>
            <button type="button" aria-label={format!("Details, {}", names::place(device).to_lowercase())} {onclick}>
                <Icon sign={names::sign(device)} />
                <span class="grow">{&device.name}<span class="muted">{format!(" · {}", device.room_name)}</span></span>
                <span class="device-line-state">{names::state(device)}</span>
            </button>
        </li>
    }
}
