//! The browser's storage as a whole: for export, import and clearing. Values go through [`crate::store`].

use super::archive::Archive;
use crate::store::{Area, PREFIX, storage};

/// Everything of ours in an area.
pub(super) fn all(area: Area) -> Archive {
    let mut archive = Archive::default();
    let Some(storage) = storage(area) else {
        return archive;
    };
    for place in 0..storage.length().unwrap_or(0) {
        if let Ok(Some(name)) = storage.key(place)
            && name.starts_with(PREFIX)
            && let Ok(Some(text)) = storage.get_item(&name)
        {
            archive.0.insert(name, text);
        }
    }
    archive
}

/// Stores what an archive holds, beside what is there already.
///
/// # Errors
/// In words, when the storage is off or full.
pub(super) fn put(area: Area, archive: &Archive) -> Result<(), String> {
    let storage = storage(area).ok_or("This browser keeps nothing for this page.")?;
    for (name, text) in &archive.0 {
        storage
            .set_item(name, text)
            .map_err(|_| "The browser\u{2019}s storage is full.".to_owned())?;
    }
    Ok(())
}

/// Loads the page again, so that it begins with what is stored.
pub(super) fn reload() {
    let _ = gloo::utils::window().location().reload();
}
