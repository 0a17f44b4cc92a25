//! `midge-server passwd`: makes the lines of password files, so that no other program is needed for it.

use midge_broker::{Password, ScramUsers, Users};
use midge_session::scram::{self, Keys, Nonces};
use std::{
    fs,
    io::{self, BufRead, ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
};

/// Iterations of PBKDF2 with HMAC-SHA-512 for a password file by default: what OWASP's Password Storage
/// Cheat Sheet asks for. Each log-in takes a core of the server for a tenth of a second or two.
const ITERATIONS: u32 = 210_000;

/// Bytes of salt in a password file: Mosquitto 2.0 reads no other number.
const SALT_SIZE: usize = 12;

/// Whose password, and where.
#[derive(Clone, Debug, clap::Args)]
pub struct Passwd {
    /// The file; it is made if there is none.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The user.
    #[arg(value_name = "NAME")]
    pub name: String,

    /// Write keys for SCRAM-SHA-256, which prove a password that is never sent.
    #[arg(long)]
    pub scram: bool,

    /// Take the user out.
    #[arg(long)]
    pub delete: bool,

    /// How often the password is hashed, 1 to 1000000: as long takes each guess of who has stolen the file,
    /// and each log-in, beside everything else. Fewer, as 10000, suit thousands of devices that come back
    /// at once, with passwords nobody guesses [default: 210000, with --scram 4096].
    #[arg(long, value_name = "COUNT", conflicts_with = "delete")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub iterations: Option<u32>,
}

impl Passwd {
    /// Does it. `seed` makes the salt, which need not be secret and must not repeat.
    ///
    /// # Errors
    /// What could not be done, in words.
    pub fn run(&self, seed: u64) -> Result<(), String> {
        let password = match self.delete {
            true => None,
            false => Some(ask(&self.name)?),
        };
        self.change(password.as_deref(), seed)
    }

    fn change(&self, password: Option<&str>, seed: u64) -> Result<(), String> {
        let is_unfit = |character: char| character == ':' || character.is_control();
        if self.name.trim() != self.name || self.name.is_empty() || self.name.contains(is_unfit) {
            return Err(format!(
                "{:?} cannot be a user name here: it has no colon, and no space at either end",
                self.name
            ));
        }
        let path = self.file.display();
        let error = |what: String| format!("{path}: {what}");
        let before = match fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound && password.is_some() => {
                String::new()
            }
            Err(cause) => return Err(error(cause.to_string())),
        };
        // A file of another kind must not be spoilt.
        let is_there = match self.scram {
            true => ScramUsers::parse(&before).map(|users| users.get(&self.name).is_some()),
            false => Users::parse(&before).map(|users| users.get(&self.name).is_some()),
        };
        let is_there = is_there.map_err(|cause| error(cause.to_string()))?;
        if password.is_none() && !is_there {
            return Err(error(format!("there is no user {:?}", self.name)));
        }
        let line = password.map(|password| self.line(password, seed));
        let after = replaced(&before, &self.name, line.as_deref());
        write(&self.file, &after).map_err(|cause| error(cause.to_string()))
    }

    fn line(&self, password: &str, seed: u64) -> String {
        let salt = Nonces::new(seed).salt(&self.name);
        let text = match self.scram {
            true => {
                let iterations = self.iterations.unwrap_or(scram::ITERATIONS);
                Keys::derive(password.as_bytes(), &salt, iterations).to_text()
            }
            false => {
                let iterations = self.iterations.unwrap_or(ITERATIONS);
                let hashed = Password::hashed(password.as_bytes(), &salt[..SALT_SIZE], iterations);
                hashed.to_text().unwrap_or_default()
            }
        };
        format!("{}:{text}", self.name)
    }
}

/// Asks whoever sits at the terminal, without showing what is typed; otherwise reads one line.
fn ask(name: &str) -> Result<String, String> {
    let input = io::stdin();
    match input.is_terminal() {
        true => ask_twice(name, |question| rpassword::prompt_password(question)),
        false => read(&mut input.lock()),
    }
}

/// Asks a second time, because nobody saw what was typed the first time.
fn ask_twice(
    name: &str,
    mut answer: impl FnMut(&str) -> io::Result<String>,
) -> Result<String, String> {
    let mut ask = |question: &str| answer(question).map_err(|cause| unreadable(&cause));
    let password = ask(&format!("Password of {name}: "))?;
    if password.is_empty() {
        return Err("there is no password".into());
    }
    match ask("The same again: ")? == password {
        true => Ok(password),
        false => Err("these are two passwords; nothing was changed".into()),
    }
}

fn read(input: &mut impl BufRead) -> Result<String, String> {
    let mut line = String::new();
    let read = input.read_line(&mut line);
    read.map_err(|cause| unreadable(&cause))?;
    let password = line.trim_end_matches(['\n', '\r']);
    match password.is_empty() {
        true => Err("there is no password on the standard input".into()),
        false => Ok(password.to_owned()),
    }
}

fn unreadable(cause: &io::Error) -> String {
    format!("the password cannot be read: {cause}")
}

/// The text with the user's line in place of the one before, at the end if there was none.
fn replaced(text: &str, name: &str, mut line: Option<&str>) -> String {
    let mut lines = Vec::new();
    for old in text.lines() {
        let is_users = old
            .split_once(':')
            .is_some_and(|(user, _)| user.trim() == name);
        match is_users {
            true => lines.extend(line.take()),
            false => lines.push(old),
        }
    }
    lines.extend(line);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Writes a file beside the old one, which only its owner reads, and puts it in its place: a server that
/// reads it meanwhile gets the one or the other.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = fs::metadata(path) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwd(folder: &tempfile::TempDir, name: &str, scram: bool) -> Passwd {
        Passwd {
            file: folder.path().join("users"),
            name: name.into(),
            scram,
            delete: false,
            iterations: Some(4_096),
        }
    }

    #[test]
    fn a_line_is_added_replaced_and_taken_out_and_the_others_stay() {
        for scram in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let ada = passwd(&folder, "ada", scram);
            let read = || fs::read_to_string(&ada.file).unwrap();
            ada.change(Some("secret"), 1).unwrap();
            fs::write(&ada.file, format!("# ours\n{}", read())).unwrap();
            passwd(&folder, "bob", scram).change(Some("x"), 2).unwrap();
            let before = read();
            ada.change(Some("other"), 3).unwrap();
            let after = read();
            assert_eq!(before.lines().count(), 3);
            assert!(after.starts_with("# ours\nada:"), "{after}");
            assert_ne!(before.lines().nth(1), after.lines().nth(1));
            assert_eq!(before.lines().nth(2), after.lines().nth(2));
            ada.change(None, 0).unwrap();
            assert!(read().starts_with("# ours\nbob:"));
            let error = ada.change(None, 0).unwrap_err();
            assert!(
                error.ends_with("users: there is no user \"ada\""),
                "{error}"
            );
        }
    }

    #[test]
    fn a_terminal_is_asked_twice_and_has_to_say_the_same() {
        let ask = |answers: &[&str]| {
            let (mut answers, mut questions) = (answers.iter(), Vec::new());
            let given = ask_twice("ada", |question| {
                questions.push(question.to_owned());
                let answer = answers.next().ok_or(ErrorKind::UnexpectedEof)?;
                Ok((*answer).to_owned())
            });
            (given, questions.len())
        };
        assert_eq!(
            ask(&[" se cret ", " se cret "]),
            (Ok(" se cret ".into()), 2)
        );
        let (given, _) = ask(&["secret", "Secret"]);
        assert!(given.unwrap_err().contains("two passwords"));
        assert_eq!(ask(&[""]), (Err("there is no password".into()), 1));
        let (given, _) = ask(&["secret"]);
        assert!(given.unwrap_err().starts_with("the password cannot be"));
    }

    #[test]
    fn a_pipe_gives_one_line_as_it_is() {
        let read = |text: &str| read(&mut text.as_bytes());
        for text in [" a b ", " a b \n", " a b \r\n", " a b \nsecond\n"] {
            assert_eq!(read(text), Ok(" a b ".into()), "{text:?}");
        }
        for text in ["", "\n", "\r\n"] {
            assert!(read(text).is_err(), "{text:?}");
        }
        let broken = super::read(&mut &b"\xFF\n"[..]).unwrap_err();
        assert!(
            broken.starts_with("the password cannot be read"),
            "{broken}"
        );
    }

    #[test]
    fn a_file_of_the_other_kind_and_a_name_that_no_line_can_have_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let plain = passwd(&folder, "ada", false);
        plain.change(Some("secret"), 1).unwrap();
        let scram = passwd(&folder, "ada", true);
        let error = scram.change(Some("secret"), 1).unwrap_err();
        assert!(error.contains("line 1: keys have the form"), "{error}");
        for name in ["", "a:b", " a", "a\nb"] {
            assert!(passwd(&folder, name, false).change(Some("x"), 1).is_err());
        }
    }
}
