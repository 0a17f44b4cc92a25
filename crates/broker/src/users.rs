//! Users and their passwords, in clear or as the salted hashes of Mosquitto's password files.

use alloc::{format, string::String, vec::Vec};
use bytes::Bytes;
use core::fmt;
use data_encoding::BASE64;
use midge_codec::ByteString;
use pbkdf2::pbkdf2_hmac;
use sha2::{Digest, Sha512};
use subtle::{Choice, ConstantTimeEq};

/// The length of a SHA-512 hash, in bytes.
const HASH_SIZE: usize = 64;

/// What is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The line, counted from 1.
    pub line: usize,
    /// In words.
    pub what: String,
}

impl LineError {
    pub(crate) fn new(index: usize, what: String) -> Self {
        let line = index + 1;
        Self { line, what }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl core::error::Error for LineError {}

/// Who has a password. As long as nobody was entered and no file was read, user names are not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// In the order of the names.
    entries: Vec<(ByteString, Password)>,
    is_closed: bool,
}

/// A password as it is stored. What is in clear is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Plain(Bytes),
    /// `$6$`: SHA-512 of the password and the salt.
    Sha512 {
        salt: Vec<u8>,
        hash: [u8; HASH_SIZE],
    },
    /// `$7$`: PBKDF2 with HMAC-SHA-512.
    Pbkdf2 {
        iterations: u32,
        salt: Vec<u8>,
        hash: [u8; HASH_SIZE],
    },
}

/// A password that somebody gave beside one that is stored.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    stored: Password,
    given: Bytes,
    /// Otherwise it fails whatever was given, after the same work.
    may_pass: bool,
}

impl Attempt {
    /// Whether [`Self::succeeds`] takes more than some microseconds.
    pub(crate) fn is_costly(&self) -> bool {
        matches!(self.stored.0, Kind::Pbkdf2 { .. })
    }

    /// Whether they are the same password.
    pub(crate) fn succeeds(&self) -> bool {
        bool::from(self.stored.verify(&self.given) & Choice::from(u8::from(self.may_pass)))
    }
}

impl Users {
    /// Reads a file as `mosquitto_passwd` writes it: lines `NAME:$6$SALT$HASH` and
    /// `NAME:$7$ITERATIONS$SALT$HASH`, and comments after `#`.
    ///
    /// # Errors
    /// The first line that is none of these, with what is wrong in it; passwords are not repeated.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let mut users = Self {
            is_closed: true,
            ..Self::default()
        };
        for (index, line) in text.lines().enumerate() {
            let error = |what| LineError::new(index, what);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let colon = || error("a user name, a colon and a password hash are expected".into());
            let (name, hash) = line.split_once(':').ok_or_else(colon)?;
            let name = name.trim();
            if name.is_empty() {
                return Err(error("there is no user name before the colon".into()));
            }
            let password = Password::parse(hash.trim()).map_err(error)?;
            if users.insert(name.into(), password).is_some() {
                return Err(error(format!("{name:?} is there a second time")));
            }
        }
        Ok(users)
    }

    /// Enters a user or replaces its password; returns the one before.
    pub fn insert(&mut self, name: ByteString, password: Password) -> Option<Password> {
        self.is_closed = true;
        match self.find(&name) {
            Ok(index) => Some(core::mem::replace(&mut self.entries[index].1, password)),
            Err(index) => {
                self.entries.insert(index, (name, password));
                None
            }
        }
    }

    /// The password of a user as it is stored.
    pub fn get(&self, name: &str) -> Option<&Password> {
        let index = self.find(name).ok()?;
        Some(&self.entries[index].1)
    }

    /// The users whose passwords are known, in the order of the names.
    pub(crate) fn in_clear(&self) -> impl Iterator<Item = (&ByteString, &Bytes)> {
        self.entries
            .iter()
            .filter_map(|(name, password)| match &password.0 {
                Kind::Plain(password) => Some((name, password)),
                Kind::Sha512 { .. } | Kind::Pbkdf2 { .. } => None,
            })
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody has a password.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether user names are checked.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// What it takes to learn whether this is the user's password; `None` when nobody has one. For an
    /// unknown name one of the known users' passwords is tried in vain, always the same one for the same
    /// name: how long the answer takes tells nothing about who exists, also when some hashes are costlier
    /// than others. The same holds for a CONNECT without password.
    pub(crate) fn attempt(&self, name: &str, given: Option<&[u8]>) -> Option<Attempt> {
        let (index, is_known) = match self.find(name) {
            Ok(index) => (index, true),
            Err(_) => (self.stand_in(name), false),
        };
        let (_, stored) = self.entries.get(index)?;
        Some(Attempt {
            stored: stored.clone(),
            may_pass: is_known && given.is_some(),
            given: Bytes::copy_from_slice(given.unwrap_or_default()),
        })
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.entries
            .binary_search_by(|(other, _)| (**other).cmp(name))
    }

    /// FNV-1a of the name picks the user whose password an unknown one is compared with.
    fn stand_in(&self, name: &str) -> usize {
        let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        // Less than the count of entries, so it fits.
        (hash % (self.entries.len().max(1) as u64)) as usize
    }
}

impl<P: Into<Password>> FromIterator<(ByteString, P)> for Users {
    fn from_iter<I: IntoIterator<Item = (ByteString, P)>>(entries: I) -> Self {
        let mut users = Self::default();
        for (name, password) in entries {
            users.insert(name, password.into());
        }
        users
    }
}

impl<P: Into<Password>, const N: usize> From<[(ByteString, P); N]> for Users {
    fn from(entries: [(ByteString, P); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl Password {
    /// Hashes a password as `mosquitto_passwd` does: PBKDF2 with HMAC-SHA-512. Each log-in costs the
    /// server so many iterations.
    pub fn hashed(password: &[u8], salt: &[u8], iterations: u32) -> Self {
        let iterations = iterations.max(1);
        let mut hash = [0; HASH_SIZE];
        pbkdf2_hmac::<Sha512>(password, salt, iterations, &mut hash);
        Self(Kind::Pbkdf2 {
            iterations,
            salt: salt.to_vec(),
            hash,
        })
    }

    /// The hash as a password file has it; `None` for one in clear, which no file has.
    pub fn to_text(&self) -> Option<String> {
        let (kind, salt, hash) = match &self.0 {
            Kind::Plain(_) => return None,
            Kind::Sha512 { salt, hash } => ("$6$".into(), salt, hash),
            Kind::Pbkdf2 {
                iterations,
                salt,
                hash,
            } => (format!("$7${iterations}$"), salt, hash),
        };
        let (salt, hash): (String, _) = (BASE64.encode(salt), BASE64.encode(hash));
        Some(format!("{kind}{salt}${hash}"))
    }

    /// Reads a hash of a password file, `$6$...` or `$7$...`.
    ///
    /// # Errors
    /// What is wrong, in words that do not repeat it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut fields = text.split('$');
        let kind = match (fields.next(), fields.next()) {
            (Some(""), Some("6")) => {
                let (salt, hash) = parse_salt_and_hash(&mut fields)?;
                Kind::Sha512 { salt, hash }
            }
            (Some(""), Some("7")) => {
                let iterations = fields.next().unwrap_or_default().parse().ok();
                let iterations = iterations.filter(|&count| count > 0);
                let iterations = iterations.ok_or("the number of iterations after $7$ is wrong")?;
                let (salt, hash) = parse_salt_and_hash(&mut fields)?;
                Kind::Pbkdf2 {
                    iterations,
                    salt,
                    hash,
                }
            }
            (Some(""), Some(other)) => {
                return Err(format!(
                    "a hash of the kind ${other}$ is not known, only $6$ and $7$"
                ));
            }
            _ => {
                let what = "the password is not hashed; `mosquitto_passwd -U FILE` hashes it";
                return Err(what.into());
            }
        };
        match fields.next() {
            Some(_) => Err("there is something after the hash".into()),
            None => Ok(Self(kind)),
        }
    }

    fn verify(&self, password: &[u8]) -> Choice {
        match &self.0 {
            // Hashes have one length; the passwords' would show in the time a comparison takes.
            Kind::Plain(stored) => Sha512::digest(password).ct_eq(&Sha512::digest(stored)),
            Kind::Sha512 { salt, hash } => {
                let given = Sha512::new().chain_update(password).chain_update(salt);
                given.finalize().as_slice().ct_eq(hash)
            }
            Kind::Pbkdf2 {
                iterations,
                salt,
                hash,
            } => {
                let mut given = [0; HASH_SIZE];
                pbkdf2_hmac::<Sha512>(password, salt, *iterations, &mut given);
                given.ct_eq(hash)
            }
        }
    }
}

impl<T: Into<Bytes>> From<T> for Password {
    /// In clear, for the lab.
    fn from(password: T) -> Self {
        Self(Kind::Plain(password.into()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Plain(_) => "Password(in clear)",
            Kind::Sha512 { .. } => "Password($6$)",
            Kind::Pbkdf2 { .. } => "Password($7$)",
        })
    }
}

fn parse_salt_and_hash<'a>(
    fields: &mut impl Iterator<Item = &'a str>,
) -> Result<(Vec<u8>, [u8; HASH_SIZE]), String> {
    let mut field = |what| {
        let text = fields
            .next()
            .ok_or_else(|| format!("the {what} is missing"))?;
        BASE64
            .decode(text.as_bytes())
            .map_err(|_| format!("the {what} is not Base64"))
    };
    let (salt, hash) = (field("salt")?, field("hash")?);
    let length = hash.len();
    let hash = hash
        .try_into()
        .map_err(|_| format!("the hash is {length} bytes long, where SHA-512 gives {HASH_SIZE}"))?;
    Ok((salt, hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    /// As `mosquitto_passwd` 2.0.11 wrote it: "secret" with its defaults, "hunter2" with `-H sha512`.
    const FILE: &str = "\
# a comment
ada:$7$101$M1p2fA7l4y9GTZln$43Tyfz6CerDnPgTvXuJS7hG0KWV+KL6aX4Ew3yVXuwRRuL2gdYUqOLLIjayTJhIyvn7BDWDGUZjGmCS52fKObA==

bob:$6$WnsSjo9e7mUtf2lM$W4RgNUAUXU4BOSsQ2kbGiA4I3AxI888nTo1Oe/Qprap1dO2mR/cYri8qsRwRkXKtTM262+tt5wmY/3Fo5+R2ZQ==
";

    fn verify(users: &Users, name: &str, password: &[u8]) -> bool {
        let attempt = users.attempt(name, Some(password));
        attempt.is_some_and(|attempt| attempt.succeeds())
    }

    #[test]
    fn hashes_of_both_kinds_let_in_the_password_and_nothing_else() {
        let users = Users::parse(FILE).unwrap();
        for (name, password) in [("ada", "secret"), ("bob", "hunter2")] {
            assert!(verify(&users, name, password.as_bytes()), "{name}");
            for wrong in ["", "Secret", "hunter22", "secretsecret"] {
                assert!(!verify(&users, name, wrong.as_bytes()), "{name} {wrong}");
            }
        }
        assert!(!verify(&users, "carl", b"secret"));
        assert!(!verify(&users, "carl", b"hunter2"));
    }

    #[test]
    fn an_unknown_name_never_gets_in_whose_password_it_may_be_compared_with() {
        let users = Users::from([("ada".into(), "secret")]);
        assert_eq!(users.stand_in("nobody"), 0);
        assert!(verify(&users, "ada", b"secret"));
        assert!(!verify(&users, "nobody", b"secret"));
        assert!(!verify(&Users::parse("").unwrap(), "ada", b""));
    }

    #[test]
    fn a_line_that_is_wrong_is_named_and_its_password_is_not_shown() {
        let error = |text| Users::parse(text).unwrap_err().to_string();
        let plain = error("# plain\nada:secret");
        assert!(plain.starts_with("line 2: the password is not hashed"));
        assert!(!plain.contains("secret"));
        assert_eq!(
            error("ada"),
            "line 1: a user name, a colon and a password hash are expected"
        );
        assert_eq!(
            error("ada:$9$a"),
            "line 1: a hash of the kind $9$ is not known, only $6$ and $7$"
        );
        assert_eq!(
            error("ada:$7$none$AA==$AA=="),
            "line 1: the number of iterations after $7$ is wrong"
        );
        assert_eq!(
            error("ada:$6$AAAA$AA=="),
            "line 1: the hash is 1 bytes long, where SHA-512 gives 64"
        );
        assert_eq!(error("ada:$6$*$"), "line 1: the salt is not Base64");
        assert_eq!(error("ada:$6$AAAA"), "line 1: the hash is missing");
        let twice = FILE.replace("bob", "ada");
        assert_eq!(error(&twice), "line 4: \"ada\" is there a second time");
        let users = Users::from([("ada".into(), "secret")]);
        assert!(!format!("{users:?}").contains("secret"));
    }

    #[test]
    fn a_hash_is_written_as_it_is_read() {
        for line in FILE.lines().filter_map(|line| line.split_once(':')) {
            let password = Password::parse(line.1).unwrap();
            assert_eq!(password.to_text().as_deref(), Some(line.1));
        }
        let hashed = Password::hashed(b"secret", b"0123456789ab", 10);
        assert!(bool::from(hashed.verify(b"secret")));
        assert!(!bool::from(hashed.verify(b"Secret")));
        assert_eq!(Password::parse(&hashed.to_text().unwrap()), Ok(hashed));
        assert_eq!(Password::from("secret").to_text(), None);
    }

    #[test]
    fn files_of_the_installed_mosquitto_passwd_are_read() {
        use std::{env, fs, process::Command};
        let path = env::temp_dir().join(format!("midge-passwords-{}", std::process::id()));
        for (arguments, name) in [(&["-c"][..], "ada"), (&["-H", "sha512"], "bob")] {
            let made = Command::new("mosquitto_passwd")
                .args(arguments)
                .arg("-b")
                .arg(&path)
                .args([name, "pass word: $6$"])
                .status();
            match made {
                Ok(status) => assert!(status.success()),
                Err(error) => {
                    let tools = env::var("MIDGE_TOOLS").unwrap_or_default();
                    let required = tools.split(' ').any(|tool| tool == "mosquitto");
                    assert!(!required, "mosquitto_passwd cannot be run: {error}");
                    std::eprintln!("skipped, mosquitto_passwd cannot be run: {error}");
                    return;
                }
            }
        }
        let users = Users::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        fs::remove_file(&path).unwrap();
        for name in ["ada", "bob"] {
            assert!(verify(&users, name, b"pass word: $6$"), "{name}");
            assert!(!verify(&users, name, b"pass word"), "{name}");
        }
    }
}
