//! Enhanced authentication (5.0, section 4.12): the password is proved, and so is the server.

use crate::{Cause, Client, Event, Output, Refused, State, Token};
use alloc::string::ToString;
use midge_codec::{Auth, Packet, Properties, PropertiesBuf, Property, Reason};
use midge_session::{
    Instant,
    scram::{self, Failure, Prover},
};

/// An exchange that is going on.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    prover: Prover,
    /// The command that began it; `None` when it was CONNECT.
    token: Option<Token>,
}

impl Exchange {
    /// What CONNECT carries.
    pub(crate) fn first(&self) -> PropertiesBuf {
        listed(&self.prover.first())
    }
}

impl Client {
    /// Begins an exchange if the configuration has one; the one before is forgotten.
    pub(crate) fn begin_exchange(&mut self, token: Option<Token>) {
        let nonces = &mut self.nonces;
        self.exchange = self.config.authentication.as_ref().map(|login| Exchange {
            prover: Prover::new(&login.user_name, &login.password, nonces.next_nonce()),
            token,
        });
    }

    /// [`crate::Command::ReAuthenticate`]: AUTH with the method of CONNECT [MQTT-4.12.1-1].
    pub(crate) fn re_authenticate(&mut self, now: Instant, token: Token) -> Result<(), Refused> {
        if self.state != State::Connected {
            return Err(Refused::NotConnected);
        }
        if self.config.authentication.is_none() {
            return Err(Refused::Unsupported(Reason::BadAuthenticationMethod));
        }
        if self.exchange.is_some() {
            return Err(Refused::NotIdle);
        }
        self.begin_exchange(Some(token));
        let first = self.exchange.as_ref().map(Exchange::first);
        let sent = first.is_some_and(|it| self.send_auth(now, Reason::ReAuthenticate, &it));
        if !sent {
            self.exchange = None;
            return Err(Refused::TooLarge);
        }
        Ok(())
    }

    /// AUTH: a challenge [MQTT-4.12.0-2], or the end of a re-authentication.
    pub(crate) fn on_auth(&mut self, now: Instant, auth: &Auth<'_>) {
        if self.config.authentication.is_none() {
            // [MQTT-4.12.0-6]
            let what = "AUTH, although no authentication method was asked for";
            return self.violation(now, what);
        }
        if auth.properties.authentication_method() != Some(scram::METHOD) {
            let what = "AUTH with another authentication method than CONNECT had";
            return self.violation(now, what);
        }
        let data = auth.properties.authentication_data().unwrap_or_default();
        match (self.state, auth.reason, &mut self.exchange) {
            (_, Reason::ContinueAuthentication, Some(exchange)) => {
                match exchange.prover.respond(data) {
                    Ok(proof) => {
                        // [MQTT-4.12.0-3]
                        let reason = Reason::ContinueAuthentication;
                        if !self.send_auth(now, reason, &listed(&proof)) {
                            let what = "it takes no packet as large as the proof it asks for";
                            self.violation(now, what);
                        }
                    }
                    Err(failure) => self.distrust(now, failure),
                }
            }
            (State::Connected, Reason::Success, Some(_)) => match self.finish_exchange(data) {
                Ok(Some(token)) => self.event(Event::ReAuthenticated { token }),
                Ok(None) => self.violation(now, "AUTH that ends what CONNACK has ended"),
                Err(failure) => self.distrust(now, failure),
            },
            _ => self.violation(now, "AUTH that continues nothing"),
        }
    }

    /// What CONNACK says about the authentication; false ends the connection, with the reason told.
    pub(crate) fn is_trusted(&mut self, now: Instant, properties: Properties<'_>) -> bool {
        let method = properties.authentication_method();
        let asked = self.config.authentication.as_ref().map(|_| scram::METHOD);
        if method != asked {
            // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
            let what = match asked {
                Some(_) => "CONNACK without the Authentication Method of CONNECT",
                None => "CONNACK with an Authentication Method that was not asked for",
            };
            self.violation(now, what);
            return false;
        }
        if asked.is_none() {
            return true;
        }
        let data = properties.authentication_data().unwrap_or_default();
        match self.finish_exchange(data) {
            Ok(_) => true,
            Err(failure) => {
                self.distrust(now, failure);
                false
            }
        }
    }

    /// The server's signature ends the exchange; gives the command that began it.
    fn finish_exchange(&mut self, signature: &[u8]) -> Result<Option<Token>, Failure> {
        let mut exchange = self.exchange.take().ok_or(Failure::Malformed)?;
        exchange.prover.finish(signature)?;
        Ok(exchange.token)
    }

    /// Ends the connection to a server that may be somebody else [MQTT-4.12.1-2].
    fn distrust(&mut self, now: Instant, failure: Failure) {
        let cause = Cause::Violation {
            reason: Reason::UnspecifiedError,
            what: failure.to_string(),
        };
        self.end(now, cause, true);
    }

    fn send_auth(&mut self, now: Instant, reason: Reason, properties: &PropertiesBuf) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let packet = Packet::Auth(Auth {
            reason,
            properties: properties.as_ref(),
        });
        let wire = connection.encode(now, &packet);
        let sent = wire.is_some();
        self.outputs.extend(wire.map(Output::Send));
        sent
    }
}

fn listed(data: &[u8]) -> PropertiesBuf {
    let list = [
        Property::AuthenticationMethod(scram::METHOD),
        Property::AuthenticationData(data),
    ];
    // Only a user name of 64 KiB passes what a property holds; then the exchange fails.
    PropertiesBuf::try_from_iter(list).unwrap_or_default()
}
