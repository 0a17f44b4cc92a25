//! Every numbered statement of MQTT 3.1.1 and 5.0, and the tests that show it.
//!
//! The manifest lists the statements with their tests ([`manifest`] holds both to each other). The
//! tests here set scripted peers, who may say anything, before the real broker, and a scripted server
//! before the real client. A test names what it shows as `[3.1.1 MQTT-3.1.0-2]` or
//! `[5.0 MQTT-3.1.0-2]`, because the versions give the same number to different statements.

mod bench;
mod script;
mod words;

mod manifest;
mod sources;

mod answers;
mod client_connect;
mod client_delivery;
mod client_faults;
mod client_limits;
mod connack;
mod connect;
mod disconnect;
mod flow;
mod handshakes;
mod keep_alive;
mod malformed;
mod properties;
mod publish;
mod retain;
mod scenarios;
mod sessions;
mod sharing;
mod subscribe;
mod topics;
mod transport;
mod unsubscribe;
mod wills;
