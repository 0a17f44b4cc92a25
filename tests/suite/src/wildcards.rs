//! `topic::compare` and libmosquitto agree: on the standard's examples and on 100,000 random pairs.
//!
//! A small program in C asks the library. Where there is no compiler or no library the test is skipped,
//! and says so; under `cargo xtask test`, which installs both, it has to run.

use midge_codec::topic;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::io::Write;
use std::process::{Command, Stdio};

const RANDOM_PAIRS: usize = 100_000;

/// Filter, name, and whether they match, from section 4.7 of both versions.
const OF_THE_STANDARD: &[(&str, &str, bool)] = &[
    ("sport/tennis/player1/#", "sport/tennis/player1", true),
    (
        "sport/tennis/player1/#",
        "sport/tennis/player1/ranking",
        true,
    ),
    (
        "sport/tennis/player1/#",
        "sport/tennis/player1/score/wimbledon",
        true,
    ),
    ("sport/#", "sport", true),
    ("#", "sport/tennis", true),
    ("#", "/", true),
    ("sport/tennis/+", "sport/tennis/player1", true),
    ("sport/tennis/+", "sport/tennis/player2", true),
    ("sport/tennis/+", "sport/tennis/player1/ranking", false),
    ("sport/+", "sport", false),
    ("sport/+", "sport/", true),
    ("+", "sport", true),
    ("+", "/finance", false),
    ("+/tennis/#", "sport/tennis", true),
    ("+/tennis/#", "tennis", false),
    ("sport/+/player1", "sport/tennis/player1", true),
    ("+/+", "/finance", true),
    ("/+", "/finance", true),
    ("#", "$SYS/monitor/Clients", false),
    ("+/monitor/Clients", "$SYS/monitor/Clients", false),
    ("$SYS/#", "$SYS/monitor/Clients", true),
    ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
    ("ACCOUNTS", "Accounts", false),
    ("Accounts payable", "Accounts payable", true),
    ("/finance", "finance", false),
];

#[test]
fn the_examples_of_the_standard_come_out_as_it_says() {
    for &(filter, name, matches) in OF_THE_STANDARD {
        assert_eq!(topic::matches(filter, name), matches, "{filter} {name}");
    }
}

#[test]
fn libmosquitto_says_the_same() {
    let mut pairs: Vec<(String, String)> = OF_THE_STANDARD
        .iter()
        .map(|&(filter, name, _)| (filter.to_owned(), name.to_owned()))
        .collect();
    pairs.extend(random_pairs());
    let Some(answers) = ask_libmosquitto(&pairs) else {
        return;
    };
    assert_eq!(answers.len(), pairs.len());
    let mut matched = 0;
    for ((filter, name), answer) in pairs.iter().zip(&answers) {
        let ours = topic::compare(filter, name);
        let expected = if ours.is_ok() { "1" } else { "0" };
        assert_eq!(answer, expected, "{filter:?} {name:?}: {ours:?}");
        matched += usize::from(ours.is_ok());
    }
    // Both answers are common, so that agreement means something.
    assert!(matched > RANDOM_PAIRS / 10, "{matched}");
    assert!(matched < RANDOM_PAIRS * 9 / 10, "{matched}");
}

/// Pairs that are nearly alike: the filter is made of the name, with some levels changed.
fn random_pairs() -> Vec<(String, String)> {
    let level = || select(&["", "a", "b", "ab", "$SYS", "$", "é", "a b"][..]);
    let change = select(&["keep", "keep", "keep", "+", "+", "#", "end", "other"][..]);
    let strategy = (
        prop::collection::vec((level(), change, level()), 1..6),
        select(&["", "/#", "/+", "/a"][..]),
    );
    let mut runner = TestRunner::deterministic();
    let mut pairs = Vec::new();
    while pairs.len() < RANDOM_PAIRS {
        let (levels, tail) = strategy.new_tree(&mut runner).expect("a pair").current();
        let name: Vec<&str> = levels.iter().map(|(level, ..)| *level).collect();
        let mut filter = Vec::new();
        for (level, change, other) in &levels {
            match *change {
                "keep" => filter.push(*level),
                "other" => filter.push(*other),
                "end" => break,
                wildcard => filter.push(wildcard),
            }
            if *change == "#" {
                break;
            }
        }
        let (filter, name) = (filter.join("/") + tail, name.join("/"));
        if topic::validate_filter(&filter).is_ok() && topic::validate_name(&name).is_ok() {
            pairs.push((filter, name));
        }
    }
    pairs
}

/// Says why nothing is asked; fails where `cargo xtask test` made sure of the tool.
#[allow(clippy::print_stdout)]
fn skip(tool: &str, why: &str) {
    let tools = std::env::var("MIDGE_TOOLS").unwrap_or_default();
    assert!(tools.split(' ').all(|required| required != tool), "{why}");
    println!("SKIPPED: {why}");
}

/// One answer a pair; `None` where the library cannot be asked.
fn ask_libmosquitto(pairs: &[(String, String)]) -> Option<Vec<String>> {
    let folder = std::env::temp_dir().join(format!("midge-wildcards-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (source, program) = (folder.join("matches.c"), folder.join("matches"));
    std::fs::write(&source, include_str!("wildcards/matches.c")).unwrap();
    let compiled = Command::new("cc")
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .arg("-lmosquitto")
        .output();
    let answers = match compiled {
        Ok(output) if output.status.success() => Some(run(&program, pairs)),
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            skip(
                "libmosquitto",
                &format!("libmosquitto-dev is not installed: {words}"),
            );
            None
        }
        Err(error) => {
            skip("cc", &format!("there is no C compiler `cc`: {error}"));
            None
        }
    };
    std::fs::remove_dir_all(&folder).unwrap();
    answers
}

fn run(program: &std::path::Path, pairs: &[(String, String)]) -> Vec<String> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it was just compiled");
    let text: String = pairs
        .iter()
        .map(|(filter, name)| format!("{filter}\n{name}\n"))
        .collect();
    let mut input = child.stdin.take().expect("piped");
    // Both pipes are finite: the answers are read while the questions are written.
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(str::to_owned).collect()
}
