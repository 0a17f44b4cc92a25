//! The frame around every page: the rail, addresses, widths, themes, keys.

use crate::support::wait::soon;
use crate::support::{Browser, DESKTOP, PHONE, Part, eventually};

const PAGES: [&str; 6] = ["Lab", "Workbench", "Packets", "Broker", "Learn", "Settings"];
const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";
const CONTROL_K: &str = "\u{e009}k\u{e000}";

#[tokio::test]
async fn every_page_is_reached_by_the_rail_and_fits_both_widths() {
    for size in [DESKTOP, PHONE] {
        let browser = Browser::open_sized("lab", size).await;
        for name in PAGES {
            let page = browser.visit(name).await;
            let link = page
                .part("navigation", "Pages")
                .await
                .part("link", name)
                .await;
            eventually("the open page is marked in the rail", async || {
                link.attribute("aria-current").await.as_deref() == Some("page")
            })
            .await;
            let sideways = page
                .ask("return document.documentElement.scrollWidth - window.innerWidth;")
                .await;
            assert!(
                sideways.as_i64().is_some_and(|pixels| pixels <= 0),
                "{name} at {size:?} is {sideways} pixels too wide"
            );
        }
        browser.had_no_errors().await;
    }
}

#[tokio::test]
async fn every_page_has_an_address_that_back_and_reload_respect() {
    let browser = Browser::open("lab").await;
    browser.visit("Broker").await;
    assert_eq!(browser.place().await, "broker");
    browser.visit("Packets").await;
    browser.back().await;
    browser.page().part("heading", "Broker").await;
    browser.reload().await;
    browser.page().part("heading", "Broker").await;
    assert_eq!(browser.place().await, "broker");
}

#[tokio::test]
async fn the_palette_reaches_a_page_by_its_name() {
    let browser = Browser::open("lab").await;
    let page = browser.page();
    page.part("region", "Floor plan").await;
    browser.press(CONTROL_K).await;
    let palette = page.part("dialog", "Command palette").await;
    palette
        .part("combobox", "Command")
        .await
        .press("broker")
        .await;
    browser.press(ENTER).await;
    page.part("heading", "Broker").await;
    page.gone("dialog", "Command palette").await;
    browser.press("?").await;
    page.part("dialog", "Keyboard").await;
    browser.press(ESCAPE).await;
    page.gone("dialog", "Keyboard").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_system_decides_between_light_and_dark_until_the_switch_does() {
    let browser = Browser::open("settings").await;
    let page = browser.page();
    page.part("radiogroup", "Theme").await;
    let background = "return getComputedStyle(document.body).backgroundColor;";
    let light = page.ask(background).await;
    browser.set_dark(true).await;
    let dark = page.ask(background).await;
    assert_ne!(light, dark, "the system's setting changes the page");
    page.part("radiogroup", "Theme")
        .await
        .click_on("radio", "Light")
        .await;
    eventually("the switch has the last word", async || {
        page.ask(background).await == light
    })
    .await;
}

#[tokio::test]
async fn nothing_moves_while_data_flows() {
    let browser = Browser::open("lab").await;
    let page = browser.page();
    page.part("region", "Floor plan").await;
    page.click_on("button", "Speed x10").await;
    // What moved in the first moments, while the page was being built, does not count.
    let watch = "window.shifts = 0; new PerformanceObserver((list) => { for (const shift of list.getEntries()) \
                 window.shifts += shift.value; }).observe({ type: 'layout-shift', buffered: false });";
    for name in ["Lab", "Packets", "Broker"] {
        browser.visit(name).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        page.ask(watch).await;
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        let shifts = page.ask("return window.shifts;").await;
        assert!(
            shifts.as_f64().is_some_and(|shifts| shifts < 0.02),
            "{name} shifts by {shifts}"
        );
    }
}

#[tokio::test]
async fn controls_have_the_roles_and_names_that_the_tests_find_them_by() {
    let browser = Browser::open("lab").await;
    let page = browser.page();
    page.part("region", "Floor plan").await;
    // The names of devices change with their state.
    browser.pause().await;
    for name in PAGES {
        browser.visit(name).await;
        let some = "return document.querySelectorAll('a, button, input, select').length > 10;";
        eventually("the page is drawn", async || page.ask(some).await == true).await;
        let mut count = 0;
        for role in [
            "button", "link", "switch", "textbox", "combobox", "checkbox", "region",
        ] {
            for part in page.parts(role, "").await {
                count += u64::from(is_said_by_the_browser(&browser, &part, role).await);
            }
        }
        assert!(count > 10, "{name} has only {count} controls");
    }
}

/// Fails unless the browser tells assistive technology the role and the name by which the tests find the part. Gives
/// whether there was something to compare.
async fn is_said_by_the_browser(browser: &Browser, part: &Part, role: &str) -> bool {
    let mut last = None;
    let compared = soon(async || {
        let ours = part.name().await;
        let (said, label) = browser.computed(part).await;
        let said = said.to_lowercase();
        // The browser has a role of its own for what folds; an empty one means drawn anew meanwhile.
        if said.is_empty() || said == "disclosuretriangle" {
            return Some(false);
        }
        let label = plain(&label);
        let same = said == role && label == ours && !ours.is_empty();
        last = Some((ours, said, label));
        // A name that counts may have changed between the two questions; then both are asked again.
        same.then_some(true)
    })
    .await;
    compared.unwrap_or_else(|| {
        let (ours, said, label) = last.unwrap_or_default();
        panic!("the tests find {role} \"{ours}\", and the browser says {said} \"{label}\"")
    })
}

/// A name with single spaces and straight apostrophes, as the tests compare names.
fn plain(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").replace('’', "'")
}
