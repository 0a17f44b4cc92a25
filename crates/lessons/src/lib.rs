//! The course: one file a lesson, goals checked on trace and broker state.

mod course;
mod progress;
mod tracker;

pub use course::{Course, Lesson, Step};
pub use progress::{Progress, VERSION};
pub use tracker::{StepState, Tracker};
