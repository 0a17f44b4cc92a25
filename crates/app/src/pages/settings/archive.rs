//! All settings as one file, for another browser or a rainy day. Pure.

use crate::store::PREFIX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What tells such a file from any other.
const KIND: &str = "midge settings";
/// The version of the file written.
const VERSION: u32 = 1;
/// Files that are longer than this are not settings.
pub(super) const LONGEST: f64 = 8_000_000.0;

/// Everything kept in this browser: stored texts by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Archive(pub BTreeMap<String, String>);

#[derive(Serialize, Deserialize)]
struct File {
    kind: String,
    version: u32,
    values: BTreeMap<String, serde_json::Value>,
}

impl Archive {
    /// The text of the file.
    pub(super) fn write(&self) -> String {
        let values = self
            .0
            .iter()
            .map(|(name, text)| {
                let value = serde_json::from_str(text);
                // What is no JSON, such as a value that was put aside as broken, goes as text.
                let value = value.unwrap_or_else(|_| serde_json::Value::String(text.clone()));
                (name.clone(), value)
            })
            .collect();
        let file = File {
            kind: KIND.to_owned(),
            version: VERSION,
            values,
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// In words, when it is none.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text)
            .map_err(|error| format!("This is no file of Midge\u{2019}s settings: {error}."))?;
        if file.kind != KIND {
            return Err(
                "This is a file of something else than Midge\u{2019}s settings.".to_owned(),
            );
        }
        if file.version > VERSION {
            return Err(format!(
                "This file was written by a later Midge (version {} of the file; this one reads up to {VERSION}).",
                file.version
            ));
        }
        let mut values = BTreeMap::new();
        for (name, value) in file.values {
            if !name.starts_with(PREFIX) {
                return Err(format!(
                    "\u{201c}{name}\u{201d} in this file is not a setting of Midge."
                ));
            }
            let text = match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            values.insert(name, text);
        }
        Ok(Self(values))
    }
}

/// What a stored value is, in words.
pub(super) fn about(name: &str) -> &'static str {
    match name.strip_prefix(PREFIX).unwrap_or(name) {
        "settings" => "Theme, sizes of panes, bounds of the packet log, progress of the course",
        "lanes" => "Order of the lines of ladders, and which clients are hidden there",
        "workbench-profiles" => {
            "Profiles of the Workbench; passwords only where you ticked their box"
        }
        "workbench-desk" => "What is typed in the Workbench, also passwords; gone with this tab",
        other if other.ends_with(".broken") => "Put aside because it could not be read",
        _ => "Of another version of Midge",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(values: &[(&str, &str)]) -> Archive {
        let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
        Archive(values.iter().map(owned).collect())
    }

    #[test]
    fn what_is_exported_comes_back() {
        let all = archive(&[
            (
                "midge.settings",
                r#"{"value":{"theme":"Dark"},"version":1}"#,
            ),
            ("midge.settings.broken", "{no json"),
        ]);
        assert_eq!(Archive::read(&all.write()), Ok(all));
    }

    #[test]
    fn other_files_are_refused_in_words() {
        for (text, words) in [
            ("", "no file of Midge"),
            ("[1]", "no file of Midge"),
            (r#"{"kind":"x","version":1,"values":{}}"#, "something else"),
            (
                r#"{"kind":"midge settings","version":2,"values":{}}"#,
                "a later Midge",
            ),
            (
                r#"{"kind":"midge settings","version":1,"values":{"token":"x"}}"#,
                "token",
            ),
        ] {
            let refused = Archive::read(text).unwrap_err();
            assert!(refused.contains(words), "{text}: {refused}");
        }
    }
}
