//! The shape of a file: what it begins with, how long it and its functions are.

use super::Finding;
use super::source::{Line, Source, lines};

const FILE_LINES_MAX: usize = 500;
/// Functions are to stay near 70 lines; a table of cases may reach this.
const FUNCTION_LINES_MAX: usize = 80;

/// Applies the three rules of shape.
pub(super) fn check(file: &Source) -> Vec<Finding> {
    let code = file.code();
    let mut findings = Vec::new();
    findings.extend(first_line(file));
    findings.extend(file_length(file));
    findings.extend(long_functions(file, &code));
    findings
}

fn first_line(file: &Source) -> Option<Finding> {
    let first = file.text.lines().next().unwrap_or_default();
    let says_something = first
        .strip_prefix("//! ")
        .is_some_and(|words| words.trim().len() > 3 && !words.contains("(to be written)"));
    (!says_something).then(|| Finding {
        file: file.path.clone(),
        line: 1,
        advice: "the first line says what the file is: begin it with `//! ` and a sentence."
            .to_owned(),
    })
}

fn file_length(file: &Source) -> Option<Finding> {
    let count = file.text.lines().count();
    (count > FILE_LINES_MAX).then(|| Finding {
        file: file.path.clone(),
        line: FILE_LINES_MAX + 1,
        advice: format!("{count} lines are too many for one file (at most {FILE_LINES_MAX}): split it by what its parts are."),
    })
}

fn long_functions(file: &Source, code: &str) -> Vec<Finding> {
    let all: Vec<Line<'_>> = lines(code).collect();
    let mut findings = Vec::new();
    for (index, line) in all.iter().enumerate() {
        let Some(name) = function_name(line.code) else {
            continue;
        };
        let count = body_length(&all[index..]);
        if count > FUNCTION_LINES_MAX {
            findings.push(Finding {
                file: file.path.clone(),
                line: line.number,
                advice: format!(
                    "`{name}` has {count} lines, at most {FUNCTION_LINES_MAX} are good to read: give its parts names."
                ),
            });
        }
    }
    findings
}

/// The name of the function that begins on this line.
fn function_name(code: &str) -> Option<&str> {
    let before = code.find("fn ")?;
    let head = &code[..before];
    let is_item = head
        .chars()
        .all(|letter| letter.is_alphanumeric() || " ()_:".contains(letter))
        && head.split_whitespace().all(|word| {
            word.starts_with("pub")
                || [
                    "const", "async", "unsafe", "extern", "in", "super)", "crate)",
                ]
                .contains(&word)
        });
    let name = code[before + 3..].split(['(', '<']).next()?;
    (is_item && !name.is_empty()).then_some(name)
}

/// How many lines there are from the function's first to its closing brace; 1 when it has no body.
fn body_length(from: &[Line<'_>]) -> usize {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (count, line) in from.iter().enumerate() {
        for letter in line.code.chars() {
            match letter {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets = brackets.saturating_sub(1),
                '{' => braces += 1,
                '}' => {
                    braces = braces.saturating_sub(1);
                    if braces == 0 {
                        return count + 1;
                    }
                }
                // The semicolon of `[u8; 2]` in the arguments ends nothing.
                ';' if braces == 0 && brackets == 0 => return 1,
                _ => {}
            }
        }
    }
    from.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<Finding> {
        check(&Source::new("crates/codec/src/a.rs", text.to_owned()))
    }

    #[test]
    fn a_file_that_says_what_it_is_passes() {
        assert_eq!(findings("//! Frames and their lengths.\nfn a() {}\n"), []);
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_found() {
        for text in [
            "fn a() {}\n",
            "//!\n",
            "//! (to be written)\n",
            "// Frames.\n",
        ] {
            assert_eq!(findings(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_file_of_501_lines_is_found() {
        let text = |count: usize| format!("//! Data.\n{}", "// x\n".repeat(count - 1));
        assert_eq!(findings(&text(500)), []);
        assert_eq!(findings(&text(501))[0].line, 501);
    }

    #[test]
    fn a_function_of_81_lines_is_found() {
        let text = |count: usize| {
            let body = "        f();\n".repeat(count - 2);
            format!(
                "//! Data.\n    pub(crate) async fn long<T>(a: [u8; 2]) -> T {{\n{body}    }}\n"
            )
        };
        assert_eq!(findings(&text(80)), []);
        let found = findings(&text(81));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].advice.starts_with("`long`"), "{found:?}");
    }
}
