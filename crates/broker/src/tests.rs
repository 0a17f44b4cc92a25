//! Scripted peers against one broker: each test is a sentence, and cites the statements it shows.

mod lab;

mod abuse;
mod authenticating;
mod back_pressure;
mod checking;
mod connecting;
mod deadlines;
mod delivery;
mod explaining;
mod faults;
mod journal;
mod limits;
mod replaying;
mod retaining;
mod sessions;
mod sharing;
mod subscribing;
mod sys_topics;
mod verdicts;
mod wills;
