//! The filter language: which packets a reader wants to see, as text and as a value.
//!
//! Terms side by side must all hold; `or` joins alternatives, `not` or `-` reverses, parentheses group:
//!
//! | term | keeps |
//! |---|---|
//! | `topic:home/+/temp` | what names a topic that the filter matches; `topic=`, `topic~` compare text |
//! | `type:PUBLISH,PUBACK` | these packet types |
//! | `from:lamp to:broker client:lamp` | by the names of the ends; `=` asks for the whole name |
//! | `payload~"on"` | a PUBLISH with these bytes, ASCII case aside; `payload=` for the whole payload |
//! | `qos>=1 size>1k id:7 reason>=0x80` | numbers, with `:` `=` `!=` `<` `<=` `>` `>=` |
//! | `version:5` | packets of connections of that version |
//! | `retain dup fault` | the flags of PUBLISH, and what is no legal packet |
//! | `kitchen "two words"` | the text in a packet type, a client's name or a topic |
//!
//! [`Filter::parse`] and `Display` are inverse; [`Filter::keeps`] evaluates without allocating.

mod complete;
mod display;
mod error;
mod eval;
mod parse;
#[cfg(test)]
mod tests;

pub use complete::{Completion, Vocabulary, complete};
pub use error::{FilterError, FilterErrorKind};
pub use eval::Subject;

use midge_codec::{PacketType, Version};

/// What a filter says. `All` is the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// As it was written.
    pub(crate) expression: Expression,
    /// The same with the cheapest questions first.
    plan: Expression,
}

/// Terms joined by "and", "or" and "not".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// All of these: two or more, or none, which keeps everything.
    And(Vec<Expression>),
    /// One of these: two or more.
    Or(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// One question.
    Term(Term),
}

/// One question about a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// The text stands in the packet type, the client's name or a topic.
    Word(String),
    /// A legal topic filter that matches a topic of the packet.
    Topic(String),
    /// Text compared with the topics of the packet.
    TopicText(TextTest, String),
    /// One of these packet types.
    Type(Types),
    /// Text compared with the name of an end.
    Name(End, TextTest, String),
    /// Text compared with the payload of a PUBLISH.
    Payload(TextTest, String),
    /// A number compared.
    Number(Quantity, Comparison, u32),
    /// The version of the connection.
    Version(Version),
    /// RETAIN, DUP or a fault.
    Flag(Flag),
}

/// How text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// It is part of it, whatever the case of ASCII letters.
    Contains,
    /// It is all of it.
    Equals,
}

/// An end of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The sender of the packet.
    From,
    /// Its receiver.
    To,
    /// The client, whichever way the packet goes.
    Client,
}

/// A number that a packet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Quality of Service of a PUBLISH.
    QoS,
    /// Bytes of the packet, fixed header included.
    Size,
    /// The packet identifier.
    Id,
    /// The reason code, or one of those in a SUBACK or UNSUBACK.
    Reason,
}

/// How numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The words are plain.
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What a packet has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// RETAIN of PUBLISH.
    Retain,
    /// DUP of PUBLISH.
    Dup,
    /// It is not a legal packet.
    Fault,
}

/// A set of packet types, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types(u16);

/// The words before an operator.
const KEYS: [&str; 10] = [
    "topic", "type", "from", "to", "client", "payload", "qos", "size", "id", "reason",
];
/// The one key more, apart because its value is neither text nor number.
const VERSION_KEY: &str = "version";
/// The words that stand alone and mean something.
const FLAGS: [(&str, Flag); 3] = [
    ("retain", Flag::Retain),
    ("dup", Flag::Dup),
    ("fault", Flag::Fault),
];
/// The words that join terms.
const JOINTS: [&str; 3] = ["or", "and", "not"];

impl Filter {
    /// Reads a filter. Empty text keeps everything.
    ///
    /// # Errors
    /// The first mistake, with its place.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text).map(Self::new)
    }

    /// A filter of an expression that was put together by code.
    pub fn new(expression: Expression) -> Self {
        let mut plan = expression.clone();
        eval::sort_by_cost(&mut plan);
        Self { expression, plan }
    }

    /// Whether it keeps every packet because it says nothing.
    pub fn keeps_all(&self) -> bool {
        matches!(&self.expression, Expression::And(parts) if parts.is_empty())
    }

    /// What it says.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }
}

impl Default for Filter {
    /// Keeps everything.
    fn default() -> Self {
        Self::new(Expression::And(Vec::new()))
    }
}

impl Expression {
    /// All of `parts`, flat.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        single(flat, Self::And)
    }

    /// One of `parts`, flat. Without parts it keeps everything.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.is_empty() {
            return Self::And(flat);
        }
        single(flat, Self::Or)
    }
}

/// The term that asks for what names this topic, or a topic that this filter matches.
pub fn about_topic(topic: &str) -> String {
    let term = match midge_codec::topic::validate_filter(topic) {
        Ok(()) => Term::Topic(topic.to_owned()),
        Err(_) => Term::TopicText(TextTest::Equals, topic.to_owned()),
    };
    term.to_string()
}

/// The term that asks for the packets of the client with exactly this name.
pub fn about_client(name: &str) -> String {
    Term::Name(End::Client, TextTest::Equals, name.to_owned()).to_string()
}

impl From<Term> for Expression {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

fn single(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

impl Types {
    /// The set of these; `None` without any.
    pub fn new(types: impl IntoIterator<Item = PacketType>) -> Option<Self> {
        let bits = types.into_iter().fold(0, |bits, kind| bits | bit(kind));
        (bits != 0).then_some(Self(bits))
    }

    /// Whether `kind` is one of them.
    pub fn contains(self, kind: PacketType) -> bool {
        self.0 & bit(kind) != 0
    }

    /// Them, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = PacketType> {
        PacketType::ALL
            .into_iter()
            .filter(move |&kind| self.contains(kind))
    }
}

fn bit(kind: PacketType) -> u16 {
    1 << kind as u8
}
