//! What the page remembers between visits, and how components share it.

mod browser;
mod kept;
mod settings;

pub use browser::{StoredHandle, Stores, forget_everything, stored_keys, use_stored};
pub use kept::{Area, Kept, Loaded, Origin, read, write};
pub use settings::{LogBounds, Settings, Theme};
