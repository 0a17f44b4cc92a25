//! What a learner has done so far, in a form that outlives the program.

use core::fmt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the stored form.
pub const VERSION: u32 = 1;

/// Steps done, by lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of this form: [`VERSION`].
    pub version: u32,
    /// How many steps are done, by the lesson's id. Lessons that this program does not know are kept.
    pub steps_done: BTreeMap<String, u32>,
}

/// Why a stored progress was not taken. It should be left where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON of this form.
    Malformed,
    /// A later program wrote it.
    Newer(u32),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("it is damaged"),
            Self::Newer(version) => write!(
                f,
                "it was written by a later program (version {version}; this one reads {VERSION})"
            ),
        }
    }
}

impl core::error::Error for Unreadable {}

impl Default for Progress {
    fn default() -> Self {
        Self {
            version: VERSION,
            steps_done: BTreeMap::new(),
        }
    }
}

impl Progress {
    /// The stored form, as JSON.
    pub fn to_text(&self) -> String {
        serde_json::json!({ "version": VERSION, "steps_done": self.steps_done }).to_string()
    }

    /// Reads a stored form of this version or an earlier one.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn from_text(text: &str) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } =
            serde_json::from_str(text).map_err(|_| Unreadable::Malformed)?;
        match version {
            0 => Err(Unreadable::Malformed),
            // The first form. A later one is read here and carried over by a line of its own.
            VERSION => serde_json::from_str(text).map_err(|_| Unreadable::Malformed),
            newer => Err(Unreadable::Newer(newer)),
        }
    }

    /// How many steps of a lesson are done.
    pub fn done(&self, lesson: &str) -> u32 {
        self.steps_done.get(lesson).copied().unwrap_or(0)
    }

    /// Takes over what `other` holds; the further one counts.
    pub fn merge(&mut self, other: &Self) {
        for (lesson, &done) in &other.steps_done {
            self.reach(lesson, done);
        }
    }

    /// Notes that `done` steps of a lesson are done. Steps done stay done.
    pub(crate) fn reach(&mut self, lesson: &str, done: u32) {
        let kept = self.steps_done.entry(lesson.to_owned()).or_default();
        *kept = done.max(*kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_survives_being_stored() {
        let mut progress = Progress::default();
        progress.reach("living-room", 3);
        progress.reach("of-a-later-course", 1);
        let text = progress.to_text();
        assert_eq!(Progress::from_text(&text), Ok(progress));
    }

    #[test]
    fn the_stored_form_is_this_one_for_ever() {
        let text = r#"{"version":1,"steps_done":{"living-room":2}}"#;
        assert_eq!(Progress::from_text(text).unwrap().done("living-room"), 2);
        assert_eq!(
            Progress::from_text(text).unwrap().to_text().len(),
            text.len()
        );
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for damaged in ["", "null", "{}", r#"{"version":1}"#, r#"{"version":0}"#] {
            let answer = Progress::from_text(damaged);
            assert_eq!(answer, Err(Unreadable::Malformed), "{damaged}");
        }
        let newer = r#"{"version":7,"lessons":[]}"#;
        assert_eq!(Progress::from_text(newer), Err(Unreadable::Newer(7)));
    }

    #[test]
    fn steps_done_stay_done() {
        let mut progress = Progress::default();
        progress.reach("living-room", 3);
        progress.reach("living-room", 1);
        let mut other = Progress::default();
        other.reach("living-room", 2);
        progress.merge(&other);
        assert_eq!(progress.done("living-room"), 3);
    }
}
