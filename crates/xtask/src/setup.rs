//! What a bare machine lacks, installed once and only inside the project.
//!
//! Every part first looks whether the right version is there, by asking the thing itself, so that nothing is done twice
//! and a change of version is noticed. What fails ends in one sentence that names the command to run by hand.

mod apt;
mod crates;
mod node;
mod python;
mod rabbitmq;
mod rust;
mod versions;

pub(crate) use apt::{browser, compiler, libmosquitto, may_capture, mosquitto, tshark};
pub(crate) use crates::{cargo_fuzz, trunk, wasm_bindgen};
pub(crate) use node::{node_peers, wasm_opt};
pub(crate) use python::python_peers;
pub(crate) use rabbitmq::rabbitmq;
pub(crate) use rust::{components, wasm_target};
