//! Packets and Broker: what travelled, as bytes and as fields, and what the lab's broker holds.

use crate::support::wait::soon;
use crate::support::{Browser, Part, eventually};

#[tokio::test]
async fn a_packet_is_shown_as_bytes_beside_its_fields() {
    let browser = Browser::open("packets?filter=PUBLISH").await;
    let page = browser.page();
    let grid = page.part("grid", "Packets").await;
    grid.part("row", "/PUBLISH/").await;
    // The list stands still while it is looked at.
    browser.pause().await;
    choose_a_publish(&grid).await;
    let detail = page.part("region", "Packet").await;
    let fields = detail.part("tree", "Fields").await;
    fields.says("Topic Name").await;
    fields.says("Payload").await;
    let first = detail
        .part("group", "Bytes")
        .await
        .ask("return arguments[0].querySelector('[data-byte=\"0\"]').innerText.trim();")
        .await;
    let first = first.as_str().unwrap().to_owned();
    assert!(
        first.starts_with('3') && first.len() == 2,
        "a PUBLISH begins with 0x3_, not {first}"
    );
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_field_and_its_bytes_point_at_each_other() {
    let browser = Browser::open("packets?filter=PUBLISH").await;
    let page = browser.page();
    let grid = page.part("grid", "Packets").await;
    grid.part("row", "/PUBLISH/").await;
    // The list stands still while it is looked at.
    browser.pause().await;
    choose_a_publish(&grid).await;
    let detail = page.part("region", "Packet").await;
    let bytes = detail.part("group", "Bytes").await;
    let lit = "return [...arguments[0].querySelectorAll('[data-byte][data-linked=\"true\"]')]\
               .map((byte) => String.fromCharCode(parseInt(byte.innerText, 16))).join('');";

    detail.part("treeitem", "/^Topic Name/").await.hover().await;
    eventually(
        "the bytes of the topic are lit, and no others",
        async || {
            let topic = bytes.ask(lit).await.as_str().unwrap_or_default().to_owned();
            let name = detail.part("treeitem", "/^Topic Name/").await.text().await;
            topic.len() > 3 && name.contains(&topic)
        },
    )
    .await;

    let byte = "return arguments[0].querySelector('[data-byte=\"0\"]');";
    bytes.child(byte).await.hover().await;
    eventually("the first byte's field is lit", async || {
        let lit = detail
            .ask("return [...arguments[0].querySelectorAll('[role=treeitem][data-linked=\"true\"]')].length;")
            .await;
        lit.as_u64().is_some_and(|count| count > 0)
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_list_draws_only_what_is_seen() {
    let browser = Browser::open("packets").await;
    let page = browser.page();
    page.click_on("button", "Speed x60").await;
    let grid = page.part("grid", "Packets").await;
    let many = soon(async || {
        let count = grid.attribute("aria-rowcount").await?;
        count
            .parse::<u64>()
            .is_ok_and(|count| count > 300)
            .then_some(())
    })
    .await;
    if many.is_none() {
        page.give_up("there are not more than 300 packets").await;
    }
    let drawn = grid.parts("row", "").await.len();
    assert!((5..150).contains(&drawn), "{drawn} rows are drawn");
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_filter_is_a_part_of_the_address() {
    let browser = Browser::open("packets?filter=PUBLISH").await;
    let page = browser.page();
    let filter = page.part("combobox", "Filter packets").await;
    assert_eq!(filter.value().await, "PUBLISH");
    page.fill("combobox", "Filter packets", "home/kitchen")
        .await;
    eventually("the address has the filter", async || {
        browser.place().await.contains("kitchen")
    })
    .await;
    browser.reload().await;
    eventually("the filter is there after a reload", async || {
        let filter = page.part("combobox", "Filter packets").await;
        filter.value().await == "home/kitchen"
    })
    .await;
}

#[tokio::test]
async fn the_broker_shows_what_it_holds_and_what_is_next() {
    let browser = Browser::open("broker").await;
    let page = browser.page();
    let sessions = page.part("table", "Sessions").await;
    for column in ["Client", "State", "Subscriptions", "Queued", "In flight"] {
        sessions.part("columnheader", column).await;
    }
    // The header, and at least the devices that the plan shows.
    eventually("every device has a session", async || {
        sessions.parts("row", "").await.len() > 4
    })
    .await;
    let retained = page.part("table", "Retained messages").await;
    retained.part("row", "/home\\/livingroom\\/light/").await;
    let deadlines = page.part("table", "Deadlines").await;
    deadlines.part("row", "/Keep Alive/").await;
    browser.had_no_errors().await;
}

/// Chooses a PUBLISH in the middle of those on screen, away from what floats over the list's ends.
async fn choose_a_publish(grid: &Part) {
    grid.click_in_the_middle("row", "/PUBLISH/").await;
}
