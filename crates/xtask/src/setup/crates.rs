//! Tools that are crates: trunk, wasm-bindgen and cargo-fuzz, compiled into `.tools` with the settings that compile quickest.
//!
//! They are used for minutes and compiled for minutes, so compiling fast matters more than running fast: trunk without
//! optimisation does its work in no more time, wasm-bindgen at the lowest level takes a second more a run.

use std::fs;

use crate::place::Place;
use crate::setup::versions::{CARGO_FUZZ, TRUNK};
use crate::{Outcome, Stop, say};

/// A crate to install and how to compile it.
struct Tool<'a> {
    package: &'a str,
    /// The program that tells its version.
    program: &'a str,
    version: &'a str,
    flags: &'a str,
    settings: &'a [(&'a str, &'a str)],
    /// Measured on two cores.
    expected: &'a str,
}

/// Makes sure of trunk, which builds and serves the page.
pub(crate) fn trunk(place: &Place) -> Outcome {
    install(
        place,
        &Tool {
            package: "trunk",
            program: "trunk",
            version: TRUNK,
            flags: "--debug --no-default-features --features rustls",
            settings: &[("CARGO_PROFILE_DEV_DEBUG", "0")],
            expected: "about 2½ minutes on two cores, once",
        },
    )
}

/// Makes sure of wasm-bindgen in the version that `Cargo.lock` names; any other would not understand what was built.
pub(crate) fn wasm_bindgen(place: &Place) -> Outcome {
    let lock = fs::read_to_string(place.root.join("Cargo.lock")).unwrap_or_default();
    let version = locked_version(&lock, "wasm-bindgen").ok_or_else(|| {
        Stop::new("Cargo.lock names no wasm-bindgen: restore it with `git checkout Cargo.lock`.")
    })?;
    install(
        place,
        &Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version,
            flags: "",
            settings: &[
                ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
                ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
            ],
            expected: "about 2 minutes on two cores, once",
        },
    )
}

/// Makes sure of cargo-fuzz, which builds the fuzz targets and runs them.
pub(crate) fn cargo_fuzz(place: &Place) -> Outcome {
    install(
        place,
        &Tool {
            package: "cargo-fuzz",
            program: "cargo-fuzz",
            version: CARGO_FUZZ,
            flags: "--debug",
            settings: &[("CARGO_PROFILE_DEV_DEBUG", "0")],
            expected: "about 1 minute on two cores, once",
        },
    )
}

fn install(place: &Place, tool: &Tool<'_>) -> Outcome {
    let answer = place
        .task(place.tool(tool.program))
        .word("--version")
        .output();
    if answer.is_some_and(|answer| answer.split_whitespace().nth(1) == Some(tool.version)) {
        return Ok(());
    }
    let Tool {
        package,
        version,
        flags,
        ..
    } = tool;
    say::step(
        &format!("Install {package} {version} into .tools"),
        tool.expected,
    );
    let building = place.tools.join("building");
    let line = format!("install --locked --root .tools {package} --version {version} {flags}");
    let mut task = place
        .cargo()
        .words(&line)
        .word("--force")
        .word("--target-dir")
        .word(&building);
    for (name, value) in tool.settings {
        task = task.env(name, value);
    }
    task.quietly(&format!(
        "{package} could not be installed (is there a network?): run `cargo {}` in this folder to see why, then try again.",
        line.trim_end()
    ))?;
    // What is left of the compilation takes gigabytes and is never used again.
    let _ = fs::remove_dir_all(building);
    Ok(())
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\n"))?;
    let (_, version) = after.lines().next()?.split_once('"')?;
    version.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.9\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.129"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "bindgen"), None);
    }
}
