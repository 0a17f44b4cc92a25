//! The tests in the sources of the workspace, and the statements that each of them cites.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A statement of one version, as in `5.0 MQTT-3.1.0-1`.
pub(super) type Citation = String;

/// The citations of every test, by its path: `broker::tests::wills::the_will_is_…`, where a crate's
/// room or `suite`, `browser`, `e2e` comes first.
pub(super) fn tests() -> BTreeMap<String, BTreeSet<Citation>> {
    let root = root();
    let mut tests = BTreeMap::new();
    for rooms in ["crates", "tests"] {
        for room in folders(&root.join(rooms)) {
            let name = room.file_name().expect("a folder has a name");
            let mut module = vec![name.to_string_lossy().into_owned()];
            collect(&room.join("src"), &mut module, &mut tests);
        }
    }
    tests
}

fn root() -> PathBuf {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR"));
    suite
        .ancestors()
        .nth(2)
        .expect("tests/suite is two below")
        .into()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect()
}

fn folders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir())
}

/// Adds the tests of the files in `folder`, which is the module `module`.
fn collect(
    folder: &Path,
    module: &mut Vec<String>,
    tests: &mut BTreeMap<String, BTreeSet<Citation>>,
) {
    for path in entries(folder) {
        let stem = path
            .file_stem()
            .expect("a file has a name")
            .to_string_lossy();
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let is_root = ["lib", "main"].contains(&&*stem);
        if path.is_dir() || (is_source && !is_root) {
            module.push(stem.into_owned());
        }
        if path.is_dir() {
            collect(&path, module, tests);
        } else if is_source {
            let text = fs::read_to_string(&path).expect("a readable source");
            read(&text, module, tests);
        }
        if path.is_dir() || (is_source && !is_root) {
            module.pop();
        }
    }
}

/// Adds the tests of one file: functions with a `test` attribute, and the comments before them.
fn read(text: &str, module: &[String], tests: &mut BTreeMap<String, BTreeSet<Citation>>) {
    let mut inner = "";
    let mut citations = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines() {
        let line = line.trim();
        if line == "mod tests {" {
            inner = "::tests";
        } else if let Some(comment) = line.strip_prefix("///") {
            citations.extend(cited(comment));
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
        } else {
            let name = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ");
            if let (true, Some(name)) = (is_test, name) {
                let name = name.split('(').next().unwrap_or_default();
                let path = format!("{}{inner}::{name}", module.join("::"));
                tests.insert(path, core::mem::take(&mut citations));
            }
            if !line.is_empty() {
                citations.clear();
                is_test = false;
            }
        }
    }
}

/// What a comment cites: `[5.0 MQTT-3.1.0-1]`.
fn cited(comment: &str) -> impl Iterator<Item = Citation> {
    comment
        .split('[')
        .filter_map(|part| part.split_once(']'))
        .map(|(inside, _)| inside.to_string())
        .filter(|inside| inside.contains("MQTT-"))
}

#[test]
fn a_test_is_found_with_what_it_cites() {
    let text = [
        "/// What it shows [5.0 MQTT-1.5.4-1]",
        "/// [3.1.1 MQTT-1.5.3-1].",
        "#[test]",
        "fn first() {}",
        "",
        "/// [5.0 MQTT-3.1.0-1]",
        "fn no_test() {}",
        "",
        "mod tests {",
        "    #[tokio::test]",
        "    async fn second() {}",
        "}",
    ];
    let mut found = BTreeMap::new();
    read(&text.join("\n"), &["room".to_string()], &mut found);
    let first = ["3.1.1 MQTT-1.5.3-1", "5.0 MQTT-1.5.4-1"].map(String::from);
    let expected = [
        ("room::first".to_string(), BTreeSet::from(first)),
        ("room::tests::second".to_string(), BTreeSet::new()),
    ];
    assert_eq!(found, BTreeMap::from(expected));
}
