//! Captures saved by the page and read into it.

use std::path::{Path, PathBuf};

use midge_codec::Version;
use midge_session::Instant;
use midge_trace::pcapng;
use midge_trace::{Bounds, HopId, Log, Toward};
use serde_json::json;

use crate::support::wait::soon;
use crate::support::{Browser, eventually};

/// The capture that the browser saved into a folder, once it is whole.
async fn saved(folder: &Path) -> PathBuf {
    let found = soon(async || {
        let files = std::fs::read_dir(folder).ok()?;
        files
            .filter_map(|file| Some(file.ok()?.path()))
            .find(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "pcapng")
            })
    })
    .await;
    found.expect("the browser saves a capture")
}

#[tokio::test]
async fn the_log_is_saved_as_a_capture_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::open("packets").await;
    browser.save_files_in(folder.path()).await;
    let page = browser.page();
    let grid = page.part("grid", "Packets").await;
    eventually("the devices have connected and published", async || {
        let count = grid.attribute("aria-rowcount").await;
        count.is_some_and(|count| count.parse::<u64>().is_ok_and(|count| count > 80))
    })
    .await;
    browser.pause().await;
    page.click_on("button", "Export to Wireshark").await;
    page.click_on("menuitem", "/^Every packet/").await;
    page.says("saved as midge-").await;
    let file = saved(folder.path()).await;

    let everything = Bounds {
        records: u32::MAX,
        bytes: u64::MAX,
    };
    let bytes = std::fs::read(&file).unwrap();
    let capture = pcapng::import(&bytes, everything).expect("a capture");
    assert!(capture.log.end() > 20 && capture.hops.len() > 4);
    assert!(
        capture
            .log
            .iter_from(0)
            .all(|record| record.fault.is_none())
    );
    assert!(
        capture
            .hops
            .iter()
            .any(|hop| hop.client == "Lamp, living room")
    );

    let input = page.part("button", "Import a capture").await;
    input.press(file.to_str().unwrap()).await;
    page.says("connections read from").await;
    page.click_on("link", "Show only these").await;
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let field = page.part("combobox", "Filter packets").await;
    eventually("the filter keeps the file's packets", async || {
        field.value().await.contains(&name)
    })
    .await;
    let all = (capture.log.end() + 1).to_string();
    eventually("every packet of the file is listed", async || {
        grid.attribute("aria-rowcount").await.as_deref() == Some(all.as_str())
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_file_that_is_no_capture_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "MQTT is not a capture, and neither is this.").unwrap();
    let browser = Browser::open("packets").await;
    let page = browser.page();
    page.part("grid", "Packets")
        .await
        .part("row", "/PUBLISH/")
        .await;
    let input = page.part("button", "Import a capture").await;
    input.press(file.to_str().unwrap()).await;
    let problem = page.part("alert", "").await;
    problem.says("notes.txt").await;
    problem.says("neither a pcapng nor a pcap file").await;
    problem.click_on("button", "Dismiss").await;
    page.gone("alert", "").await;
    browser.had_no_errors().await;
}

/// What a drag of files does to the page: makes a `File` of each name and bytes, and sends the events that a browser sends,
/// to the element in the middle of the page's main part. Answers whether the page took what was dropped.
const DRAG: &str = "
    const [steps, files] = [arguments[0], arguments[1]];
    const data = new DataTransfer();
    for (const [name, bytes] of files) data.items.add(new File([new Uint8Array(bytes)], name));
    const box = document.querySelector('main').getBoundingClientRect();
    const [clientX, clientY] = [box.left + box.width / 2, box.top + box.height / 2];
    const target = document.elementFromPoint(clientX, clientY);
    const kind = { bubbles: true, cancelable: true, composed: true, dataTransfer: data, clientX, clientY };
    let taken = false;
    for (const step of steps) taken = !target.dispatchEvent(new DragEvent(step, kind));
    return taken;";

/// Sends the events of a drag; answers whether the last one was taken.
async fn drag(browser: &Browser, steps: &[&str], files: &[(&str, &[u8])]) -> bool {
    let script = DRAG.replace("arguments[0]", &json!(steps).to_string());
    let script = script.replace("arguments[1]", &json!(files).to_string());
    browser.page().ask(&script).await == json!(true)
}

/// A capture of so many clients of one broker; each sends a PUBLISH, twice in turn.
fn crowd(clients: u32) -> Vec<u8> {
    let mut log = Log::default();
    for number in 0..2 * clients {
        let hop = HopId(number % clients);
        let at = Instant::from_millis(u64::from(number) * 10);
        let frame = b"\x30\x07\x00\x01t21.5".as_slice().into();
        log.push(at, hop, Toward::Broker, Version::V311, frame, None);
    }
    let records = log.iter_from(0);
    pcapng::export(records, |hop| pcapng::Hop {
        client: format!("sensor-{:02}", hop.0),
        ..pcapng::Hop::default()
    })
}

#[tokio::test]
async fn a_capture_that_is_dropped_on_the_page_is_read() {
    let browser = Browser::open("packets").await;
    let page = browser.page();
    page.part("grid", "Packets")
        .await
        .part("row", "/PUBLISH/")
        .await;
    let file = crowd(3);
    let files: &[(&str, &[u8])] = &[("hall.pcapng", &file)];
    assert!(drag(&browser, &["dragenter", "dragover"], files).await);
    page.says("Drop a capture here to read it").await;
    assert!(drag(&browser, &["dragover", "drop"], files).await);
    page.says("6 packets of 3 connections read from").await;
    eventually("nothing lies over the page any more", async || {
        !page.text().await.contains("Drop a capture here")
    })
    .await;
    page.click_on("link", "Show only these").await;
    let grid = page.part("grid", "Packets").await;
    eventually("the file's packets are listed", async || {
        grid.attribute("aria-rowcount").await.as_deref() == Some("7")
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn what_is_dropped_and_is_no_capture_is_refused_in_words_and_leaves_the_page_as_it_is() {
    let browser = Browser::open("packets").await;
    let page = browser.page();
    page.part("grid", "Packets").await;
    let files: &[(&str, &[u8])] = &[(
        "cat.jpg",
        b"\xff\xd8\xff\xe0 no capture, however long it is",
    )];
    assert!(drag(&browser, &["dragenter", "dragover", "drop"], files).await);
    let problem = page.part("alert", "").await;
    problem.says("cat.jpg").await;
    problem.says("neither a pcapng nor a pcap file").await;
    // Dragging a text is not the page's business, and a file on another page does not replace that page.
    assert!(!drag(&browser, &["dragenter", "dragover"], &[]).await);
    browser.visit("Lab").await;
    assert!(drag(&browser, &["dragenter", "dragover", "drop"], files).await);
    browser.page().part("heading", "Lab").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_crowd_has_lines_for_those_in_view_and_the_others_are_chosen_from_a_list() {
    let browser = Browser::open("packets").await;
    let page = browser.page();
    page.part("grid", "Packets").await;
    let file = crowd(60);
    drag(&browser, &["dragover", "drop"], &[("crowd.pcapng", &file)]).await;
    page.says("120 packets of 60 connections read from").await;
    page.click_on("link", "Show only these").await;
    page.click_on("tab", "Ladder").await;
    page.choose("Broker in the middle", "Capture").await;
    let heads = "return document.querySelectorAll('button.ladder-name').length;";
    eventually("48 clients have a line", async || {
        page.ask(heads).await == json!(48)
    })
    .await;
    page.says("12 clients have no line").await;
    page.click_on("button", "Choose lines").await;
    let list = page.part("region", "Lines").await;
    list.fill("searchbox", "Find a client", "sensor-07").await;
    let others = "return document.querySelectorAll('.ladder-lines-list > li').length;";
    eventually("one client is found", async || {
        page.ask(others).await == json!(1)
    })
    .await;
    list.click_on("checkbox", "/sensor-07/").await;
    let stored = "return localStorage.getItem('midge.lanes');";
    eventually("that it is hidden is remembered", async || {
        let kept = page.ask(stored).await;
        kept.as_str().is_some_and(|kept| kept.contains("sensor-07"))
    })
    .await;
    list.click_on("button", "Close the list of lines").await;
    page.says("1 client is hidden").await;
    page.says("11 clients have no line").await;
    page.click_on("button", "Show hidden").await;
    page.says("12 clients have no line").await;
    browser.had_no_errors().await;
}
