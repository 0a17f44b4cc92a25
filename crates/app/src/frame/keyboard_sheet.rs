//! The sheet of keys, opened by `?`.

use crate::components::dialog::Dialog;
use yew::prelude::*;

const KEYS: [(&str, &[(&str, &str)]); 3] = [
    (
        "Everywhere",
        &[
            (
                "Ctrl K",
                "Command palette: every page, action, device, topic and lesson",
            ),
            ("?", "This sheet"),
            ("/", "Filter"),
            ("Esc", "Close, or let go of what is chosen"),
        ],
    ),
    (
        "The house's clock",
        &[
            ("Space", "Pause or run"),
            (".", "Step to the next packet"),
            ("[  ]", "Slower, faster"),
        ],
    ),
    (
        "Lists, trees and panes",
        &[
            ("↑ ↓", "Choose a row"),
            ("Home  End", "First, last"),
            ("Page ↑ ↓", "A page back, forward"),
            ("← →", "Move a pane's bar (Shift: further)"),
        ],
    ),
];

/// Properties of [`KeyboardSheet`].
#[derive(PartialEq, Properties)]
pub(super) struct KeyboardSheetProps {
    /// Closes it.
    pub(super) onclose: Callback<()>,
}

/// All keys in one place.
#[component]
pub(super) fn KeyboardSheet(props: &KeyboardSheetProps) -> Html {
    html! {
        <Dialog label="Keyboard" onclose={props.onclose.clone()}>
            <div class="keyboard-sheet">
                { for KEYS.iter().map(|(title, keys)| html! {
                    <section aria-label={*title}>
                        <h3>{*title}</h3>
                        <dl>
                            { for keys.iter().map(|(key, what)| html! {
                                <div><dt><kbd>{*key}</kbd></dt><dd>{*what}</dd></div>
                            }) }
                        </dl>
                    </section>
                }) }
            </div>
        </Dialog>
    }
}
