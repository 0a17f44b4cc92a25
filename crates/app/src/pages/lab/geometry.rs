//! Lines of the plan: wires, walls with their openings, the light of windows. Pure; units are the plan's.

use midge_view::{Opening, Rect};

/// A point of the plan.
pub type Point = (f32, f32);

/// A wire from a device to the broker: it leaves towards the broker's row and bends into it, so that
/// wires of one side run together.
pub fn wire(device: Point, broker: Point) -> String {
    let (x, y) = device;
    let (bx, by) = broker;
    let (dx, dy) = (bx - x, by - y);
    format!(
        "M{} {}C{} {} {} {} {} {}",
        round(x),
        round(y),
        round(x + dx * 0.12),
        round(y + dy * 0.62),
        round(bx - dx * 0.28),
        round(by - dy * 0.08),
        round(bx),
        round(by)
    )
}

/// A number without the digits nobody sees.
pub fn round(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// Which wall of a room an opening lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    /// Its top.
    Top,
    /// Its right.
    Right,
    /// Its bottom.
    Bottom,
    /// Its left.
    Left,
}

impl Wall {
    /// The wall of `room` in which `opening` lies.
    pub fn of(opening: Opening, room: Rect) -> Self {
        let (x, y) = middle(opening);
        let distances = [
            (Self::Top, (y - room.y).abs()),
            (Self::Right, (room.x + room.width - x).abs()),
            (Self::Bottom, (room.y + room.height - y).abs()),
            (Self::Left, (x - room.x).abs()),
        ];
        let mut nearest = distances[0];
        for candidate in distances {
            if candidate.1 < nearest.1 {
                nearest = candidate;
            }
        }
        nearest.0
    }

    /// The direction into the room.
    pub const fn inwards(self) -> Point {
        match self {
            Self::Top => (0.0, 1.0),
            Self::Right => (-1.0, 0.0),
            Self::Bottom => (0.0, -1.0),
            Self::Left => (1.0, 0.0),
        }
    }
}

/// The middle of an opening.
pub fn middle(opening: Opening) -> Point {
    (
        f32::midpoint(opening.from.0, opening.to.0),
        f32::midpoint(opening.from.1, opening.to.1),
    )
}

/// The light that falls through a window: a shape that widens into the room, as SVG points.
pub fn daylight(window: Opening, room: Rect) -> String {
    const SPREAD: f32 = 0.45;
    let (ix, iy) = Wall::of(window, room).inwards();
    let depth = depth(window, room);
    // Along the wall, from one end to the other.
    let (ax, ay) = (window.to.0 - window.from.0, window.to.1 - window.from.1);
    let length = ax.hypot(ay).max(1.0);
    let (ux, uy) = (ax / length, ay / length);
    let spread = depth * SPREAD;
    let far = |end: Point, way: f32| {
        (
            end.0 + ix * depth + ux * spread * way,
            end.1 + iy * depth + uy * spread * way,
        )
    };
    let inside = |point: Point| {
        (
            point.0.clamp(room.x, room.x + room.width),
            point.1.clamp(room.y, room.y + room.height),
        )
    };
    [
        window.from,
        window.to,
        inside(far(window.to, 1.0)),
        inside(far(window.from, -1.0)),
    ]
    .map(|(x, y)| format!("{},{}", round(x), round(y)))
    .join(" ")
}

/// The line along which that light fades: from the window into the room.
pub fn fade(window: Opening, room: Rect) -> (Point, Point) {
    let (ix, iy) = Wall::of(window, room).inwards();
    let depth = depth(window, room);
    let (x, y) = middle(window);
    ((x, y), (x + ix * depth, y + iy * depth))
}

/// How far daylight reaches.
fn depth(window: Opening, room: Rect) -> f32 {
    let (ix, _) = Wall::of(window, room).inwards();
    0.7 * if ix == 0.0 { room.height } else { room.width }
}

/// The two leaves of an open window, swung into the room from its ends.
pub fn sashes(window: Opening, room: Rect) -> String {
    let (ix, iy) = Wall::of(window, room).inwards();
    let (mx, my) = middle(window);
    let leaf = |end: Point| {
        let half = (mx - end.0).hypot(my - end.1);
        // A leaf keeps its length: a little along the wall, most of it into the room.
        let (along_x, along_y) = ((mx - end.0) * 0.34, (my - end.1) * 0.34);
        let into = half * 0.94;
        format!(
            "M{} {}L{} {}",
            round(end.0),
            round(end.1),
            round(end.0 + along_x + ix * into),
            round(end.1 + along_y + iy * into)
        )
    };
    format!("{}{}", leaf(window.from), leaf(window.to))
}

/// The middle of the floor that a door's leaf sweeps.
pub fn swing(opening: Opening) -> Point {
    let (x, y) = middle(opening);
    let (ax, ay) = (opening.to.0 - opening.from.0, opening.to.1 - opening.from.1);
    if ax == 0.0 {
        (x + ay / 2.0, y)
    } else {
        (x, y - ax / 2.0)
    }
}

/// A door: its leaf opened by a right angle, and the arc it swings.
pub fn door(opening: Opening) -> (String, String) {
    let (hx, hy) = opening.from;
    let (ax, ay) = (opening.to.0 - hx, opening.to.1 - hy);
    // The leaf stands at a right angle to the wall, on the side of growing x or of falling y.
    let (lx, ly) = if ax == 0.0 { (ay, 0.0) } else { (0.0, -ax) };
    let length = round(ax.hypot(ay));
    let sweep = i32::from(ax != 0.0);
    let leaf = format!("M{} {}l{} {}", round(hx), round(hy), round(lx), round(ly));
    let arc = format!(
        "M{} {}A{length} {length} 0 0 {sweep} {} {}",
        round(hx + lx),
        round(hy + ly),
        round(opening.to.0),
        round(opening.to.1)
    );
    (leaf, arc)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Rect = Rect {
        x: 0.0,
        y: 0.0,
        width: 560.0,
        height: 400.0,
    };

    fn opening(x1: f32, y1: f32, x2: f32, y2: f32) -> Opening {
        Opening {
            from: (x1, y1),
            to: (x2, y2),
        }
    }

    #[test]
    fn a_wire_begins_at_the_device_and_ends_at_the_broker() {
        let wire = wire((10.0, 20.0), (600.0, 640.0));
        assert!(wire.starts_with("M10 20C"), "{wire}");
        assert!(wire.ends_with(" 600 640"), "{wire}");
    }

    #[test]
    fn an_opening_lies_in_the_nearest_wall() {
        assert_eq!(Wall::of(opening(0.0, 120.0, 0.0, 280.0), ROOM), Wall::Left);
        assert_eq!(
            Wall::of(opening(430.0, 400.0, 520.0, 400.0), ROOM),
            Wall::Bottom
        );
        assert_eq!(
            Wall::of(opening(560.0, 160.0, 560.0, 250.0), ROOM),
            Wall::Right
        );
        assert_eq!(Wall::of(opening(100.0, 0.0, 200.0, 0.0), ROOM), Wall::Top);
    }

    #[test]
    fn daylight_stays_in_its_room() {
        let points = daylight(opening(0.0, 120.0, 0.0, 280.0), ROOM);
        for point in points.split(' ') {
            let (x, y) = point.split_once(',').unwrap();
            let (x, y): (f32, f32) = (x.parse().unwrap(), y.parse().unwrap());
            assert!(
                (0.0..=560.0).contains(&x) && (0.0..=400.0).contains(&y),
                "{point}"
            );
        }
    }

    #[test]
    fn a_door_swings_from_its_hinge_to_its_latch() {
        let (leaf, arc) = door(opening(560.0, 160.0, 560.0, 250.0));
        assert_eq!(leaf, "M560 160l90 0");
        assert_eq!(arc, "M650 160A90 90 0 0 0 560 250");
        assert_eq!(swing(opening(560.0, 160.0, 560.0, 250.0)), (605.0, 205.0));
    }
}
