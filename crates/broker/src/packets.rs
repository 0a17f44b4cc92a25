//! What each packet of a client leads to; CONNECT has its own file.

use crate::{Broker, CloseReason, ConnId, Link, characters, sessions::SessionKey};
use bytes::Bytes;
use midge_codec::{DecodeError, Disconnect, Packet, PacketType, Reason};
use midge_session::Instant;

const NEVER_SENT: &str = "a packet that a client never sends here";

type Handled = Result<(), CloseReason>;

impl Broker {
    /// One frame of a connection, or why there is none.
    pub(crate) fn handle_frame(
        &mut self,
        now: Instant,
        conn: ConnId,
        frame: Result<Bytes, DecodeError>,
    ) {
        self.statistics.messages_received += u64::from(frame.is_ok());
        match self.links.get(&conn) {
            None => {}
            Some(Link::Opening(_)) => self.handle_first(now, conn, frame),
            Some(&Link::Online(key)) => {
                let handled = match frame {
                    Ok(frame) => self.handle_packet(now, key, &frame),
                    Err(error) => Err(error.into()),
                };
                match handled {
                    Ok(()) => self.pump(now, key),
                    Err(reason) => self.leave(now, key, reason),
                }
            }
        }
    }

    fn handle_packet(&mut self, now: Instant, key: SessionKey, frame: &Bytes) -> Handled {
        let Some((session, online)) = self.sessions.online_mut(key) else {
            return Ok(());
        };
        // What a client never sends is wrong whatever it holds.
        if let Some(&first) = frame.first() {
            let packet = PacketType::from_bits(first >> 4);
            let exchanges = online.authenticated.is_some();
            if packet.is_some_and(|packet| !comes_from_client(packet, exchanges)) {
                return wrong(NEVER_SENT);
            }
        }
        let packet = online.connection.decode(frame)?;
        characters::check(&packet)?;
        match packet {
            Packet::Publish(publish) => self.handle_publish(now, key, frame, &publish),
            Packet::Ack(ack) => Ok(session.on_ack(now, &ack)?),
            Packet::Subscribe(subscribe) => self.handle_subscribe(now, key, &subscribe),
            Packet::Unsubscribe(unsubscribe) => self.handle_unsubscribe(now, key, &unsubscribe),
            Packet::PingReq => {
                self.answer(now, key, &Packet::PingResp);
                Ok(())
            }
            Packet::Disconnect(disconnect) => Err(self.handle_disconnect(key, &disconnect)),
            Packet::Connect(_) => wrong("a second CONNECT on one connection"),
            Packet::Auth(auth) => self.handle_auth(now, key, &auth),
            Packet::ConnAck(_) | Packet::SubAck(_) | Packet::UnsubAck(_) | Packet::PingResp => {
                wrong(NEVER_SENT)
            }
        }
    }

    /// Encodes and sends a packet to an online session. What its client cannot take is not sent, and
    /// ends the connection once the packet that asked for it is done with.
    pub(crate) fn answer(&mut self, now: Instant, key: SessionKey, packet: &Packet<'_>) {
        let Some((_, online)) = self.sessions.online_mut(key) else {
            return;
        };
        let conn = online.conn;
        if let Some(wire) = online.connection.encode(now, packet) {
            self.send(conn, wire);
        }
    }

    /// The client says goodbye: gives the reason with which its connection ends.
    fn handle_disconnect(&mut self, key: SessionKey, disconnect: &Disconnect<'_>) -> CloseReason {
        let most = self.config.limits.session_expiry_max;
        let wanted = disconnect.properties.session_expiry_interval();
        if let Some(client) = self.sessions.get_mut(key)
            && let Some(seconds) = wanted
        {
            let outlives = client.online.as_ref().is_some_and(|online| online.outlives);
            if seconds > 0 && !outlives {
                return CloseReason::violation(
                    Reason::ProtocolError,
                    "DISCONNECT sets a Session Expiry Interval, and CONNECT had set none",
                );
            }
            client.expiry = seconds.min(most);
        }
        CloseReason::Client(disconnect.reason)
    }
}

/// Whether a client sends such packets; AUTH only when its CONNECT named an Authentication Method
/// [MQTT-4.12.0-7].
fn comes_from_client(packet: PacketType, exchanges: bool) -> bool {
    match packet {
        PacketType::ConnAck | PacketType::SubAck | PacketType::UnsubAck | PacketType::PingResp => {
            false
        }
        PacketType::Auth => exchanges,
        _ => true,
    }
}

fn wrong(what: &str) -> Handled {
    Err(CloseReason::violation(Reason::ProtocolError, what))
}
