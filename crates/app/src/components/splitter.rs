//! Two panes with a bar between them that is moved by pointer or keys, and remembered.

use crate::store::{Settings, use_stored};
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

/// How the panes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Left and right.
    Beside,
    /// Above and below.
    Stacked,
}

/// Properties of [`Splitter`].
#[derive(PartialEq, Properties)]
pub struct SplitterProps {
    /// Its name in the settings: stable.
    pub name: &'static str,
    /// What the bar sizes, for readers: "Packet details".
    pub label: AttrValue,
    /// How the panes lie.
    #[prop_or(Lie::Beside)]
    pub lie: Lie,
    /// Pixels of the second pane until somebody moves the bar.
    pub initial: f64,
    /// Least pixels of the second pane.
    #[prop_or(200.0)]
    pub least: f64,
    /// Least pixels of the first pane.
    #[prop_or(240.0)]
    pub rest: f64,
    /// The first pane, which takes what is left.
    pub first: Html,
    /// The second pane, which has the size.
    pub second: Html,
}

/// Keeps a size between its bounds; the second pane yields when the room is too small for both.
pub fn clamp(size: f64, least: f64, rest: f64, room: f64) -> f64 {
    size.min(room - rest).max(least.min(room)).round()
}

/// The size that a key asks for, not yet clamped.
fn key(key: &str, shift: bool, size: f64, least: f64) -> Option<f64> {
    let step = if shift { 64.0 } else { 16.0 };
    match key {
        "ArrowLeft" | "ArrowUp" => Some(size + step),
        "ArrowRight" | "ArrowDown" => Some(size - step),
        "Home" => Some(f64::MAX),
        "End" => Some(least),
        _ => None,
    }
}

/// Where both panes end and begin, and how much room they have, along the way in which they lie.
fn room(root: &NodeRef, lie: Lie) -> (f64, f64, f64) {
    root.cast::<Element>()
        .map_or((0.0, 0.0, 1000.0), |element| {
            let rect = element.get_bounding_client_rect();
            match lie {
                Lie::Beside => (rect.right(), rect.left(), rect.width()),
                Lie::Stacked => (rect.bottom(), rect.top(), rect.height()),
            }
        })
}

/// Two panes. Below 1000 px they are stacked without a bar: a page that wants tabs there draws tabs.
#[component]
pub fn Splitter(props: &SplitterProps) -> Html {
    let settings = use_stored::<Settings>();
    let remembered = settings.panes.get(props.name).copied();
    let size = use_state_eq(|| remembered.unwrap_or(props.initial));
    let dragging = use_state_eq(|| false);
    let root = use_node_ref();
    let (lie, least, rest) = (props.lie, props.least, props.rest);

    let room = {
        let root = root.clone();
        move || room(&root, lie)
    };
    let remember = {
        let (settings, name) = (settings.clone(), props.name);
        move |size: f64| {
            settings.update(move |settings| {
                settings.panes.insert(name.to_owned(), size);
            });
        }
    };
    let onpointerdown = {
        let dragging = dragging.setter();
        Callback::from(move |event: PointerEvent| {
            event.prevent_default();
            if let Some(bar) = event.target_dyn_into::<Element>() {
                let _ = bar.set_pointer_capture(event.pointer_id());
            }
            dragging.set(true);
        })
    };
    let onpointermove = {
        let (dragging, size, room) = (dragging.clone(), size.setter(), room.clone());
        Callback::from(move |event: PointerEvent| {
            if *dragging {
                let (end, _, extent) = room();
                let at = f64::from(match lie {
                    Lie::Beside => event.client_x(),
                    Lie::Stacked => event.client_y(),
                });
                size.set(clamp(end - at, least, rest, extent));
            }
        })
    };
    let onpointerup = {
        let (dragging, size, remember) = (dragging.clone(), size.clone(), remember.clone());
        Callback::from(move |_: PointerEvent| {
            if *dragging {
                dragging.set(false);
                remember(*size);
            }
        })
    };
    let onkeydown = {
        let (size, room) = (size.clone(), room.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(wanted) = key(&event.key(), event.shift_key(), *size, least) else {
                return;
            };
            event.prevent_default();
            let next = clamp(wanted, least, rest, room().2);
            size.set(next);
            remember(next);
        })
    };
    let orientation = match lie {
        Lie::Beside => "vertical",
        Lie::Stacked => "horizontal",
    };
    html! {
        <div class="splitter" data-lie={if lie == Lie::Beside { "beside" } else { "stacked" }} ref={root}
            data-dragging={dragging.then_some("true")} style={format!("--second: {}px; --first-least: {rest}px", *size)}>
            <div class="splitter-first">{props.first.clone()}</div>
            <div class="splitter-bar" role="separator" tabindex="0" aria-orientation={orientation}
                aria-label={format!("Size of {}", props.label)} aria-valuenow={size.to_string()}
                aria-valuemin={least.to_string()} {onpointerdown} {onpointermove}
                onpointerup={onpointerup.clone()} onpointercancel={onpointerup} {onkeydown}></div>
            <div class="splitter-second">{props.second.clone()}</div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{clamp, key};

    #[test]
    fn arrows_move_the_bar_and_other_keys_do_not() {
        assert_eq!(key("ArrowLeft", false, 300.0, 200.0), Some(316.0));
        assert_eq!(key("ArrowDown", true, 300.0, 200.0), Some(236.0));
        assert_eq!(key("End", false, 300.0, 200.0), Some(200.0));
        assert_eq!(key("Tab", false, 300.0, 200.0), None);
    }

    #[test]
    fn a_pane_stays_between_its_bounds() {
        assert_eq!(clamp(300.4, 200.0, 240.0, 1000.0), 300.0);
        assert_eq!(clamp(10.0, 200.0, 240.0, 1000.0), 200.0);
        assert_eq!(clamp(f64::MAX, 200.0, 240.0, 1000.0), 760.0);
    }

    #[test]
    fn in_a_room_too_small_for_both_the_least_size_wins() {
        assert_eq!(clamp(300.0, 200.0, 240.0, 400.0), 200.0);
        assert_eq!(clamp(300.0, 200.0, 240.0, 150.0), 150.0);
    }
}
