//! The course: one file a lesson, goals checked on trace and broker state.
//!
//! A [`Lesson`] is data: texts, and steps whose goals are predicates. A [`Tracker`] follows a world: its
//! witness (`witness`) reads what is new in the log and remembers what a learner sent and received; a
//! goal (`scene`) asks it and the broker, and answers what was seen or what is still missing. Nothing
//! asks how a learner got there: the page, the phone, any client on a port. What the house does by
//! itself never counts.

mod course;
mod living_room;
mod progress;
mod scene;
#[cfg(test)]
mod tests;
mod tracker;
mod witness;
mod words;

pub use course::{Course, Lesson, Step};
pub use progress::{Progress, Unreadable, VERSION};
pub use tracker::{StepState, Tracker};
