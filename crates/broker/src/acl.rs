//! Access lists: who may publish and read what, by Mosquitto's rules and from Mosquitto's files.

use crate::users::LineError;
use alloc::{borrow::Cow, collections::BTreeMap, format, string::String, vec::Vec};
use core::fmt;
use midge_codec::{ByteString, topic};

/// One access rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRule {
    /// Whom it is for.
    pub subject: Subject,
    /// What it gives or takes.
    pub right: Right,
    /// For which topics. In a rule for [`Subject::Everybody`], `%u` stands for the user name and `%c`
    /// for the client identifier.
    pub filter: ByteString,
}

/// Whom an [`AccessRule`] is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Clients without user name: `topic` lines before the first `user` line.
    Anonymous,
    /// Clients with this user name: `topic` lines after a `user` line.
    User(ByteString),
    /// Every client: `pattern` lines.
    Everybody,
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

/// Access rules in the order in which they are asked: what is denied to the subject itself, what is
/// granted to it, what is denied to everybody, what is granted to everybody. The first that matches
/// decides; what none grants is forbidden, so an empty list forbids everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessList {
    anonymous: Rules,
    users: BTreeMap<ByteString, Rules>,
    everybody: Rules,
}

/// The rules for one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rules {
    denied: Vec<ByteString>,
    granted: Vec<(Right, ByteString)>,
}

/// Whose rights are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) user_name: Option<&'a str>,
}

impl AccessList {
    /// Reads a file as Mosquitto's `acl_file` has it: lines `user NAME`,
    /// `topic [read|write|readwrite|deny] FILTER` and `pattern [...] FILTER`, and comments after `#`.
    ///
    /// # Errors
    /// The first line that is none of these, with what is wrong in it.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let mut list = Self::default();
        let mut subject = Subject::Anonymous;
        for (index, line) in text.lines().enumerate() {
            let error = |what| LineError::new(index, what);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let rest = rest.trim_start();
            match word {
                "user" if rest.is_empty() => {
                    return Err(error("a user name must follow \"user\"".into()));
                }
                "user" => subject = Subject::User(ByteString::from(rest)),
                "topic" => list.add(parse_rule(subject.clone(), rest).map_err(error)?),
                "pattern" => list.add(parse_rule(Subject::Everybody, rest).map_err(error)?),
                _ => {
                    let what =
                        format!("a line begins with user, topic, pattern or #, not with {word:?}");
                    return Err(error(what));
                }
            }
        }
        Ok(list)
    }

    /// Adds a rule.
    pub fn add(&mut self, rule: AccessRule) {
        let rules = match rule.subject {
            Subject::Anonymous => &mut self.anonymous,
            Subject::User(name) => self.users.entry(name).or_default(),
            Subject::Everybody => &mut self.everybody,
        };
        match rule.right {
            Right::Deny => rules.denied.push(rule.filter),
            right => rules.granted.push((right, rule.filter)),
        }
    }

    /// Whether `who` has a right to a topic.
    pub(crate) fn allows(&self, who: Who<'_>, right: Right, name: &str) -> bool {
        let matches = |filter: &str| topic::compare(filter, name).is_ok();
        let own = self.of(who).and_then(|rules| rules.answer(right, matches));
        own.unwrap_or_else(|| {
            let filled = |filter: &str| who.fill(filter).is_some_and(|filter| matches(&filter));
            !who.is_dangerous() && self.everybody.answer(right, filled).unwrap_or(false)
        })
    }

    /// Whether there is a topic that `who` could receive by a filter. Which of the topics that it
    /// matches may be read is asked again for each message.
    pub(crate) fn allows_subscription(&self, who: Who<'_>, wanted: &str) -> bool {
        let readable = |rules: &Rules, fill: &dyn for<'f> Fn(&'f str) -> Option<Cow<'f, str>>| {
            let mut denied = rules.denied.iter().filter_map(|filter| fill(filter));
            if denied.any(|filter| covers(&filter, wanted)) {
                return Some(false);
            }
            let mut granted = rules.granted.iter();
            let overlaps = granted.any(|(right, filter)| {
                right.includes(Right::Read)
                    && fill(filter).is_some_and(|filter| overlap(&filter, wanted))
            });
            overlaps.then_some(true)
        };
        let own = self.of(who);
        own.and_then(|rules| readable(rules, &|filter| Some(Cow::Borrowed(filter))))
            .unwrap_or_else(|| {
                let everybody = || readable(&self.everybody, &|filter| who.fill(filter));
                !who.is_dangerous() && everybody().unwrap_or(false)
            })
    }

    fn of(&self, who: Who<'_>) -> Option<&Rules> {
        match who.user_name {
            None => Some(&self.anonymous),
            Some(name) => self.users.get(name),
        }
    }
}

impl FromIterator<AccessRule> for AccessList {
    fn from_iter<I: IntoIterator<Item = AccessRule>>(rules: I) -> Self {
        let mut list = Self::default();
        for rule in rules {
            list.add(rule);
        }
        list
    }
}

impl Rules {
    fn answer(&self, right: Right, matches: impl Fn(&str) -> bool) -> Option<bool> {
        if self.denied.iter().any(|filter| matches(filter)) {
            return Some(false);
        }
        let mut granted = self.granted.iter();
        let found = granted.any(|(given, filter)| given.includes(right) && matches(filter));
        found.then_some(true)
    }
}

impl Right {
    const ALL: [Self; 4] = [Self::Read, Self::Write, Self::ReadWrite, Self::Deny];

    fn includes(self, right: Self) -> bool {
        self == right || self == Self::ReadWrite
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ReadWrite => "readwrite",
            Self::Deny => "deny",
        })
    }
}

impl Who<'_> {
    /// Whether a name holds wildcards, which would widen the patterns it is put into. Such a client has
    /// no rights by patterns at all, as in Mosquitto.
    fn is_dangerous(self) -> bool {
        let wild = |name: &str| name.contains(['+', '#']);
        wild(self.client_id) || self.user_name.is_some_and(wild)
    }

    /// A pattern with the names filled in; `None` if it asks for a user name and there is none.
    fn fill<'f>(&self, pattern: &'f str) -> Option<Cow<'f, str>> {
        if !pattern.contains('%') {
            return Some(Cow::Borrowed(pattern));
        }
        let mut filled = String::with_capacity(pattern.len() + self.client_id.len());
        let mut rest = pattern;
        while let Some(at) = rest.find('%') {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            let (text, taken) = match rest.as_bytes().get(1) {
                Some(b'c') => (self.client_id, 2),
                Some(b'u') => (self.user_name?, 2),
                _ => ("%", 1),
            };
            filled.push_str(text);
            rest = &rest[taken..];
        }
        filled.push_str(rest);
        Some(Cow::Owned(filled))
    }
}

/// What follows `topic` or `pattern`. A first word that stands alone is the filter; otherwise it is the
/// right, because a filter may hold spaces.
fn parse_rule(subject: Subject, text: &str) -> Result<AccessRule, String> {
    let (right, filter) = match text.split_once(' ') {
        None => (Right::ReadWrite, text),
        Some((word, filter)) => {
            let mut all = Right::ALL.into_iter();
            let right = all.find(|right| word == format!("{right}"));
            let unknown =
                || format!("an access is read, write, readwrite or deny, and not {word:?}");
            (right.ok_or_else(unknown)?, filter.trim_start())
        }
    };
    if filter.is_empty() {
        return Err("a topic filter must follow".into());
    }
    topic::validate_filter(filter)
        .map_err(|invalid| format!("{filter:?} is not a topic filter: {invalid}"))?;
    Ok(AccessRule {
        subject,
        right,
        filter: ByteString::from(filter),
    })
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
    use alloc::string::ToString;

    const FILE: &str = "\
# The first rules are for clients without user name.
topic read news/#

user ada
topic home/#
topic deny home/safe/+
topic read $SYS/#

user Bob the Builder
topic write home/a b

pattern readwrite user/%u/#
pattern write from/%c
pattern deny user/+/private
";

    fn who<'a>(user_name: Option<&'a str>, client_id: &'a str) -> Who<'a> {
        Who {
            client_id,
            user_name,
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

    #[test]
    fn each_line_is_for_whom_it_stands_under() {
        let list = AccessList::parse(FILE).unwrap();
        assert!(list.allows(NOBODY, Right::Read, "news/today"));
        assert!(!list.allows(NOBODY, Right::Write, "news/today"));
        assert!(!list.allows(ADA, Right::Read, "news/today"));
        assert!(list.allows(ADA, Right::Write, "home/lamp"));
        assert!(!list.allows(ADA, Right::Write, "home/safe/code"));
        assert!(list.allows(ADA, Right::Read, "$SYS/broker/uptime"));
        let bob = who(Some("Bob the Builder"), "tv");
        assert!(list.allows(bob, Right::Write, "home/a b"));
        assert!(!list.allows(bob, Right::Read, "home/a b"));
    }

    #[test]
    fn patterns_stand_for_the_user_and_the_client_and_cannot_be_widened_by_their_names() {
        let list = AccessList::parse(FILE).unwrap();
        assert!(list.allows(ADA, Right::Write, "user/ada/x"));
        assert!(!list.allows(ADA, Right::Write, "user/ada/private"));
        assert!(!list.allows(ADA, Right::Write, "user/bob/x"));
        assert!(!list.allows(NOBODY, Right::Write, "user/%u/x"));
        assert!(list.allows(NOBODY, Right::Write, "from/tv"));
        let widened = who(Some("+"), "tv");
        assert!(!list.allows(widened, Right::Read, "user/bob/x"));
        assert!(!list.allows(who(None, "#"), Right::Write, "from/tv"));
    }

    #[test]
    fn what_is_granted_to_a_user_is_not_denied_by_a_pattern() {
        let list =
            AccessList::parse("user ada\ntopic read a/#\npattern deny a/b\npattern a/c").unwrap();
        assert!(list.allows(ADA, Right::Read, "a/b"));
        assert!(!list.allows(NOBODY, Right::Read, "a/b"));
        assert!(list.allows(NOBODY, Right::Read, "a/c"));
    }

    #[test]
    fn a_filter_is_refused_when_nothing_of_it_may_be_read() {
        let list = AccessList::parse(FILE).unwrap();
        assert!(list.allows_subscription(ADA, "home/+/code"));
        assert!(list.allows_subscription(ADA, "#"));
        assert!(!list.allows_subscription(ADA, "home/safe/code"));
        assert!(!list.allows_subscription(ADA, "news/#"));
        assert!(!list.allows_subscription(ADA, "user/bob/#"));
        assert!(list.allows_subscription(ADA, "user/+/x"));
        assert!(!list.allows_subscription(NOBODY, "from/tv"));
        assert!(!AccessList::default().allows_subscription(ADA, "#"));
    }

    #[test]
    fn a_line_that_is_wrong_is_named_with_what_is_wrong_in_it() {
        let error = |text| AccessList::parse(text).unwrap_err().to_string();
        assert_eq!(
            error("\ntopic read\nuser"),
            "line 3: a user name must follow \"user\""
        );
        assert_eq!(
            error("topic all a/b"),
            "line 1: an access is read, write, readwrite or deny, and not \"all\""
        );
        assert_eq!(error("topic"), "line 1: a topic filter must follow");
        assert_eq!(
            error("allow a"),
            "line 1: a line begins with user, topic, pattern or #, not with \"allow\""
        );
        let invalid = error("user ada\r\npattern read a/#/b");
        assert!(
            invalid.starts_with("line 2: \"a/#/b\" is not a topic filter: "),
            "{invalid}"
        );
    }
}
