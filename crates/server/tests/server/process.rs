//! Programs that run beside a test and end with it.

use crate::support::{PATIENCE, free_address, is_required};
use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::NamedTempFile;

/// A broker in a process of its own. Dropping it kills it.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
    log: NamedTempFile,
}

impl Process {
    /// `midge-server` with these flags and one TCP listener.
    pub(crate) fn midge(flags: &[&str]) -> Self {
        Self::midge_on(free_address(), flags)
    }

    /// The same on this address.
    pub(crate) fn midge_on(address: SocketAddr, flags: &[&str]) -> Self {
        Self::start(Self::midge_command(address, flags), address).unwrap()
    }

    /// `midge-server` with a pipe for its log, which fills up.
    pub(crate) fn midge_whose_log_nobody_reads() -> Self {
        let address = free_address();
        let mut command = Self::midge_command(address, &[]);
        command.stderr(Stdio::piped());
        Self::spawn(command, address, NamedTempFile::new().unwrap()).unwrap()
    }

    fn midge_command(address: SocketAddr, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midge-server"));
        command.arg(format!("--tcp={address}")).args(flags);
        command
    }

    /// Mosquitto with these lines of configuration; `None`, said aloud, when it is not installed. Under
    /// `cargo xtask test`, which installs it, it has to be there.
    pub(crate) fn mosquitto(folder: &Path, lines: &str) -> Option<Self> {
        let address = free_address();
        let port = address.port();
        // Started by root, Mosquitto would become a user who may not read the test's folder.
        let text = format!("user root\nallow_anonymous true\nlistener {port} 127.0.0.1\n{lines}");
        std::fs::write(folder.join("mosquitto.conf"), text).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("mosquitto");
        // Debian keeps the broker where only root's `PATH` looks.
        command
            .env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin"))
            .args(["-c", "mosquitto.conf"])
            .current_dir(folder);
        match Self::start(command, address) {
            Ok(process) => Some(process),
            Err(error) => {
                assert!(
                    !is_required("mosquitto"),
                    "mosquitto cannot be run: {error}"
                );
                eprintln!("skipped, mosquitto cannot be run: {error}");
                None
            }
        }
    }

    fn start(mut command: Command, address: SocketAddr) -> std::io::Result<Self> {
        let log = NamedTempFile::new()?;
        command.stderr(log.reopen()?);
        Self::spawn(command, address, log)
    }

    fn spawn(
        mut command: Command,
        address: SocketAddr,
        log: NamedTempFile,
    ) -> std::io::Result<Self> {
        let child = command.stdout(Stdio::null()).spawn()?;
        let process = Self {
            address,
            child,
            log,
        };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < end, "it does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(process)
    }

    /// Waits until it logs this.
    pub(crate) fn wait_for(&self, words: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let log = std::fs::read_to_string(self.log.path()).unwrap();
            if log.contains(words) {
                return;
            }
            assert!(Instant::now() < end, "{words:?} is not in the log:\n{log}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal by the system's `kill`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.unwrap().success());
    }

    /// Waits until it ends, and says whether it ended well.
    pub(crate) fn wait(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
