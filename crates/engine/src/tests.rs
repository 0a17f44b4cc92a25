//! The engine as a whole: a page that asks and acts, sockets with a broker or a villain behind them.

mod answers;
mod bench;
mod course;
mod hostile;
mod lab;
mod lab_connection;
mod live_connection;
mod packets;
mod timing;
mod why;
