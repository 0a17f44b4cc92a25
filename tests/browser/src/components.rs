//! Components in a real page: what they draw, what they tell, and that untrusted text stays text.

use bytes::Bytes;
use core::cell::RefCell;
use core::time::Duration;
use midge_app::components::payload_panel::{PayloadPanel, PayloadPanelProps};
use midge_app::components::problem::{ProblemBox, ProblemBoxProps};
use midge_app::components::switch::{Switch, SwitchProps};
use midge_app::components::toast::{ToastList, Toasts};
use midge_app::components::virtual_list::{Row, VirtualList, VirtualListProps};
use midge_view::{Problem, Window};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};
use yew::platform::time::sleep;
use yew::prelude::*;

/// Draws a component into a fresh element of the page.
async fn drawn<C>(props: C::Properties) -> Element
where
    C: BaseComponent,
    C::Properties: Clone,
{
    let document = gloo::utils::document();
    let root = document.create_element("div").expect("an element");
    document
        .body()
        .expect("a body")
        .append_child(&root)
        .expect("a place");
    yew::Renderer::<C>::with_root_and_props(root.clone(), props).render();
    // Effects run after a frame.
    sleep(Duration::from_millis(100)).await;
    root
}

fn find(root: &Element, selector: &str) -> HtmlElement {
    let found = root.query_selector(selector).expect("a legal selector");
    found
        .unwrap_or_else(|| panic!("no {selector} in {}", root.inner_html()))
        .unchecked_into()
}

/// What callbacks were told, in order.
fn told<T: 'static>() -> (Rc<RefCell<Vec<T>>>, Callback<T>) {
    let list = Rc::new(RefCell::new(Vec::new()));
    let callback = {
        let list = list.clone();
        Callback::from(move |value| list.borrow_mut().push(value))
    };
    (list, callback)
}

#[derive(Clone, PartialEq, Properties)]
struct SwitchCase {
    onswitch: Callback<bool>,
}

#[component]
fn SwitchedOff(case: &SwitchCase) -> Html {
    let props = SwitchProps {
        label: "Follow".into(),
        on: false,
        onswitch: case.onswitch.clone(),
    };
    html! { <Switch ..props /> }
}

#[wasm_bindgen_test]
async fn a_switch_says_its_state_and_asks_for_the_other() {
    let (asked, onswitch) = told();
    let root = drawn::<SwitchedOff>(SwitchCase { onswitch }).await;
    let switch = find(&root, "[role=switch]");
    assert_eq!(
        switch.get_attribute("aria-checked").as_deref(),
        Some("false")
    );
    assert_eq!(switch.text_content().as_deref(), Some("Follow"));
    switch.click();
    assert_eq!(*asked.borrow(), [true]);
}

#[derive(Clone, PartialEq, Properties)]
struct Hostile {
    text: AttrValue,
}

#[component]
fn HostileProblem(hostile: &Hostile) -> Html {
    let problem = Problem {
        what: hostile.text.to_string(),
        try_next: vec![hostile.text.to_string()],
    };
    let props = ProblemBoxProps {
        problem,
        retry: None,
        onretry: Callback::noop(),
        ondismiss: None,
    };
    html! { <ProblemBox ..props /> }
}

#[component]
fn HostilePayload(hostile: &Hostile) -> Html {
    let props = PayloadPanelProps {
        payload: Bytes::copy_from_slice(hostile.text.as_bytes()),
        topic: hostile.text.clone(),
    };
    let list = use_reducer(ToastList::default);
    html! {
        <ContextProvider<Toasts> context={Toasts::new(list.dispatcher())}>
            <PayloadPanel ..props />
        </ContextProvider<Toasts>>
    }
}

#[wasm_bindgen_test]
async fn hostile_text_stays_text() {
    let text =
        "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">";
    for root in [
        drawn::<HostileProblem>(Hostile { text: text.into() }).await,
        drawn::<HostilePayload>(Hostile { text: text.into() }).await,
    ] {
        assert!(root.text_content().expect("text").contains(text));
        for element in ["script", "img"] {
            let found = root.query_selector(element).expect("a legal selector");
            assert!(found.is_none(), "{element} in {}", root.inner_html());
        }
    }
    assert_ne!(gloo::utils::document().title(), "taken");
}

#[derive(Clone, PartialEq, Properties)]
struct ListCase {
    onwindow: Callback<Window>,
    onselect: Callback<u64>,
}

/// A million rows, of which rows 0 to 19 are at hand.
#[component]
fn MillionRows(case: &ListCase) -> Html {
    let props = VirtualListProps {
        label: "Numbers".into(),
        head: html! { <span role="columnheader">{"No."}</span> },
        row_height: 28,
        start: 0,
        end: 1_000_000,
        from: 0,
        count: 20,
        draw: Rc::new(|at| Row {
            cells: html! { <span role="gridcell">{at}</span> },
            class: Classes::new(),
            label: None,
        }),
        revision: 1,
        selected: None,
        onselect: case.onselect.clone(),
        onopen: Callback::noop(),
        follow: false,
        onfollow: Callback::noop(),
        by_time: true,
        onwindow: case.onwindow.clone(),
        reveal: None,
        empty: Html::default(),
    };
    html! { <VirtualList ..props /> }
}

#[wasm_bindgen_test]
async fn a_list_of_a_million_rows_draws_those_at_hand_and_asks_for_what_is_on_screen() {
    let (windows, onwindow) = told();
    let (selected, onselect) = told();
    let root = drawn::<MillionRows>(ListCase { onwindow, onselect }).await;
    let grid = find(&root, "[role=grid]");
    assert_eq!(
        grid.get_attribute("aria-rowcount").as_deref(),
        Some("1000001")
    );
    let rows = grid
        .query_selector_all("[role=gridcell]")
        .expect("a legal selector");
    assert_eq!(rows.length(), 20);
    let asked = windows.borrow().last().copied();
    let Some(Window::From { index: 0, count }) = asked else {
        panic!("asked for {asked:?}");
    };
    assert!((1..=500).contains(&count), "{count}");

    let init = web_sys::KeyboardEventInit::new();
    init.set_key("ArrowDown");
    init.set_bubbles(true);
    let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init);
    grid.dispatch_event(&event.expect("an event"))
        .expect("delivered");
    assert_eq!(selected.borrow().len(), 1, "an arrow key chooses a row");
}
