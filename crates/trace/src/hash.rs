//! A running 64-bit hash that is the same on every machine.

/// Mixes whole little-endian words, so that neither word size nor byte order of the machine shows.
///
/// It tells runs apart that should be equal; it does not withstand an attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunningHash(u64);

impl Default for RunningHash {
    /// The offset basis of FNV-1a.
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl RunningHash {
    pub(crate) fn number(&mut self, value: u64) {
        // An odd multiplier permutes the words; the shift brings the high bits' entropy back down.
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }

    /// Hashes the length too, so that two fields never run into each other.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.number(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.number(u64::from_le_bytes(last));
    }

    pub(crate) fn value(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(parts: &[&[u8]]) -> u64 {
        let mut hash = RunningHash::default();
        for part in parts {
            hash.bytes(part);
        }
        hash.value()
    }

    #[test]
    fn every_bit_of_a_message_counts() {
        let original = *b"home/livingroom/light";
        let expected = hash(&[&original]);
        for bit in 0..original.len() * 8 {
            let mut changed = original;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(hash(&[&changed]), expected, "bit {bit}");
        }
    }

    #[test]
    fn borders_between_parts_count() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
        assert_ne!(hash(&[b"", b"a"]), hash(&[b"a", b""]));
        assert_ne!(hash(&[b"a"]), hash(&[b"a\0"]));
    }

    #[test]
    fn the_value_is_the_same_on_every_machine() {
        assert_eq!(hash(&[b"midge", b"12345678"]), GOLDEN);
    }

    /// Computed by hand from the definition, apart from this code.
    const GOLDEN: u64 = 13_027_654_125_419_756_791;
}
