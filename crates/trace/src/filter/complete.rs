//! What may be written next in the text of a filter.

use super::display::{write_value, write_word};
use super::eval::contains;
use super::parse::{OPERATOR_START, is_key};
use super::{FLAGS, KEYS, VERSION_KEY};
use midge_codec::{PacketType, Reason};
use std::ops::Range;

/// Proposals at a time.
const SHOWN_MAX: usize = 20;

/// The names that occur in the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vocabulary<'a> {
    /// Topics, the most useful first.
    pub topics: &'a [&'a str],
    /// Names of clients.
    pub clients: &'a [&'a str],
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What `insert` replaces: bytes of the text.
    pub replace: Range<usize>,
    /// The text to put there.
    pub insert: String,
    /// What it means, in a few words.
    pub meaning: &'static str,
}

/// What may stand at byte `cursor` of `text`, the best first. A cursor within a character or behind
/// the end counts as one at the nearest boundary before.
pub fn complete(text: &str, cursor: usize, vocabulary: &Vocabulary<'_>) -> Vec<Completion> {
    let cursor = text.floor_char_boundary(cursor);
    let start = token_start(&text[..cursor]);
    let end = token_end(text, cursor, text[start..cursor].contains('"'));
    let written = &text[start..cursor];
    let key_length = written
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(written.len());
    let (key, after) = written.split_at(key_length);
    if after.starts_with(OPERATOR_START) && is_key(key) {
        let value = after.trim_start_matches(OPERATOR_START);
        let value_start = cursor - value.len();
        return values(key, value, value_start..end, vocabulary);
    }
    words(written, start..end, vocabulary)
}

/// Where the token that ends here begins: after a space, a parenthesis or a sign of negation, none of
/// which counts within quotation marks.
fn token_start(before: &str) -> usize {
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, letter) in before.char_indices() {
        let is_sign = letter == '-' && at == start;
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | ')' => start = at + 1,
            _ if letter.is_whitespace() || is_sign => start = at + letter.len_utf8(),
            _ => {}
        }
    }
    start
}

fn token_end(text: &str, cursor: usize, quoted: bool) -> usize {
    let ends = |letter: char| match quoted {
        true => letter == '"',
        false => letter.is_whitespace() || matches!(letter, '(' | ')'),
    };
    let rest = &text[cursor..];
    match rest.find(ends) {
        Some(length) => cursor + length + usize::from(quoted),
        None => text.len(),
    }
}

/// Keys, flags, joints, and what a free word could mean.
fn words(written: &str, replace: Range<usize>, vocabulary: &Vocabulary<'_>) -> Vec<Completion> {
    let wanted = written.trim_matches('"');
    let mut list = List::new(wanted, replace);
    for key in KEYS.into_iter().chain([VERSION_KEY]) {
        let (sign, meaning) = key_words(key);
        list.add_prefixed(key, format!("{key}{sign}"), meaning);
    }
    for (name, _) in FLAGS {
        list.add_prefixed(name, name.to_owned(), flag_words(name));
    }
    list.add_prefixed("or", "or".to_owned(), "one side or the other");
    list.add_prefixed("not", "not".to_owned(), "not what follows");
    if !wanted.is_empty() {
        for kind in PacketType::ALL {
            list.add(kind.name(), format!("type:{}", kind.name()), "packet type");
        }
        for client in vocabulary.clients {
            list.add(client, valued("client:", client), "client");
        }
        for topic in vocabulary.topics {
            list.add(topic, valued("topic:", topic), "topic");
        }
        let mut word = String::new();
        // Writing to a String does not fail.
        let _ = write_word(&mut word, wanted);
        if word != written {
            list.push(word, "this text anywhere");
        }
    }
    list.found
}

/// Values for a key.
fn values(
    key: &str,
    written: &str,
    replace: Range<usize>,
    vocabulary: &Vocabulary<'_>,
) -> Vec<Completion> {
    let wanted = written.trim_matches('"');
    let mut list = List::new(wanted, replace);
    match key.to_ascii_lowercase().as_str() {
        "topic" => {
            for topic in vocabulary.topics {
                list.add(topic, valued("", topic), "topic");
            }
        }
        "from" | "to" | "client" => {
            if key != "client" {
                list.add("broker", "broker".to_owned(), "the broker");
            }
            for client in vocabulary.clients {
                list.add(client, valued("", client), "client");
            }
        }
        "type" => {
            let (before, wanted) = wanted.rsplit_once(',').unwrap_or(("", wanted));
            list.wanted = wanted;
            let comma = if before.is_empty() { "" } else { "," };
            for kind in PacketType::ALL {
                let insert = format!("{before}{comma}{}", kind.name());
                list.add(kind.name(), insert, "packet type");
            }
        }
        "qos" => {
            for (level, meaning) in [
                ("0", "at most once"),
                ("1", "at least once"),
                ("2", "exactly once"),
            ] {
                list.add(level, level.to_owned(), meaning);
            }
        }
        "version" => {
            list.add("3.1.1", "3.1.1".to_owned(), "OASIS 2014");
            list.add("5", "5".to_owned(), "OASIS 2019");
        }
        "reason" => {
            for reason in Reason::ALL {
                let value = format!("0x{:02X}", reason.value());
                if contains(reason.name().as_bytes(), wanted.as_bytes())
                    || contains(value.as_bytes(), wanted.as_bytes())
                {
                    list.push(value, reason.name());
                }
            }
        }
        _ => {}
    }
    list.found
}

/// Proposals for what `wanted` begins or is part of.
struct List<'a> {
    wanted: &'a str,
    replace: Range<usize>,
    found: Vec<Completion>,
}

impl<'a> List<'a> {
    fn new(wanted: &'a str, replace: Range<usize>) -> Self {
        Self {
            wanted,
            replace,
            found: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, insert: String, meaning: &'static str) {
        if contains(name.as_bytes(), self.wanted.as_bytes()) {
            self.push(insert, meaning);
        }
    }

    fn add_prefixed(&mut self, name: &str, insert: String, meaning: &'static str) {
        let wanted = self.wanted.as_bytes();
        let begins = name.as_bytes().get(..wanted.len());
        if begins.is_some_and(|begins| begins.eq_ignore_ascii_case(wanted)) {
            self.push(insert, meaning);
        }
    }

    fn push(&mut self, insert: String, meaning: &'static str) {
        if self.found.len() < SHOWN_MAX {
            let replace = self.replace.clone();
            self.found.push(Completion {
                replace,
                insert,
                meaning,
            });
        }
    }
}

fn valued(before: &str, value: &str) -> String {
    let mut text = before.to_owned();
    // Writing to a String does not fail.
    let _ = write_value(&mut text, value);
    text
}

fn key_words(key: &str) -> (&'static str, &'static str) {
    match key {
        "topic" => (":", "a topic filter with + and #"),
        "type" => (":", "the packet type"),
        "from" => (":", "who sent it"),
        "to" => (":", "who received it"),
        "client" => (":", "the client at either end"),
        "payload" => ("~", "text in the payload"),
        "qos" => (":", "Quality of Service"),
        "size" => (">", "bytes of the packet"),
        "id" => (":", "the packet identifier"),
        "reason" => (">=", "the reason code"),
        _ => (":", "3.1.1 or 5"),
    }
}

fn flag_words(name: &str) -> &'static str {
    match name {
        "retain" => "RETAIN is set",
        "dup" => "sent again",
        _ => "not a legal packet",
    }
}
