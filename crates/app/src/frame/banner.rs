//! The top bar: the world, its clock, the connections, the palette and the theme.

use super::Overlay;
use crate::components::icon::{Icon, Sign};
use crate::format;
use crate::hub::{use_act, use_frame};
use crate::store::{Settings, Theme, use_stored};
use midge_view::{Action, Clock, ConnectionRow, ConnectionState, FrameAnswer};
use yew::prelude::*;

/// The speeds offered.
pub(crate) const SPEEDS: [u32; 3] = [1, 10, 60];

/// Properties of [`Banner`].
#[derive(PartialEq, Properties)]
pub(super) struct BannerProps {
    /// Opens something over the page.
    pub(super) open: Callback<Option<Overlay>>,
}

/// The top bar.
#[component]
pub(super) fn Banner(props: &BannerProps) -> Html {
    let frame = use_frame();
    let palette = props.open.reform(|_: MouseEvent| Some(Overlay::Palette));
    let keyboard = props.open.reform(|_: MouseEvent| Some(Overlay::Keyboard));
    let answer = frame.here();
    html! {
        <header class="banner">
            <span class="banner-world">
                { answer.map_or_else(|| "Starting the lab…".to_owned(), |frame| frame.world.clone()) }
            </span>
            <ClockControls clock={answer.map(|frame| frame.clock)} />
            <span class="grow"></span>
            <ConnectionPill words={answer.map(|frame| AttrValue::from(connection_words(frame)))}
                short={answer.map(|frame| AttrValue::from(short_words(frame)))}
                tone={answer.map_or("off", |frame| tone(frame))} />
            <button type="button" class="banner-palette" aria-label="Command palette" onclick={palette}>
                <Icon sign={Sign::Search} /><span>{"Go to…"}</span><kbd>{"Ctrl K"}</kbd>
            </button>
            <button type="button" class="icon-button banner-keys" aria-label="Keyboard" title="Keyboard (?)" onclick={keyboard}>
                <Icon sign={Sign::Keyboard} />
            </button>
            <ThemeSwitch />
        </header>
    }
}

/// The connections in words, at most a short sentence.
fn connection_words(frame: &FrameAnswer) -> String {
    let (online, all) = frame.devices_online;
    let mut words = if online == all {
        format!("{all} devices online")
    } else {
        format!("{online} of {all} devices online")
    };
    for row in &frame.connections {
        words.push_str(" · ");
        words.push_str(&connection_word(row));
    }
    words
}

/// As much of that as fits a phone.
fn short_words(frame: &FrameAnswer) -> String {
    let (online, all) = frame.devices_online;
    format!("{online}/{all}")
}

fn connection_word(row: &ConnectionRow) -> String {
    let state = match row.state {
        ConnectionState::Off => "disconnected",
        ConnectionState::Connecting => "connecting",
        ConnectionState::On => "connected",
        ConnectionState::Waiting => "reconnecting",
    };
    format!("{} {state}", row.name)
}

/// Good, or not all well, or nothing there.
fn tone(frame: &FrameAnswer) -> &'static str {
    let (online, all) = frame.devices_online;
    let waiting = frame.connections.iter().any(|row| {
        matches!(
            row.state,
            ConnectionState::Waiting | ConnectionState::Connecting
        )
    });
    match (online, waiting) {
        (0, _) => "off",
        (_, true) => "warn",
        _ if online < all => "warn",
        _ => "good",
    }
}

#[derive(PartialEq, Properties)]
struct ConnectionPillProps {
    words: Option<AttrValue>,
    short: Option<AttrValue>,
    tone: &'static str,
}

/// A live region that changes only when a connection does.
#[component]
fn ConnectionPill(props: &ConnectionPillProps) -> Html {
    html! {
        <span class="pill banner-pill" role="status" aria-label="Connections" data-tone={props.tone}
            title={props.words.clone()}>
            <span class="banner-dot" aria-hidden="true"></span>
            <span class="pill-words">{ props.words.clone().unwrap_or(AttrValue::Static("connecting")) }</span>
            <span class="pill-short" aria-hidden="true">{ props.short.clone() }</span>
        </span>
    }
}

#[derive(PartialEq, Properties)]
struct ClockControlsProps {
    clock: Option<Clock>,
}

/// Pause, step, speed, and the time in the house.
#[component]
fn ClockControls(props: &ClockControlsProps) -> Html {
    let act = use_act();
    let paused = props.clock.is_some_and(|clock| clock.paused);
    let pause = act.reform(move |_: MouseEvent| Action::Pause(!paused));
    let step = act.reform(|_: MouseEvent| Action::Step);
    let disabled = props.clock.is_none();
    let time = props.clock.map_or_else(
        || "--:--:--".to_owned(),
        |clock| format::time_of_day(clock.time_of_day_s),
    );
    let behind = props.clock.is_some_and(|clock| clock.behind);
    html! {
        <div class="clock" role="group" aria-label="Clock">
            <button type="button" class="icon-button" aria-label={if paused { "Run" } else { "Pause" }}
                title="Pause or run (space)" {disabled} onclick={pause}>
                <Icon sign={if paused { Sign::Run } else { Sign::Pause }} />
            </button>
            <button type="button" class="icon-button" aria-label="Step"
                title="To the next packet (.)" {disabled} onclick={step}>
                <Icon sign={Sign::Step} />
            </button>
            <span class="clock-speeds">
                { for SPEEDS.into_iter().map(|speed| {
                    let chosen = props.clock.is_some_and(|clock| clock.speed == speed);
                    let onclick = act.reform(move |_: MouseEvent| Action::Speed(speed));
                    html! {
                        <button type="button" aria-label={format!("Speed x{speed}")}
                            aria-pressed={chosen.to_string()} {disabled} {onclick}>{format!("×{speed}")}</button>
                    }
                }) }
            </span>
            <span class="clock-time" role="timer" aria-label="House time" aria-live="off"
                data-paused={paused.then_some("true")}>{time}</span>
            if behind {
                <span class="clock-behind" title="This machine is too slow for this speed: the house runs behind its clock.">
                    <Icon sign={Sign::Warning} label="the house runs behind" />
                </span>
            }
        </div>
    }
}

/// System, light, dark, in turn.
#[component]
fn ThemeSwitch() -> Html {
    let settings = use_stored::<Settings>();
    let sign = match settings.theme {
        Theme::System => Sign::System,
        Theme::Light => Sign::Light,
        Theme::Dark => Sign::Dark,
    };
    let label = format!("Theme: {}", settings.theme.name().to_lowercase());
    let onclick = Callback::from(move |_: MouseEvent| {
        settings.update(|settings| settings.theme = settings.theme.next());
    });
    html! {
        <button type="button" class="icon-button banner-theme" aria-label={label.clone()} title={label} {onclick}>
            <Icon {sign} />
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::ConnectionId;

    fn frame(online: u32, connections: Vec<ConnectionRow>) -> FrameAnswer {
        FrameAnswer {
            world: "House".to_owned(),
            clock: Clock {
                paused: false,
                speed: 1,
                elapsed_ms: 0,
                time_of_day_s: 0,
                seed: 1,
                behind: false,
            },
            connections,
            packets: 0,
            devices_online: (online, 11),
        }
    }

    #[test]
    fn the_pill_says_who_is_connected() {
        assert_eq!(
            connection_words(&frame(11, Vec::new())),
            "11 devices online"
        );
        let row = ConnectionRow {
            id: ConnectionId(1),
            name: "Mosquitto".to_owned(),
            state: ConnectionState::Waiting,
            words: "connecting again in 3 s".to_owned(),
        };
        let frame = frame(10, vec![row]);
        assert_eq!(
            connection_words(&frame),
            "10 of 11 devices online · Mosquitto reconnecting"
        );
        assert_eq!(tone(&frame), "warn");
    }
}
