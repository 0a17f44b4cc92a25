//! Every setting once: as a flag, and with underscores for dashes as a key of the configuration file.

use crate::{Options, PersistenceSync, access, file, passwd::Passwd};
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, value_parser};
use midge_broker::{Config, Limits};
use midge_codec::QoS;
use std::{ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

/// An MQTT 3.1.1 and 5.0 broker, the same one that runs in Midge's page.
///
/// Without listeners it listens on 127.0.0.1:1883 (TCP) and 127.0.0.1:8083 (WebSocket). To host a class
/// on a LAN, listen on 0.0.0.0 and serve the page: --tcp 0.0.0.0:1883 --ws 0.0.0.0:8083 --www dist
///
/// Every flag but --config is also a key of the configuration file, with underscores for dashes; lists
/// are arrays there. A flag wins over the file. SIGHUP reads users and access rules again.
#[derive(Clone, Debug, Parser)]
#[command(name = "midge-server", version, args_conflicts_with_subcommands = true)]
pub struct Settings {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub task: Option<Task>,

    /// The configuration file (TOML) [default: none].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Listen for MQTT over TCP on this address; may be given several times [default: 127.0.0.1:1883 if no
    /// listener is given].
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Listeners")]
    pub tcp: Vec<SocketAddr>,

    /// Listen for MQTT over WebSocket on this address, at any path; may be given several times [default:
    /// 127.0.0.1:8083 if no listener is given].
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Listeners")]
    pub ws: Vec<SocketAddr>,

    /// Listen for MQTT over TLS on this address; may be given several times [default: none].
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Listeners")]
    pub tls: Vec<SocketAddr>,

    /// Listen for MQTT over WebSocket over TLS on this address; may be given several times [default:
    /// none].
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Listeners")]
    pub wss: Vec<SocketAddr>,

    /// The server's certificate and those between it and the root (PEM), for tls and wss [default: none].
    #[arg(long, value_name = "FILE", help_heading = "Listeners")]
    pub certfile: Option<PathBuf>,

    /// The private key of the certificate (PEM) [default: none].
    #[arg(long, value_name = "FILE", help_heading = "Listeners")]
    pub keyfile: Option<PathBuf>,

    /// Serve the built page from this folder on the WebSocket addresses [default: none].
    #[arg(long, value_name = "FOLDER", help_heading = "Listeners")]
    pub www: Option<PathBuf>,

    /// Let clients in that give no user name: true or false [default: true without users, password_file
    /// and scram_file, false with them].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[arg(action = ArgAction::Set, help_heading = "Access")]
    pub allow_anonymous: Option<bool>,

    /// A user, as NAME:PASSWORD or as a line of a password file; may be given several times. Other
    /// programs can read the command line: keep passwords in a file [default: none].
    #[arg(long, value_name = "NAME:PASSWORD", help_heading = "Access")]
    pub users: Vec<String>,

    /// Users with their hashed passwords, a file of mosquitto_passwd ($6$ and $7$) or of `midge-server
    /// passwd` [default: none].
    #[arg(long, value_name = "FILE", help_heading = "Access")]
    pub password_file: Option<PathBuf>,

    /// Users who prove their passwords by SCRAM-SHA-256 (5.0) instead of sending them, a file of
    /// `midge-server passwd --scram`. They are let in by no other way [default: none].
    #[arg(long, value_name = "FILE", help_heading = "Access")]
    pub scram_file: Option<PathBuf>,

    /// Who may publish and read what, a file as Mosquitto has it [default: none, everybody may everything].
    #[arg(long, value_name = "FILE", help_heading = "Access")]
    pub acl_file: Option<PathBuf>,

    /// Keep sessions, queues, retained messages and unfinished handshakes in this file, so that they
    /// outlive the program, killed or not [default: nothing is kept].
    #[arg(long, value_name = "FILE", help_heading = "Protocol")]
    pub persistence_file: Option<PathBuf>,

    /// When the persistence file is taken to the disk, which matters when the machine loses its power
    /// and not when the program ends: never (when the system sees fit: half a minute may be lost),
    /// interval (once a second: that second may be lost, acknowledged or not), always (before anything
    /// leaves that follows from it: nothing acknowledged is lost, and each acknowledgement waits for the
    /// disk). When the disk reports an error, the log says so and nothing is kept from there on.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    #[arg(hide_possible_values = true, help_heading = "Protocol")]
    pub persistence_sync: PersistenceSync,

    /// The highest QoS granted and announced: 0, 1 or 2.
    #[arg(long, value_name = "QOS", value_parser = value_parser!(u8).range(0..=2))]
    #[arg(default_value_t = Config::default().max_qos as u8, help_heading = "Protocol")]
    pub max_qos: u8,

    /// Accept retained messages: true or false.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[arg(action = ArgAction::Set, default_value_t = Config::default().retain_available)]
    #[arg(help_heading = "Protocol")]
    pub retain_available: bool,

    /// Keep Alive in seconds, 0 to 65535, that replaces the one a 5.0 client asks for; 0 is off
    /// [default: the client's].
    #[arg(long, value_name = "SECONDS", help_heading = "Protocol")]
    pub server_keep_alive: Option<u16>,

    /// What a 5.0 client that asks is told its response topics should begin with; %c is its client id, as
    /// in response/%c/ [default: nothing].
    #[arg(long, value_name = "TEXT", help_heading = "Protocol")]
    pub response_information: Option<String>,

    /// The longest Keep Alive in seconds, 0 to 65535; 65535 is any. A 5.0 client that asks for more gets
    /// this one, a 3.1.1 client is refused.
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().max_keep_alive)]
    #[arg(help_heading = "Protocol")]
    pub max_keepalive: u16,

    /// The longest time in seconds for which a session is kept for a client that is away, 0 to
    /// 4294967295; the largest is for ever.
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().session_expiry_max)]
    #[arg(help_heading = "Protocol")]
    pub session_expiry_max: u32,

    /// Messages at QoS 1 and 2 that a client may have under way to the broker, 1 to 65535 (5.0).
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u16).range(1..))]
    #[arg(default_value_t = Limits::default().receive_maximum, help_heading = "Protocol")]
    pub receive_maximum: u16,

    /// Topic aliases that a client may use, 0 to 65535 (5.0).
    #[arg(long, visible_alias = "max-topic-alias", value_name = "COUNT")]
    #[arg(default_value_t = Limits::default().topic_alias_maximum, help_heading = "Protocol")]
    pub topic_alias_maximum: u16,

    /// Tell 5.0 clients in words, too, why they are disconnected (Reason String): true or false.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[arg(action = ArgAction::Set, default_value_t = Config::default().reason_strings)]
    #[arg(help_heading = "Protocol")]
    pub reason_strings: bool,

    /// Between two updates of $SYS, in seconds; 0 publishes none.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 10,
        help_heading = "Protocol"
    )]
    pub sys_interval: u32,

    /// How many clients may be connected at a time, 1 or more.
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u32).range(1..))]
    #[arg(default_value_t = Limits::default().max_connections, help_heading = "Limits")]
    pub max_connections: u32,

    /// The largest packet accepted, in bytes, 20 to 268435460.
    #[arg(long, value_name = "BYTES", value_parser = value_parser!(u32).range(20..=268_435_460))]
    #[arg(default_value_t = Limits::default().max_packet_size, help_heading = "Limits")]
    pub max_packet_size: u32,

    /// Messages at QoS 1 and 2 under way to one client, 0 to 65535; 0 is as many as the client takes.
    #[arg(long, visible_alias = "max-inflight-messages", value_name = "COUNT")]
    #[arg(default_value_t = Limits::default().max_inflight, help_heading = "Limits")]
    pub max_inflight: u16,

    /// Messages kept for one client beyond those under way, 0 to 4294967295; 0 is as many as
    /// max_queued_bytes allows.
    #[arg(long, visible_alias = "max-queued-messages", value_name = "COUNT")]
    #[arg(default_value_t = Limits::default().max_queued, help_heading = "Limits")]
    pub max_queued: u32,

    /// Bytes of the messages kept for one client, 0 to 4294967295.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().max_queued_bytes)]
    #[arg(help_heading = "Limits")]
    pub max_queued_bytes: u32,

    /// Retained messages of all clients together, 0 to 4294967295.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().max_retained)]
    #[arg(help_heading = "Limits")]
    pub max_retained: u32,

    /// Subscriptions of one client, 0 to 4294967295.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().max_subscriptions)]
    #[arg(help_heading = "Limits")]
    pub max_subscriptions: u32,

    /// Passwords that may wait for their check, 1 to 4294967295; clients beyond are told to come again
    /// (ServerBusy). Checks run beside everything else, on all cores but one.
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u32).range(1..))]
    #[arg(default_value_t = Limits::default().max_password_checks, help_heading = "Limits")]
    pub max_password_checks: u32,

    /// Levels of a topic, 1 to 65535.
    #[arg(long, value_name = "COUNT", value_parser = value_parser!(u16).range(1..))]
    #[arg(default_value_t = Limits::default().max_topic_levels, help_heading = "Limits")]
    pub max_topic_levels: u16,

    /// Seconds in which a new connection must send CONNECT and its password be checked, 1 to 4294967295.
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u32).range(1..))]
    #[arg(default_value_t = 10, help_heading = "Limits")]
    pub connect_timeout: u32,

    /// Seconds for which a client may take none of the bytes that wait for it, once they are so many
    /// (256 KiB) that messages have to wait as well, 0 to 4294967295; 0 is for ever.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        help_heading = "Limits"
    )]
    pub slow_reader_timeout: u32,
}

/// What can be done instead of serving.
#[derive(Clone, Debug, Subcommand)]
pub enum Task {
    /// Enter a user into a password file, or take one out.
    ///
    /// A terminal is asked for the password, twice, and does not show it; otherwise it is one line of the
    /// standard input: midge-server passwd FILE NAME < secret.txt
    ///
    /// Without --scram the file is one for --password-file, as mosquitto_passwd writes it ($7$); with it,
    /// one for --scram-file. Other lines stay as they are. A running server reads the file at SIGHUP.
    Passwd(Passwd),
}

/// Why there are no settings.
#[derive(Debug)]
pub enum LoadError {
    /// The command line is wrong, or asks for help or the version.
    CommandLine(clap::Error),
    /// The file is wrong, in words that name file and line.
    File(String),
}

impl Settings {
    /// Reads a command line, whose first word is the program, and the configuration file it names.
    ///
    /// # Errors
    /// What is wrong in either.
    pub fn load(words: impl IntoIterator<Item = OsString>) -> Result<Self, LoadError> {
        let mut words: Vec<OsString> = words.into_iter().collect();
        let matches = Self::command()
            .try_get_matches_from(&words)
            .map_err(LoadError::CommandLine)?;
        let flags = Self::from_arg_matches(&matches).map_err(LoadError::CommandLine)?;
        let Some(path) = &flags.config else {
            return Ok(flags);
        };
        let from_file = file::flags(path, &Self::command(), &matches).map_err(LoadError::File)?;
        words.splice(1..1, from_file);
        Self::try_parse_from(words).map_err(LoadError::CommandLine)
    }

    /// What a server is started with.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong and why.
    pub fn into_options(self, seed: u64) -> Result<Options, String> {
        if let Some(folder) = &self.www
            && !folder.join("index.html").is_file()
        {
            return Err(format!(
                "--www {}: there is no index.html; build the page with `cargo xtask dist` first",
                folder.display()
            ));
        }
        let certificate = match (&self.certfile, &self.keyfile) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) if self.tls.is_empty() && self.wss.is_empty() => None,
            _ => return Err("TLS needs both --certfile and --keyfile".into()),
        };
        let broker = self.broker()?;
        let mut options = Options {
            tcp: self.tcp,
            ws: self.ws,
            tls: self.tls,
            wss: self.wss,
            certificate,
            persistence: self.persistence_file,
            persistence_sync: self.persistence_sync,
            www: self.www,
            broker,
            seed,
            writers: None,
        };
        let listeners = [&options.tcp, &options.ws, &options.tls, &options.wss];
        if listeners.iter().all(|addresses| addresses.is_empty()) {
            options.tcp.push(SocketAddr::from(([127, 0, 0, 1], 1883)));
            options.ws.push(SocketAddr::from(([127, 0, 0, 1], 8083)));
        }
        Ok(options)
    }

    fn broker(&self) -> Result<Config, String> {
        let users = access::users(&self.users, self.password_file.as_deref())?;
        let scram_users = self.scram_file.as_deref().map(access::scram_users);
        let scram_users = scram_users.transpose()?;
        let is_closed = users.is_closed() || scram_users.is_some();
        let limits = Limits {
            max_connections: self.max_connections,
            max_packet_size: self.max_packet_size,
            receive_maximum: self.receive_maximum,
            topic_alias_maximum: self.topic_alias_maximum,
            // Zero as Mosquitto has it, here and for the queue.
            max_inflight: match self.max_inflight {
                0 => u16::MAX,
                most => most,
            },
            max_queued: match self.max_queued {
                0 => u32::MAX,
                most => most,
            },
            max_queued_bytes: self.max_queued_bytes,
            max_password_checks: self.max_password_checks,
            max_topic_levels: self.max_topic_levels,
            max_subscriptions: self.max_subscriptions,
            max_retained: self.max_retained,
            max_keep_alive: self.max_keepalive,
            session_expiry_max: self.session_expiry_max,
            connect_timeout: Duration::from_secs(self.connect_timeout.into()),
            slow_reader_timeout: Duration::from_secs(self.slow_reader_timeout.into()),
        };
        Ok(Config {
            allow_anonymous: self.allow_anonymous.unwrap_or(!is_closed),
            users,
            scram_users: scram_users.unwrap_or_default(),
            access: self.acl_file.as_deref().map(access::list).transpose()?,
            max_qos: match self.max_qos {
                0 => QoS::AtMostOnce,
                1 => QoS::AtLeastOnce,
                _ => QoS::ExactlyOnce,
            },
            retain_available: self.retain_available,
            server_keep_alive: self.server_keep_alive,
            reason_strings: self.reason_strings,
            response_information: self.response_information.as_deref().map(Into::into),
            sys_interval: (self.sys_interval > 0)
                .then(|| Duration::from_secs(self.sys_interval.into())),
            limits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(words: &[&str]) -> Result<Settings, LoadError> {
        let words = ["midge-server"].iter().chain(words);
        Settings::load(words.map(OsString::from))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Settings::command().debug_assert();
    }

    #[test]
    fn without_settings_the_broker_has_its_own_defaults_and_both_kinds_of_listener_on_loopback() {
        let options = load(&[]).unwrap().into_options(0).unwrap();
        assert_eq!(options.broker, Config::default());
        assert_eq!(options.tcp, [SocketAddr::from(([127, 0, 0, 1], 1883))]);
        assert_eq!(options.ws, [SocketAddr::from(([127, 0, 0, 1], 8083))]);
    }

    #[test]
    fn zero_in_flight_and_queued_is_no_limit_as_it_is_for_mosquitto() {
        let options = load(&["--max-inflight-messages=0", "--max-queued-messages=0"]);
        let limits = options.unwrap().into_options(0).unwrap().broker.limits;
        assert_eq!(
            (limits.max_inflight, limits.max_queued),
            (u16::MAX, u32::MAX)
        );
    }

    #[test]
    fn one_listener_given_is_the_only_one() {
        let options = load(&["--ws", "127.0.0.1:0"]).unwrap();
        let options = options.into_options(0).unwrap();
        assert!(options.tcp.is_empty());
        assert_eq!(options.ws.len(), 1);
    }

    #[test]
    fn every_flag_is_explained_with_its_default() {
        for argument in Settings::command().get_arguments() {
            let name = argument.get_id();
            let help = argument.get_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let is_question = ["help", "version"].contains(&name.as_str());
            let has_default =
                !argument.get_default_values().is_empty() || help.contains("[default: ");
            assert!(!help.is_empty() && (has_default || is_question), "{name}");
        }
    }

    #[test]
    fn users_close_the_door_to_everybody_else_unless_it_is_left_open() {
        let broker = |words: &[&str]| load(words).unwrap().into_options(0).unwrap().broker;
        assert!(broker(&[]).allow_anonymous);
        assert!(!broker(&["--users", "ada:secret"]).allow_anonymous);
        assert!(broker(&["--users", "ada:secret", "--allow-anonymous"]).allow_anonymous);
        assert!(!broker(&["--allow-anonymous", "false"]).allow_anonymous);
    }

    #[test]
    fn a_folder_without_the_page_and_half_a_certificate_are_refused_in_words() {
        let error = |words: &[&str]| load(words).unwrap().into_options(0).unwrap_err();
        let no_page = error(&["--www", "/nonexistent"]);
        assert!(no_page.contains("index.html"), "{no_page}");
        let no_key = error(&["--tls", "127.0.0.1:0", "--certfile", "a.pem"]);
        assert!(no_key.contains("--keyfile"), "{no_key}");
    }
}
