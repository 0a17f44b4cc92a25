//! What the server sends, packet by packet.

use crate::{Cause, Client, Event, State};
use alloc::{format, string::String};
use bytes::Bytes;
use midge_codec::{Disconnect, Packet, PacketId, Publish, Reason};
use midge_session::{Instant, Violation};

impl Client {
    /// Reads every whole packet that has arrived.
    pub(crate) fn read(&mut self, now: Instant) {
        while let Some(frame) = self.connection.as_mut().and_then(|it| it.poll_frame()) {
            match frame {
                Ok(frame) => self.on_frame(now, &frame),
                Err(error) => self.end(now, Cause::Malformed(error), true),
            }
            self.pump(now);
        }
    }

    /// Closes because of a protocol error of the server.
    pub(crate) fn violation(&mut self, now: Instant, what: impl Into<String>) {
        let reason = Reason::ProtocolError;
        let what = what.into();
        self.end(now, Cause::Violation { reason, what }, true);
    }

    fn on_frame(&mut self, now: Instant, frame: &Bytes) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        let packet = match connection.decode(frame) {
            Ok(packet) => packet,
            Err(error) => return self.end(now, Cause::Malformed(error), true),
        };
        let name = packet.packet_type();
        match (self.state, packet) {
            (State::Connecting, Packet::ConnAck(connack)) => self.on_connack(now, &connack),
            (_, Packet::Auth(auth)) => self.on_auth(now, &auth),
            (State::Connecting, _) => self.violation(now, format!("{name} before CONNACK")),
            (_, Packet::Publish(publish)) => self.on_publish(now, frame, &publish),
            (_, Packet::Ack(ack)) => {
                let result = self.session.on_ack(now, &ack);
                self.check_peer(now, result);
            }
            (_, Packet::SubAck(suback)) => {
                let event = self
                    .subscriptions
                    .on_suback(suback.packet_id, suback.reasons);
                self.on_answer(now, suback.packet_id, event, "SUBACK");
            }
            (_, Packet::UnsubAck(unsuback)) => {
                let event = self
                    .subscriptions
                    .on_unsuback(unsuback.packet_id, unsuback.reasons);
                self.on_answer(now, unsuback.packet_id, event, "UNSUBACK");
            }
            (_, Packet::PingResp) => connection.handle_ping_response(),
            (_, Packet::Disconnect(disconnect)) => self.on_disconnect(now, &disconnect),
            (_, Packet::ConnAck(_)) => self.violation(now, "a second CONNACK"),
            (
                _,
                Packet::Connect(_)
                | Packet::Subscribe(_)
                | Packet::Unsubscribe(_)
                | Packet::PingReq,
            ) => self.violation(now, format!("{name}, which only clients send")),
        }
    }

    fn on_publish(&mut self, now: Instant, frame: &Bytes, publish: &Publish<'_>) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        let result = self.session.on_publish(now, connection, frame, publish);
        let Some(Some(received)) = self.check_peer(now, result) else {
            return;
        };
        let manual = self.config.manual_acknowledge;
        self.event(Event::Message {
            message: received.message,
            dup: received.dup,
            slot: received.slot.filter(|_| manual),
        });
        if let Some(slot) = received.slot.filter(|_| !manual) {
            let answered = self.session.acknowledge(slot, Reason::Success);
            debug_assert!(answered.is_ok(), "the slot was just given");
        }
    }

    /// SUBACK or UNSUBACK, with the event that it leads to, if it answers anything.
    fn on_answer(
        &mut self,
        now: Instant,
        packet_id: PacketId,
        event: Option<Event>,
        name: &'static str,
    ) {
        match event {
            Some(event) => {
                self.session.release_id(packet_id);
                self.event(event);
            }
            None => self.violation(
                now,
                format!("{name} for packet identifier {packet_id} answers nothing that was asked"),
            ),
        }
    }

    /// DISCONNECT: only a 5.0 server may send it, and it may not set a Session Expiry Interval
    /// [MQTT-3.14.2-2].
    fn on_disconnect(&mut self, now: Instant, disconnect: &Disconnect<'_>) {
        let properties = disconnect.properties;
        if !self.config.version.has_properties() {
            return self.violation(now, "DISCONNECT, which only clients send in MQTT 3.1.1");
        }
        if properties.session_expiry_interval().is_some() {
            let what = "DISCONNECT with a Session Expiry Interval, which only clients send";
            return self.violation(now, what);
        }
        let cause = Cause::Server {
            reason: disconnect.reason,
            reason_string: properties.reason_string().map(String::from),
            server_reference: properties.server_reference().map(String::from),
        };
        self.end(now, cause, true);
    }

    fn check_peer<T>(&mut self, now: Instant, result: Result<T, Violation>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Violation { reason, what }) => {
                self.end(now, Cause::Violation { reason, what }, true);
                None
            }
        }
    }
}
