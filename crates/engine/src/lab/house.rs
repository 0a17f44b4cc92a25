//! The floor plan.

use super::Lab;
use crate::words::capitalised;
use midge_devices::plan::Opening as PlanOpening;
use midge_devices::{Device, Point, Rect as PlanRect, Room, State};
use midge_sim::DeviceView;
use midge_view::{DeviceRow, DeviceState, HouseAnswer, Opening, Rect, RoomRow};

/// Where the broker stands: in the hall, where the cables meet, beside the way to the door.
const BROKER: (f32, f32) = (600.0, 640.0);

/// The plan with everything on it, and what set out since `from`.
pub(crate) fn house(lab: &mut Lab, from: u64) -> HouseAnswer {
    let rate = lab.activity.rate(lab.world.now());
    let house = lab.world.house();
    let (x, y) = point(house.person());
    HouseAnswer {
        bounds: rect(house.plan().area),
        broker: BROKER,
        rooms: house.rooms().iter().map(room).collect(),
        doors: house
            .plan()
            .doors
            .iter()
            .map(|door| opening(door.opening))
            .collect(),
        devices: lab.world.devices().map(|view| row(lab, &view)).collect(),
        person: (x, y, house.person_room()),
        outdoor: tenths(house.outdoor_temperature()),
        daylight: (house.daylight() * 100.0).round() as f32 / 100.0,
        travels: lab.activity.travels_since(from),
        rate,
    }
}

/// Whether the page need not hear of `next`: the plan is as it was and nothing set out.
pub(crate) fn same_but_for_travels(sent: &HouseAnswer, next: &HouseAnswer) -> bool {
    next.travels.is_empty()
        && (sent.rate, sent.outdoor, sent.daylight) == (next.rate, next.outdoor, next.daylight)
        && sent.person == next.person
        && sent.rooms == next.rooms
        && sent.devices == next.devices
        && (sent.bounds, sent.broker) == (next.bounds, next.broker)
}

/// A device on the plan.
pub(crate) fn row(lab: &Lab, view: &DeviceView<'_>) -> DeviceRow {
    let device = view.device;
    let room = lab.world.house().plan().room(device.room());
    DeviceRow {
        id: device.id(),
        name: device.kind().name().to_owned(),
        room: device.room(),
        room_name: room.map(|room| capitalised(room.name)).unwrap_or_default(),
        place: point(device.place()),
        state: state(device),
        power: device.is_powered(),
        online: view.client == midge_client::State::Connected,
    }
}

fn state(device: &Device) -> DeviceState {
    match device.state() {
        State::Temperature { celsius } => DeviceState::Temperature(tenths(celsius)),
        State::Lamp { on, brightness } => DeviceState::Lamp { on, brightness },
        State::Motion { detected } => DeviceState::Motion(detected),
        State::Phone { received } => DeviceState::Phone(received),
    }
}

fn room(room: &Room) -> RoomRow {
    let plan = room.plan();
    RoomRow {
        id: plan.id,
        name: capitalised(plan.name),
        rect: rect(plan.area),
        temperature: tenths(room.temperature()),
        window: plan.window.map(opening),
        window_open: plan.window.map(|_| room.is_window_open()),
        heater: point(plan.heater),
        heating: Some(room.is_heater_on()),
    }
}

fn rect(rect: PlanRect) -> Rect {
    Rect {
        x: rect.x as f32,
        y: rect.y as f32,
        width: rect.width as f32,
        height: rect.height as f32,
    }
}

fn opening(opening: PlanOpening) -> Opening {
    Opening {
        from: point(opening.from),
        to: point(opening.to),
    }
}

fn point(point: Point) -> (f32, f32) {
    (point.x as f32, point.y as f32)
}

fn tenths(value: f64) -> f32 {
    ((value * 10.0).round() / 10.0) as f32
}
