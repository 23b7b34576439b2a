//! Random permutations: of many numbers one that gives the image of any of them without the others, of few a shuffle.

use super::hash::{mix, splitmix};
use crate::rng::StreamKey;

/// What the stream's words are for; the generators of blocks have purpose 0.
const PURPOSE: u64 = 1;

/// A permutation of 0 … n - 1, n from 2 to 2^62: a Feistel network on as many bits as n - 1 has, walked until it comes back
/// below n (J. Black and P. Rogaway 2002, Ciphers with arbitrary finite domains, CT-RSA, doi:10.1007/3-540-45760-7_9).
///
/// Below a few hundred numbers its halves are too short for it to be as good as random: see [`shuffled`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    n: u64,
    /// Bits of the lower half and of the upper half, which has as many or one less.
    lower: u32,
    upper: u32,
    rounds: [u64; ROUNDS],
}

/// Rounds of the network. Four would do with long halves (M. Luby and C. Rackoff 1988, How to construct pseudorandom
/// permutations from pseudorandom functions, SIAM Journal on Computing 17, 373-386, doi:10.1137/0217022); with five bits in
/// each, the correlation of numbers and images still shows after four and no more after six.
const ROUNDS: usize = 6;

impl Permutation {
    /// The permutation of a stream's column in a replicate.
    pub(super) fn new(n: u64, key: &StreamKey, replicate: u64, column: u64) -> Permutation {
        let bits = u64::BITS - n.saturating_sub(1).leading_zeros();
        let [first, second] = [0, 1].map(|part| key.words(PURPOSE, [replicate, column, part]));
        let rounds = [first[0], first[1], first[2], first[3], second[0], second[1]];
        Permutation { n, lower: bits.div_ceil(2), upper: bits / 2, rounds }
    }

    /// The image of a number below n.
    #[inline(always)]
    pub(super) fn at(&self, number: u64) -> u64 {
        let mut image = self.step(number);
        while image >= self.n {
            image = self.step(image);
        }
        image
    }

    /// One walk through the network, from and to any number of as many bits as n - 1 has.
    #[inline(always)]
    fn step(&self, number: u64) -> u64 {
        let (mut low, mut high) = (number & mask(self.lower), number >> self.lower);
        for [even, odd] in self.rounds.as_chunks::<2>().0 {
            high ^= mix(even.wrapping_add(low)) & mask(self.upper);
            low ^= mix(odd.wrapping_add(high)) & mask(self.lower);
        }
        high << self.lower | low
    }
}

#[inline(always)]
fn mask(bits: u32) -> u64 {
    (1 << bits) - 1
}

/// The permutation of a stream's column in a replicate, all images at once: Fisher and Yates' shuffle.
pub(super) fn shuffled(images: &mut [u64], key: &StreamKey, replicate: u64, column: u64) {
    let [seed, ..] = key.words(PURPOSE, [replicate, column, 0]);
    images.iter_mut().enumerate().for_each(|(number, image)| *image = number as u64);
    for last in (1..images.len()).rev() {
        // The upper word of a product: below last + 1, and even but for one part in 2^64 / (last + 1).
        let other = (u128::from(splitmix(seed, last as u64)) * (last as u128 + 1)) >> 64;
        images.swap(last, other as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Component;

    fn key() -> StreamKey {
        StreamKey::new(1, "ai_ml", Component::Fresh)
    }

    fn walked(n: u64, replicate: u64) -> Vec<u64> {
        let permutation = Permutation::new(n, &key(), replicate, 3);
        (0..n).map(|number| permutation.at(number)).collect()
    }

    fn shuffle(n: u64, replicate: u64) -> Vec<u64> {
        let mut images = vec![0; n as usize];
        shuffled(&mut images, &key(), replicate, 3);
        images
    }

    #[test]
    fn every_image_occurs_once() {
        for n in (2..70).chain([100, 511, 512, 513, 6_250, 65_536, 100_003]) {
            for mut images in [walked(n, 0), shuffle(n, 0)] {
                images.sort_unstable();
                assert!(images.into_iter().eq(0..n), "{n}");
            }
        }
        assert_eq!(shuffle(1, 0), [0]);
        let large = Permutation::new(1 << 50, &key(), 0, 0);
        assert!((0..1000).all(|number| large.at(number) < 1 << 50));
    }

    /// Chi-square tests over replicates of where one number goes, and where two go: of 7 there are 7 and 42 places. With 6
    /// and 41 degrees of freedom, a quantile of 1 - 1e-6 is 38.3 and 96.2.
    #[test]
    fn all_images_of_a_shuffle_are_as_likely() {
        const TRIALS: u64 = 42_000;
        let (mut ones, mut pairs) = ([0u32; 7], [0u32; 49]);
        for replicate in 0..TRIALS {
            let images = shuffle(7, replicate);
            ones[images[5] as usize] += 1;
            pairs[(7 * images[0] + images[1]) as usize] += 1;
        }
        let chi_square = |counts: &mut dyn Iterator<Item = u32>, expected: f64| -> f64 {
            counts.map(|count| (f64::from(count) - expected).powi(2) / expected).sum()
        };
        let of_one = chi_square(&mut ones.into_iter(), TRIALS as f64 / 7.0);
        let apart = (0..49).filter(|cell| cell / 7 != cell % 7).map(|cell| pairs[cell]);
        let of_two = chi_square(&mut apart.into_iter(), TRIALS as f64 / 42.0);
        assert!(of_one < 38.3 && of_two < 96.2, "{of_one} {of_two}");
    }

    /// Correlations of two permutations, of the images of neighbours, and of numbers and their images, in units of their
    /// standard error: over 2,000 of each the sum of squares is chi-square, mean 2,000 and standard deviation 63.
    #[test]
    fn permutations_are_uncorrelated() {
        for (n, permutation) in [(513, walked as fn(u64, u64) -> Vec<u64>), (1_000, walked), (100, shuffle)] {
            let center = (n - 1) as f64 / 2.0;
            let z = |a: &mut dyn Iterator<Item = (u64, u64)>| {
                let sum: f64 = a.map(|(a, b)| (a as f64 - center) * (b as f64 - center)).sum();
                sum / ((n * n - 1) as f64 / 12.0) / ((n - 1) as f64).sqrt()
            };
            let mut sums = [0.0; 3];
            for replicate in 0..2_000 {
                let (a, b) = (permutation(n, 2 * replicate), permutation(n, 2 * replicate + 1));
                sums[0] += z(&mut a.iter().copied().zip(b.iter().copied())).powi(2);
                sums[1] += z(&mut a.iter().copied().zip(a.iter().copied().skip(1))).powi(2);
                sums[2] += z(&mut (0..n).zip(a.iter().copied())).powi(2);
            }
            assert!(sums.iter().all(|sum| (sum - 2_000.0).abs() < 5.0 * 63.2), "{n}: {sums:?}");
        }
    }
}
