//! Counting tests by reading what the test programs print.

/// How many tests passed, failed and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// Counts the tests of one line, when it is a result line of libtest, wasm-bindgen-test or nextest.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colour(line);
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result:") {
            self.passed += before(result, "passed");
            self.failed += before(result, "failed");
            self.skipped += before(result, "ignored");
        } else if let Some(result) = line.strip_prefix("Summary [") {
            self.passed += before(result, "passed");
            self.failed += before(result, "failed") + before(result, "timed out");
            self.skipped += before(result, "skipped");
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// The plain sentence that ends a run.
    pub(crate) fn sentence(self) -> String {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        match skipped {
            0 => format!("{passed} passed, {failed} failed"),
            _ => format!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
    }
}

/// The number that stands before `word`.
fn before(line: &str, word: &str) -> u64 {
    let Some((number, _)) = line.split_once(&format!(" {word}")) else {
        return 0;
    };
    let digits = number
        .rsplit(|letter: char| !letter.is_ascii_digit())
        .next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// The line without the escape sequences that colour it.
pub(crate) fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\x1b' {
            letters.by_ref().find(|letter| *letter == 'm');
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn results_of_several_programs_add_up() {
        let tally = tally(&[
            "running 12 tests",
            "test result: ok. 11 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s",
        ]);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (13, 1, 1));
        assert_eq!(tally.sentence(), "13 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn nextest_is_understood_with_its_colours() {
        let tally = tally(&[
            "     \x1b[32;1mSummary\x1b[0m [   3.105s] \x1b[1m210\x1b[0m tests run: \x1b[1m209\x1b[0m passed, \x1b[1m1\x1b[0m failed, \x1b[1m4\x1b[0m skipped",
        ]);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (209, 1, 4));
    }

    #[test]
    fn slow_and_flaky_notes_do_not_change_the_count() {
        let tally = tally(&[
            "     Summary [  63.001s] 10 tests run: 9 passed (2 slow, 1 flaky), 1 timed out, 0 skipped",
        ]);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (9, 1, 0));
    }

    #[test]
    fn any_other_line_counts_nothing() {
        assert_eq!(tally(&["3 passed", "test lamp ... ok"]), Tally::default());
    }
}
