//! Starts the engine's Worker and beats the page's rhythm: one question an animation frame.

use super::Hub;
use gloo::render::{AnimationFrame, request_animation_frame};
use js_sys::{Array, Uint8Array};
use midge_view::{FromEngine, ToEngine, wire};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Starts the engine for this hub, for as long as the page lives.
pub fn start(hub: &Hub) {
    if let Err(error) = spawn(hub) {
        hub.fail(format!("its Worker could not be started ({error:?})"));
    }
    beat(hub.clone());
}

/// Asks once an animation frame, for ever. A hidden tab has no frames, so it asks nothing.
fn beat(hub: Hub) {
    let handle: Rc<RefCell<Option<AnimationFrame>>> = Rc::default();
    fn next(hub: Hub, handle: Rc<RefCell<Option<AnimationFrame>>>) {
        let kept = Rc::clone(&handle);
        let frame = request_animation_frame(move |_| {
            hub.ask();
            next(hub, handle);
        });
        // Dropping the handle of the frame that runs is harmless: it was delivered.
        *kept.borrow_mut() = Some(frame);
    }
    next(hub, handle);
}

fn spawn(hub: &Hub) -> Result<(), JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("engine_loader.js", &options)?;

    let on_message = {
        let hub = hub.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = Uint8Array::new(&event.data()).to_vec();
            match wire::decode::<FromEngine>(&bytes) {
                Ok(message) => hub.receive(message),
                Err(error) => hub.fail(format!("it said something unreadable ({error})")),
            }
        })
    };
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let on_error = {
        let hub = hub.clone();
        Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            let why = event.message();
            hub.fail(if why.is_empty() {
                "its program could not be loaded".to_owned()
            } else {
                why
            });
        })
    };
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

    hub.connect(move |message: ToEngine| {
        // The closures live as long as the Worker they serve.
        let _kept = (&on_message, &on_error);
        let array = Uint8Array::from(wire::encode(&message).as_slice());
        let transfer = Array::of1(&array.buffer());
        // Posting fails only for what cannot be cloned; bytes always can.
        let _ = worker.post_message_with_transfer(&array, &transfer);
    });
    Ok(())
}
