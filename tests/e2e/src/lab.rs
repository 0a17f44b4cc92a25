//! The lab: it runs by itself, and what the page changes in it goes through the broker.

use std::time::Duration;

use crate::support::{Browser, PHONE, Part, eventually};

/// The lamp that the tests press.
const LAMP: &str = "/^Lamp, living room/";

#[tokio::test]
async fn the_house_lives_without_a_click() {
    let browser = Browser::open("").await;
    let page = browser.page();
    page.part("heading", "Lab").await;
    let plan = page.part("region", "Floor plan").await;
    plan.part("switch", LAMP).await;
    plan.part("button", "/^Temperature, living room, -?[0-9.,]+ °C/")
        .await;
    plan.part("button", "/^Motion, /").await;
    moves_on(&page).await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_press_on_the_lamp_is_a_publish_that_the_lamp_obeys() {
    let browser = Browser::open_lab().await;
    let plan = browser.page().part("region", "Floor plan").await;
    let was_on = plan.part("switch", LAMP).await.is_on().await;
    plan.part("switch", LAMP).await.press_with_mouse().await;
    turns(&plan, !was_on).await;

    let page = browser.visit("Packets").await;
    let publishes = "type:PUBLISH topic:home/livingroom/light";
    page.fill("combobox", "Filter packets", &format!("{publishes}/set"))
        .await;
    let grid = page.part("grid", "Packets").await;
    eventually(
        "the command goes to the broker and from it to the lamp",
        async || {
            grid.parts("row", "/home\\/livingroom\\/light\\/set/")
                .await
                .len()
                >= 2
        },
    )
    .await;
    page.fill(
        "combobox",
        "Filter packets",
        &format!("{publishes} from:lamp"),
    )
    .await;
    grid.part("row", "/Lamp, living room.*home\\/livingroom\\/light/")
        .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_lamp_does_not_change_before_its_command_has_travelled() {
    let browser = Browser::open_lab().await;
    let page = browser.page();
    let plan = page.part("region", "Floor plan").await;
    let was_on = plan.part("switch", LAMP).await.is_on().await;
    browser.pause().await;
    plan.part("switch", LAMP).await.press_with_mouse().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        plan.part("switch", LAMP).await.is_on().await,
        was_on,
        "while the clock stands nothing travels"
    );
    page.click_on("button", "Run").await;
    turns(&plan, !was_on).await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_lamp_can_be_worked_with_the_keyboard() {
    let browser = Browser::open_lab().await;
    let plan = browser.page().part("region", "Floor plan").await;
    let was_on = plan.part("switch", LAMP).await.is_on().await;
    plan.part("switch", LAMP)
        .await
        .ask("arguments[0].focus();")
        .await;
    browser.press("\u{e007}").await;
    turns(&plan, !was_on).await;
    let focused = browser
        .page()
        .ask("return document.activeElement.getAttribute('role');")
        .await;
    assert_eq!(
        focused, "switch",
        "the focus stays while the lamp is drawn anew"
    );
}

#[tokio::test]
async fn the_clock_stands_steps_and_runs_faster() {
    let browser = Browser::open_lab().await;
    let page = browser.page();
    moves_on(&page).await;
    browser.pause().await;
    let stood = time(&page).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(time(&page).await, stood, "a clock that is paused stands");

    for _ in 0..40 {
        page.click_on("button", "Step").await;
    }
    eventually("steps move the clock", async || time(&page).await != stood).await;

    page.click_on("button", "Run").await;
    page.click_on("button", "Speed x60").await;
    let fast = page.part("button", "Speed x60").await;
    eventually("x60 is pressed", async || {
        fast.attribute("aria-pressed").await.as_deref() == Some("true")
    })
    .await;
    let before = seconds(&time(&page).await);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = seconds(&time(&page).await);
    let passed = (after + 86_400 - before) % 86_400;
    assert!(
        passed > 60,
        "at x60 three seconds are minutes, here {passed} s"
    );
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_room_warms_and_cools() {
    let browser = Browser::open_lab().await;
    let page = browser.page();
    let sensor = "/^Temperature, living room/";
    let before = page.part("button", sensor).await.name().await;
    page.click_on("button", "Speed x60").await;
    eventually("the measured temperature changes", async || {
        page.part("button", sensor).await.name().await != before
    })
    .await;
}

async fn turns(plan: &Part, on: bool) {
    eventually(&format!("the lamp's being on is {on}"), async || {
        plan.part("switch", LAMP).await.is_on().await == on
    })
    .await;
}

async fn moves_on(page: &Part) {
    let before = time(page).await;
    eventually("the house's time moves on", async || {
        time(page).await != before
    })
    .await;
}

async fn time(page: &Part) -> String {
    page.part("timer", "House time").await.text().await
}

/// The seconds since midnight of `HH:MM:SS`.
fn seconds(time: &str) -> u64 {
    time.trim()
        .split(':')
        .map(|part| part.trim().parse::<u64>().unwrap())
        .fold(0, |sum, part| sum * 60 + part)
}

#[tokio::test]
async fn on_a_phone_the_plan_and_the_devices_are_tabs() {
    let browser = Browser::open_sized("lab", PHONE).await;
    let page = browser.page();
    page.part("tabpanel", "Plan")
        .await
        .part("region", "Floor plan")
        .await;
    page.click_on("switch", "/^Lamp, living room/").await;
    // Tapping a lamp does not leave the plan; a line beneath leads to its card.
    page.part("tab", "Lamp, living room").await;
    page.part("tabpanel", "Plan").await;
    page.click_on("button", "Details of Lamp, living room")
        .await;
    let card = page.part("tabpanel", "Lamp, living room").await;
    card.part("heading", "Lamp, living room").await;
    page.gone("region", "Floor plan").await;
    page.click_on("tab", "Plan").await;
    page.part("region", "Floor plan").await;
    let fits = "return document.documentElement.scrollWidth <= innerWidth;";
    eventually("nothing scrolls sideways", async || {
        page.ask(fits).await.as_bool() == Some(true)
    })
    .await;
    browser.had_no_errors().await;
}
