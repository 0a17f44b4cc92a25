//! Who is let in, who may publish and read what, and what becomes of clients when that changes.

use crate::{
    AccessList, Broker, CloseReason, Config, Right, ScramUsers, Users,
    acl::Who,
    sessions::{Client, SessionKey},
    users::Attempt,
};
use alloc::vec::Vec;
use midge_codec::Reason;
use midge_session::{Instant, Outgoing};

/// The answer to a wrong name and to a wrong password alike, after the same work, so that nobody learns
/// which users exist.
pub(crate) const WRONG: Reason = Reason::BadUserNameOrPassword;

/// What a CONNECT's credentials are worth.
pub(crate) enum Credentials {
    /// They need no password, or are wrong whatever it is.
    Judged(Result<(), Reason>),
    /// The password decides: [`WRONG`] if it is not the right one.
    Password(Attempt),
}

/// Looks at a CONNECT's credentials.
pub(crate) fn credentials(
    config: &Config,
    user_name: Option<&str>,
    password: Option<&[u8]>,
) -> Credentials {
    let Some(user_name) = user_name else {
        // A password alone (5.0) names nobody.
        return Credentials::Judged(match config.allow_anonymous {
            true => Ok(()),
            false => Err(Reason::NotAuthorized),
        });
    };
    if !config.users.is_closed() && config.allow_anonymous {
        return Credentials::Judged(Ok(()));
    }
    match config.users.attempt(user_name, password) {
        Some(attempt) => Credentials::Password(attempt),
        None => Credentials::Judged(Err(WRONG)),
    }
}

/// Whether a client may publish to a topic. `$SYS` belongs to the broker (section 4.7.2).
pub(crate) fn may_publish(access: Option<&AccessList>, who: Who<'_>, name: &str) -> bool {
    !is_sys(name) && access.is_none_or(|list| list.allows(who, Right::Write, name))
}

/// Whether a client may receive what is published to a topic.
pub(crate) fn may_read(access: Option<&AccessList>, who: Who<'_>, name: &str) -> bool {
    access.is_none_or(|list| list.allows(who, Right::Read, name))
}

/// Whether a client may subscribe: whether there is a topic that it could receive by it. Each message
/// is checked again with [`may_read`].
pub(crate) fn may_subscribe(access: Option<&AccessList>, who: Who<'_>, wanted: &str) -> bool {
    access.is_none_or(|list| list.allows_subscription(who, wanted))
}

fn is_sys(name: &str) -> bool {
    name == "$SYS" || name.starts_with("$SYS/")
}

impl Broker {
    /// Takes other users. Clients whose password is not what they came in with are sent away;
    /// subscriptions stay, and each message is judged by the rules of its time.
    pub(crate) fn set_users(&mut self, now: Instant, users: Users, scram_users: ScramUsers) {
        let before = core::mem::replace(&mut self.config.users, users);
        let before_scram = core::mem::replace(&mut self.config.scram_users, scram_users);
        self.derived_keys = None;
        let (users, scram_users) = (&self.config.users, &self.config.scram_users);
        let has_changed = |client: &Client| {
            let online = client.online.as_ref();
            let Some((online, name)) = online.zip(client.user_name.as_deref()) else {
                return false;
            };
            let differs = before.get(name) != users.get(name);
            match online.authenticated {
                Some(_) => differs || before_scram.get(name) != scram_users.get(name),
                None => users.is_closed() && (!before.is_closed() || differs),
            }
        };
        let changed = self.sessions.iter();
        let changed = changed.filter(|(_, client)| has_changed(client));
        let changed: Vec<SessionKey> = changed.map(|(key, _)| key).collect();
        for key in changed {
            self.leave(now, key, CloseReason::Broker(Reason::NotAuthorized));
        }
        self.begin_checks_anew(now);
    }
}

/// Rules that have changed.
impl Broker {
    /// Takes back what waits for clients that may not read it any more.
    pub(crate) fn withdraw(&mut self, now: Instant) {
        let keys: Vec<SessionKey> = self.sessions.iter().map(|(key, _)| key).collect();
        for key in keys {
            let Some(client) = self.sessions.get_mut(key) else {
                continue;
            };
            let access = self.config.access.as_ref();
            // As `Client::who`, which would borrow the session as well.
            let who = Who {
                client_id: &client.id,
                user_name: client.user_name.as_deref(),
            };
            let judge = |outgoing: &Outgoing| {
                let may = may_read(access, who, &outgoing.message.topic);
                (!may).then_some(Reason::NotAuthorized)
            };
            client.session.withdraw(judge);
            self.pump(now, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config {
            users: [("ada".into(), "secret")].into(),
            ..Config::default()
        }
    }

    fn authenticate(
        config: &Config,
        user_name: Option<&str>,
        password: Option<&[u8]>,
    ) -> Result<(), Reason> {
        match credentials(config, user_name, password) {
            Credentials::Judged(judged) => judged,
            Credentials::Password(attempt) if attempt.succeeds() => Ok(()),
            Credentials::Password(_) => Err(WRONG),
        }
    }

    const NOBODY: Who<'_> = Who {
        client_id: "tv",
        user_name: None,
    };

    #[test]
    fn an_unknown_user_and_a_wrong_password_answer_alike() {
        let config = config();
        let login = |user, password| authenticate(&config, Some(user), password);
        let bad = Err(Reason::BadUserNameOrPassword);
        assert_eq!(login("ada", Some(&b"secret"[..])), Ok(()));
        assert_eq!(login("ada", Some(b"secreT")), bad);
        assert_eq!(login("ada", Some(b"secretsecret")), bad);
        assert_eq!(login("ada", Some(b"")), bad);
        assert_eq!(login("ada", None), bad);
        assert_eq!(login("bob", Some(b"secret")), bad);
        assert_eq!(login("bob", None), bad);
    }

    #[test]
    fn anonymous_clients_are_let_in_only_when_that_is_switched_on() {
        let mut config = config();
        assert_eq!(authenticate(&config, None, None), Ok(()));
        config.allow_anonymous = false;
        let refused = Err(Reason::NotAuthorized);
        assert_eq!(authenticate(&config, None, None), refused);
    }

    #[test]
    fn a_password_file_without_users_lets_no_user_in() {
        let mut config = Config::default();
        assert_eq!(authenticate(&config, Some("ada"), Some(b"x")), Ok(()));
        config.users = Users::parse("").unwrap();
        let bad = Err(Reason::BadUserNameOrPassword);
        assert_eq!(authenticate(&config, Some("ada"), Some(b"x")), bad);
    }

    #[test]
    fn without_rules_everything_but_publishing_to_sys_is_allowed() {
        assert!(may_publish(None, NOBODY, "a"));
        assert!(may_publish(None, NOBODY, "$SYSTEM/a"));
        assert!(!may_publish(None, NOBODY, "$SYS/broker/uptime"));
        assert!(may_read(None, NOBODY, "$SYS/broker/uptime"));
        assert!(may_subscribe(None, NOBODY, "#"));
        let empty = AccessList::default();
        assert!(!may_publish(Some(&empty), NOBODY, "a"));
        assert!(!may_subscribe(Some(&empty), NOBODY, "#"));
    }
}
