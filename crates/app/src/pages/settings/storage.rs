//! What this browser keeps for Midge: see it, take it along, bring it back, clear it.

use super::archive::{Archive, LONGEST, about};
use super::vault;
use crate::components::download::download;
use crate::components::problem::ProblemBox;
use crate::format;
use crate::store::{Area, Settings, forget_everything, use_stored};
use midge_view::Problem;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, HtmlInputElement};
use yew::prelude::*;

/// What was cleared, to undo it.
#[derive(Clone, PartialEq)]
struct Cleared {
    local: Archive,
    session: Archive,
}

/// The part of the page about storage.
#[component]
pub(super) fn StorageSettings() -> Html {
    // The list is read anew whenever what this page can change is stored.
    let _ = use_stored::<Settings>();
    let cleared = use_state(|| None::<Cleared>);
    let problem = use_state(|| None::<Problem>);
    let shown = [
        (Area::Local, vault::all(Area::Local)),
        (Area::Session, vault::all(Area::Session)),
    ];
    let onclear = {
        let cleared = cleared.setter();
        Callback::from(move |_: MouseEvent| {
            cleared.set(Some(Cleared {
                local: vault::all(Area::Local),
                session: vault::all(Area::Session),
            }));
            forget_everything();
        })
    };
    let onundo = {
        let (cleared, problem) = (cleared.clone(), problem.setter());
        Callback::from(move |_: MouseEvent| {
            let Some(old) = &*cleared else { return };
            let put = vault::put(Area::Local, &old.local)
                .and_then(|()| vault::put(Area::Session, &old.session));
            match put {
                Ok(()) => cleared.set(None),
                Err(what) => problem.set(Some(in_words(what))),
            }
        })
    };
    let onimport = use_import(problem.setter());
    html! {
        <section class="panel" aria-labelledby="storage-heading">
            <header class="panel-head"><h2 id="storage-heading">{"Storage"}</h2></header>
            <div class="panel-body stack">
                <p class="muted">{"Everything stays in this browser; nothing is sent anywhere."}</p>
                { stored(&shown) }
                if let Some(problem) = &*problem { <ProblemBox problem={problem.clone()} /> }
                if cleared.is_some() {
                    <div class="notice row" role="status">
                        <span class="grow">{"Cleared. Midge begins afresh when it is loaded again."}</span>
                        <button type="button" class="button" onclick={onundo}>{"Undo"}</button>
                        <button type="button" class="button primary" onclick={|_: MouseEvent| vault::reload()}>{"Load again"}</button>
                    </div>
                }
                <div class="row">
                    <button type="button" class="button" onclick={|_: MouseEvent| export()}>{"Export settings"}</button>
                    <label class="button file">
                        {"Import settings"}
                        <input type="file" accept=".json,application/json" onchange={onimport} />
                    </label>
                    <button type="button" class="button danger" onclick={onclear}>{"Clear everything"}</button>
                </div>
                <p class="muted small">{"The exported file holds the passwords that you chose to keep, readable. Importing replaces values of the same name and loads the page again."}</p>
            </div>
        </section>
    }
}

fn in_words(what: String) -> Problem {
    Problem {
        what,
        try_next: Vec::new(),
    }
}

fn stored(shown: &[(Area, Archive)]) -> Html {
    let rows: Vec<Html> = shown
        .iter()
        .flat_map(|(area, archive)| {
            archive
                .0
                .iter()
                .map(move |(name, text)| (*area, name, text))
        })
        .map(|(area, name, text)| {
            let kept = match area {
                Area::Local => "until cleared",
                Area::Session => "with this tab",
            };
            html! {
                <tr key={format!("{kept}{name}")}>
                    <td class="mono">{name.clone()}</td>
                    <td>{about(name)}</td>
                    <td>{kept}</td>
                    <td class="number">{format::size(text.len() as u64)}</td>
                </tr>
            }
        })
        .collect();
    if rows.is_empty() {
        return html! { <p>{"Nothing is stored."}</p> };
    }
    html! {
        <div class="scroll-x">
            <table class="table" aria-label="Stored values">
                <thead><tr><th scope="col">{"Name"}</th><th scope="col">{"What it is"}</th><th scope="col">{"Kept"}</th><th scope="col" class="number">{"Size"}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Reads a chosen file and, when it is what it should be, begins again with it.
#[hook]
fn use_import(problem: UseStateSetter<Option<Problem>>) -> Callback<Event> {
    Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        // The same file can be chosen again after it was mended.
        input.set_value("");
        let problem = problem.clone();
        spawn_local(async move {
            let put = match read_text(&file).await {
                Ok(text) => {
                    Archive::read(&text).and_then(|archive| vault::put(Area::Local, &archive))
                }
                Err(what) => Err(what),
            };
            match put {
                Ok(()) => vault::reload(),
                Err(what) => problem.set(Some(in_words(what))),
            }
        });
    })
}

async fn read_text(file: &Blob) -> Result<String, String> {
    if file.size() > LONGEST {
        return Err("This file is too large to be Midge\u{2019}s settings.".to_owned());
    }
    let text = JsFuture::from(file.text())
        .await
        .map_err(|_| "The browser could not read this file.".to_owned())?;
    Ok(text.as_string().unwrap_or_default())
}

/// Saves all settings as they are now.
fn export() {
    let text = vault::all(Area::Local).write();
    let parts = js_sys::Array::of1(&text.into());
    if let Ok(file) = Blob::new_with_str_sequence(&parts) {
        download("midge-settings.json", &file);
    }
}
