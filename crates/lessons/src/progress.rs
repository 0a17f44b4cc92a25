//! What a learner has done so far, in a form that outlives the program.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the stored form.
pub const VERSION: u32 = 1;

/// Steps done, by lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of this form.
    pub version: u32,
    /// How many steps are done, by the lesson's id.
    pub steps_done: BTreeMap<String, u32>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            version: VERSION,
            steps_done: BTreeMap::new(),
        }
    }
}
