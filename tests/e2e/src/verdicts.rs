//! Verdicts: who got a message and why, what the decoder says of changed bytes, which topics a filter
//! matches, and what RETAIN does.

use crate::support::{Browser, Part, eventually};

/// WebDriver's letters for the arrow keys.
const DOWN: &str = "\u{e015}";
const RIGHT: &str = "\u{e014}";

/// What the phone publishes when the lamp's switch is pressed.
const COMMAND: &str = "home/livingroom/light/set";

/// Switches the lamp on, and chooses the packet by which the phone asked for it.
pub(crate) async fn with_command_chosen(browser: &Browser) -> Part {
    let plan = browser.page().part("region", "Floor plan").await;
    plan.part("switch", "/^Lamp, living room/")
        .await
        .press_with_mouse()
        .await;
    plan.part("switch", "/^Lamp, living room, on/").await;
    let page = browser.visit("Packets").await;
    browser.pause().await;
    page.fill("combobox", "Filter packets", COMMAND).await;
    let grid = page.part("grid", "Packets").await;
    grid.click_on("row", "/Phone.*PUBLISH/").await;
    page.part("region", "Packet").await
}

#[tokio::test]
async fn every_client_is_told_why_it_got_a_message_or_not() {
    let browser = Browser::open_lab().await;
    let packet = with_command_chosen(&browser).await;
    packet.click_on("tab", "Who got it?").await;
    let clients = packet.part("list", "Clients").await;
    let lamp = clients.part("button", "/Lamp, living room/").await;
    lamp.says("Yes").await;
    lamp.says("Delivered at QoS 1").await;
    let other = clients.part("button", "/Lamp, kitchen/").await;
    other.says("No").await;
    other.says("level 2").await;
    clients.click_on("button", "/Lamp, kitchen/").await;
    let subscriptions = clients.part("list", "Subscriptions").await;
    subscriptions.says("home/kitchen/light/set").await;
    clients.says("section 4.7").await;
    // Of the bytes of the same packet there is no doubt.
    packet.click_on("tab", "Bytes").await;
    packet.part("tree", "Fields").await.says(COMMAND).await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn bytes_are_changed_and_decoded_in_both_versions() {
    let browser = Browser::open_lab().await;
    let packet = with_command_chosen(&browser).await;
    packet.click_on("link", "Edit bytes").await;
    let page = browser.page();
    let text = page.part("textbox", "/^Bytes in hexadecimal/").await;
    eventually("the packet's bytes are there", async || {
        text.value().await.starts_with("32 ")
    })
    .await;
    page.part("tree", "Fields").await.says(COMMAND).await;

    // A PUBACK with a reason: 3.1.1 has none.
    page.fill(
        "textbox",
        "/^Bytes in hexadecimal/",
        "0x40, 0x03, 0x00, 0x0a, 0x10",
    )
    .await;
    page.part("tab", "MQTT 5.0: legal").await;
    page.part("tree", "Fields")
        .await
        .says("No matching subscribers")
        .await;
    page.click_on("tab", "MQTT 3.1.1: not legal").await;
    let packet = page.part("region", "Packet").await;
    packet.says("at fault").await;
    packet.click_on("button", "Show where").await;
    eventually("the address has the bytes", async || {
        browser.place().await.contains("hex=4003000a10")
    })
    .await;

    page.fill("textbox", "/^Bytes in hexadecimal/", "40 0x zz")
        .await;
    let editor = page.part("region", "Bytes to decode").await;
    editor.says("not hexadecimal").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn fields_and_bytes_are_walked_by_keys() {
    // PUBLISH of "20.4" to home/hall at QoS 1 with RETAIN.
    let place = "packets/decode?hex=33110009686f6d652f68616c6c000a32302e34&version=311";
    let browser = Browser::open(place).await;
    let page = browser.page();
    let tree = page.part("tree", "Fields").await;
    let bytes = page.part("group", "Bytes").await;
    tree.click_on("treeitem", "/^Packet type/").await;
    // To the topic: past DUP, QoS, RETAIN, Remaining Length, Length.
    for _ in 0..6 {
        browser.press(DOWN).await;
    }
    let lit = "return [...arguments[0].querySelectorAll('[data-byte][data-linked=\"true\"]')]\
               .map((byte) => String.fromCharCode(parseInt(byte.innerText, 16))).join('');";
    eventually("the bytes of the topic are lit", async || {
        bytes.ask(lit).await == "home/hall"
    })
    .await;
    let byte = "return arguments[0].querySelector('[data-byte=\"0\"]');";
    bytes.child(byte).await.click().await;
    for _ in 0..14 {
        browser.press(RIGHT).await;
    }
    eventually("the field of the byte is lit", async || {
        let lit =
            tree.ask("return arguments[0].querySelector('[data-linked=\"true\"]')?.innerText;");
        lit.await
            .as_str()
            .is_some_and(|text| text.starts_with("Packet Identifier"))
    })
    .await;
    page.says("mqtt.msgid").await;
    page.says("section 2.3.1").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_filter_lights_up_what_it_matches_and_names_the_level_that_decides() {
    let browser = Browser::open("broker/topics").await;
    let page = browser.page();
    let tree = page.part("tree", "Topics").await;
    tree.part("treeitem", "/^livingroom/").await;
    page.fill("textbox", "Topic filter", "home/+/light").await;
    let bench = page.part("region", "Wildcard bench").await;
    bench.says("Matches 4 of").await;
    tree.part("treeitem", "/^light.*matches/").await;
    tree.part("treeitem", "/^temperature.*the filter has .light. here/")
        .await;
    tree.part("treeitem", "/^\\$SYS.*the filter has .home. here/")
        .await;

    bench.click_on("button", "#").await;
    tree.part("treeitem", "/^\\$SYS.*starts with \\$/").await;
    page.fill("textbox", "Topic filter", "home/#/light").await;
    bench.says("Not a filter").await;
    eventually("the address has the filter", async || {
        browser.place().await.contains("light")
    })
    .await;

    page.choose("Whose topics", "/standard/").await;
    bench.click_on("button", "sport/+").await;
    bench.says("Matches 1 of 12 topics").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_truth_about_retain_is_told_for_a_topic_chosen_by_keys() {
    let browser = Browser::open_lab().await;
    browser.go("broker/topics").await;
    let page = browser.page();
    let tree = page.part("tree", "Topics").await;
    tree.part("treeitem", "/^home/").await;
    // home, bedroom, light.
    tree.press(&DOWN.repeat(2)).await;
    let topic = page.part("region", "Topic").await;
    topic.says("home/bedroom/light").await;
    topic.says("Stored at the broker").await;
    topic.says("by Lamp, bedroom").await;
    let next = topic.part("table", "Next subscriber").await;
    next.part(
        "row",
        "/send at every subscribe.*stored message, with RETAIN set/",
    )
    .await;
    next.part("row", "/do not send.*nothing/").await;
    topic
        .part("list", "Matching subscriptions")
        .await
        .says("home/+/light")
        .await;
    topic
        .part("list", "Hops")
        .await
        .says("is to be stored")
        .await;

    topic.click_on("tab", "Who would get it?").await;
    let clients = topic.part("list", "Clients").await;
    clients
        .part("button", "/Phone.*Would get it at QoS 1/")
        .await;
    browser.had_no_errors().await;
}
