//! A long list of which only the rows on screen exist. It keeps the reader's place when rows arrive.

mod place;

pub use place::Place;

use crate::format;
use gloo::events::EventListener;
use midge_view::Window;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What a row shows: its cells (`role="gridcell"`), and whatever marks the row as a whole.
pub struct Row {
    /// The cells.
    pub cells: Html,
    /// Classes of the row.
    pub class: Classes,
    /// What readers hear of the row, where its cells do not say it.
    pub label: Option<String>,
}

/// Properties of [`VirtualList`].
#[derive(Properties)]
pub struct VirtualListProps {
    /// Its name.
    pub label: AttrValue,
    /// The header row's cells (`role="columnheader"`); it stays in view.
    #[prop_or_default]
    pub head: Html,
    /// Pixels of a row.
    #[prop_or(28)]
    pub row_height: u32,
    /// The index of the oldest row kept.
    pub start: u64,
    /// The index after the newest row.
    pub end: u64,
    /// The index of the first row in `rows`.
    pub from: u64,
    /// How many rows are at hand from there on.
    pub count: usize,
    /// Draws the row at an index of the rows at hand: 0 is `from`.
    pub draw: Rc<dyn Fn(usize) -> Row>,
    /// Changes whenever `draw` would draw something else: the rows' `Rc` pointer, a counter.
    pub revision: usize,
    /// The chosen row's index.
    #[prop_or_default]
    pub selected: Option<u64>,
    /// Somebody chooses a row.
    pub onselect: Callback<u64>,
    /// Somebody opens the chosen row (Enter).
    #[prop_or_default]
    pub onopen: Callback<u64>,
    /// Whether the newest rows stay in view.
    pub follow: bool,
    /// Scrolling back ends following; the button starts it again.
    pub onfollow: Callback<bool>,
    /// Whether rows are in the order of time, so that those below the view are newer.
    #[prop_or(true)]
    pub by_time: bool,
    /// Which rows it needs.
    pub onwindow: Callback<Window>,
    /// A row to bring into the upper half of the view, once each time it changes.
    #[prop_or_default]
    pub reveal: Option<u64>,
    /// What is said when there are no rows.
    #[prop_or_default]
    pub empty: Html,
}

impl PartialEq for VirtualListProps {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision
            && self.start == other.start
            && self.end == other.end
            && self.from == other.from
            && self.count == other.count
            && self.selected == other.selected
            && self.reveal == other.reveal
            && self.follow == other.follow
            && self.by_time == other.by_time
            && self.row_height == other.row_height
            && self.label == other.label
            && self.head == other.head
            && self.empty == other.empty
            && self.onselect == other.onselect
            && self.onopen == other.onopen
            && self.onfollow == other.onfollow
            && self.onwindow == other.onwindow
    }
}

/// The list: `role="grid"`, one stop for the Tab key, arrows choose rows.
#[component]
pub fn VirtualList(props: &VirtualListProps) -> Html {
    let node = use_node_ref();
    let view = use_state_eq(|| (0_u32, 400_u32));
    let place = Place {
        start: props.start,
        end: props.end,
        row_height: props.row_height,
        top: view.0,
        height: view.1,
    };
    use_height(&node, &view);
    use_place_kept(&node, props, place);
    use_revealed(&node, props, place);
    {
        let (onwindow, follow) = (props.onwindow.clone(), props.follow);
        use_effect_with(place.window(follow), move |window| onwindow.emit(*window));
    }
    let onscroll = scrolled(&node, &view, props);
    let onkeydown = {
        let (node, selected) = (node.clone(), props.selected);
        let (onselect, onopen, onfollow) = (
            props.onselect.clone(),
            props.onopen.clone(),
            props.onfollow.clone(),
        );
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                if let Some(selected) = selected {
                    event.prevent_default();
                    onopen.emit(selected);
                }
                return;
            }
            let Some(next) = place.key(&event.key(), selected) else {
                return;
            };
            event.prevent_default();
            onfollow.emit(false);
            onselect.emit(next);
            if let (Some(element), Some(top)) = (node.cast::<HtmlElement>(), place.reveal(next)) {
                element.set_scroll_top(i32::try_from(top).unwrap_or(i32::MAX));
            }
        })
    };
    let newest = {
        let onfollow = props.onfollow.clone();
        Callback::from(move |_: MouseEvent| onfollow.emit(true))
    };
    let newer = place.newer(props.follow);
    let active = props.selected.map(|index| row_id(&props.label, index));
    html! {
        <div class="virtual">
            <div class="virtual-view" ref={node} role="grid" aria-label={props.label.clone()} tabindex="0"
                aria-rowcount={(props.end - props.start + 1).to_string()} aria-activedescendant={active}
                {onscroll} {onkeydown}>
                <div class="virtual-head" role="row" aria-rowindex="1">{props.head.clone()}</div>
                if props.end == props.start {
                    <div class="virtual-empty">{props.empty.clone()}</div>
                }
                <div class="virtual-rows" role="rowgroup"
                    style={format!("height: {}px", place.extent())}>
                    { for (0..props.count).map(|at| row(props, place, at)) }
                </div>
            </div>
            if newer > 0 && props.by_time {
                <button type="button" class="virtual-newer" onclick={newest}>
                    {format!("{} newer", format::count(newer))}
                </button>
            }
        </div>
    }
}

/// What scrolling does: the view moves, and a reader who scrolls back is no longer led to the end.
fn scrolled(
    node: &NodeRef,
    view: &UseStateHandle<(u32, u32)>,
    props: &VirtualListProps,
) -> Callback<Event> {
    let (node, view, onfollow) = (node.clone(), view.clone(), props.onfollow.clone());
    let follow = props.follow;
    Callback::from(move |_: Event| {
        let Some(element) = node.cast::<HtmlElement>() else {
            return;
        };
        let top = element.scroll_top().max(0).unsigned_abs();
        let below = element.scroll_height() - element.scroll_top() - element.client_height();
        // Only a reader who scrolls back gets here with rows below: following ends at the last row.
        if follow && below > 8 && top < view.0 {
            onfollow.emit(false);
        }
        view.set((top, view.1));
    })
}

fn row_id(label: &str, index: u64) -> String {
    let name: String = label
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    format!("{name}-row-{index}")
}

fn row(props: &VirtualListProps, place: Place, at: usize) -> Html {
    let index = props.from + at as u64;
    if !(props.start..props.end).contains(&index) {
        return Html::default();
    }
    let Row {
        cells,
        class,
        label,
    } = (props.draw)(at);
    let chosen = props.selected == Some(index);
    let onclick = props.onselect.reform(move |_: MouseEvent| index);
    html! {
        <div key={index} id={row_id(&props.label, index)} class={classes!("virtual-row", class)} role="row"
            aria-rowindex={(index - props.start + 2).to_string()} aria-selected={chosen.to_string()} aria-label={label}
            style={format!("transform: translateY({}px)", place.offset(index))} {onclick}>
            {cells}
        </div>
    }
}

/// Watches the height of the view.
#[hook]
fn use_height(node: &NodeRef, view: &UseStateHandle<(u32, u32)>) {
    let (node, view) = (node.clone(), view.clone());
    use_effect(move || {
        let measure = {
            let (node, view) = (node.clone(), view.clone());
            move || {
                if let Some(element) = node.cast::<HtmlElement>() {
                    let height = element.client_height().max(0).unsigned_abs();
                    view.set((view.0, height));
                }
            }
        };
        measure();
        let listener = EventListener::new(&gloo::utils::window(), "resize", move |_| measure());
        move || drop(listener)
    });
}

/// After each drawing: follows the newest row, or makes up for old rows that were dropped above.
#[hook]
fn use_place_kept(node: &NodeRef, props: &VirtualListProps, place: Place) {
    let last_start = use_mut_ref(|| props.start);
    let node = node.clone();
    let follow = props.follow;
    use_effect_with((props.start, props.end, follow, place.height), move |_| {
        if let Some(element) = node.cast::<HtmlElement>() {
            let dropped = place.start.saturating_sub(*last_start.borrow());
            if follow {
                element.set_scroll_top(element.scroll_height());
            } else if dropped > 0 {
                let gone = dropped.saturating_mul(u64::from(place.row_height));
                let top = u64::from(place.top).saturating_sub(gone);
                element.set_scroll_top(i32::try_from(top).unwrap_or(i32::MAX));
            }
        }
        *last_start.borrow_mut() = place.start;
    });
}

/// After a drawing with another row to reveal: scrolls to it.
#[hook]
fn use_revealed(node: &NodeRef, props: &VirtualListProps, place: Place) {
    let node = node.clone();
    let follow = props.follow;
    use_effect_with((props.reveal, place.height > 0), move |(reveal, _)| {
        if let (Some(index), Some(element)) = (*reveal, node.cast::<HtmlElement>())
            && !follow
        {
            let top = i32::try_from(place.upper(index)).unwrap_or(i32::MAX);
            element.set_scroll_top(top);
        }
    });
}
