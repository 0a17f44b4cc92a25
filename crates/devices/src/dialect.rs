//! The plain dialect: `home/<room>/<thing>`, commands on `.../set`, presence on `.../status`.

use crate::Command;
use bytes::Bytes;
use core::fmt;
use midge_codec::{ByteString, Message, QoS};
use serde::Deserialize;

/// The longest command that a lamp reads, in bytes.
const COMMAND_MAX: usize = 256;

/// The light of a lamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Light {
    /// Whether it is on.
    pub on: bool,
    /// The brightness when on, 1 to 100 percent.
    pub brightness: u8,
}

/// Why a payload is not a command to a lamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotACommand {
    /// It is longer than 256 bytes.
    TooLong,
    /// It is not UTF-8.
    NotText,
    /// The brightness is not from 0 to 100.
    OutOfRange,
    /// It is neither a word, a number nor JSON that a lamp knows.
    Unknown,
}

impl fmt::Display for NotACommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "longer than 256 bytes",
            Self::NotText => "not UTF-8 text",
            Self::OutOfRange => "a brightness goes from 0 to 100",
            Self::Unknown => "not `ON`, `OFF`, a number or JSON with `state` or `brightness`",
        })
    }
}

impl Light {
    /// What the light becomes by a command: `ON`, `OFF`, `0` to `100`, or JSON such as
    /// `{"brightness":60}` and `{"state":"ON"}`. What a lamp reports is a command as well.
    ///
    /// # Errors
    /// Why the lamp ignores it.
    pub fn after(self, payload: &[u8]) -> Result<Self, NotACommand> {
        if payload.len() > COMMAND_MAX {
            return Err(NotACommand::TooLong);
        }
        let text = core::str::from_utf8(payload).map_err(|_| NotACommand::NotText)?;
        match text.trim() {
            "ON" => Ok(self.switched(true)),
            "OFF" => Ok(self.switched(false)),
            json if json.starts_with('{') => self.after_json(json),
            number => match number.parse::<f64>() {
                Ok(percent) => self.dimmed(percent),
                Err(_) => Err(NotACommand::Unknown),
            },
        }
    }

    fn after_json(self, text: &str) -> Result<Self, NotACommand> {
        #[derive(Deserialize)]
        struct Wanted {
            state: Option<String>,
            brightness: Option<f64>,
        }
        let wanted: Wanted = serde_json::from_str(text).map_err(|_| NotACommand::Unknown)?;
        let dimmed = match wanted.brightness {
            Some(percent) => self.dimmed(percent)?,
            None => self,
        };
        match wanted.state.as_deref() {
            Some("ON") => Ok(dimmed.switched(true)),
            Some("OFF") => Ok(dimmed.switched(false)),
            None if wanted.brightness.is_some() => Ok(dimmed),
            _ => Err(NotACommand::Unknown),
        }
    }

    fn switched(self, on: bool) -> Self {
        Self { on, ..self }
    }

    /// 0 switches off and keeps the brightness for the next `ON`.
    fn dimmed(self, percent: f64) -> Result<Self, NotACommand> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(NotACommand::OutOfRange);
        }
        let brightness = libm::round(percent) as u8;
        Ok(match brightness {
            0 => self.switched(false),
            brightness => Self {
                on: true,
                brightness,
            },
        })
    }

    /// The state as a lamp reports it, as in `{"state":"ON","brightness":60}`.
    pub(crate) fn report(self) -> Bytes {
        let state = switch_word(self.on);
        Bytes::from(format!(
            r#"{{"state":"{state}","brightness":{}}}"#,
            self.brightness
        ))
    }
}

/// `ON` or `OFF`.
pub(crate) const fn switch_word(on: bool) -> &'static str {
    if on { "ON" } else { "OFF" }
}

/// The message that commands the thing at `topic`.
pub(crate) fn command(topic: &str, command: &Command) -> Message {
    let payload = match command {
        Command::Switch(on) => Bytes::from_static(switch_word(*on).as_bytes()),
        Command::Dim(percent) => Bytes::from(percent.to_string()),
    };
    Message::new(set_topic(topic), payload, QoS::AtLeastOnce, false)
}

/// Where the thing at `topic` takes commands.
pub(crate) fn set_topic(topic: &str) -> ByteString {
    format!("{topic}/set").into()
}

/// Whether the thing at `topic` is there: retained, `offline` by its will.
pub(crate) fn status(topic: &str, online: bool) -> Message {
    let payload: &'static str = if online { "online" } else { "offline" };
    Message::new(format!("{topic}/status"), payload, QoS::AtLeastOnce, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT: Light = Light {
        on: false,
        brightness: 80,
    };

    fn light(on: bool, brightness: u8) -> Result<Light, NotACommand> {
        Ok(Light { on, brightness })
    }

    #[test]
    fn words_numbers_and_json_are_commands() {
        assert_eq!(LIGHT.after(b"ON"), light(true, 80));
        assert_eq!(LIGHT.after(b"OFF"), light(false, 80));
        assert_eq!(LIGHT.after(b"60"), light(true, 60));
        assert_eq!(LIGHT.after(b" 12.4\n"), light(true, 12));
        assert_eq!(LIGHT.after(b"0"), light(false, 80));
        assert_eq!(LIGHT.after(br#"{"brightness":60}"#), light(true, 60));
        assert_eq!(LIGHT.after(br#"{"state":"ON"}"#), light(true, 80));
        assert_eq!(
            LIGHT.after(br#"{"state":"OFF","brightness":5}"#),
            light(false, 5)
        );
    }

    #[test]
    fn garbage_is_not_a_command() {
        for garbage in [
            &b""[..],
            b"on",
            b"TOGGLE",
            b"NaN",
            b"inf",
            b"{}",
            b"{",
            br#"{"state":"BLUE"}"#,
            br#"{"brightness":"60"}"#,
        ] {
            assert!(LIGHT.after(garbage).is_err(), "{garbage:?}");
        }
        assert_eq!(LIGHT.after(b"101"), Err(NotACommand::OutOfRange));
        assert_eq!(LIGHT.after(b"-1"), Err(NotACommand::OutOfRange));
        assert_eq!(LIGHT.after(&[0xFF]), Err(NotACommand::NotText));
        assert_eq!(LIGHT.after(&[b'1'; 257]), Err(NotACommand::TooLong));
    }

    #[test]
    fn a_report_is_a_command_that_gives_the_same_light() {
        for reported in [light(true, 60), light(false, 1)].map(Result::unwrap) {
            assert_eq!(LIGHT.after(&reported.report()), Ok(reported));
        }
    }
}
