//! What is wrong with the text of a filter, in words and with its place.

use midge_codec::topic::Invalid;
use std::fmt;
use std::ops::Range;

/// A mistake in the text of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong.
    pub kind: FilterErrorKind,
    /// Where: bytes of the text, at character boundaries. Empty at the end of the text when something
    /// is missing there.
    pub span: Range<usize>,
    /// The same place counted in characters, from 1, as people do.
    pub position: usize,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterErrorKind {
    /// No such key before an operator.
    UnknownKey {
        /// As written.
        name: String,
        /// The key that it resembles.
        suggestion: Option<&'static str>,
    },
    /// No such packet type.
    UnknownType {
        /// As written.
        name: String,
        /// The type that it resembles.
        suggestion: Option<&'static str>,
    },
    /// Neither 3.1.1 nor 5.
    UnknownVersion(String),
    /// Nothing follows the operator of this key.
    MissingValue(&'static str),
    /// The key does not take this operator; the ones that it takes.
    WrongOperator {
        /// The key.
        key: &'static str,
        /// As written.
        operator: &'static str,
        /// In words.
        allowed: &'static str,
    },
    /// Not a number, or larger than the key's numbers can be.
    BadNumber {
        /// The key.
        key: &'static str,
        /// As written.
        value: String,
        /// The largest that makes sense.
        max: u32,
    },
    /// The topic filter is not legal.
    Topic(Invalid),
    /// A quotation mark without its partner.
    UnclosedQuote,
    /// `(` without `)`.
    UnclosedParenthesis,
    /// `)` without `(`.
    UnexpectedParenthesis,
    /// Something must follow `or`, `not`, `-` or `(`.
    MissingTerm(&'static str),
    /// An operator without a key before it.
    MissingKey(&'static str),
    /// Parentheses and negations nest too deep.
    TooDeep,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.kind, self.position)
    }
}

impl std::error::Error for FilterError {}

impl fmt::Display for FilterErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey {
                name,
                suggestion: Some(known),
            } => write!(f, "I do not know `{name}`; did you mean `{known}`?"),
            Self::UnknownKey {
                name,
                suggestion: None,
            } => write!(
                f,
                "I do not know `{name}`; to look for the text itself, put it in quotation marks"
            ),
            Self::UnknownType {
                name,
                suggestion: Some(known),
            } => write!(f, "`{name}` is no packet type; did you mean `{known}`?"),
            Self::UnknownType {
                name,
                suggestion: None,
            } => write!(
                f,
                "`{name}` is no packet type; there are CONNECT, PUBLISH, SUBSCRIBE and twelve more"
            ),
            Self::UnknownVersion(value) => {
                write!(f, "`{value}` is neither version 3.1.1 nor version 5")
            }
            Self::MissingValue(key) => write!(f, "a value must follow `{key}`"),
            Self::WrongOperator {
                key,
                operator,
                allowed,
            } => write!(
                f,
                "`{key}` is not compared with `{operator}`, but with {allowed}"
            ),
            Self::BadNumber { key, value, max } => {
                write!(
                    f,
                    "`{key}` is a number from 0 to {max}, and `{value}` is not"
                )
            }
            Self::Topic(invalid) => write!(f, "not a topic filter: {invalid}"),
            Self::UnclosedQuote => f.write_str("the quotation mark is not closed"),
            Self::UnclosedParenthesis => f.write_str("the parenthesis is not closed"),
            Self::UnexpectedParenthesis => f.write_str("no parenthesis is open here"),
            Self::MissingTerm(after) => write!(f, "something must follow `{after}`"),
            Self::MissingKey(operator) => {
                write!(f, "a key such as `qos` must precede `{operator}`")
            }
            Self::TooDeep => f.write_str("parentheses and negations nest too deep"),
        }
    }
}

/// The one of `known` that `written` most likely means: at most a third of its letters, and never more
/// than two, are wrong.
pub(super) fn nearest(
    written: &str,
    known: impl IntoIterator<Item = &'static str>,
) -> Option<&'static str> {
    let written = written.to_ascii_lowercase();
    known
        .into_iter()
        .map(|name| (distance(&written, &name.to_ascii_lowercase()), name))
        .filter(|&(distance, name)| distance <= (name.len() / 3).clamp(1, 2))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replace.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
