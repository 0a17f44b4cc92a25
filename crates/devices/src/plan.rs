//! The floor plan: rooms, doors and windows in plan units, drawn as they are by the page.
//!
//! One plan unit is one centimetre; x grows to the right and y downwards, as in SVG.

use crate::RoomId;
use serde::{Deserialize, Serialize};

/// A point of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Point {
    /// Centimetres from the left edge.
    pub x: i32,
    /// Centimetres from the top edge.
    pub y: i32,
}

impl Point {
    /// The point at `x`, `y`.
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// The distance to `other`, in centimetres.
    pub fn distance(self, other: Self) -> f64 {
        libm::hypot(f64::from(other.x - self.x), f64::from(other.y - self.y))
    }
}

/// A rectangle of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width, positive.
    pub width: i32,
    /// Height, positive.
    pub height: i32,
}

impl Rect {
    /// Whether `point` lies inside or on the edge.
    pub const fn contains(self, point: Point) -> bool {
        point.x >= self.x
            && point.x <= self.x + self.width
            && point.y >= self.y
            && point.y <= self.y + self.height
    }

    /// The area in square metres.
    pub fn square_metres(self) -> f64 {
        f64::from(self.width) * f64::from(self.height) / 10_000.0
    }
}

/// An opening in a wall, as the line between its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// One end.
    pub from: Point,
    /// The other end.
    pub to: Point,
}

impl Opening {
    /// The middle.
    pub const fn middle(self) -> Point {
        Point::new((self.from.x + self.to.x) / 2, (self.from.y + self.to.y) / 2)
    }
}

/// A room as built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomPlan {
    /// Its number, which is its place in [`Plan::rooms`].
    pub id: RoomId,
    /// Its level in a topic name, as in `home/livingroom/light`.
    pub key: &'static str,
    /// Its name in words.
    pub name: &'static str,
    /// Its floor.
    pub area: Rect,
    /// Its window, if it has one.
    pub window: Option<Opening>,
    /// Where its heater stands.
    pub heater: Point,
}

/// A door between two rooms, or from a room to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// One side.
    pub from: RoomId,
    /// The other side; `None` is the outside.
    pub to: Option<RoomId>,
    /// Where it is.
    pub opening: Opening,
}

impl Door {
    /// The room on the other side of the door, seen from `room`.
    fn beyond(&self, room: RoomId) -> Option<RoomId> {
        let to = self.to?;
        match room {
            _ if room == self.from => Some(to),
            _ if room == to => Some(self.from),
            _ => None,
        }
    }
}

/// A floor plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The outer walls.
    pub area: Rect,
    /// The rooms; [`RoomId`] is the index.
    pub rooms: &'static [RoomPlan],
    /// The doors.
    pub doors: &'static [Door],
}

impl Plan {
    /// The room with this number.
    pub fn room(&self, id: RoomId) -> Option<&'static RoomPlan> {
        self.rooms.get(usize::try_from(id.0).ok()?)
    }

    /// The shortest way between two rooms: for each door on it, the room to walk through and the
    /// middle of the door at its end. Empty when they are one room or no doors connect them.
    pub fn route(&self, from: RoomId, to: RoomId) -> Vec<(RoomId, Point)> {
        let mut ways: Vec<(RoomId, Vec<(RoomId, Point)>)> = vec![(from, Vec::new())];
        let mut next = 0;
        while let Some((room, way)) = ways.get(next).cloned() {
            if room == to {
                return way;
            }
            next += 1;
            for door in self.doors {
                let Some(beyond) = door.beyond(room) else {
                    continue;
                };
                if ways.iter().all(|(reached, _)| *reached != beyond) {
                    let mut longer = way.clone();
                    longer.push((room, door.opening.middle()));
                    ways.push((beyond, longer));
                }
            }
        }
        Vec::new()
    }
}

/// The living room.
pub const LIVING_ROOM: RoomId = RoomId(0);
/// The kitchen.
pub const KITCHEN: RoomId = RoomId(1);
/// The bedroom.
pub const BEDROOM: RoomId = RoomId(2);
/// The hall.
pub const HALL: RoomId = RoomId(3);
/// The bathroom.
pub const BATHROOM: RoomId = RoomId(4);

/// The house of the lab: living room and kitchen above, bedroom, hall and bathroom below.
pub static HOUSE: Plan = Plan {
    area: rect(0, 0, 1000, 700),
    rooms: &[
        RoomPlan {
            id: LIVING_ROOM,
            key: "livingroom",
            name: "living room",
            area: rect(0, 0, 560, 400),
            window: Some(opening(0, 120, 0, 280)),
            heater: Point::new(25, 340),
        },
        RoomPlan {
            id: KITCHEN,
            key: "kitchen",
            name: "kitchen",
            area: rect(560, 0, 440, 400),
            window: Some(opening(720, 0, 860, 0)),
            heater: Point::new(975, 300),
        },
        RoomPlan {
            id: BEDROOM,
            key: "bedroom",
            name: "bedroom",
            area: rect(0, 400, 400, 300),
            window: Some(opening(130, 700, 270, 700)),
            heater: Point::new(25, 640),
        },
        RoomPlan {
            id: HALL,
            key: "hall",
            name: "hall",
            area: rect(400, 400, 260, 300),
            window: None,
            heater: Point::new(425, 670),
        },
        RoomPlan {
            id: BATHROOM,
            key: "bathroom",
            name: "bathroom",
            area: rect(660, 400, 340, 300),
            window: Some(opening(1000, 510, 1000, 590)),
            heater: Point::new(800, 675),
        },
    ],
    doors: &[
        door(LIVING_ROOM, Some(KITCHEN), opening(560, 160, 560, 250)),
        door(LIVING_ROOM, Some(HALL), opening(430, 400, 520, 400)),
        door(KITCHEN, Some(HALL), opening(570, 400, 650, 400)),
        door(BEDROOM, Some(HALL), opening(400, 500, 400, 580)),
        door(BATHROOM, Some(HALL), opening(660, 500, 660, 580)),
        door(HALL, None, opening(490, 700, 580, 700)),
    ],
};

const fn rect(x: i32, y: i32, width: i32, height: i32) -> Rect {
    Rect {
        x,
        y,
        width,
        height,
    }
}

const fn opening(x1: i32, y1: i32, x2: i32, y2: i32) -> Opening {
    Opening {
        from: Point::new(x1, y1),
        to: Point::new(x2, y2),
    }
}

const fn door(from: RoomId, to: Option<RoomId>, opening: Opening) -> Door {
    Door { from, to, opening }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_tile_the_house_and_are_numbered_in_order() {
        let mut area = 0.0;
        for (index, room) in HOUSE.rooms.iter().enumerate() {
            assert_eq!(room.id, RoomId(u32::try_from(index).unwrap()));
            assert!(room.area.contains(room.heater), "{}", room.name);
            area += room.area.square_metres();
        }
        assert_eq!(area, HOUSE.area.square_metres());
    }

    #[test]
    fn the_way_from_bedroom_to_kitchen_leads_through_the_hall() {
        let way = HOUSE.route(BEDROOM, KITCHEN);
        let rooms: Vec<RoomId> = way.iter().map(|(room, _)| *room).collect();
        assert_eq!(rooms, [BEDROOM, HALL]);
        assert_eq!(HOUSE.route(HALL, HALL), []);
    }

    #[test]
    fn doors_and_windows_lie_in_the_walls_of_their_rooms() {
        for door in HOUSE.doors {
            for room in [Some(door.from), door.to].into_iter().flatten() {
                let area = HOUSE.room(room).unwrap().area;
                assert!(area.contains(door.opening.from) && area.contains(door.opening.to));
            }
        }
        for room in HOUSE.rooms {
            if let Some(window) = room.window {
                assert!(room.area.contains(window.from) && room.area.contains(window.to));
            }
        }
    }
}
