//! Tabs: one of several panels, arrows go between them.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One tab.
#[derive(Clone, PartialEq)]
pub struct Tab {
    /// Its key, stable.
    pub key: AttrValue,
    /// Its words.
    pub label: AttrValue,
}

/// Properties of [`Tabs`].
#[derive(PartialEq, Properties)]
pub struct TabsProps {
    /// What the tabs choose, for readers; also the prefix of the panel's id.
    pub label: AttrValue,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The key of the open one.
    pub open: AttrValue,
    /// Somebody opens another.
    pub onopen: Callback<AttrValue>,
}

/// The row of tabs; the panel beneath is the caller's, with `role="tabpanel"` and an `aria-label`.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let root = use_node_ref();
    let onkeydown = {
        let (root, tabs) = (root.clone(), props.tabs.clone());
        let (open, onopen) = (props.open.clone(), props.onopen.clone());
        Callback::from(move |event: KeyboardEvent| {
            let at = tabs.iter().position(|tab| tab.key == open).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (at + 1) % tabs.len(),
                "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
                "Home" => 0,
                "End" => tabs.len() - 1,
                _ => return,
            };
            event.prevent_default();
            onopen.emit(tabs[next].key.clone());
            let item = root
                .cast::<HtmlElement>()
                .and_then(|root| root.children().item(u32::try_from(next).unwrap_or(0)));
            if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
                let _ = item.focus();
            }
        })
    };
    html! {
        <div class="tabs" role="tablist" aria-label={props.label.clone()} ref={root} {onkeydown}>
            { for props.tabs.iter().map(|tab| {
                let chosen = tab.key == props.open;
                let onclick = {
                    let (key, onopen) = (tab.key.clone(), props.onopen.clone());
                    Callback::from(move |_: MouseEvent| onopen.emit(key.clone()))
                };
                html! {
                    <button type="button" role="tab" aria-selected={chosen.to_string()}
                        tabindex={if chosen { "0" } else { "-1" }} {onclick}>{tab.label.clone()}</button>
                }
            }) }
        </div>
    }
}
