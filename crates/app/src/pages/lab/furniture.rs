//! Furniture, so that a room looks like what it is called: plain outlines at fractions of its floor. Pure.

use midge_view::Rect;

/// An outline in a room, in fractions of its width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Left, top, width, height.
    pub place: [f32; 4],
    /// Radius of the corners in plan units.
    pub radius: f32,
    /// Whether it lies flat on the floor: drawn fainter.
    pub flat: bool,
}

const fn piece(place: [f32; 4], radius: f32) -> Piece {
    Piece {
        place,
        radius,
        flat: false,
    }
}

const fn flat(place: [f32; 4], radius: f32) -> Piece {
    Piece {
        place,
        radius,
        flat: true,
    }
}

const LIVING_ROOM: [Piece; 6] = [
    flat([0.30, 0.26, 0.42, 0.44], 8.0),
    piece([0.36, 0.74, 0.30, 0.16], 14.0),
    piece([0.36, 0.85, 0.30, 0.05], 6.0),
    piece([0.38, 0.03, 0.28, 0.07], 4.0),
    piece([0.43, 0.39, 0.15, 0.17], 34.0),
    piece([0.19, 0.57, 0.12, 0.16], 8.0),
];
const KITCHEN: [Piece; 6] = [
    piece([0.90, 0.24, 0.095, 0.42], 4.0),
    piece([0.915, 0.27, 0.065, 0.10], 20.0),
    piece([0.915, 0.53, 0.065, 0.10], 4.0),
    piece([0.36, 0.40, 0.28, 0.20], 8.0),
    piece([0.42, 0.27, 0.16, 0.10], 10.0),
    piece([0.42, 0.63, 0.16, 0.10], 10.0),
];
const BEDROOM: [Piece; 4] = [
    piece([0.54, 0.46, 0.30, 0.46], 10.0),
    piece([0.56, 0.76, 0.12, 0.12], 6.0),
    piece([0.70, 0.76, 0.12, 0.12], 6.0),
    piece([0.44, 0.46, 0.12, 0.15], 6.0),
];
const HALL: [Piece; 1] = [flat([0.34, 0.83, 0.36, 0.12], 4.0)];
const BATHROOM: [Piece; 5] = [
    piece([0.38, 0.03, 0.56, 0.25], 10.0),
    piece([0.40, 0.055, 0.52, 0.20], 30.0),
    piece([0.06, 0.84, 0.22, 0.13], 8.0),
    piece([0.62, 0.84, 0.14, 0.13], 16.0),
    flat([0.42, 0.34, 0.40, 0.16], 6.0),
];

/// What stands in a room of this name; nothing in one it does not know.
pub fn pieces(room: &str) -> &'static [Piece] {
    match room.to_lowercase().as_str() {
        "living room" => &LIVING_ROOM,
        "kitchen" => &KITCHEN,
        "bedroom" => &BEDROOM,
        "hall" => &HALL,
        "bathroom" => &BATHROOM,
        _ => &[],
    }
}

impl Piece {
    /// Its place on the plan.
    pub fn rect(self, room: Rect) -> Rect {
        let [x, y, width, height] = self.place;
        Rect {
            x: room.x + x * room.width,
            y: room.y + y * room.height,
            width: width * room.width,
            height: height * room.height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn furniture_stands_inside_its_room() {
        for room in ["Living room", "Kitchen", "Bedroom", "Hall", "Bathroom"] {
            assert!(!pieces(room).is_empty(), "{room}");
            for piece in pieces(room) {
                let [x, y, width, height] = piece.place;
                assert!(x >= 0.0 && y >= 0.0 && x + width <= 1.0 && y + height <= 1.0);
            }
        }
        assert!(pieces("Observatory").is_empty());
    }
}
