//! Lesson 1: several ways that count, and ways that do not.

use super::{FRAME, after, device, play, world};
use crate::{Course, Lesson, Progress, Tracker};
use core::time::Duration;
use midge_client::{Command as ClientCommand, Config, SubscribeRequest};
use midge_codec::{Message, PropertiesBuf, QoS};
use midge_devices::plan::LIVING_ROOM;
use midge_session::Instant;
use midge_sim::{Action, Command, Deed, DeviceId, Guest, Publication, Scenario, World};

const TEMPERATURE: &str = "home/livingroom/temperature";
const LIGHT: &str = "home/livingroom/light";
const SET: &str = "home/livingroom/light/set";

fn lesson() -> &'static Lesson {
    Course::lesson("living-room").unwrap()
}

fn phone() -> DeviceId {
    world().house().phone().unwrap()
}

fn press(topic: &str) -> Action {
    Action::Press {
        device: device(&world(), topic),
    }
}

fn subscribe(filter: &'static str) -> Action {
    Action::Subscribe {
        device: phone(),
        filter: filter.into(),
        qos: QoS::AtMostOnce,
    }
}

fn publish(topic: &'static str, payload: &'static str, retain: bool) -> Action {
    Action::Publish {
        device: phone(),
        publication: Publication {
            topic: topic.into(),
            payload: payload.into(),
            qos: QoS::AtLeastOnce,
            retain,
        },
    }
}

/// The whole lesson with the phone, step by step.
fn solver() -> Vec<Deed> {
    vec![
        after(1, press(TEMPERATURE)),
        after(3, subscribe(TEMPERATURE)),
        after(6, publish(SET, "ON", false)),
        after(9, subscribe("home/livingroom/+")),
    ]
}

/// The solver with the deed of one step, counted from 1, replaced by others.
fn spoiled(step: usize, wrong: Vec<Action>) -> Vec<Deed> {
    // Step 3 needs no deed of its own: what arrives is what step 2 asked for.
    let index = if step > 3 { step - 2 } else { step - 1 };
    let mut deeds = solver();
    let at = deeds[index].at;
    let wrong = wrong.into_iter().map(|action| Deed { at, action });
    deeds.splice(index..=index, wrong);
    deeds
}

/// A wrong script passes the steps before `step` (from 1), not that one, and is told `said`.
fn fails_at(step: u32, deeds: &[Deed], said: &[&str]) {
    let (world, tracker) = play(lesson(), deeds, 30);
    assert_eq!(tracker.done(), step - 1, "{}", tracker.feedback(&world));
    let feedback = tracker.feedback(&world);
    for words in said {
        assert!(feedback.contains(words), "`{words}` is not in: {feedback}");
    }
}

#[test]
fn the_solver_passes_step_by_step() {
    for (deeds, done) in [(1, 1), (2, 3), (3, 4), (4, 5)] {
        let (_, tracker) = play(lesson(), &solver()[..deeds], 2);
        assert_eq!(tracker.done(), done, "after {deeds} deeds");
    }
    let (world, tracker) = play(lesson(), &solver(), 2);
    assert!(tracker.is_complete());
    assert_eq!(
        tracker.feedback(&world),
        "Every step of this lesson is done."
    );
    assert!(tracker.seen(2).unwrap().contains("RETAIN"));
    assert!(tracker.seen(3).unwrap().contains(r#"{"state":"ON""#));
    assert!(
        tracker
            .seen(4)
            .unwrap()
            .starts_with("`home/livingroom/+` brought")
    );
}

#[test]
fn clicks_a_wide_filter_and_a_number_count_as_well() {
    let lamp = device(&world(), LIGHT);
    let click = |command| Action::Command {
        device: lamp,
        command,
    };
    let deeds = [
        after(1, click(Command::Switch(true))),
        after(4, subscribe("#")),
        after(8, click(Command::Dim(30))),
    ];
    let (world, tracker) = play(lesson(), &deeds, 2);
    assert!(tracker.is_complete(), "{}", tracker.feedback(&world));
}

#[test]
fn a_walk_into_the_room_sets_something_off() {
    let walk = |room| Action::Walk { room };
    let away = after(1, walk(midge_devices::plan::BATHROOM));
    let (_, tracker) = play(lesson(), std::slice::from_ref(&away), 25);
    assert_eq!(tracker.done(), 0, "walking out is not what counts");
    let (_, tracker) = play(lesson(), &[away, after(30, walk(LIVING_ROOM))], 20);
    assert_eq!(tracker.done(), 1);
}

/// A client of one's own on a port: nothing of it but bytes is seen.
struct Own {
    world: World,
    guest: Guest,
    tracker: Tracker,
}

impl Own {
    fn new() -> Self {
        let world = world();
        let config = Config {
            client_id: "mine".into(),
            ..Config::default()
        };
        Self {
            guest: Guest::new("Mine", config, 7),
            tracker: Tracker::new(lesson(), &Progress::default(), &world),
            world,
        }
    }

    fn tell(&mut self, command: ClientCommand) -> u32 {
        self.guest.command(&mut self.world, command).unwrap();
        let end = self.world.now() + Duration::from_secs(2);
        while self.world.now() < end {
            let frame = self.world.now() + FRAME;
            self.guest.run_until(&mut self.world, frame);
            self.tracker.update(&self.world);
        }
        self.tracker.done()
    }

    fn subscribe(&mut self, filter: &'static str) -> u32 {
        self.tell(ClientCommand::Subscribe {
            filters: vec![SubscribeRequest {
                filter: filter.into(),
                options: QoS::AtLeastOnce.into(),
            }],
            properties: PropertiesBuf::new(),
        })
    }

    fn publish(&mut self, topic: &'static str, payload: &'static str) -> u32 {
        let message = Message::new(topic, payload, QoS::ExactlyOnce, false);
        self.tell(ClientCommand::Publish(message))
    }
}

#[test]
fn a_client_of_ones_own_solves_it_too() {
    let mut own = Own::new();
    assert_eq!(own.tell(ClientCommand::Connect), 0);
    assert_eq!(own.publish(SET, "OFF"), 1);
    assert_eq!(own.subscribe("home/+/temperature"), 3);
    assert_eq!(own.publish(SET, r#"{"brightness":60}"#), 4);
    assert_eq!(own.subscribe("home/livingroom/#"), 5);
}

#[test]
fn a_client_that_left_holds_no_subscription() {
    let mut own = Own::new();
    own.tell(ClientCommand::Connect);
    assert_eq!(own.publish(SET, "ON"), 1);
    let port = own.guest.port().unwrap();
    own.world.close_port(port);
    own.world
        .run_until(own.world.now() + Duration::from_secs(1));
    own.tracker.update(&own.world);
    assert_eq!(own.tracker.done(), 1);
    let feedback = own.tracker.feedback(&own.world);
    assert!(feedback.starts_with("None of your clients"), "{feedback}");
}

#[test]
fn a_house_that_only_just_begins_sets_nothing_off_by_itself() {
    let mut world = World::new(Scenario::house(1));
    let mut tracker = Tracker::new(lesson(), &Progress::default(), &world);
    while world.now() < Instant::from_secs(120) {
        let frame = world.now() + FRAME;
        world.run_until(frame);
        tracker.update(&world);
    }
    assert_eq!(tracker.done(), 0, "{:?}", tracker.seen(0));
}

#[test]
fn doing_things_elsewhere_fails_at_step_1() {
    let wrong = spoiled(
        1,
        vec![
            press("home/kitchen/temperature"),
            publish("home/kitchen/light/set", "ON", false),
        ],
    );
    fails_at(1, &wrong[..2], &["Nothing was set off by you yet"]);
}

#[test]
fn a_filter_that_misses_by_a_word_fails_at_step_2() {
    let wrong = spoiled(2, vec![subscribe("home/livingroom/temp")]);
    fails_at(
        2,
        &wrong[..3],
        &[
            "You are subscribed to `home/livingroom/temp`",
            "publishes on `home/livingroom/temperature`",
            "Level 3 is `temp` in the filter and `temperature` in the topic",
        ],
    );
}

#[test]
fn publishing_instead_of_subscribing_fails_at_step_2() {
    let wrong = spoiled(2, vec![publish(TEMPERATURE, "21", false)]);
    fails_at(2, &wrong[..3], &["You published on"]);
}

#[test]
fn ones_own_value_fails_at_step_3() {
    let sensor = device(&world(), TEMPERATURE);
    let deeds = [
        after(1, press(TEMPERATURE)),
        after(
            2,
            Action::Power {
                device: sensor,
                on: false,
            },
        ),
        after(3, publish(TEMPERATURE, "", true)),
        after(4, subscribe(TEMPERATURE)),
        after(5, publish(TEMPERATURE, "99", false)),
    ];
    fails_at(3, &deeds, &["The sensor is not connected"]);
}

#[test]
fn publishing_on_the_lamps_state_fails_at_step_4() {
    let wrong = spoiled(4, vec![publish(LIGHT, "ON", false)]);
    fails_at(
        4,
        &wrong,
        &[
            "You published on `home/livingroom/light`",
            "level 4 (`set`)",
        ],
    );
}

#[test]
fn a_payload_that_the_lamp_does_not_know_fails_at_step_4() {
    let wrong = spoiled(4, vec![publish(SET, "on", false), press(LIGHT)]);
    fails_at(4, &wrong, &["received `on` and ignored it"]);
}

#[test]
fn switching_off_fails_at_step_4() {
    let wrong = spoiled(4, vec![publish(SET, "OFF", false)]);
    fails_at(4, &wrong, &["it is off"]);
}

#[test]
fn the_lamps_own_button_fails_at_step_4() {
    let wrong = spoiled(4, vec![press(LIGHT)]);
    fails_at(4, &wrong, &["The button on the lamp is no command"]);
}

#[test]
fn a_filter_for_each_topic_fails_at_step_5() {
    let wrong = spoiled(
        5,
        vec![subscribe(LIGHT), subscribe("home/livingroom/motion")],
    );
    fails_at(5, &wrong, &["No filter of yours matches the whole room"]);
}

#[test]
fn a_wildcard_one_level_too_short_fails_at_step_5() {
    let mut wrong = spoiled(5, vec![subscribe("home/+")]);
    let unsubscribe = Action::Unsubscribe {
        device: phone(),
        filter: TEMPERATURE.into(),
    };
    wrong.push(after(10, unsubscribe));
    fails_at(
        5,
        &wrong,
        &["`home/+` does not match", "The filter ends before level 3"],
    );
}
