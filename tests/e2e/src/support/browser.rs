//! A headless browser with a fresh profile, driven through chromedriver, and the built page in it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::dist::Dist;
use super::page::Part;
use super::process::Process;
use super::wait::{eventually, soon};
use super::{free_port, place};

/// The two sizes that the page is made for, in CSS pixels.
pub(crate) const DESKTOP: (u32, u32) = (1280, 900);
pub(crate) const PHONE: (u32, u32) = (390, 844);

/// A browser with one tab that shows the page.
#[derive(Debug)]
pub(crate) struct Browser {
    client: Client,
    dist: Dist,
    _driver: Driver,
    _profile: Profile,
}

/// Chromedriver, which has to be told to close its browser before it is killed.
#[derive(Debug)]
struct Driver {
    port: u16,
    session: Option<String>,
    _process: Process,
}

impl Browser {
    /// Opens the page at a place such as `lab`, 1280 pixels wide and light.
    pub(crate) async fn open(place: &str) -> Self {
        Self::open_sized(place, DESKTOP).await
    }

    /// Opens the page at a place in a window of this size.
    pub(crate) async fn open_sized(place: &str, size: (u32, u32)) -> Self {
        let dist = Dist::serve().await;
        let port = free_port();
        let process =
            Process::start(Command::new(place::chromedriver()).arg(format!("--port={port}")));
        let mut driver = Driver {
            port,
            session: None,
            _process: process,
        };
        let profile = Profile(tempfile::tempdir().unwrap());
        let client = connect(port, profile.0.path()).await;
        driver.session = client.session_id().await.unwrap();
        let browser = Self {
            client,
            dist,
            _driver: driver,
            _profile: profile,
        };
        browser.resize(size).await;
        browser.go(place).await;
        browser
    }

    /// Opens the lab and waits until every device has connected to the broker, as a person who looks first does: what is
    /// commanded before the lamp has subscribed never reaches it, here as anywhere.
    pub(crate) async fn open_lab() -> Self {
        let browser = Self::open("lab").await;
        let pill = browser.page().part("status", "Connections").await;
        eventually("all devices are online", async || {
            let words = pill.text().await;
            words.contains("devices online") && !words.contains(" of ")
        })
        .await;
        browser
    }

    /// Stops the lab's clock, and waits until the page has heard that it stands: from then on nothing changes by itself.
    pub(crate) async fn pause(&self) {
        let page = self.page();
        page.click_on("button", "Pause").await;
        page.part("button", "Run").await;
    }

    /// The whole page.
    pub(crate) fn page(&self) -> Part {
        Part::whole(self.client.clone())
    }

    /// Loads the page at a place.
    pub(crate) async fn go(&self, place: &str) {
        self.go_to(&self.dist.address(place)).await;
    }

    /// Loads another server's page.
    pub(crate) async fn go_to(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    pub(crate) async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// What stands after `#` in the address.
    pub(crate) async fn place(&self) -> String {
        let place = self.page().ask("return location.hash;").await;
        place
            .as_str()
            .unwrap_or_default()
            .trim_start_matches("#/")
            .to_owned()
    }

    /// Goes to a page of the rail by its link.
    pub(crate) async fn visit(&self, name: &str) -> Part {
        let page = self.page();
        page.part("navigation", "Pages")
            .await
            .click_on("link", name)
            .await;
        page.part("heading", name).await;
        page
    }

    /// Opens the page in a second tab and turns to it.
    pub(crate) async fn second_tab(&self, place: &str) -> WindowHandle {
        let tab = self.client.new_window(true).await.unwrap().handle;
        self.client.switch_to_window(tab.clone()).await.unwrap();
        self.go(place).await;
        tab
    }

    /// Types keys wherever the focus is.
    pub(crate) async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Sets the size of the page itself, whatever the window's frame takes.
    pub(crate) async fn resize(&self, (width, height): (u32, u32)) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await;
    }

    /// Makes the system's setting dark or light.
    pub(crate) async fn set_dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] }),
        )
        .await;
    }

    /// Lets the browser save files into a folder without asking.
    pub(crate) async fn save_files_in(&self, folder: &Path) {
        let parameters = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", parameters)
            .await;
    }

    /// Saves a picture of what is seen under the pictures' folder.
    pub(crate) async fn picture(&self, name: &str) {
        let picture = self.client.screenshot().await.unwrap();
        let folder = place::screenshots();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    /// What the browser itself tells assistive technology about a part: its role and its name.
    pub(crate) async fn computed(&self, part: &Part) -> (String, String) {
        let mut answers = ["computedrole", "computedlabel"].map(|what| (what, String::new()));
        for (what, answer) in &mut answers {
            let path = format!("element/{}/{what}", part.id());
            let said = self.client.issue_cmd(Vendor { path, body: None }).await;
            // A part that was drawn anew meanwhile has neither.
            *answer = said.map_or_else(|_| String::new(), text_of);
        }
        let [(_, role), (_, name)] = answers;
        (role, name)
    }

    /// Ends a test: fails when the page complained on the console about anything but a network that was broken on purpose.
    pub(crate) async fn had_no_errors(&self) {
        let complaints = self.complaints().await;
        assert!(
            complaints.is_empty(),
            "the page complained:\n{}",
            complaints.join("\n")
        );
    }

    /// Errors on the console, those of the network left out.
    async fn complaints(&self) -> Vec<String> {
        let entries = self
            .client
            .issue_cmd(Vendor {
                path: "se/log".to_owned(),
                body: Some(json!({ "type": "browser" })),
            })
            .await
            .unwrap();
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" && entry["source"] != "network")
            .filter_map(|entry| Some(entry["message"].as_str()?.to_owned()))
            .filter(|message| !message.contains("WebSocket connection to"))
            .collect()
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.client
            .issue_cmd(Vendor {
                path: "goog/cdp/execute".to_owned(),
                body: Some(json!({ "cmd": command, "params": parameters })),
            })
            .await
            .unwrap();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let Some(session) = &self.session else { return };
        // Without this, killing chromedriver would leave the browser behind. A test that failed comes here too, outside
        // of any runtime that could still be trusted, so the request is written by hand.
        let request = format!(
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        );
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            // The answer comes when the browser has ended, which takes a busy machine some seconds.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
    }
}

/// The folder with all that the browser keeps.
#[derive(Debug)]
struct Profile(TempDir);

impl Profile {
    /// The browsers that write into it: their command line names it.
    fn browsers(&self) -> Vec<String> {
        let argument = format!("--user-data-dir={}", self.0.path().display());
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter(|process| {
                let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
                line.split(|byte| *byte == 0)
                    .any(|word| word == argument.as_bytes())
            })
            .filter_map(|process| process.file_name().into_string().ok())
            .collect()
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // Chromedriver now and then forgets its browser, which then goes on for ever.
        let browsers = self.browsers();
        if !browsers.is_empty() {
            let _ = std::process::Command::new("kill")
                .arg("-KILL")
                .args(browsers)
                .status();
        }
        // Some of the browser's processes end a moment after it, and write into the folder until then.
        for _ in 0..50 {
            if std::fs::remove_dir_all(self.0.path()).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn text_of(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn connect(port: u16, profile: &Path) -> Client {
    let capabilities = capabilities(profile);
    let address = format!("http://127.0.0.1:{port}");
    let client = soon(async || {
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.clone())
            .connect(&address)
            .await
            .ok()
    })
    .await;
    client.expect("chromedriver opens a browser")
}

fn capabilities(profile: &Path) -> Capabilities {
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-background-networking".to_owned(),
        "--no-first-run".to_owned(),
        "--lang=en-GB".to_owned(),
        format!("--user-data-dir={}", profile.display()),
    ];
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "binary": place::chromium(), "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    capabilities
        .as_object()
        .expect("the capabilities are an object")
        .clone()
}

/// A command of chromedriver that is not of the standard.
#[derive(Debug)]
struct Vendor {
    path: String,
    /// None asks, some tells.
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        match &self.body {
            None => (http::Method::GET, None),
            Some(body) => (http::Method::POST, Some(body.to_string())),
        }
    }
}
