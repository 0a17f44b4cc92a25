//! Each lesson is solved by its solver and by no wrong script.

mod living_room;

use crate::{Course, Lesson, Progress, StepState, Tracker};
use core::time::Duration;
use midge_session::Instant;
use midge_sim::{Action, Deed, DeviceId, Scenario, World};

/// When scripts begin: every device has connected.
const START: Instant = Instant::from_secs(5);
/// Between two looks, as between frames.
const FRAME: Duration = Duration::from_millis(50);

fn world() -> World {
    let mut world = World::new(Scenario::house(1));
    world.run_until(START);
    world
}

fn device(world: &World, topic: &str) -> DeviceId {
    let mut devices = world.house().devices().iter();
    let found = devices.find(|device| device.topic() == topic);
    found.expect("the house has it").id()
}

/// A deed some seconds after the start.
fn after(seconds: u64, action: Action) -> Deed {
    Deed {
        at: START + Duration::from_secs(seconds),
        action,
    }
}

/// Plays a script and then some seconds more, with a tracker that looks at every frame.
fn play(lesson: &'static Lesson, deeds: &[Deed], seconds_more: u64) -> (World, Tracker) {
    let mut world = world();
    let mut tracker = Tracker::new(lesson, &Progress::default(), &world);
    let end = deeds.last().map_or(START, |deed| deed.at) + Duration::from_secs(seconds_more);
    let mut deeds = deeds.iter().peekable();
    while world.now() < end {
        while let Some(deed) = deeds.next_if(|deed| deed.at <= world.now()) {
            world.act(deed.action.clone()).unwrap();
        }
        let frame = world.now() + FRAME;
        world.run_until(frame);
        tracker.update(&world);
        assert!(!tracker.feedback(&world).is_empty());
    }
    (world, tracker)
}

#[test]
fn lessons_have_ids_of_their_own_and_texts_everywhere() {
    let mut ids = std::collections::BTreeSet::new();
    for lesson in Course::lessons() {
        assert!(ids.insert(lesson.id));
        assert_eq!(Course::lesson(lesson.id).unwrap().title, lesson.title);
        assert!(lesson.minutes > 0 && !lesson.steps().is_empty());
        for text in [
            lesson.title,
            lesson.aim,
            lesson.introduction,
            lesson.conclusion,
        ] {
            assert!(!text.trim().is_empty());
        }
        for step in lesson.steps() {
            assert!(!step.title.is_empty() && !step.text.is_empty() && !step.hints.is_empty());
        }
    }
    assert!(Course::lesson("no such lesson").is_none());
}

#[test]
fn a_house_left_alone_solves_no_step_of_any_lesson() {
    for lesson in Course::lessons() {
        let (_, tracker) = play(lesson, &[], 600);
        assert_eq!(tracker.done(), 0, "{}", lesson.title);
    }
}

#[test]
fn stored_progress_is_taken_up_and_never_lost() {
    let lesson = &Course::lessons()[0];
    let world = world();
    let mut progress = Progress::default();
    progress.reach(lesson.id, 2);
    let tracker = Tracker::new(lesson, &progress, &world);
    assert_eq!(
        [tracker.state(1), tracker.state(2), tracker.state(3)],
        [StepState::Done, StepState::Active, StepState::Waiting]
    );
    let fresh = Tracker::new(lesson, &Progress::default(), &world);
    fresh.save(&mut progress);
    assert_eq!(progress.done(lesson.id), 2);

    progress.reach(lesson.id, 99);
    let tracker = Tracker::new(lesson, &progress, &world);
    assert!(tracker.is_complete());
    assert_eq!(tracker.done(), 5);
}
