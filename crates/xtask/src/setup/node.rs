//! What comes from npm and needs Node: `wasm-opt`, which makes the built page a fifth smaller, and peers for the tests.

use std::fs;
use std::path::{Path, PathBuf};

use crate::place::Place;
use crate::setup::apt;
use crate::setup::versions::{BINARYEN, NODE_PEERS, Package};
use crate::{Outcome, say};

/// What Aedes asks for.
const NODE_MIN: u32 = 20;

/// Finds or installs wasm-opt; without Node there is none, which is said and is no failure.
pub(crate) fn wasm_opt(place: &Place) -> Outcome<Option<PathBuf>> {
    if let Some(found) = Place::on_path(&["wasm-opt"]) {
        return Ok(Some(found));
    }
    if !is_here() {
        say::fact(
            "Node is not here, so the page is built without wasm-opt: a fifth larger, and the same otherwise.",
        );
        return Ok(None);
    }
    install(place, "wasm-opt", &[BINARYEN])?;
    Ok(Some(place.tools.join("node/node_modules/.bin/wasm-opt")))
}

/// Makes sure of MQTT.js and Aedes; the answer is the folder where a script of Node finds them. Where Node is missing and
/// cannot be installed, or is too old for them, the tests go without, which is said.
pub(crate) fn node_peers(place: &Place) -> Outcome<Option<PathBuf>> {
    if !is_here() && apt::is_possible(place) {
        apt::install(place, "Node", &["nodejs", "npm"])?;
    }
    let version = place.task("node").word("--version").output();
    let is_new = version.is_some_and(|version| major(&version) >= Some(NODE_MIN));
    if !is_here() || !is_new {
        say::fact(&format!(
            "Node {NODE_MIN} or newer is not here, so MQTT.js and Aedes are not tested with: install it with npm to have them."
        ));
        return Ok(None);
    }
    install(place, "MQTT.js and Aedes", NODE_PEERS)?;
    Ok(Some(place.tools.join("node")))
}

/// The first number of what `node --version` prints.
fn major(version: &str) -> Option<u32> {
    let version = version.trim().strip_prefix('v')?;
    version.split('.').next()?.parse().ok()
}

fn is_here() -> bool {
    Place::on_path(&["node"]).is_some() && Place::on_path(&["npm"]).is_some()
}

fn install(place: &Place, what: &str, packages: &[Package]) -> Outcome {
    let folder = place.tools.join("node");
    let missing: Vec<String> = packages
        .iter()
        .filter(|package| !is_installed(&folder, **package))
        .map(|Package(name, version)| format!("{name}@{version}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    say::step(
        &format!("Install {what} from npm ({missing}) into .tools"),
        "about 20 seconds, once",
    );
    let line = format!("install --prefix .tools/node --save-exact --no-audit --no-fund {missing}");
    place.task("npm").words(&line).quietly(&format!(
        "{what} could not be installed (is there a network?): run `npm {line}` in this folder to see why, then try again."
    ))
}

/// Whether npm has put this very version there.
fn is_installed(folder: &Path, Package(name, version): Package) -> bool {
    let manifest = folder.join("node_modules").join(name).join("package.json");
    fs::read_to_string(manifest).is_ok_and(|text| names_version(&text, version))
}

/// Whether the text of a `package.json` names this version; npm writes one key a line.
fn names_version(manifest: &str, version: &str) -> bool {
    let key = format!("\"version\": \"{version}\"");
    manifest
        .lines()
        .any(|line| line.trim().trim_end_matches(',') == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        assert_eq!(major("v18.20.4\n"), Some(18));
        assert!(major("v18.20.4\n") < Some(NODE_MIN));
        assert!(major("v20.20.2\n") >= Some(NODE_MIN));
        assert!(major("") < Some(NODE_MIN));
    }

    #[test]
    fn another_version_of_a_package_is_noticed() {
        let manifest =
            "{\n  \"name\": \"mqtt\",\n  \"version\": \"5.16.0\",\n  \"type\": \"module\"\n}\n";
        assert!(names_version(manifest, "5.16.0"));
        assert!(!names_version(manifest, "5.16"));
        assert!(!names_version(manifest, "5.17.0"));
    }
}
