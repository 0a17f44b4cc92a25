//! Sizes for people and messages.

/// A count as a message carries it. Nothing here holds four thousand million of anything, so the
/// limit is never met.
pub(crate) fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
