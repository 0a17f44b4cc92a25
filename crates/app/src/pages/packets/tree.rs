//! The fields of a packet as a tree.

use super::explained::Explained;
use super::fields::{FieldRow, parent, rows};
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use midge_codec::Field;
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Properties of [`FieldTree`].
#[derive(PartialEq, Properties)]
pub(super) struct FieldTreeProps {
    /// The packet.
    pub explained: Same<Explained>,
    /// Spans that stand out.
    pub linked: Vec<usize>,
    /// The span under the pointer.
    pub onhover: Callback<Option<usize>>,
    /// The span that has the focus.
    pub onchoose: Callback<usize>,
}

/// What a key does in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// The focus goes to a row.
    To(usize),
    /// The group in this row is opened or closed.
    Toggle(usize),
}

/// What `key` does at row `at`.
fn by_key(key: &str, rows: &[FieldRow], at: usize) -> Option<Move> {
    let last = rows.len().checked_sub(1)?;
    let here = rows.get(at)?;
    Some(match (key, here.group) {
        ("ArrowDown", _) => Move::To((at + 1).min(last)),
        ("ArrowUp", _) => Move::To(at.saturating_sub(1)),
        ("Home", _) => Move::To(0),
        ("End", _) => Move::To(last),
        ("ArrowRight", Some(false)) | ("ArrowLeft", Some(true)) => Move::Toggle(at),
        ("Enter" | " ", Some(_)) => Move::Toggle(at),
        ("ArrowRight", Some(true)) => Move::To((at + 1).min(last)),
        ("ArrowLeft", _) => Move::To(parent(rows, at)?),
        _ => return None,
    })
}

/// The tree. One stop for the Tab key; arrows move, open and close.
#[component]
pub(super) fn FieldTree(props: &FieldTreeProps) -> Html {
    // Groups are closed by what they are, so that a closed group stays closed in the next packet.
    let closed = use_state(BTreeSet::<Field>::new);
    let cursor = use_state_eq(|| 0_usize);
    let root = use_node_ref();
    let spans = &props.explained.explanation.spans;
    let fault = props.explained.fault_span();
    let rows: Rc<Vec<FieldRow>> = Rc::new(rows(spans, &props.explained.bytes, |span| {
        closed.contains(&spans[span].field)
    }));
    let cursor_at = (*cursor).min(rows.len().saturating_sub(1));
    let toggle = {
        let (closed, explained) = (closed.clone(), props.explained.clone());
        Callback::from(move |span: usize| {
            let field = explained.explanation.spans[span].field;
            let mut next = (*closed).clone();
            if !next.remove(&field) {
                next.insert(field);
            }
            closed.set(next);
        })
    };
    let onkeydown = {
        let (rows, root, cursor, toggle) =
            (rows.clone(), root.clone(), cursor.setter(), toggle.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(action) = by_key(&event.key(), &rows, cursor_at) else {
                return;
            };
            event.prevent_default();
            event.stop_propagation();
            match action {
                Move::To(row) => {
                    cursor.set(row);
                    focus(&root, row);
                }
                Move::Toggle(row) => toggle.emit(rows[row].span),
            }
        })
    };
    let onmouseleave = props.onhover.reform(|_: MouseEvent| None);
    html! {
        <div class="packet-fields" role="tree" aria-label="Fields" ref={root} {onkeydown} {onmouseleave}>
            { for rows.iter().enumerate().map(|(place, row)| {
                let focused = {
                    let (cursor, onchoose, span) = (cursor.setter(), props.onchoose.clone(), row.span);
                    Callback::from(move |()| {
                        cursor.set(place);
                        onchoose.emit(span);
                    })
                };
                html! {
                    <FieldItem key={row.span} row={row.clone()} linked={props.linked.contains(&row.span)}
                        fault={fault == Some(row.span)}
                        cursor={place == cursor_at} onhover={props.onhover.clone()} {focused} toggle={toggle.clone()} />
                }
            }) }
        </div>
    }
}

fn focus(root: &NodeRef, row: usize) {
    let item = root
        .cast::<Element>()
        .and_then(|root| root.children().item(u32::try_from(row).unwrap_or(u32::MAX)))
        .and_then(|item| item.dyn_into::<HtmlElement>().ok());
    if let Some(item) = item {
        let _ = item.focus();
    }
}

#[derive(PartialEq, Properties)]
struct FieldItemProps {
    row: FieldRow,
    linked: bool,
    /// Whether the decoder gave up here.
    fault: bool,
    cursor: bool,
    onhover: Callback<Option<usize>>,
    focused: Callback<()>,
    toggle: Callback<usize>,
}

#[component]
fn FieldItem(props: &FieldItemProps) -> Html {
    let row = &props.row;
    let span = row.span;
    let onmouseenter = props.onhover.reform(move |_: MouseEvent| Some(span));
    let onfocus = props.focused.reform(|_: FocusEvent| ());
    let ontwist = {
        let toggle = props.toggle.clone();
        Callback::from(move |_: MouseEvent| toggle.emit(span))
    };
    html! {
        <div class="packet-field" role="treeitem" tabindex={if props.cursor { "0" } else { "-1" }}
            aria-level={(row.depth + 1).to_string()} aria-posinset={row.position.0.to_string()}
            aria-setsize={row.position.1.to_string()} aria-expanded={row.group.map(|open| open.to_string())}
            aria-selected={props.linked.to_string()} data-linked={props.linked.then_some("true")}
            data-fault={props.fault.then_some("true")}
            style={format!("--depth: {}", row.depth)} {onmouseenter} {onfocus}>
            <span class="packet-field-name">
                if row.group.is_some() {
                    <span class="packet-field-twist" onclick={ontwist}>
                        <Icon sign={if row.group == Some(true) { Sign::Down } else { Sign::Right }} size={12} />
                    </span>
                } else {
                    <span class="packet-field-twist"></span>
                }
                {&row.name}
                if props.fault { <span class="packet-field-fault">{"at fault"}</span> }
            </span>
            <span class="packet-field-value">{&row.value}</span>
            <span class="packet-field-bits">{row.bits.clone()}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::{Version, explain};

    #[test]
    fn keys_walk_open_and_close_the_tree() {
        // CONNECT of 3.1.1 with client id "a": its flags are a group.
        let frame = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a";
        let spans = explain(frame, Version::V311).spans;
        let open = rows(&spans, frame, |_| false);
        let flags = open
            .iter()
            .position(|row| spans[row.span].field == Field::ConnectFlags)
            .unwrap();
        assert_eq!(by_key("ArrowLeft", &open, flags), Some(Move::Toggle(flags)));
        assert_eq!(
            by_key("ArrowRight", &open, flags),
            Some(Move::To(flags + 1))
        );
        assert_eq!(by_key("ArrowLeft", &open, flags + 1), Some(Move::To(flags)));
        assert_eq!(by_key("End", &open, 0), Some(Move::To(open.len() - 1)));
        assert_eq!(by_key("ArrowUp", &open, 0), Some(Move::To(0)));
        assert_eq!(by_key("x", &open, 0), None);
        let closed = rows(&spans, frame, |span| span == open[flags].span);
        assert_eq!(by_key(" ", &closed, flags), Some(Move::Toggle(flags)));
        assert!(closed.len() < open.len());
    }
}
