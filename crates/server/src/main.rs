//! `midge-server`: hosts the broker until Ctrl-C.

use clap::Parser;
use midge_server::{Args, Server};
use std::{
    hash::{BuildHasher, RandomState},
    io::IsTerminal,
    process::ExitCode,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    // A server's random numbers need not repeat, so its seed is whatever the system offers.
    let seed = RandomState::new().hash_one(std::process::id());
    let options = args.into_options(seed)?;
    let serves_page = options.www.is_some();
    let server = Server::start(options)
        .await
        .map_err(|error| error.to_string())?;
    for address in &server.tcp {
        tracing::info!("MQTT over TCP on {address}");
    }
    for address in &server.ws {
        tracing::info!("MQTT over WebSocket on ws://{address}/mqtt");
        if serves_page {
            tracing::info!("the page on http://{address}/");
        }
    }
    if server
        .tcp
        .iter()
        .chain(&server.ws)
        .any(|address| !address.ip().is_loopback())
    {
        tracing::warn!("anybody who reaches this machine may connect, publish and subscribe");
    }
    wait_for_end().await;
    tracing::info!("shutting down");
    server.stop().await;
    Ok(())
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
