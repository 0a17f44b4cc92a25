//! Running other programs: seen as they run, or quietly with a progress line, and always with a sentence on failure.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::say::{self, Progress};
use crate::{Outcome, Stop};

/// How many lines of a quiet program's output are kept to be shown when it fails.
const KEPT_LINES: usize = 20;
/// How long to wait for a line before the progress line is renewed.
const TICK: Duration = Duration::from_millis(500);

/// A program to run, with what it takes to tell a person how to run it by hand.
#[derive(Debug)]
pub(crate) struct Task {
    command: Command,
    shown: String,
}

/// Where a line of output came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Output,
    Error,
}

impl Task {
    pub(crate) fn new(program: impl Into<PathBuf>) -> Self {
        let program = program.into();
        let shown = program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned();
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self { command, shown }
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Adds the words of `line`, split at spaces.
    pub(crate) fn words(self, line: &str) -> Self {
        line.split_whitespace().fold(self, Self::word)
    }

    pub(crate) fn word(mut self, word: impl AsRef<OsStr>) -> Self {
        let word = word.as_ref();
        self.command.arg(word);
        self.shown.push(' ');
        self.shown.push_str(&word.to_string_lossy());
        self
    }

    /// True when the program ran and said that all went well; its output is thrown away.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// The program's standard output, when it ran and all went well.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs the program with this terminal.
    pub(crate) fn run(mut self) -> Outcome {
        say::fact(&format!("$ {}", self.shown));
        let status = self
            .command
            .status()
            .map_err(|error| self.cannot_start(&error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Stop::new(format!(
                "`{}` failed: what it printed above says why.",
                self.shown
            )))
        }
    }

    /// Runs the program, printing each line as it comes and giving it to `see`; true when all went well.
    pub(crate) fn watch(mut self, see: impl FnMut(&str)) -> Outcome<bool> {
        say::fact(&format!("$ {}", self.shown));
        self.follow(&mut Echo { see })
    }

    /// Runs the program with nothing but a progress line. When it fails, its last lines are shown, and the sentence says
    /// what `remedy` says.
    pub(crate) fn quietly(mut self, remedy: &str) -> Outcome {
        let mut quiet = Quiet::begin();
        if self.follow(&mut quiet)? {
            quiet.end("done");
            return Ok(());
        }
        for line in quiet.end("failed") {
            eprintln!("    | {line}");
        }
        Err(Stop::new(remedy))
    }

    /// Starts the program and hands each line to `reader` until both of its streams end.
    fn follow(&mut self, reader: &mut impl Reader) -> Outcome<bool> {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.cannot_start(&error))?;
        let (sender, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            read_lines(Stream::Output, output, sender.clone());
        }
        if let Some(error) = child.stderr.take() {
            read_lines(Stream::Error, error, sender);
        }
        loop {
            match lines.recv_timeout(TICK) {
                Ok((stream, line)) => reader.line(stream, line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            reader.tick();
        }
        let status = child.wait().map_err(|error| self.cannot_start(&error))?;
        Ok(status.success())
    }

    fn cannot_start(&self, error: &std::io::Error) -> Stop {
        Stop::new(format!("`{}` could not be started: {error}.", self.shown))
    }
}

/// Who reads what a program prints.
trait Reader {
    fn line(&mut self, stream: Stream, line: String);
    /// Called after each line, and now and then when there is none.
    fn tick(&mut self);
}

/// Prints every line where it belongs.
struct Echo<F> {
    see: F,
}

impl<F: FnMut(&str)> Reader for Echo<F> {
    fn line(&mut self, stream: Stream, line: String) {
        match stream {
            Stream::Output => println!("{line}"),
            Stream::Error => eprintln!("{line}"),
        }
        (self.see)(&line);
    }

    fn tick(&mut self) {}
}

/// Shows a progress line, and keeps the last lines for the case of failure.
struct Quiet {
    progress: Progress,
    kept: Vec<String>,
    crates: u32,
}

impl Quiet {
    fn begin() -> Self {
        Self {
            progress: Progress::begin(),
            kept: Vec::new(),
            crates: 0,
        }
    }

    fn end(self, what: &str) -> Vec<String> {
        match self.crates {
            0 => self.progress.end(what),
            crates => self
                .progress
                .end(&format!("{what}: {crates} crates compiled")),
        }
        self.kept
    }
}

impl Reader for Quiet {
    fn line(&mut self, _: Stream, line: String) {
        if line.trim_start().starts_with("Compiling ") {
            self.crates += 1;
        }
        if self.kept.len() == KEPT_LINES {
            self.kept.remove(0);
        }
        self.kept.push(line);
    }

    fn tick(&mut self) {
        let last = self.kept.last().map_or("", |line| shortened(line.trim()));
        match self.crates {
            0 => self.progress.show(last),
            crates => self.progress.show(&format!("{crates} crates, {last}")),
        }
    }
}

/// The part of a line that fits beside the time on a narrow terminal.
fn shortened(line: &str) -> &str {
    line.char_indices()
        .nth(50)
        .map_or(line, |(end, _)| &line[..end])
}

fn read_lines(stream: Stream, from: impl Read + Send + 'static, to: Sender<(Stream, String)>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut bytes = Vec::new();
        // A program may print what is not UTF-8; a line is still a line.
        while reader
            .read_until(b'\n', &mut bytes)
            .is_ok_and(|count| count > 0)
        {
            let line = String::from_utf8_lossy(&bytes)
                .trim_end_matches(['\r', '\n'])
                .to_owned();
            bytes.clear();
            if to.send((stream, line)).is_err() {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Task {
        Task::new("sh").word("-c").word(script)
    }

    #[test]
    fn both_streams_of_a_program_are_seen() {
        let mut seen = Vec::new();
        let well = shell("echo one; echo two >&2")
            .watch(|line| seen.push(line.to_owned()))
            .unwrap();
        seen.sort();
        assert!(well);
        assert_eq!(seen, ["one", "two"]);
    }

    #[test]
    fn a_quiet_failure_ends_in_the_remedy() {
        let Stop(sentence) = shell("exit 3")
            .quietly("Run `make it so` by hand.")
            .unwrap_err();
        assert_eq!(sentence, "Run `make it so` by hand.");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let Stop(sentence) = Task::new("midge-no-such-program").run().unwrap_err();
        assert!(sentence.contains("midge-no-such-program"), "{sentence}");
    }

    #[test]
    fn a_task_shows_the_line_a_person_would_type() {
        let task = Task::new("/usr/bin/cargo").words("install --locked trunk");
        assert_eq!(task.shown, "cargo install --locked trunk");
    }
}
