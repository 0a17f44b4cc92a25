//! A broker that goes away and comes back.

use crate::support::clients::{Note, Peer, VERSIONS};
use crate::support::mosquitto::Mosquitto;
use crate::support::workbench::{Access, Workbench};
use crate::support::{Browser, eventually};

#[tokio::test]
async fn the_page_reconnects_and_its_subscriptions_come_back() {
    let mut mosquitto = Mosquitto::start().await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), "3.1.1"))
        .await;
    workbench.subscribe("news/#", 1).await;

    mosquitto.stop().await;
    workbench.is("Reconnecting").await;
    mosquitto.start_again().await;
    workbench.is("Connected").await;

    // Mosquitto has forgotten everything, so what arrives was subscribed to anew.
    let peer = Peer {
        port: mosquitto.tcp,
        version: VERSIONS[0],
    };
    let note = Note {
        topic: "news/today",
        payload: "back again",
        qos: 1,
        retain: false,
    };
    eventually("a message arrives after the restart", async || {
        peer.publish(note).await;
        workbench.messages().await.iter().any(|row| row.is(note))
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn disconnecting_ends_the_attempts() {
    let mut mosquitto = Mosquitto::start().await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), "5.0"))
        .await;
    mosquitto.stop().await;
    workbench.is("Reconnecting").await;
    workbench.disconnect().await;
    mosquitto.start_again().await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    workbench.is("Disconnected").await;
}
