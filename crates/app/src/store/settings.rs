//! How this person likes the page, and how far they are in the course.

use super::Kept;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The one after it, round and round.
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// The value of `data-theme`; the system's choice has none.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// How much the packet log keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogBounds {
    /// Packets, at most.
    pub packets: u32,
    /// MiB of their bytes, at most.
    pub mebibytes: u32,
}

impl LogBounds {
    /// The numbers of packets that are offered.
    pub const PACKETS: [u32; 5] = [20_000, 100_000, 200_000, 500_000, 1_000_000];
    /// The MiB that are offered.
    pub const MEBIBYTES: [u32; 5] = [16, 64, 128, 256, 512];
}

impl Default for LogBounds {
    /// 200,000 packets and 128 MiB.
    fn default() -> Self {
        Self {
            packets: 200_000,
            mebibytes: 128,
        }
    }
}

/// What the frame and its panes remember.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Whether motion is reduced also where the system does not ask for it.
    pub reduce_motion: bool,
    /// Sizes of panes in pixels by the splitter's name.
    pub panes: BTreeMap<String, f64>,
    /// How much the packet log keeps.
    pub log: LogBounds,
    /// The course's progress, a versioned text of the engine's that the page does not read.
    pub progress: String,
}

impl Kept for Settings {
    const KEY: &'static str = "settings";
    const VERSION: u32 = 2;

    fn migrate(from: u32, mut value: Value) -> Result<Value, String> {
        match from {
            // The log's bounds could not be chosen.
            1 => {
                let bounds = LogBounds::default();
                let settings = value.as_object_mut().ok_or("they are no settings")?;
                settings.insert(
                    "log".to_owned(),
                    json!({ "packets": bounds.packets, "mebibytes": bounds.mebibytes }),
                );
                Ok(value)
            }
            _ => Err(format!("version {from} is not known")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Origin, read, write};

    #[test]
    fn settings_of_the_first_version_get_the_usual_bounds_of_the_log() {
        let text = r#"{"version":1,"value":{"theme":"Dark","reduce_motion":true,"panes":{"a":3.0},"progress":"x"}}"#;
        let loaded = read::<Settings>(Some(text));
        assert_eq!(loaded.origin, Origin::Migrated);
        assert_eq!(loaded.value.theme, Theme::Dark);
        assert_eq!(loaded.value.log, LogBounds::default());
        assert_eq!(loaded.value.panes.get("a"), Some(&3.0));
        let broken = read::<Settings>(Some(r#"{"version":1,"value":7}"#));
        assert!(matches!(broken.origin, Origin::Broken(_)));
    }

    #[test]
    fn bounds_that_were_chosen_are_kept() {
        let mut settings = Settings::default();
        settings.log.packets = 1_000_000;
        assert_eq!(read::<Settings>(Some(&write(&settings))).value, settings);
        assert!(LogBounds::PACKETS.contains(&LogBounds::default().packets));
        assert!(LogBounds::MEBIBYTES.contains(&LogBounds::default().mebibytes));
    }
}
