//! A native host of the broker: TCP for MQTT clients, WebSocket for browsers, and the built page.
//!
//! The broker is one state machine without clock or socket; [`hub`] is the one task that owns it.
//! Each connection is two small tasks that move bytes, so nothing is locked and nothing of MQTT is
//! known outside the broker.

mod args;
mod connection;
mod hub;
mod tcp;
mod web;

pub use args::Args;

use hub::Hub;
use std::{io, net::SocketAddr, path::PathBuf, time::Duration};
use tokio::net::TcpListener;
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
    /// The folder of the built page, served beside `/mqtt`.
    pub www: Option<PathBuf>,
    /// The broker's configuration.
    pub broker: midge_broker::Config,
    /// Drives assigned client ids and fair choice.
    pub seed: u64,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it listens for TCP; a port 0 in the options is replaced by the one that was free.
    pub tcp: Vec<SocketAddr>,
    /// Where it listens for WebSocket.
    pub ws: Vec<SocketAddr>,
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
        let hub = Hub::start(options.broker, options.seed, &tasks);
        let mut server = Self {
            tcp: Vec::new(),
            ws: Vec::new(),
            hub: hub.clone(),
            stop: stop.clone(),
            tasks: tasks.clone(),
        };
        for address in options.tcp {
            let listener = bind(address).await?;
            server.tcp.push(listener.local_addr()?);
            tasks.spawn(tcp::serve(
                listener,
                hub.clone(),
                stop.clone(),
                tasks.clone(),
            ));
        }
        for address in options.ws {
            let listener = bind(address).await?;
            server.ws.push(listener.local_addr()?);
            let router = web::router(
                hub.clone(),
                tasks.clone(),
                packet_limit,
                options.www.as_deref(),
            );
            tasks.spawn(web::serve(listener, router, stop.clone()));
        }
        Ok(server)
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
