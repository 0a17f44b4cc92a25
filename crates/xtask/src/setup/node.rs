//! `wasm-opt`, which makes the built page a fifth smaller; it comes from npm and needs Node.

use std::path::PathBuf;

use crate::place::Place;
use crate::{Outcome, say};

const BINARYEN: &str = "binaryen@132.0.0";

/// Finds or installs wasm-opt; without Node there is none, which is said and is no failure.
pub(crate) fn wasm_opt(place: &Place) -> Outcome<Option<PathBuf>> {
    let installed = place.tools.join("node/node_modules/.bin/wasm-opt");
    if let Some(found) = Place::on_path(&["wasm-opt"]) {
        return Ok(Some(found));
    }
    if Place::on_path(&["node"]).is_none() || Place::on_path(&["npm"]).is_none() {
        say::fact(
            "Node is not here, so the page is built without wasm-opt: a fifth larger, and the same otherwise.",
        );
        return Ok(None);
    }
    if installed.is_file() {
        return Ok(Some(installed));
    }
    say::step(
        "Install wasm-opt (npm's binaryen) into .tools",
        "about 20 seconds, once",
    );
    let line = format!("install --prefix .tools/node --no-audit --no-fund {BINARYEN}");
    place.task("npm").words(&line).quietly(&format!(
        "wasm-opt could not be installed (is there a network?): run `npm {line}` in this folder to see why, then try again."
    ))?;
    Ok(Some(installed))
}
