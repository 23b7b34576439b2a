//! Nested uniform scrambling: each digit of a coordinate is flipped or not by a coin of its own for every way in which the
//! digits before it can come out.
//!
//! A. B. Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences, Lecture Notes in Statistics 106, 299-317,
//! doi:10.1007/978-1-4612-2552-2_19. Every point is uniform by itself, and all keep the strata of the sequence. The coins
//! are hashed from the digits, in place of a stored tree (as in B. Burley 2020, Practical hash-based Owen scrambling, Journal
//! of Computer Graphics Techniques 10(4), 1-20), and each is a bit of a word of its own subtree:
//!
//! ```text
//! digits  0 to 8    a table of the 512 ways they come out, the same for all blocks of a replicate
//! digits  9 to 14   63 bits of a word hashed from the digits before
//! digits 15 to 20   63 bits of another word
//! digits 21 to 51   one coin each for every way the first 21 come out
//! ```
//!
//! From digit 21 on a coin is shared by all points with the same first 21 digits: the strata stay, and up to 2^21 points a
//! replicate no two points share them.

use super::hash::{mix, splitmix};
use crate::kernel::{BLOCK, Level, at_each_level};

/// Digits in the table: those that the points of one block have every value of.
const HEAD: u32 = BLOCK.trailing_zeros();
/// Levels of a subtree whose nodes fit into a word.
const SUBTREE: u32 = 6;

/// The coins of one coordinate in one replicate.
#[derive(Clone, Debug)]
pub(super) struct Scramble {
    /// The first digits after scrambling, by what they are before, in the highest bits.
    head: [u64; BLOCK],
    keys: [u64; 3],
}

impl Scramble {
    /// The coins of eight words: five of them seed those of the first digits, three the rest.
    pub(super) fn new([head, keys]: [[u64; 4]; 2]) -> Scramble {
        let [first, second, third, _] = keys;
        Scramble { head: head_table(head), keys: [first, second, third] }
    }

    /// Scrambles points, the first binary digit in the highest bit.
    pub(super) fn scramble(&self, level: Level, points: &mut [u64; BLOCK]) {
        scramble(level, points, &self.head, &self.keys);
    }
}

/// Level by level: the scrambled digits of both children of a node follow from those of the node and its coin, the bit that
/// a heap numbers it: 1 for the root, 2 and 3 below it, and so on.
fn head_table(words: [u64; 4]) -> [u64; BLOCK] {
    let coins: [u64; BLOCK / 64] = std::array::from_fn(|word| splitmix(words[word % 4], word as u64));
    let mut table = [0; BLOCK];
    for digits in 0..HEAD {
        let nodes = 1 << digits;
        for node in (0..nodes).rev() {
            let heap = nodes + node;
            let coin = coins[heap / 64] >> (heap % 64) & 1;
            let scrambled = table[node] << 1;
            table[2 * node] = scrambled | coin;
            table[2 * node + 1] = scrambled | (coin ^ 1);
        }
    }
    table.map(|digits| digits << (u64::BITS - HEAD))
}

at_each_level! {
    fn scramble(points: &mut [u64; BLOCK], head: &[u64; BLOCK], keys: &[u64; 3]) {
        for point in points {
            let digits = *point;
            let (middle, lower) = (HEAD + SUBTREE, HEAD + 2 * SUBTREE);
            let before = |count: u32| digits >> (u64::BITS - count);
            let word = |key: u64, count: u32| mix(key.wrapping_add(before(count)));
            let rest = word(keys[2], lower) >> lower;
            *point = head[before(HEAD) as usize]
                | subtree(word(keys[0], HEAD), digits << HEAD) >> HEAD
                | subtree(word(keys[1], middle), digits << middle) >> middle
                | (digits << lower >> lower ^ rest);
        }
    }
}

/// The first six digits, scrambled by the coins of a word, in the highest bits; the others 0. Coins are numbered as in a heap.
#[inline(always)]
fn subtree(coins: u64, digits: u64) -> u64 {
    let (mut node, mut scrambled) = (1, 0);
    for depth in 0..SUBTREE {
        let digit = digits >> (u64::BITS - 1 - depth) & 1;
        scrambled = scrambled << 1 | (digit ^ (coins >> node & 1));
        node = node << 1 | digit;
    }
    scrambled << (u64::BITS - SUBTREE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scramble_of(replicate: u64) -> Scramble {
        let word = |k: u64| mix(8 * replicate + k);
        Scramble::new([[0, 1, 2, 3].map(word), [4, 5, 6, 7].map(word)])
    }

    fn scrambled(replicate: u64, points: &[u64; BLOCK]) -> [u64; BLOCK] {
        let mut points = *points;
        scramble_of(replicate).scramble(Level::Portable, &mut points);
        points
    }

    /// Points that part at every depth: for two points, as many leading digits as they share are shared after scrambling,
    /// and not one more.
    #[test]
    fn points_part_where_they_parted() {
        let points: [u64; BLOCK] = std::array::from_fn(|i| mix(i as u64) >> (i % 52));
        for level in Level::available() {
            let mut moved = points;
            scramble_of(3).scramble(level, &mut moved);
            assert_eq!(moved, scrambled(3, &points), "{level:?}");
        }
        let moved = scrambled(3, &points);
        for (i, j) in (0..BLOCK).flat_map(|i| (0..i).map(move |j| (i, j))) {
            let shared = |points: &[u64; BLOCK]| (points[i] ^ points[j]).leading_zeros();
            assert_eq!(shared(&points), shared(&moved), "{i} {j}");
        }
    }

    /// Over replicates each coin is fair, and the coins of different nodes are uncorrelated: signs add up to less than five
    /// standard errors, 5 sqrt(4,000), and their products too.
    #[test]
    fn coins_are_fair_and_independent() {
        // Point 0, and points that differ from it in one of the first 21 digits alone.
        let mut points = [0; BLOCK];
        for depth in 0..21 {
            points[2 * depth + 1] = 1 << (63 - depth);
        }
        const REPLICATES: u64 = 4_000;
        let bound = 5.0 * (REPLICATES as f64).sqrt();
        let mut coins: Vec<Vec<f64>> = Vec::new();
        for replicate in 0..REPLICATES {
            let moved = scrambled(replicate, &points);
            let sign = |point: usize, depth: usize| {
                if (moved[point] ^ points[point]) >> (63 - depth) & 1 == 1 { 1.0 } else { -1.0 }
            };
            // Of each point the coin of the digit after the one in which it differs from 0, and of 0 all.
            let of_zero = (0..30).map(|depth| sign(0, depth));
            coins.push(of_zero.chain((0..21).map(|depth| sign(2 * depth + 1, depth + 1))).collect());
        }
        let nodes = coins[0].len();
        for i in 0..nodes {
            let sum: f64 = coins.iter().map(|coins| coins[i]).sum();
            assert!(sum.abs() < bound, "node {i}: {sum}");
            for j in 0..i {
                let sum: f64 = coins.iter().map(|coins| coins[i] * coins[j]).sum();
                assert!(sum.abs() < bound, "nodes {i} and {j}: {sum}");
            }
        }
    }
}
