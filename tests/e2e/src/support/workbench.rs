//! The Workbench as a person uses it.

use super::clients::Note;
use super::wait::soon;
use super::{Browser, Part};

/// What is filled in to connect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access<'a> {
    pub(crate) url: &'a str,
    pub(crate) version: &'a str,
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
}

impl<'a> Access<'a> {
    pub(crate) fn anonymous(url: &'a str, version: &'a str) -> Self {
        Self {
            url,
            version,
            user: "",
            password: "",
        }
    }
}

/// The Workbench of a page.
#[derive(Debug)]
pub(crate) struct Workbench {
    pub(crate) page: Part,
}

impl Workbench {
    /// Goes to the Workbench.
    pub(crate) async fn of(browser: &Browser) -> Self {
        Self {
            page: browser.visit("Workbench").await,
        }
    }

    /// Fills in the form for a broker by its address, without connecting.
    pub(crate) async fn fill(&self, access: Access<'_>) {
        let form = self.form().await;
        form.choose("Broker", "Other").await;
        form.fill("textbox", "URL", access.url).await;
        form.choose("MQTT version", access.version).await;
        form.fill("textbox", "User name", access.user).await;
        form.fill("password", "Password", access.password).await;
    }

    /// Fills in the form, connects, and waits until it is connected.
    pub(crate) async fn connect(&self, access: Access<'_>) {
        self.fill(access).await;
        self.press_connect().await;
        self.is("Connected").await;
    }

    /// Connects to the lab's own broker.
    pub(crate) async fn connect_to_lab(&self, version: &str) {
        let form = self.form().await;
        form.choose("Broker", "The lab's broker").await;
        form.choose("MQTT version", version).await;
        self.press_connect().await;
        self.is("Connected").await;
    }

    pub(crate) async fn press_connect(&self) {
        self.page.click_on("button", "Connect").await;
    }

    pub(crate) async fn disconnect(&self) {
        self.page.click_on("button", "Disconnect").await;
        self.is("Disconnected").await;
    }

    /// Waits until the connection's state begins with this word.
    pub(crate) async fn is(&self, state: &str) {
        let seen = soon(async || self.state().await.starts_with(state).then_some(())).await;
        if seen.is_none() {
            panic!(
                "the connection is not {state} but `{}`; the page:\n{}",
                self.state().await,
                self.page.outline().await
            );
        }
    }

    pub(crate) async fn state(&self) -> String {
        let state = self.page.parts("status", "Connection state").await;
        match state.first() {
            Some(state) => state.text().await.trim().to_owned(),
            None => String::new(),
        }
    }

    /// The failure that stands in the form.
    pub(crate) async fn alert(&self) -> Part {
        self.page.part("alert", "").await
    }

    pub(crate) async fn form(&self) -> Part {
        self.page.part("form", "Connection").await
    }

    /// Subscribes and waits until the broker has granted it.
    pub(crate) async fn subscribe(&self, filter: &str, qos: u8) {
        let form = self.page.part("form", "Subscribe").await;
        form.fill("textbox", "Topic filter", filter).await;
        form.choose("QoS", &qos.to_string()).await;
        form.click_on("button", "Subscribe").await;
        let list = self.page.part("list", "Subscriptions").await;
        list.says(filter).await;
        list.says(&format!("QoS {qos}")).await;
    }

    pub(crate) async fn unsubscribe(&self, filter: &str) {
        let button = format!("Unsubscribe from {filter}");
        self.page.click_on("button", &button).await;
        self.page.gone("button", &button).await;
    }

    pub(crate) async fn publish(&self, note: Note<'_>) {
        let form = self.page.part("form", "Publish").await;
        form.fill("textbox", "Topic", note.topic).await;
        form.fill("textbox", "Payload", note.payload).await;
        form.choose("QoS", &note.qos.to_string()).await;
        form.tick("Retain", note.retain).await;
        form.click_on("button", "Publish").await;
    }

    /// Waits for the message among those received.
    pub(crate) async fn received(&self, note: Note<'_>) {
        let seen = soon(async || {
            self.messages()
                .await
                .iter()
                .find(|row| row.is(note))
                .map(|_| ())
        })
        .await;
        if seen.is_none() {
            panic!(
                "{note:?} did not arrive; there are {:?}",
                self.messages().await
            );
        }
    }

    /// The rows that are on screen.
    pub(crate) async fn messages(&self) -> Vec<Row> {
        let Some(grid) = self.page.parts("grid", "Messages").await.into_iter().next() else {
            return Vec::new();
        };
        let script = "return [...arguments[0].querySelectorAll('[role=row], tr')].map((row) => \
                      [...row.querySelectorAll('[role=gridcell], td')].map((cell) => cell.innerText.trim()));";
        let rows = grid.ask(script).await;
        let rows = rows.as_array().cloned().unwrap_or_default();
        rows.iter()
            .filter_map(|row| {
                let cell = |index: usize| Some(row.get(index)?.as_str()?.to_owned());
                Some(Row {
                    topic: cell(1)?,
                    payload: cell(2)?,
                    qos: cell(3)?,
                    retain: cell(4)?,
                })
            })
            .collect()
    }
}

/// A row of the messages.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) topic: String,
    pub(crate) payload: String,
    pub(crate) qos: String,
    pub(crate) retain: String,
}

impl Row {
    /// True when this row shows the message.
    pub(crate) fn is(&self, note: Note<'_>) -> bool {
        self.topic == note.topic
            && self.payload.contains(note.payload)
            && self.qos.contains(&note.qos.to_string())
            && self.retain.to_lowercase().contains("retained") == note.retain
    }
}
