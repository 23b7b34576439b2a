//! The generator of a stream within a block: xoshiro256++ on eight lanes, a column of uniforms at a time.

use super::key::StreamKey;
use super::threefry::threefry;
use crate::kernel::xoshiro::{LANES, State, fill_uniform, skip};
use crate::kernel::{Column, Level, at_each_level};

/// Eight generators xoshiro256++, seeded for one stream and one block of paths.
///
/// They give a column a call: one for every step of a fresh component, a single one for a permanent one.
#[derive(Clone, Debug)]
pub struct Lanes {
    state: State,
}

impl Lanes {
    /// The generators of one stream in one block of paths, before the first column.
    ///
    /// The four words of lane i are those of Threefry-4x64 under the stream's key at the counter (`block`, i, 0, 0). So
    /// each lane enters its orbit of 2^256 - 1 states at random: that any two of 2^40 lanes come within 2^40 steps of
    /// each other has a probability below 2^-130.
    pub fn seed(level: Level, key: &StreamKey, block: u64) -> Lanes {
        let mut state = [[0; LANES]; 4];
        enter(level, &mut state, &key.0, block);
        Lanes { state }
    }

    /// The next column of uniforms, one for each path of the block: value i from lane i mod 8, round i / 8.
    ///
    /// Each is (k + 1/2) 2^-52, where k is the upper 52 bits of a word: never 0 or 1; 1 - u is a float too and as likely.
    pub fn fill_uniform(&mut self, level: Level, out: &mut Column) {
        fill_uniform(level, &mut self.state, out);
    }

    /// Passes over one column.
    pub fn skip(&mut self) {
        skip(&mut self.state);
    }
}

at_each_level! {
    fn enter(state: &mut State, key: &[u64; 4], block: u64) {
        let [s0, s1, s2, s3] = state;
        for lane in 0..LANES {
            let [a, b, c, d] = threefry(key, [block, lane as u64, 0, 0]);
            // Zero is the only state that the generator never leaves.
            s0[lane] = if a | b | c | d == 0 { 1 } else { a };
            s1[lane] = b;
            s2[lane] = c;
            s3[lane] = d;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    use super::super::Component;
    use super::*;
    use crate::kernel::BLOCK;

    fn lanes(level: Level, block: u64) -> Lanes {
        Lanes::seed(level, &StreamKey::new(1, "ai_ml", Component::Fresh), block)
    }

    #[test]
    fn each_lane_is_xoshiro256_plus_plus() {
        for level in Level::available() {
            let mut lanes = lanes(level, 3);
            let mut oracles: Vec<_> = (0..LANES)
                .map(|lane| {
                    let mut seed = [0; 32];
                    for (bytes, word) in seed.as_chunks_mut().0.iter_mut().zip(lanes.state) {
                        *bytes = word[lane].to_le_bytes();
                    }
                    Xoshiro256PlusPlus::from_seed(seed)
                })
                .collect();
            for _ in 0..20 {
                let mut column = [0.0; BLOCK];
                lanes.fill_uniform(level, &mut column);
                for (i, u) in column.into_iter().enumerate() {
                    let upper = oracles[i % LANES].next_u64() >> 12;
                    assert_eq!(u, (upper as f64 + 0.5) / 2.0_f64.powi(52), "{level:?} value {i}");
                }
            }
        }
    }

    #[test]
    fn a_lane_starts_in_the_words_that_its_block_and_number_give() {
        let key = StreamKey::new(1, "ai_ml", Component::Fresh);
        for level in Level::available() {
            let mut state = [[0; LANES]; 4];
            enter(level, &mut state, &key.0, u64::MAX);
            for lane in 0..LANES {
                let words = threefry(&key.0, [u64::MAX, lane as u64, 0, 0]);
                assert_eq!(state.map(|word| word[lane]), words, "{level:?}");
            }
        }
    }

    #[test]
    fn skipping_is_drawing_unseen() {
        for level in Level::available() {
            let (mut skipped, mut drawn) = (lanes(level, 0), lanes(level, 0));
            let mut column = [0.0; BLOCK];
            skipped.skip();
            drawn.fill_uniform(level, &mut column);
            assert_eq!(skipped.state, drawn.state);
        }
    }

    /// Golden bits: a change of these numbers is a change of every result for the same seed, and value-breaking.
    /// They come from an independent implementation of the whole chain (Python, `hashlib`).
    #[test]
    fn first_values_are_pinned() {
        let first = |name, component, block| {
            let mut column = [0.0; BLOCK];
            let key = StreamKey::new(1, name, component);
            Lanes::seed(Level::Portable, &key, block).fill_uniform(Level::Portable, &mut column);
            [column[0], column[1], column[8], column[255]].map(f64::to_bits)
        };
        assert_eq!(
            first("ai_ml", Component::Fresh, 0),
            [0x3fd7_2a6d_2793_80ae, 0x3fa5_6933_0922_acb0, 0x3fa1_b588_b187_a750, 0x3fd5_dfb1_4ce5_468a]
        );
        assert_eq!(
            first("ai_ml", Component::Fresh, 1),
            [0x3fe9_72b7_3b3d_2f41, 0x3fe6_1da7_d034_159f, 0x3fe1_17b5_d36f_073d, 0x3feb_876d_5e16_5839]
        );
        assert_eq!(
            first("ai_ml", Component::Permanent, 0),
            [0x3fe6_4473_8d8e_6a0d, 0x3fb2_5449_e62c_1718, 0x3fd8_2f97_df9e_e7c6, 0x3fe5_9abb_b3ad_7739]
        );
        assert_eq!(
            first("power.growth", Component::Fresh, 0),
            [0x3fa3_9fa9_ad3d_e7f0, 0x3fc3_a442_da4a_123c, 0x3fd8_effe_de0f_8862, 0x3fd7_01bd_b11c_77ae]
        );
    }
}
