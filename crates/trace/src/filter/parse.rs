//! Text to filter: a scanner over the characters and a parser that goes down by precedence.

use super::error::nearest;
use super::{
    Comparison, End, Expression, FLAGS, FilterError, FilterErrorKind as Kind, KEYS, Quantity, Term,
    TextTest, Types, VERSION_KEY,
};
use midge_codec::{PacketType, Reason, Version, topic};
use std::borrow::Cow;
use std::ops::Range;

/// Parentheses and negations within each other.
const DEPTH_MAX: u32 = 64;

/// What an operator can begin with.
pub(super) const OPERATOR_START: [char; 6] = [':', '=', '~', '<', '>', '!'];

/// Longer ones first.
const OPERATORS: [&str; 8] = ["<=", ">=", "!=", ":", "=", "~", "<", ">"];

type Parsed<T> = Result<T, FilterError>;

pub(super) fn parse(text: &str) -> Parsed<Expression> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    parser.skip_space();
    if parser.is_at_end() {
        return Ok(Expression::And(Vec::new()));
    }
    let expression = parser.alternatives("(")?;
    match parser.is_at_end() {
        true => Ok(expression),
        false => Err(parser.error(Kind::UnexpectedParenthesis, parser.at..parser.at + 1)),
    }
}

/// Whether `word` is a key, in any case.
pub(super) fn is_key(word: &str) -> bool {
    key(word).is_some()
}

fn key(word: &str) -> Option<&'static str> {
    KEYS.into_iter()
        .chain([VERSION_KEY])
        .find(|known| known.eq_ignore_ascii_case(word))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Parser<'a> {
    /// Terms joined by `or`; `after` is what stands before them.
    fn alternatives(&mut self, after: &'static str) -> Parsed<Expression> {
        let mut parts = vec![self.sequence(after)?];
        while self.takes_word("or") {
            parts.push(self.sequence("or")?);
        }
        Ok(Expression::any(parts))
    }

    /// Terms side by side, with or without `and` between them.
    fn sequence(&mut self, after: &'static str) -> Parsed<Expression> {
        let mut parts = vec![self.negation(after)?];
        loop {
            self.skip_space();
            if self.takes_word("and") {
                parts.push(self.negation("and")?);
            } else if self.is_at_end() || self.rest().starts_with(')') || self.is_at_word("or") {
                return Ok(Expression::all(parts));
            } else {
                parts.push(self.negation("and")?);
            }
        }
    }

    fn negation(&mut self, after: &'static str) -> Parsed<Expression> {
        self.skip_space();
        let start = self.at;
        let sign = if self.takes('-') {
            Some("-")
        } else if self.takes_word("not") {
            Some("not")
        } else {
            None
        };
        if sign.is_none() && !self.rest().starts_with('(') {
            return self.term(after);
        }
        if self.depth == DEPTH_MAX {
            return Err(self.error(Kind::TooDeep, start..start + 1));
        }
        self.depth += 1;
        let expression = match sign {
            Some(sign) => Expression::Not(Box::new(self.negation(sign)?)),
            None => self.group()?,
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn group(&mut self) -> Parsed<Expression> {
        let open = self.at;
        self.at += 1;
        let expression = self.alternatives("(")?;
        self.skip_space();
        match self.takes(')') {
            true => Ok(expression),
            false => Err(self.error(Kind::UnclosedParenthesis, open..open + 1)),
        }
    }

    fn term(&mut self, after: &'static str) -> Parsed<Expression> {
        let start = self.at;
        if self.is_at_end() || self.rest().starts_with(')') || self.is_at_word("or") {
            return Err(self.error(Kind::MissingTerm(after), start..start));
        }
        if self.rest().starts_with('"') {
            return Ok(Term::Word(self.value()?.into_owned()).into());
        }
        let name = self.key_text();
        if name.is_empty()
            && let Some(operator) = self.operator()
        {
            return Err(self.error(Kind::MissingKey(operator), start..self.at));
        }
        let end_of_name = self.at;
        self.skip_space();
        // A space before the operator is fine after a known key; elsewhere the word has ended.
        if (self.at == end_of_name || is_key(name))
            && let Some(operator) = self.operator()
        {
            let Some(key) = key(name) else {
                let suggestion = nearest(name, KEYS.into_iter().chain([VERSION_KEY]));
                let name = name.to_owned();
                let kind = Kind::UnknownKey { name, suggestion };
                return Err(self.error(kind, start..end_of_name));
            };
            return Ok(self.test(key, operator)?.into());
        }
        self.at = start;
        let word = self.value()?.into_owned();
        let flag = FLAGS
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&word));
        Ok(match flag {
            Some((_, flag)) => Term::Flag(flag),
            None => Term::Word(word),
        }
        .into())
    }

    /// The value after a key and its operator, which stand before.
    fn test(&mut self, key: &'static str, operator: &'static str) -> Parsed<Term> {
        let operator_at = self.at - operator.len()..self.at;
        self.skip_space();
        let start = self.at;
        if self.is_at_end() || self.rest().starts_with(['(', ')']) {
            return Err(self.error(Kind::MissingValue(key), start..start));
        }
        let value = self.value()?;
        let term = match key {
            "topic" if operator == ":" => {
                return match topic::validate_filter(&value) {
                    Ok(()) => Ok(Term::Topic(value.into_owned())),
                    Err(invalid) => Err(self.error(Kind::Topic(invalid), start..self.at)),
                };
            }
            "topic" => text_test(operator)
                .map(|test| Ok(Term::TopicText(test, value.into_owned())))
                .ok_or("`:`, `=` or `~`"),
            "payload" => text_test(operator)
                .map(|test| Ok(Term::Payload(test, value.into_owned())))
                .ok_or("`~` or `=`"),
            "from" | "to" | "client" => text_test(operator)
                .map(|test| Ok(Term::Name(end(key), test, value.into_owned())))
                .ok_or("`:` or `=`"),
            "type" => (operator == ":" || operator == "=")
                .then(|| self.types(&value, start))
                .ok_or("`:`"),
            "version" => (operator == ":" || operator == "=")
                .then(|| self.version(&value, start))
                .ok_or("`:`"),
            _ => comparison(operator)
                .map(|comparison| self.number(quantity(key), comparison, &value, start))
                .ok_or("`:`, `!=`, `<`, `<=`, `>` or `>=`"),
        };
        term.unwrap_or_else(|allowed| {
            let kind = Kind::WrongOperator {
                key,
                operator,
                allowed,
            };
            Err(self.error(kind, operator_at))
        })
    }

    fn types(&self, value: &str, start: usize) -> Parsed<Term> {
        let mut types = Vec::new();
        for name in value.split(',') {
            let found = PacketType::ALL
                .into_iter()
                .find(|kind| kind.name().eq_ignore_ascii_case(name));
            types.push(found.ok_or_else(|| {
                let suggestion = nearest(name, PacketType::ALL.map(PacketType::name));
                let name = name.to_owned();
                self.error(Kind::UnknownType { name, suggestion }, start..self.at)
            })?);
        }
        Types::new(types)
            .map(Term::Type)
            .ok_or_else(|| self.error(Kind::MissingValue("type"), start..self.at))
    }

    fn version(&self, value: &str, start: usize) -> Parsed<Term> {
        match value {
            "3.1.1" | "4" | "311" => Ok(Term::Version(Version::V311)),
            "5" | "5.0" => Ok(Term::Version(Version::V5)),
            _ => Err(self.error(Kind::UnknownVersion(value.to_owned()), start..self.at)),
        }
    }

    fn number(
        &self,
        quantity: Quantity,
        comparison: Comparison,
        value: &str,
        start: usize,
    ) -> Parsed<Term> {
        let max = match quantity {
            Quantity::QoS => 2,
            Quantity::Size => u32::MAX,
            Quantity::Id => u32::from(u16::MAX),
            Quantity::Reason => u32::from(u8::MAX),
        };
        let number = match number(value) {
            None if quantity == Quantity::Reason => Reason::ALL
                .iter()
                .find(|reason| reason.name().eq_ignore_ascii_case(value))
                .map(|reason| u64::from(reason.value())),
            number => number,
        };
        let fits = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number <= max);
        fits.map(|number| Term::Number(quantity, comparison, number))
            .ok_or_else(|| {
                let kind = Kind::BadNumber {
                    key: quantity.key(),
                    value: value.to_owned(),
                    max,
                };
                self.error(kind, start..self.at)
            })
    }

    /// A value in quotation marks, or up to a space or parenthesis.
    fn value(&mut self) -> Parsed<Cow<'a, str>> {
        if !self.rest().starts_with('"') {
            let ends = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')');
            let length = self.rest().find(ends).unwrap_or(self.rest().len());
            let value = &self.rest()[..length];
            self.at += length;
            return Ok(Cow::Borrowed(value));
        }
        let start = self.at;
        let mut value = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((offset, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at = start + offset + 1;
                    return Ok(Cow::Owned(value));
                }
                '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
                other => value.push(other),
            }
        }
        Err(self.error(Kind::UnclosedQuote, start..start + 1))
    }

    /// Letters and digits that an operator may follow.
    fn key_text(&mut self) -> &'a str {
        let ends = |letter: char| !letter.is_alphanumeric() && letter != '_';
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let text = &self.rest()[..length];
        self.at += length;
        text
    }

    fn operator(&mut self) -> Option<&'static str> {
        let found = OPERATORS
            .into_iter()
            .find(|operator| self.rest().starts_with(operator))?;
        self.at += found.len();
        Some(found)
    }

    fn takes(&mut self, letter: char) -> bool {
        let found = self.rest().starts_with(letter);
        self.at += if found { letter.len_utf8() } else { 0 };
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let found = self.is_at_word(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn is_at_word(&self, word: &str) -> bool {
        let bytes = self.rest().as_bytes();
        let ends = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '"');
        bytes.len() >= word.len()
            && bytes[..word.len()].eq_ignore_ascii_case(word.as_bytes())
            && self.rest()[word.len()..].chars().next().is_none_or(ends)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn error(&self, kind: Kind, span: Range<usize>) -> FilterError {
        FilterError {
            position: self.text[..span.start].chars().count() + 1,
            kind,
            span,
        }
    }
}

/// Decimal with `k` or `M` for thousands and millions, or hexadecimal with `0x`.
fn number(value: &str) -> Option<u64> {
    if let Some(digits) = value
        .strip_prefix("0x")
        .or_else(|| value.strip_prefix("0X"))
    {
        return u64::from_str_radix(digits, 16).ok();
    }
    let (digits, unit) = match value.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => match value.strip_suffix(['m', 'M']) {
            Some(digits) => (digits, 1_000_000),
            None => (value, 1),
        },
    };
    let is_decimal = digits.bytes().all(|digit| digit.is_ascii_digit());
    let number: u64 = is_decimal.then(|| digits.parse().ok())??;
    number.checked_mul(unit)
}

fn text_test(operator: &str) -> Option<TextTest> {
    match operator {
        ":" | "~" => Some(TextTest::Contains),
        "=" => Some(TextTest::Equals),
        _ => None,
    }
}

fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        ":" | "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        ">" => Comparison::Greater,
        ">=" => Comparison::AtLeast,
        _ => return None,
    })
}

fn end(key: &str) -> End {
    match key {
        "from" => End::From,
        "to" => End::To,
        _ => End::Client,
    }
}

fn quantity(key: &str) -> Quantity {
    match key {
        "qos" => Quantity::QoS,
        "size" => Quantity::Size,
        "id" => Quantity::Id,
        _ => Quantity::Reason,
    }
}
