//! How this person likes the page, and how far they are in the course.

use super::Kept;
use serde::{Deserialize, Serialize};
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
    /// The course's progress, a versioned text of the engine's that the page does not read.
    pub progress: String,
}

impl Kept for Settings {
    const KEY: &'static str = "settings";
    const VERSION: u32 = 1;
}
