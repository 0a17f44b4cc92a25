//! The few options of the habits, read without a crate.

use crate::{Outcome, Stop};

/// Words of a command line that nobody has asked for yet.
#[derive(Debug)]
pub(crate) struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub(crate) fn new(words: impl Iterator<Item = String>) -> Self {
        Self {
            words: words.collect(),
        }
    }

    /// Takes the first word.
    pub(crate) fn word(&mut self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.remove(0))
    }

    /// Takes a switch such as `--open`; true when it was there.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let found = self.options().position(|word| word == name);
        if let Some(at) = found {
            self.words.remove(at);
        }
        found.is_some()
    }

    /// Takes an option with its value, written `--port 8080` or `--port=8080`.
    pub(crate) fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let prefix = format!("{name}=");
        let found = self
            .options()
            .position(|word| word == name || word.starts_with(&prefix));
        let Some(at) = found else { return Ok(None) };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.words.len() && self.words[at] != "--" {
            return Ok(Some(self.words.remove(at)));
        }
        Err(Stop::new(format!("`{name}` needs a value after it.")))
    }

    /// Takes everything after `--`.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        match self.words.iter().position(|word| word == "--") {
            Some(at) => self.words.split_off(at).split_off(1),
            None => Vec::new(),
        }
    }

    /// Stops when a word is left that no one understood.
    pub(crate) fn finish(self) -> Outcome {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(Stop::new(format!(
                "`{word}` is not understood here: run `cargo xtask help` to see the options."
            ))),
        }
    }

    /// The words before `--`.
    fn options(&self) -> impl Iterator<Item = &String> {
        self.words.iter().take_while(|word| *word != "--")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_taken_in_any_order() {
        let mut given = arguments("serve --open --port 9000");
        assert_eq!(given.word().as_deref(), Some("serve"));
        assert_eq!(given.value("--port").unwrap().as_deref(), Some("9000"));
        assert!(given.switch("--open"));
        assert!(!given.switch("--release"));
        given.finish().unwrap();
    }

    #[test]
    fn a_value_may_follow_an_equals_sign() {
        let mut given = arguments("--port=81");
        assert_eq!(given.value("--port").unwrap().as_deref(), Some("81"));
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        assert!(arguments("--port").value("--port").is_err());
    }

    #[test]
    fn a_word_nobody_asked_for_is_refused_by_name() {
        let Stop(sentence) = arguments("--prot 81").finish().unwrap_err();
        assert!(sentence.contains("--prot"), "{sentence}");
    }

    #[test]
    fn what_follows_two_dashes_is_left_alone() {
        let mut given = arguments("--only e2e -- --open lamp");
        assert!(!given.switch("--open"));
        assert_eq!(given.rest(), ["--open", "lamp"]);
        assert_eq!(given.value("--only").unwrap().as_deref(), Some("e2e"));
        given.finish().unwrap();
    }
}
