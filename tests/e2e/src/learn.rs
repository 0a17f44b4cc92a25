//! Learn: the first lesson, docked beside the lab.

use crate::support::{Browser, Part, eventually};

const LESSON: &str = "/^Publish and subscribe in the living room/";

#[tokio::test]
async fn the_first_lesson_is_docked_beside_the_lab_and_says_what_is_missing() {
    let browser = Browser::open("learn").await;
    let page = browser.page();
    open_lesson(&page).await;
    page.part("region", "Floor plan").await;
    let lesson = page.part("region", "Lesson").await;
    let feedback = lesson.part("status", "Feedback").await;
    eventually("the feedback says what is missing", async || {
        feedback.text().await.trim().len() > 10
    })
    .await;
    assert_eq!(
        states(&page)
            .await
            .iter()
            .filter(|state| *state == "current")
            .count(),
        1
    );
    browser.had_no_errors().await;
}

#[tokio::test]
async fn a_step_is_done_by_doing_it_and_stays_done() {
    let browser = Browser::open_lab().await;
    let page = browser.visit("Learn").await;
    open_lesson(&page).await;
    assert_eq!(done(&page).await, 0, "a fresh profile has done nothing");
    do_the_first_step(&page).await;
    eventually("the first step is done", async || done(&page).await >= 1).await;

    browser.reload().await;
    eventually("it is still done after a reload", async || {
        done(&page).await >= 1
    })
    .await;
    page.click_on("button", "Start again").await;
    eventually("starting again forgets it", async || done(&page).await == 0).await;
    browser.had_no_errors().await;
}

async fn open_lesson(page: &Part) {
    let list = page.part("list", "Lessons").await;
    list.click_on("link", LESSON).await;
}

async fn do_the_first_step(page: &Part) {
    page.part("region", "Floor plan")
        .await
        .part("switch", "/^Lamp, living room/")
        .await
        .press_with_mouse()
        .await;
}

async fn done(page: &Part) -> usize {
    let states = states(page).await;
    states.iter().filter(|state| *state == "done").count()
}

/// The states of the lesson's steps in order.
async fn states(page: &Part) -> Vec<String> {
    let steps = page.part("list", "Steps").await;
    let states = steps
        .ask("return [...arguments[0].children].map((step) => step.dataset.state ?? '');")
        .await;
    let states = states.as_array().cloned().unwrap_or_default();
    states
        .iter()
        .filter_map(|state| Some(state.as_str()?.to_owned()))
        .collect()
}
