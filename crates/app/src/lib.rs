//! The Yew page of Midge. All state lives in the engine's Worker; the page asks for what is on screen
//! ([`hub`]) and draws the answers. What can be decided without a browser is plain Rust, tested natively.

pub mod components;
pub mod format;
pub mod frame;
pub mod hub;
pub mod pages;
pub mod route;
pub mod router;
pub mod store;

/// Draws the page into the document's body and starts the engine.
pub fn run() {
    format::set_group_separator(group_separator());
    yew::Renderer::<frame::App>::new().render();
}

/// What the reader's locale puts between groups of digits.
fn group_separator() -> char {
    let language = gloo::utils::window().navigator().language();
    let number =
        js_sys::Number::from(10_000_000).to_locale_string(language.as_deref().unwrap_or("en"));
    let number = String::from(number);
    number
        .chars()
        .find(|sign| !sign.is_numeric())
        .unwrap_or('\u{202f}')
}
