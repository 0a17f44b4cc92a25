//! The command line.

use crate::Options;
use clap::Parser;
use midge_broker::{Config, Limits};
use std::{net::SocketAddr, path::PathBuf};

/// An MQTT 3.1.1 and 5.0 broker, the same one that runs in Midge's page.
///
/// Without --tcp and --ws it listens on 127.0.0.1:1883 and 127.0.0.1:8083. To host a class on a LAN,
/// listen on 0.0.0.0 and serve the page: --tcp 0.0.0.0:1883 --ws 0.0.0.0:8083 --www dist
#[derive(Clone, Debug, Parser)]
#[command(name = "midge-server", version)]
pub struct Args {
    /// Listen for MQTT over TCP on this address; may be given several times.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub tcp: Vec<SocketAddr>,

    /// Listen for MQTT over WebSocket (path /mqtt) on this address; may be given several times.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub ws: Vec<SocketAddr>,

    /// Serve the built page from this folder on the WebSocket addresses.
    #[arg(long, value_name = "FOLDER")]
    pub www: Option<PathBuf>,

    /// The largest packet accepted, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().max_packet_size)]
    pub max_packet_size: u32,

    /// How many clients may be connected at a time.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().max_connections)]
    pub max_connections: u32,
}

impl Args {
    /// The options these arguments ask for.
    ///
    /// # Errors
    /// A sentence that says which argument is wrong and why.
    pub fn into_options(self, seed: u64) -> Result<Options, String> {
        if let Some(folder) = &self.www
            && !folder.join("index.html").is_file()
        {
            return Err(format!(
                "--www {}: there is no index.html; build the page with `cargo xtask dist` first",
                folder.display()
            ));
        }
        let mut broker = Config::default();
        broker.limits.max_packet_size = self.max_packet_size;
        broker.limits.max_connections = self.max_connections;
        let mut options = Options {
            tcp: self.tcp,
            ws: self.ws,
            www: self.www,
            broker,
            seed,
        };
        if options.tcp.is_empty() && options.ws.is_empty() {
            options.tcp.push(SocketAddr::from(([127, 0, 0, 1], 1883)));
            options.ws.push(SocketAddr::from(([127, 0, 0, 1], 8083)));
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn without_listeners_it_serves_both_kinds_on_loopback() {
        let options = Args::parse_from(["midge-server"]).into_options(0).unwrap();
        assert_eq!(options.tcp, [SocketAddr::from(([127, 0, 0, 1], 1883))]);
        assert_eq!(options.ws, [SocketAddr::from(([127, 0, 0, 1], 8083))]);
    }

    #[test]
    fn one_listener_given_is_the_only_one() {
        let args = Args::parse_from(["midge-server", "--ws", "127.0.0.1:0"]);
        let options = args.into_options(0).unwrap();
        assert!(options.tcp.is_empty());
        assert_eq!(options.ws.len(), 1);
    }

    #[test]
    fn a_folder_without_the_page_is_refused_in_words() {
        let args = Args::parse_from(["midge-server", "--www", "/nonexistent"]);
        let error = args.into_options(0).unwrap_err();
        assert!(error.contains("index.html"), "{error}");
    }
}
