//! What the tests are written with: a browser, its page, brokers and clients, each ended when its value is dropped.

pub(crate) mod browser;
pub(crate) mod dist;
pub(crate) mod hostile;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod server;
pub(crate) mod workbench;

pub(crate) use browser::{Browser, DESKTOP, PHONE};
pub(crate) use midge_tests_peers::wait::eventually;
pub(crate) use midge_tests_peers::{
    free_port, mosquitto, mosquitto_clients as clients, process, wait,
};
pub(crate) use page::Part;
