//! `cargo xtask tidy`: the rules of the tree that no compiler checks.
//!
//! Each rule is one small function over the text of the files, with a test that shows it can fail. A finding names the
//! file, the line and what to do about it.

mod arrows;
mod names;
mod shape;
mod source;
mod words;

use std::fmt;
use std::fs;
use std::path::Path;

use crate::place::Place;
use crate::{Outcome, Stop, say};
use source::Source;

/// A place in the tree that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    file: String,
    /// Counted from 1.
    line: usize,
    /// What is wrong and what to do.
    advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, advice } = self;
        write!(formatter, "{file}:{line}: {advice}")
    }
}

/// Folders that are built or fetched, not written.
const NOT_OURS: &[&str] = &["target", "dist", "node_modules"];

/// Reads the tree and reports every finding.
pub(crate) fn run(place: &Place) -> Outcome {
    let files = read_tree(&place.root)?;
    let findings = check(&files);
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => {
            say::fact(&format!("{} files are tidy.", files.len()));
            Ok(())
        }
        count => Err(Stop::new(format!(
            "{count} findings: change what each line says, then run `cargo xtask tidy` again."
        ))),
    }
}

/// Applies every rule to the files.
fn check(files: &[Source]) -> Vec<Finding> {
    let mut findings = names::top_level(files);
    findings.extend(arrows::check(files));
    for file in files.iter().filter(|file| file.is_rust()) {
        findings.extend(shape::check(file));
        findings.extend(words::check(file));
    }
    findings
}

/// Reads every text file of the project, with paths relative to its root, in order of their names.
fn read_tree(root: &Path) -> Outcome<Vec<Source>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .map_err(|error| Stop::new(format!("{} cannot be read: {error}.", folder.display())))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || NOT_OURS.contains(&&*name) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let relative = relative.to_string_lossy().replace('\\', "/");
            // A picture has no text; its name still counts.
            files.push(Source::new(
                relative,
                fs::read_to_string(&path).unwrap_or_default(),
            ));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_file_and_line() {
        let files = [Source::new(
            "crates/codec/src/lib.rs",
            "fn main() {}\n".to_owned(),
        )];
        let shown: Vec<String> = check(&files).iter().map(Finding::to_string).collect();
        assert!(
            shown
                .iter()
                .any(|line| line.starts_with("crates/codec/src/lib.rs:1: ")),
            "{shown:?}"
        );
    }
}
