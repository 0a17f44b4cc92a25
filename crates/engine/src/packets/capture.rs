//! Captures written from the log and read into it, a piece at a time.

mod export;
mod import;

use super::journal::Journal;
use crate::budget::Budget;
use export::Export;
use import::Import;
use midge_view::{JobId, PacketFilter, Problem, Work};
use std::collections::BTreeMap;

/// Jobs at a time: each holds a log or a file.
const JOBS_MAX: usize = 4;

/// The jobs under way.
#[derive(Default)]
pub(crate) struct Jobs {
    list: BTreeMap<JobId, Job>,
    next: u32,
}

enum Job {
    Export(Box<Export>),
    Import(Box<Import>),
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.list.keys()).finish()
    }
}

impl Jobs {
    /// Begins to write the packets that `filter` keeps, as they are in the log at this moment.
    /// `epoch_us` is what wall time 0 is in microseconds since 1970.
    pub(crate) fn export(
        &mut self,
        journal: &Journal,
        filter: &PacketFilter,
        epoch_us: u64,
    ) -> Result<JobId, Problem> {
        let export = Export::new(journal, filter, epoch_us)?;
        self.begin(Job::Export(Box::new(export)))
    }

    /// Begins to read a file of this name and size.
    pub(crate) fn import(&mut self, name: String, size: u64) -> Result<JobId, Problem> {
        let import = Import::new(name, size)?;
        self.begin(Job::Import(Box::new(import)))
    }

    fn begin(&mut self, job: Job) -> Result<JobId, Problem> {
        if self.list.len() >= JOBS_MAX {
            return Err(Problem {
                what: format!("{JOBS_MAX} captures are being written or read already."),
                try_next: vec!["Wait for one of them, or cancel it.".to_owned()],
            });
        }
        let id = JobId(self.next);
        self.next += 1;
        self.list.insert(id, job);
        Ok(id)
    }

    /// The next bytes of the file that a job reads.
    pub(crate) fn feed(
        &mut self,
        id: JobId,
        bytes: &[u8],
        journal: &Journal,
    ) -> Result<Work, Problem> {
        self.step(id, |job| match job {
            Job::Import(import) => import.feed(bytes, journal),
            Job::Export(_) => Err(gone()),
        })
    }

    /// Does the next piece of a job, as far as there is time.
    pub(crate) fn work(
        &mut self,
        id: JobId,
        journal: &mut Journal,
        budget: &Budget<'_>,
    ) -> Result<Work, Problem> {
        self.step(id, |job| match job {
            Job::Export(export) => export.work(budget),
            Job::Import(import) => import.work(journal, budget),
        })
    }

    /// Gives a job up. What it read so far is not in the log unless it was on its way there.
    pub(crate) fn abandon(&mut self, id: JobId) {
        self.list.remove(&id);
    }

    /// A job that ended or failed is there no more.
    fn step(
        &mut self,
        id: JobId,
        act: impl FnOnce(&mut Job) -> Result<Work, Problem>,
    ) -> Result<Work, Problem> {
        let work = act(self.list.get_mut(&id).ok_or_else(gone)?);
        if work.as_ref().map_or(true, |work| work.end.is_some()) {
            self.list.remove(&id);
        }
        work
    }
}

fn gone() -> Problem {
    Problem {
        what: "This was cancelled or has ended.".to_owned(),
        try_next: vec!["Begin again.".to_owned()],
    }
}
