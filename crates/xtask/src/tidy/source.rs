//! A file of the tree, and its code without comments, strings and tests.

/// A text file and its path from the project's root, with forward slashes.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

/// One line of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) code: &'a str,
}

impl Source {
    pub(super) fn new(path: impl Into<String>, text: String) -> Self {
        Self {
            path: path.into(),
            text,
        }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// True for files that hold nothing but tests and measurements.
    pub(super) fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/benches/")
            || self.path.contains("/examples/")
    }

    /// The file with every comment and every string literal blanked, so that words in them are not taken for code.
    pub(super) fn code(&self) -> String {
        Blanking::new(&self.text).run()
    }
}

/// The lines of `code` that come before the tests, which stand at the end of a file.
pub(super) fn lines_before_tests(code: &str) -> impl Iterator<Item = Line<'_>> {
    lines(code).take_while(|line| !line.code.trim_start().starts_with("#[cfg(test)]"))
}

/// The lines of `code` with their numbers.
pub(super) fn lines(code: &str) -> impl Iterator<Item = Line<'_>> {
    code.lines().enumerate().map(|(index, code)| Line {
        number: index + 1,
        code,
    })
}

/// Copies Rust code and puts spaces in place of comments and of what strings and characters hold.
struct Blanking<'a> {
    rest: &'a str,
    code: String,
}

impl<'a> Blanking<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            code: String::with_capacity(text.len()),
        }
    }

    fn run(mut self) -> String {
        let mut within_word = false;
        while let Some(letter) = self.rest.chars().next() {
            match letter {
                '/' if self.rest.starts_with("//") => self.blank(line_length(self.rest)),
                '/' if self.rest.starts_with("/*") => self.blank(block_length(self.rest)),
                '"' => self.blank(string_length(self.rest)),
                '\'' => match character_length(self.rest) {
                    Some(length) => self.blank(length),
                    None => self.copy(1),
                },
                'r' if !within_word => match raw_string_length(self.rest) {
                    Some(length) => self.blank(length),
                    None => self.copy(1),
                },
                other => self.copy(other.len_utf8()),
            }
            within_word = letter.is_alphanumeric() && letter != 'b' || letter == '_';
        }
        self.code
    }

    fn copy(&mut self, length: usize) {
        let (part, rest) = self.rest.split_at(length);
        self.code.push_str(part);
        self.rest = rest;
    }

    fn blank(&mut self, length: usize) {
        let (part, rest) = self.rest.split_at(length);
        self.code.extend(
            part.chars()
                .map(|letter| if letter == '\n' { '\n' } else { ' ' }),
        );
        self.rest = rest;
    }
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Rust's block comments nest.
fn block_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"..."` and `r#"..."#`.
fn raw_string_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", &after[..hashes]);
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(1 + hashes + 1 + length)
}

/// A character literal; `None` for the apostrophe of a lifetime.
fn character_length(text: &str) -> Option<usize> {
    let after = &text[1..];
    let mut letters = after.char_indices();
    let (_, first) = letters.next()?;
    if first == '\\' {
        // The escaped character itself may be an apostrophe.
        let skipped = letters
            .next()
            .map_or(0, |(at, letter)| at + letter.len_utf8());
        let end = after[skipped..].find('\'')?;
        return Some(1 + skipped + end + 1);
    }
    let (at, second) = letters.next()?;
    (second == '\'').then_some(1 + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("a.rs", text.to_owned()).code()
    }

    #[test]
    fn comments_and_strings_are_blanked_and_lines_stay() {
        let blanked = code("let a = \"PubRec\"; // PubRel\n/* Pub /* Comp */ */ let b = 'x';\n");
        assert!(
            !blanked.contains("Pub") && !blanked.contains('x'),
            "{blanked}"
        );
        assert!(blanked.contains("let a =") && blanked.contains("let b ="));
        assert_eq!(blanked.lines().count(), 2);
    }

    #[test]
    fn raw_strings_end_where_their_hashes_say() {
        let blanked = code("f(r#\"say \"unwrap\" \"#, br\"unwrap\"); parser(for_r, 1)");
        assert!(!blanked.contains("unwrap"), "{blanked}");
        assert!(blanked.contains("parser(for_r, 1)"));
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let blanked =
            code("fn f<'a>(x: &'a str) -> char { '\\'' } // 'b\nlet c = '\"'; let d = 1;");
        assert!(blanked.contains("fn f<'a>(x: &'a str) -> char {"));
        assert!(blanked.contains("let d = 1;"), "{blanked}");
    }

    #[test]
    fn tests_at_the_end_of_a_file_are_left_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c.unwrap() } }\n";
        let numbers: Vec<usize> = lines_before_tests(text).map(|line| line.number).collect();
        assert_eq!(numbers, [1]);
    }
}
