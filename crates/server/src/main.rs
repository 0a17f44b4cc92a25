//! `midge-server`: hosts the broker until Ctrl-C.

mod log;

use log::Log;
use midge_server::{LoadError, Options, Server, Settings, Task};
use std::{
    hash::{BuildHasher, RandomState},
    io::IsTerminal,
    net::SocketAddr,
    process::ExitCode,
};
use tokio::runtime::{Builder, Handle};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let log = Log::start();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(log.clone())
        .init();
    let code = match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    };
    log.flush();
    code
}

fn load() -> Result<Settings, String> {
    Settings::load(std::env::args_os()).map_err(|error| match error {
        LoadError::CommandLine(error) => error.exit(),
        LoadError::File(what) => what,
    })
}

/// A server's random numbers need not repeat, so its seed is whatever the system offers.
fn seed() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

/// Reads and decides on this thread, writes on the others.
fn start() -> Result<(), String> {
    let named = |error| format!("no threads to run on: {error}");
    let here = Builder::new_current_thread().enable_all().build();
    let writers = Builder::new_multi_thread().enable_time().build();
    let (here, writers) = (here.map_err(named)?, writers.map_err(named)?);
    let ended = here.block_on(run(writers.handle().clone()));
    // What could not be written in time was said so, and nobody waits for a password's check.
    writers.shutdown_background();
    here.shutdown_background();
    ended
}

async fn run(writers: Handle) -> Result<(), String> {
    let settings = load()?;
    if let Some(Task::Passwd(passwd)) = &settings.task {
        return passwd.run(seed());
    }
    let mut options = settings.into_options(seed())?;
    options.writers = Some(writers);
    let serves_page = options.www.is_some();
    let is_open = options.broker.allow_anonymous;
    let server = Server::start(options)
        .await
        .map_err(|error| error.to_string())?;
    for address in &server.tcp {
        tracing::info!("MQTT over TCP on {address}");
    }
    for address in &server.tls {
        tracing::info!("MQTT over TLS on {address}");
    }
    for (addresses, ws, http) in [(&server.ws, "ws", "http"), (&server.wss, "wss", "https")] {
        for address in addresses {
            tracing::info!("MQTT over WebSocket on {ws}://{address}/mqtt");
            if serves_page {
                tracing::info!("the page on {http}://{address}/");
            }
        }
    }
    let listeners = [&server.tcp, &server.ws, &server.tls, &server.wss];
    let is_reachable = |address: &SocketAddr| !address.ip().is_loopback();
    if is_open && listeners.iter().any(|list| list.iter().any(is_reachable)) {
        tracing::warn!("anybody who reaches this machine may connect, publish and subscribe");
    }
    tokio::select! {
        () = wait_for_end() => {}
        () = reload_at_signal(&server) => {}
    }
    tracing::info!("shutting down");
    server.stop().await;
    Ok(())
}

/// At each SIGHUP reads the users and access rules again; what is wrong leaves the old ones in force.
async fn reload_at_signal(server: &Server) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::hangup()) {
            Ok(mut hangup) => {
                while hangup.recv().await.is_some() {
                    match load().and_then(|settings| settings.into_options(seed())) {
                        Ok(Options { broker, .. }) => {
                            let users = broker.users.len();
                            let scram_users = broker.scram_users.len();
                            server.set_access(broker).await;
                            tracing::info!(users, scram_users, "read users and access rules again");
                        }
                        Err(error) => {
                            tracing::error!(%error, "users and access rules stay as they were");
                        }
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "SIGHUP is not heard"),
        }
    }
    std::future::pending().await
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn wait_for_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler for Ctrl-C the system's own one ends the process.
    if interrupt.await.is_err() {
        std::future::pending::<()>().await;
    }
}
