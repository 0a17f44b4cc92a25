//! The field in which a filter is written: proposals beneath it, its mistake underlined and in words.

use super::filter_help::FilterHelp;
use super::writing::{Deed, by_key, byte_of, parts, take, utf16_of};
use crate::components::icon::{Icon, Sign};
use crate::components::reveal::reveal;
use crate::hub::use_filter;
use midge_view::{FilterMistake, Proposal};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// Ids that the field refers to.
const LIST: &str = "filter-proposals";
const MISTAKE: &str = "filter-mistake";

/// Properties of [`FilterField`].
#[derive(PartialEq, Properties)]
pub(super) struct FilterFieldProps {
    /// The text so far.
    pub text: String,
    /// Another text.
    pub ontext: Callback<String>,
}

/// The field.
#[component]
pub(super) fn FilterField(props: &FilterFieldProps) -> Html {
    let text = &props.text;
    let helping = use_state_eq(|| false);
    let help = {
        let helping = helping.setter();
        Callback::from(move |open: bool| helping.set(open))
    };
    let field = use_writing(props);
    let onexample = {
        let (ontext, help) = (props.ontext.clone(), help.clone());
        Callback::from(move |example: String| {
            ontext.emit(example);
            help.emit(false);
        })
    };
    let mistake = field.mistake.as_ref().filter(|_| !field.shown);
    let active = field.active.filter(|_| field.shown);
    html! {
        <div class="search filter-field">
            <Icon sign={Sign::Filter} />
            <input ref={field.input.clone()} type="text" role="combobox" aria-label="Filter packets" data-filter="true"
                placeholder="lamp, or topic:home/+/light qos>=1" value={text.clone()}
                autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-autocomplete="list" aria-expanded={field.shown.to_string()}
                aria-controls={field.shown.then_some(LIST)}
                aria-activedescendant={active.map(option_id)}
                aria-invalid={mistake.map(|_| "true")} aria-describedby={mistake.map(|_| MISTAKE)}
                oninput={field.oninput.clone()} onkeydown={field.onkeydown.clone()} onkeyup={field.onmove.clone().reform(|_: KeyboardEvent| ())}
                onclick={field.onmove.clone().reform(|_: MouseEvent| ())} onscroll={field.onmove.clone().reform(|_: Event| ())}
                onblur={field.onblur.clone()} />
            <div class="filter-mirror" aria-hidden="true" ref={field.mirror.clone()}>
                { mistake.map(|mistake| underlined(text, mistake)) }
            </div>
            <button type="button" class="icon-button filter-help-button" aria-label="How to write a filter"
                aria-haspopup="dialog" onclick={help.reform(|_: MouseEvent| true)}>{"?"}</button>
            if field.shown { { proposals(&field, active) } }
            if let Some(mistake) = mistake {
                <p class="filter-mistake" id={MISTAKE} role="status"><Icon sign={Sign::Warning} size={12} />{&mistake.words}</p>
            }
            if *helping { <FilterHelp {onexample} onclose={help.reform(|()| false)} /> }
        </div>
    }
}

fn option_id(place: usize) -> String {
    format!("filter-proposal-{place}")
}

fn underlined(text: &str, mistake: &FilterMistake) -> Html {
    let [before, wrong, after] = parts(text, mistake);
    html! { <>{before.to_owned()}<span class="filter-wrong">{wrong.to_owned()}</span>{after.to_owned()}</> }
}

fn proposals(field: &Writing, active: Option<usize>) -> Html {
    // The field keeps the focus, and with it the list stays open until the press is a click.
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <ul class="filter-proposals" id={LIST} role="listbox" aria-label="Proposals" {onmousedown}>
            { for field.proposals.iter().enumerate().map(|(place, proposal)| {
                let onclick = field.ontake.reform(move |_: MouseEvent| place);
                html! {
                    <li key={place} id={option_id(place)} role="option" aria-selected={(active == Some(place)).to_string()} {onclick}>
                        <span class="mono ellipsis">{&proposal.insert}</span>{" "}
                        <span class="muted small">{&proposal.meaning}</span>
                    </li>
                }
            }) }
        </ul>
    }
}

/// The field as it is written in.
struct Writing {
    input: NodeRef,
    /// Lies over the field with the same text, unseen but for the line under a mistake.
    mirror: NodeRef,
    proposals: Rc<Vec<Proposal>>,
    mistake: Option<FilterMistake>,
    /// Whether the proposals are on screen.
    shown: bool,
    active: Option<usize>,
    oninput: Callback<InputEvent>,
    onkeydown: Callback<KeyboardEvent>,
    /// The cursor moved, or the text under it.
    onmove: Callback<()>,
    onblur: Callback<FocusEvent>,
    ontake: Callback<usize>,
}

#[hook]
fn use_writing(props: &FilterFieldProps) -> Writing {
    let text = props.text.clone();
    let (input, mirror) = (use_node_ref(), use_node_ref());
    let cursor = use_state_eq(|| 0_u32);
    let open = use_state_eq(|| false);
    let active = use_state_eq(|| None::<usize>);
    // Where the cursor goes once the text that a proposal made is drawn.
    let wanted = use_mut_ref(|| None::<u32>);
    // What was chosen from proposals for the text, or the place in it, before this one.
    let early = use_mut_ref(|| None::<String>);
    let reply = use_filter(text.clone(), *cursor);
    let answer = reply.here();
    let is_of_text = answer.is_some_and(|answer| answer.text == text);
    let is_of_cursor = is_of_text && answer.is_some_and(|answer| answer.cursor == *cursor);
    let proposals = use_memo(answer.map(|answer| answer.proposals.clone()), |proposals| {
        proposals.clone().unwrap_or_default()
    });
    let shown = *open && !proposals.is_empty();
    use_drawn(&input, &mirror, &wanted);
    use_effect_with((*active, shown), |(active, shown)| {
        if let Some(place) = active.filter(|_| *shown) {
            reveal(&option_id(place));
        }
    });
    let place = cursor_of(&input, &cursor);
    let ontake = {
        let (text, proposals, wanted) = (text.clone(), proposals.clone(), wanted);
        let early = Rc::clone(&early);
        let (cursor, open, active) = (cursor.setter(), open.setter(), active.setter());
        let ontext = props.ontext.clone();
        Callback::from(move |at: usize| {
            let Some(proposal) = proposals.get(at) else {
                return;
            };
            if !is_of_cursor {
                // It would replace what is not there; the proposals for the text are on their way.
                *early.borrow_mut() = Some(proposal.insert.clone());
                return;
            }
            let written = take(&text, proposal);
            *wanted.borrow_mut() = Some(utf16_of(&written.text, written.cursor));
            cursor.set(written.cursor);
            open.set(written.is_open);
            active.set(None);
            ontext.emit(written.text);
        })
    };
    use_early(&early, is_of_cursor, &proposals, &ontake);
    let oninput = {
        let (place, open, active) = (place.clone(), open.setter(), active.setter());
        let ontext = props.ontext.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            place.emit(());
            *early.borrow_mut() = None;
            open.set(true);
            active.set(None);
            ontext.emit(input.value());
        })
    };
    let onblur = {
        let open = open.setter();
        Callback::from(move |_: FocusEvent| open.set(false))
    };
    Writing {
        onkeydown: on_key(shown, *active, proposals.len(), &open, &active, &ontake),
        mistake: answer
            .filter(|_| is_of_text)
            .and_then(|answer| answer.mistake.clone()),
        active: *active,
        onmove: place,
        input,
        mirror,
        proposals,
        shown,
        oninput,
        onblur,
        ontake,
    }
}

/// Takes what was chosen early, once the proposals are those for the text and the cursor, if it is still among them.
#[hook]
fn use_early(
    early: &Rc<RefCell<Option<String>>>,
    is_of_cursor: bool,
    proposals: &Rc<Vec<Proposal>>,
    ontake: &Callback<usize>,
) {
    let early = Rc::clone(early);
    let ontake = ontake.clone();
    use_effect_with(
        (Rc::clone(proposals), is_of_cursor),
        move |(proposals, is_of_cursor)| {
            let chosen = is_of_cursor.then(|| early.borrow_mut().take()).flatten();
            let is_chosen = |proposal: &Proposal| Some(&proposal.insert) == chosen.as_ref();
            if let Some(at) = proposals.iter().position(is_chosen) {
                ontake.emit(at);
            }
        },
    );
}

/// After each drawing: puts the cursor where a proposal ended, and the mirror where the field is scrolled.
#[hook]
fn use_drawn(input: &NodeRef, mirror: &NodeRef, wanted: &Rc<RefCell<Option<u32>>>) {
    let (input, mirror, wanted) = (input.clone(), mirror.clone(), Rc::clone(wanted));
    use_effect(move || {
        let Some(input) = input.cast::<HtmlInputElement>() else {
            return;
        };
        if let Some(place) = wanted.borrow_mut().take() {
            // Fails only for fields without a cursor.
            let _ = input.set_selection_range(place, place);
        }
        if let Some(mirror) = mirror.cast::<Element>() {
            mirror.set_scroll_left(input.scroll_left());
        }
    });
}

/// Reads where the browser's cursor is.
fn cursor_of(input: &NodeRef, cursor: &UseStateHandle<u32>) -> Callback<()> {
    let (input, cursor) = (input.clone(), cursor.setter());
    Callback::from(move |()| {
        if let Some(input) = input.cast::<HtmlInputElement>() {
            let place = input.selection_start().ok().flatten();
            cursor.set(byte_of(&input.value(), place.unwrap_or(u32::MAX)));
        }
    })
}

fn on_key(
    shown: bool,
    at: Option<usize>,
    count: usize,
    open: &UseStateHandle<bool>,
    active: &UseStateHandle<Option<usize>>,
    ontake: &Callback<usize>,
) -> Callback<KeyboardEvent> {
    let (open, active, ontake) = (open.setter(), active.setter(), ontake.clone());
    Callback::from(move |event: KeyboardEvent| {
        let Some(deed) = by_key(&event.key(), shown, at, count) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        match deed {
            Deed::Activate(place) => active.set(place),
            Deed::Take(place) => ontake.emit(place),
            Deed::Open => open.set(true),
            Deed::Close => {
                open.set(false);
                active.set(None);
            }
        }
    })
}
