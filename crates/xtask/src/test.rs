//! `cargo xtask test`: native tests, tests in a headless browser, tests with clients and brokers that others wrote,
//! end-to-end tests; then one line that counts them.

use std::time::Instant;

use crate::arguments::Arguments;
use crate::place::Place;
use crate::process::Task;
use crate::second_try::Tries;
use crate::tally::Tally;
use crate::{Outcome, Stop, page, say, second_try, setup};

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Suite,
    Browser,
    Peers,
    EndToEnd,
}

impl Part {
    const ALL: [Self; 4] = [Self::Suite, Self::Browser, Self::Peers, Self::EndToEnd];

    const fn name(self) -> &'static str {
        match self {
            Self::Suite => "suite",
            Self::Browser => "browser",
            Self::Peers => "peers",
            Self::EndToEnd => "e2e",
        }
    }
}

/// What the person asked for.
#[derive(Debug)]
struct Wish {
    parts: Vec<Part>,
    long: bool,
    /// Words handed to the test programs: names of tests.
    names: Vec<String>,
}

/// What came of one part.
#[derive(Debug)]
struct Report {
    part: Part,
    tally: Tally,
    well: bool,
    /// The tests that passed only when they were run again.
    at_second: Vec<String>,
    began: Instant,
}

/// Runs the parts that were asked for, all of them even when one fails.
pub(crate) fn run(place: &Place, arguments: Arguments) -> Outcome {
    let wish = wish(arguments)?;
    prepare(place, &wish)?;
    let mut lines = Vec::new();
    let mut total = Tally::default();
    let mut all_well = true;
    for part in &wish.parts {
        let mut report = Report {
            part: *part,
            tally: Tally::default(),
            well: true,
            at_second: Vec::new(),
            began: Instant::now(),
        };
        if let Err(Stop(sentence)) = run_part(place, &wish, &mut report) {
            eprintln!("{sentence}");
            report.well = false;
        }
        all_well &= report.is_well();
        total.add(report.tally);
        lines.push(report.sentence());
        for name in report.at_second {
            lines.push(format!("    only at the second try: {name}"));
        }
    }
    println!();
    for line in lines {
        println!("{line}");
    }
    println!("{}", total.sentence());
    if all_well && total.failed == 0 {
        Ok(())
    } else {
        Err(Stop::new(
            "Not all is well: the lines above say which part failed.",
        ))
    }
}

fn wish(mut arguments: Arguments) -> Outcome<Wish> {
    let names = arguments.rest();
    let long = arguments.switch("--long");
    let parts = match arguments.value("--only")? {
        None => Part::ALL.to_vec(),
        Some(name) => match Part::ALL.into_iter().find(|part| part.name() == name) {
            Some(part) => vec![part],
            None => {
                return Err(Stop::new(format!(
                    "`--only {name}`: the parts are suite, browser, peers and e2e."
                )));
            }
        },
    };
    arguments.finish()?;
    Ok(Wish { parts, long, names })
}

/// Installs first what any part needs, so that a missing program is said before minutes of compiling.
fn prepare(place: &Place, wish: &Wish) -> Outcome {
    let wants = |part| wish.parts.contains(&part);
    if wants(Part::Suite) {
        setup::libmosquitto(place)?;
        setup::tshark(place)?;
    }
    if wants(Part::Suite) || wants(Part::Peers) || wants(Part::EndToEnd) {
        setup::mosquitto(place)?;
    }
    if wants(Part::Peers) {
        setup::python_peers(place)?;
        setup::node_peers(place)?;
        setup::rabbitmq(place)?;
    }
    if wants(Part::Browser) || wants(Part::EndToEnd) {
        setup::browser(place)?;
        setup::wasm_target(place)?;
        setup::wasm_bindgen(place)?;
    }
    if wants(Part::EndToEnd) {
        setup::trunk(place)?;
    }
    Ok(())
}

fn run_part(place: &Place, wish: &Wish, report: &mut Report) -> Outcome {
    match report.part {
        Part::Suite => suite(place, wish, report),
        Part::Browser => browser(place, wish, report),
        Part::Peers => peers(place, wish, report),
        Part::EndToEnd => end_to_end(place, wish, report),
    }
}

/// Native tests of every crate and of `tests/suite`, and the examples in the documentation.
fn suite(place: &Place, wish: &Wish, report: &mut Report) -> Outcome {
    let expected = match wish.long {
        false => "about 5 minutes the first time",
        true => "about 15 minutes, most of it compiling for speed the first time",
    };
    say::step("Test natively", expected);
    let members = "--workspace --exclude midge-tests-browser --exclude midge-tests-peers \
                   --exclude midge-tests-e2e --locked";
    let mut tools = String::from("cc libmosquitto mosquitto tshark");
    if setup::may_capture(place) {
        tools.push_str(" capture");
    } else {
        say::fact(
            "You may not capture on loopback, so no capture of a real broker is read: be root, or of the group wireshark.",
        );
    }
    if Place::on_path(&["cargo-nextest"]).is_none() {
        let task = place.cargo().words("test --no-fail-fast").words(members);
        let task = with_tools(task, wish, &tools);
        return report.count(with_names(task, wish, "--include-ignored"));
    }
    let mut task = place
        .cargo()
        .words("nextest run --no-fail-fast --no-tests=pass")
        .words(members);
    if wish.long {
        task = task.words("--run-ignored all");
    }
    task = with_tools(task, wish, &tools);
    report.count(wish.names.iter().fold(task, Task::word))?;
    if wish.names.is_empty() {
        // nextest leaves the examples in the documentation to cargo.
        let task = place
            .cargo()
            .words("test --doc --no-fail-fast")
            .words(members);
        report.count(with_tools(task, wish, &tools))?;
    }
    Ok(())
}

/// `tests/browser`: the same code compiled to WebAssembly, in a page and in a Worker.
fn browser(place: &Place, wish: &Wish, report: &mut Report) -> Outcome {
    say::step(
        "Test in a headless browser",
        "about 2 minutes the first time",
    );
    let browser = setup::browser(place)?;
    let runner = place.tool("wasm-bindgen-test-runner");
    let tries = second_try::run_whole(|| {
        let task = place
            .cargo()
            .words("test --no-fail-fast --locked --target wasm32-unknown-unknown -p midge-tests-browser")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
            .env("CHROMEDRIVER", &browser.chromedriver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        with_names(task, wish, "--include-ignored")
    })?;
    report.add(tries);
    Ok(())
}

/// `tests/peers`: clients and brokers that others wrote.
fn peers(place: &Place, wish: &Wish, report: &mut Report) -> Outcome {
    say::step(
        "Test with clients and brokers that others wrote",
        "about 3 minutes the first time",
    );
    let python = setup::python_peers(place)?;
    let node = setup::node_peers(place)?;
    let mut tools = String::from("mosquitto python");
    if node.is_some() {
        tools.push_str(" node");
    }
    let rabbitmq = setup::rabbitmq(place)?;
    if rabbitmq.is_some() {
        tools.push_str(" rabbitmq");
    }
    report.count_tries(wish, || {
        let mut task = place
            .cargo()
            .words("test --no-fail-fast --locked -p midge-tests-peers")
            .env("MIDGE_PYTHON", &python)
            // The tests mostly wait for programs that start.
            .env("RUST_TEST_THREADS", "4");
        for (name, folder) in [("MIDGE_NODE", &node), ("MIDGE_RABBITMQ", &rabbitmq)] {
            if let Some(folder) = folder {
                task = task.env(name, folder);
            }
        }
        with_tools(task, wish, &tools)
    })
}

/// `tests/e2e`: a real browser on the built page, real brokers and real clients.
///
/// The page is the very one that is hosted: compiled for speed and optimised. That takes a minute or two more than a page
/// for work, and what is tested is what people get.
fn end_to_end(place: &Place, wish: &Wish, report: &mut Report) -> Outcome {
    page::dist(place)?;
    say::step(
        "Build the server for the end-to-end tests",
        "about 1 minute the first time",
    );
    place
        .cargo()
        .words("build --locked -p midge-server")
        .run()?;
    let browser = setup::browser(place)?;
    say::step("Test end to end", "about 3 minutes");
    report.count_tries(wish, || {
        place
            .cargo()
            .words("test --no-fail-fast --locked -p midge-tests-e2e")
            .env("MIDGE_DIST", &place.dist)
            .env("MIDGE_SERVER", place.target.join("debug/midge-server"))
            .env("MIDGE_CHROMIUM", &browser.chromium)
            .env("MIDGE_CHROMEDRIVER", &browser.chromedriver)
            // Each test has a browser of its own; more of them at a time only wait for each other.
            .env("RUST_TEST_THREADS", "2")
    })
}

/// Says which tools were made sure of: a test that wants one of these and does not find it fails, and does not skip what
/// it was to show. And whether tests may take their time.
fn with_tools(task: Task, wish: &Wish, tools: &str) -> Task {
    let task = task.env("MIDGE_TOOLS", tools);
    if wish.long {
        // Millions of steps are worth compiling for speed; what is checked while debugging is checked all the same.
        task.env("MIDGE_LONG", "1")
            .env("CARGO_PROFILE_TEST_OPT_LEVEL", "2")
    } else {
        task
    }
}

/// Adds the names of tests, and the flag that runs the long ones, for a program of libtest's kind.
fn with_names(task: Task, wish: &Wish, long: &str) -> Task {
    let task = task.word("--");
    let task = if wish.long { task.word(long) } else { task };
    wish.names.iter().fold(task, Task::word)
}

impl Report {
    /// Runs one test program and counts what it prints.
    fn count(&mut self, task: Task) -> Outcome {
        let Self {
            tally, at_second, ..
        } = self;
        self.well &= task.watch(|line| {
            tally.read(line);
            at_second.extend(second_try::told_by_nextest(line));
        })?;
        Ok(())
    }

    /// As [`Self::count`], with a second try for what failed.
    fn count_tries(&mut self, wish: &Wish, task: impl Fn() -> Task) -> Outcome {
        let tries = second_try::run(|again| match again {
            [] => with_names(task(), wish, "--include-ignored"),
            again => again
                .iter()
                .fold(task().words("-- --include-ignored"), Task::word),
        })?;
        self.add(tries);
        Ok(())
    }

    fn add(&mut self, tries: Tries) {
        self.tally.add(tries.tally);
        self.well &= tries.well;
        self.at_second.extend(tries.at_second);
    }

    /// A part that ran no test proved nothing.
    fn is_well(&self) -> bool {
        self.well && self.tally.failed == 0 && self.tally.passed > 0
    }

    fn sentence(&self) -> String {
        let name = self.part.name();
        let passed = say::duration(self.began.elapsed());
        let tally = self.tally.sentence();
        if self.is_well() {
            format!("{name} was well after {passed} with {tally}")
        } else {
            format!("{name} FAILED after {passed} with {tally}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wished(line: &str) -> Outcome<Wish> {
        wish(Arguments::new(line.split_whitespace().map(str::to_owned)))
    }

    #[test]
    fn all_parts_run_unless_one_is_asked_for() {
        assert_eq!(wished("").unwrap().parts, Part::ALL);
        assert_eq!(wished("--only e2e").unwrap().parts, [Part::EndToEnd]);
        assert!(wished("--only unit").is_err());
    }

    #[test]
    fn a_part_without_a_test_is_not_well() {
        let report = Report {
            part: Part::Browser,
            tally: Tally::default(),
            well: true,
            at_second: Vec::new(),
            began: Instant::now(),
        };
        assert!(!report.is_well());
    }
}
