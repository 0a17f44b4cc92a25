//! The drawing: floors, light, walls, wires, devices, in layers that are painted again only when they change.

mod devices;
mod floor;
mod walls;
mod wires;

use super::motion::Traffic;
use super::selection::Selection;
use super::touch::Touch;
use super::{geometry, labels};
use devices::DeviceMark;
use floor::{Furniture, Glow, RoomFloor, RoomName};
use midge_view::HouseAnswer;
use std::rc::Rc;
use walls::{RoomWindow, Walls};
use wires::{Dots, Wires};
use yew::prelude::*;

/// Plan units around the house, for the garden.
const MARGIN: f32 = 44.0;

/// Properties of [`PlanDrawing`].
#[derive(Properties)]
pub struct PlanDrawingProps {
    /// What stands where.
    pub house: Rc<HouseAnswer>,
    /// What travels.
    pub traffic: Traffic,
    /// The page's clock in milliseconds, for motion.
    pub now: f64,
    /// What is chosen.
    pub selection: Selection,
    /// Whether the house stands still.
    pub paused: bool,
    /// Something was activated.
    pub ontouch: Callback<Touch>,
}

/// Never equal: the parts below compare what they show.
impl PartialEq for PlanDrawingProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The plan as SVG.
#[component]
pub fn PlanDrawing(props: &PlanDrawingProps) -> Html {
    let house = &*props.house;
    let bounds = house.bounds;
    let view_box = format!(
        "{} {} {} {}",
        bounds.x - MARGIN,
        bounds.y - MARGIN,
        bounds.width + 2.0 * MARGIN,
        bounds.height + 2.0 * MARGIN
    );
    // Hundredths of daylight make no difference on a floor.
    let daylight = (house.daylight * 50.0).round() / 50.0;
    let style = format!(
        "--daylight: {daylight}; --day: {}%",
        (daylight * 100.0).round()
    );
    let places: Vec<_> = house
        .devices
        .iter()
        .map(|device| device.place)
        .chain([house.broker])
        .collect();
    let things: Vec<_> = places
        .iter()
        .copied()
        .chain(house.rooms.iter().map(|room| room.heater))
        .chain(house.doors.iter().map(|door| geometry::swing(*door)))
        .collect();
    let person = labels::beside((house.person.0, house.person.1), &places);
    html! {
        <svg class="plan" viewBox={view_box} role="group" aria-label="House" {style}
            data-paused={props.paused.then_some("true")}>
            <Definitions />
            <rect class="garden" x={(bounds.x - MARGIN).to_string()} y={(bounds.y - MARGIN).to_string()} rx="16"
                width={(bounds.width + 2.0 * MARGIN).to_string()} height={(bounds.height + 2.0 * MARGIN).to_string()} />
            { for house.rooms.iter().map(|room| html! {
                <RoomFloor key={room.id.0} room={room.clone()} chosen={props.selection == Selection::Room(room.id)}
                    ontouch={props.ontouch.clone()} />
            }) }
            { for house.rooms.iter().map(|room| html! {
                <Furniture key={room.id.0} name={room.name.clone()} rect={room.rect} />
            }) }
            <rect class="night" x={bounds.x.to_string()} y={bounds.y.to_string()}
                width={bounds.width.to_string()} height={bounds.height.to_string()} />
            { for house.devices.iter().filter_map(|device| {
                let room = house.rooms.iter().find(|room| room.id == device.room)?;
                Some(html! { <Glow key={device.id.0} device={device.clone()} room={room.rect} /> })
            }) }
            <Walls {bounds} rooms={house.rooms.iter().map(|room| room.rect).collect::<Vec<_>>()} doors={walls::doors(house)} />
            { for house.rooms.iter().map(|room| html! {
                <RoomWindow key={room.id.0} room={room.clone()} ontouch={props.ontouch.clone()} />
            }) }
            { for house.rooms.iter().map(|room| html! {
                <RoomName key={room.id.0} name={room.name.clone()} label={labels::label(room.rect, &things)}
                    temperature={room.temperature} heater={room.heater} heating={room.heating} />
            }) }
            <Wires broker={house.broker} devices={wires::looks(house, &props.traffic, props.now, props.selection)} />
            <BrokerMark place={house.broker} />
            <Dots broker={house.broker} dots={wires::dots(house, &props.traffic, props.now)} />
            { for house.devices.iter().map(|device| html! {
                <DeviceMark key={device.id.0} device={device.clone()} chosen={props.selection == Selection::Device(device.id)}
                    ontouch={props.ontouch.clone()} />
            }) }
            <PersonMark place={person} />
        </svg>
    }
}

/// Gradients that several parts use.
#[component]
fn Definitions() -> Html {
    html! {
        <defs>
            <radialGradient id="lamp-glow">
                <stop class="glow-inner" offset="0%" />
                <stop class="glow-middle" offset="45%" />
                <stop class="glow-outer" offset="100%" />
            </radialGradient>
        </defs>
    }
}

#[derive(PartialEq, Properties)]
struct MarkProps {
    place: (f32, f32),
}

/// The broker, where all wires end.
#[component]
fn BrokerMark(props: &MarkProps) -> Html {
    let (x, y) = props.place;
    html! {
        <a class="broker-mark" href="#/broker" aria-label="Broker, open its page" transform={format!("translate({x} {y})")}>
            <rect x="-40" y="-24" width="80" height="48" rx="10" />
            <text y="6" text-anchor="middle">{"Broker"}</text>
        </a>
    }
}

/// The person who lives here.
#[component]
fn PersonMark(props: &MarkProps) -> Html {
    let (x, y) = props.place;
    html! {
        <g class="person" transform={format!("translate({x:.0} {y:.0})")} role="img" aria-label="The person who lives here">
            <circle class="person-ring" r="15" />
            <circle r="9" />
        </g>
    }
}
