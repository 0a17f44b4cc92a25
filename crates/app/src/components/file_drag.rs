//! Files that are dragged over the page: where they may be dropped, and that nothing is lost elsewhere.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Event, File, Node};
use yew::prelude::*;

/// What happens to files over a part of the page.
#[derive(Clone, PartialEq)]
pub struct FileDrag {
    /// Whether files are over it.
    pub is_over: bool,
    /// For `ondragover`.
    pub onover: Callback<DragEvent>,
    /// For `ondragleave`.
    pub onleave: Callback<DragEvent>,
    /// For `ondrop`.
    pub ondrop: Callback<DragEvent>,
}

/// A part of the page that takes files.
#[hook]
pub fn use_file_drag(onfiles: Callback<Vec<File>>) -> FileDrag {
    let over = use_state_eq(|| false);
    let onover = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            if !has_files(&event) {
                return;
            }
            event.prevent_default();
            if let Some(data) = event.data_transfer() {
                data.set_drop_effect("copy");
            }
            over.set(true);
        })
    };
    let onleave = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            // From one element of the part to the next it is not left.
            let part: Option<Node> = event.current_target().and_then(|it| it.dyn_into().ok());
            let next: Option<Node> = event.related_target().and_then(|it| it.dyn_into().ok());
            if !part
                .zip(next)
                .is_some_and(|(part, next)| part.contains(Some(&next)))
            {
                over.set(false);
            }
        })
    };
    let ondrop = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            over.set(false);
            let files = event.data_transfer().and_then(|data| data.files());
            let Some(files) = files.filter(|files| files.length() > 0) else {
                return;
            };
            event.prevent_default();
            let files = (0..files.length()).filter_map(|place| files.get(place));
            onfiles.emit(files.collect());
        })
    };
    FileDrag {
        is_over: *over,
        onover,
        onleave,
        ondrop,
    }
}

/// Where no part of the page takes files, a browser would leave the page to show them.
#[hook]
pub fn use_file_guard() {
    use_effect_with((), |()| {
        let listeners = ["dragover", "drop"].map(|name| {
            let options = EventListenerOptions::enable_prevent_default();
            let document = gloo::utils::document();
            EventListener::new_with_options(&document, name, options, |event: &Event| {
                let Some(drag) = event.dyn_ref::<DragEvent>() else {
                    return;
                };
                if has_files(drag) && !drag.default_prevented() {
                    drag.prevent_default();
                    if let Some(data) = drag.data_transfer() {
                        data.set_drop_effect("none");
                    }
                }
            })
        });
        move || drop(listeners)
    });
}

fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}
