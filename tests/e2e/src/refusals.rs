//! Failures that every user of MQTT meets, each told in words.

use crate::support::mosquitto::Mosquitto;
use crate::support::workbench::{Access, Workbench};
use crate::support::{Browser, free_port};

#[tokio::test]
async fn a_wrong_password_is_said_with_the_brokers_reason() {
    let mosquitto = Mosquitto::start_for_user("alice", "correct horse").await;
    let url = mosquitto.url();
    for version in ["3.1.1", "5.0"] {
        let browser = Browser::open("workbench").await;
        let workbench = Workbench::of(&browser).await;
        let access = Access {
            url: &url,
            version,
            user: "alice",
            password: "battery staple",
        };
        workbench.fill(access).await;
        workbench.press_connect().await;
        let alert = workbench.alert().await;
        alert.says("password").await;
        // Mosquitto answers 5 (3.1.1) and 0x87 (5.0) to a wrong password.
        alert.says("not authorized").await;
        workbench
            .connect(Access {
                password: "correct horse",
                ..access
            })
            .await;
        workbench.page.gone("alert", "").await;
        browser.had_no_errors().await;
    }
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_said_with_what_to_try() {
    let url = format!("ws://127.0.0.1:{}/mqtt", free_port());
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench.fill(Access::anonymous(&url, "5.0")).await;
    workbench.press_connect().await;
    let alert = workbench.alert().await;
    alert.says(&url).await;
    alert.says("listening").await;
    alert.says("path").await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_anything_is_tried() {
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .fill(Access::anonymous("http://example.org/mqtt", "5.0"))
        .await;
    workbench.press_connect().await;
    let form = workbench.form().await;
    form.says("WebSocket").await;
    form.says("ws://").await;
    let field = form.part("textbox", "URL").await;
    assert_eq!(
        field.attribute("aria-invalid").await.as_deref(),
        Some("true")
    );
    workbench.is("Disconnected").await;
    browser.had_no_errors().await;
}
