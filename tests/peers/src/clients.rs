//! Clients that others wrote, against our server: every scenario over TCP and WebSocket, in both versions.
//!
//! Each client is a program that obeys orders and tells what came of them, a line each ([`order`]); a scenario does not
//! know which client it is played with.

mod client;
mod mosquitto;
mod order;
mod program;
mod rumqttc;
mod scenario;
mod scenarios;

use crate::mosquitto_clients::VERSIONS;
use scenario::{Kind, Stage, Transport};
use scenarios::SCENARIOS;

/// Plays every scenario with the client; the test that fails has said which one was on.
#[expect(clippy::print_stdout, reason = "a failing test shows what was on")]
async fn play_all(kind: Kind, transports: &[Transport]) {
    for &transport in transports {
        for version in VERSIONS {
            for (name, play) in SCENARIOS {
                println!("{kind:?} over {transport:?}, {}: {name}", version.name);
                let stage = Stage::new(kind.clone(), transport, version).await;
                play(&stage).await;
                stage.end().await;
            }
        }
    }
}

/// They have no WebSocket before version 2.1.
#[tokio::test(flavor = "multi_thread")]
async fn mosquittos_clients_are_served() {
    play_all(Kind::Mosquitto, &[Transport::Tcp]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paho_mqtt_is_served() {
    play_all(Kind::Paho, &Transport::ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mqtt_js_is_served() {
    if let Some(folder) = crate::tools::node() {
        play_all(Kind::MqttJs(folder), &Transport::ALL).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rumqttc_is_served() {
    play_all(Kind::Rumqttc, &Transport::ALL).await;
}
