//! Bytes of any number in hexadecimal beside their signs; only the rows on screen are drawn.

use super::hex::{self, ROW_HEIGHT};
use super::measure::use_size;
use bytes::Bytes;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};
use yew::prelude::*;

/// Properties of [`HexView`].
#[derive(PartialEq, Properties)]
pub struct HexViewProps {
    /// The bytes.
    pub bytes: Bytes,
    /// What they are, for readers: "Bytes".
    pub label: AttrValue,
    /// Runs of bytes that stand out.
    #[prop_or_default]
    pub linked: Vec<Range<usize>>,
    /// The bytes that are wrong.
    #[prop_or_default]
    pub fault: Option<Range<usize>>,
    /// The byte that is brought on screen when it changes.
    #[prop_or_default]
    pub reveal: Option<usize>,
    /// The byte under the pointer.
    #[prop_or_default]
    pub onhover: Callback<Option<usize>>,
    /// The byte that has the focus or was pressed.
    #[prop_or_default]
    pub onchoose: Callback<usize>,
}

/// Bytes in rows. Arrows move between bytes.
#[component]
pub fn HexView(props: &HexViewProps) -> Html {
    let root = use_node_ref();
    let (width_px, height_px) = use_size(&root);
    let scroll = use_state_eq(|| 0.0);
    let cursor = use_state_eq(|| 0_usize);
    let length = props.bytes.len();
    let width = hex::width_for(width_px);
    let rows = hex::row_count(length, width);
    let shown = hex::on_screen(rows, *scroll, height_px);
    let cursor_at = (*cursor).min(length.saturating_sub(1));

    use_reveal(&root, props.reveal, width, rows, height_px);
    let onscroll = {
        let (root, scroll) = (root.clone(), scroll.setter());
        Callback::from(move |_: Event| {
            if let Some(element) = root.cast::<Element>() {
                scroll.set(f64::from(element.scroll_top()));
            }
        })
    };
    let onmouseover = props
        .onhover
        .reform(|event: MouseEvent| byte_at(event.target_dyn_into::<Element>()));
    let onmouseleave = props.onhover.reform(|_: MouseEvent| None);
    let onfocusin = {
        let (cursor, onchoose) = (cursor.setter(), props.onchoose.clone());
        Callback::from(move |event: FocusEvent| {
            if let Some(byte) = byte_at(event.target_dyn_into::<Element>()) {
                cursor.set(byte);
                onchoose.emit(byte);
            }
        })
    };
    let onclick = {
        let root = root.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(byte) = byte_at(event.target_dyn_into::<Element>()) {
                focus_byte(&root, byte);
            }
        })
    };
    let onkeydown = use_cursor_keys(&root, cursor.clone(), length, width, height_px);
    html! {
        <div class="hex" role="group" aria-label={props.label.clone()} ref={root} data-width={width.to_string()}
            {onscroll} {onmouseover} {onmouseleave} {onfocusin} {onclick} {onkeydown}>
            <div class="hex-whole" style={format!("height: {}px", shown.height)}>
                <div class="hex-rows" style={format!("transform: translateY({}px)", shown.top)}>
                    { for (shown.first..shown.first + shown.count).map(|row| {
                        let start = row * width;
                        let end = (start + width).min(length);
                        let linked = props.linked.iter().filter_map(|range| hex::within(range, start, width));
                        html! {
                            <HexRow key={row} bytes={props.bytes.slice(start..end)} {start} {length} {width}
                                cursor={(start..end).contains(&cursor_at).then_some(cursor_at)}
                                linked={linked.collect::<Vec<_>>()}
                                fault={props.fault.as_ref().and_then(|range| hex::within(range, start, width))} />
                        }
                    }) }
                </div>
            </div>
        </div>
    }
}

/// Scrolls to a byte when another one is to be shown.
#[hook]
fn use_reveal(root: &NodeRef, reveal: Option<usize>, width: usize, rows: usize, height: f64) {
    let root = root.clone();
    use_effect_with(reveal, move |reveal| {
        if let Some(byte) = reveal {
            scroll_to(&root, byte / width, rows, height);
        }
    });
}

/// Moves the cursor by keys; the focus follows when the row is drawn.
#[hook]
fn use_cursor_keys(
    root: &NodeRef,
    cursor: UseStateHandle<usize>,
    length: usize,
    width: usize,
    height: f64,
) -> Callback<KeyboardEvent> {
    let wanted = use_mut_ref(|| None::<usize>);
    {
        let (root, wanted) = (root.clone(), wanted.clone());
        use_effect(move || {
            let byte = *wanted.borrow();
            if let Some(byte) = byte
                && focus_byte(&root, byte)
            {
                wanted.replace(None);
            }
        });
    }
    let root = root.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(to) = hex::moved(&event.key(), *cursor, length, width) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        scroll_to(&root, to / width, hex::row_count(length, width), height);
        if !focus_byte(&root, to) {
            wanted.replace(Some(to));
        }
        cursor.set(to);
    })
}

fn scroll_to(root: &NodeRef, row: usize, rows: usize, height: f64) {
    if let Some(element) = root.cast::<Element>()
        && let Some(top) = hex::scroll_to(row, rows, f64::from(element.scroll_top()), height)
    {
        #[allow(clippy::cast_possible_truncation)] // Pixels.
        element.set_scroll_top(top.round() as i32);
    }
}

/// Whether the byte is drawn, and so has the focus after this.
fn focus_byte(root: &NodeRef, byte: usize) -> bool {
    let element = root
        .cast::<Element>()
        .and_then(|root| {
            root.query_selector(&format!("[data-byte=\"{byte}\"]"))
                .ok()
                .flatten()
        })
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let Some(element) = element else {
        return false;
    };
    let active: Option<Node> = gloo::utils::document().active_element().map(Into::into);
    if active.as_ref() != Some(element.as_ref()) {
        let _ = element.focus();
    }
    true
}

/// Which byte an element shows, as number or as sign.
fn byte_at(element: Option<Element>) -> Option<usize> {
    let element = element?;
    element
        .get_attribute("data-byte")
        .or_else(|| element.get_attribute("data-sign"))?
        .parse()
        .ok()
}

#[derive(PartialEq, Properties)]
struct HexRowProps {
    bytes: Bytes,
    start: usize,
    /// Of all bytes.
    length: usize,
    /// Bytes of a full row.
    width: usize,
    /// The byte with the cursor, if it is here.
    cursor: Option<usize>,
    linked: Vec<Range<usize>>,
    fault: Option<Range<usize>>,
}

#[component]
fn HexRow(props: &HexRowProps) -> Html {
    let is_linked = |place: usize| props.linked.iter().any(|range| range.contains(&place));
    let is_fault = |place: usize| {
        let range = props.fault.as_ref();
        range
            .is_some_and(|range| range.contains(&place))
            .then_some("true")
    };
    let last_row = props.start + props.width >= props.length;
    html! {
        <div class="hex-row" style={format!("height: {ROW_HEIGHT}px")} data-last={last_row.then_some("true")}>
            <span class="hex-offset" aria-hidden="true">{hex::offset(props.start, props.length)}</span>
            <span class="hex-numbers">
                { for props.bytes.iter().enumerate().map(|(place, byte)| {
                    let offset = props.start + place;
                    html! {
                        <span data-byte={offset.to_string()} data-linked={is_linked(place).then_some("true")}
                            data-fault={is_fault(place)}
                            tabindex={if props.cursor == Some(offset) { "0" } else { "-1" }}>{hex::digits(*byte)}</span>
                    }
                }) }
            </span>
            <span class="hex-signs" aria-hidden="true">
                { for props.bytes.iter().enumerate().map(|(place, byte)| html! {
                    <span data-sign={(props.start + place).to_string()}
                        data-linked={is_linked(place).then_some("true")}>{hex::sign(*byte)}</span>
                }) }
            </span>
        </div>
    }
}
