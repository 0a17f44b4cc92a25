//! `cargo xtask bench`: every measurement of the project, each an example of the crate that it measures; and `rivals`, which
//! measures codec and server beside other implementations and is a workspace of its own, for the sake of what it depends on.

use std::fs;
use std::path::Path;

use crate::arguments::Arguments;
use crate::place::Place;
use crate::{Outcome, Stop, say, setup};

/// The measurement beside other implementations.
const RIVALS: &str = "rivals";

/// A program that measures, and the crate it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Measurement {
    package: String,
    name: String,
}

/// Runs the measurements with these names, or all of them, compiled for speed.
pub(crate) fn run(place: &Place, mut arguments: Arguments) -> Outcome {
    let mut wanted = Vec::new();
    while let Some(name) = arguments.word() {
        wanted.push(name);
    }
    let mut all = measurements(&place.root);
    let mut known = names(&all);
    known.push(RIVALS.to_owned());
    if let Some(name) = wanted.iter().find(|name| !known.contains(name)) {
        return Err(Stop::new(format!(
            "`{name}` is not a measurement: there are {}.",
            known.join(", ")
        )));
    }
    all.retain(|measurement| wanted.is_empty() || wanted.contains(&measurement.name));
    for Measurement { package, name } in &all {
        say::step(
            &format!("Measure {name} of {package}"),
            "compiled for speed first",
        );
        let line = format!("run --release --quiet --locked -p {package} --example {name}");
        place.cargo().words(&line).run()?;
    }
    if wanted.is_empty() || wanted.iter().any(|name| name == RIVALS) {
        beside_others(place)?;
    }
    Ok(())
}

/// The codec beside other crates, the server beside Mosquitto.
fn beside_others(place: &Place) -> Outcome {
    setup::mosquitto(place)?;
    say::step(
        "Build the server and other implementations",
        "about 4 minutes the first time",
    );
    let cargo = |line: &str| place.cargo().words(line);
    cargo("build --release --quiet --locked -p midge-server").run()?;
    say::step("Measure beside them", "about 1 minute");
    cargo("run --release --quiet --locked --manifest-path tests/rivals/Cargo.toml --target-dir")
        .word(place.target.join(RIVALS))
        .env("MIDGE_SERVER", place.target.join("release/midge-server"))
        .run()
}

fn names(all: &[Measurement]) -> Vec<String> {
    all.iter()
        .map(|measurement| measurement.name.clone())
        .collect()
}

/// The examples of every crate, in the order of their names.
fn measurements(root: &Path) -> Vec<Measurement> {
    let mut all = Vec::new();
    for room in entries(&root.join("crates")) {
        for example in entries(&root.join("crates").join(&room).join("examples")) {
            if let Some(name) = example.strip_suffix(".rs") {
                all.push(Measurement {
                    package: format!("midge-{room}"),
                    name: name.to_owned(),
                });
            }
        }
    }
    all.sort();
    all
}

/// The names in a folder; none when there is no such folder.
fn entries(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_crates_are_the_measurements() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let fan_out = Measurement {
            package: "midge-broker".to_owned(),
            name: "fan_out".to_owned(),
        };
        assert!(measurements(&root).contains(&fan_out));
    }
}
