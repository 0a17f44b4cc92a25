//! The browser's side of addresses: the hash, back and forward, links.

use crate::route::{Address, Page};
use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// Where the page is, and how to go elsewhere.
#[derive(Clone, PartialEq)]
pub struct Router {
    /// Where the page is.
    pub address: Address,
    go: Callback<(Address, bool)>,
}

impl Router {
    /// Goes there with an entry in the browser's history.
    pub fn push(&self, address: Address) {
        self.go.emit((address, true));
    }

    /// Changes the address without an entry: typing in a filter.
    pub fn replace(&self, address: Address) {
        self.go.emit((address, false));
    }

    /// Opens a page.
    pub fn open(&self, page: Page) {
        self.push(Address::of(page));
    }
}

/// The address in the browser's bar.
fn current() -> Address {
    let hash = gloo::utils::window().location().hash();
    Address::parse(&hash.unwrap_or_default())
}

/// The router for the frame to provide; everybody else calls [`use_router`].
#[hook]
pub fn use_hash_router() -> Router {
    let address = use_state_eq(current);
    {
        let address = address.setter();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                address.set(current());
            });
            move || drop(listener)
        });
    }
    let go = {
        let address = address.setter();
        use_callback((), move |(to, entry): (Address, bool), ()| {
            let window = gloo::utils::window();
            if entry {
                // Setting the same hash makes no entry, which is what a person expects.
                let _ = window.location().set_hash(&to.href());
            } else if let Ok(history) = window.history() {
                let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&to.href()));
            }
            address.set(to);
        })
    };
    Router {
        address: (*address).clone(),
        go,
    }
}

/// Where the page is.
///
/// # Panics
/// Outside the page's frame, which provides it.
#[hook]
pub fn use_router() -> Router {
    use_context::<Router>().expect("the frame provides the router")
}
