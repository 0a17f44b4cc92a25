//! What people do on the plan, by pointer or by keys.

use midge_view::{DeviceId, RoomId};
use yew::prelude::*;

/// A part of the plan was activated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A device.
    Device(DeviceId),
    /// A room's floor.
    Room(RoomId),
    /// A room's window.
    Window(RoomId),
}

impl Touch {
    /// What makes a drawing a control: it answers to a click, Enter and the space bar. What lies beneath it hears
    /// nothing of the click.
    pub fn listeners(
        self,
        ontouch: &Callback<Self>,
    ) -> (Callback<MouseEvent>, Callback<KeyboardEvent>) {
        let onclick = ontouch.reform(move |event: MouseEvent| {
            event.stop_propagation();
            self
        });
        let ontouch = ontouch.clone();
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                ontouch.emit(self);
            }
        });
        (onclick, onkeydown)
    }
}
