//! The quantile of the standard normal, the hottest function of a run.
//!
//! The quantile is -(1/2 - u) times a polynomial of u = min(p, 1 - p), one polynomial for each half octave of u. This
//! needs no logarithm, square root or division, keeps the relative accuracy where the quantile is near 0, and is
//! symmetric by construction. The coefficients of a value are looked up by its exponent, and only this look-up is
//! written out for each instruction set. Below 2^-9, one path in 256, more such polynomials take over, out of line, after
//! the loop.

use super::normal_table::CENTRAL;
use super::normal_tail::tail;
use super::{BLOCK, Column, Level};

/// The smallest tail probability of the half-octave polynomials.
pub(super) const TAIL: f64 = 1.0 / 512.0;

/// Half octaves with a polynomial of their own.
const ROWS: usize = CENTRAL.0.len();

/// Quantile of a standard normal at the probability p.
///
/// Relative error below 2e-13, also near p = 1/2; `normal_quantile(1 - p) == -normal_quantile(p)` exactly wherever 1 - p
/// is. Non-decreasing in p up to that error. -infinity at 0, infinity at 1, NaN outside and for NaN.
#[inline]
pub fn normal_quantile(p: f64) -> f64 {
    if in_centre(p) { central(&[p])[0] } else { tail(p) }
}

/// The probability beyond the quantile, on its own side. 1 - p is exact where it is taken, for p above 1/2.
#[inline(always)]
pub(super) fn smaller_side(p: f64) -> f64 {
    let complement = 1.0 - p;
    if p < complement { p } else { complement }
}

#[inline(always)]
fn in_centre(p: f64) -> bool {
    smaller_side(p) >= TAIL
}

/// The quantiles of L probabilities, meaningless outside the centre.
#[inline(always)]
fn central<const L: usize>(p: &[f64; L]) -> [f64; L] {
    let places = Places::of(p);
    let mut chains = [[0.0; L]; 4];
    for (k, chain) in chains.iter_mut().enumerate() {
        for ((sum, &row), t4) in chain.iter_mut().zip(&places.row).zip(places.t4) {
            let c = &CENTRAL.0[row as usize % ROWS];
            *sum = (c[k + 8] * t4 + c[k + 4]) * t4 + c[k];
        }
    }
    places.quantiles(p, chains)
}

/// Where L probabilities fall: each one's row of coefficients, and the argument of its polynomial there.
///
/// The row's twelve coefficients are folded by powers of t^4 into the four coefficients of a cubic: four short chains of
/// operations instead of one long one.
struct Places<const L: usize> {
    /// Its low four bits.
    row: [u64; L],
    t: [f64; L],
    t2: [f64; L],
    t4: [f64; L],
}

impl<const L: usize> Places<L> {
    #[inline(always)]
    fn of(p: &[f64; L]) -> Self {
        const TOP_BIT: u32 = 51;
        let mut places = Places { row: [0; L], t: [0.0; L], t2: [0.0; L], t4: [0.0; L] };
        for (lane, &p) in p.iter().enumerate() {
            let bits = smaller_side(p).to_bits();
            places.row[lane] = bits >> TOP_BIT;
            let t = f64::from_bits(bits & ((1 << TOP_BIT) - 1) | 1.0_f64.to_bits()) - 1.25;
            places.t[lane] = t;
            places.t2[lane] = t * t;
            places.t4[lane] = places.t2[lane] * places.t2[lane];
        }
        places
    }

    #[inline(always)]
    fn quantiles(&self, p: &[f64; L], [c0, c1, c2, c3]: [[f64; L]; 4]) -> [f64; L] {
        let mut out = [0.0; L];
        for lane in 0..L {
            let (t, t2) = (self.t[lane], self.t2[lane]);
            let ratio = (c0[lane] + c1[lane] * t) + (c2[lane] + c3[lane] * t) * t2;
            out[lane] = (p[lane] - 0.5) * ratio;
        }
        out
    }
}

/// The quantiles of a column of probabilities.
pub(super) fn quantiles(level: Level, out: &mut Column, p: &Column) {
    let tails = match level {
        Level::Portable => central_column(out, p),
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX2 was found on this machine.
        Level::Avx2(_) => unsafe { x86::central_avx2(out, p) },
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        // SAFETY: the token in the level was made after AVX-512 was found on this machine.
        Level::Avx512(_) => unsafe { x86::central_avx512(out, p) },
    };

    for (lane, mut groups) in tails.into_iter().enumerate() {
        while groups != 0 {
            let path = LANES * groups.trailing_zeros() as usize + lane;
            out[path] = tail(p[path]);
            groups &= groups - 1;
        }
    }
}

/// Values whose tails are looked at together.
const LANES: usize = 8;

/// Where the centre's value is to be replaced by the tail's: bit g of lane i for the path LANES g + i.
type Tails = [u64; LANES];

const _: () = assert!(BLOCK / LANES <= 64);

fn central_column(out: &mut Column, p: &Column) -> Tails {
    let mut tails = [0; LANES];
    let groups = out.as_chunks_mut().0.iter_mut().zip(p.as_chunks().0);
    for (group, (out, p)) in groups.enumerate() {
        *out = central(p);
        mark_tails(&mut tails, p, 1 << group);
    }
    tails
}

#[inline(always)]
fn mark_tails(tails: &mut Tails, p: &[f64; LANES], bit: u64) {
    for lane in 0..LANES {
        tails[lane] |= if in_centre(p[lane]) { 0 } else { bit };
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    //! The look-up in vector registers, written into the loops: as a function of its own it would not always be inlined.

    use std::arch::x86_64::*;

    use super::super::AtCacheLine;
    use super::{CENTRAL, Column, LANES, Places, ROWS, Tails, mark_tails};

    /// One register for the four chains of a path, then a 4 x 4 transpose. Gathering each coefficient for four paths takes
    /// twice as long.
    #[target_feature(enable = "avx2")]
    pub(super) fn central_avx2(out: &mut Column, p: &Column) -> Tails {
        let mut tails = [0; LANES];
        let groups = out.as_chunks_mut::<LANES>().0.iter_mut().zip(p.as_chunks::<LANES>().0);
        for (group, (out, p)) in groups.enumerate() {
            for (out, p) in out.as_chunks_mut::<4>().0.iter_mut().zip(p.as_chunks::<4>().0) {
                let places = Places::of(p);
                let [a, b, c, d] = [0, 1, 2, 3].map(|lane| {
                    let [low, middle, high] = CENTRAL.0[places.row[lane] as usize % ROWS].as_chunks::<4>().0 else {
                        unreachable!("12 coefficients")
                    };
                    let t4 = _mm256_set1_pd(places.t4[lane]);
                    let sum = _mm256_add_pd(_mm256_mul_pd(load(high), t4), load(middle));
                    _mm256_add_pd(_mm256_mul_pd(sum, t4), load(low))
                });
                let (ab_even, ab_odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
                let (cd_even, cd_odd) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
                let chains = [
                    values(_mm256_permute2f128_pd::<0x20>(ab_even, cd_even)),
                    values(_mm256_permute2f128_pd::<0x20>(ab_odd, cd_odd)),
                    values(_mm256_permute2f128_pd::<0x31>(ab_even, cd_even)),
                    values(_mm256_permute2f128_pd::<0x31>(ab_odd, cd_odd)),
                ];
                *out = places.quantiles(p, chains);
            }
            mark_tails(&mut tails, p, 1 << group);
        }
        tails
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(four: &[f64; 4]) -> __m256d {
        // SAFETY: the reference covers the 32 bytes that are read.
        unsafe { _mm256_loadu_pd(four.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn values(four: __m256d) -> [f64; 4] {
        let mut values = [0.0; 4];
        // SAFETY: the array covers the 32 bytes that are written.
        unsafe { _mm256_storeu_pd(values.as_mut_ptr(), four) }
        values
    }

    /// `CENTRAL` by coefficient: each one's sixteen rows fill two registers, and one instruction looks up eight paths.
    static BY_COEFFICIENT: AtCacheLine<[[[f64; 8]; 2]; 12]> = {
        let mut table = [[[0.0; 8]; 2]; 12];
        let mut row = 0;
        while row < 16 {
            let mut k = 0;
            while k < 12 {
                table[k][row / 8][row % 8] = CENTRAL.0[row][k];
                k += 1;
            }
            row += 1;
        }
        AtCacheLine(table)
    };

    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    pub(super) fn central_avx512(out: &mut Column, p: &Column) -> Tails {
        let mut tails = [0; LANES];
        let groups = out.as_chunks_mut().0.iter_mut().zip(p.as_chunks().0);
        for (group, (out, p)) in groups.enumerate() {
            let places = Places::of(p);
            // SAFETY: each reference covers the 64 bytes that are read.
            let (rows, t4) =
                unsafe { (_mm512_loadu_si512(places.row.as_ptr().cast()), _mm512_loadu_pd(places.t4.as_ptr())) };
            let coefficient = |k: usize| {
                let [low, high] = &BY_COEFFICIENT.0[k];
                // SAFETY: each reference covers the 64 bytes that are read.
                let (low, high) = unsafe { (_mm512_loadu_pd(low.as_ptr()), _mm512_loadu_pd(high.as_ptr())) };
                // Only the low four bits of a row count.
                _mm512_permutex2var_pd(low, rows, high)
            };
            let mut chains = [[0.0; LANES]; 4];
            for (k, chain) in chains.iter_mut().enumerate() {
                let sum = _mm512_add_pd(_mm512_mul_pd(coefficient(k + 8), t4), coefficient(k + 4));
                let sum = _mm512_add_pd(_mm512_mul_pd(sum, t4), coefficient(k));
                // SAFETY: the reference covers the 64 bytes that are written.
                unsafe { _mm512_storeu_pd(chain.as_mut_ptr(), sum) }
            }
            *out = places.quantiles(p, chains);
            mark_tails(&mut tails, p, 1 << group);
        }
        tails
    }
}

#[cfg(test)]
mod tests {
    use super::super::normal_cdf::normal_cdf;
    use super::super::testing::{TestStream, oracle};
    use super::*;

    fn relative_error(value: f64, exact: f64) -> f64 {
        if value == exact { 0.0 } else { (value / exact - 1.0).abs() }
    }

    /// The relative bound covers the values next to p = 1/2, where an absolute one would say nothing.
    #[test]
    fn quantile_matches_high_precision_values() {
        for (p, z) in oracle("normal_quantile") {
            let error = relative_error(normal_quantile(p), z);
            assert!(error < 2e-13, "quantile({p:e}) = {}, not {z}: {error:e}", normal_quantile(p));
        }
    }

    #[test]
    fn quantile_is_symmetric() {
        let mut source = TestStream(2);
        for _ in 0..100_000 {
            // A multiple of 2^-53, of which 1 - p is one too.
            let p = source.between(0.0, 1.0);
            assert_eq!(normal_quantile(1.0 - p), -normal_quantile(p), "{p}");
        }
        assert_eq!(normal_quantile(0.5).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn quantile_never_decreases() {
        let mut source = TestStream(3);
        let mut p: Vec<f64> = (0..200_000).map(|_| source.between(0.0, 1.0)).collect();
        p.extend((0..100_000).map(|_| exp_uniform(&mut source)));
        p.sort_by(f64::total_cmp);
        for pair in p.windows(2) {
            assert!(normal_quantile(pair[0]) <= normal_quantile(pair[1]), "{pair:?}");
        }
    }

    /// Spread evenly over the magnitudes from 1e-300 to 1.
    fn exp_uniform(source: &mut TestStream) -> f64 {
        super::super::exp_ln::exp(source.between(-690.0, 0.0))
    }

    /// Neighbouring polynomials, and the last of them and the tail, meet within their errors.
    #[test]
    fn quantile_is_continuous_where_its_pieces_meet() {
        for octave in 2..=9 {
            for start in [1.0, 1.5] {
                let p = start / f64::from(1 << octave);
                let jump = relative_error(normal_quantile(p.next_down()), normal_quantile(p));
                assert!(jump < 2e-13, "{jump:e} at {p}");
            }
        }
    }

    #[test]
    fn quantile_inverts_the_distribution_function() {
        let mut source = TestStream(4);
        for _ in 0..20_000 {
            let p = exp_uniform(&mut source);
            // An error d of z shows as z d in the logarithm of p.
            let bound = 1e-14 + 2e-13 * normal_quantile(p).powi(2).max(1.0);
            assert!(relative_error(normal_cdf(normal_quantile(p)), p) < bound, "{p:e}");
        }
    }

    #[test]
    fn ends() {
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(-0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        for outside in [-5e-324, -1.0, 1.0_f64.next_up(), f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(normal_quantile(outside).is_nan(), "{outside}");
        }
        assert!(normal_quantile(5e-324).is_finite());
    }
}
