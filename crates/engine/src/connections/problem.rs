//! What went wrong with a connection, in words: one pure function from the cause and what the
//! transport knew.

use midge_client::{Cause, advice};
use midge_codec::{Reason, Version};
use midge_view::{Link, Problem};

/// What is known besides the cause.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// Where it goes; a URL is the one that was opened.
    pub(crate) link: Link,
    /// What it speaks.
    pub(crate) version: Version,
    /// Whether a user name was given.
    pub(crate) user_name: bool,
    /// Whether a password was given.
    pub(crate) password: bool,
    /// Whether CONNACK with success had come.
    pub(crate) was_connected: bool,
    /// What the transport saw that the client cannot know.
    pub(crate) transport: Transport,
}

/// What a WebSocket tells, which browsers keep short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Transport {
    /// The server sent text, which MQTT never is.
    pub(crate) text_frame: bool,
    /// The server chose this subprotocol instead of `mqtt`.
    pub(crate) subprotocol: Option<String>,
    /// Status code and reason of the closing handshake; 1006 means that there was none.
    pub(crate) close: Option<(u16, String)>,
    /// The lab began again, and its broker with it.
    pub(crate) lab_restarted: bool,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// In few words, for a pill: "refused: Not authorized".
    pub(crate) short: String,
    /// In sentences.
    pub(crate) problem: Problem,
}

/// The words for a connection that ended by `cause`; `None` when it ended as asked.
pub(crate) fn failure(cause: &Cause, facts: &Facts) -> Option<Failure> {
    if *cause == Cause::Asked {
        return None;
    }
    Some(match of_transport(facts) {
        Some(failure) => failure,
        None => of_cause(cause, facts),
    })
}

/// What the transport saw explains more than the client's cause.
fn of_transport(facts: &Facts) -> Option<Failure> {
    let place = place(facts);
    if facts.transport.lab_restarted {
        return Some(Failure::new(
            "the lab began again",
            format!("The lab began again, and {place} with it: its sessions are gone."),
            ["The connection is made again by itself."],
        ));
    }
    if facts.transport.text_frame {
        return Some(Failure::new(
            "not MQTT: text frame",
            format!(
                "{place} sent text, and MQTT over WebSocket is binary: this is not an MQTT broker."
            ),
            ["Check host, port and path: another service may be listening there."],
        ));
    }
    let chosen = facts.transport.subprotocol.as_ref()?;
    let chosen = match chosen.as_str() {
        "" => "no subprotocol".to_owned(),
        other => format!("the subprotocol \"{other}\""),
    };
    Some(Failure::new(
        "wrong subprotocol",
        format!("{place} chose {chosen}, where MQTT needs \"mqtt\"."),
        [
            "Check the path: many servers have other services beside MQTT.",
            "Check that the listener is one for MQTT over WebSocket.",
        ],
    ))
}

fn of_cause(cause: &Cause, facts: &Facts) -> Failure {
    let place = place(facts);
    match cause {
        // Handled by the caller; said all the same, should it ever arrive here.
        Cause::Asked => Failure::new("disconnected", "Disconnected, as asked.".to_owned(), []),
        Cause::NotOpened => not_opened(facts),
        Cause::NoConnAck => Failure::new(
            "no answer to CONNECT",
            format!("{place} took the connection and did not answer CONNECT in time."),
            [
                "Check that an MQTT broker is listening at this port and path, not another service.",
                "Try again: the broker may be overloaded.",
            ],
        ),
        Cause::Refused {
            reason,
            reason_string,
            server_reference,
        } => refused(
            facts,
            *reason,
            reason_string.as_deref(),
            server_reference.as_deref(),
        ),
        Cause::Server {
            reason,
            reason_string,
            server_reference,
        } => ended(
            facts,
            *reason,
            reason_string.as_deref(),
            server_reference.as_deref(),
        ),
        Cause::Lost => lost(facts),
        Cause::Silent => Failure::new(
            "lost: no answer to PINGREQ",
            format!(
                "{place} did not answer PINGREQ in time: it hangs, or the network between is broken."
            ),
            ["Check the network; the connection is tried again by itself."],
        ),
        Cause::Malformed(error) => Failure::new(
            "not legal MQTT",
            format!(
                "{place} sent what is not legal MQTT {}: {error}.",
                facts.version
            ),
            [
                "The connection was closed; Packets shows the bytes.",
                "Check that an MQTT broker is listening there, and that it speaks this version.",
            ],
        ),
        Cause::Violation { reason, what } => Failure::new(
            "the server broke the protocol",
            format!("{place} broke the protocol ({}): {what}.", reason.name()),
            ["The connection was closed; Packets shows how it came to this."],
        ),
    }
}

/// A browser hides why on purpose, so that a page cannot scan networks: all the reasons there are.
fn not_opened(facts: &Facts) -> Failure {
    Failure::new(
        "could not be opened",
        format!(
            "No connection to {}. The browser does not tell why: nothing may be listening there, or \
             the path may be wrong.",
            address(facts)
        ),
        [
            "Check that the broker runs and that its WebSocket listener (not the one for TCP, often \
             1883) is listening at this host and port.",
            "Check the path: most brokers want /mqtt, some / or /ws.",
            "With wss://, the certificate must be one that the browser trusts: open the address with \
             https:// in a tab of its own to see.",
        ],
    )
}

fn refused(
    facts: &Facts,
    reason: Reason,
    reason_string: Option<&str>,
    server_reference: Option<&str>,
) -> Failure {
    let place = place(facts);
    let what = format!(
        "{place} refused the connection: {}{}.",
        reason.name(),
        said(reason_string)
    );
    let mut failure = Failure::new(&format!("refused: {}", reason.name()), what, []);
    let credentials = matches!(
        reason,
        Reason::BadUserNameOrPassword | Reason::NotAuthorized
    );
    match (facts.user_name, facts.password) {
        (false, _) if credentials => {
            failure.advise("Give a user name and a password: none was sent.")
        }
        (true, false) if credentials => {
            failure.advise("Give the password: only a user name was sent.")
        }
        _ => failure.advise(advice(reason)),
    }
    if let Some(server) = server_reference {
        failure.advise(&format!("The broker names another server: {server}."));
    }
    failure
}

fn ended(
    facts: &Facts,
    reason: Reason,
    reason_string: Option<&str>,
    server_reference: Option<&str>,
) -> Failure {
    let place = place(facts);
    let name = reason.name_in(midge_codec::PacketType::Disconnect);
    let what = format!(
        "{place} ended the connection: {name}{}.",
        said(reason_string)
    );
    let mut failure = Failure::new(&format!("ended: {name}"), what, []);
    failure.advise(advice(reason));
    if let Some(server) = server_reference {
        failure.advise(&format!("The broker names another server: {server}."));
    }
    failure
}

fn lost(facts: &Facts) -> Failure {
    let place = place(facts);
    let closing = match &facts.transport.close {
        Some((code, reason)) if *code != 1006 && !reason.is_empty() => {
            format!(" It closed the WebSocket with code {code}: {reason}.")
        }
        Some((code, _)) if !matches!(*code, 1000 | 1005 | 1006) => {
            format!(" It closed the WebSocket with code {code}.")
        }
        _ => String::new(),
    };
    if facts.was_connected {
        return Failure::new(
            "lost",
            format!("The connection to {place} was lost without a word.{closing}"),
            [
                "It is tried again by itself; the broker may have stopped, or the network failed.",
                "If it happens at once every time, another client may be using the same client id.",
            ],
        );
    }
    let mut failure = Failure::new(
        "closed without an answer",
        format!("{place} closed the connection instead of answering CONNECT.{closing}"),
        ["Check that an MQTT broker is listening at this port and path."],
    );
    match facts.version {
        Version::V5 => failure.advise("Try MQTT 3.1.1: an old broker closes when it hears 5.0."),
        Version::V311 => {
            failure.advise("Try MQTT 5.0: some brokers take nothing else, and only 5.0 says why.")
        }
    }
    failure.advise("Check user name, password and client id: some brokers refuse without telling.");
    failure
}

/// As the subject of a sentence.
fn place(facts: &Facts) -> String {
    match &facts.link {
        Link::Lab => "The lab's broker".to_owned(),
        Link::WebSocket(url) => url.clone(),
    }
}

fn address(facts: &Facts) -> &str {
    match &facts.link {
        Link::Lab => "the lab's broker",
        Link::WebSocket(url) => url,
    }
}

fn said(reason_string: Option<&str>) -> String {
    match reason_string {
        Some(text) => format!(
            " (it says: \"{}\")",
            midge_payload::preview(text.as_bytes(), 200).text
        ),
        None => String::new(),
    }
}

impl Failure {
    fn new<const N: usize>(short: &str, what: String, try_next: [&str; N]) -> Self {
        Self {
            short: short.to_owned(),
            problem: Problem {
                what,
                try_next: try_next.map(str::to_owned).to_vec(),
            },
        }
    }

    fn advise(&mut self, advice: &str) {
        if !advice.is_empty() {
            self.problem.try_next.push(advice.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::{DecodeError, ErrorKind, Field};

    const URL: &str = "ws://broker.example:9001/mqtt";

    fn facts() -> Facts {
        Facts {
            link: Link::WebSocket(URL.to_owned()),
            version: Version::V5,
            user_name: false,
            password: false,
            was_connected: false,
            transport: Transport::default(),
        }
    }

    /// Everything that is said about it, in one text.
    fn said(cause: Cause, facts: &Facts) -> String {
        let failure = failure(&cause, facts).expect("a failure");
        assert!(failure.problem.what.ends_with('.'), "{failure:?}");
        assert!(!failure.problem.try_next.is_empty(), "{failure:?}");
        let mut text = failure.problem.what;
        for line in failure.problem.try_next {
            text.push(' ');
            text.push_str(&line);
        }
        text
    }

    fn holds(text: &str, parts: &[&str]) {
        for part in parts {
            assert!(text.contains(part), "{part:?} is not in {text:?}");
        }
    }

    #[test]
    fn an_asked_disconnect_is_no_problem() {
        assert_eq!(failure(&Cause::Asked, &facts()), None);
    }

    #[test]
    fn what_could_not_be_opened_names_every_possible_reason() {
        let text = said(Cause::NotOpened, &facts());
        holds(&text, &[URL, "listening", "path", "certificate"]);
    }

    #[test]
    fn a_server_that_is_not_a_broker_is_told() {
        holds(
            &said(Cause::NoConnAck, &facts()),
            &[URL, "CONNECT in time", "another service"],
        );
        let mut seen = facts();
        seen.transport.text_frame = true;
        holds(
            &said(Cause::Lost, &seen),
            &["sent text", "not an MQTT broker"],
        );
        let mut seen = facts();
        seen.transport.subprotocol = Some("chat".to_owned());
        holds(&said(Cause::NotOpened, &seen), &["\"chat\"", "\"mqtt\""]);
    }

    #[test]
    fn malformed_bytes_name_field_and_offset() {
        let cause = |kind, field, offset| {
            Cause::Malformed(DecodeError {
                kind,
                field,
                offset,
            })
        };
        let text = said(
            cause(ErrorKind::ReservedPacketType, Field::PacketType, 0),
            &facts(),
        );
        holds(
            &text,
            &[URL, "Packet type at byte 0", "Packets shows the bytes"],
        );
        let kind = ErrorKind::TooLarge {
            size: 20_000_000,
            limit: 16_777_216,
        };
        let text = said(cause(kind, Field::RemainingLength, 1), &facts());
        holds(&text, &["too large", "20000000", "16777216"]);
    }

    #[test]
    fn wrong_credentials_say_what_was_sent() {
        let refused = |reason| Cause::Refused {
            reason,
            reason_string: None,
            server_reference: None,
        };
        for reason in [Reason::BadUserNameOrPassword, Reason::NotAuthorized] {
            let mut seen = facts();
            holds(
                &said(refused(reason), &seen),
                &[reason.name(), "password: none was sent"],
            );
            seen.user_name = true;
            holds(&said(refused(reason), &seen), &["only a user name"]);
            seen.password = true;
            holds(&said(refused(reason), &seen), &[reason.name(), "password"]);
        }
        let text = said(refused(Reason::UnsupportedProtocolVersion), &facts());
        holds(
            &text,
            &["Unsupported Protocol Version", "other MQTT version"],
        );
    }

    #[test]
    fn the_servers_own_words_are_shown() {
        let cause = Cause::Server {
            reason: Reason::SessionTakenOver,
            reason_string: Some("bye\u{1b}[2J".to_owned()),
            server_reference: Some("other.example".to_owned()),
        };
        let text = said(cause, &facts());
        holds(&text, &["Session taken over", "other.example", "client id"]);
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_lost_connection_is_told_apart_from_one_that_never_was() {
        let mut seen = facts();
        seen.transport.close = Some((1002, "protocol error".to_owned()));
        let text = said(Cause::Lost, &seen);
        holds(
            &text,
            &[
                "instead of answering CONNECT",
                "1002",
                "protocol error",
                "3.1.1",
            ],
        );
        seen.was_connected = true;
        seen.transport.close = Some((1006, String::new()));
        let text = said(Cause::Lost, &seen);
        holds(&text, &["was lost", "tried again"]);
        assert!(!text.contains("1006"));
        holds(&said(Cause::Silent, &seen), &["PINGREQ"]);
        let cause = Cause::Violation {
            reason: Reason::ProtocolError,
            what: "a second CONNACK".to_owned(),
        };
        holds(&said(cause, &seen), &["Protocol Error", "a second CONNACK"]);
    }

    #[test]
    fn the_lab_beginning_again_is_not_a_fault_of_the_network() {
        let mut seen = facts();
        seen.link = Link::Lab;
        seen.transport.lab_restarted = true;
        holds(&said(Cause::Lost, &seen), &["The lab began again"]);
    }
}
