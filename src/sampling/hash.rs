//! The hash that coins and permutations are made of.

/// The word that the generator SplitMix64 of a seed gives at a position: the seed plus the position times [`GOLDEN`], mixed.
/// G. L. Steele, D. Lea and C. H. Flood (2014), Fast splittable pseudorandom number generators,
/// doi:10.1145/2714064.2660195.
#[inline(always)]
pub(super) fn splitmix(seed: u64, position: u64) -> u64 {
    mix(seed.wrapping_add(GOLDEN.wrapping_mul(position)))
}

/// The mixing function of SplitMix64: every bit of the result depends on every bit of the word.
#[inline(always)]
pub(super) fn mix(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

/// The odd number nearest to 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    /// The first words of the generator of seed 1234567, as published with its reference implementation.
    #[test]
    fn words_are_those_of_splitmix64() {
        let words = [1, 2, 3].map(|position| splitmix(1_234_567, position));
        assert_eq!(words, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
