//! What the engine asks of its host, and what sockets tell it.

use bytes::Bytes;
use midge_view::FromEngine;

/// One attempt at one WebSocket. Never used again, so that a late event of an old attempt is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SocketId(pub u32);

/// What the host must do next, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Post to the page.
    Post(FromEngine),
    /// Open a WebSocket with the subprotocol `mqtt`.
    Open {
        /// Its name in every event and output.
        socket: SocketId,
        /// Where to.
        url: String,
    },
    /// Send one binary message.
    Send {
        /// Over which socket.
        socket: SocketId,
        /// The message.
        bytes: Bytes,
    },
    /// Close after what was sent; the host forgets the socket.
    Close {
        /// Which socket.
        socket: SocketId,
    },
}

/// What a WebSocket told the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened {
        /// The subprotocol that the server chose; empty for none.
        protocol: String,
    },
    /// A binary message.
    Bytes(Bytes),
    /// A text message.
    Text,
    /// So many bytes given to it have left the browser's buffer.
    Sent(usize),
    /// It is closed, or could not be opened.
    Closed {
        /// The status code; 1006 when there was no closing handshake.
        code: u16,
        /// The server's reason, often empty.
        reason: String,
    },
}
