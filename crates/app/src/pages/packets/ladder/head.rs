//! The heads of the lanes: whose line each is, and how lines are moved.

use super::lanes::{Change, left_to_right, moved};
use super::layout::Layout;
use super::words;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use gloo::events::EventListener;
use midge_view::{LadderAnswer, LaneRow, Middle, PacketFilter};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlSelectElement};
use yew::prelude::*;

/// Pixels that the pointer goes before a press is a drag.
const DRAG_FROM: i32 = 6;

/// Properties of [`Heads`].
#[derive(PartialEq, Properties)]
pub(super) struct HeadsProps {
    /// What is drawn.
    pub answer: Same<LadderAnswer>,
    /// Where the lanes stand.
    pub layout: Rc<Layout>,
    /// The filter in force.
    pub filter: PacketFilter,
    /// Another one.
    pub onfilter: Callback<PacketFilter>,
    /// Another broker.
    pub onbroker: Callback<Middle>,
    /// Something is done to the lanes.
    pub onlanes: Callback<Change>,
    /// Whether the list of lanes is open.
    pub listed: bool,
    /// Opens or closes it.
    pub onlisted: Callback<bool>,
}

/// The header row: the time's column, then a name above each line.
#[component]
pub(super) fn Heads(props: &HeadsProps) -> Html {
    let HeadsProps { answer, layout, .. } = props;
    let drag = use_drag(props);
    let root = use_node_ref();
    let refocus = use_mut_ref(|| None::<u32>);
    {
        // A head that moves in the document loses the focus.
        let (root, refocus) = (root.clone(), Rc::clone(&refocus));
        let row: Vec<u32> = left_to_right(&answer.lanes, layout)
            .iter()
            .map(|lane| lane.id)
            .collect();
        use_effect_with(row, move |_| {
            let lane = refocus.borrow_mut().take();
            if let Some(head) = lane.and_then(|lane| head_of(&root, lane)) {
                let _ = head.focus();
            }
        });
    }
    let width = format!(
        "{:.3}%",
        100.0 / f64::from(u32::try_from(layout.columns()).unwrap_or(1))
    );
    let style = |column: usize| format!("left: {:.3}%; width: {width}", layout.x(column));
    let name = |lane: &LaneRow| {
        let column = layout.column_of(lane.id).unwrap_or_default();
        let onkeydown = onkeydown(props, lane.id, &refocus);
        let onclick = onclick(props, lane, &drag);
        let is_dragged = drag.lane == Some(lane.id);
        html! {
            <button type="button" class="ladder-name" key={lane.id} data-lane={lane.id.to_string()} style={style(column)}
                title={title(&props.filter, lane)} aria-pressed={is_only(&props.filter, lane).to_string()}
                aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight" data-dragged={is_dragged.then_some("true")}
                onpointerdown={drag.onpress.reform({ let lane = lane.id; move |event| (lane, event) })}
                {onclick} {onkeydown}>
                <span>{&lane.key.name}</span>
                if let Some(aside) = &lane.aside { <small class="ellipsis">{aside}</small> }
            </button>
        }
    };
    html! {
        <>
            <span role="columnheader" class="ladder-time" key="time">
                {"Time"}
                <button type="button" class="icon-button" aria-label="Choose lines" title="Choose lines"
                    aria-expanded={props.listed.to_string()}
                    onclick={props.onlisted.reform({ let listed = props.listed; move |_: MouseEvent| !listed })}>
                    <Icon sign={Sign::Settings} />
                </button>
            </span>
            <div class="ladder-heads" role="columnheader" aria-label="Clients and their broker" key="heads" ref={root}>
                // Without a key this would be another element whenever a lane comes or goes.
                <div class="ladder-name ladder-middle" key="broker" style={style(layout.broker())}>
                    <Brokers answer={answer.clone()} onbroker={props.onbroker.clone()} />
                </div>
                { for left_to_right(&answer.lanes, layout).into_iter().map(name) }
            </div>
        </>
    }
}

fn is_only(filter: &PacketFilter, lane: &LaneRow) -> bool {
    filter.client.as_deref() == Some(lane.key.name.as_str())
}

fn title(filter: &PacketFilter, lane: &LaneRow) -> String {
    let deed = if is_only(filter, lane) {
        "Show every client".to_owned()
    } else {
        format!(
            "Show only {}",
            words::lane(&lane.key, lane.aside.as_deref())
        )
    };
    format!("{deed}. Drag, or Alt and an arrow, to move the line.")
}

fn onclick(props: &HeadsProps, lane: &LaneRow, drag: &Drag) -> Callback<MouseEvent> {
    let client = (!is_only(&props.filter, lane)).then(|| lane.key.name.clone());
    let filter = PacketFilter {
        client,
        ..props.filter.clone()
    };
    let (onfilter, dragged) = (props.onfilter.clone(), Rc::clone(&drag.dragged));
    Callback::from(move |_: MouseEvent| {
        // The end of a drag is no click.
        if !*dragged.borrow() {
            onfilter.emit(filter.clone());
        }
    })
}

/// Alt and an arrow moves a line; the head keeps the focus.
fn onkeydown(
    props: &HeadsProps,
    lane: u32,
    refocus: &Rc<std::cell::RefCell<Option<u32>>>,
) -> Callback<KeyboardEvent> {
    let (answer, layout) = (props.answer.clone(), Rc::clone(&props.layout));
    let (onlanes, refocus) = (props.onlanes.clone(), Rc::clone(refocus));
    Callback::from(move |event: KeyboardEvent| {
        let columns = match event.key().as_str() {
            "ArrowLeft" if event.alt_key() => -1,
            "ArrowRight" if event.alt_key() => 1,
            _ => return,
        };
        // Else the browser goes back.
        event.prevent_default();
        event.stop_propagation();
        if let Some(order) = moved(&answer.lanes, &layout, lane, columns) {
            *refocus.borrow_mut() = Some(lane);
            onlanes.emit(Change::Order(order));
        }
    })
}

fn head_of(root: &NodeRef, lane: u32) -> Option<HtmlElement> {
    let head = root
        .cast::<Element>()?
        .query_selector(&format!("[data-lane=\"{lane}\"]"));
    head.ok()??.dyn_into().ok()
}

/// A head that is dragged.
struct Drag {
    /// Which.
    lane: Option<u32>,
    /// A pointer goes down on a head.
    onpress: Callback<(u32, PointerEvent)>,
    /// Whether the last press became a drag.
    dragged: Rc<std::cell::RefCell<bool>>,
}

/// Moves a lane to where the pointer drags its head. The document is listened to, because the head itself
/// moves. A finger scrolls instead; for it there is the list of lines.
#[hook]
fn use_drag(props: &HeadsProps) -> Drag {
    let held = use_state_eq(|| None::<(u32, i32)>);
    let dragged = use_mut_ref(|| false);
    let latest = use_mut_ref(|| (props.answer.clone(), Rc::clone(&props.layout)));
    *latest.borrow_mut() = (props.answer.clone(), Rc::clone(&props.layout));
    {
        let (setter, dragged) = (held.setter(), Rc::clone(&dragged));
        let onlanes = props.onlanes.clone();
        use_effect_with(*held, move |held| {
            let listeners = held.map(|(lane, from)| {
                let mut asked = None;
                let move_to =
                    EventListener::new(&gloo::utils::document(), "pointermove", move |event| {
                        let Some(event) = event.dyn_ref::<PointerEvent>() else {
                            return;
                        };
                        if (event.client_x() - from).abs() < DRAG_FROM && !*dragged.borrow() {
                            return;
                        }
                        *dragged.borrow_mut() = true;
                        let (answer, layout) = &*latest.borrow();
                        let Some(columns) = columns_to(layout, lane, event.client_x()) else {
                            return;
                        };
                        let order = moved(&answer.lanes, layout, lane, columns);
                        if order.is_some() && order != asked {
                            onlanes.emit(Change::Order(order.clone().unwrap_or_default()));
                            asked = order;
                        }
                    });
                let ends = ["pointerup", "pointercancel"].map(|name| {
                    let setter = setter.clone();
                    EventListener::new(&gloo::utils::document(), name, move |_| setter.set(None))
                });
                (move_to, ends)
            });
            move || drop(listeners)
        });
    }
    let onpress = {
        let (setter, dragged) = (held.setter(), Rc::clone(&dragged));
        Callback::from(move |(lane, event): (u32, PointerEvent)| {
            *dragged.borrow_mut() = false;
            if event.pointer_type() != "touch" && event.button() == 0 {
                setter.set(Some((lane, event.client_x())));
            }
        })
    };
    Drag {
        lane: held.map(|(lane, _)| lane),
        onpress,
        dragged,
    }
}

/// How many columns a lane must go to stand where the pointer is, the broker's not counted.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)] // A few dozen columns.
fn columns_to(layout: &Layout, lane: u32, x: i32) -> Option<isize> {
    let heads = gloo::utils::document()
        .query_selector(".ladder-heads")
        .ok()??;
    let lies = heads.get_bounding_client_rect();
    let share = ((f64::from(x) - lies.left()) / lies.width()).clamp(0.0, 0.999_999);
    let to = (share * f64::from(u32::try_from(layout.columns()).ok()?)) as usize;
    let from = layout.column_of(lane)?;
    if to == layout.broker() {
        return None;
    }
    let without_broker = |column: usize| (column - usize::from(column > layout.broker())) as isize;
    Some(without_broker(to) - without_broker(from))
}

#[derive(PartialEq, Properties)]
struct BrokersProps {
    answer: Same<LadderAnswer>,
    onbroker: Callback<Middle>,
}

/// The broker in the middle: a choice as soon as clients are connected to several. It is the same element
/// however many there are.
#[component]
fn Brokers(props: &BrokersProps) -> Html {
    let answer = &props.answer;
    let onchange = {
        let (answer, onbroker) = (answer.clone(), props.onbroker.clone());
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            let place = chosen.parse::<usize>().ok();
            if let Some(link) = place.and_then(|place| answer.brokers.get(place)) {
                onbroker.emit(link.clone());
            }
        })
    };
    html! {
        <select class="ladder-brokers" aria-label="Broker in the middle" disabled={answer.brokers.len() < 2} {onchange}>
            { for answer.brokers.iter().enumerate().map(|(place, link)| html! {
                <option key={place} value={place.to_string()} selected={*link == answer.broker}>
                    {words::broker(link)}
                </option>
            }) }
        </select>
    }
}
