//! Captures saved by the page and read into it.

use std::path::{Path, PathBuf};

use midge_trace::Bounds;
use midge_trace::pcapng;

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
