//! Columns of uniform numbers: xoshiro256++ on eight lanes. What a state means and where it comes from is `rng`'s part.
//!
//! D. Blackman and S. Vigna (2021), Scrambled linear pseudorandom number generators, ACM Transactions on Mathematical
//! Software 47, 36, doi:10.1145/3460772.

use super::{BLOCK, Column, Level};

/// Generators that step side by side. Their number is part of the result.
pub(crate) const LANES: usize = 8;

/// Word k of the generator in lane i is `state[k][i]`.
pub(crate) type State = [[u64; LANES]; 4];

/// A column of uniforms: value i from lane i mod 8.
pub(crate) fn fill_uniform(level: Level, state: &mut State, out: &mut Column) {
    match level {
        Level::Portable => fill(state, out),
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX2 was found on this machine.
        Level::Avx2(_) => unsafe { x86::fill_avx2(state, out) },
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX-512 was found on this machine.
        Level::Avx512(_) => unsafe { x86::fill_avx512(state, out) },
    }
}

/// Passes over a column.
pub(crate) fn skip(state: &mut State) {
    for _ in 0..BLOCK / LANES {
        step(state);
    }
}

#[inline(always)]
fn fill(state: &mut State, out: &mut Column) {
    for group in out.as_chunks_mut().0 {
        *group = step(state).map(uniform);
    }
}

/// One output of each lane.
#[inline(always)]
fn step([s0, s1, s2, s3]: &mut State) -> [u64; LANES] {
    let mut out = [0; LANES];
    for i in 0..LANES {
        out[i] = s0[i].wrapping_add(s3[i]).rotate_left(23).wrapping_add(s0[i]);
        let shifted = s1[i] << 17;
        s2[i] ^= s0[i];
        s3[i] ^= s1[i];
        s1[i] ^= s2[i];
        s0[i] ^= s3[i];
        s2[i] ^= shifted;
        s3[i] = s3[i].rotate_left(45);
    }
    out
}

/// (k + 1/2) 2^-52 for the upper 52 bits k, which become the mantissa of a number in [1, 2). The subtraction is exact.
#[inline(always)]
fn uniform(word: u64) -> f64 {
    f64::from_bits(1.0_f64.to_bits() | word >> 12) - BELOW_ONE
}

/// 1 - 2^-53.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    //! LLVM vectorises the plain loop for AVX-512, which rotates words, but not for AVX2, which does not.

    use std::arch::x86_64::*;

    use super::{BELOW_ONE, Column, State, fill};

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    pub(super) fn fill_avx512(state: &mut State, out: &mut Column) {
        fill(state, out);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn fill_avx2(state: &mut State, out: &mut Column) {
        let mut lower = state.each_ref().map(|word| load(&word[..4]));
        let mut upper = state.each_ref().map(|word| load(&word[4..]));
        for group in out.as_chunks_mut::<8>().0 {
            let (low, high) = (uniform(step(&mut lower)), uniform(step(&mut upper)));
            // SAFETY: the group has room for two times four values.
            unsafe {
                _mm256_storeu_pd(group.as_mut_ptr(), low);
                _mm256_storeu_pd(group.as_mut_ptr().add(4), high);
            }
        }
        for (k, word) in state.iter_mut().enumerate() {
            // SAFETY: the word has room for two times four lanes.
            unsafe {
                _mm256_storeu_si256(word.as_mut_ptr().cast(), lower[k]);
                _mm256_storeu_si256(word.as_mut_ptr().add(4).cast(), upper[k]);
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(lanes: &[u64]) -> __m256i {
        assert_eq!(lanes.len(), 4);
        // SAFETY: the slice covers the 32 bytes that are read.
        unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn step([s0, s1, s2, s3]: &mut [__m256i; 4]) -> __m256i {
        let out = _mm256_add_epi64(rotate_left::<23, 41>(_mm256_add_epi64(*s0, *s3)), *s0);
        let shifted = _mm256_slli_epi64::<17>(*s1);
        *s2 = _mm256_xor_si256(*s2, *s0);
        *s3 = _mm256_xor_si256(*s3, *s1);
        *s1 = _mm256_xor_si256(*s1, *s2);
        *s0 = _mm256_xor_si256(*s0, *s3);
        *s2 = _mm256_xor_si256(*s2, shifted);
        *s3 = rotate_left::<45, 19>(*s3);
        out
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn rotate_left<const BITS: i32, const REST: i32>(words: __m256i) -> __m256i {
        const { assert!(BITS + REST == 64) };
        _mm256_or_si256(_mm256_slli_epi64::<BITS>(words), _mm256_srli_epi64::<REST>(words))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn uniform(words: __m256i) -> __m256d {
        let one = _mm256_castpd_si256(_mm256_set1_pd(1.0));
        let above_one = _mm256_castsi256_pd(_mm256_or_si256(one, _mm256_srli_epi64::<12>(words)));
        _mm256_sub_pd(above_one, _mm256_set1_pd(BELOW_ONE))
    }
}
