//! The pictures of the README, taken from the page as it is.

use crate::ladder::with_command_followed;
use crate::support::clients::Note;
use crate::support::mosquitto::Mosquitto;
use crate::support::workbench::{Access, Workbench};
use crate::support::{Browser, DESKTOP, PHONE};
use crate::verdicts::with_command_chosen;

#[tokio::test]
async fn the_lab_has_its_picture_in_light_and_dark_and_on_a_phone() {
    let browser = Browser::open_lab().await;
    let plan = browser.page().part("region", "Floor plan").await;
    plan.part("switch", "/^Lamp, living room/")
        .await
        .press_with_mouse()
        .await;
    plan.part("switch", "/^Lamp, living room, on/").await;
    browser.picture("lab").await;
    browser.set_dark(true).await;
    browser.picture("lab-dark").await;
    browser.set_dark(false).await;
    browser.resize(PHONE).await;
    browser.picture("lab-phone").await;
}

#[tokio::test]
async fn the_benches_have_their_pictures_in_both_themes_at_both_widths() {
    let browser = Browser::open_lab().await;
    let places = [
        ("topics", "broker/topics?filter=home/%2B/light"),
        ("retain", "broker/topics?topic=home/livingroom/light"),
        (
            "decode",
            "packets/decode?hex=33110009686f6d652f68616c6c000a32302e34&version=5",
        ),
    ];
    for (name, place) in places {
        browser.go(place).await;
        let page = browser.page();
        match name {
            "topics" => drop(page.part("treeitem", "/^light.*matches/").await),
            "retain" => drop(page.part("list", "Hops").await),
            _ => drop(page.part("tree", "Fields").await),
        }
        pictures(&browser, name).await;
    }
}

#[tokio::test]
async fn the_other_pages_have_their_pictures() {
    let mosquitto = Mosquitto::start().await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), "5.0"))
        .await;
    workbench.subscribe("greenhouse/#", 1).await;
    for (topic, payload) in [
        ("greenhouse/temperature", "23.5"),
        ("greenhouse/window", "{\"open\":true,\"angle\":30}"),
    ] {
        let note = Note {
            topic,
            payload,
            qos: 1,
            retain: false,
        };
        workbench.publish(note).await;
        workbench.received(note).await;
    }
    browser.picture("workbench").await;

    let page = browser.visit("Packets").await;
    page.fill("combobox", "Filter packets", "PUBLISH").await;
    // Without the proposals.
    browser.press("\u{e00c}").await;
    let rows = page.part("grid", "Packets").await;
    rows.click_in_the_middle("row", "/PUBLISH/").await;
    page.part("region", "Packet").await;
    browser.picture("packets").await;
    browser.visit("Broker").await;
    browser.page().part("table", "Sessions").await;
    browser.picture("broker").await;
    browser.visit("Learn").await;
    browser.picture("learn").await;
}

#[tokio::test]
async fn the_ladder_has_its_pictures_in_both_themes_and_widths() {
    let browser = Browser::open_lab().await;
    let page = with_command_followed(&browser).await;
    page.click_on("button", "Close the packet").await;
    let ladder = page.part("grid", "Ladder of packets").await;
    ladder.part("row", "/^PUBLISH, broker to Lamp/").await;
    pictures(&browser, "ladder").await;
}

#[tokio::test]
async fn a_packet_and_its_verdicts_have_their_pictures_in_both_themes_at_both_widths() {
    let browser = Browser::open_lab().await;
    let packet = with_command_chosen(&browser).await;
    let fields = packet.part("tree", "Fields").await;
    fields.click_on("treeitem", "/^Topic Name/").await;
    pictures(&browser, "bytes").await;
    packet.click_on("tab", "Who got it?").await;
    packet
        .part("list", "Clients")
        .await
        .says("Delivered at QoS 1")
        .await;
    pictures(&browser, "why").await;
}

/// What is shown, in both themes at both widths.
async fn pictures(browser: &Browser, name: &str) {
    for (size, width) in [(DESKTOP, ""), (PHONE, "-phone")] {
        browser.resize(size).await;
        for (dark, theme) in [(false, ""), (true, "-dark")] {
            browser.set_dark(dark).await;
            browser.picture(&format!("{name}{width}{theme}")).await;
        }
    }
    browser.set_dark(false).await;
    browser.resize(DESKTOP).await;
}

#[tokio::test]
async fn filters_and_counters_have_their_pictures_in_both_themes_at_both_widths() {
    let browser = Browser::open("packets").await;
    browser.page().click_on("button", "Speed x60").await;
    for (size, width) in [(DESKTOP, ""), (PHONE, "-phone")] {
        browser.resize(size).await;
        for (dark, theme) in [(false, ""), (true, "-dark")] {
            browser.set_dark(dark).await;
            let name = |view: &str| format!("packets-{view}{width}{theme}");
            browser.go("packets").await;
            let page = browser.page();
            let grid = page.part("grid", "Packets").await;
            grid.part("row", "/PUBLISH/").await;
            let field = page.part("combobox", "Filter packets").await;
            field.press("topic:home/").await;
            page.part("option", "/livingroom/").await;
            browser.picture(&name("proposals")).await;
            page.fill("combobox", "Filter packets", "retain qos:3")
                .await;
            field.press("\u{e00c}").await;
            page.says("from 0 to 2").await;
            browser.picture(&name("mistake")).await;
            browser.go("packets?view=counters").await;
            let counts = page.part("grid", "Counts").await;
            counts.part("row", "/Lamp, living room/").await;
            browser.picture(&name("counters")).await;
        }
    }
}
