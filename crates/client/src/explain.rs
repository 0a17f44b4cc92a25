//! What went wrong, in sentences for the person who meets it: what happened, and what to try.

use crate::{Cause, Refused};
use alloc::{format, string::String};
use core::fmt;
use midge_codec::Reason;

impl Cause {
    /// What happened and what to try, in a few sentences. The driver knows the address and adds it.
    pub fn explain(&self) -> String {
        match self {
            Self::Asked => "Disconnected, as asked.".into(),
            Self::NotOpened => "The connection could not be opened. Is a broker listening there, \
                 and are host, port and path right? Most brokers want the path /mqtt or /."
                .into(),
            Self::NoConnAck => "The connection was opened, but no CONNACK came in time. Is it an \
                 MQTT broker, and not another kind of server, that answers there?"
                .into(),
            Self::Refused {
                reason,
                reason_string,
                server_reference,
            } => {
                let text = format!("The server refused the connection: {}.", reason.name());
                let text = with_words(text, reason_string.as_deref());
                with_advice(text, *reason, server_reference.as_deref())
            }
            Self::Server {
                reason,
                reason_string,
                server_reference,
            } => {
                let name = reason.name_in(midge_codec::PacketType::Disconnect);
                let text = format!("The server ended the connection: {name}.");
                let text = with_words(text, reason_string.as_deref());
                with_advice(text, *reason, server_reference.as_deref())
            }
            Self::Lost => "The connection was closed without a word from the server. It may have \
                 stopped, the network may have failed, or it refused without telling why, as MQTT \
                 3.1.1 servers do."
                .into(),
            Self::Silent => "The server did not answer PINGREQ in time: it hangs, or the network \
                 between is broken."
                .into(),
            Self::Malformed(error) => format!(
                "The server sent what is not legal MQTT: {error}. Is it an MQTT broker, at this \
                 MQTT version?"
            ),
            Self::Violation { reason, what } => format!(
                "The server broke the protocol ({}): {what}. The connection was closed; the \
                 packets before it show how it came to this.",
                reason.name()
            ),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain())
    }
}

fn with_words(text: String, words: Option<&str>) -> String {
    match words {
        Some(words) => format!("{text} It says: \u{201C}{words}\u{201D}."),
        None => text,
    }
}

fn with_advice(text: String, reason: Reason, server_reference: Option<&str>) -> String {
    let advice = advice(reason);
    let text = match advice {
        "" => text,
        advice => format!("{text} {advice}"),
    };
    match server_reference {
        Some(reference) => format!("{text} It names another server: {reference}."),
        None => text,
    }
}

/// What to try after a CONNACK or DISCONNECT with this reason; empty where there is nothing to say.
pub fn advice(reason: Reason) -> &'static str {
    match reason {
        Reason::UnsupportedProtocolVersion => {
            "Try the other MQTT version: not every broker speaks both 3.1.1 and 5.0."
        }
        Reason::ClientIdentifierNotValid => {
            "Try a client id of 1 to 23 letters and digits; an empty one is accepted only with a \
             clean start, and not by every broker."
        }
        Reason::BadUserNameOrPassword => "Check the user name and the password.",
        Reason::NotAuthorized => {
            "Check the user name and the password, and whether this user is allowed here; a broker \
             that wants them answers so when they are missing."
        }
        Reason::Banned => "The broker's operator has banned this client or its address.",
        Reason::ServerUnavailable
        | Reason::ServerBusy
        | Reason::ServerShuttingDown
        | Reason::ConnectionRateExceeded => "Try again later.",
        Reason::UseAnotherServer | Reason::ServerMoved => "Connect to another server.",
        Reason::BadAuthenticationMethod => {
            "The broker wants another method of authentication than user name and password."
        }
        Reason::KeepAliveTimeout => {
            "The broker heard nothing for one and a half times the keep alive. A longer keep alive \
             helps on slow networks."
        }
        Reason::SessionTakenOver => {
            "Another connection uses the same client id, perhaps in another tab. Give each its own."
        }
        Reason::PacketTooLarge => {
            "A packet was larger than the broker accepts; it says how large in its CONNACK."
        }
        Reason::QuotaExceeded | Reason::MessageRateTooHigh => {
            "The broker limits how much one client may send or hold."
        }
        Reason::RetainNotSupported => "This broker does not retain messages: retain nothing.",
        Reason::QoSNotSupported => "This broker supports only lower QoS: use QoS 0 or 1.",
        Reason::MaximumConnectTime => "The broker limits how long a connection lasts.",
        Reason::AdministrativeAction => "The broker's operator ended it.",
        _ => "",
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected => f.write_str(
                "There is no connection. Connect first; only publishing at QoS 1 and 2 may wait \
                 for one.",
            ),
            Self::NotIdle => {
                f.write_str("It is connected or connecting. Disconnect first to connect anew.")
            }
            Self::InvalidTopic(invalid) => {
                write!(f, "The topic cannot be published to: {invalid}.")
            }
            Self::InvalidFilter(index, invalid) => write!(
                f,
                "Topic filter {} cannot be subscribed to: {invalid}.",
                index + 1
            ),
            Self::NoFilters => f.write_str("At least one topic filter is needed."),
            Self::Unsupported(Reason::ClientIdentifierNotValid) => f.write_str(
                "MQTT 3.1.1 keeps a session under a client id only. Give one, or ask for a clean \
                 session.",
            ),
            Self::Unsupported(reason) => {
                write!(f, "The server does not support it: {}.", reason.name())
            }
            Self::TooLarge => {
                f.write_str("The packet is too large for the server, or for MQTT as a whole.")
            }
            Self::Illegal(error) => write!(f, "It cannot be sent as MQTT: {error}."),
            Self::QueueFull => f.write_str(
                "Too much waits to be sent. Wait until some of it is acknowledged, then try again.",
            ),
            Self::UnknownSlot => {
                f.write_str("This message was acknowledged before, or its connection is gone.")
            }
        }
    }
}

impl core::error::Error for Refused {}
