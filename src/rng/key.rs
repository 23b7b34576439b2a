//! The name of a stream, hashed to the 256 bits that seed it.

use super::threefry::threefry;
use sha2::{Digest, Sha256};

/// The two parts of an input's normal score: one draw a path, one draw every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Component {
    /// One draw a path.
    Permanent,
    /// A draw every step.
    Fresh,
}

/// What a stream is seeded with: a digest of the run's seed, the input's name and the component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamKey(pub(super) [u64; 4]);

impl StreamKey {
    /// The key of one component of the input `name`.
    ///
    /// It is the SHA-256 of a tag, the seed and the component in fixed widths, then the length of the name and the name,
    /// so that no two streams hash the same bytes; numbers are little-endian.
    pub fn new(seed: u64, name: &str, component: Component) -> StreamKey {
        StreamKey::tagged(b"riskband stream\0", seed, name, component)
    }

    /// The key of the same component in a second, independent copy of the whole field: the same bytes behind another tag.
    pub fn resampled(seed: u64, name: &str, component: Component) -> StreamKey {
        StreamKey::tagged(b"riskband second stream\0", seed, name, component)
    }

    /// Words of this stream for another purpose than the generators of its blocks, which are purpose 0: one set for each
    /// purpose and counter.
    pub(crate) fn words(&self, purpose: u64, [a, b, c]: [u64; 3]) -> [u64; 4] {
        debug_assert_ne!(purpose, 0, "counters of lanes end in 0");
        threefry(&self.0, [a, b, c, purpose])
    }

    fn tagged(tag: &[u8], seed: u64, name: &str, component: Component) -> StreamKey {
        let component = match component {
            Component::Permanent => 0_u8,
            Component::Fresh => 1,
        };
        let digest = Sha256::new()
            .chain_update(tag)
            .chain_update(seed.to_le_bytes())
            .chain_update([component])
            .chain_update((name.len() as u64).to_le_bytes())
            .chain_update(name)
            .finalize();
        let (words, _) = digest.as_slice().as_chunks::<8>();
        StreamKey(std::array::from_fn(|i| u64::from_le_bytes(words[i])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_name_counts() {
        let key = StreamKey::new(1, "ai_ml", Component::Fresh);
        assert_eq!(key, StreamKey::new(1, "ai_ml", Component::Fresh));
        assert_ne!(key, StreamKey::new(2, "ai_ml", Component::Fresh));
        assert_ne!(key, StreamKey::new(1, "ai_mk", Component::Fresh));
        assert_ne!(key, StreamKey::new(1, "ai_ml", Component::Permanent));
        assert_ne!(StreamKey::new(1, "", Component::Fresh), StreamKey::new(1, "\0", Component::Fresh));
        assert_ne!(key, StreamKey::resampled(1, "ai_ml", Component::Fresh));
    }

    /// SHA-256 of the documented bytes, computed with Python's `hashlib`. Another digest changes every draw.
    #[test]
    fn the_encoding_is_pinned() {
        let digest = [0x76b1_4624_9e6a_5446, 0x8ec7_93b3_8c5a_2289, 0x2dab_022b_5cb8_ee39, 0x08f3_a550_be16_54f6];
        assert_eq!(StreamKey::new(1, "ai_ml", Component::Fresh).0, digest);
    }
}
