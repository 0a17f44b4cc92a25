//! `midge-server` on free ports.

use tokio::process::Command;

use super::process::Process;
use super::{free_port, place};

/// The running server; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) tcp: u16,
    pub(crate) ws: u16,
    process: Process,
}

impl Server {
    /// Starts the server; it serves the built page too.
    pub(crate) async fn start() -> Self {
        let (tcp, ws) = (free_port(), free_port());
        let process = Process::start(
            Command::new(place::server())
                .args(["--tcp", &format!("127.0.0.1:{tcp}")])
                .args(["--ws", &format!("127.0.0.1:{ws}")])
                .arg("--www")
                .arg(place::dist()),
        );
        for port in [tcp, ws] {
            super::eventually("midge-server listens", async || {
                tokio::net::TcpStream::connect(("127.0.0.1", port))
                    .await
                    .is_ok()
            })
            .await;
        }
        Self { tcp, ws, process }
    }

    /// The address of its WebSocket listener.
    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/mqtt", self.ws)
    }

    /// Ctrl-C; true when it ended well.
    pub(crate) async fn interrupt(&mut self) -> bool {
        self.process.interrupt().await
    }
}
