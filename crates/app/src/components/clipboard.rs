//! Copies text, and says so.

use super::toast::use_toasts;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// Puts a text into the clipboard and tells the person.
#[hook]
pub fn use_copy() -> Callback<String> {
    let toasts = use_toasts();
    use_callback(toasts, |text: String, toasts| {
        let toasts = toasts.clone();
        spawn_local(async move {
            let clipboard = gloo::utils::window().navigator().clipboard();
            match JsFuture::from(clipboard.write_text(&text)).await {
                Ok(_) => toasts.say("Copied."),
                Err(_) => toasts.say("The browser does not let this page use the clipboard."),
            }
        });
    })
}
