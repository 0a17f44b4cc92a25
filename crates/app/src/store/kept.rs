//! Versioned values in a browser's storage: reading never fails, old versions are migrated. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What every name in the storage begins with.
pub(crate) const PREFIX: &str = "midge.";

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Until it is cleared, for all tabs.
    Local,
    /// As long as this tab lives.
    Session,
}

/// A value that outlives the page.
pub trait Kept: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static {
    /// Its name in the storage, without the `midge.` that all begin with.
    const KEY: &'static str;
    /// The version written.
    const VERSION: u32;
    /// Where it is kept.
    const AREA: Area = Area::Local;

    /// Takes a stored value from version `from` to `from + 1`.
    ///
    /// # Errors
    /// When that version was never written, or the value cannot be one of it.
    fn migrate(from: u32, value: Value) -> Result<Value, String> {
        let _ = value;
        Err(format!("version {from} is not known"))
    }
}

/// Where a loaded value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing was stored.
    Default,
    /// It was stored as it is.
    Stored,
    /// It was stored by an older version of the page.
    Migrated,
    /// What was stored could not be used, for this reason; the value is the default.
    Broken(String),
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

/// Reads a stored text, or the default when there is none or it is of no use.
pub fn read<T: Kept>(text: Option<&str>) -> Loaded<T> {
    let Some(text) = text else {
        return Loaded {
            value: T::default(),
            origin: Origin::Default,
        };
    };
    match parse::<T>(text) {
        Ok((value, version)) => Loaded {
            value,
            origin: if version == T::VERSION {
                Origin::Stored
            } else {
                Origin::Migrated
            },
        },
        Err(why) => Loaded {
            value: T::default(),
            origin: Origin::Broken(why),
        },
    }
}

/// The text to store.
pub fn write<T: Kept>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or(Value::Null);
    serde_json::json!({ "version": T::VERSION, "value": value }).to_string()
}

fn parse<T: Kept>(text: &str) -> Result<(T, u32), String> {
    let stored: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let version = stored
        .get("version")
        .and_then(Value::as_u64)
        .and_then(|version| u32::try_from(version).ok())
        .ok_or("it has no version")?;
    if version > T::VERSION {
        return Err(format!("version {version} is of a later Midge"));
    }
    let mut value = stored.get("value").cloned().ok_or("it has no value")?;
    for from in version..T::VERSION {
        value = T::migrate(from, value)?;
    }
    let value = serde_json::from_value(value).map_err(|error| error.to_string())?;
    Ok((value, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Shelf {
        books: Vec<String>,
    }

    impl Kept for Shelf {
        const KEY: &'static str = "shelf";
        const VERSION: u32 = 2;
        fn migrate(from: u32, value: Value) -> Result<Value, String> {
            match from {
                1 => Ok(serde_json::json!({ "books": [value["book"]] })),
                _ => Err(format!("version {from} is not known")),
            }
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let shelf = Shelf {
            books: vec!["\"<script>\u{0}".to_owned()],
        };
        let loaded = read::<Shelf>(Some(&write(&shelf)));
        assert_eq!(loaded.value, shelf);
        assert_eq!(loaded.origin, Origin::Stored);
    }

    #[test]
    fn an_older_version_is_migrated_step_by_step() {
        let loaded = read::<Shelf>(Some(r#"{"version":1,"value":{"book":"MQTT"}}"#));
        assert_eq!(loaded.value.books, ["MQTT"]);
        assert_eq!(loaded.origin, Origin::Migrated);
    }

    #[test]
    fn whatever_is_broken_starts_with_defaults_and_says_why() {
        for text in [
            "",
            "{",
            "null",
            "7",
            r#"{"version":2}"#,
            r#"{"version":"2","value":{"books":[]}}"#,
            r#"{"version":0,"value":{"books":[]}}"#,
            r#"{"version":3,"value":{"books":[]}}"#,
            r#"{"version":2,"value":{"books":7}}"#,
        ] {
            let loaded = read::<Shelf>(Some(text));
            assert_eq!(loaded.value, Shelf::default(), "{text}");
            assert!(matches!(loaded.origin, Origin::Broken(_)), "{text}");
        }
        assert_eq!(read::<Shelf>(None).origin, Origin::Default);
    }
}
