//! What the tests are written with: a browser, its page, brokers and clients, each ended when its value is dropped.

pub(crate) mod browser;
pub(crate) mod clients;
pub(crate) mod dist;
pub(crate) mod hostile;
pub(crate) mod mosquitto;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod process;
pub(crate) mod server;
pub(crate) mod wait;
pub(crate) mod workbench;

pub(crate) use browser::{Browser, DESKTOP, PHONE};
pub(crate) use page::Part;
pub(crate) use place::free_port;
pub(crate) use wait::eventually;
