//! The engine as a whole: a page that asks and acts, sockets with a broker or a villain behind them.

mod answers;
mod bench;
mod captures;
mod counts;
mod course;
mod filters;
mod hostile;
mod lab;
mod lab_connection;
mod ladder;
mod lanes;
mod live_connection;
mod log;
mod packets;
mod timing;
mod why;
