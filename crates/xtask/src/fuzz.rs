//! `cargo xtask fuzz`: libFuzzer against the targets of `tests/fuzz`, each for a while.
//!
//! The toolchain is a stable one, so cargo-fuzz runs without a sanitizer: there is no unsafe code to catch, and what the
//! targets look for are panics and broken promises. Coverage, which guides libFuzzer, needs nothing unstable.

use std::fs;
use std::path::Path;

use crate::arguments::Arguments;
use crate::place::Place;
use crate::{Outcome, Stop, say, setup};

/// Every target, named as its file in `tests/fuzz/targets`.
const TARGETS: &[&str] = &["decode", "framer", "client", "broker"];
/// Longer than any input may take; what takes longer is reported as a hang.
const INPUT_SECONDS_MAX: u32 = 10;

/// Runs the targets with these names, or all of them, for so many seconds each.
pub(crate) fn run(place: &Place, mut arguments: Arguments) -> Outcome {
    let seconds = match arguments.value("--seconds")? {
        None => 60,
        Some(text) => text.parse::<u32>().map_err(|_| {
            Stop::new(format!(
                "`--seconds {text}`: that is not a number of seconds."
            ))
        })?,
    };
    let targets = wanted(arguments)?;
    setup::compiler(place)?;
    setup::cargo_fuzz(place)?;
    let mut broken = Vec::new();
    for target in targets {
        if !fuzz(place, target, seconds)? {
            broken.push(target);
        }
    }
    if broken.is_empty() {
        say::fact("No input broke anything.");
        return Ok(());
    }
    Err(Stop::new(format!(
        "An input broke {}: the lines above name its file. Copy it to tests/suite/inputs/<target>/, where the ordinary \
         tests find it, and run `cargo xtask test --only suite -- kept_inputs` until they pass.",
        broken.join(" and ")
    )))
}

/// The targets that were named; all when none was.
fn wanted(mut arguments: Arguments) -> Outcome<Vec<&'static str>> {
    let mut wanted = Vec::new();
    while let Some(word) = arguments.word() {
        match TARGETS.iter().find(|target| **target == word) {
            Some(target) => wanted.push(*target),
            None => {
                return Err(Stop::new(format!(
                    "`{word}` is not a fuzz target: there are {}.",
                    TARGETS.join(", ")
                )));
            }
        }
    }
    if wanted.is_empty() {
        wanted = TARGETS.to_vec();
    }
    Ok(wanted)
}

/// Builds a target and runs it; false when an input broke it.
fn fuzz(place: &Place, target: &str, seconds: u32) -> Outcome<bool> {
    say::step(
        &format!("Fuzz {target}"),
        &format!("{seconds} seconds, after about 2 minutes of compiling the first time"),
    );
    let habit = |verb: &str| {
        place
            .cargo()
            .word("fuzz")
            .word(verb)
            .words("--fuzz-dir tests/fuzz --sanitizer none --target-dir")
            .word(place.target.join("fuzz"))
            .word(target)
    };
    habit("build").run()?;
    // What was found interesting is kept from one run to the next, beside what was built.
    let corpus = place.target.join("fuzz/corpus").join(target);
    let kept = place.root.join("tests/suite/inputs").join(target);
    for folder in [&corpus, &kept] {
        make(folder)?;
    }
    habit("run")
        .word(&corpus)
        .word(&kept)
        .word("--")
        .word(format!("-max_total_time={seconds}"))
        .word(format!("-timeout={INPUT_SECONDS_MAX}"))
        // Long scripts early: a session takes many packets to set up.
        .words("-max_len=4096 -len_control=20 -print_final_stats=1")
        .watch(|_| ())
}

fn make(folder: &Path) -> Outcome {
    fs::create_dir_all(folder)
        .map_err(|error| Stop::new(format!("{} cannot be made: {error}.", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(line: &str) -> Outcome<Vec<&'static str>> {
        wanted(Arguments::new(line.split_whitespace().map(str::to_owned)))
    }

    #[test]
    fn every_target_runs_unless_one_is_named() {
        assert_eq!(named("").unwrap(), TARGETS);
        assert_eq!(named("broker").unwrap(), ["broker"]);
        assert!(named("brokr").is_err());
    }

    #[test]
    fn every_target_of_the_folder_is_known() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/targets");
        let mut files: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let mut known: Vec<String> = TARGETS
            .iter()
            .map(|target| format!("{target}.rs"))
            .collect();
        known.sort();
        assert_eq!(files, known);
    }
}
