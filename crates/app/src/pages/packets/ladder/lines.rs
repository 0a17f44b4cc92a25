//! The list of lines: which clients have one, and in which order.

use super::lanes::{Change, left_to_right, moved};
use super::layout::Layout;
use super::words;
use crate::components::escape::on_escape;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use midge_view::{LadderAnswer, LaneKey, LaneRow, OtherLane};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// From so many clients on, the list can be searched.
const SEARCHED_FROM: usize = 13;

/// Properties of [`LinesPanel`].
#[derive(PartialEq, Properties)]
pub(super) struct LinesPanelProps {
    /// What is drawn.
    pub answer: Same<LadderAnswer>,
    /// Where the lanes stand.
    pub layout: Rc<Layout>,
    /// Whether anybody moved a lane.
    pub is_ordered: bool,
    /// Something is done to the lanes.
    pub onlanes: Callback<Change>,
    /// The list is closed.
    pub onclose: Callback<()>,
}

/// The list, from left to right as the lines stand, then the clients without one.
#[component]
pub(super) fn LinesPanel(props: &LinesPanelProps) -> Html {
    let answer = &props.answer;
    let sought = use_state_eq(String::new);
    let root = use_node_ref();
    {
        let root = root.clone();
        use_effect_with((), move |()| {
            if let Some(root) = root.cast::<HtmlElement>() {
                let _ = root.focus();
            }
        });
    }
    let moved_last = use_mut_ref(|| None::<(u32, isize)>);
    {
        // A button that moves in the document loses the focus.
        let (root, moved_last) = (root.clone(), Rc::clone(&moved_last));
        let row = left_to_right(&answer.lanes, &props.layout);
        let row: Vec<u32> = row.iter().map(|lane| lane.id).collect();
        use_effect_with(row, move |_| {
            if let Some((lane, columns)) = moved_last.borrow_mut().take() {
                focus_step(&root, lane, columns);
            }
        });
    }
    let onkeydown = on_escape(&props.onclose);
    let onsearch = {
        let sought = sought.setter();
        Callback::from(move |event: InputEvent| {
            sought.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let is_sought = |key: &LaneKey, aside: Option<&str>| {
        let words = words::lane(key, aside).to_lowercase();
        words.contains(&sought.to_lowercase())
    };
    let lanes = left_to_right(&answer.lanes, &props.layout);
    let lanes = lanes
        .into_iter()
        .filter(|it| is_sought(&it.key, it.aside.as_deref()));
    let others = answer
        .others
        .iter()
        .filter(|it| is_sought(&it.key, it.aside.as_deref()));
    let is_hiding = answer.others.iter().any(|other| other.hidden);
    let total = answer.lanes.len() + answer.others.len();
    let deed = |change: Change| props.onlanes.reform(move |_: MouseEvent| change.clone());
    html! {
        <section class="ladder-lines" aria-label="Lines" tabindex="-1" ref={root} {onkeydown}>
            <header class="ladder-lines-head">
                <h2>{"Lines"}</h2>
                <p class="grow muted">{"What a hidden client sends and gets is not shown. To move a line, drag its name above the ladder, or press Alt with an arrow on it."}</p>
                if total >= SEARCHED_FROM {
                    <input type="search" aria-label="Find a client" placeholder="Find a client" value={(*sought).clone()} oninput={onsearch} />
                }
                <button type="button" class="button quiet" disabled={!is_hiding} onclick={deed(Change::ShowAll)}>{"Show hidden"}</button>
                <button type="button" class="button quiet" disabled={!props.is_ordered} onclick={deed(Change::Unordered)}>{"Usual order"}</button>
                <button type="button" class="icon-button" aria-label="Close the list of lines" onclick={props.onclose.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
            </header>
            <ul class="ladder-lines-list">
                { for lanes.map(|lane| drawn(props, lane, &moved_last)) }
                { for others.map(|other| without_line(props, other)) }
            </ul>
            if answer.more_others > 0 {
                <p class="muted">{words::more_others(answer.more_others)}</p>
            }
        </section>
    }
}

/// The lane and the step that were moved last.
type MovedLast = Rc<RefCell<Option<(u32, isize)>>>;

fn focus_step(root: &NodeRef, lane: u32, columns: isize) {
    let button = root.cast::<Element>().and_then(|root| {
        let which = format!("[data-lane=\"{lane}\"] [data-step=\"{columns}\"]");
        root.query_selector(&which).ok().flatten()
    });
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

fn drawn(props: &LinesPanelProps, lane: &LaneRow, moved_last: &MovedLast) -> Html {
    let step = |columns: isize, where_to: &str| {
        let order = moved(&props.answer.lanes, &props.layout, lane.id, columns);
        let label = format!(
            "Move {} {where_to}",
            words::lane(&lane.key, lane.aside.as_deref())
        );
        let onclick = {
            let (order, onlanes) = (order.clone(), props.onlanes.clone());
            let (moved_last, lane) = (Rc::clone(moved_last), lane.id);
            Callback::from(move |_: MouseEvent| {
                if let Some(order) = &order {
                    *moved_last.borrow_mut() = Some((lane, columns));
                    onlanes.emit(Change::Order(order.clone()));
                }
            })
        };
        // Not disabled at the end of the row, where the focus would be lost.
        html! {
            <button type="button" class="icon-button" data-step={columns.to_string()} aria-label={label.clone()} title={label}
                aria-disabled={order.is_none().to_string()} {onclick}><Icon sign={Sign::Right} /></button>
        }
    };
    html! {
        <li key={lane.id} data-lane={lane.id.to_string()}>
            { check(props, &lane.key, lane.aside.as_deref(), true) }
            { step(-1,  "to the left") }
            { step(1,  "to the right") }
        </li>
    }
}

fn without_line(props: &LinesPanelProps, other: &OtherLane) -> Html {
    let change = Change::Place(other.key.clone());
    let onclick = props.onlanes.reform(move |_: MouseEvent| change.clone());
    html! {
        <li key={other.id} data-without="true">
            { check(props, &other.key, other.aside.as_deref(), !other.hidden) }
            if !other.hidden {
                <button type="button" class="button quiet" {onclick}
                    aria-label={format!("Draw a line for {}", words::lane(&other.key, other.aside.as_deref()))}>{"Draw"}</button>
            }
        </li>
    }
}

fn check(props: &LinesPanelProps, key: &LaneKey, aside: Option<&str>, is_shown: bool) -> Html {
    let change = if is_shown {
        Change::Hide(key.clone())
    } else {
        Change::Show(key.clone())
    };
    let onchange = props.onlanes.reform(move |_: Event| change.clone());
    let words = words::lane(key, aside);
    html! {
        <label class="check" title={words.clone()}>
            <input type="checkbox" checked={is_shown} {onchange} />
            <span class="ellipsis">{words}</span>
        </label>
    }
}
