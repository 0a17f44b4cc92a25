//! Bad input: bytes that are not MQTT, packets that are too large, payloads that would like to be something else.

use std::io::Write as _;

use serde_json::json;

use crate::support::clients::{Note, Peer, VERSIONS};
use crate::support::hostile::{CONNACK_3_1_1, CONNACK_5_0, Hostile};
use crate::support::mosquitto::Mosquitto;
use crate::support::server::Server;
use crate::support::workbench::{Access, Workbench};
use crate::support::{Browser, eventually};

#[tokio::test]
async fn a_malformed_packet_is_told_by_field_and_offset_and_the_page_goes_on() {
    // A PUBLISH whose topic is not UTF-8, from the third byte of the topic's two.
    let malformed = vec![0x30, 0x05, 0x00, 0x02, 0xc3, 0x28, 0x41];
    let cases = [
        ("3.1.1", vec![CONNACK_3_1_1.to_vec(), malformed.clone()]),
        ("5.0", vec![CONNACK_5_0.to_vec(), malformed]),
    ];
    for (version, frames) in cases {
        let said = alert_after(version, frames).await.to_lowercase();
        assert!(said.contains("topic name"), "{said}");
        assert!(has_offset(&said), "{said}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_mqtt_is_told_by_its_first_byte() {
    let said = alert_after("5.0", vec![b"HTTP/1.1 200 OK\r\n\r\n".to_vec()]).await;
    assert!(has_offset(&said.to_lowercase()), "{said}");
}

#[tokio::test]
async fn a_packet_that_is_too_large_is_refused_before_it_is_received() {
    // The header of a PUBLISH of 256 MiB.
    let header = vec![0x30, 0xff, 0xff, 0xff, 0x7f, 0x00, 0x01, b'a'];
    let said = alert_after("5.0", vec![CONNACK_5_0.to_vec(), header]).await;
    let said = said.to_lowercase();
    assert!(said.contains("too large"), "{said}");
    assert!(said.contains("268"), "the size is named: {said}");
}

#[tokio::test]
async fn a_script_in_a_payload_is_shown_as_what_it_is() {
    let mosquitto = Mosquitto::start().await;
    let peer = Peer {
        port: mosquitto.tcp,
        version: VERSIONS[1],
    };
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), "5.0"))
        .await;
    workbench.subscribe("#", 0).await;
    let note = Note {
        topic: "<b>bold</b>",
        payload: "<script>window.bitten = 1</script><img src=x onerror=\"window.bitten = 1\">",
        qos: 0,
        retain: false,
    };
    peer.publish(note).await;
    workbench.received(note).await;
    let row = workbench.page.part("grid", "Messages").await;
    row.click_on("row", "/bitten/").await;
    let message = workbench.page.part("region", "Message").await;
    message.says(note.payload).await;
    assert_eq!(
        workbench.page.ask("return window.bitten ?? 0;").await,
        json!(0)
    );
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_mebibyte_of_binary_is_received_unchanged() {
    // Mosquitto 2.0 takes 26 seconds for this over WebSocket, 4 KiB at a time; the project's own server takes none.
    let server = Server::start().await;
    let peer = Peer {
        port: server.tcp,
        version: VERSIONS[1],
    };
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&server.url(), "5.0"))
        .await;
    workbench.subscribe("firmware", 1).await;
    let bytes: Vec<u8> = (0..1_u32 << 20)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    peer.publish_file("firmware", file.path()).await;

    let grid = workbench.page.part("grid", "Messages").await;
    grid.click_on("row", "/firmware/").await;
    let message = workbench.page.part("region", "Message").await;
    message.says("1,048,576 bytes").await;
    message.part("link", "Save payload").await;
    // The sum of the bytes at odd and even places, each times its place, tells a changed or moved byte.
    let script = "const link = [...arguments[0].querySelectorAll('a[download]')].find((a) => a.href.startsWith('blob:')); \
                  const done = fetch(link.href).then((answer) => answer.arrayBuffer()).then((buffer) => { \
                      let sum = 0; new Uint8Array(buffer).forEach((byte, index) => { \
                          sum = (sum * 31 + byte) % 4294967291; }); \
                      return `${buffer.byteLength} ${sum}`; }); \
                  return done;";
    let sum = bytes.iter().fold(0_u64, |sum, byte| {
        (sum * 31 + u64::from(*byte)) % 4_294_967_291
    });
    assert_eq!(message.ask(script).await, json!(format!("1048576 {sum}")));
    browser.had_no_errors().await;
}

/// Connects to a server that sends these frames, and gives what the page then says; the lab goes on meanwhile.
async fn alert_after(version: &str, frames: Vec<Vec<u8>>) -> String {
    let hostile = Hostile::start(frames).await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    let url = hostile.url();
    workbench.fill(Access::anonymous(&url, version)).await;
    workbench.press_connect().await;
    let said = workbench.alert().await.text().await;
    let page = browser.visit("Lab").await;
    let time = page.part("timer", "House time").await;
    let before = time.text().await;
    eventually("the lab goes on", async || time.text().await != before).await;
    browser.had_no_errors().await;
    said
}

/// True when the words name an offset, as in `byte 4`.
fn has_offset(said: &str) -> bool {
    said.match_indices("byte ").any(|(at, word)| {
        said[at + word.len()..].starts_with(|letter: char| letter.is_ascii_digit())
    })
}
