//! A file for the person to keep.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Offers a file to the browser, which saves it or asks where.
pub fn download(name: &str, file: &Blob) {
    let link = gloo::utils::document().create_element("a");
    if let (Ok(url), Ok(link)) = (Url::create_object_url_with_blob(file), link)
        && let Ok(link) = link.dyn_into::<HtmlAnchorElement>()
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
        let _ = Url::revoke_object_url(&url);
    }
}

/// A file made of these texts and byte arrays.
pub fn file_of(parts: &Array) -> Option<Blob> {
    Blob::new_with_u8_array_sequence(parts).ok()
}
