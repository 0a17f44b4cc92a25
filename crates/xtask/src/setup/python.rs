//! paho-mqtt, the client that most people's Python programs use, in an environment of its own.

use std::path::PathBuf;

use crate::place::Place;
use crate::setup::apt;
use crate::{Outcome, say};

const PAHO_VERSION: &str = "2.1.0";

/// Makes sure of paho-mqtt; the answer is the Python that has it.
pub(crate) fn paho(place: &Place) -> Outcome<PathBuf> {
    let python = place.tools.join("python/bin/python");
    let version = place
        .task(&python)
        .word("-c")
        .word("import paho.mqtt; print(paho.mqtt.__version__)")
        .output();
    if version.is_some_and(|version| version.trim() == PAHO_VERSION) {
        return Ok(python);
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
        &format!("Install paho-mqtt {PAHO_VERSION} into .tools/python"),
        "about 20 seconds, once",
    );
    let venv = "-m venv --clear .tools/python";
    place.task("python3").words(venv).quietly(&format!(
        "Python could not make an environment: run `python3 {venv}` in this folder to see why, then try again."
    ))?;
    let line =
        format!("-m pip install --quiet --disable-pip-version-check paho-mqtt=={PAHO_VERSION}");
    place.task(&python).words(&line).quietly(&format!(
        "paho-mqtt could not be installed (is there a network?): run `.tools/python/bin/python {line}` in this folder to \
         see why, then try again."
    ))?;
    Ok(python)
}
