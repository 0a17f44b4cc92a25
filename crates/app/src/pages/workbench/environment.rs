//! What the Workbench takes from the browser: chance, the page's origin, the time zone.

use super::draft::mint_client_id;

/// Whether this page came over https, and so reaches other machines only encrypted.
pub(super) fn page_is_secure() -> bool {
    gloo::utils::window()
        .location()
        .protocol()
        .is_ok_and(|protocol| protocol == "https:")
}

/// A client id that no other tab has.
pub(super) fn mint() -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Any 32 bits will do.
    mint_client_id(std::array::from_fn(|_| {
        (js_sys::Math::random() * f64::from(u32::MAX)) as u32
    }))
}

/// How many minutes local clocks stand behind UTC at that time, in milliseconds since 1970.
pub(super) fn offset_minutes(at_ms: u64) -> i32 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    // Dates are far below 2^53.
    let offset = js_sys::Date::new(&(at_ms as f64).into()).get_timezone_offset() as i32;
    offset
}
