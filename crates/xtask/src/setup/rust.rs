//! The parts of the Rust toolchain that `rust-toolchain.toml` names but that may be missing.

use std::path::Path;

use crate::place::Place;
use crate::{Outcome, Stop, say};

/// Makes sure that Rust can compile for the browser.
pub(crate) fn wasm_target(place: &Place) -> Outcome {
    let libraries = place
        .task("rustc")
        .words("--print target-libdir --target wasm32-unknown-unknown")
        .output();
    if libraries.is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Ok(());
    }
    rustup(
        place,
        "Add Rust's libraries for the browser",
        "target add wasm32-unknown-unknown",
    )
}

/// Makes sure that rustfmt and clippy are there.
pub(crate) fn components(place: &Place) -> Outcome {
    for component in ["fmt", "clippy"] {
        if !place.cargo().word(component).word("--version").succeeds() {
            let arguments = match component {
                "fmt" => "component add rustfmt",
                _ => "component add clippy",
            };
            rustup(place, &format!("Add cargo {component}"), arguments)?;
        }
    }
    Ok(())
}

fn rustup(place: &Place, what: &str, arguments: &str) -> Outcome {
    if Place::on_path(&["rustup"]).is_none() {
        return Err(Stop::new(format!(
            "Rust here is not managed by rustup, so its missing part cannot be added: install rustup, then run \
             `rustup {arguments}`."
        )));
    }
    say::step(what, "about 20 seconds, once");
    place.task("rustup").words(arguments).quietly(&format!(
        "rustup could not fetch it (is there a network?): run `rustup {arguments}` in this folder and try again."
    ))
}
