//! One WebSocket: binary, with the subprotocol `mqtt`, its callbacks bound to its life.

use crate::SocketEvent;
use bytes::Bytes;
use js_sys::{ArrayBuffer, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

/// An open or opening WebSocket. Dropping it closes it, and nothing is told any more.
pub(super) struct Socket {
    socket: WebSocket,
    /// Bytes given to it.
    given: u64,
    /// Bytes of those that were told to have left.
    told: u64,
    _callbacks: Callbacks,
}

struct Callbacks {
    _on_open: Closure<dyn FnMut(Event)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Asks the browser for it; `tell` hears what becomes of it.
    ///
    /// # Errors
    /// The browser's words, when it does not even try.
    pub(super) fn open(url: &str, tell: impl Fn(SocketEvent) + 'static) -> Result<Self, String> {
        let socket = WebSocket::new_with_str(url, "mqtt").map_err(|error| in_words(&error))?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let tell = Rc::new(tell);

        let on_open = {
            let (socket, tell) = (socket.clone(), Rc::clone(&tell));
            Closure::<dyn FnMut(Event)>::new(move |_| {
                let protocol = socket.protocol();
                tell(SocketEvent::Opened { protocol });
            })
        };
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));

        let on_message = {
            let tell = Rc::clone(&tell);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                tell(match event.data().dyn_into::<ArrayBuffer>() {
                    Ok(buffer) => {
                        SocketEvent::Bytes(Bytes::from(Uint8Array::new(&buffer).to_vec()))
                    }
                    Err(_) => SocketEvent::Text,
                });
            })
        };
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        // An error event says nothing, and a close event always follows it.
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            tell(SocketEvent::Closed {
                code: event.code(),
                reason: event.reason(),
            });
        });
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));

        Ok(Self {
            socket,
            given: 0,
            told: 0,
            _callbacks: Callbacks {
                _on_open: on_open,
                _on_message: on_message,
                _on_close: on_close,
            },
        })
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        // Fails only before it is open, when the engine sends nothing.
        if self.socket.send_with_u8_array(bytes).is_ok() {
            self.given += bytes.len() as u64;
        }
    }

    /// Bytes that left the browser's buffer since the last call.
    pub(super) fn take_sent(&mut self) -> usize {
        let left = self
            .given
            .saturating_sub(self.socket.buffered_amount().into());
        let sent = left.saturating_sub(self.told);
        self.told += sent;
        // What was given at once fits into memory.
        usize::try_from(sent).unwrap_or(usize::MAX)
    }

    /// Whether the browser holds bytes that have not left.
    pub(super) fn is_sending(&self) -> bool {
        self.told < self.given
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // What was sent before is still delivered.
        let _ = self.socket.close();
    }
}

fn in_words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok();
    message.and_then(|it| it.as_string()).unwrap_or_default()
}
