//! Waiting for what happens soon, without sleeping longer than it takes.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Long enough for anything on a machine that is busy with other work, short enough to wait for when it is broken.
pub const PATIENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(50);

/// Asks until the answer is there, or gives `None` when patience is at its end.
pub async fn soon<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    within(PATIENCE, &mut ask).await
}

/// As [`within`], for what is answered at once.
pub async fn seen<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + time;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        sleep(PAUSE).await;
    }
}

/// Asks until the answer is yes; fails with `what` otherwise.
pub async fn eventually(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let answer = soon(async || ask().await.then_some(())).await;
    assert!(answer.is_some(), "this did not come to pass: {what}");
}

/// Asks until the answer is there or the time is over.
pub async fn within<T>(time: Duration, ask: &mut impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + time;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        sleep(PAUSE).await;
    }
}
