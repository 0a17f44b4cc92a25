//! Keys that work on every page, and which presses are left to what has the focus.

use super::Overlay;
use super::banner::SPEEDS;
use crate::hub::{use_act, use_frame};
use crate::route::Page;
use crate::router::use_router;
use gloo::events::{EventListener, EventListenerOptions};
use midge_view::Action;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::{Callback, hook, use_effect_with};

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Palette,
    Keyboard,
    Filter,
    Pause,
    Step,
    Slower,
    Faster,
}

/// What has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    /// Nothing that uses keys itself.
    Page,
    /// Something that Space activates.
    Control,
    /// Something people type into.
    Text,
}

/// What a press means there; `None` leaves it to the focus.
fn meaning(key: &str, control: bool, focus: Focus) -> Option<Key> {
    if control {
        return key.eq_ignore_ascii_case("k").then_some(Key::Palette);
    }
    match (key, focus) {
        (_, Focus::Text) | (" ", Focus::Control) => None,
        (" ", Focus::Page) => Some(Key::Pause),
        ("?", _) => Some(Key::Keyboard),
        ("/", _) => Some(Key::Filter),
        (".", _) => Some(Key::Step),
        ("[", _) => Some(Key::Slower),
        ("]", _) => Some(Key::Faster),
        _ => None,
    }
}

/// The speed next to `speed`.
fn next_speed(speed: u32, faster: bool) -> u32 {
    let at = SPEEDS.iter().position(|other| *other == speed).unwrap_or(0);
    let next = if faster {
        (at + 1).min(SPEEDS.len() - 1)
    } else {
        at.saturating_sub(1)
    };
    SPEEDS[next]
}

fn focus_of(event: &KeyboardEvent) -> Focus {
    const TEXT: &str = "input:not([type=checkbox],[type=radio],[type=range],[type=button]), textarea, select, [contenteditable]";
    const CONTROL: &str = "button, a, summary, input, [role=switch], [role=button], [role=separator], [role=treeitem]";
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return Focus::Page;
    };
    let is = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if is(TEXT) {
        Focus::Text
    } else if is(CONTROL) {
        Focus::Control
    } else {
        Focus::Page
    }
}

/// Listens as long as the frame lives.
#[hook]
pub(super) fn use_keys(overlay: Option<Overlay>, open: Callback<Option<Overlay>>) {
    let act = use_act();
    let router = use_router();
    let frame = use_frame();
    let clock = frame
        .here()
        .map(|frame| (frame.clock.paused, frame.clock.speed));
    use_effect_with((overlay, clock, router), move |(overlay, clock, router)| {
        let (overlay, clock, router) = (*overlay, *clock, router.clone());
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(
            &gloo::utils::document(),
            "keydown",
            options,
            move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                let control = event.ctrl_key() || event.meta_key();
                if event.default_prevented() || event.alt_key() || overlay.is_some() {
                    return;
                }
                let Some(key) = meaning(&event.key(), control, focus_of(event)) else {
                    return;
                };
                event.prevent_default();
                match (key, clock) {
                    (Key::Palette, _) => open.emit(Some(Overlay::Palette)),
                    (Key::Keyboard, _) => open.emit(Some(Overlay::Keyboard)),
                    (Key::Filter, _) => {
                        if !focus_search() {
                            router.open(Page::Packets);
                        }
                    }
                    (Key::Pause, Some((paused, _))) => act.emit(Action::Pause(!paused)),
                    (Key::Step, _) => act.emit(Action::Step),
                    (Key::Slower, Some((_, speed))) => {
                        act.emit(Action::Speed(next_speed(speed, false)));
                    }
                    (Key::Faster, Some((_, speed))) => {
                        act.emit(Action::Speed(next_speed(speed, true)));
                    }
                    (Key::Pause | Key::Slower | Key::Faster, None) => {}
                }
            },
        );
        move || drop(listener)
    });
}

/// Puts the focus into the page's filter, if it has one.
fn focus_search() -> bool {
    let input =
        gloo::utils::document().query_selector("main input[type=search], main [data-filter]");
    match input
        .ok()
        .flatten()
        .and_then(|input| input.dyn_into::<HtmlElement>().ok())
    {
        Some(input) => input.focus().is_ok(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_letters_while_somebody_types() {
        for key in [" ", "?", "/", ".", "[", "]"] {
            assert_eq!(meaning(key, false, Focus::Text), None, "{key}");
            assert!(meaning(key, false, Focus::Page).is_some(), "{key}");
        }
        assert_eq!(meaning("k", true, Focus::Text), Some(Key::Palette));
    }

    #[test]
    fn space_on_a_control_is_the_controls_own() {
        assert_eq!(meaning(" ", false, Focus::Control), None);
        assert_eq!(meaning(".", false, Focus::Control), Some(Key::Step));
    }

    #[test]
    fn speeds_stop_at_both_ends() {
        assert_eq!(next_speed(1, false), 1);
        assert_eq!(next_speed(1, true), 10);
        assert_eq!(next_speed(60, true), 60);
        assert_eq!(next_speed(7, true), 10);
    }
}
