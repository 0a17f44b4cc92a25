//! The person who lives in the house: walks through doors, rests, and follows a seeded routine.

use crate::plan::{Plan, RoomPlan};
use crate::{Point, Random, RoomId};
use core::time::Duration;
use std::collections::VecDeque;

/// Walking speed in centimetres a second.
const SPEED: f64 = 110.0;
/// How far from the walls people stop, in centimetres.
const MARGIN: i32 = 60;
/// How long somebody stays where an action sent them before the routine goes on.
const STAY_AS_TOLD: Duration = Duration::from_secs(120);
/// The first rest of the world, short so that something soon happens.
const FIRST_REST: Duration = Duration::from_secs(8);

/// A person: at rest at a spot, or on a straight leg through a room.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    random: Random,
    room: RoomId,
    from: Point,
    to: Point,
    departs: Duration,
    /// When the leg or the rest ends.
    until: Duration,
    resting: bool,
    /// Whether the way under way was an action's, not the routine's.
    as_told: bool,
    /// Legs to come: the room each leads through, and where it ends.
    path: VecDeque<(RoomId, Point)>,
}

impl Person {
    /// Somebody who rests in the middle of `room`.
    pub(crate) fn new(random: Random, room: &RoomPlan) -> Self {
        let spot = Point::new(
            room.area.x + room.area.width / 2,
            room.area.y + room.area.height / 2,
        );
        Self {
            random,
            room: room.id,
            from: spot,
            to: spot,
            departs: Duration::ZERO,
            until: FIRST_REST,
            resting: true,
            as_told: false,
            path: VecDeque::new(),
        }
    }

    pub(crate) fn room(&self) -> RoomId {
        self.room
    }

    pub(crate) fn is_walking(&self) -> bool {
        !self.resting
    }

    pub(crate) fn position(&self, now: Duration) -> Point {
        let whole = self.until.saturating_sub(self.departs).as_micros() as f64;
        if self.resting || whole <= 0.0 {
            return self.to;
        }
        let part = now.saturating_sub(self.departs).as_micros() as f64 / whole;
        let between = |from: i32, to: i32| {
            from + libm::round(f64::from(to - from) * part.clamp(0.0, 1.0)) as i32
        };
        Point::new(
            between(self.from.x, self.to.x),
            between(self.from.y, self.to.y),
        )
    }

    /// When [`Person::on_time`] has something to do.
    pub(crate) fn next_time(&self) -> Duration {
        self.until
    }

    /// Ends the leg or the rest that is over, and begins what follows.
    pub(crate) fn on_time(&mut self, plan: &Plan, now: Duration, time_of_day: Duration) {
        if now < self.until {
            return;
        }
        if self.resting {
            let room = self.choose_room(plan, time_of_day);
            self.set_out(plan, now, room);
        } else {
            self.begin_leg(now, self.to, time_of_day);
        }
    }

    /// Walks to `room` and stays there for a while.
    pub(crate) fn send(&mut self, plan: &Plan, now: Duration, room: RoomId) {
        self.set_out(plan, now, room);
        self.as_told = true;
    }

    fn set_out(&mut self, plan: &Plan, now: Duration, room: RoomId) {
        let Some(destination) = plan.room(room) else {
            return;
        };
        let position = self.position(now);
        let spot = self.choose_spot(destination);
        self.path = plan.route(self.room, room).into();
        self.path.push_back((room, spot));
        self.as_told = false;
        self.begin_leg(now, position, Duration::ZERO);
    }

    /// Begins the next leg at `position`, or rests there when there is none.
    fn begin_leg(&mut self, now: Duration, position: Point, time_of_day: Duration) {
        self.from = position;
        self.departs = now;
        let Some((room, end)) = self.path.pop_front() else {
            self.resting = true;
            self.to = position;
            self.until = now + self.choose_rest(time_of_day);
            return;
        };
        self.resting = false;
        self.room = room;
        self.to = end;
        let millis = position.distance(end) / SPEED * 1_000.0;
        self.until = now + Duration::from_millis(millis as u64 + 1);
    }

    fn choose_spot(&mut self, room: &RoomPlan) -> Point {
        let mut along = |start: i32, length: i32| {
            let room_for_choice = u64::try_from(length - 2 * MARGIN).unwrap_or(0);
            let offset = self.random.between(0, room_for_choice);
            start + MARGIN + i32::try_from(offset).unwrap_or(0)
        };
        let x = along(room.area.x, room.area.width);
        let y = along(room.area.y, room.area.height);
        Point::new(x, y)
    }

    /// Asleep at night; in the day mostly where one cooks, eats and sits.
    fn choose_room(&mut self, plan: &Plan, time_of_day: Duration) -> RoomId {
        let weight = |room: &RoomPlan| match (room.key, is_night(time_of_day)) {
            ("bedroom", true) => 12,
            ("bathroom" | "kitchen", true) => 1,
            (_, true) => 0,
            ("livingroom", false) => 5,
            ("kitchen", false) => 4,
            ("hall" | "bathroom", false) => 2,
            (_, false) => 1,
        };
        let total: u64 = plan.rooms.iter().map(weight).sum();
        let mut drawn = self.random.below(total);
        for room in plan.rooms {
            match drawn.checked_sub(weight(room)) {
                Some(rest) => drawn = rest,
                None => return room.id,
            }
        }
        self.room
    }

    fn choose_rest(&mut self, time_of_day: Duration) -> Duration {
        if core::mem::take(&mut self.as_told) {
            return STAY_AS_TOLD;
        }
        Duration::from_secs(if is_night(time_of_day) {
            self.random.between(600, 1_800)
        } else {
            self.random.between(15, 75)
        })
    }
}

fn is_night(time_of_day: Duration) -> bool {
    !(6 * 3600..23 * 3600).contains(&(time_of_day.as_secs() % 86_400))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{BATHROOM, HOUSE, LIVING_ROOM};

    const MORNING: Duration = Duration::from_secs(8 * 3600);

    fn somebody(seed: u64) -> Person {
        Person::new(Random::new(seed, 0), &HOUSE.rooms[0])
    }

    #[test]
    fn a_person_sent_to_a_room_walks_there_through_doors_and_stays() {
        let mut person = somebody(1);
        person.send(&HOUSE, Duration::from_secs(1), BATHROOM);
        let mut rooms = vec![person.room()];
        while person.is_walking() {
            let now = person.next_time();
            let area = HOUSE.room(person.room()).unwrap().area;
            assert!(area.contains(person.position(now)));
            person.on_time(&HOUSE, now, MORNING);
            if rooms.last() != Some(&person.room()) {
                rooms.push(person.room());
            }
        }
        assert_eq!(rooms, [LIVING_ROOM, crate::plan::HALL, BATHROOM]);
        let arrived = person.departs;
        assert!(arrived < Duration::from_secs(20), "{arrived:?}");
        assert_eq!(person.next_time(), arrived + STAY_AS_TOLD);
    }

    #[test]
    fn the_routine_visits_several_rooms_in_the_day_and_is_seeded() {
        let visits = |seed| {
            let mut person = somebody(seed);
            let mut rooms = Vec::new();
            for _ in 0..300 {
                let now = person.next_time();
                person.on_time(&HOUSE, now, MORNING);
                rooms.push((now, person.room()));
            }
            rooms
        };
        assert_eq!(visits(1), visits(1));
        assert_ne!(visits(1), visits(2));
        let mut rooms: Vec<RoomId> = visits(1).into_iter().map(|(_, room)| room).collect();
        rooms.sort();
        rooms.dedup();
        assert_eq!(rooms.len(), HOUSE.rooms.len());
    }

    #[test]
    fn nobody_jumps() {
        let mut person = somebody(5);
        let mut last = person.position(Duration::ZERO);
        for millis in (0..600_000).step_by(100) {
            let now = Duration::from_millis(millis);
            while person.next_time() <= now {
                let then = person.next_time();
                person.on_time(&HOUSE, then, MORNING);
            }
            let position = person.position(now);
            assert!(last.distance(position) < 15.0, "{last:?} {position:?}");
            last = position;
        }
    }
}
