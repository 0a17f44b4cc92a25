//! A second try for tests with programs of others: a browser, a broker, a client.
//!
//! Such a test can fail because the machine was busy elsewhere: a browser did not start in time, a port was taken meanwhile.
//! So what failed is run once more, alone. What fails again is broken; what passes is counted as passed and named in the
//! summary, because a test that needs a second try more than once wants mending. Tests of our own code alone have one try.

use crate::process::Task;
use crate::tally::{Tally, without_colour};
use crate::{Outcome, say};

/// More tests than these do not fail by bad luck.
const LUCK: usize = 4;

/// What came of one or two tries.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    pub(crate) tally: Tally,
    pub(crate) well: bool,
    /// The tests that passed only when they were run again.
    pub(crate) at_second: Vec<String>,
}

/// Runs a test program that cannot be asked for several tests by name, and the whole of it once more when a few tests failed
/// or its browser did not even begin.
pub(crate) fn run_whole(task: impl Fn() -> Task) -> Outcome<Tries> {
    let first = Try::of(task())?;
    if !first.may_be_bad_luck() && !first.never_began() {
        return Ok(first.alone());
    }
    say::step("Try once more", "under a minute");
    let second = Try::of(task())?;
    let passed = |name: &String| !second.failed.contains(name);
    let at_second = first.failed.into_iter().filter(passed).collect();
    Ok(Tries {
        at_second,
        ..second.alone()
    })
}

/// Runs a program of libtest's kind, and what failed in it once more. `task` makes the program's task; it is given the
/// words that name the tests to run again, none at first.
pub(crate) fn run(task: impl Fn(&[&str]) -> Task) -> Outcome<Tries> {
    let first = Try::of(task(&[]))?;
    if !first.may_be_bad_luck() {
        return Ok(first.alone());
    }
    say::step("Try once more, alone, what failed", "some seconds a test");
    let mut words = vec!["--exact", "--test-threads=1"];
    words.extend(first.failed.iter().map(String::as_str));
    let second = Try::of(task(&words))?;
    Ok(first.then(second))
}

/// The test that nextest says passed only when it was run again, as it does where `.config/nextest.toml` asks for that.
pub(crate) fn told_by_nextest(line: &str) -> Option<String> {
    let line = without_colour(line);
    let (_, name) = line.trim().strip_prefix("FLAKY ")?.split_once("] ")?;
    Some(name.trim().to_owned())
}

/// What one run of the program printed.
#[derive(Debug, Default)]
struct Try {
    tally: Tally,
    well: bool,
    failed: Vec<String>,
    /// Compiling is done: a program was started.
    started: bool,
}

impl Try {
    fn of(task: Task) -> Outcome<Self> {
        let mut seen = Self::default();
        let well = task.watch(|line| seen.read(line))?;
        seen.well = well;
        Ok(seen)
    }

    fn read(&mut self, line: &str) {
        self.tally.read(line);
        self.started |= line.trim_start().starts_with("Running ");
        let Some((name, result)) = line
            .strip_prefix("test ")
            .and_then(|test| test.rsplit_once(" ... "))
        else {
            return;
        };
        // wasm-bindgen-test says FAIL.
        if result.starts_with("FAIL") {
            self.failed.push(name.to_owned());
        }
    }

    /// True when a program was started and ended before any of its tests did.
    fn never_began(&self) -> bool {
        self.started && !self.well && self.tally == Tally::default()
    }

    /// True when all that went wrong is a few tests that can be named.
    fn may_be_bad_luck(&self) -> bool {
        let named = self.failed.len();
        !self.well && (1..=LUCK).contains(&named) && self.tally.failed == named as u64
    }

    fn alone(self) -> Tries {
        Tries {
            tally: self.tally,
            well: self.well,
            at_second: Vec::new(),
        }
    }

    /// The two tries as one.
    fn then(self, second: Self) -> Tries {
        let passed = |name: &String| !second.failed.contains(name);
        // A run that named the failed tests and found fewer of them shows nothing about the rest.
        let found_all = second.tally.passed + second.tally.failed == self.tally.failed;
        Tries {
            tally: Tally {
                passed: self.tally.passed + second.tally.passed,
                failed: self.tally.failed - second.tally.passed.min(self.tally.failed),
                skipped: self.tally.skipped,
            },
            well: second.well && found_all,
            at_second: self.failed.into_iter().filter(passed).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that prints one of two outputs: the first when it is given no words.
    fn tries(first: &str, second: &str) -> Tries {
        let shell = |text: &str| {
            let code = u8::from(text.contains("FAILED"));
            Task::new("sh")
                .word("-c")
                .word(format!("printf '{text}'; exit {code}"))
        };
        run(|words| shell(if words.is_empty() { first } else { second })).unwrap()
    }

    const FIRST: &str = "test lamp ... ok\ntest door ... FAILED\n\
                         test result: FAILED. 1 passed; 1 failed; 2 ignored; 0 measured\n";

    #[test]
    fn what_passes_at_the_second_try_is_counted_and_named() {
        let second =
            "test door ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\n";
        let tries = tries(FIRST, second);
        assert!(tries.well);
        assert_eq!(tries.tally.sentence(), "2 passed, 0 failed, 2 skipped");
        assert_eq!(tries.at_second, ["door"]);
    }

    #[test]
    fn what_nextest_calls_flaky_is_named() {
        let line = "   \x1b[33;1mFLAKY 2/2\x1b[0m [   0.213s] \x1b[35;1mmidge-server::server\x1b[0m kills::it_comes_back";
        let name = told_by_nextest(line);
        assert_eq!(
            name.as_deref(),
            Some("midge-server::server kills::it_comes_back")
        );
        assert_eq!(
            told_by_nextest("    PASS [   0.213s] midge-server lamp"),
            None
        );
    }

    #[test]
    fn what_fails_twice_is_a_failure() {
        let second = "test door ... FAILED\n\
                      test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured\n";
        let tries = tries(FIRST, second);
        assert!(!tries.well);
        assert_eq!(tries.tally.sentence(), "1 passed, 1 failed, 2 skipped");
        assert!(tries.at_second.is_empty());
    }

    #[test]
    fn a_second_try_that_finds_no_test_shows_nothing() {
        let second = "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\n";
        let tries = tries(FIRST, second);
        assert!(!tries.well);
        assert_eq!(tries.tally.failed, 1);
    }

    #[test]
    fn a_browser_that_did_not_begin_is_started_once_more() {
        let marker = tempfile_name();
        let script = format!(
            "echo '     Running tests'; if [ -e {marker} ]; then \
             echo 'test result: ok. 3 passed; 0 failed; 0 ignored'; rm {marker}; \
             else touch {marker}; exit 1; fi"
        );
        let tries = run_whole(|| Task::new("sh").word("-c").word(&script)).unwrap();
        assert!(tries.well);
        assert_eq!(tries.tally.passed, 3);
    }

    #[test]
    fn what_did_not_compile_is_not_tried_again() {
        let script = "echo 'error: could not compile `lamp`'; exit 101";
        let tries = run_whole(|| Task::new("sh").word("-c").word(script)).unwrap();
        assert!(!tries.well);
    }

    /// A place for a file that is not there.
    fn tempfile_name() -> String {
        let name = format!("midge-second-try-{}", std::process::id());
        std::env::temp_dir().join(name).display().to_string()
    }

    #[test]
    fn many_failures_or_nameless_ones_have_no_second_try() {
        let well = "test door ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\n";
        let names = ["a", "b", "c", "d", "e"];
        let mut many: String = names
            .map(|name| format!("test {name} ... FAILED\n"))
            .concat();
        many.push_str("test result: FAILED. 0 passed; 5 failed; 0 ignored; 0 measured\n");
        assert_eq!(tries(&many, well).tally.failed, 5);
        let nameless = "error: FAILED to compile\n";
        assert!(!tries(nameless, well).well);
    }
}
