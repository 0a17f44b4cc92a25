//! The canonical text of a filter, which parses back to the same filter.

use super::parse::{OPERATOR_START, is_key};
use super::{Comparison, End, Expression, FLAGS, Filter, Flag, JOINTS, Quantity, Term, TextTest};
use midge_codec::Version;
use std::fmt::{self, Write};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expression)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_char(' ')?;
                    }
                    part.write_within(f, matches!(part, Self::Or(_)))?;
                }
                Ok(())
            }
            Self::Or(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    write!(f, "{part}")?;
                }
                Ok(())
            }
            Self::Not(inner) => {
                f.write_char('-')?;
                inner.write_within(f, matches!(**inner, Self::And(_) | Self::Or(_)))
            }
            Self::Term(term) => write!(f, "{term}"),
        }
    }
}

impl Expression {
    fn write_within(&self, f: &mut fmt::Formatter<'_>, parentheses: bool) -> fmt::Result {
        match parentheses {
            true => write!(f, "({self})"),
            false => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) if may_stand_alone(word) => f.write_str(word),
            Self::Word(word) => write_quoted(f, word),
            Self::Topic(filter) => {
                f.write_str("topic:")?;
                write_value(f, filter)
            }
            Self::TopicText(test, text) => {
                write!(f, "topic{}", test.sign("~"))?;
                write_value(f, text)
            }
            Self::Type(types) => {
                for (index, kind) in types.iter().enumerate() {
                    f.write_str(if index == 0 { "type:" } else { "," })?;
                    f.write_str(kind.name())?;
                }
                Ok(())
            }
            Self::Name(end, test, name) => {
                write!(f, "{}{}", end.key(), test.sign(":"))?;
                write_value(f, name)
            }
            Self::Payload(test, text) => {
                write!(f, "payload{}", test.sign("~"))?;
                write_value(f, text)
            }
            Self::Number(quantity, comparison, number) => {
                write!(f, "{}{}", quantity.key(), comparison.sign())?;
                match quantity {
                    Quantity::Reason => write!(f, "0x{number:02X}"),
                    _ => write!(f, "{number}"),
                }
            }
            Self::Version(Version::V311) => f.write_str("version:3.1.1"),
            Self::Version(Version::V5) => f.write_str("version:5"),
            Self::Flag(flag) => f.write_str(flag.name()),
        }
    }
}

impl TextTest {
    fn sign(self, contains: &'static str) -> &'static str {
        match self {
            Self::Contains => contains,
            Self::Equals => "=",
        }
    }
}

impl End {
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Client => "client",
        }
    }
}

impl Quantity {
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::QoS => "qos",
            Self::Size => "size",
            Self::Id => "id",
            Self::Reason => "reason",
        }
    }
}

impl Comparison {
    const fn sign(self) -> &'static str {
        match self {
            Self::Equal => ":",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Flag {
    fn name(self) -> &'static str {
        let found = FLAGS.iter().find(|(_, flag)| *flag == self);
        found.map_or("", |(name, _)| name)
    }
}

/// Whether a free word needs no quotation marks.
fn may_stand_alone(word: &str) -> bool {
    let meaning = FLAGS.iter().map(|(name, _)| *name).chain(JOINTS);
    is_bare(word)
        && !word.starts_with('-')
        && !word.contains(OPERATOR_START)
        && !is_key(word)
        && !meaning
            .into_iter()
            .any(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a value needs no quotation marks.
fn is_bare(value: &str) -> bool {
    let ends = |letter: char| {
        letter.is_whitespace() || letter.is_control() || ['(', ')', '"', '\\'].contains(&letter)
    };
    !value.is_empty() && !value.contains(ends) && !value.starts_with(OPERATOR_START)
}

pub(super) fn write_value(f: &mut impl Write, value: &str) -> fmt::Result {
    match is_bare(value) {
        true => f.write_str(value),
        false => write_quoted(f, value),
    }
}

/// A free word as it is written.
pub(super) fn write_word(f: &mut impl Write, word: &str) -> fmt::Result {
    match may_stand_alone(word) {
        true => f.write_str(word),
        false => write_quoted(f, word),
    }
}

fn write_quoted(f: &mut impl Write, value: &str) -> fmt::Result {
    f.write_char('"')?;
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(letter)?;
    }
    f.write_char('"')
}
