//! Bytes from what people paste: hexadecimal with any separators, arrays of source code, and the dumps
//! of Wireshark, xxd, hexdump and tcpdump. Pure.

use std::fmt;

/// The most bytes of a line in a dump.
const LINE_MAX: usize = 32;

/// Why a text is no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotHex {
    /// Something else than hexadecimal digits.
    Foreign {
        /// What stands there.
        found: String,
        /// In which line, from 1.
        line: usize,
    },
    /// A digit is missing or too much.
    HalfByte {
        /// What stands there.
        found: String,
        /// In which line, from 1.
        line: usize,
    },
}

impl fmt::Display for NotHex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { found, line } => write!(
                f,
                "\u{201c}{found}\u{201d} in line {line} is not hexadecimal: bytes are written with the digits 0 to 9 and A to F, two a byte."
            ),
            Self::HalfByte { found, line } => write!(
                f,
                "\u{201c}{found}\u{201d} in line {line} has an odd number of digits: a byte has two. Write 0A for A."
            ),
        }
    }
}

/// Reads the bytes in `text`.
pub(super) fn parse(text: &str) -> Result<Vec<u8>, NotHex> {
    let mut bytes = Vec::new();
    let mut base = None;
    for (index, line) in text.lines().enumerate() {
        let dumped = dump_line(line, &mut base, bytes.len());
        match dumped {
            Some(dumped) => bytes.extend(dumped),
            None => plain_line(line, index + 1, &mut bytes)?,
        }
    }
    Ok(bytes)
}

/// The bytes of a line that begins with its offset: `0010  30 0a ..  0.`. `base` is the first offset of
/// the dump, `so_far` the number of bytes before this line.
fn dump_line(line: &str, base: &mut Option<usize>, so_far: usize) -> Option<Vec<u8>> {
    let line = line.trim();
    let end = line.find(|letter: char| letter.is_whitespace() || letter == ':')?;
    let digits = line[..end].strip_prefix("0x").unwrap_or(&line[..end]);
    let rest = &line[end..];
    let has_colon = rest.starts_with(':');
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    if digits.len() < 4 || !(has_colon || rest.starts_with("  ")) {
        return None;
    }
    let offset = usize::from_str_radix(digits, 16).ok()?;
    // A part of a dump may begin anywhere, but only a colon makes sure that it is an offset.
    let first = match *base {
        Some(first) => first,
        None if offset == 0 || has_colon => offset,
        None => return None,
    };
    if first.checked_add(so_far) != Some(offset) {
        return None;
    }
    *base = Some(first);
    let mut bytes = Vec::new();
    let mut rest = rest;
    loop {
        let trimmed = rest.trim_start();
        let gap = rest.len() - trimmed.len();
        // Two spaces stand in the middle of a line; the column of text follows more, or a line of 16.
        let is_middle = bytes.len() == 8 && gap == 2;
        if !bytes.is_empty() && gap > 1 && !is_middle {
            break;
        }
        let word = trimmed.split_whitespace().next()?;
        let Some(found) = pairs(word).filter(|found| bytes.len() + found.len() <= LINE_MAX) else {
            break;
        };
        bytes.extend(found);
        rest = &trimmed[word.len()..];
        if rest.is_empty() {
            break;
        }
    }
    Some(bytes)
}

/// A line of hexadecimal with separators between.
fn plain_line(line: &str, number: usize, bytes: &mut Vec<u8>) -> Result<(), NotHex> {
    let line = line.replace("\\x", " ");
    let is_separator = |letter: char| letter.is_whitespace() || ",;:-_|[]{}()\"'".contains(letter);
    for word in line.split(is_separator).filter(|word| !word.is_empty()) {
        let digits = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))
            .unwrap_or(word);
        let found = || digits.chars().take(24).collect();
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NotHex::Foreign {
                found: if digits.is_empty() {
                    word.to_owned()
                } else {
                    found()
                },
                line: number,
            });
        }
        bytes.extend(pairs(digits).ok_or_else(|| NotHex::HalfByte {
            found: found(),
            line: number,
        })?);
    }
    Ok(())
}

/// The bytes of digits without separators.
fn pairs(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    digits
        .chunks(2)
        .map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?))
        .collect()
}

/// Bytes as people change them: sixteen a line.
pub(super) fn write(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(16).map(crate::components::hex::text).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLISH: &[u8] = b"\x30\x17\x00\x09home/hall{\"on\":true}0123";

    fn bytes(text: &str) -> Vec<u8> {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn separators_and_prefixes_do_not_matter() {
        for text in [
            "c000",
            "C0 00",
            "c0:00",
            "0xC0, 0x00",
            "{ 0xc0, 0x00 };",
            "\\xc0\\x00",
            "c0\n00\n",
            "[\"c0\", \"00\"]",
            "0xc000",
        ] {
            assert_eq!(bytes(text), [0xc0, 0], "{text}");
        }
        assert_eq!(bytes(" \n "), [0_u8; 0]);
    }

    #[test]
    fn dumps_lose_their_offsets_and_their_text() {
        let wireshark = "0000   30 17 00 09 68 6f 6d 65 2f 68 61 6c 6c 7b 22 6f   0...home/hall{\"o\n\
                         0010   6e 22 3a 74 72 75 65 7d 30 31 32 33               n\":true}0123";
        let xxd = "00000000: 3017 0009 686f 6d65 2f68 616c 6c7b 226f  0...home/hall{\"o\n\
                   00000010: 6e22 3a74 7275 657d 3031 3233            n\":true}0123";
        let hexdump = "00000000  30 17 00 09 68 6f 6d 65  2f 68 61 6c 6c 7b 22 6f  |0...home/hall{\"o|\n\
                       00000010  6e 22 3a 74 72 75 65 7d  30 31 32 33              |n\":true}0123|\n\
                       0000001c";
        let tcpdump = "\t0x0000:  3017 0009 686f 6d65 2f68 616c 6c7b 226f  0...home/hall{\"o\n\
                       \t0x0010:  6e22 3a74 7275 657d 3031 3233            n\":true}0123";
        assert_eq!(bytes(wireshark), PUBLISH);
        assert_eq!(bytes(xxd), PUBLISH);
        assert_eq!(bytes(tcpdump), PUBLISH);
        // The last line of hexdump is the length alone.
        let without_end = hexdump.rsplit_once('\n').map_or("", |(lines, _)| lines);
        assert_eq!(bytes(without_end), PUBLISH);
        let part = xxd.lines().nth(1).unwrap_or_default();
        assert_eq!(bytes(part), &PUBLISH[16..]);
    }

    #[test]
    fn a_column_of_text_that_looks_like_bytes_is_text() {
        let short = "0000   61 62 63 64 65 66 61 62               abcdefab";
        assert_eq!(bytes(short), b"abcdefab");
    }

    #[test]
    fn what_is_no_byte_is_said_with_its_line() {
        assert_eq!(
            parse("c0 00\nc0 zz"),
            Err(NotHex::Foreign {
                found: "zz".to_owned(),
                line: 2
            })
        );
        let half = parse("c0 0").expect_err("half a byte");
        assert!(half.to_string().contains("odd number"), "{half}");
        assert!(parse("0x").is_err());
        assert!(parse("\u{e9}").is_err());
    }

    #[test]
    fn what_is_written_is_read_again() {
        for length in [0, 1, 15, 16, 17, 100] {
            let all: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
            assert_eq!(bytes(&write(&all)), all);
        }
    }
}
