//! A native host of the broker: TCP for MQTT clients, WebSocket for browsers, both with TLS where
//! asked for, and the built page.
//!
//! The broker is one state machine without clock or socket; `hub` is the one task that owns it.
//! Each connection is two small tasks that move bytes, so nothing is locked and nothing of MQTT is
//! known outside the broker.

mod access;
mod connection;
mod file;
mod hub;
mod keeper;
mod passwd;
mod settings;
mod store;
mod tcp;
mod tls;
mod web;

pub use keeper::PersistenceSync;
pub use passwd::Passwd;
pub use settings::{LoadError, Settings, Task};

use hub::{Hub, Input};
use midge_broker::Command;
use std::{io, net::SocketAddr, path::PathBuf, time::Duration};
use store::Store;
use tokio::{net::TcpListener, runtime::Handle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long connections may take to send their last bytes at the end.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// What a server listens on and serves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Addresses for MQTT over TCP.
    pub tcp: Vec<SocketAddr>,
    /// Addresses for MQTT over WebSocket, and for the page.
    pub ws: Vec<SocketAddr>,
    /// Addresses for MQTT over TLS.
    pub tls: Vec<SocketAddr>,
    /// Addresses for MQTT over WebSocket over TLS.
    pub wss: Vec<SocketAddr>,
    /// The PEM files of certificate and key; needed for `tls` and `wss`.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The file that keeps sessions, queues and retained messages; without one nothing is kept.
    pub persistence: Option<PathBuf>,
    /// When that file is taken to the disk.
    pub persistence_sync: PersistenceSync,
    /// The folder of the built page, served beside `/mqtt`.
    pub www: Option<PathBuf>,
    /// The broker's configuration.
    pub broker: midge_broker::Config,
    /// Drives assigned client ids and fair choice.
    pub seed: u64,
    /// Where packets are written; without one, where everything else is done. Connections are read where
    /// the server is started: on one thread what came first on one of them is dealt with before what
    /// came later on another, and a client that leaves and comes back at once is not taken for two.
    pub writers: Option<Handle>,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it listens for TCP; a port 0 in the options is replaced by the one that was free.
    pub tcp: Vec<SocketAddr>,
    /// Where it listens for WebSocket.
    pub ws: Vec<SocketAddr>,
    /// Where it listens for TLS.
    pub tls: Vec<SocketAddr>,
    /// Where it listens for WebSocket over TLS.
    pub wss: Vec<SocketAddr>,
    hub: Hub,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Binds every address, then accepts.
    ///
    /// # Errors
    /// The first address that cannot be bound, named in the error's text.
    pub async fn start(options: Options) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let packet_limit = options.broker.limits.max_packet_size as usize;
        let patience = options.broker.limits.connect_timeout;
        let tls = match &options.certificate {
            Some((certificate, key)) => Some(tls::acceptor(certificate, key)?),
            None => None,
        };
        let kept = match &options.persistence {
            Some(path) => {
                let (store, found) = Store::open(path)?;
                Some((store, found, options.persistence_sync))
            }
            None => None,
        };
        let writers = options.writers.unwrap_or_else(Handle::current);
        let hub = Hub::start(options.broker, options.seed, kept, &tasks, writers);
        let mut server = Self {
            tcp: Vec::new(),
            ws: Vec::new(),
            tls: Vec::new(),
            wss: Vec::new(),
            hub: hub.clone(),
            stop: stop.clone(),
            tasks: tasks.clone(),
        };
        let router = || {
            let www = options.www.as_deref();
            web::router(hub.clone(), tasks.clone(), packet_limit, www)
        };
        for (addresses, tls) in [(&options.tcp, None), (&options.tls, tls.clone())] {
            for &address in addresses {
                let listener = bind(address).await?;
                let bound = match tls {
                    None => &mut server.tcp,
                    Some(_) => &mut server.tls,
                };
                bound.push(listener.local_addr()?);
                let (hub, stop) = (hub.clone(), stop.clone());
                tasks.spawn(tcp::serve(listener, tls.clone(), hub, stop, tasks.clone()));
            }
        }
        for (addresses, tls) in [(&options.ws, None), (&options.wss, tls)] {
            for &address in addresses {
                let listener = bind(address).await?;
                let bound = match tls {
                    None => &mut server.ws,
                    Some(_) => &mut server.wss,
                };
                bound.push(listener.local_addr()?);
                let (tls, stop) = (tls.clone(), stop.clone());
                tasks.spawn(web::serve(listener, tls, router(), patience, stop));
            }
        }
        Ok(server)
    }

    /// Takes the users and access rules of this configuration from now on, and sends away clients whose
    /// user is gone or has another password.
    pub async fn set_access(&self, config: midge_broker::Config) {
        let command = Command::SetAccess {
            users: config.users,
            scram_users: config.scram_users,
            access: config.access,
        };
        // Without the broker's task nobody is connected.
        let _ = self.hub.send(Input::Command(command)).await;
    }

    /// Tells every client that the server shuts down (5.0), lets connections send their last bytes
    /// for two seconds at most, and ends.
    pub async fn stop(self) {
        self.stop.cancel();
        self.hub.shut_down().await;
        self.tasks.close();
        if tokio::time::timeout(SHUTDOWN_GRACE, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not take their last bytes in time");
        }
    }
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there; stop it or choose a port",
            io::ErrorKind::PermissionDenied => "ports below 1024 need more rights",
            io::ErrorKind::AddrNotAvailable => "this machine has no such address",
            _ => "check the address",
        };
        io::Error::new(
            error.kind(),
            format!("cannot listen on {address}: {error} ({hint})"),
        )
    })
}
