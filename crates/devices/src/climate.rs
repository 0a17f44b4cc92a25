//! The physics of the rooms: one heat capacity a room, linear exchange with what is around it.
//!
//! C dT/dt = heater + people + sun + sum of G (T' - T), where T' is the temperature of each neighbour
//! and of the outside, and G the thermal conductance between them. Temperatures are in degrees Celsius,
//! power in watts, C in joules a kelvin, G in watts a kelvin, time in seconds.

use crate::plan::{Plan, Rect, RoomPlan};
use crate::{Point, RoomId};

/// Height of the rooms, in metres.
const HEIGHT: f64 = 2.5;
/// What it takes to warm a cubic metre of air by a kelvin: 1.2 kg times 1005 J/(kg K).
const AIR_CAPACITY: f64 = 1206.0;
/// The air's share of what warms along with it within minutes; furniture and the skin of the walls
/// are the rest.
const CAPACITY_FACTOR: f64 = 3.0;
/// Conductance of a square metre of outer wall, in W/(m² K).
const OUTER_WALL: f64 = 0.5;
/// Conductance of a square metre of inner wall, in W/(m² K).
const INNER_WALL: f64 = 1.8;
/// Conductance of a closed window, in W/K.
const CLOSED_WINDOW: f64 = 2.0;
/// Conductance of an open window by the air it exchanges, in W/K.
const OPEN_WINDOW: f64 = 100.0;
/// Conductance of a doorway between rooms, in W/K.
const DOORWAY: f64 = 12.0;
/// Full power of a heater for each square metre of floor, in watts.
const HEATER_PER_SQUARE_METRE: f64 = 60.0;
/// What a heater's thermostatic valve is set to.
const HEATER_TARGET: f64 = 21.0;
/// How far below its target the valve is fully open, in kelvin.
const HEATER_BAND: f64 = 2.0;
/// What a person gives, in watts.
const PERSON: f64 = 80.0;
/// What the sun gives through a window at noon, in watts.
const SUN: f64 = 250.0;

/// A room with its climate.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    plan: &'static RoomPlan,
    celsius: f64,
    heater_on: bool,
    window_open: bool,
}

impl Room {
    fn new(plan: &'static RoomPlan, celsius: f64, heater_on: bool) -> Self {
        Self {
            plan,
            celsius,
            heater_on,
            window_open: false,
        }
    }

    /// The room as built: name, area, window.
    pub fn plan(&self) -> &'static RoomPlan {
        self.plan
    }

    /// The temperature of its air in degrees Celsius.
    pub fn temperature(&self) -> f64 {
        self.celsius
    }

    /// Whether the heater is switched on.
    pub fn is_heater_on(&self) -> bool {
        self.heater_on
    }

    /// What the heater gives at the moment, in watts: its valve closes towards 21 °C.
    pub fn heater_power(&self) -> f64 {
        if !self.heater_on {
            return 0.0;
        }
        let opening = ((HEATER_TARGET - self.celsius) / HEATER_BAND).clamp(0.0, 1.0);
        opening * HEATER_PER_SQUARE_METRE * self.plan.area.square_metres()
    }

    /// Whether the window is open.
    pub fn is_window_open(&self) -> bool {
        self.window_open
    }

    /// What it takes to warm the room by a kelvin, in joules.
    fn capacity(&self) -> f64 {
        self.plan.area.square_metres() * HEIGHT * AIR_CAPACITY * CAPACITY_FACTOR
    }
}

/// What acts on the rooms from outside of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Influences {
    /// Temperature outside.
    pub(crate) outdoor: f64,
    /// From 0 to 1.
    pub(crate) daylight: f64,
    /// Where the person is.
    pub(crate) person: Option<RoomId>,
}

/// The rooms and what heat flows between them.
#[derive(Clone, Debug)]
pub(crate) struct Climate {
    rooms: Vec<Room>,
    /// Conductance between two rooms, by index.
    inner: Vec<(usize, usize, f64)>,
    /// Conductance of each room's closed shell to the outside.
    outer: Vec<f64>,
}

impl Climate {
    /// A house in the evening, warm where people live by day.
    pub(crate) fn new(plan: &Plan) -> Self {
        let rooms: Vec<Room> = plan
            .rooms
            .iter()
            .map(|room| match room.key {
                "livingroom" => Room::new(room, 20.6, true),
                "kitchen" => Room::new(room, 20.1, true),
                "bathroom" => Room::new(room, 21.8, true),
                "hall" => Room::new(room, 18.9, false),
                _ => Room::new(room, 18.4, false),
            })
            .collect();
        Self {
            inner: inner_conductances(plan),
            outer: rooms.iter().map(|r| shell(r.plan, plan.area)).collect(),
            rooms,
        }
    }

    pub(crate) fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    pub(crate) fn temperature(&self, room: RoomId) -> f64 {
        usize::try_from(room.0)
            .ok()
            .and_then(|index| self.rooms.get(index))
            .map_or(0.0, Room::temperature)
    }

    pub(crate) fn switch_heater(&mut self, room: RoomId, on: bool) {
        if let Some(room) = self.room_mut(room) {
            room.heater_on = on;
        }
    }

    pub(crate) fn open_window(&mut self, room: RoomId, open: bool) {
        if let Some(room) = self.room_mut(room) {
            room.window_open = open && room.plan.window.is_some();
        }
    }

    fn room_mut(&mut self, room: RoomId) -> Option<&mut Room> {
        self.rooms.get_mut(usize::try_from(room.0).ok()?)
    }

    /// Moves time on by `seconds`. A second is far below the shortest time constant (about half an
    /// hour, a small room with its window open), so Euler's method is exact to what a sensor sees.
    pub(crate) fn advance(&mut self, seconds: f64, influences: Influences) {
        let flows: Vec<f64> = (0..self.rooms.len())
            .map(|index| self.heat_flow(index, influences))
            .collect();
        for (room, flow) in self.rooms.iter_mut().zip(flows) {
            room.celsius += flow * seconds / room.capacity();
        }
    }

    /// What warms the room at `index`, in watts; negative when it cools.
    fn heat_flow(&self, index: usize, influences: Influences) -> f64 {
        let room = &self.rooms[index];
        let mut flow = room.heater_power();
        if influences.person == Some(room.plan.id) {
            flow += PERSON;
        }
        if room.plan.window.is_some() {
            flow += SUN * influences.daylight;
        }
        let airing = if room.window_open { OPEN_WINDOW } else { 0.0 };
        flow += (self.outer[index] + airing) * (influences.outdoor - room.celsius);
        for &(a, b, conductance) in &self.inner {
            let neighbour = match index {
                _ if index == a => b,
                _ if index == b => a,
                _ => continue,
            };
            flow += conductance * (self.rooms[neighbour].celsius - room.celsius);
        }
        flow
    }
}

/// The conductance of a room's closed shell: its walls on the edge of the house, and its window.
fn shell(room: &RoomPlan, house: Rect) -> f64 {
    let area = room.area;
    let mut length = 0;
    for (on_edge, side) in [
        (area.x == house.x, area.height),
        (area.x + area.width == house.x + house.width, area.height),
        (area.y == house.y, area.width),
        (area.y + area.height == house.y + house.height, area.width),
    ] {
        if on_edge {
            length += side;
        }
    }
    let window = if room.window.is_some() {
        CLOSED_WINDOW
    } else {
        0.0
    };
    f64::from(length) / 100.0 * HEIGHT * OUTER_WALL + window
}

fn inner_conductances(plan: &Plan) -> Vec<(usize, usize, f64)> {
    let mut found = Vec::new();
    for (a, first) in plan.rooms.iter().enumerate() {
        for (b, second) in plan.rooms.iter().enumerate().skip(a + 1) {
            let wall = f64::from(shared_wall(first.area, second.area)) / 100.0;
            let doors = plan.doors.iter().filter(|door| {
                (door.from == first.id && door.to == Some(second.id))
                    || (door.from == second.id && door.to == Some(first.id))
            });
            let conductance = wall * HEIGHT * INNER_WALL + DOORWAY * doors.count() as f64;
            if conductance > 0.0 {
                found.push((a, b, conductance));
            }
        }
    }
    found
}

/// The length of the wall that two rooms share, in centimetres.
fn shared_wall(a: Rect, b: Rect) -> i32 {
    let overlap = |from: (i32, i32), to: (i32, i32)| (from.1.min(to.1) - from.0.max(to.0)).max(0);
    let corner = |rect: Rect| Point::new(rect.x + rect.width, rect.y + rect.height);
    if corner(a).x == b.x || corner(b).x == a.x {
        overlap((a.y, corner(a).y), (b.y, corner(b).y))
    } else if corner(a).y == b.y || corner(b).y == a.y {
        overlap((a.x, corner(a).x), (b.x, corner(b).x))
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{self, HOUSE, KITCHEN, LIVING_ROOM};

    const COLD_NIGHT: Influences = Influences {
        outdoor: 4.0,
        daylight: 0.0,
        person: None,
    };

    fn run(climate: &mut Climate, hours: u32, influences: Influences) {
        for _ in 0..hours * 3600 {
            climate.advance(1.0, influences);
        }
    }

    /// One room of 20 square metres under the open sky: everything about it has a closed form.
    static CABIN: Plan = Plan {
        area: plan::Rect {
            x: 0,
            y: 0,
            width: 500,
            height: 400,
        },
        rooms: &[RoomPlan {
            id: RoomId(0),
            key: "livingroom",
            name: "cabin",
            area: plan::Rect {
                x: 0,
                y: 0,
                width: 500,
                height: 400,
            },
            window: None,
            heater: Point::new(0, 0),
        }],
        doors: &[],
    };

    #[test]
    fn a_heated_room_settles_where_heater_and_losses_are_equal() {
        let mut cabin = Climate::new(&CABIN);
        run(&mut cabin, 48, COLD_NIGHT);
        // Walls: 18 m by 2.5 m by 0.5 W/(m² K). Valve: 1200 W over 2 K below 21 °C.
        let (losses, valve) = (18.0 * 2.5 * 0.5, 1200.0 / 2.0);
        let limit = (valve * 21.0 + losses * 4.0) / (valve + losses);
        assert!((cabin.temperature(RoomId(0)) - limit).abs() < 0.01);
    }

    #[test]
    fn an_unheated_room_cools_with_its_time_constant() {
        let mut cabin = Climate::new(&CABIN);
        cabin.switch_heater(RoomId(0), false);
        let start = cabin.temperature(RoomId(0));
        run(&mut cabin, 2, COLD_NIGHT);
        let constant = 20.0 * 2.5 * 1206.0 * 3.0 / (18.0 * 2.5 * 0.5);
        let expected = 4.0 + (start - 4.0) * libm::exp(-7200.0 / constant);
        assert!((cabin.temperature(RoomId(0)) - expected).abs() < 0.01);
    }

    #[test]
    fn a_room_warms_with_the_heater_and_cools_with_the_window_open() {
        let mut house = Climate::new(&HOUSE);
        run(&mut house, 1, COLD_NIGHT);
        let warm = house.temperature(LIVING_ROOM);
        assert!(warm > 19.5 && warm < 21.0, "{warm}");

        house.open_window(LIVING_ROOM, true);
        house.switch_heater(LIVING_ROOM, false);
        run(&mut house, 1, COLD_NIGHT);
        let aired = house.temperature(LIVING_ROOM);
        assert!(aired < warm - 3.0 && aired > 4.0, "{aired}");
    }

    #[test]
    fn everything_ends_at_the_temperature_outside_without_heat() {
        let mut house = Climate::new(&HOUSE);
        for room in HOUSE.rooms {
            house.switch_heater(room.id, false);
            house.open_window(room.id, true);
        }
        run(&mut house, 72, COLD_NIGHT);
        for room in house.rooms() {
            assert!((room.temperature() - 4.0).abs() < 0.1, "{room:?}");
        }
    }

    #[test]
    fn people_and_the_sun_warm_a_room_and_a_cold_neighbour_cools_it() {
        let with = |influences, kitchen_window| {
            let mut house = Climate::new(&HOUSE);
            house.switch_heater(LIVING_ROOM, false);
            house.switch_heater(KITCHEN, false);
            house.open_window(KITCHEN, kitchen_window);
            run(&mut house, 1, influences);
            house.temperature(LIVING_ROOM)
        };
        let alone = with(COLD_NIGHT, false);
        let person = Influences {
            person: Some(LIVING_ROOM),
            ..COLD_NIGHT
        };
        let noon = Influences {
            daylight: 1.0,
            ..COLD_NIGHT
        };
        assert!(with(person, false) > alone + 0.3);
        assert!(with(noon, false) > alone + 1.0);
        assert!(with(COLD_NIGHT, true) < alone - 0.1);
    }

    #[test]
    fn a_room_without_a_window_cannot_be_aired() {
        let mut house = Climate::new(&HOUSE);
        house.open_window(plan::HALL, true);
        assert!(!house.rooms()[3].is_window_open());
    }
}
