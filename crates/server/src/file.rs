//! The configuration file: its keys become flags, so that the command line alone says what there is.

use clap::{Arg, ArgMatches, Command, error::ErrorKind, parser::ValueSource};
use std::{error::Error, ffi::OsString, fs, path::Path};
use toml::de::{DeTable, DeValue};

/// What no file may hold.
const FLAGS_ONLY: [&str; 3] = ["config", "help", "version"];

/// The flags that stand for what a file says, without those given on the command line itself.
///
/// # Errors
/// The first mistake, with the file, the line, the key and what is allowed.
pub(crate) fn flags(
    path: &Path,
    command: &Command,
    given: &ArgMatches,
) -> Result<Vec<OsString>, String> {
    let error = |what: String| format!("{}: {what}", path.display());
    let text = fs::read_to_string(path).map_err(|cause| error(cause.to_string()))?;
    let table = DeTable::parse(&text).map_err(|cause| error(cause.to_string()))?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut flags = Vec::new();
    for (key, value) in entries {
        let line = text[..key.span().start].matches('\n').count() + 1;
        let name: &str = key.get_ref();
        let error = |what: String| error(format!("line {line}: {name}: {what}"));
        let argument = find(command, name).ok_or_else(|| error(unknown(command)))?;
        let id = argument.get_id().as_str();
        let words = words(argument, value.get_ref()).map_err(error)?;
        check(command, argument, &words).map_err(error)?;
        if given.value_source(id) != Some(ValueSource::CommandLine) {
            flags.extend(words.into_iter().map(OsString::from));
        }
    }
    Ok(flags)
}

fn find<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    let flag = key.replace('_', "-");
    command.get_arguments().find(|argument| {
        let aliases = argument.get_all_aliases().unwrap_or_default();
        !key.contains('-')
            && !FLAGS_ONLY.contains(&argument.get_id().as_str())
            && (argument.get_long() == Some(&*flag) || aliases.contains(&&*flag))
    })
}

fn unknown(command: &Command) -> String {
    let keys: Vec<&str> = command
        .get_arguments()
        .map(|argument| argument.get_id().as_str())
        .filter(|id| !FLAGS_ONLY.contains(id))
        .collect();
    format!("there is no such key; the keys are {}", keys.join(", "))
}

/// `--flag=value` for each value.
fn words(argument: &Arg, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let flag = argument.get_long().unwrap_or_default();
    let word = |value: &DeValue<'_>| {
        let text = match value {
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_err(|cause| cause.to_string())?
                .to_string(),
            other => {
                let kind = other.type_str();
                return Err(format!("{} cannot be a {kind}", hint(argument)));
            }
        };
        Ok(format!("--{flag}={text}"))
    };
    match value {
        DeValue::Array(values) if argument.get_num_args().is_some() || is_list(argument) => {
            values.iter().map(|value| word(value.get_ref())).collect()
        }
        value => Ok(vec![word(value)?]),
    }
}

fn is_list(argument: &Arg) -> bool {
    matches!(argument.get_action(), clap::ArgAction::Append)
}

/// Lets clap judge the values of one key by themselves.
fn check(command: &Command, argument: &Arg, words: &[String]) -> Result<(), String> {
    let program = command.get_name().to_owned();
    let line = std::iter::once(program).chain(words.iter().cloned());
    let error = match command.clone().try_get_matches_from(line) {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let cause = match (error.kind(), error.source()) {
        (ErrorKind::ArgumentConflict, _) => "only one value is allowed".into(),
        (_, Some(source)) => source.to_string(),
        _ => "this value is not allowed".into(),
    };
    Err(format!("{cause}. {}", hint(argument)))
}

fn hint(argument: &Arg) -> String {
    argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::{LoadError, Settings};
    use std::{ffi::OsString, io::Write};

    fn load(text: &str, words: &[&str]) -> Result<Settings, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut line = vec![OsString::from("midge-server"), "--config".into()];
        line.push(file.path().into());
        line.extend(words.iter().map(OsString::from));
        Settings::load(line).map_err(|error| match error {
            LoadError::File(text) => {
                let name = file.path().display().to_string();
                text.strip_prefix(&name).unwrap().to_owned()
            }
            LoadError::CommandLine(error) => panic!("{error}"),
        })
    }

    #[test]
    fn a_file_says_what_flags_say_and_flags_win() {
        let text = "
tcp = [\"127.0.0.1:1\", \"127.0.0.1:2\"]
ws = \"127.0.0.1:3\"
max_queued_messages = 1_000_000
max_qos = 1
retain_available = false
users = [\"ada:secret\"]
password_file = \"/etc/passwords\"
";
        let settings = load(text, &["--max-qos", "2", "--tcp", "127.0.0.1:4"]).unwrap();
        assert_eq!(settings.tcp, ["127.0.0.1:4".parse().unwrap()]);
        assert_eq!(settings.ws, ["127.0.0.1:3".parse().unwrap()]);
        assert_eq!(settings.max_queued, 1_000_000);
        assert_eq!(settings.max_qos, 2);
        assert!(!settings.retain_available);
        assert_eq!(settings.users, ["ada:secret"]);
        assert_eq!(settings.password_file, Some("/etc/passwords".into()));
        assert_eq!(load(text, &[]).unwrap().tcp.len(), 2);
    }

    #[test]
    fn every_setting_is_a_flag_with_dashes_and_a_key_with_underscores() {
        for (key, value) in [
            ("server_keep_alive", "30"),
            ("max_qos", "1"),
            ("retain_available", "false"),
            ("receive_maximum", "5"),
            ("topic_alias_maximum", "5"),
            ("max_packet_size", "500"),
            ("max_inflight", "5"),
            ("max_queued", "5"),
            ("max_queued_bytes", "5"),
            ("session_expiry_max", "5"),
            ("allow_anonymous", "false"),
            ("max_keepalive", "5"),
            ("max_connections", "5"),
            ("max_subscriptions", "5"),
            ("max_topic_levels", "5"),
            ("max_retained", "5"),
            ("connect_timeout", "5"),
            ("slow_reader_timeout", "5"),
            ("sys_interval", "5"),
            ("password_file", "\"a\""),
            ("acl_file", "\"a\""),
            ("scram_file", "\"a\""),
            ("persistence_file", "\"a\""),
            ("persistence_sync", "\"always\""),
            ("response_information", "\"a\""),
            ("reason_strings", "true"),
            // As in mosquitto.conf.
            ("max_inflight_messages", "5"),
            ("max_queued_messages", "5"),
            ("max_topic_alias", "5"),
        ] {
            let from_file = load(&format!("{key} = {value}"), &[]).unwrap();
            let word = value.trim_matches('"');
            let flag = format!("--{}={word}", key.replace('_', "-"));
            let from_flag = load("", &[&flag]).unwrap();
            let shown = |settings: Settings| {
                let config = None;
                format!("{:?}", Settings { config, ..settings })
            };
            let untouched = shown(load("", &[]).unwrap());
            assert_ne!(shown(from_file.clone()), untouched, "{key}");
            assert_eq!(shown(from_file), shown(from_flag), "{key}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_line_key_and_what_is_allowed() {
        let error = |text| load(text, &[]).unwrap_err();
        let unknown = error("max_qos = 1\nmax_quality = 1\n");
        assert!(
            unknown.starts_with(": line 2: max_quality: there is no such key; the keys are tcp, "),
            "{unknown}"
        );
        let range = error("\n\nmax_qos = 3");
        assert!(range.starts_with(": line 3: max_qos: "), "{range}");
        assert!(range.contains("0, 1 or 2"), "{range}");
        let kind = error("max_connections = \"many\"");
        assert!(kind.contains("1 or more"), "{kind}");
        let boolean = error("allow_anonymous = 7");
        assert!(boolean.contains("true or false"), "{boolean}");
        let several = error("max_inflight = [1, 2]");
        assert!(several.starts_with(": line 1: max_inflight: "), "{several}");
        let table = error("[tls]\ncertfile = \"a\"");
        assert!(table.starts_with(": line 1: tls: "), "{table}");
        let dashes = error("max-qos = 1");
        assert!(dashes.contains("no such key"), "{dashes}");
        let flag = error("help = true");
        assert!(flag.contains("no such key"), "{flag}");
        let syntax = error("max_qos = ");
        assert!(syntax.contains("line 1"), "{syntax}");
    }

    #[test]
    fn a_mistake_in_the_file_is_told_also_when_a_flag_wins() {
        assert!(load("max_qos = 3", &["--max-qos", "1"]).is_err());
    }
}
