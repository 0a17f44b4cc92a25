//! Enhanced authentication: SCRAM-SHA-256 between CONNECT and CONNACK, and again later (section 4.12).

use crate::{Broker, CloseReason, ConnId, Event, Link, Stage, sessions::SessionKey};
use alloc::{collections::BTreeMap, vec::Vec};
use bytes::Bytes;
use midge_codec::{
    Auth, ByteString, Connect, Packet, PropertiesBuf, Property, Reason, Version, Wire,
};
use midge_session::{
    Instant,
    scram::{self, Failure, Keys, Verifier},
};

/// What a CONNECT waits for.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// The frame of the CONNECT.
    connect: Bytes,
    verifier: Verifier,
}

/// Who a client has proved to be.
pub(crate) struct Proven {
    pub(crate) user_name: ByteString,
    /// What CONNACK answers to the proof.
    pub(crate) signature: Vec<u8>,
}

/// How the client of a connection was authenticated.
#[derive(Clone, Debug)]
pub(crate) struct Authenticated {
    user_name: ByteString,
    /// It is at it again.
    again: Option<Verifier>,
}

impl Broker {
    /// Whether there is anybody whom an Authentication Method could prove.
    pub(crate) fn offers(&self, method: &str) -> bool {
        let has_users =
            || !self.config.scram_users.is_empty() || self.config.users.in_clear().next().is_some();
        method == scram::METHOD && has_users()
    }

    /// A CONNECT with an Authentication Method: it waits for the proof [MQTT-4.12.0-2].
    pub(crate) fn begin_exchange(
        &mut self,
        now: Instant,
        conn: ConnId,
        frame: &Bytes,
        connect: &Connect<'_>,
    ) {
        let data = connect.properties.authentication_data();
        let Ok((verifier, challenge)) = self.challenge(data.unwrap_or_default()) else {
            return self.turn_away(now, conn, connect, Reason::NotAuthorized);
        };
        let Some(Link::Opening(opening)) = self.links.get_mut(&conn) else {
            return;
        };
        opening.connection.set_version(connect.version);
        let sent = encode_auth(Reason::ContinueAuthentication, &challenge, |packet| {
            opening.connection.encode(now, packet)
        });
        opening.stage = Stage::Exchange(Exchange {
            connect: Bytes::copy_from_slice(frame),
            verifier,
        });
        match sent {
            Some(wire) => self.send(conn, wire),
            None => {
                let what = "the client takes no packet as large as the challenge";
                let reason = CloseReason::violation(Reason::PacketTooLarge, what);
                self.leave_unknown(conn, reason);
            }
        }
    }

    /// What comes between CONNECT and CONNACK: AUTH or DISCONNECT and nothing else [MQTT-3.1.2-30].
    pub(crate) fn handle_exchange(&mut self, now: Instant, conn: ConnId, packet: &Packet<'_>) {
        let Some(Link::Opening(opening)) = self.links.get_mut(&conn) else {
            return;
        };
        let Stage::Exchange(exchange) = core::mem::take(&mut opening.stage) else {
            return;
        };
        let Exchange { connect, verifier } = exchange;
        let Ok(Packet::Connect(connect)) = midge_codec::decode(&connect, Version::V5) else {
            return;
        };
        let judged = match packet {
            Packet::Disconnect(disconnect) => {
                return self.leave_unknown(conn, CloseReason::Client(disconnect.reason));
            }
            Packet::Auth(auth) if auth.reason == Reason::ContinueAuthentication => {
                check_method(auth).and_then(|()| prove(verifier, auth))
            }
            _ => Err(Reason::ProtocolError),
        };
        let judged = judged.and_then(|proven| {
            self.judge(&connect, Some(&proven.user_name))?;
            Ok(proven)
        });
        match judged {
            Ok(proven) => self.admit(now, conn, &connect, Some(proven)),
            Err(reason) => self.turn_away(now, conn, &connect, reason),
        }
    }

    /// Refuses a CONNECT and closes.
    pub(crate) fn turn_away(
        &mut self,
        now: Instant,
        conn: ConnId,
        connect: &Connect<'_>,
        reason: Reason,
    ) {
        self.refuse(now, conn, connect.version, reason);
        self.count_refusal(reason);
        self.drop_link(conn, true);
        self.emit(Event::Refused {
            conn,
            client_id: ByteString::from(connect.client_id),
            reason,
        });
    }

    /// AUTH of a client that was let in: it authenticates again [MQTT-4.12.1-1]. Meanwhile everything
    /// goes on under the first proof; a failure ends the connection [MQTT-4.12.1-2].
    pub(crate) fn handle_auth(
        &mut self,
        now: Instant,
        key: SessionKey,
        auth: &Auth<'_>,
    ) -> Result<(), CloseReason> {
        let authenticated = self.sessions.online_mut(key);
        let authenticated = authenticated.and_then(|(_, online)| online.authenticated.clone());
        let Some(Authenticated { user_name, again }) = authenticated else {
            // [MQTT-4.12.0-7]
            let what = "AUTH on a connection without an Authentication Method";
            return Err(CloseReason::violation(Reason::ProtocolError, what));
        };
        let fails = |reason| CloseReason::violation(reason, "the authentication failed");
        check_method(auth).map_err(fails)?;
        let data = auth.properties.authentication_data().unwrap_or_default();
        let (again, reason, answer) = match (auth.reason, again) {
            (Reason::ReAuthenticate, None) => {
                let begun = self.challenge(data);
                let (verifier, challenge) = begun.map_err(|_| fails(Reason::NotAuthorized))?;
                // The session's rights and messages are one user's.
                if verifier.user_name() != &*user_name {
                    return Err(fails(Reason::NotAuthorized));
                }
                let reason = Reason::ContinueAuthentication;
                (Some(verifier), reason, challenge)
            }
            (Reason::ContinueAuthentication, Some(verifier)) => {
                let proven = prove(verifier, auth).map_err(fails)?;
                (None, Reason::Success, proven.signature)
            }
            _ => {
                let what = "AUTH that continues nothing, or begins twice";
                return Err(CloseReason::violation(Reason::ProtocolError, what));
            }
        };
        let Some((_, online)) = self.sessions.online_mut(key) else {
            return Ok(());
        };
        online.authenticated = Some(Authenticated { user_name, again });
        let conn = online.conn;
        let connection = &mut online.connection;
        let sent = encode_auth(reason, &answer, |packet| connection.encode(now, packet));
        let Some(wire) = sent else {
            let what = "the client takes no packet as large as the answer to its AUTH";
            return Err(CloseReason::violation(Reason::PacketTooLarge, what));
        };
        self.send(conn, wire);
        Ok(())
    }

    /// Answers the opening of an exchange.
    fn challenge(&mut self, data: &[u8]) -> Result<(Verifier, Vec<u8>), Failure> {
        let opening = scram::Opening::read(data)?;
        let nonce = self.nonces.next_nonce();
        let keys = self.keys_of(opening.user_name());
        Ok(Verifier::new(opening, keys, &nonce))
    }

    /// The keys of a user, or some that lead nowhere. Those of passwords in clear are derived all at
    /// once when they are needed first, so that the time that takes says nothing about who exists.
    fn keys_of(&mut self, user_name: &str) -> Keys {
        let nonces = &self.nonces;
        let users = &self.config.users;
        let derived = self.derived_keys.get_or_insert_with(|| {
            let derive = |(name, password): (&ByteString, &Bytes)| {
                let keys = Keys::derive(password, &nonces.salt(name), scram::ITERATIONS);
                (name.clone(), keys)
            };
            users.in_clear().map(derive).collect::<BTreeMap<_, _>>()
        });
        let stored = &self.config.scram_users;
        let found = stored.get(user_name).or_else(|| derived.get(user_name));
        if let Some(keys) = found {
            return keys.clone();
        }
        let like = stored.first().or(derived.values().next());
        match like {
            Some(like) => Keys::decoy(nonces, user_name, like),
            None => Keys::derive(&[], &nonces.salt(user_name), scram::ITERATIONS),
        }
    }
}

impl Proven {
    pub(crate) fn authenticated(&self) -> Authenticated {
        Authenticated {
            user_name: self.user_name.clone(),
            again: None,
        }
    }

    /// Adds what CONNACK must have [MQTT-4.12.0-5].
    pub(crate) fn announce(&self, properties: &mut PropertiesBuf) {
        for property in listed(&self.signature) {
            // Both are legal in CONNACK.
            let _ = properties.push(property);
        }
    }
}

/// AUTH must name the method of CONNECT [MQTT-4.12.0-5].
fn check_method(auth: &Auth<'_>) -> Result<(), Reason> {
    match auth.properties.authentication_method() {
        Some(scram::METHOD) => Ok(()),
        Some(_) => Err(Reason::BadAuthenticationMethod),
        None => Err(Reason::ProtocolError),
    }
}

fn prove(verifier: Verifier, auth: &Auth<'_>) -> Result<Proven, Reason> {
    let user_name = ByteString::from(verifier.user_name());
    let data = auth.properties.authentication_data().unwrap_or_default();
    let signature = verifier.verify(data).map_err(|_| Reason::NotAuthorized)?;
    Ok(Proven {
        user_name,
        signature,
    })
}

fn listed(data: &[u8]) -> [Property<'_>; 2] {
    [
        Property::AuthenticationMethod(scram::METHOD),
        Property::AuthenticationData(data),
    ]
}

fn encode_auth(
    reason: Reason,
    data: &[u8],
    encode: impl FnOnce(&Packet<'_>) -> Option<Wire>,
) -> Option<Wire> {
    let properties = PropertiesBuf::try_from_iter(listed(data)).ok()?;
    encode(&Packet::Auth(Auth {
        reason,
        properties: properties.as_ref(),
    }))
}
