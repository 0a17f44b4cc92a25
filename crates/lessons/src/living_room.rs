//! Lesson 1: publish and subscribe in the living room.

use crate::scene::{Held, Scene};
use crate::witness::{Published, Received};
use crate::{Lesson, Step, words};
use midge_codec::topic;
use midge_devices::plan::LIVING_ROOM;
use midge_devices::{Device, Kind, Light};
use std::collections::BTreeSet;

const TEMPERATURE: &str = "home/livingroom/temperature";
const LIGHT: &str = "home/livingroom/light";
const LIGHT_SET: &str = "home/livingroom/light/set";
const MOTION: &str = "home/livingroom/motion";
/// What one filter for the room matches.
const ROOM: [&str; 3] = [TEMPERATURE, LIGHT, MOTION];

pub(crate) const LESSON: Lesson = Lesson {
    id: "living-room",
    title: "Publish and subscribe in the living room",
    aim: "Listen to a sensor, command a lamp, and follow a whole room with one filter.",
    minutes: 10,
    introduction: "\
Eleven devices in this house talk, and none of them knows another. Each one keeps a single connection, to \
the broker. Whoever has something to say publishes a message on a topic, which is a name such as \
`home/livingroom/temperature`. Whoever wants to hear it subscribes to that topic. The broker sits between \
them and passes the messages on.

In this lesson you do both: you listen to the temperature of the living room, and you make its lamp obey. \
Use whatever you like: the devices in the plan, the phone, or a client of your own in the Workbench.",
    conclusion: "\
You have seen the whole of publish and subscribe. A publisher needs no listener, because it only ever talks \
to the broker. A subscriber says once what it wants and gets it from whoever publishes it. Commands are \
messages as well: the lamp obeys because it is subscribed to its own `set` topic, and its report is the \
proof that it did.

The names did the rest. Because every device follows one pattern, `home/<room>/<thing>`, a single filter \
with a wildcard follows a room, or all lamps, or the house.",
    steps: &[
        Step {
            title: "Set something off in the living room",
            text: "\
Click the lamp in the living room, or choose the temperature sensor and press its button. The device \
publishes how it is on its own topic, and it does so whether anybody listens or not.

Most devices ask the broker to keep the newest message of their topic. It is then called retained, and you \
find it on the Broker page.",
            hints: &[
                "The lamp is the round light in the middle of the living room.",
                "Walking counts as well: send the person into the living room, and the motion sensor speaks.",
            ],
            goal: something_speaks,
        },
        Step {
            title: "Subscribe to the temperature",
            text: "\
Nobody in the house listens to `home/livingroom/temperature`. Subscribe to it, with the phone or with a \
client of your own: in the Workbench choose the lab's broker, connect, and enter the topic as topic filter.

The broker remembers the subscription for your client until you unsubscribe or leave.",
            hints: &[
                "A filter must match the topic letter by letter. Capital letters and every `/` count.",
                "Subscribe to `home/livingroom/temperature`.",
            ],
            goal: somebody_asks,
        },
        Step {
            title: "Receive a value",
            text: "\
Look at what your client receives. The first value comes at once although the sensor is silent at that \
moment: it is the retained one, and its RETAIN flag is set. Values that are published while you are \
subscribed come without the flag.",
            hints: &[
                "The sensor publishes when the temperature moved by 0.1 degrees, and at least every 20 seconds. Let the clock run.",
                "Open the window of the living room, and the values follow.",
            ],
            goal: a_value_arrives,
        },
        Step {
            title: "Command the lamp",
            text: "\
The lamp is a subscriber too: it listens to `home/livingroom/light/set`. Publish `ON` there, from any \
client. The lamp changes its light and then publishes its state on `home/livingroom/light`. Only that report \
tells you that the command was not just sent, but obeyed.",
            hints: &[
                "Payloads are bytes. To the lamp `ON` and `on` are as different as `A` and `B`.",
                "In the Workbench: topic `home/livingroom/light/set`, payload `ON`. A number such as `60` is understood as well.",
            ],
            goal: the_lamp_obeys,
        },
        Step {
            title: "Follow the whole room with one filter",
            text: "\
A filter may hold wildcards. `+` stands for exactly one level, whatever it is; `#` at the end stands for any \
number of levels. Subscribe with one filter to everything that the living room says, and receive at least \
three different topics through it.",
            hints: &[
                "The topics of the room differ in their last level only.",
                "Subscribe to `home/livingroom/+`.",
            ],
            goal: the_room_is_heard,
        },
    ],
};

/// Step 1: a device of the room published because of a learner, and the broker keeps it; or a learner
/// went ahead and heard one.
fn something_speaks(scene: &Scene<'_>) -> Result<String, String> {
    let answers = devices(scene).filter_map(|device| scene.answer(device.id()));
    let kept = answers
        .filter(|answer| {
            scene
                .world
                .broker()
                .retained_message(&answer.topic)
                .is_some()
        })
        .max_by_key(|answer| answer.seq);
    if let Some(answer) = kept {
        return Ok(format!(
            "The device said {} on `{}`, and the broker keeps that for whoever asks.",
            words::payload(&answer.payload),
            answer.topic
        ));
    }
    // What the phone hears by itself, lamps for one, is nobody's going ahead.
    let held = scene.held();
    let asked = |topic: &str| held.iter().any(|held| topic::matches(held.filter, topic));
    for (topic, received) in ROOM
        .iter()
        .filter_map(|topic| Some((topic, heard(scene, topic)?)))
    {
        if received.seq >= scene.since && asked(topic) {
            return Ok(format!(
                "You went ahead: your client already hears `{topic}`."
            ));
        }
    }
    let sensor = scene
        .device(TEMPERATURE)
        .and_then(|d| scene.witness.report(d.id()));
    Err(match sensor {
        Some(report) => format!(
            "Nothing was set off by you yet. By itself the sensor just said {} on `{TEMPERATURE}`.",
            words::payload(&report.payload)
        ),
        None => "Nothing was set off by you yet. Click the lamp in the living room.".to_owned(),
    })
}

/// Step 2: the broker holds a filter of a learner that matches the sensor's topic.
fn somebody_asks(scene: &Scene<'_>) -> Result<String, String> {
    let held = scene.held();
    if let Some(held) = held
        .iter()
        .find(|held| topic::matches(held.filter, TEMPERATURE))
    {
        return Ok(format!(
            "The broker holds `{}` for the client `{}`.",
            held.filter, held.client_id
        ));
    }
    if let Some(closest) = words::closest(&held, TEMPERATURE) {
        return Err(format!(
            "You are subscribed to `{}`; the sensor publishes on `{TEMPERATURE}`. {}",
            closest.filter,
            words::mismatch(closest.filter, TEMPERATURE)
        ));
    }
    if scene
        .published(|published| published.topic == TEMPERATURE)
        .is_some()
    {
        return Err(format!(
            "You published on `{TEMPERATURE}`, which is what the sensor does. To hear it, subscribe."
        ));
    }
    Err(format!(
        "None of your clients has subscribed to anything yet. What the phone hears by itself, lamps and \
         who is there, does not match `{TEMPERATURE}`."
    ))
}

/// Step 3: a learner received a value that no learner made up.
fn a_value_arrives(scene: &Scene<'_>) -> Result<String, String> {
    if let Some(received) = heard(scene, TEMPERATURE) {
        let value = words::payload(&received.payload);
        return Ok(if received.retain {
            format!("{value} arrived with the RETAIN flag: the broker had kept it for you.")
        } else {
            format!("{value} arrived, just published by the sensor.")
        });
    }
    let held = scene.held();
    if !held
        .iter()
        .any(|held| topic::matches(held.filter, TEMPERATURE))
    {
        return Err(format!(
            "No client of yours is subscribed to `{TEMPERATURE}` any more. Subscribe again."
        ));
    }
    if is_offline(scene, TEMPERATURE) {
        return Err("The sensor is not connected. Give it power and an intact link.".to_owned());
    }
    if made_up(scene).next().is_some() {
        return Err("What arrived was your own message. Wait for one of the sensor.".to_owned());
    }
    Err(
        "Your subscription stands, and nothing has arrived yet. Let the clock run: the sensor publishes \
         at least every 20 seconds."
            .to_owned(),
    )
}

/// Step 4: a learner commanded the lamp on, and the lamp reported it.
fn the_lamp_obeys(scene: &Scene<'_>) -> Result<String, String> {
    let command = scene.published(|published| published.topic == LIGHT_SET);
    let Some(command) = command else {
        return Err(no_command(scene));
    };
    let told = match read(&command.payload) {
        Ok(light) => light,
        Err(why) => {
            return Err(format!(
                "The lamp received {} and ignored it: it is {why}.",
                words::payload(&command.payload)
            ));
        }
    };
    let lamp = scene.device(LIGHT);
    let report = lamp.and_then(|lamp| scene.answer(lamp.id()));
    match report.filter(|report| report.seq > command.seq) {
        Some(report) if !told.on => Err(format!(
            "The lamp obeyed {} and reported {}: it is off. Command it on.",
            words::payload(&command.payload),
            words::payload(&report.payload)
        )),
        Some(report) if read(&report.payload).is_ok_and(|light| light.on) => Ok(format!(
            "You sent {} at {}, and the lamp reported {}.",
            words::payload(&command.payload),
            seconds(command),
            words::payload(&report.payload)
        )),
        _ if is_offline(scene, LIGHT) => {
            Err("The lamp is not connected. Give it power and an intact link.".to_owned())
        }
        _ => Err(format!(
            "Your command is on its way. The proof will be the lamp's report on `{LIGHT}`: let the clock run."
        )),
    }
}

/// Why there is nothing that the lamp could obey.
fn no_command(scene: &Scene<'_>) -> String {
    if let Some(stray) = scene.published(|_| true) {
        return format!(
            "You published on `{}`; the lamp listens to `{LIGHT_SET}`. {}",
            stray.topic,
            words::mismatch(LIGHT_SET, &stray.topic)
        );
    }
    let pressed = scene.device(LIGHT).and_then(|lamp| scene.answer(lamp.id()));
    if pressed.is_some() {
        return "The button on the lamp is no command: nothing was published for the lamp."
            .to_owned();
    }
    format!("Since this step began nobody has published on `{LIGHT_SET}`.")
}

/// Step 5: one filter of a learner matches the room, and brought three of its topics.
fn the_room_is_heard(scene: &Scene<'_>) -> Result<String, String> {
    let held = scene.held();
    let covers = |held: &&Held<'_>| ROOM.iter().all(|name| topic::matches(held.filter, name));
    let best = held
        .iter()
        .filter(covers)
        .map(|held| (brought(scene, held), held))
        .max_by_key(|(topics, _)| topics.len());
    if let Some((topics, held)) = best {
        let said = words::topics(topics.iter().copied());
        return if topics.len() >= ROOM.len() {
            Ok(format!("`{}` brought {said}.", held.filter))
        } else if topics.is_empty() {
            Err(format!(
                "`{}` is a filter for the room. Nothing came through it yet.",
                held.filter
            ))
        } else {
            Err(format!(
                "`{}` has brought {} of three topics: {said}. The lamp speaks when it is switched, the \
                 motion sensor when somebody walks.",
                held.filter,
                topics.len()
            ))
        };
    }
    let missed = |held: &Held<'_>| {
        let mut room = ROOM.into_iter();
        room.find(|name| !topic::matches(held.filter, name))
    };
    Err(match words::closest(&held, MOTION) {
        Some(closest) => {
            let name = missed(&closest).unwrap_or(MOTION);
            format!(
                "No filter of yours matches the whole room. `{}` does not match `{name}`: {}",
                closest.filter,
                words::mismatch(closest.filter, name)
            )
        }
        None => {
            "None of your clients is subscribed to anything. Subscribe with a wildcard.".to_owned()
        }
    })
}

/// The topics of the room's devices that a learner received since it subscribed to the filter.
fn brought<'a>(scene: &Scene<'a>, held: &Held<'_>) -> BTreeSet<&'a str> {
    let Some((learner, subscribed)) = scene.learner(held) else {
        return BTreeSet::new();
    };
    let received = learner.received.iter();
    received
        .filter(|(name, received)| {
            received.seq > subscribed
                && topic::matches(held.filter, name)
                && devices(scene).any(|device| speaks_on(device, name))
        })
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Whether a topic is where the device says how it is, or whether it is there.
fn speaks_on(device: &Device, topic: &str) -> bool {
    topic
        .strip_prefix(device.topic())
        .is_some_and(|rest| rest.is_empty() || rest == "/status")
}

/// The devices of the room, without the phone.
fn devices<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Device> {
    let devices = scene.world.house().devices().iter();
    devices.filter(|device| device.room() == LIVING_ROOM && device.kind() != Kind::Phone)
}

/// The newest message on `topic` that a learner received and that no learner published.
fn heard<'a>(scene: &Scene<'a>, topic: &str) -> Option<&'a Received> {
    let learners = scene.witness.learners();
    learners
        .filter_map(|learner| learner.received.get(topic))
        .filter(|received| made_up(scene).all(|own| own.payload != received.payload))
        .max_by_key(|received| received.seq)
}

/// What learners published where only the sensor should.
fn made_up<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Published> {
    let learners = scene.witness.learners();
    let published = learners.flat_map(|learner| learner.published.iter());
    published.filter(|published| published.topic == TEMPERATURE)
}

fn is_offline(scene: &Scene<'_>, topic: &str) -> bool {
    let device = scene.device(topic).and_then(|d| scene.world.device(d.id()));
    device.is_none_or(|view| view.client != midge_sim::ClientState::Connected)
}

/// A payload as the lamp itself reads it.
fn read(payload: &[u8]) -> Result<Light, midge_devices::NotACommand> {
    let dark = Light {
        on: false,
        brightness: 100,
    };
    dark.after(payload)
}

fn seconds(published: &Published) -> String {
    let millis = published.at.as_micros() / 1_000;
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}
