//! A button that opens a short list of things to do.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};
use yew::prelude::*;

/// One thing to do.
#[derive(Clone, PartialEq)]
pub struct MenuItem {
    /// Its words.
    pub label: AttrValue,
    /// Does it.
    pub action: Callback<()>,
}

/// Properties of [`Menu`].
#[derive(PartialEq, Properties)]
pub struct MenuProps {
    /// What readers hear for the button.
    pub label: AttrValue,
    /// Class of the button.
    #[prop_or_default]
    pub class: Classes,
    /// What the button shows.
    pub children: Html,
    /// The things to do.
    pub items: Vec<MenuItem>,
}

/// A button with a menu.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let open = use_state_eq(|| false);
    let root = use_node_ref();
    {
        // A press anywhere else closes it.
        let (root, setter) = (root.clone(), open.setter());
        use_effect_with(*open, move |open| {
            let listener = open.then(|| {
                EventListener::new(&gloo::utils::document(), "pointerdown", move |event| {
                    let target: Option<Node> = event.target_dyn_into();
                    let inside = root
                        .cast::<Node>()
                        .is_some_and(|root| root.contains(target.as_ref()));
                    if !inside {
                        setter.set(false);
                    }
                })
            });
            move || drop(listener)
        });
    }
    {
        let root = root.clone();
        use_effect_with(*open, move |open| {
            if *open {
                focus(&root, 0, Step::To);
            }
        });
    }
    let onclick = {
        let open = open.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            open.set(!*open);
        })
    };
    let onkeydown = {
        let (open, root) = (open.setter(), root.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" => {
                    open.set(false);
                    focus_button(&root);
                }
                "ArrowDown" => focus(&root, 1, Step::By),
                "ArrowUp" => focus(&root, -1, Step::By),
                "Home" => focus(&root, 0, Step::To),
                "End" => focus(&root, -1, Step::To),
                "Tab" => {
                    open.set(false);
                    return;
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    html! {
        <span class="menu" ref={root.clone()}>
            <button type="button" class={props.class.clone()} aria-haspopup="menu"
                aria-expanded={open.to_string()} aria-label={props.label.clone()} {onclick}>
                { props.children.clone() }
            </button>
            if *open {
                <span class="menu-list" role="menu" aria-label={props.label.clone()} {onkeydown}>
                    { for props.items.iter().map(|item| item_button(item, &open.setter(), &root)) }
                </span>
            }
        </span>
    }
}

fn item_button(item: &MenuItem, open: &UseStateSetter<bool>, root: &NodeRef) -> Html {
    let (action, open, root) = (item.action.clone(), open.clone(), root.clone());
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        open.set(false);
        focus_button(&root);
        action.emit(());
    });
    html! {
        <button type="button" role="menuitem" tabindex="-1" {onclick}>{item.label.clone()}</button>
    }
}

#[derive(Clone, Copy)]
enum Step {
    To,
    By,
}

fn focus_button(root: &NodeRef) {
    let button = root
        .cast::<HtmlElement>()
        .and_then(|root| root.query_selector("[aria-haspopup]").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

fn focus(root: &NodeRef, place: i32, step: Step) {
    let Some(list) = root
        .cast::<HtmlElement>()
        .and_then(|root| root.query_selector_all("[role=menuitem]").ok())
    else {
        return;
    };
    let count = i32::try_from(list.length()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let active: Option<Node> = gloo::utils::document().active_element().map(Into::into);
    let at = match step {
        Step::To => place,
        Step::By => {
            let here = (0..count)
                .find(|place| list.item(place.unsigned_abs()) == active)
                .unwrap_or(-1);
            here + place
        }
    };
    let item = list.item(at.rem_euclid(count).unsigned_abs());
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}
