//! RabbitMQ with its two plugins for MQTT, as a node of its own: its name, its folder, its ports on loopback and the
//! daemon of Erlang that nodes register with, so that it meets no other RabbitMQ, neither the system's nor another test's.

use crate::free_port;
use crate::process::Process;
use crate::wait::eventually;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

/// It needs five seconds of a processor to start, and waits some more for a cluster that is not there.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running node; dropping it ends it.
#[derive(Debug)]
pub(super) struct RabbitMq {
    pub(super) tcp: u16,
    pub(super) ws: u16,
    setting: Setting,
    node: Process,
    /// The port mapper of Erlang, kept for as long as the node.
    _mapper: Process,
}

/// What stays the same when the node starts again.
#[derive(Debug)]
struct Setting {
    /// Where RabbitMQ and Erlang were unpacked.
    installed: PathBuf,
    /// Erlang's cookie, the configuration, and what the node has to remember.
    folder: TempDir,
    /// The port where Erlang's nodes talk to each other.
    distribution: u16,
    /// The port of Erlang's port mapper. Where none listens, a node starts one that outlives it.
    mapper: u16,
}

impl RabbitMq {
    pub(super) async fn start(installed: &Path) -> Self {
        let (tcp, ws) = (free_port(), free_port());
        let setting = Setting {
            installed: installed.to_path_buf(),
            folder: tempfile::tempdir().expect("a folder"),
            distribution: free_port(),
            mapper: free_port(),
        };
        let configuration = format!(
            "listeners.tcp = none\n\
             mqtt.listeners.tcp.1 = 127.0.0.1:{tcp}\n\
             web_mqtt.tcp.ip = 127.0.0.1\n\
             web_mqtt.tcp.port = {ws}\n\
             log.console = true\n\
             log.file = false\n"
        );
        setting.write("rabbitmq.conf", &configuration);
        setting.write("enabled_plugins", "[rabbitmq_mqtt, rabbitmq_web_mqtt].\n");
        Self {
            tcp,
            ws,
            _mapper: setting.map_ports().await,
            node: setting.run().await,
            setting,
        }
    }

    /// Ends it in peace and starts it again.
    pub(super) async fn restart_in_peace(&mut self) {
        assert!(self.node.terminate(PATIENCE).await, "it ended well");
        self.node = self.setting.run().await;
    }

    /// Ends it at once and starts it again without what it had to remember.
    pub(super) async fn restart_anew(&mut self) {
        self.node.kill().await;
        std::fs::remove_dir_all(self.setting.data()).expect("nobody holds it any more");
        self.node = self.setting.run().await;
    }
}

impl Setting {
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("the folder can be written to");
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    async fn map_ports(&self) -> Process {
        let program = self.installed.join("usr/lib/erlang/bin/epmd");
        let port = self.mapper.to_string();
        let mapper =
            Process::start(Command::new(program).args(["-address", "127.0.0.1", "-port", &port]));
        eventually("the port mapper listens", async || {
            TcpStream::connect(("127.0.0.1", self.mapper)).await.is_ok()
        })
        .await;
        mapper
    }

    /// Starts the node as the service does, for the user who runs the test.
    async fn run(&self) -> Process {
        let folder = self.folder.path();
        let erlang = self.installed.join("usr/lib/erlang/bin");
        let path = std::env::var("PATH").unwrap_or_default();
        let process = Process::start(
            Command::new(self.script())
                // With this, the script becomes Erlang and does not stay between; a signal then reaches the node itself.
                .env("RABBITMQ_ALLOW_INPUT", "true")
                .arg("-noinput")
                .env("PATH", format!("{}:{path}", erlang.display()))
                .env("HOME", folder)
                .env("ERL_EPMD_ADDRESS", "127.0.0.1")
                .env("ERL_EPMD_PORT", self.mapper.to_string())
                .env(
                    "RABBITMQ_NODENAME",
                    format!("midge{}@localhost", self.mapper),
                )
                .env("RABBITMQ_DIST_PORT", self.distribution.to_string())
                .env(
                    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                    "-kernel inet_dist_use_interface {127,0,0,1}",
                )
                .env("RABBITMQ_MNESIA_BASE", self.data())
                .env("RABBITMQ_LOG_BASE", folder.join("log"))
                .env(
                    "RABBITMQ_ENABLED_PLUGINS_FILE",
                    folder.join("enabled_plugins"),
                )
                .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
                // What the system's own RabbitMQ may be told is not for this one.
                .env("RABBITMQ_CONFIG_FILES", folder.join("conf.d"))
                .env(
                    "RABBITMQ_ADVANCED_CONFIG_FILE",
                    folder.join("advanced.config"),
                )
                .env("RABBITMQ_CONF_ENV_FILE", folder.join("rabbitmq-env.conf")),
        );
        process
            .line_within(PATIENCE, "Server startup complete")
            .await;
        process
    }

    /// Debian's package holds one release.
    fn script(&self) -> PathBuf {
        let releases = std::fs::read_dir(self.installed.join("usr/lib/rabbitmq/lib"));
        let release = releases.into_iter().flatten().flatten().next();
        let release = release.expect("RabbitMQ is unpacked there").path();
        release.join("sbin/rabbitmq-server")
    }
}
