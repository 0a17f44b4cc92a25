//! Every packet on every hop, lab and live, in one list.

mod capture;
mod counts;
mod filter;
mod journal;
mod journey;
mod ladders;
mod lists;
mod row;
mod summary;
mod writing;

pub(crate) use capture::Jobs;
pub(crate) use counts::Orders;
pub(crate) use journal::{Journal, Origin};
pub(crate) use ladders::{LadderQuery, Ladders};
pub(crate) use lists::Lists;
pub(crate) use row::{detail, direction, row};
pub(crate) use writing::Words;
