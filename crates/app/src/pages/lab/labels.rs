//! Where things go that must not cover one another: a room's name among its devices, the person beside a
//! device. Pure; units are the plan's.

use super::geometry::Point;
use midge_view::Rect;

/// Where a room's name stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Its left or right end, and the line beneath its first row.
    pub place: Point,
    /// Whether `place` is its right end.
    pub end: bool,
}

/// Size of a name with its temperature beneath.
const SIZE: (f32, f32) = (130.0, 52.0);
/// From the walls.
const INSET: f32 = 18.0;
/// Around a device: its face, and its tag beneath.
const DEVICE: (f32, f32, f32) = (40.0, 32.0, 52.0);

/// The corner of the room, or the middle of a wall, with the fewest things in it: devices, doors, heaters.
pub fn label(room: Rect, things: &[Point]) -> Label {
    let (left, right) = (room.x + INSET, room.x + room.width - INSET);
    let (top, bottom) = (room.y + INSET, room.y + room.height - INSET - SIZE.1);
    let middle = room.x + (room.width - SIZE.0) / 2.0;
    let candidates = [
        (left, top, false),
        (right, top, true),
        (middle, top, false),
        (left, bottom, false),
        (right, bottom, true),
        (middle, bottom, false),
    ];
    let covered = |(x, y, end): (f32, f32, bool)| {
        let x = if end { x - SIZE.0 } else { x };
        things
            .iter()
            .filter(|(dx, dy)| {
                dx + DEVICE.0 > x
                    && dx - DEVICE.0 < x + SIZE.0
                    && dy + DEVICE.2 > y
                    && dy - DEVICE.1 < y + SIZE.1
            })
            .count()
    };
    let mut best = candidates[0];
    for candidate in candidates {
        if covered(candidate) < covered(best) {
            best = candidate;
        }
    }
    Label {
        place: (best.0, best.1 + 16.0),
        end: best.2,
    }
}

/// How far the person stands from a device's middle at least.
const APART: f32 = 52.0;

/// The person's place, moved aside where a device would cover it.
pub fn beside(person: Point, devices: &[Point]) -> Point {
    let (x, y) = person;
    let near = devices
        .iter()
        .find(|(dx, dy)| (dx - x).hypot(dy - y) < APART);
    // To a side: beneath a device stands its tag.
    near.map_or(person, |(dx, dy)| {
        let side = if x < *dx { -APART } else { APART };
        (dx + side, *dy)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Rect = Rect {
        x: 100.0,
        y: 100.0,
        width: 400.0,
        height: 300.0,
    };

    #[test]
    fn a_name_stands_in_the_first_free_corner() {
        let free = label(ROOM, &[]);
        assert_eq!((free.place, free.end), ((118.0, 134.0), false));
        let moved = label(ROOM, &[(150.0, 150.0)]);
        assert_eq!((moved.place, moved.end), ((482.0, 134.0), true));
        let crowded = label(ROOM, &[(150.0, 150.0), (450.0, 150.0)]);
        assert_eq!((crowded.place, crowded.end), ((235.0, 134.0), false));
    }

    /// The lab's house: rooms, then devices, broker, heaters and door swings.
    #[test]
    fn no_device_of_the_lab_meets_a_rooms_name() {
        let rooms = [
            (0.0, 0.0, 560.0, 400.0),
            (560.0, 0.0, 440.0, 400.0),
            (0.0, 400.0, 400.0, 300.0),
            (400.0, 400.0, 260.0, 300.0),
            (660.0, 400.0, 340.0, 300.0),
        ];
        let devices = [
            (140.0, 260.0),
            (480.0, 60.0),
            (280.0, 190.0),
            (520.0, 350.0),
            (940.0, 60.0),
            (780.0, 200.0),
            (610.0, 60.0),
            (60.0, 450.0),
            (200.0, 560.0),
            (530.0, 560.0),
            (620.0, 440.0),
            (600.0, 640.0),
        ];
        for (x, y, width, height) in rooms {
            let room = Rect {
                x,
                y,
                width,
                height,
            };
            let Label { place, end } = label(room, &devices);
            let left = if end { place.0 - SIZE.0 } else { place.0 };
            let top = place.1 - 16.0;
            for (dx, dy) in devices {
                let apart = dx + DEVICE.0 <= left
                    || dx - DEVICE.0 >= left + SIZE.0
                    || dy + DEVICE.2 <= top
                    || dy - DEVICE.1 >= top + SIZE.1;
                assert!(apart, "{room:?} {dx} {dy}");
            }
        }
    }

    #[test]
    fn the_person_is_never_under_a_device() {
        let devices = [(200.0, 200.0), (400.0, 300.0)];
        for person in [
            (200.0, 200.0),
            (210.0, 190.0),
            (399.0, 310.0),
            (300.0, 250.0),
        ] {
            let place = beside(person, &devices);
            for (dx, dy) in devices {
                assert!(
                    (place.0 - dx).hypot(place.1 - dy) > APART - 0.1,
                    "{person:?}"
                );
            }
        }
        assert_eq!(beside((300.0, 250.0), &devices), (300.0, 250.0));
    }
}
