//! Which of the project's packages may use which: the plan of the house, checked against every `Cargo.toml`.

use std::collections::BTreeSet;

use super::Finding;
use super::source::{Source, lines};

/// Each package of `crates/` and what it uses, never more and never less. `tests/` may use everything.
const PLAN: &[(&str, &[&str])] = &[
    ("codec", &[]),
    ("session", &["codec"]),
    ("client", &["codec", "session"]),
    ("broker", &["codec", "session"]),
    ("trace", &["codec", "session"]),
    ("payload", &[]),
    // They say topics and QoS; what they say is plain text so far, so that `payload` is not needed.
    ("devices", &["codec"]),
    (
        "sim",
        &["codec", "session", "client", "broker", "trace", "devices"],
    ),
    (
        "lessons",
        &["codec", "session", "broker", "trace", "devices", "sim"],
    ),
    // It shows the trace's counts as they are, and writes terms of its filters.
    ("view", &["codec", "sim", "trace"]),
    (
        "engine",
        &[
            "codec", "session", "client", "broker", "trace", "payload", "devices", "sim",
            "lessons", "view",
        ],
    ),
    ("app", &["codec", "payload", "view", "sim"]),
    ("server", &["codec", "session", "broker"]),
    ("xtask", &[]),
];

/// Compares the dependencies of every package under `crates/` with the plan.
pub(super) fn check(files: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let Some(room) = room(&file.path) else {
            continue;
        };
        match PLAN.iter().find(|(name, _)| *name == room) {
            Some((_, plan)) => findings.extend(compare(file, plan)),
            None => findings.push(Finding {
                file: file.path.clone(),
                line: 1,
                advice: format!("`{room}` is not in the plan: add it to `PLAN` in crates/xtask/src/tidy/arrows.rs."),
            }),
        }
    }
    findings
}

/// The name of the room whose `Cargo.toml` this is.
fn room(path: &str) -> Option<&str> {
    let room = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
    (!room.contains('/')).then_some(room)
}

fn compare(file: &Source, plan: &[&str]) -> Vec<Finding> {
    let used = dependencies(&file.text);
    let finding = |line, advice| Finding {
        file: file.path.clone(),
        line,
        advice,
    };
    let extra = used
        .iter()
        .filter(|(_, name)| !plan.contains(&name.as_str()))
        .map(|(line, name)| {
            finding(
                *line,
                format!("the plan has no arrow from here to `{name}`: do without it, or change the plan and say why."),
            )
        });
    let names: BTreeSet<&str> = used.iter().map(|(_, name)| name.as_str()).collect();
    let missing = plan
        .iter()
        .filter(|name| !names.contains(**name))
        .map(|name| {
            finding(
                1,
                format!("the plan has an arrow from here to `{name}` that is not used: take it out of the plan."),
            )
        });
    extra.chain(missing).collect()
}

/// The project's own packages under `[dependencies]` and its forms for one target, with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut within = false;
    let mut found = Vec::new();
    for line in lines(manifest) {
        let code = line.code.trim();
        if code.starts_with('[') {
            within = code.ends_with("dependencies]") && !code.contains("dev-dependencies");
        } else if let Some(name) = code.strip_prefix("midge-") {
            let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '-');
            if within {
                found.push((line.number, name[..end.unwrap_or(name.len())].to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(room: &str, dependencies: &str) -> Vec<Finding> {
        let text = format!("[package]\nname = \"x\"\n[dependencies]\n{dependencies}");
        check(&[Source::new(format!("crates/{room}/Cargo.toml"), text)])
    }

    #[test]
    fn the_arrows_of_the_plan_pass() {
        assert_eq!(
            findings("session", "midge-codec.workspace = true\nserde = \"1\"\n"),
            []
        );
    }

    #[test]
    fn an_arrow_that_points_back_is_found() {
        let found = findings(
            "session",
            "midge-codec = { workspace = true }\nmidge-broker.workspace = true\n",
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 5);
        assert!(found[0].advice.contains("`broker`"));
    }

    #[test]
    fn an_arrow_that_is_not_used_is_found() {
        assert_eq!(findings("session", "").len(), 1);
    }

    #[test]
    fn a_room_outside_the_plan_is_found() {
        assert_eq!(findings("cellar", "").len(), 1);
    }

    #[test]
    fn what_tests_use_is_not_an_arrow() {
        let more =
            "midge-codec.workspace = true\n[dev-dependencies]\nmidge-broker.workspace = true\n";
        assert_eq!(findings("session", more), []);
    }
}
