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
    yew::Renderer::<frame::App>::new().render();
}
