//! The command palette: one field that reaches every page, action, device, topic and lesson.

mod commands;
mod search;

use crate::components::dialog::Dialog;
use crate::components::icon::Icon;
use crate::components::reveal::reveal;
use commands::use_commands;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// How many are offered at once.
const OFFERED: usize = 60;

/// Properties of [`Palette`].
#[derive(PartialEq, Properties)]
pub(super) struct PaletteProps {
    /// Closes it.
    pub(super) onclose: Callback<()>,
}

/// The palette.
#[component]
pub(super) fn Palette(props: &PaletteProps) -> Html {
    let query = use_state_eq(String::new);
    let chosen = use_state_eq(|| 0_usize);
    let input = use_node_ref();
    let commands = use_commands();
    let found = search::rank(
        &query,
        commands.iter().map(|command| &*command.words),
        OFFERED,
    );
    let at = (*chosen).min(found.len().saturating_sub(1));
    use_focus(&input);
    use_effect_with(at, |at| reveal(&format!("palette-{at}")));
    let run = {
        let onclose = props.onclose.clone();
        let runs: Vec<_> = found
            .iter()
            .map(|place| commands[*place].run.clone())
            .collect();
        move |at: usize| {
            if let Some(run) = runs.get(at) {
                onclose.emit(());
                run.emit(());
            }
        }
    };
    let oninput = {
        let (query, chosen) = (query.setter(), chosen.setter());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                query.set(input.value());
                chosen.set(0);
            }
        })
    };
    let onkeydown = {
        let (chosen, count, run) = (chosen.setter(), found.len(), run.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                run(at);
            } else if let Some(next) = moved(&event.key(), at, count) {
                event.prevent_default();
                chosen.set(next);
            }
        })
    };
    html! {
        <Dialog label="Command palette" head={false} class="palette" onclose={props.onclose.clone()}>
            <input ref={input} type="text" role="combobox" aria-label="Command" aria-expanded="true"
                aria-controls="palette-list" aria-autocomplete="list" autocomplete="off" spellcheck="false"
                aria-activedescendant={(!found.is_empty()).then(|| format!("palette-{at}"))}
                placeholder="A page, an action, a device, a topic, a lesson"
                value={(*query).clone()} {oninput} {onkeydown} />
            <ul id="palette-list" role="listbox" aria-label="Commands">
                { for found.iter().enumerate().map(|(place, command)| {
                    let command = &commands[*command];
                    let run = run.clone();
                    let onclick = Callback::from(move |_: MouseEvent| run(place));
                    html! {
                        <li id={format!("palette-{place}")} role="option" aria-selected={(place == at).to_string()} {onclick}>
                            <Icon sign={command.sign} />
                            <span class="grow">{&*command.words}</span>
                            <span class="muted small">{command.group}</span>
                        </li>
                    }
                }) }
            </ul>
            if found.is_empty() {
                <p class="muted palette-none">{"Nothing is called that."}</p>
            }
        </Dialog>
    }
}

/// Puts the focus into the field when it appears.
#[hook]
fn use_focus(input: &NodeRef) {
    let input = input.clone();
    use_effect_with((), move |()| {
        if let Some(input) = input.cast::<HtmlElement>() {
            let _ = input.focus();
        }
    });
}

/// Which of `count` commands a key chooses when `at` is chosen.
fn moved(key: &str, at: usize, count: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    match key {
        "ArrowDown" => Some((at + 1).min(last)),
        "ArrowUp" => Some(at.saturating_sub(1)),
        "PageDown" => Some((at + 8).min(last)),
        "PageUp" => Some(at.saturating_sub(8)),
        _ => None,
    }
}
