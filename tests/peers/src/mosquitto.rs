//! A Mosquitto broker of the test's own: TCP and WebSocket on free loopback ports.

use std::fmt::Write as _;

use tempfile::TempDir;
use tokio::process::Command;

use crate::free_port;
use crate::process::Process;

/// A running broker; dropping it ends it.
#[derive(Debug)]
pub struct Mosquitto {
    /// The port for TCP.
    pub tcp: u16,
    /// The port for WebSocket.
    pub ws: u16,
    folder: TempDir,
    process: Process,
}

impl Mosquitto {
    /// A broker that anyone may use.
    pub async fn start() -> Self {
        Self::start_with("allow_anonymous true\n", |_| ()).await
    }

    /// A broker that knows one user.
    pub async fn start_for_user(user: &str, password: &str) -> Self {
        Self::start_with(
            "allow_anonymous false\npassword_file passwords\n",
            |folder| {
                let made = std::process::Command::new("mosquitto_passwd")
                    .current_dir(folder)
                    .args(["-b", "-c", "passwords", user, password])
                    .output();
                assert!(
                    made.is_ok_and(|made| made.status.success()),
                    "mosquitto_passwd"
                );
            },
        )
        .await
    }

    /// A broker that anyone may use and that remembers sessions and messages when it ends in peace.
    pub async fn start_persistent() -> Self {
        let lines = "allow_anonymous true\npersistence true\npersistence_location ./\n";
        Self::start_with(lines, |_| ()).await
    }

    /// Ends the broker in peace, every connection with it.
    pub async fn interrupt(&mut self) {
        assert!(self.process.interrupt().await, "it ended well");
    }

    /// The address of its WebSocket listener.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/mqtt", self.ws)
    }

    /// Ends the broker, every connection with it.
    pub async fn stop(&mut self) {
        self.process.kill().await;
    }

    /// Starts it again on the same ports, with what it remembers.
    pub async fn start_again(&mut self) {
        self.process = run(&self.folder).await;
    }

    async fn start_with(access: &str, prepare: impl FnOnce(&std::path::Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let (tcp, ws) = (free_port(), free_port());
        let mut configuration = String::from("log_dest stderr\nlog_type all\n");
        // Started by root, Mosquitto would become a user who may not read the test's folder.
        configuration.push_str("user root\n");
        configuration.push_str(access);
        write!(
            configuration,
            "listener {tcp} 127.0.0.1\nlistener {ws} 127.0.0.1\nprotocol websockets\n"
        )
        .unwrap();
        std::fs::write(folder.path().join("mosquitto.conf"), configuration).unwrap();
        Self {
            tcp,
            ws,
            process: run(&folder).await,
            folder,
        }
    }
}

async fn run(folder: &TempDir) -> Process {
    let process = Process::start(
        Command::new("mosquitto")
            .current_dir(folder.path())
            .env("PATH", path_with_sbin())
            .args(["-c", "mosquitto.conf"]),
    );
    process.line_with("running").await;
    process
}

/// Debian keeps the broker where only root's `PATH` looks.
fn path_with_sbin() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{path}:/usr/sbin:/usr/local/sbin")
}
