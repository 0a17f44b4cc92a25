//! What may stand at the top of the tree.

use std::collections::BTreeMap;

use super::Finding;
use super::source::Source;

/// Everything else has its place in one of the folders.
const TOP_LEVEL: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "Trunk.toml",
    "crates",
    "index.html",
    "rust-toolchain.toml",
    "tests",
    "www",
];

/// Reports entries of the root that are not of the list; dot-files are never read.
pub(super) fn top_level(files: &[Source]) -> Vec<Finding> {
    let entries: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| {
            let top = file.path.split('/').next().unwrap_or_default();
            (top, file.path.as_str())
        })
        .collect();
    entries
        .into_iter()
        .filter(|(top, _)| !TOP_LEVEL.contains(top))
        .map(|(top, file)| Finding {
            file: file.to_owned(),
            line: 1,
            advice: format!(
                "`{top}` does not belong at the top level: move it into one of the folders."
            ),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str) -> usize {
        top_level(&[Source::new(path, String::new())]).len()
    }

    #[test]
    fn only_what_the_plan_names_stands_at_the_top() {
        assert_eq!(findings("docs/design.md"), 1);
        assert_eq!(findings("notes.txt"), 1);
        assert_eq!(findings("crates/codec/notes.txt"), 0);
        assert_eq!(findings("README.md"), 0);
    }
}
