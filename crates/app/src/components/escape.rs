//! The key that closes whatever has the focus.

use yew::prelude::*;

/// For `onkeydown` of a pane: Escape closes it, and nothing around it.
pub fn on_escape(onclose: &Callback<()>) -> Callback<KeyboardEvent> {
    let onclose = onclose.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            onclose.emit(());
        }
    })
}
