//! `midge-server`: the same broker for clients that others wrote, for browsers, and as the page's web server.

use crate::support::Browser;
use crate::support::clients::{Note, Peer, VERSIONS, line};
use crate::support::server::Server;
use crate::support::workbench::{Access, Workbench};

/// The server lets nobody in who does not offer `mqtt` [3.1.1 MQTT-6.0.0-3] [5.0 MQTT-6.0.0-3].
#[tokio::test]
async fn the_page_and_mosquittos_clients_meet_on_it() {
    let server = Server::start().await;
    for version in VERSIONS {
        let peer = Peer {
            port: server.tcp,
            version,
        };
        let browser = Browser::open("workbench").await;
        let workbench = Workbench::of(&browser).await;
        workbench
            .connect(Access::anonymous(&server.url(), version.name))
            .await;
        workbench.subscribe("to/page", 2).await;
        let listener = peer.subscribe("from/page", 2).await;
        let note = Note {
            topic: "to/page",
            payload: "hello",
            qos: 2,
            retain: false,
        };
        peer.publish(note).await;
        workbench.received(note).await;
        let answer = Note {
            topic: "from/page",
            ..note
        };
        workbench.publish(answer).await;
        listener.line_with(&line(answer)).await;
        browser.had_no_errors().await;
    }
}

#[tokio::test]
async fn it_serves_the_built_page() {
    let server = Server::start().await;
    let browser = Browser::open("lab").await;
    let script = format!(
        "return fetch('http://127.0.0.1:{}/', {{ mode: 'no-cors' }}).then(() => 'there', () => 'not there');",
        server.ws
    );
    assert_eq!(browser.page().ask(&script).await, "there");
    browser
        .go_to(&format!("http://127.0.0.1:{}/#/lab", server.ws))
        .await;
    browser.page().part("region", "Floor plan").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn an_interrupt_ends_it_cleanly() {
    let mut server = Server::start().await;
    let peer = Peer {
        port: server.tcp,
        version: VERSIONS[1],
    };
    let _connected = peer.subscribe("#", 0).await;
    assert!(server.interrupt().await, "the exit code is 0");
}
