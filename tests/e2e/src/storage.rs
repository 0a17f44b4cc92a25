//! What the page keeps, and what it does not.

use crate::support::mosquitto::Mosquitto;
use crate::support::workbench::{Access, Workbench};
use crate::support::{Browser, Part, eventually};

const PASSWORD: &str = "correct horse";

#[tokio::test]
async fn a_password_leaves_the_tab_only_when_the_user_says_so() {
    let mosquitto = Mosquitto::start_for_user("alice", PASSWORD).await;
    let url = mosquitto.url();
    let access = Access {
        url: &url,
        version: "5.0",
        user: "alice",
        password: PASSWORD,
    };
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench.connect(access).await;
    assert!(
        !keeps_password(&workbench.page).await,
        "not without the box"
    );

    browser.reload().await;
    let workbench = Workbench::of(&browser).await;
    holds(&workbench, "textbox", "URL", &url).await;
    holds(&workbench, "textbox", "User name", "alice").await;

    browser.second_tab("workbench").await;
    let other = Workbench::of(&browser).await;
    holds(&other, "textbox", "URL", &url).await;
    assert_eq!(field(&other, "password", "Password").await, "");

    let form = other.form().await;
    form.fill("password", "Password", PASSWORD).await;
    form.click_on("checkbox", "/^Keep the password/").await;
    other.press_connect().await;
    other.is("Connected").await;
    eventually("the password is kept with the box ticked", async || {
        keeps_password(&other.page).await
    })
    .await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn the_theme_is_kept() {
    let browser = Browser::open("settings").await;
    let page = browser.page();
    page.part("radiogroup", "Theme")
        .await
        .click_on("radio", "Dark")
        .await;
    let theme = "return document.documentElement.dataset.theme ?? '';";
    eventually("the page is dark", async || page.ask(theme).await == "dark").await;
    browser.reload().await;
    page.part("radiogroup", "Theme").await;
    eventually("the page is dark after a reload", async || {
        page.ask(theme).await == "dark"
    })
    .await;
}

/// Waits until a field of the form holds what was kept.
async fn holds(workbench: &Workbench, role: &str, name: &str, text: &str) {
    eventually(&format!("{name} holds `{text}`"), async || {
        field(workbench, role, name).await == text
    })
    .await;
}

async fn field(workbench: &Workbench, role: &str, name: &str) -> String {
    let form = workbench.form().await;
    form.part(role, name).await.value().await
}

/// True when the password is somewhere that outlives the tab.
async fn keeps_password(page: &Part) -> bool {
    let kept = page
        .ask("return JSON.stringify({ ...localStorage });")
        .await;
    kept.as_str().unwrap().contains(PASSWORD)
}
