//! The manifest of statements, held to the tests and the tests to it.

use super::sources;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The statements of both versions, as `3.1.1` and `5.0`.
const MANIFESTS: [(&str, &str); 2] = [
    ("3.1.1", include_str!("../../conformance/mqtt-3.1.1.toml")),
    ("5.0", include_str!("../../conformance/mqtt-5.0.toml")),
];

/// One numbered statement: exactly one of `tests` and `exempt` is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    /// The gist of it.
    says: String,
    /// The tests that show it.
    #[serde(default)]
    tests: BTreeSet<String>,
    /// Why no test can.
    exempt: Option<String>,
}

/// The statements by version and identifier: `5.0 MQTT-3.1.0-1`.
fn statements() -> BTreeMap<String, Statement> {
    let mut all = BTreeMap::new();
    for (version, text) in MANIFESTS {
        let table: BTreeMap<String, Statement> =
            toml::from_str(text).unwrap_or_else(|error| panic!("MQTT {version}: {error}"));
        let named = |(id, statement)| (format!("{version} {id}"), statement);
        all.extend(table.into_iter().map(named));
    }
    all
}

/// What `find` has to say about each statement, to be empty.
fn findings(find: impl Fn(&str, &Statement) -> Option<String>) -> Vec<String> {
    let find = |(id, statement): (&String, &Statement)| {
        find(id, statement).map(|finding| format!("{id}: {finding}"))
    };
    statements().iter().filter_map(find).collect()
}

#[test]
fn every_statement_has_tests_or_a_reason_why_none_can_be() {
    let missing = findings(|_, statement| match &statement.exempt {
        _ if statement.says.is_empty() => Some("it says nothing".into()),
        None if statement.tests.is_empty() => Some("no test shows it".into()),
        Some(_) if !statement.tests.is_empty() => Some("exempt, and it has tests".into()),
        Some(why) if why.len() < 20 => Some(format!("{why:?} is no reason")),
        _ => None,
    });
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_listed_test_exists_and_cites_its_statement() {
    let tests = sources::tests();
    let wrong = findings(|id, statement| {
        statement
            .tests
            .iter()
            .find_map(|path| match tests.get(path) {
                None => Some(format!("there is no test {path}")),
                Some(cited) if !cited.contains(id) => Some(format!("{path} does not cite it")),
                Some(_) => None,
            })
    });
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_citation_of_a_test_is_of_a_statement_that_lists_it() {
    let statements = statements();
    let mut wrong = Vec::new();
    for (path, cited) in sources::tests() {
        for id in cited {
            match statements.get(&id) {
                None => wrong.push(format!("{path} cites {id}, which is no statement")),
                Some(statement) if !statement.tests.contains(&path) => {
                    wrong.push(format!("{id} does not list {path}"));
                }
                Some(_) => {}
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The standards number 141 and 251 statements, not in one run: a lost line would show nowhere else.
#[test]
fn no_statement_of_either_standard_is_missing() {
    let count = |version: &str, wanted: fn(&Statement) -> bool| {
        let all = statements();
        let of_version = all.iter().filter(|(id, _)| id.starts_with(version));
        of_version
            .filter(|(_, statement)| wanted(statement))
            .count()
    };
    for (version, tested, exempt) in [("3.1.1 ", 137, 4), ("5.0 ", 251, 0)] {
        assert_eq!(
            count(version, |it| it.exempt.is_none()),
            tested,
            "{version}"
        );
        assert_eq!(
            count(version, |it| it.exempt.is_some()),
            exempt,
            "{version}"
        );
    }
}
