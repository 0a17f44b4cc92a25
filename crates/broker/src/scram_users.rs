//! Users who prove their passwords by SCRAM-SHA-256, and the file that keeps their keys.

use crate::LineError;
use alloc::{collections::BTreeMap, format, string::ToString};
use midge_codec::ByteString;
use midge_session::scram::Keys;

/// The keys of users by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScramUsers(BTreeMap<ByteString, Keys>);

impl ScramUsers {
    /// Reads a file of lines `NAME:SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY`, and comments after `#`.
    ///
    /// # Errors
    /// The first line that is none of these, with what is wrong in it; keys are not repeated.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let mut users = Self::default();
        for (index, line) in text.lines().enumerate() {
            let error = |what| LineError::new(index, what);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let colon = || error("a user name, a colon and SCRAM keys are expected".to_string());
            let (name, keys) = line.split_once(':').ok_or_else(colon)?;
            let name = name.trim();
            if name.is_empty() {
                return Err(error("there is no user name before the colon".to_string()));
            }
            let keys = Keys::parse(keys.trim()).map_err(|what| error(what.to_string()))?;
            if users.0.insert(name.into(), keys).is_some() {
                return Err(error(format!("{name:?} is there a second time")));
            }
        }
        Ok(users)
    }

    /// Enters a user or replaces its keys; returns the ones before.
    pub fn insert(&mut self, name: ByteString, keys: Keys) -> Option<Keys> {
        self.0.insert(name, keys)
    }

    /// The keys of a user.
    pub fn get(&self, name: &str) -> Option<&Keys> {
        self.0.get(name)
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys to make others like: an unknown name must not show by the form of its challenge.
    pub(crate) fn first(&self) -> Option<&Keys> {
        self.0.values().next()
    }
}

impl<const N: usize> From<[(ByteString, Keys); N]> for ScramUsers {
    fn from(users: [(ByteString, Keys); N]) -> Self {
        Self(users.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_wrong_line_is_named_without_its_keys() {
        let keys = Keys::derive(b"secret", b"salt", 4_096);
        let text = format!("# users\n\nada:{}\n", keys.to_text());
        let users = ScramUsers::parse(&text).unwrap();
        assert_eq!(users, [("ada".into(), keys)].into());
        let error = |text: &str| ScramUsers::parse(text).unwrap_err().to_string();
        assert_eq!(
            error("\nada"),
            "line 2: a user name, a colon and SCRAM keys are expected"
        );
        assert!(error(":x").contains("no user name"));
        let plain = error("ada:secret");
        assert!(plain.starts_with("line 1: keys have the form SCRAM-SHA-256$"));
        let twice = format!("{text}{text}");
        assert_eq!(error(&twice), "line 6: \"ada\" is there a second time");
    }
}
