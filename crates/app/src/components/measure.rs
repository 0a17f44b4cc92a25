//! The size of an element, and whether the page has room for one pane only, followed as they change.

use gloo::events::EventListener;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Width and height of an element's inside in pixels; zero before it is drawn.
#[hook]
pub fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    {
        let (node, size) = (node.clone(), size.setter());
        use_effect_with((), move |()| {
            let observed = node.cast::<Element>().and_then(|element| {
                let measured = element.clone();
                let on_resize = Closure::<dyn FnMut(JsValue)>::new(move |_| {
                    size.set((
                        f64::from(measured.client_width()),
                        f64::from(measured.client_height()),
                    ));
                });
                let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
                observer.observe(&element);
                Some((observer, on_resize))
            });
            move || {
                if let Some((observer, _)) = &observed {
                    observer.disconnect();
                }
            }
        });
    }
    *size
}

/// What a page is on that has room for one pane only, as the styles say it too.
const NARROW: &str = "(max-width: 639px)";

/// Whether the page has room for one pane only, so that panes become tabs.
#[hook]
pub fn use_narrow() -> bool {
    let query = use_memo((), |()| {
        gloo::utils::window().match_media(NARROW).ok().flatten()
    });
    let narrow = use_state_eq(|| query.as_ref().as_ref().is_some_and(|query| query.matches()));
    {
        let narrow = narrow.setter();
        use_effect_with((), move |()| {
            let listener = query.as_ref().clone().map(|query| {
                let now = query.clone();
                EventListener::new(&query, "change", move |_| narrow.set(now.matches()))
            });
            move || drop(listener)
        });
    }
    *narrow
}
