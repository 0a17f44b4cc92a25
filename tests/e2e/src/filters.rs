//! The filter language on the page, what the log says of itself, and the counters.

use crate::support::wait::soon;
use crate::support::{Browser, Part, eventually};

/// WebDriver's letters for keys.
const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";

/// Waits until the filter is this text. The field is looked for each time, because another view draws it anew.
async fn holds(page: &Part, text: &str) {
    let value = async || page.part("combobox", "Filter packets").await.value().await;
    let held = soon(async || (value().await == text).then_some(())).await;
    if held.is_none() {
        let value = value().await;
        page.give_up(&format!("the filter is `{value}` and not `{text}`"))
            .await;
    }
}

#[tokio::test]
async fn a_filter_is_written_with_proposals() {
    let browser = Browser::open("packets").await;
    let page = browser.page();
    let grid = page.part("grid", "Packets").await;
    grid.part("row", "/PUBLISH/").await;
    let field = page.part("combobox", "Filter packets").await;
    let (role, name) = browser.computed(&field).await;
    assert_eq!(
        (role.as_str(), name.as_str()),
        ("combobox", "Filter packets")
    );

    field.press("from:lamp ty").await;
    page.part("option", "/^type:/").await;
    assert_eq!(
        field.attribute("aria-expanded").await.as_deref(),
        Some("true")
    );
    field.press(DOWN).await;
    field.press(ENTER).await;
    holds(&page, "from:lamp type:").await;
    // The values of the key follow at once.
    field.press("publ").await;
    // PUBLISH stands among the values that were proposed before, too, and DOWN would take the first of them.
    page.gone("option", "/^CONNECT/").await;
    page.part("option", "/^PUBLISH/").await;
    field.press(DOWN).await;
    field.press(TAB).await;
    holds(&page, "from:lamp type:PUBLISH").await;
    page.gone("listbox", "Proposals").await;
    eventually("only what lamps publish is listed", async || {
        let rows = grid.parts("row", "").await;
        let mut all = rows.len() > 1;
        for row in rows.iter().skip(1) {
            let text = row.text().await;
            all &= text.contains("Lamp") && text.contains("PUBLISH");
        }
        all
    })
    .await;

    // Topics of the log are proposed, and a click takes one.
    page.fill("combobox", "Filter packets", "topic:livingroom/li")
        .await;
    page.click_on("option", "/^home\\/livingroom\\/light topic/")
        .await;
    holds(&page, "topic:home/livingroom/light").await;
    eventually("the address has the filter", async || {
        browser.place().await.contains("livingroom")
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_mistake_is_told_where_it_is_and_the_list_stays() {
    let browser = Browser::open("packets?filter=type:CONNECT").await;
    let page = browser.page();
    let grid = page.part("grid", "Packets").await;
    grid.part("row", "/CONNECT/").await;
    page.fill("combobox", "Filter packets", "retain qos:3")
        .await;
    let field = page.part("combobox", "Filter packets").await;
    field.press(ESCAPE).await;
    page.says("`qos` is a number from 0 to 2, and `3` is not.")
        .await;
    page.says("The filter has a mistake").await;
    assert_eq!(
        field.attribute("aria-invalid").await.as_deref(),
        Some("true")
    );
    let wrong = "return document.querySelector('.filter-wrong').textContent;";
    assert_eq!(page.ask(wrong).await, "3");
    grid.part("row", "/CONNECT/").await;

    page.click_on("button", "How to write a filter").await;
    let help = page.part("dialog", "Filter packets").await;
    help.click_on("button", "type:PUBLISH,PUBACK").await;
    holds(&page, "type:PUBLISH,PUBACK").await;
    grid.part("row", "/PUBACK/").await;
    assert_eq!(field.attribute("aria-invalid").await, None);
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_log_keeps_what_the_settings_say_and_tells_what_it_dropped() {
    let browser = Browser::open("settings").await;
    browser.page().choose("Packets", "20,000").await;
    browser.reload().await;
    let packets = browser.page().part("combobox", "Packets").await;
    eventually("20,000 are still chosen", async || {
        packets.value().await == "20000"
    })
    .await;

    let page = browser.visit("Packets").await;
    let grid = page.part("grid", "Packets").await;
    grid.part("row", "/PUBLISH/").await;
    browser.pause().await;
    page.click_on("button", "Clear").await;
    page.says("no longer kept").await;
    page.says("No packets yet").await;
    page.click_on("button", "Undo clearing").await;
    grid.part("row", "/PUBLISH/").await;
    page.gone("button", "Undo clearing").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn what_is_counted_is_sorted_and_leads_to_its_packets() {
    let browser = Browser::open("packets?view=counters").await;
    let page = browser.page();
    let counts = page.part("grid", "Counts").await;
    counts.part("row", "/Lamp, living room/").await;
    page.part("radiogroup", "Counted by")
        .await
        .click_on("radio", "Topics")
        .await;
    counts.part("row", "/home\\/livingroom\\/light/").await;
    counts.click_on("button", "Topic").await;
    let topic = counts.part("columnheader", "Topic").await;
    // Rows stand still when nothing comes to be counted.
    browser.pause().await;
    eventually("topics are in the order of their names", async || {
        let mut names = Vec::new();
        for link in counts.parts("link", "").await {
            names.push(link.name().await);
        }
        names.len() > 4
            && names.is_sorted()
            && topic.attribute("aria-sort").await.as_deref() == Some("ascending")
    })
    .await;
    counts.click_on("link", "home/livingroom/light").await;
    holds(&page, "topic:home/livingroom/light").await;
    let grid = page.part("grid", "Packets").await;
    grid.part("row", "/home\\/livingroom\\/light/").await;
    browser.had_no_errors().await;
}
