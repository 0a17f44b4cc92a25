//! Captures in and out: hands files to the engine and saves what it writes, a piece at a time.

use super::words;
use crate::components::download::{download, file_of};
use crate::hub::{Hub, use_hub};
use js_sys::{Array, ArrayBuffer, Date, Uint8Array};
use midge_view::{Action, JobId, Outcome, PacketFilter, Problem, Work, WorkEnd};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;
use yew::prelude::*;

/// Bytes of a file that are read at a time.
const PIECE: f64 = 2_097_152.0;

/// What is going on with captures.
#[derive(Clone, PartialEq)]
pub(super) enum Capturing {
    /// A capture is written or read; so much is done.
    Busy {
        /// What is done, in words.
        what: &'static str,
        /// How much, in percent.
        percent: u8,
    },
    /// How the last one ended.
    Ended(Ending),
    /// The last one failed.
    Failed(Problem),
}

/// How a capture ended.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Ending {
    /// In sentences.
    pub words: Vec<String>,
    /// The filter that keeps what was imported.
    pub filter: Option<String>,
}

/// Writing and reading captures.
#[derive(Clone, PartialEq)]
pub(super) struct Captures {
    /// What is going on; `None` before the first and after it was dismissed.
    pub state: Option<Capturing>,
    /// Writes the packets that a filter keeps.
    pub export: Callback<PacketFilter>,
    /// Reads a file.
    pub import: Callback<File>,
    /// Cancels what is going on, or takes away what is said of the last.
    pub dismiss: Callback<()>,
}

impl Captures {
    /// Whether a capture is written or read.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.state, Some(Capturing::Busy { .. }))
    }
}

/// The page's captures: one at a time.
#[hook]
pub(super) fn use_captures() -> Captures {
    let hub = use_hub();
    let state = use_state_eq(|| None::<Capturing>);
    // Each capture has a flag of its own, so that one that was cancelled stays so.
    let cancelled = use_mut_ref(|| Rc::new(Cell::new(false)));
    let begin = {
        let (state, cancelled) = (state.setter(), cancelled.clone());
        move |what: &'static str| {
            let flag = Rc::new(Cell::new(false));
            // What was going on before is given up.
            cancelled.replace(Rc::clone(&flag)).set(true);
            state.set(Some(Capturing::Busy { what, percent: 0 }));
            Course {
                what,
                state: state.clone(),
                cancelled: flag,
            }
        }
    };
    let export = {
        let (hub, begin) = (hub.clone(), begin.clone());
        Callback::from(move |filter: PacketFilter| {
            let (hub, course) = (hub.clone(), begin("Writing the capture"));
            spawn_local(async move {
                let ending = write(&hub, filter, &course).await;
                course.end(ending);
            });
        })
    };
    let import = Callback::from(move |file: File| {
        let (hub, course) = (hub.clone(), begin("Reading the capture"));
        spawn_local(async move {
            let ending = read(&hub, &file, &course).await;
            course.end(ending);
        });
    });
    let dismiss = {
        let state = state.setter();
        Callback::from(move |()| {
            cancelled.borrow().set(true);
            state.set(None);
        })
    };
    Captures {
        state: (*state).clone(),
        export,
        import,
        dismiss,
    }
}

/// One capture under way, as the page sees it.
struct Course {
    what: &'static str,
    state: UseStateSetter<Option<Capturing>>,
    cancelled: Rc<Cell<bool>>,
}

impl Course {
    fn progress(&self, percent: u8) {
        if !self.cancelled.get() {
            let what = self.what;
            self.state.set(Some(Capturing::Busy { what, percent }));
        }
    }

    /// Shows how it ended, unless the person did not wait for that.
    fn end(&self, ending: Result<Ending, Problem>) {
        if !self.cancelled.get() {
            self.state.set(Some(match ending {
                Ok(ending) => Capturing::Ended(ending),
                Err(problem) => Capturing::Failed(problem),
            }));
        }
    }

    /// Does the next piece of a job; `None` when it was cancelled.
    async fn step(&self, hub: &Hub, job: JobId, action: Action) -> Result<Option<Work>, Problem> {
        if self.cancelled.get() {
            hub.act(Action::Abandon(job), |_| {});
            return Ok(None);
        }
        match hub.perform(action).await? {
            Outcome::Work(work) => {
                self.progress(work.percent);
                Ok(Some(work))
            }
            _ => Ok(None),
        }
    }
}

async fn begun(hub: &Hub, action: Action) -> Result<JobId, Problem> {
    match hub.perform(action).await? {
        Outcome::Job(job) => Ok(job),
        _ => Err(Problem::default()),
    }
}

async fn write(hub: &Hub, filter: PacketFilter, course: &Course) -> Result<Ending, Problem> {
    let job = begun(hub, Action::Export(filter)).await?;
    let parts = Array::new();
    while let Some(work) = course.step(hub, job, Action::Work(job)).await? {
        parts.push(&Uint8Array::from(work.bytes.as_slice()));
        if let Some(WorkEnd::Written { packets }) = work.end {
            let name = words::file_name(&String::from(Date::new_0().to_iso_string()));
            let Some(file) = file_of(&parts) else {
                return Err(Problem {
                    what: "The browser could not keep the capture.".to_owned(),
                    try_next: vec!["Filter for fewer packets.".to_owned()],
                });
            };
            download(&name, &file);
            return Ok(Ending {
                words: words::written(&name, packets),
                filter: None,
            });
        }
    }
    Ok(Ending::default())
}

async fn read(hub: &Hub, file: &File, course: &Course) -> Result<Ending, Problem> {
    let name = file.name();
    let all = file.size();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The size of a file.
    let size = all as u64;
    let job = begun(hub, Action::Import { name, size }).await?;
    let mut from = 0.0;
    while from < all {
        let until = all.min(from + PIECE);
        let bytes = match bytes_of(file, from, until).await {
            Ok(bytes) => bytes,
            Err(problem) => {
                hub.act(Action::Abandon(job), |_| {});
                return Err(problem);
            }
        };
        let feed = Action::Feed { job, bytes };
        if course.step(hub, job, feed).await?.is_none() {
            return Ok(Ending::default());
        }
        from = until;
    }
    while let Some(work) = course.step(hub, job, Action::Work(job)).await? {
        if let Some(WorkEnd::Imported(report)) = work.end {
            return Ok(Ending {
                words: words::imported(&report),
                filter: Some(report.filter),
            });
        }
    }
    Ok(Ending::default())
}

async fn bytes_of(file: &File, from: f64, until: f64) -> Result<Vec<u8>, Problem> {
    let unreadable = |_| Problem {
        what: format!(
            "The browser could not read \u{201c}{}\u{201d}.",
            file.name()
        ),
        try_next: vec!["Look whether the file is still there, and choose it again.".to_owned()],
    };
    let piece = file
        .slice_with_f64_and_f64(from, until)
        .map_err(unreadable)?;
    let buffer = JsFuture::from(piece.array_buffer())
        .await
        .map_err(unreadable)?;
    Ok(Uint8Array::new(&ArrayBuffer::from(buffer)).to_vec())
}
