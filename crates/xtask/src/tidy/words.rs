//! Words that may not occur in certain places: the invariants that say what is absent.

use super::Finding;
use super::source::{Line, Source, lines_before_tests};

/// Crates that must run without a clock, a browser or an operating system.
const PURE: &[&str] = &[
    "codec", "session", "client", "broker", "trace", "payload", "devices", "sim", "lessons", "view",
];

/// What a pure crate may not name.
const IMPURE: &[&str] = &["std::time::Instant", "SystemTime", "web_sys", "tokio"];

/// Where the protocol's version may decide what is done: the codec, the connection, and the two paths of CONNECT and
/// CONNACK.
const MAY_MATCH_VERSION: &[&str] = &[
    "crates/codec/",
    "crates/session/src/connection",
    "crates/client/src/conn",
    "crates/broker/src/conn",
];

/// Where a machine runs the protocol, so that a version matched there is a rule written twice.
const RUNS_THE_PROTOCOL: &[&str] = &[
    "crates/session/",
    "crates/client/",
    "crates/broker/",
    "crates/sim/",
    "crates/devices/",
    "crates/trace/",
];

/// The acknowledgements that only `session` may know.
const SESSION_ONLY: &[&str] = &["PubRec", "PubRel", "PubComp"];

/// Applies every rule about words to the code of a file, its tests left out.
pub(super) fn check(file: &Source) -> Vec<Finding> {
    if file.is_test() {
        return Vec::new();
    }
    let code = file.code();
    lines_before_tests(&code)
        .filter_map(|line| {
            let advice = advice(&file.path, line)?;
            Some(Finding {
                file: file.path.clone(),
                line: line.number,
                advice,
            })
        })
        .collect()
}

fn advice(path: &str, line: Line<'_>) -> Option<String> {
    let code = line.code;
    let in_crate = |name: &str| path.starts_with(&format!("crates/{name}/"));
    if (in_crate("client") || in_crate("broker"))
        && let Some(word) = SESSION_ONLY.iter().find(|word| code.contains(**word))
    {
        return Some(format!(
            "`{word}` is the business of `session`: ask it, or hand it the packet unopened."
        ));
    }
    if PURE.iter().any(|name| in_crate(name))
        && let Some(word) = IMPURE.iter().find(|word| holds_word(code, word))
    {
        return Some(format!(
            "`{word}` is for `engine` and `server` only: take what it gives as an argument."
        ));
    }
    if code.contains(".unwrap()") {
        return Some(
            "`unwrap` outside tests: handle the case, or `expect` with the reason why it cannot occur."
                .to_owned(),
        );
    }
    let starts_with_any = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    if matches_version(code)
        && starts_with_any(RUNS_THE_PROTOCOL)
        && !starts_with_any(MAY_MATCH_VERSION)
    {
        return Some(
            "the version decides only in codec, connection and CONNECT: put the difference behind a method there."
                .to_owned(),
        );
    }
    None
}

/// True when `word` stands in `code` and is not a part of a longer name.
fn holds_word(code: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].ends_with(is_part) && !code[at + word.len()..].starts_with(is_part)
    })
}

/// True for `match version {`, `match self.version() {` and the like.
fn matches_version(code: &str) -> bool {
    let Some((_, after)) = code.split_once("match ") else {
        return false;
    };
    let scrutinee = after.split('{').next().unwrap_or(after).trim();
    let scrutinee = scrutinee.trim_end_matches("()");
    scrutinee == "version" || scrutinee.ends_with(".version")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> bool {
        let text = format!("//! A file.\n{line}\n");
        let findings = check(&Source::new(path, text));
        assert!(findings.iter().all(|finding| finding.line == 2));
        !findings.is_empty()
    }

    #[test]
    fn the_qos_2_packets_are_kept_out_of_client_and_broker() {
        let line = "Packet::PubRel(ack) => self.release(ack),";
        assert!(found("crates/client/src/lib.rs", line));
        assert!(found("crates/broker/src/route.rs", line));
        assert!(!found("crates/session/src/lib.rs", line));
        assert!(!found("crates/broker/src/tests/release.rs", line));
        assert!(!found(
            "crates/broker/src/lib.rs",
            "// PubRel is for session"
        ));
    }

    #[test]
    fn clocks_and_browsers_are_kept_out_of_pure_crates() {
        for line in [
            "use std::time::Instant;",
            "let now = SystemTime::now();",
            "web_sys::window()",
            "tokio::spawn(x)",
        ] {
            assert!(found("crates/sim/src/world.rs", line), "{line}");
            assert!(!found("crates/engine/src/lib.rs", line), "{line}");
        }
        assert!(!found("crates/sim/src/world.rs", "let tokio_like = 1;"));
        assert!(!found(
            "crates/sim/src/world.rs",
            "use midge_session::Instant;"
        ));
    }

    #[test]
    fn unwrap_is_found_outside_tests_only() {
        let line = "let a = b.unwrap();";
        assert!(found("crates/app/src/main.rs", line));
        assert!(!found("tests/suite/src/lib.rs", line));
        let below = format!("#[cfg(test)] mod tests {{ fn a() {{ {line} }} }}");
        assert!(!found("crates/app/src/main.rs", &below));
        assert!(!found("crates/app/src/main.rs", "b.unwrap_or(1);"));
    }

    #[test]
    fn the_version_decides_in_few_places() {
        for line in [
            "match version {",
            "let a = match self.version() {",
            "match connect.version {",
        ] {
            assert!(found("crates/broker/src/route.rs", line), "{line}");
            assert!(!found("crates/broker/src/connect.rs", line), "{line}");
            assert!(!found("crates/codec/src/packet.rs", line), "{line}");
        }
        assert!(!found(
            "crates/broker/src/route.rs",
            "match version_of_house {"
        ));
    }
}
