//! The house as a whole: what its devices publish when things happen.

use crate::plan::{HALL, KITCHEN, LIVING_ROOM};
use crate::{Command, DeviceId, House, Kind, State};
use core::time::Duration;
use midge_codec::{Message, QoS};

const MORNING: Duration = Duration::from_secs(7 * 3600);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn find(house: &House, topic: &str) -> DeviceId {
    let device = house.devices().iter().find(|d| d.topic() == topic);
    device.expect("the house has it").id()
}

fn drain(house: &mut House) -> Vec<(String, String)> {
    core::iter::from_fn(|| house.poll_output())
        .map(|(_, message)| {
            let payload = String::from_utf8(message.payload.to_vec()).unwrap();
            (message.topic.to_string(), payload)
        })
        .collect()
}

/// A house whose every device is online and has said so.
fn online(seed: u64) -> House {
    let mut house = House::new(seed, MORNING);
    let ids: Vec<DeviceId> = house.devices().iter().map(|d| d.id()).collect();
    for id in ids {
        house.on_connected(Duration::ZERO, id);
    }
    drain(&mut house);
    house
}

#[test]
fn the_house_has_a_handful_of_each_kind_with_its_own_names() {
    let house = House::new(1, MORNING);
    let count = |kind| house.devices().iter().filter(|d| d.kind() == kind).count();
    assert_eq!(count(Kind::Temperature), 3);
    assert_eq!(count(Kind::Lamp), 4);
    assert_eq!(count(Kind::Motion), 3);
    assert_eq!(count(Kind::Phone), 1);
    let mut topics = std::collections::BTreeSet::new();
    for (index, device) in house.devices().iter().enumerate() {
        assert_eq!(usize::try_from(device.id().0).unwrap(), index);
        let wishes = device.wishes();
        assert!(wishes.client_id.len() <= 23 && !wishes.client_id.is_empty());
        assert_eq!(wishes.will.topic, format!("{}/status", device.topic()));
        assert!(wishes.will.retain);
        assert!(topics.insert(device.topic()));
        let room = house.plan().room(device.room()).unwrap();
        assert!(room.area.contains(device.place()), "{}", device.name());
    }
}

#[test]
fn a_device_says_that_it_is_there_and_how_when_it_connects() {
    let mut house = House::new(1, MORNING);
    let lamp = find(&house, "home/livingroom/light");
    house.on_connected(seconds(1), lamp);
    let said = drain(&mut house);
    assert_eq!(
        said[0],
        ("home/livingroom/light/status".into(), "online".into())
    );
    assert_eq!(said[1].0, "home/livingroom/light");
    assert_eq!(said[1].1, r#"{"state":"OFF","brightness":100}"#);
}

#[test]
fn a_lamp_obeys_and_reports_after_it_changed() {
    let mut house = online(1);
    let lamp = find(&house, "home/kitchen/light");
    let message = house.compose(lamp, &Command::Dim(60)).unwrap();
    assert_eq!(message.topic, "home/kitchen/light/set");

    house.on_message(seconds(2), lamp, &message);
    let dark = State::Lamp {
        on: false,
        brightness: 100,
    };
    assert_eq!(house.device(lamp).unwrap().state(), dark);
    assert_eq!(drain(&mut house), []);

    house.on_time(seconds(3));
    let light = State::Lamp {
        on: true,
        brightness: 60,
    };
    assert_eq!(house.device(lamp).unwrap().state(), light);
    let reported = r#"{"state":"ON","brightness":60}"#;
    assert!(drain(&mut house).contains(&("home/kitchen/light".into(), reported.into())));
}

#[test]
fn a_lamp_ignores_garbage_and_says_so_in_its_journal() {
    let mut house = online(1);
    let lamp = find(&house, "home/kitchen/light");
    let before = house.device(lamp).unwrap().state();
    for garbage in ["please", "", "{\"brightness\":900}", "\u{0}\u{7}"] {
        let message = Message::new(
            "home/kitchen/light/set",
            garbage.as_bytes().to_vec(),
            QoS::AtMostOnce,
            false,
        );
        house.on_message(seconds(2), lamp, &message);
    }
    house.on_time(seconds(4));
    assert_eq!(house.device(lamp).unwrap().state(), before);
    let newest = house.device(lamp).unwrap().journal().next_back().unwrap();
    assert!(newest.text.starts_with("ignored"), "{newest:?}");
    assert!(
        !drain(&mut house)
            .iter()
            .any(|(topic, _)| topic == "home/kitchen/light")
    );
}

#[test]
fn a_lamp_takes_commands_on_its_own_topic_only() {
    let mut house = online(1);
    let lamp = find(&house, "home/livingroom/light");
    for topic in ["home/livingroom/light", "home/hall/light/set"] {
        let message = Message::new(topic, "ON", QoS::AtMostOnce, false);
        house.on_message(seconds(1), lamp, &message);
    }
    house.on_time(seconds(2));
    assert!(
        drain(&mut house)
            .iter()
            .all(|(topic, _)| topic != "home/livingroom/light")
    );
}

#[test]
fn only_lamps_take_commands() {
    let house = House::new(1, MORNING);
    let sensor = find(&house, "home/kitchen/temperature");
    assert_eq!(house.compose(sensor, &Command::Switch(true)), None);
}

#[test]
fn a_sensor_follows_its_room_and_is_never_silent_for_long() {
    let mut house = online(1);
    house.switch_heater(seconds(0), LIVING_ROOM, false);
    house.open_window(seconds(0), LIVING_ROOM, true);
    let mut last = Duration::ZERO;
    let mut values = Vec::new();
    for second in 1..1_200 {
        house.on_time(seconds(second));
        for (topic, payload) in drain(&mut house) {
            if topic == "home/livingroom/temperature" {
                assert!(seconds(second) - last <= seconds(20));
                last = seconds(second);
                values.push(payload.parse::<f64>().unwrap());
            }
        }
    }
    let room = house.rooms()[0].temperature();
    assert!(values.len() >= 60 && values.len() < 400, "{}", values.len());
    assert!((values.last().unwrap() - room).abs() < 0.3);
    assert!(room < values[0] - 0.5, "the window is open");
}

#[test]
fn an_open_window_shows_in_what_the_sensor_publishes() {
    let mut house = online(1);
    house.switch_heater(seconds(1), LIVING_ROOM, false);
    house.open_window(seconds(1), LIVING_ROOM, true);
    house.on_time(seconds(600));
    let published: Vec<f64> = drain(&mut house)
        .into_iter()
        .filter(|(topic, _)| topic == "home/livingroom/temperature")
        .map(|(_, payload)| payload.parse().unwrap())
        .collect();
    assert!(published.last().unwrap() + 1.0 < published[0]);
}

#[test]
fn a_motion_sensor_sees_who_walks_in_its_room_until_its_hold_time_is_over() {
    let mut house = online(1);
    house.walk(seconds(1), KITCHEN);
    house.on_time(seconds(60));
    let said = drain(&mut house);
    let of = |topic: &str| -> Vec<&str> {
        let of_topic = said.iter().filter(|(t, _)| t == topic);
        of_topic.map(|(_, payload)| payload.as_str()).collect()
    };
    assert_eq!(of("home/livingroom/motion"), ["ON", "OFF"]);
    assert_eq!(of("home/kitchen/motion"), ["ON", "OFF"]);
    assert_eq!(of("home/hall/motion"), [""; 0]);
    assert_eq!(house.person_room(), KITCHEN);
}

#[test]
fn without_power_a_device_does_nothing_and_afterwards_goes_on() {
    let mut house = online(1);
    let motion = find(&house, "home/hall/motion");
    house.switch_power(seconds(1), motion, false);
    house.walk(seconds(2), HALL);
    house.on_time(seconds(30));
    assert!(!house.press(seconds(30), motion));
    assert!(
        !drain(&mut house)
            .iter()
            .any(|(topic, _)| topic.starts_with("home/hall"))
    );
    house.switch_power(seconds(31), motion, true);
    house.on_connected(seconds(32), motion);
    assert!(drain(&mut house).contains(&("home/hall/motion".into(), "OFF".into())));
}

#[test]
fn noise_and_routine_are_seeded() {
    let story = |seed| {
        let mut house = online(seed);
        house.on_time(seconds(600));
        drain(&mut house)
    };
    assert_eq!(story(4), story(4));
    assert_ne!(story(4), story(5));
}

#[test]
fn a_clone_goes_on_as_the_original_does_however_time_is_cut() {
    let mut house = online(9);
    house.on_time(seconds(100));
    let mut clone = house.clone();
    house.on_time(seconds(300));
    for millis in (100_000..=300_000).step_by(37) {
        clone.on_time(Duration::from_millis(millis));
    }
    clone.on_time(seconds(300));
    assert_eq!(drain(&mut house), drain(&mut clone));
    assert_eq!(house.person(), clone.person());
}

#[test]
fn the_phone_keeps_what_it_received_within_bounds() {
    let mut house = online(1);
    let phone = house.phone().unwrap();
    for number in 0..300 {
        let message = Message::new("a", format!("{number}"), QoS::AtMostOnce, false);
        house.on_message(seconds(1), phone, &message);
    }
    let device = house.device(phone).unwrap();
    assert_eq!(device.inbox().count(), 200);
    assert_eq!(device.inbox().next_back().unwrap().message.payload, "299");
    assert_eq!(device.state(), State::Phone { received: 300 });
}
