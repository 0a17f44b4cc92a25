//! Values in `localStorage` and `sessionStorage`, shared by all components that use them.

use super::kept::{Area, Kept, Loaded, Origin, PREFIX, read, write};
use crate::components::toast::use_toasts;
use gloo::events::EventListener;
use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Storage;
use yew::prelude::*;

/// An area of the browser's storage. It may be switched off, which is an exception there and `None` here: the page then
/// remembers nothing.
pub(crate) fn storage(area: Area) -> Option<Storage> {
    let window = web_sys::window()?;
    match area {
        Area::Local => window.local_storage(),
        Area::Session => window.session_storage(),
    }
    .ok()
    .flatten()
}

/// The full names of everything kept in this browser, and the areas.
pub fn stored_keys() -> Vec<(Area, String)> {
    let mut keys = Vec::new();
    for area in [Area::Local, Area::Session] {
        let Some(storage) = storage(area) else {
            continue;
        };
        for place in 0..storage.length().unwrap_or(0) {
            if let Ok(Some(key)) = storage.key(place)
                && key.starts_with(PREFIX)
            {
                keys.push((area, key));
            }
        }
    }
    keys.sort();
    keys
}

/// Removes everything kept. The page must be loaded again afterwards.
pub fn forget_everything() {
    for (area, key) in stored_keys() {
        if let Some(storage) = storage(area) {
            let _ = storage.remove_item(&key);
        }
    }
}

/// Reads a value. What cannot be used is kept aside under `<key>.broken`, for people to rescue.
fn load<T: Kept>() -> Loaded<T> {
    let key = format!("{PREFIX}{}", T::KEY);
    let storage = storage(T::AREA);
    let text = storage
        .as_ref()
        .and_then(|storage| storage.get_item(&key).ok().flatten());
    let loaded = read::<T>(text.as_deref());
    if let (Origin::Broken(_), Some(storage), Some(text)) = (&loaded.origin, storage, text) {
        let _ = storage.set_item(&format!("{key}.broken"), &text);
    }
    loaded
}

fn save<T: Kept>(value: &T) -> Result<(), String> {
    let storage = storage(T::AREA).ok_or("this browser keeps nothing for this page")?;
    storage
        .set_item(&format!("{PREFIX}{}", T::KEY), &write(value))
        .map_err(|_| "the browser's storage is full".to_owned())
}

struct Cell {
    value: Rc<dyn Any>,
    listeners: BTreeMap<u64, Callback<Rc<dyn Any>>>,
}

/// The values loaded so far; provided by the frame.
#[derive(Clone, Default)]
pub struct Stores(Rc<RefCell<(BTreeMap<&'static str, Cell>, u64)>>);

impl PartialEq for Stores {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Stores {
    /// The value, loaded at the first call; then also its origin.
    fn value<T: Kept>(&self) -> (Rc<T>, Option<Origin>) {
        if let Some(cell) = self.0.borrow().0.get(T::KEY)
            && let Ok(value) = Rc::clone(&cell.value).downcast::<T>()
        {
            return (value, None);
        }
        let loaded = load::<T>();
        let value = Rc::new(loaded.value);
        self.put::<T>(&value);
        (value, Some(loaded.origin))
    }

    fn put<T: Kept>(&self, value: &Rc<T>) {
        let erased: Rc<dyn Any> = value.clone();
        let listeners: Vec<_> = {
            let mut stores = self.0.borrow_mut();
            let cell = stores.0.entry(T::KEY).or_insert_with(|| Cell {
                value: Rc::clone(&erased),
                listeners: BTreeMap::new(),
            });
            cell.value = Rc::clone(&erased);
            cell.listeners.values().cloned().collect()
        };
        for listener in listeners {
            listener.emit(Rc::clone(&erased));
        }
    }

    fn listen<T: Kept>(&self, listener: Callback<Rc<dyn Any>>) -> u64 {
        let mut stores = self.0.borrow_mut();
        stores.1 += 1;
        let id = stores.1;
        if let Some(cell) = stores.0.get_mut(T::KEY) {
            cell.listeners.insert(id, listener);
        }
        id
    }

    fn unlisten<T: Kept>(&self, id: u64) {
        if let Some(cell) = self.0.borrow_mut().0.get_mut(T::KEY) {
            cell.listeners.remove(&id);
        }
    }
}

/// How a value is to change.
type Change<T> = Rc<dyn Fn(&mut T)>;

/// A kept value and the way to change it.
pub struct StoredHandle<T> {
    value: Rc<T>,
    change: Callback<Change<T>>,
}

impl<T> Clone for StoredHandle<T> {
    fn clone(&self) -> Self {
        Self {
            value: Rc::clone(&self.value),
            change: self.change.clone(),
        }
    }
}

impl<T: PartialEq> PartialEq for StoredHandle<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value) && self.change == other.change
    }
}

impl<T> std::ops::Deref for StoredHandle<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> StoredHandle<T> {
    /// Changes the newest value, stores it, and draws everybody who uses it.
    pub fn update(&self, change: impl Fn(&mut T) + 'static) {
        self.change.emit(Rc::new(change));
    }
}

/// A kept value: loaded at the first use, the same in all components, and in other tabs' next load.
///
/// # Panics
/// Outside the page's frame, which provides the stores.
#[hook]
pub fn use_stored<T: Kept>() -> StoredHandle<T> {
    let stores = use_context::<Stores>().expect("the frame provides the stores");
    let toasts = use_toasts();
    let first = {
        let stores = stores.clone();
        use_memo((), move |()| stores.value::<T>())
    };
    let value = use_state(|| Rc::clone(&first.0));
    {
        let (stores, toasts, value) = (stores.clone(), toasts.clone(), value.setter());
        use_effect_with((), move |()| {
            if let Some(Origin::Broken(why)) = &first.1 {
                toasts.say(&format!(
                    "What this browser had stored as “{}” could not be read ({why}). It was put aside, and Midge starts with defaults.",
                    T::KEY
                ));
            }
            let id = stores.listen::<T>(Callback::from(move |erased: Rc<dyn Any>| {
                if let Ok(next) = erased.downcast::<T>() {
                    value.set(next);
                }
            }));
            let reload = other_tabs::<T>(stores.clone());
            move || {
                stores.unlisten::<T>(id);
                drop(reload);
            }
        });
    }
    let change = use_callback((stores, toasts), |change: Change<T>, (stores, toasts)| {
        let (old, _) = stores.value::<T>();
        let mut next = (*old).clone();
        change(&mut next);
        if next == *old {
            return;
        }
        if let Err(why) = save(&next) {
            toasts.say(&format!("This could not be remembered: {why}."));
        }
        stores.put(&Rc::new(next));
    });
    StoredHandle {
        value: (*value).clone(),
        change,
    }
}

/// Takes over what another tab stored.
fn other_tabs<T: Kept>(stores: Stores) -> EventListener {
    EventListener::new(&gloo::utils::window(), "storage", move |event| {
        let key = js_sys::Reflect::get(event.unchecked_ref::<web_sys::Event>(), &"key".into());
        let ours = format!("{PREFIX}{}", T::KEY);
        if key.ok().and_then(|key| key.as_string()) == Some(ours) && T::AREA == Area::Local {
            let loaded = load::<T>();
            if matches!(loaded.origin, Origin::Stored | Origin::Migrated) {
                stores.put(&Rc::new(loaded.value));
            }
        }
    })
}
