//! Users and access rules from Mosquitto's files, and users of SCRAM from a file of their own.

use midge_broker::{AccessList, LineError, Password, ScramUsers, Users};
use std::{fs, path::Path};

/// The users of a password file and those given by themselves, which win.
///
/// # Errors
/// What cannot be read, in words that name the file and the line.
pub(crate) fn users(given: &[String], path: Option<&Path>) -> Result<Users, String> {
    let mut users = match path {
        Some(path) => read(path, Users::parse)?,
        None => Users::default(),
    };
    for user in given {
        let (name, password) = user
            .split_once(':')
            .filter(|(name, _)| !name.is_empty())
            .ok_or("a user is given as NAME:PASSWORD")?;
        let is_hash = password.starts_with("$6$") || password.starts_with("$7$");
        let password = match is_hash {
            true => Password::parse(password).map_err(|what| format!("user {name:?}: {what}"))?,
            false => Password::from(password.to_owned()),
        };
        users.insert(name.into(), password);
    }
    Ok(users)
}

/// The users of a file of SCRAM keys.
///
/// # Errors
/// What cannot be read, in words that name the file and the line.
pub(crate) fn scram_users(path: &Path) -> Result<ScramUsers, String> {
    read(path, ScramUsers::parse)
}

/// The rules of an access file.
///
/// # Errors
/// What cannot be read, in words that name the file and the line.
pub(crate) fn list(path: &Path) -> Result<AccessList, String> {
    read(path, AccessList::parse)
}

fn read<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, LineError>) -> Result<T, String> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    parse(&text).map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acl");
        let missing = list(&path).unwrap_err();
        assert!(missing.contains("acl: No such file"), "{missing}");
        fs::write(&path, "topic a\nuser\n").unwrap();
        let wrong = list(&path).unwrap_err();
        assert!(wrong.contains("acl: line 2: "), "{wrong}");
        fs::write(&path, "ada:secret\n").unwrap();
        let plain = users(&[], Some(&path)).unwrap_err();
        assert!(plain.contains("acl: line 1: "), "{plain}");
        assert!(users(&["ada".into()], None).is_err());
        assert!(users(&["ada:$6$x".into()], None).is_err());
    }
}
