//! Long work that the engine does a piece at a time: captures written and read.
//!
//! [`crate::Action::Export`] and [`crate::Action::Import`] begin a job; [`crate::Action::Feed`] hands over
//! the file to read. The page sends [`crate::Action::Work`] for each piece, until a [`Work`] says how it
//! ended; between pieces the engine answers everything else, and the page shows how far it is.

use serde::{Deserialize, Serialize};

/// A job of the engine. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobId(pub u32);

/// A piece of a job was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// How much of the job is done, in percent.
    pub percent: u8,
    /// The next bytes of the file that it writes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// How the job ended, with its last piece.
    pub end: Option<WorkEnd>,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkEnd {
    /// A capture of so many packets was written.
    Written {
        /// How many.
        packets: u64,
    },
    /// A capture is in the log.
    Imported(ImportReport),
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The file's name.
    pub name: String,
    /// Packets that are in the log.
    pub packets: u64,
    /// MQTT connections found.
    pub connections: u32,
    /// The filter that keeps them: their clients are named with the file's name behind.
    pub filter: String,
    /// What was left out and what is doubtful, a sentence each.
    pub notes: Vec<String>,
}
