//! A program beside the test: its lines can be waited for, and it ends with the test.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::wait::{PATIENCE, seen};

/// A running program; dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts the program and keeps what it prints.
    pub fn start(command: &mut Command) -> Self {
        let name = command
            .as_std()
            .get_program()
            .to_string_lossy()
            .into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        if let Some(output) = child.stdout.take() {
            collect(output, Arc::clone(&lines));
        }
        if let Some(error) = child.stderr.take() {
            collect(error, Arc::clone(&lines));
        }
        Self { name, child, lines }
    }

    /// Everything it has printed so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no reader panics").clone()
    }

    /// Waits for a line that holds `part`, and gives it.
    pub async fn line_with(&self, part: &str) -> String {
        self.line_within(PATIENCE, part).await
    }

    /// As [`Process::line_with`], for what may take longer than most.
    pub async fn line_within(&self, time: Duration, part: &str) -> String {
        let find = || self.lines().into_iter().find(|line| line.contains(part));
        seen(time, find).await.unwrap_or_else(|| {
            panic!(
                "{} never printed `{part}`, but:\n{}",
                self.name,
                self.lines().join("\n")
            )
        })
    }

    /// Interrupts it as Ctrl-C does, and waits; true when it said that all went well.
    pub async fn interrupt(&mut self) -> bool {
        self.signal("-INT").await;
        self.ended_well().await
    }

    /// Asks it to end as a system does that stops a service, and waits so long at the most; true when it said that all went
    /// well.
    pub async fn terminate(&mut self, time: Duration) -> bool {
        self.signal("-TERM").await;
        self.ended_within(time).await
    }

    /// Waits until it ends; true when it said that all went well.
    pub async fn ended_well(&mut self) -> bool {
        self.ended_within(PATIENCE).await
    }

    async fn ended_within(&mut self, time: Duration) -> bool {
        let child = &mut self.child;
        let status = seen(time, || {
            child.try_wait().expect("a child can be waited for")
        })
        .await;
        status
            .unwrap_or_else(|| panic!("{} does not end", self.name))
            .success()
    }

    async fn signal(&self, signal: &str) {
        let id = self.child.id().expect("the program still runs").to_string();
        let sent = Command::new("kill").args([signal, &id]).status().await;
        assert!(
            sent.is_ok_and(|status| status.success()),
            "kill {signal} {id}"
        );
    }

    /// Kills it and waits until its ports are free.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("a child can be killed");
    }
}

fn collect(from: impl AsyncRead + Unpin + Send + 'static, into: Arc<Mutex<Vec<String>>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            into.lock().expect("no reader panics").push(line);
        }
    });
}
