//! Every packet on every hop, lab and live, in one list.

mod filter;
mod journal;
mod lists;
mod row;
mod summary;

pub(crate) use journal::Journal;
pub(crate) use lists::Lists;
pub(crate) use row::{detail, direction, row};
