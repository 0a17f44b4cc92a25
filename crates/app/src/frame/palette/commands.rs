//! What the palette offers.

use crate::components::icon::Sign;
use crate::frame::banner::SPEEDS;
use crate::frame::rail;
use crate::hub::{use_act, use_broker, use_course, use_frame, use_house};
use crate::pages::lab::names;
use crate::route::{self, Address, Page};
use crate::router::{Router, use_router};
use crate::store::{Settings, StoredHandle, Theme, use_stored};
use midge_view::{Action, BrokerAnswer, Clock, CourseAnswer, HouseAnswer, about_topic};
use std::rc::Rc;
use yew::prelude::*;

/// Topics offered at most.
const TOPICS: u32 = 300;

/// One command.
pub(super) struct Command {
    pub(super) words: Rc<str>,
    pub(super) group: &'static str,
    pub(super) sign: Sign,
    pub(super) run: Callback<()>,
}

fn command(
    words: impl Into<Rc<str>>,
    group: &'static str,
    sign: Sign,
    run: Callback<()>,
) -> Command {
    Command {
        words: words.into(),
        group,
        sign,
        run,
    }
}

/// Everything that can be reached at the moment.
#[hook]
pub(super) fn use_commands() -> Vec<Command> {
    let router = use_router();
    let act = use_act();
    let settings = use_stored::<Settings>();
    let frame = use_frame();
    let house = use_house();
    let course = use_course();
    let broker = use_broker((0, 0), (0, TOPICS));

    let mut commands = pages(&router);
    commands.extend(clock(&act, frame.here().map(|frame| frame.clock)));
    commands.extend(benches(&router));
    commands.extend(themes(&settings));
    commands.extend(
        course
            .here()
            .into_iter()
            .flat_map(|course| lessons(&router, course)),
    );
    commands.extend(
        house
            .here()
            .into_iter()
            .flat_map(|house| devices(&router, house)),
    );
    commands.extend(
        broker
            .here()
            .into_iter()
            .flat_map(|broker| topics(&router, broker)),
    );
    commands
}

fn go(router: &Router, address: Address) -> Callback<()> {
    let router = router.clone();
    Callback::from(move |()| router.push(address.clone()))
}

fn pages(router: &Router) -> Vec<Command> {
    let ladder = Address::of(Page::Packets).with("view", "ladder");
    Page::ALL
        .into_iter()
        .map(|page| {
            command(
                page.name(),
                "Page",
                rail::sign(page),
                go(router, Address::of(page)),
            )
        })
        .chain([command(
            "Packets as a ladder",
            "Page",
            Sign::Packets,
            go(router, ladder),
        )])
        .collect()
}

/// Places to try things out, which are no page of the rail.
fn benches(router: &Router) -> [Command; 2] {
    let decode = Address::of(Page::Packets).at("decode");
    let topics = Address::of(Page::Broker).at("topics");
    [
        command("Decode bytes", "Action", Sign::Edit, go(router, decode)),
        command(
            "Try a topic filter",
            "Action",
            Sign::Filter,
            go(router, topics),
        ),
    ]
}

fn clock(act: &Callback<Action>, clock: Option<Clock>) -> Vec<Command> {
    let Some(clock) = clock else {
        return Vec::new();
    };
    let doing = |words: &str, sign, action: Action| {
        command(words, "Clock", sign, act.reform(move |()| action.clone()))
    };
    let mut commands = vec![
        if clock.paused {
            doing("Run the house", Sign::Run, Action::Pause(false))
        } else {
            doing("Pause the house", Sign::Pause, Action::Pause(true))
        },
        doing("Step to the next packet", Sign::Step, Action::Step),
    ];
    commands.extend(
        SPEEDS
            .into_iter()
            .map(|speed| doing(&format!("Speed ×{speed}"), Sign::Time, Action::Speed(speed))),
    );
    commands.push(doing(
        "Begin the lab again",
        Sign::Undo,
        Action::Restart { seed: clock.seed },
    ));
    commands
}

fn themes(settings: &StoredHandle<Settings>) -> Vec<Command> {
    Theme::ALL
        .into_iter()
        .map(|theme| {
            let settings = settings.clone();
            let run = Callback::from(move |()| settings.update(move |kept| kept.theme = theme));
            let sign = match theme {
                Theme::System => Sign::System,
                Theme::Light => Sign::Light,
                Theme::Dark => Sign::Dark,
            };
            command(format!("Theme: {}", theme.name()), "Action", sign, run)
        })
        .collect()
}

fn lessons(router: &Router, course: &CourseAnswer) -> Vec<Command> {
    course
        .lessons
        .iter()
        .map(|lesson| {
            let address = Address::of(Page::Learn).at(lesson.id.clone());
            command(
                lesson.title.clone(),
                "Lesson",
                Sign::Learn,
                go(router, address),
            )
        })
        .collect()
}

fn devices(router: &Router, house: &HouseAnswer) -> Vec<Command> {
    house
        .devices
        .iter()
        .map(|device| {
            let address = Address::of(Page::Lab).with("device", device.id.0.to_string());
            command(
                names::place(device),
                "Device",
                names::sign(device),
                go(router, address),
            )
        })
        .collect()
}

fn topics(router: &Router, broker: &BrokerAnswer) -> Vec<Command> {
    broker
        .retained
        .iter()
        .map(|row| {
            let run = go(router, route::packets(&about_topic(&row.topic)));
            command(row.topic.clone(), "Topic", Sign::Publish, run)
        })
        .collect()
}
