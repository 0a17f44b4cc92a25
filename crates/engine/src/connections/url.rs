//! Where a WebSocket connection goes: checked before a browser is asked, which says little about why.

use midge_view::Problem;

/// The path that brokers expect, where the user names none.
const DEFAULT_PATH: &str = "/mqtt";

/// A URL that a browser takes, with its path.
///
/// # Errors
/// In words: what is wrong with it, or that a page served over https may not use it.
pub(crate) fn check(typed: &str, page_is_secure: bool) -> Result<String, Problem> {
    let typed = typed.trim();
    let Some((scheme, rest)) = typed.split_once("://") else {
        return Err(invalid(typed, "it does not begin with ws:// or wss://"));
    };
    let secure = match scheme.to_ascii_lowercase().as_str() {
        "wss" => true,
        "ws" => false,
        scheme => return Err(wrong_scheme(typed, scheme)),
    };
    if typed
        .chars()
        .any(|character| character.is_whitespace() || character.is_control())
    {
        return Err(invalid(typed, "it holds a space or a control character"));
    }
    if rest.contains('#') {
        return Err(invalid(typed, "a WebSocket address has no part after #"));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.contains('@') {
        return Err(invalid(
            typed,
            "user name and password belong into their own fields, not into the address",
        ));
    }
    let host = check_authority(authority).map_err(|why| invalid(typed, why))?;
    if page_is_secure && !secure && !is_local(host) {
        return Err(mixed_content(typed));
    }
    let path = match path {
        "" => DEFAULT_PATH.to_owned(),
        query if query.starts_with('?') => format!("{DEFAULT_PATH}{query}"),
        path => path.to_owned(),
    };
    let scheme = if secure { "wss" } else { "ws" };
    Ok(format!("{scheme}://{authority}{path}"))
}

/// The host of `host:port`.
fn check_authority(authority: &str) -> Result<&str, &'static str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, after) = rest
                .split_once(']')
                .ok_or("the ] after the address misses")?;
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return Err("between [ and ] stands an IPv6 address, and this is none");
            }
            match after {
                "" => (address, None),
                _ => (
                    address,
                    Some(after.strip_prefix(':').ok_or("a port follows a :")?),
                ),
            }
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err("it names no host");
    }
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(host),
        Some(_) => Err("a port is a number from 1 to 65535"),
    }
}

/// Whether browsers trust `host` without encryption.
fn is_local(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn invalid(typed: &str, why: &str) -> Problem {
    Problem {
        what: format!("\"{typed}\" is not a WebSocket address: {why}."),
        try_next: vec![
            "Write it like ws://localhost:9001/mqtt or wss://broker.example:8084/mqtt.".to_owned(),
        ],
    }
}

fn wrong_scheme(typed: &str, scheme: &str) -> Problem {
    let advice = match scheme {
        "mqtt" | "mqtts" | "tcp" | "ssl" | "tls" => {
            "A browser reaches a broker over WebSocket only: use the broker's WebSocket port and \
             begin the address with ws:// or wss://."
        }
        "http" => "Begin it with ws:// instead.",
        "https" => "Begin it with wss:// instead.",
        _ => "Begin it with ws:// or, encrypted, with wss://.",
    };
    Problem {
        what: format!("\"{typed}\" is not a WebSocket address: it begins with {scheme}://."),
        try_next: vec![advice.to_owned()],
    }
}

fn mixed_content(typed: &str) -> Problem {
    Problem {
        what: format!(
            "The browser does not let this page, which came over https, use {typed}, which is not \
             encrypted (mixed content)."
        ),
        try_next: vec![
            "Use the broker's encrypted WebSocket port, with wss://.".to_owned(),
            "Or open Midge over http, for example on your own machine, and connect from there."
                .to_owned(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(typed: &str, page_is_secure: bool) -> String {
        check(typed, page_is_secure).expect_err(typed).what
    }

    #[test]
    fn an_address_without_path_gets_the_usual_one() {
        for (typed, expected) in [
            ("ws://localhost:9001", "ws://localhost:9001/mqtt"),
            (" WSS://Broker.Example ", "wss://Broker.Example/mqtt"),
            ("ws://h:8080/", "ws://h:8080/"),
            ("ws://h?x=1", "ws://h/mqtt?x=1"),
            ("ws://[::1]:9001/ws", "ws://[::1]:9001/ws"),
        ] {
            assert_eq!(check(typed, false).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_no_address_is_said_in_words() {
        assert!(what("localhost:9001", false).contains("does not begin with ws://"));
        assert!(what("ws://", false).contains("names no host"));
        assert!(what("ws://h:0", false).contains("port is a number"));
        assert!(what("ws://h:99999", false).contains("port is a number"));
        assert!(what("ws://a b/", false).contains("a space"));
        assert!(what("ws://h/#x", false).contains("no part after #"));
        assert!(what("ws://u:p@h/", false).contains("their own fields"));
        assert!(what("ws://[::g]/", false).contains("IPv6"));
        let problem = check("mqtt://h:1883", false).expect_err("TCP");
        assert!(problem.try_next[0].contains("WebSocket port"));
    }

    #[test]
    fn mixed_content_is_told_before_the_browser_refuses() {
        assert!(what("ws://broker.example:8080/mqtt", true).contains("mixed content"));
        for allowed in [
            "ws://localhost:9001",
            "ws://127.0.0.1:1",
            "ws://[::1]:1",
            "wss://h",
        ] {
            assert!(check(allowed, true).is_ok(), "{allowed}");
        }
    }
}
