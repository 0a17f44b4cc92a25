//! The ladder: arrows between clients and their broker, handshakes as one thing, one message followed.

use crate::support::hostile::{CONNACK_5_0, Hostile};
use crate::support::workbench::{Access, Workbench};
use crate::support::{Browser, PHONE, Part, eventually};

/// The lamp's line.
const LAMP: &str = "Lamp, living room";

#[tokio::test]
async fn an_arrow_that_is_chosen_shows_its_bytes() {
    let browser = Browser::open("packets?view=ladder").await;
    let page = browser.page();
    let ladder = page.part("grid", "Ladder of packets").await;
    ladder.part("row", "/^PUBLISH, /").await;
    browser.pause().await;
    let name = ladder.click_in_the_middle("row", "/^PUBLISH, /").await;
    let packet = page.part("region", "Packet").await;
    packet.part("tree", "Fields").await.says("Topic Name").await;
    let first = packet
        .part("group", "Bytes")
        .await
        .ask("return arguments[0].querySelector('[data-byte=\"0\"]').innerText.trim();")
        .await;
    assert!(first.as_str().is_some_and(|byte| byte.starts_with('3')));
    // The time in the arrow's name is that of the packet.
    let time = name.rsplit(", ").next().unwrap_or_default();
    packet.says(time).await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn arrows_are_walked_with_the_keyboard() {
    let browser = Browser::open("packets?view=ladder").await;
    let page = browser.page();
    let ladder = page.part("grid", "Ladder of packets").await;
    ladder.part("row", "/^PUBLISH, /").await;
    browser.pause().await;
    ladder.click_in_the_middle("row", "/^PUBLISH, /").await;
    eventually("the arrow is chosen", async || {
        chosen(&ladder).await.is_some()
    })
    .await;
    let chosen = chosen(&ladder).await;
    ladder.press("\u{e015}").await;
    eventually("the next arrow is chosen", async || {
        let next = self::chosen(&ladder).await;
        next.is_some() && next != chosen
    })
    .await;
    ladder.press("\u{e013}").await;
    eventually("and the one before again", async || {
        self::chosen(&ladder).await == chosen
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_packets_of_a_qos_2_message_are_one_group() {
    let browser = Browser::open_lab().await;
    let page = browser.page();
    publish_from_the_phone(&browser, "2").await;
    browser
        .go("packets?view=ladder&client=Phone,%20living%20room")
        .await;
    let ladder = page.part("grid", "Ladder of packets").await;
    ladder.part("row", "/^PUBCOMP, /").await;
    browser.pause().await;
    let publish = ladder
        .part("row", "/^PUBLISH, Phone, living room to broker, QoS 2/")
        .await;
    publish.hover().await;
    eventually("all four stand out together", async || {
        let lit = ladder
            .ask(
                "return [...arguments[0].querySelectorAll('.ladder-row.lit')]\
                 .map((row) => row.getAttribute('aria-label').split(',')[0]).join(' ');",
            )
            .await;
        lit == "PUBLISH PUBREC PUBREL PUBCOMP"
    })
    .await;
    browser.had_no_errors().await;
}

/// Presses the lamp's switch, and follows the message by which the phone asked for it.
pub(crate) async fn with_command_followed(browser: &Browser) -> Part {
    let page = browser.page();
    let plan = page.part("region", "Floor plan").await;
    plan.part("switch", "/^Lamp, living room/")
        .await
        .press_with_mouse()
        .await;
    browser.go("packets?filter=home/livingroom/light/set").await;
    let list = page.part("grid", "Packets").await;
    list.click_on("row", "/PUBLISH/").await;
    page.part("region", "Packet")
        .await
        .click_on("button", "Follow this message")
        .await;
    page
}

#[tokio::test]
async fn a_message_is_followed_from_the_list_to_its_subscribers() {
    let browser = Browser::open_lab().await;
    let page = with_command_followed(&browser).await;
    let way = page.part("region", "Message followed").await;
    way.says("home/livingroom/light/set").await;
    way.part("button", "/^Phone.* to broker, .*complete/").await;
    way.part("button", &format!("/^broker to {LAMP}, .*\\+/"))
        .await;
    assert!(browser.place().await.contains("follow="));
    // Its arrows are in view, and stand out.
    let ladder = page.part("grid", "Ladder of packets").await;
    eventually("its arrows stand out", async || {
        let hops = ladder
            .ask("return arguments[0].querySelectorAll('.ladder-row.followed').length;")
            .await;
        hops.as_u64().is_some_and(|hops| hops >= 2)
    })
    .await;
    browser.reload().await;
    page.part("region", "Message followed").await;
    browser.back().await;
    page.part("grid", "Packets").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_cut_wire_is_marked_on_its_lane() {
    let browser = Browser::open_lab().await;
    let page = browser.page();
    let plan = page.part("region", "Floor plan").await;
    plan.part("button", "/^Temperature, living room/")
        .await
        .press_with_mouse()
        .await;
    page.click_on("button", "Cut the wire").await;
    browser.go("packets?view=ladder").await;
    let ladder = page.part("grid", "Ladder of packets").await;
    ladder
        .part("row", "/^wire cut, Temperature, living room/")
        .await;
    ladder
        .part("row", "/^connection lost, Temperature, living room/")
        .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn ten_thousand_packets_scroll_and_only_what_is_seen_is_drawn() {
    // A broker that floods whoever connects.
    let publish = |number: u32| {
        let mut frame = vec![0x30, 0x08, 0x00, 0x01, b't', 0x00];
        frame.extend(number.to_be_bytes());
        frame
    };
    let flood = (0..10).map(|part| (0..1_000).flat_map(|n| publish(part * 1_000 + n)).collect());
    let frames = [CONNACK_5_0.to_vec()].into_iter().chain(flood).collect();
    let flooding = Hostile::start(frames).await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&flooding.url(), "5.0"))
        .await;
    let place = format!("packets?view=ladder&broker={}", flooding.url());
    browser.go(&place).await;
    let page = browser.page();
    page.part("combobox", "Broker in the middle").await;
    let ladder = page.part("grid", "Ladder of packets").await;
    // CONNECT, CONNACK, the flood, and the header.
    eventually("ten thousand packets are there", async || {
        rows(&ladder).await == 10_003
    })
    .await;
    let drawn = ladder.parts("row", "").await.len();
    assert!((5..120).contains(&drawn), "{drawn} rows are drawn");
    ladder
        .ask("arguments[0].scrollTop = arguments[0].scrollHeight / 2;")
        .await;
    eventually("rows of the middle are drawn", async || {
        let rows = ladder.parts_in_view("row", "/^PUBLISH/").await;
        let Some(row) = rows.get(rows.len() / 2) else {
            return false;
        };
        let index = row.attribute("aria-rowindex").await;
        let index = index.and_then(|index| index.parse::<u64>().ok());
        index.is_some_and(|index| (4_800..5_200).contains(&index))
    })
    .await;
    page.part("button", "/newer$/").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn whoever_scrolls_back_keeps_the_place_while_packets_arrive() {
    let browser = Browser::open("packets?view=ladder").await;
    let page = browser.page();
    page.click_on("button", "Speed x60").await;
    let ladder = page.part("grid", "Ladder of packets").await;
    eventually("there are some packets", async || rows(&ladder).await > 80).await;
    ladder
        .ask("arguments[0].scrollTop = arguments[0].scrollHeight / 2;")
        .await;
    page.part("button", "/newer$/").await;
    let top = scrolled(&ladder).await;
    let before = rows(&ladder).await;
    eventually("more packets came", async || rows(&ladder).await > before).await;
    assert_eq!(scrolled(&ladder).await, top);
    page.click_on("button", "/newer$/").await;
    page.gone("button", "/newer$/").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_view_is_a_part_of_the_address_and_the_way_back_leads_out_of_it() {
    let browser = Browser::open("packets").await;
    let page = browser.page();
    page.click_on("tab", "Ladder").await;
    page.part("grid", "Ladder of packets").await;
    assert!(browser.place().await.contains("view=ladder"));
    browser.reload().await;
    page.part("grid", "Ladder of packets").await;
    browser.back().await;
    page.part("grid", "Packets").await;
}

#[tokio::test]
async fn on_a_phone_lanes_scroll_inside_the_pane() {
    let browser = Browser::open_sized("packets?view=ladder", PHONE).await;
    let page = browser.page();
    let ladder = page.part("grid", "Ladder of packets").await;
    ladder.part("row", "/^PUBLISH, /").await;
    let widths = "const view = document.querySelector('.ladder .virtual-view');\
                  return [document.documentElement.scrollWidth, view.scrollWidth > view.clientWidth];";
    eventually(
        "the lanes of all devices scroll, and the page does not",
        async || page.ask(widths).await == serde_json::json!([390, true]),
    )
    .await;
    // The broker is in view, and so are the words of every arrow.
    let seen = "const head = document.querySelector('.ladder-middle').getBoundingClientRect();\
                return head.left > 0 && head.right < innerWidth;";
    eventually("the broker is in view", async || {
        page.ask(seen).await == true
    })
    .await;
}

/// How many rows there are, the header among them.
async fn rows(ladder: &Part) -> u64 {
    let count = ladder.attribute("aria-rowcount").await;
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

async fn scrolled(ladder: &Part) -> f64 {
    let top = ladder.ask("return arguments[0].scrollTop;").await;
    top.as_f64().unwrap_or(-1.0)
}

/// The name of the chosen row.
async fn chosen(ladder: &Part) -> Option<String> {
    let script =
        "return arguments[0].querySelector('[aria-selected=true]')?.getAttribute('aria-label');";
    ladder.ask(script).await.as_str().map(str::to_owned)
}

/// Publishes with the phone's own form.
async fn publish_from_the_phone(browser: &Browser, qos: &str) {
    let page = browser.page();
    let plan = page.part("region", "Floor plan").await;
    plan.part("button", "/^Phone/")
        .await
        .press_with_mouse()
        .await;
    let form = page.part("form", "Publish with the phone").await;
    form.fill("textbox", "Topic", "home/note").await;
    form.choose("QoS", qos).await;
    form.click_on("button", "Publish").await;
}

#[tokio::test]
async fn a_line_that_is_moved_with_the_keyboard_stays_there_for_the_next_visit() {
    let browser = Browser::open("packets?view=ladder").await;
    let page = browser.page();
    // The names as they stand, and which of them has the focus.
    let names = "const heads = [...document.querySelectorAll('button.ladder-name')];\
                 const left = (head) => head.getBoundingClientRect().left;\
                 heads.sort((one, other) => left(one) - left(other));\
                 return heads.map((head) => head.textContent);";
    let focused = "return document.activeElement.textContent;";
    let row = async || -> Vec<String> {
        let names = browser.page().ask(names).await;
        serde_json::from_value(names).unwrap_or_default()
    };
    eventually("every device has a line", async || row().await.len() == 11).await;
    let before = row().await;
    let moving = before[2].clone();
    let focus = format!(
        "[...document.querySelectorAll('button.ladder-name')].find((head) => head.textContent === {}).focus();",
        serde_json::json!(moving)
    );
    page.ask(&focus).await;
    // Alt and the arrow to the right.
    browser.press("\u{e00a}\u{e014}\u{e000}").await;
    let mut after = before.clone();
    after.swap(2, 3);
    eventually("it stands one line further right", async || {
        row().await == after
    })
    .await;
    eventually("it has the focus there", async || {
        page.ask(focused).await.as_str() == Some(moving.as_str())
    })
    .await;
    browser.reload().await;
    eventually("it stands there after a reload", async || {
        row().await == after
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_choice_of_the_broker_is_one_element_from_the_beginning() {
    let browser = Browser::open("packets?view=ladder").await;
    let page = browser.page();
    page.part("combobox", "Broker in the middle").await;
    // What is marked before the devices have connected is there when all of them have lines.
    let mark = "document.querySelector('.ladder-brokers').dataset.marked = 'yes'; return true;";
    page.ask(mark).await;
    let lines = "return document.querySelectorAll('button.ladder-name').length;";
    eventually("every device has a line", async || {
        page.ask(lines).await.as_u64() == Some(11)
    })
    .await;
    let marked = "return document.querySelector('.ladder-brokers').dataset.marked;";
    assert_eq!(page.ask(marked).await.as_str(), Some("yes"));
    browser.had_no_errors().await;
}
