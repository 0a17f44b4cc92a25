//! Same seed, same actions: the same bytes on every hop at the same times.
