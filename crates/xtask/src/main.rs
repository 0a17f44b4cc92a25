//! Every habit of the project in one command: `cargo xtask serve`, `test`, `fuzz`, `check`, `tidy`, `bench`,
//! `dist`.
//!
//! It uses nothing but the standard library, so that it compiles in seconds on a bare machine and can then install what
//! the rest needs. Each habit is one file; what a machine may lack is under [`setup`].

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool speaks on standard output"
)]

mod arguments;
mod bench;
mod check;
mod fuzz;
mod page;
mod place;
mod process;
mod say;
mod second_try;
mod setup;
mod tally;
mod test;
mod tidy;

use std::process::ExitCode;

use arguments::Arguments;
use place::Place;

/// Why a habit stopped: one sentence for a person, naming the command to run where there is one.
#[derive(Debug)]
struct Stop(String);

impl Stop {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// What every step gives back.
type Outcome<T = ()> = Result<T, Stop>;

const USAGE: &str = "\
The habits of this project. Each installs what it needs into .tools/ the first time.

  cargo xtask serve [--port 8080] [--open] [--release]
                        build the page and serve it; rebuild when a file changes
  cargo xtask test [--only suite|browser|peers|e2e] [--long] [-- NAME...]
                        run every test: native, wasm in a headless browser, with clients and brokers of others,
                        end to end (--long gives random scripts millions of steps and also runs the tests that
                        are marked as ignored because they take minutes)
  cargo xtask fuzz [TARGET...] [--seconds 60]
                        let libFuzzer look for inputs that break decode, framer, client or broker
  cargo xtask check     formatting, clippy for native and wasm32 (warnings are errors), tidy
  cargo xtask tidy      the rules of the tree that no compiler checks
  cargo xtask bench [NAME...]
                        run the measurements: the examples of the crates, compiled for speed
  cargo xtask dist      build the page, optimised, into dist/
";

fn main() -> ExitCode {
    let mut arguments = Arguments::new(std::env::args().skip(1));
    let outcome = Place::find().and_then(|place| match arguments.word().as_deref() {
        Some("serve") => page::serve(&place, arguments),
        Some("test") => test::run(&place, arguments),
        Some("fuzz") => fuzz::run(&place, arguments),
        Some("check") => arguments.finish().and_then(|()| check::run(&place)),
        Some("tidy") => arguments.finish().and_then(|()| tidy::run(&place)),
        Some("bench") => bench::run(&place, arguments),
        Some("dist") => arguments.finish().and_then(|()| page::dist(&place)),
        Some("help" | "--help" | "-h") => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(Stop::new(format!(
            "`{other}` is not one of the habits: run `cargo xtask help` to see them."
        ))),
        None => Err(Stop::new(
            "Say what to do: run `cargo xtask help` to see the choices.",
        )),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop(sentence)) => {
            eprintln!("\n{sentence}");
            ExitCode::FAILURE
        }
    }
}
