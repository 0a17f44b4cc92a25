//! Who is let in, and who may publish and read what.

use crate::Config;
use bytes::Bytes;
use midge_codec::{ByteString, Reason, topic};

/// One access rule. When there are rules, what none allows is forbidden; without rules everything is
/// allowed. A [`Right::Deny`] that matches wins over every other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRule {
    /// The user it is for; `None` is for everybody, anonymous clients included.
    pub user: Option<ByteString>,
    /// What it gives or takes.
    pub right: Right,
    /// For which topics: a filter in which a level `%u` is the user name and `%c` the client id.
    pub filter: ByteString,
}

/// What an [`AccessRule`] gives or takes. The names are those of Mosquitto's access lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To subscribe and receive.
    Read,
    /// To publish.
    Write,
    /// Both.
    ReadWrite,
    /// Neither.
    Deny,
}

/// Whose rights are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) user_name: Option<&'a str>,
}

/// Whether a CONNECT's credentials let it in. A wrong name and a wrong password answer alike, after
/// the same work, so that nobody learns which users exist.
pub(crate) fn authenticate(
    config: &Config,
    user_name: Option<&str>,
    password: Option<&[u8]>,
) -> Result<(), Reason> {
    let Some(user_name) = user_name else {
        // A password alone (5.0) names nobody.
        return match config.allow_anonymous {
            true => Ok(()),
            false => Err(Reason::NotAuthorized),
        };
    };
    if config.users.is_empty() && config.allow_anonymous {
        return Ok(());
    }
    let known = config.users.get(user_name);
    let nobody = Bytes::from_static(b"nobody's");
    let same = equal(password.unwrap_or_default(), known.unwrap_or(&nobody));
    if same && known.is_some() && password.is_some() {
        Ok(())
    } else {
        Err(Reason::BadUserNameOrPassword)
    }
}

/// Compares in a time that depends on the length of what was given, and not on where it differs.
fn equal(given: &[u8], stored: &[u8]) -> bool {
    let mut difference = u8::from(given.len() != stored.len());
    for (index, byte) in given.iter().enumerate() {
        let other = stored.get(index % stored.len().max(1)).unwrap_or(&0);
        difference |= byte ^ other;
    }
    core::hint::black_box(difference) == 0
}

/// Whether a client may publish to a topic. `$SYS` belongs to the broker (section 4.7.2).
pub(crate) fn may_publish(rules: &[AccessRule], who: Who<'_>, name: &str) -> bool {
    !is_sys(name)
        && allows(rules, who, Right::Write, |filter| {
            topic::compare(filter, name).is_ok()
        })
}

/// Whether a client may receive what is published to a topic.
pub(crate) fn may_read(rules: &[AccessRule], who: Who<'_>, name: &str) -> bool {
    allows(rules, who, Right::Read, |filter| {
        topic::compare(filter, name).is_ok()
    })
}

/// Whether a client may subscribe: whether there is a topic that it could receive by it. Each message
/// is checked again with [`may_read`].
pub(crate) fn may_subscribe(rules: &[AccessRule], who: Who<'_>, wanted: &str) -> bool {
    if rules.is_empty() {
        return true;
    }
    let mut rules = rules.iter().filter(|rule| rule.is_for(who));
    if rules
        .clone()
        .any(|rule| rule.right == Right::Deny && covers(&rule.filter_for(who), wanted))
    {
        return false;
    }
    rules.any(|rule| rule.right.includes(Right::Read) && overlap(&rule.filter_for(who), wanted))
}

fn allows(
    rules: &[AccessRule],
    who: Who<'_>,
    right: Right,
    matches: impl Fn(&str) -> bool,
) -> bool {
    let mut allowed = rules.is_empty();
    for rule in rules.iter().filter(|rule| rule.is_for(who)) {
        let denies = rule.right == Right::Deny;
        if (denies || rule.right.includes(right)) && matches(&rule.filter_for(who)) {
            if denies {
                return false;
            }
            allowed = true;
        }
    }
    allowed
}

fn is_sys(name: &str) -> bool {
    name == "$SYS" || name.starts_with("$SYS/")
}

impl Right {
    fn includes(self, right: Self) -> bool {
        self == right || self == Self::ReadWrite
    }
}

impl AccessRule {
    fn is_for(&self, who: Who<'_>) -> bool {
        // A pattern with the user name says nothing about a client without one.
        let named = who.user_name.is_some() || !self.filter.split('/').any(|level| level == "%u");
        let user = self.user.as_deref();
        named && (user.is_none() || user == who.user_name)
    }

    /// The filter with the patterns filled in. A name that holds wildcards or levels of its own would
    /// widen the rule, so its pattern stays as it is and matches nothing of interest.
    fn filter_for(&self, who: Who<'_>) -> alloc::string::String {
        let plain = |name: &str| !name.contains(['/', '+', '#']);
        let mut filter = alloc::string::String::with_capacity(self.filter.len() + 32);
        for (index, level) in self.filter.split('/').enumerate() {
            if index > 0 {
                filter.push('/');
            }
            filter.push_str(match (level, who.user_name) {
                ("%c", _) if plain(who.client_id) => who.client_id,
                ("%u", Some(user)) if plain(user) => user,
                _ => level,
            });
        }
        filter
    }
}

/// Whether there is a topic name that both filters match.
fn overlap(one: &str, other: &str) -> bool {
    let dollar = |filter: &str| filter.starts_with('$');
    let wild = |filter: &str| filter.starts_with(['#', '+']);
    if (dollar(one) && wild(other)) || (wild(one) && dollar(other)) {
        return false;
    }
    let (mut ones, mut others) = (one.split('/'), other.split('/'));
    loop {
        match (ones.next(), others.next()) {
            (Some("#"), _) | (_, Some("#")) | (None, None) => return true,
            (Some(a), Some(b)) if a == b || a == "+" || b == "+" => {}
            _ => return false,
        }
    }
}

/// Whether every topic name that `narrow` matches is matched by `wide`.
fn covers(wide: &str, narrow: &str) -> bool {
    if narrow.starts_with('$') && wide.starts_with(['#', '+']) {
        return false;
    }
    let (mut wides, mut narrows) = (wide.split('/'), narrow.split('/'));
    loop {
        match (wides.next(), narrows.next()) {
            (Some("#"), _) | (None, None) => return true,
            (_, Some("#")) => return false,
            (Some(a), Some(b)) if a == b || a == "+" => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let users = [(ByteString::from("ada"), Bytes::from_static(b"secret"))];
        Config {
            users: users.into_iter().collect(),
            ..Config::default()
        }
    }

    const ADA: Who<'_> = Who {
        client_id: "phone",
        user_name: Some("ada"),
    };

    const NOBODY: Who<'_> = Who {
        client_id: "tv",
        user_name: None,
    };

    fn rule(user: Option<&'static str>, right: Right, filter: &'static str) -> AccessRule {
        AccessRule {
            user: user.map(ByteString::from_static),
            right,
            filter: ByteString::from_static(filter),
        }
    }

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
        assert_eq!(login("bob", Some(b"nobody's")), bad);
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
    fn without_rules_everything_but_publishing_to_sys_is_allowed() {
        assert!(may_publish(&[], NOBODY, "a"));
        assert!(may_publish(&[], NOBODY, "$SYSTEM/a"));
        assert!(!may_publish(&[], NOBODY, "$SYS/broker/uptime"));
        assert!(may_read(&[], NOBODY, "$SYS/broker/uptime"));
        assert!(may_subscribe(&[], NOBODY, "#"));
    }

    #[test]
    fn with_rules_only_what_one_allows_and_none_denies_is_allowed() {
        let rules = [
            rule(None, Right::Read, "news/#"),
            rule(Some("ada"), Right::ReadWrite, "home/#"),
            rule(None, Right::Deny, "home/safe/+"),
        ];
        assert!(may_read(&rules, NOBODY, "news/today"));
        assert!(!may_publish(&rules, NOBODY, "news/today"));
        assert!(may_publish(&rules, ADA, "home/lamp"));
        assert!(!may_publish(&rules, ADA, "home/safe/code"));
        assert!(!may_read(&rules, NOBODY, "home/lamp"));
        assert!(may_subscribe(&rules, ADA, "home/+/code"));
        assert!(may_subscribe(&rules, NOBODY, "#"));
        assert!(!may_subscribe(&rules, NOBODY, "home/#"));
        assert!(!may_subscribe(&rules, ADA, "home/safe/code"));
    }

    #[test]
    fn patterns_stand_for_the_user_and_the_client_and_cannot_be_widened_by_their_names() {
        let rules = [
            rule(None, Right::ReadWrite, "user/%u/#"),
            rule(None, Right::Write, "from/%c"),
        ];
        assert!(may_publish(&rules, ADA, "user/ada/x"));
        assert!(!may_publish(&rules, ADA, "user/bob/x"));
        assert!(!may_publish(&rules, NOBODY, "user/%u/x"));
        assert!(may_publish(&rules, NOBODY, "from/tv"));
        let widened = Who {
            client_id: "#",
            user_name: Some("+"),
        };
        assert!(!may_read(&rules, widened, "user/bob/x"));
        assert!(!may_publish(&rules, widened, "from/tv"));
    }
}
