//! What the habits print while they work: a line when a step begins, a line that moves while it runs.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the moving line is renewed on a terminal.
const ON_TERMINAL: Duration = Duration::from_millis(500);
/// How often a line is added where the output is a file or a log.
const ON_LOG: Duration = Duration::from_secs(30);

/// Says that a step begins and how long it usually takes.
pub(crate) fn step(what: &str, expected: &str) {
    println!("==> {what} ({expected})");
}

/// Says a fact about the step that is running.
pub(crate) fn fact(what: &str) {
    println!("    {what}");
}

/// The moving line of one step.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    shown: Option<Instant>,
    terminal: bool,
}

impl Progress {
    pub(crate) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            shown: None,
            terminal: std::io::stdout().is_terminal(),
        }
    }

    /// Shows `what` with the time passed, unless that was done a moment ago.
    pub(crate) fn show(&mut self, what: &str) {
        let pause = if self.terminal { ON_TERMINAL } else { ON_LOG };
        if self.shown.unwrap_or(self.begun).elapsed() < pause {
            return;
        }
        self.shown = Some(Instant::now());
        let line = format!("    {} passed{}{what}", self.passed(), separator(what));
        if self.terminal {
            print!("\r\x1b[2K{line}");
            // A progress line that cannot be written is no reason to stop the work it speaks of.
            let _ = std::io::stdout().flush();
        } else {
            println!("{line}");
        }
    }

    /// Ends the moving line and says what came of it.
    pub(crate) fn end(self, what: &str) {
        if self.terminal && self.shown.is_some() {
            print!("\r\x1b[2K");
        }
        fact(&format!("{what} after {}", self.passed()));
    }

    fn passed(&self) -> String {
        duration(self.begun.elapsed())
    }
}

fn separator(what: &str) -> &'static str {
    if what.is_empty() { "" } else { ", " }
}

/// A duration as people say it: `48 s`, `3 min 20 s`.
pub(crate) fn duration(passed: Duration) -> String {
    let seconds = passed.as_secs();
    match seconds / 60 {
        0 => format!("{seconds} s"),
        minutes => format!("{minutes} min {} s", seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_minutes_and_seconds() {
        assert_eq!(duration(Duration::from_secs(48)), "48 s");
        assert_eq!(duration(Duration::from_secs(200)), "3 min 20 s");
    }
}
