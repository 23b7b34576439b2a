//! Powers: by multiplication for small whole exponents, a root for 1/2, else e^(b ln a) with the logarithm in two parts.

use super::exp_ln::{exp_sum, halves, ln_parts};
use super::{BLOCK, Column, Level, at_each_level, columns::Lanes};

/// a^b; NaN where either is NaN, also for a^0 and 1^b.
///
/// The exponents of [`small_whole`] are products, and 1/2 is the square root, correctly rounded. Other powers of positive numbers are within 1 ulp where |b ln a| is
/// below 8, and within 16 ulp up to where they overflow: the logarithm's relative error of 2^-58 grows with the exponent.
/// Zeros, infinities and negative bases are [`libm::pow`]'s.
pub(super) fn power(a: f64, b: f64) -> f64 {
    match small_whole(b) {
        Some(exponent) => whole_power([a], exponent)[0],
        None if b == ROOT => root(a),
        None if is_regular(a, b) => regular_power(a, b),
        None if a.is_nan() => a,
        None if b.is_nan() => b,
        None => libm::pow(a, b),
    }
}

/// The exponent of a square root.
const ROOT: f64 = 0.5;

/// a^(1/2): other than the square root, 0 at -0 and infinite at -infinity.
#[inline(always)]
fn root(a: f64) -> f64 {
    if a == f64::NEG_INFINITY { f64::INFINITY } else { (a + 0.0).sqrt() }
}

/// The exponents of powers by multiplication: whole, from -64 to 64.
#[inline(always)]
pub(super) fn small_whole(exponent: f64) -> Option<i32> {
    (exponent.abs() <= 64.0 && exponent == exponent.trunc()).then_some(exponent as i32)
}

/// x^n by squaring, from the lowest bit of the exponent on; of a negative exponent, the reciprocal of the positive power
/// (hence 0 where that overflows).
#[inline(always)]
pub(super) fn whole_power<const N: usize>(x: [f64; N], n: i32) -> [f64; N] {
    let mut power = x.map(|x| if x.is_nan() { x } else { 1.0 });
    let mut square = x;
    let mut bits = n.unsigned_abs();
    while bits != 0 {
        for i in 0..N {
            power[i] = if bits & 1 == 1 { power[i] * square[i] } else { power[i] };
            square[i] *= square[i];
        }
        bits >>= 1;
    }
    if n < 0 { power.map(|power| 1.0 / power) } else { power }
}

/// Whether the branch-free formula holds: a positive base, and an exponent whose halves do not overflow when split.
#[inline(always)]
fn is_regular(a: f64, b: f64) -> bool {
    (a > 0.0) & (a < f64::INFINITY) & (b.abs() < 1e290)
}

/// a^b for a base and exponent that are regular, any number otherwise.
#[inline(always)]
fn regular_power(a: f64, b: f64) -> f64 {
    let (upper, lower) = ln_parts(a);
    let product = b * upper;
    // The product's rounding, by splitting the factors into halves of 26 bits (T. J. Dekker 1971, A floating-point
    // technique for extending the available precision, Numerische Mathematik 18, 224-242, doi:10.1007/BF01397083).
    let ((b_high, b_low), (u_high, u_low)) = (halves(b), halves(upper));
    let rounding = ((b_high * u_high - product) + b_high * u_low + b_low * u_high) + b_low * u_low;
    let rest = rounding + b * lower;
    // Beyond the range of e^x, where the rest may be no number, the power is 0 or infinite already.
    let rest = if product.abs() < 800.0 { rest } else { 0.0 };
    exp_sum(product, rest)
}

/// Powers of a column by a column.
pub(super) fn powers(level: Level, out: &mut Column, a: &Column, b: &Column) {
    let mut exceptions = [0; BLOCK / GROUP];
    regular_powers(level, out, &mut exceptions, a, b);
    replace(out, &exceptions, a, b);
}

/// Powers of a column by a number.
pub(super) fn powers_by(level: Level, out: &mut Column, a: &Column, b: f64) {
    if let Some(exponent) = small_whole(b) {
        return whole_powers(level, out, a, exponent);
    }
    if b == ROOT {
        return roots(level, out, a);
    }
    let mut exceptions = [0; BLOCK / GROUP];
    regular_powers_by(level, out, &mut exceptions, a, b);
    replace(out, &exceptions, a, b);
}

/// Paths that are looked at together.
const GROUP: usize = 8;

/// By group: how many of its paths the formula does not hold for.
type Exceptions = [u64; BLOCK / GROUP];

/// The rare ones, one by one.
fn replace(out: &mut Column, exceptions: &Exceptions, a: &Column, b: impl Lanes<BLOCK>) {
    for group in (0..BLOCK / GROUP).filter(|&group| exceptions[group] != 0) {
        for path in group * GROUP..(group + 1) * GROUP {
            out[path] = power(a[path], b.at(path));
        }
    }
}

at_each_level! {
    fn regular_powers(out: &mut Column, exceptions: &mut Exceptions, a: &Column, b: &Column) {
        regular_on(out, exceptions, a, b);
    }
}

at_each_level! {
    /// The same by one number, of which all that is computed is computed once.
    fn regular_powers_by(out: &mut Column, exceptions: &mut Exceptions, a: &Column, b: f64) {
        regular_on(out, exceptions, a, b);
    }
}

/// The formula everywhere.
#[inline(always)]
fn regular_on(out: &mut Column, exceptions: &mut Exceptions, a: &Column, b: impl Lanes<BLOCK>) {
    // 1.5 * 2^52: adding it rounds to a whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let groups = out.as_chunks_mut::<GROUP>().0.iter_mut().zip(a.as_chunks::<GROUP>().0);
    for (group, ((out, a), exceptions)) in groups.zip(exceptions).enumerate() {
        for lane in 0..GROUP {
            let (a, b) = (a[lane], b.at(group * GROUP + lane));
            out[lane] = regular_power(a, b);
            let has_own_rule = (b.abs() <= 64.0) & (((b + ROUND) - ROUND == b) | (b == ROOT));
            *exceptions += u64::from(!is_regular(a, b) | has_own_rule);
        }
    }
}

at_each_level! {
    /// Powers with a whole exponent that is the same on all paths.
    fn whole_powers(out: &mut Column, a: &Column, exponent: i32) {
        // What stays in registers from one squaring to the next.
        const LANES: usize = 16;
        for (out, a) in out.as_chunks_mut::<LANES>().0.iter_mut().zip(a.as_chunks::<LANES>().0) {
            *out = whole_power(*a, exponent);
        }
    }
}

at_each_level! {
    /// Square roots, as powers have them.
    fn roots(out: &mut Column, a: &Column) {
        for (out, &a) in out.iter_mut().zip(a) {
            *out = root(a);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, same, ulps};
    use super::*;

    #[test]
    fn whole_powers_are_products() {
        assert_eq!(power(3.0, 2.0), 9.0);
        assert_eq!(power(1.1, 3.0), 1.1 * (1.1 * 1.1));
        assert_eq!(power(-2.0, -3.0), -0.125);
        assert_eq!(power(2.0, 64.0), 18_446_744_073_709_551_616.0);
        assert_eq!(power(0.0, 0.0), 1.0);
        assert_eq!(power(0.0, -1.0), f64::INFINITY);
        assert_eq!(power(-0.0, -1.0), f64::NEG_INFINITY);
        assert_eq!(small_whole(64.5), None);
        assert_eq!(small_whole(65.0), None);
        assert_eq!(small_whole(f64::NAN), None);
        assert_eq!(small_whole(f64::NEG_INFINITY), None);
    }

    /// Each of the up to twelve products of a whole power rounds by half an ulp, and squaring doubles what is before it.
    /// libm's own error is below 1 ulp.
    #[test]
    fn powers_agree_with_libm() {
        let mut source = TestStream(5);
        for _ in 0..200_000 {
            let a = source.between(0.0, 10.0);
            let b = source.between(-300.0, 300.0);
            let (exact, exponent) = (libm::pow(a, b), (b * libm::log(a)).abs());
            if exact.is_normal() {
                let bound = if exponent < 8.0 { 2 } else { 17 };
                assert!(ulps(power(a, b), exact) <= bound, "{a}^{b} = {}, not {exact}", power(a, b));
            }
            let b = source.between(-3.0, 3.0);
            assert!(ulps(power(a, b), libm::pow(a, b)) <= 2, "{a}^{b}");
            let b = source.between(-70.0, 70.0).round();
            let exact = libm::pow(a, b);
            if exact.is_normal() {
                assert!(ulps(power(a, b), exact) <= 66, "{a}^{b}");
            }
        }
    }

    #[test]
    fn roots_of_squares_and_ends() {
        for k in 1..2000 {
            let x = f64::from(k);
            assert_eq!(power(x * x, 0.5), x);
        }
        assert_eq!(power(2.0, 1000.0), libm::pow(2.0, 1000.0));
        assert_eq!(power(2.0, -1074.0), 5e-324);
        assert_eq!(power(2.0, 1024.0), f64::INFINITY);
        assert_eq!(power(0.5, 1e300), 0.0);
        assert_eq!(power(0.5, -1e289), f64::INFINITY);
        assert_eq!(power(f64::INFINITY, 0.5), f64::INFINITY);
        assert_eq!(power(0.0, 0.5), 0.0);
        assert!(power(-8.0, 1.0 / 3.0).is_nan());
        // As libm's power has it, other than its square root.
        assert!(same(power(-0.0, 0.5), libm::pow(-0.0, 0.5)));
        assert!(same(power(f64::NEG_INFINITY, 0.5), libm::pow(f64::NEG_INFINITY, 0.5)));
        assert!(power(-1.0, 0.5).is_nan() && power(f64::NAN, 0.5).is_nan());
        assert_eq!(power(-2.0, 65.0), -libm::pow(2.0, 65.0));
        assert_eq!(power(5e-324, 0.5), libm::sqrt(5e-324));
    }

    #[test]
    fn columns_have_the_bits_of_the_scalar_definition() {
        for level in Level::available() {
            let mut source = TestStream(15);
            for _ in 0..200 {
                let (a, b) = (source.column(), source.column());
                let mut out = [0.0; BLOCK];
                powers(level, &mut out, &a, &b);
                for path in 0..BLOCK {
                    assert!(same(out[path], power(a[path], b[path])), "{level:?} {:e}^{:e}", a[path], b[path]);
                }
                for exponent in [-64.0, -2.0, -1.0, 0.0, 0.5, 2.0, 3.0, 7.0, -0.2] {
                    powers_by(level, &mut out, &a, exponent);
                    for path in 0..BLOCK {
                        assert!(same(out[path], power(a[path], exponent)), "{level:?} {:e}^{exponent}", a[path]);
                    }
                }
            }
        }
    }
}
