//! What the page remembers between visits, and how components share it.

mod browser;
mod kept;
mod settings;

pub(crate) use browser::storage;
pub use browser::{StoredHandle, Stores, forget_everything, stored_keys, use_stored};
pub(crate) use kept::PREFIX;
pub use kept::{Area, Kept, Loaded, Origin, read, write};
pub use settings::{LogBounds, Settings, Theme};
