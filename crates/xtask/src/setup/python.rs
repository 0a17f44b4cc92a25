//! Peers for the tests that are written in Python, in an environment of their own: paho-mqtt, the client that most
//! people's Python programs use, and amqtt, a broker.

use std::path::{Path, PathBuf};

use crate::place::Place;
use crate::setup::apt;
use crate::setup::versions::{PYTHON_PEERS, Package};
use crate::{Outcome, say};

/// Makes sure of paho-mqtt and amqtt; the answer is the Python that has them.
pub(crate) fn python_peers(place: &Place) -> Outcome<PathBuf> {
    let python = place.tools.join("python/bin/python");
    let missing = missing(place, &python);
    if missing.is_empty() {
        return Ok(python);
    }
    environment(place, &python)?;
    say::step(
        &format!("Install {} into .tools/python", missing.join(" and ")),
        "about 30 seconds, once",
    );
    let line = format!(
        "-m pip install --quiet --disable-pip-version-check {}",
        missing.join(" ")
    );
    place.task(&python).words(&line).quietly(&format!(
        "They could not be installed (is there a network?): run `.tools/python/bin/python {line}` in this folder to \
         see why, then try again."
    ))?;
    Ok(python)
}

/// The packages that this Python does not have in their versions, as pip names them.
fn missing(place: &Place, python: &Path) -> Vec<String> {
    let is_installed = |Package(name, version): Package| {
        let ask = format!("import importlib.metadata as m; print(m.version('{name}'))");
        let found = place.task(python).word("-c").word(ask).output();
        found.is_some_and(|found| found.trim() == version)
    };
    PYTHON_PEERS
        .iter()
        .filter(|package| !is_installed(**package))
        .map(|Package(name, version)| format!("{name}=={version}"))
        .collect()
}

/// Makes sure of an environment with pip.
fn environment(place: &Place, python: &Path) -> Outcome {
    let pip = "-m pip --version";
    if place.task(python).words(pip).succeeds() {
        return Ok(());
    }
    // Debian's Python has no `ensurepip` until python3-venv is installed.
    if !place
        .task("python3")
        .words("-c")
        .word("import ensurepip, venv")
        .succeeds()
    {
        apt::install(place, "Python", &["python3", "python3-venv"])?;
    }
    say::step(
        "Make an environment for Python in .tools/python",
        "about 10 seconds, once",
    );
    let venv = "-m venv --clear .tools/python";
    place.task("python3").words(venv).quietly(&format!(
        "Python could not make an environment: run `python3 {venv}` in this folder to see why, then try again."
    ))
}
