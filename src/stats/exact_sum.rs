//! An exact sum of floats: a fixed-point number wide enough for every `f64`.

use super::{Malformed, Merge, StateReader, StateWriter, Stored};
use std::fmt;

/// Bits of a limb; the rest of each `i64` is headroom for carries.
const LIMB_BITS: usize = 32;

/// The smallest subnormal is 2^-1074 and the largest finite number is below 2^1024: 2098 bits. 64 more hold the sum of
/// any number of addends that a `u64` can count, and one is the sign.
const LIMBS: usize = (2098 + 64 + 1usize).div_ceil(LIMB_BITS);

/// An addend changes a limb by less than 2^32, so this many fit into the 31 bits of headroom.
const MAX_PENDING: u32 = 1 << 30;

/// The exact sum of any `f64`s, in any order.
///
/// The state is the sum itself as an integer multiple of 2^-1074, so adding and merging are exactly associative and
/// commutative and nothing is rounded before [`value`](ExactSum::value). A non-finite addend makes the value NaN for
/// good.
///
/// It is the small superaccumulator of Neal (2015), "Fast exact summation using small and large superaccumulators",
/// arXiv:1505.05571, section 2, with limbs that do not overlap.
#[derive(Clone)]
pub struct ExactSum {
    limbs: [i64; LIMBS],
    pending: u32,
    undefined: bool,
}

impl ExactSum {
    /// The empty sum, 0.
    pub fn new() -> Self {
        ExactSum { limbs: [0; LIMBS], pending: 0, undefined: false }
    }

    /// Adds one number.
    pub fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as usize;
        if exponent == 0x7ff {
            self.undefined = true;
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        // Subnormals have the exponent of the smallest normals, without the implied leading bit.
        let (significand, position) = if exponent == 0 { (fraction, 0) } else { (fraction | 1 << 52, exponent - 1) };
        let wide = u128::from(significand) << (position % LIMB_BITS);
        let sign = if x.is_sign_negative() { -1 } else { 1 };
        let first = position / LIMB_BITS;
        for (k, limb) in self.limbs[first..first + 3].iter_mut().enumerate() {
            *limb += sign * i64::from((wide >> (k * LIMB_BITS)) as u32);
        }
        self.count_pending();
    }

    /// The sum, rounded once, to nearest with ties to even. Infinite only when the exact sum is beyond `f64::MAX`;
    /// NaN after a non-finite addend; +0 when it is 0.
    pub fn value(&self) -> f64 {
        if self.undefined {
            return f64::NAN;
        }
        let (limbs, negative) = self.magnitude();
        let Some(top) = limbs.iter().rposition(|&limb| limb != 0) else { return 0.0 };
        // The three leading limbs hold at least 65 significant bits; what lies below them matters only as "not zero",
        // which a set last bit says as well. Where fewer limbs are left, the conversion has all bits.
        let lowest = top.saturating_sub(2);
        let leading = limbs[lowest..=top].iter().rev().fold(0, |sum, &limb| sum << LIMB_BITS | limb as u128);
        let sticky = u128::from(limbs[..lowest].iter().any(|&limb| limb != 0));
        // Exact: a result below the normal range has fewer than 53 bits above 2^-1074, so nothing is rounded twice.
        let magnitude = libm::ldexp((leading | sticky) as f64, (lowest * LIMB_BITS) as i32 - 1074);
        if negative { -magnitude } else { magnitude }
    }

    fn count_pending(&mut self) {
        self.pending += 1;
        if self.pending == MAX_PENDING {
            carry(&mut self.limbs);
            self.pending = 0;
        }
    }

    /// The limbs of the sum without its sign, each in [0, 2^32), and whether it is below 0.
    fn magnitude(&self) -> ([i64; LIMBS], bool) {
        let mut limbs = self.normal_form();
        let negative = limbs[LIMBS - 1] < 0;
        if negative {
            limbs.iter_mut().for_each(|limb| *limb = -*limb);
            carry(&mut limbs);
        }
        (limbs, negative)
    }

    /// The one representation of this sum with all limbs but the last in [0, 2^32).
    fn normal_form(&self) -> [i64; LIMBS] {
        let mut limbs = self.limbs;
        carry(&mut limbs);
        limbs
    }
}

impl Merge for ExactSum {
    fn merge(&mut self, other: &Self) {
        for (limb, added) in self.limbs.iter_mut().zip(other.normal_form()) {
            *limb += added;
        }
        self.undefined |= other.undefined;
        self.count_pending();
    }
}

impl Stored for ExactSum {
    /// Four times the number of limbs that are written, plus 2 for a sum below 0 and 1 for one that is not defined; the
    /// number of the first limb, and from there on to the last that is not 0 four bytes each.
    fn store(&self, to: &mut StateWriter) {
        let (limbs, negative) = self.magnitude();
        let is_zero = |limb: &i64| *limb == 0;
        let first = limbs.iter().take_while(|limb| is_zero(limb)).count() % LIMBS;
        let end = LIMBS - limbs.iter().rev().take_while(|limb| is_zero(limb)).count();
        let count = end.saturating_sub(first);
        to.count(4 * count as u64 + 2 * u64::from(negative) + u64::from(self.undefined));
        if count > 0 {
            to.count(first as u64);
            limbs[first..end].iter().for_each(|&limb| to.word(limb as u32));
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        // What the sum of as many floats as a `u64` counts leaves in the last limb; beyond it, merging might overflow.
        const MOST_OF_LAST: i64 = 1 << (2098 + 64 - (LIMBS - 1) * LIMB_BITS);
        let head = from.number()?;
        let (count, sign, undefined) = (head / 4, if head & 2 == 0 { 1 } else { -1 }, head & 1 == 1);
        let first = if count > 0 { from.number()? } else { 0 };
        let end = first.checked_add(count).filter(|&end| end <= LIMBS as u64);
        let end = end.ok_or(Malformed("a sum is beyond all floats"))?;
        let mut limbs = [0; LIMBS];
        for limb in &mut limbs[first as usize..end as usize] {
            *limb = sign * i64::from(from.word()?);
        }
        Malformed::unless(limbs[LIMBS - 1].abs() <= MOST_OF_LAST, "a sum is beyond all floats")?;
        // Each limb is as if by one addend.
        *self = ExactSum { limbs, pending: 1, undefined };
        Ok(())
    }
}

fn carry(limbs: &mut [i64; LIMBS]) {
    let mut carried = 0;
    let (last, lower) = limbs.split_last_mut().expect("an exact sum has limbs");
    for limb in lower {
        let sum = *limb + carried;
        carried = sum >> LIMB_BITS;
        *limb = sum & 0xffff_ffff;
    }
    *last += carried;
}

impl Default for ExactSum {
    fn default() -> Self {
        ExactSum::new()
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.undefined == other.undefined && self.normal_form() == other.normal_form()
    }
}

impl fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExactSum").field(&self.value()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::stored::tests::restored;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::new();
        values.iter().for_each(|&x| sum.add(x));
        sum
    }

    #[test]
    fn cancellation_leaves_what_is_small() {
        assert_eq!(sum(&[1e300, 1.0, -1e300, 1e-300, -1.0]).value(), 1e-300);
        assert_eq!(sum(&[0.1; 10]).value(), 1.0);
        assert_eq!(sum(&[]).value().to_bits(), 0.0f64.to_bits());
        assert_eq!(sum(&[-0.0, 1.5, -1.5]).value().to_bits(), 0.0f64.to_bits());
    }

    #[test]
    fn subnormals_are_exact() {
        let tiny = f64::from_bits(1);
        assert_eq!(sum(&[tiny; 3]).value(), f64::from_bits(3));
        assert_eq!(sum(&[f64::MIN_POSITIVE, -tiny]).value(), f64::from_bits((1 << 52) - 1));
        assert_eq!(sum(&[-f64::MIN_POSITIVE, tiny]).value(), -f64::from_bits((1 << 52) - 1));
    }

    #[test]
    fn halfway_cases_round_to_even_and_a_far_bit_breaks_the_tie() {
        let half_ulp = f64::EPSILON / 2.0;
        assert_eq!(sum(&[1.0, half_ulp]).value(), 1.0);
        assert_eq!(sum(&[1.0 + f64::EPSILON, half_ulp]).value(), 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(sum(&[1.0, half_ulp, f64::from_bits(1)]).value(), 1.0 + f64::EPSILON);
        assert_eq!(sum(&[1.0, half_ulp, -f64::from_bits(1)]).value(), 1.0);
    }

    #[test]
    fn only_the_final_value_can_overflow() {
        let mut huge = sum(&[f64::MAX; 1000]);
        assert_eq!(huge.value(), f64::INFINITY);
        (0..999).for_each(|_| huge.add(-f64::MAX));
        assert_eq!(huge.value(), f64::MAX);
        assert_eq!(sum(&[-f64::MAX, -f64::MAX]).value(), f64::NEG_INFINITY);
    }

    #[test]
    fn a_non_finite_addend_is_never_forgotten() {
        assert!(sum(&[1.0, f64::INFINITY, f64::NEG_INFINITY]).value().is_nan());
        let mut merged = sum(&[1.0]);
        merged.merge(&sum(&[f64::NAN]));
        assert!(merged.value().is_nan());
        assert!(restored(&merged, ExactSum::new(), 0).value().is_nan());
    }

    #[test]
    fn sums_beyond_what_floats_add_up_to_are_refused() {
        let huge = sum(&[-f64::MAX; 1000]);
        assert_eq!(restored(&huge, ExactSum::new(), 0), huge);
        let refused = |bytes: &[u8]| ExactSum::new().restore(&mut StateReader::new(bytes, 0)).is_err();
        assert!(refused(&[4, 67, 0xff, 0xff, 0xff, 0xff]) && refused(&[4, 68, 1, 0, 0, 0]) && refused(&[8, 67]));
        assert!(refused(&[4, 3, 1, 0, 0]) && !refused(&[4, 67, 0, 0, 4, 0]));
    }

    #[test]
    fn carries_do_not_change_the_sum() {
        let mut carried = sum(&[-1.5, 3e200, -7e-200, 0.1]);
        let plain = carried.clone();
        carry(&mut carried.limbs);
        assert_eq!(carried.value(), plain.value());
        carried.pending = MAX_PENDING - 1;
        carried.add(2.0);
        assert_eq!((carried.pending, carried.value()), (0, sum(&[plain.value(), 2.0]).value()));
    }

    /// Numbers whose sum an `i128` holds exactly, in units of 2^-60.
    fn fixed_point() -> impl Strategy<Value = f64> {
        (any::<i32>(), 0i32..80).prop_map(|(m, e)| f64::from(m) * libm::ldexp(1.0, e - 60))
    }

    proptest! {
        #[test]
        fn equals_integer_arithmetic(values in prop::collection::vec(fixed_point(), 0..200)) {
            let exact: i128 = values.iter().map(|x| libm::ldexp(*x, 60) as i128).sum();
            // `i128 as f64` rounds to nearest even, as the sum must.
            prop_assert_eq!(sum(&values).value(), libm::ldexp(exact as f64, -60));
        }

        #[test]
        fn any_order_and_grouping_is_the_same_state(
            values in prop::collection::vec(any::<f64>().prop_filter("finite", |x| x.is_finite()), 1..100),
            cuts in prop::collection::vec(0usize..100, 0..5),
        ) {
            let whole = sum(&values);
            let mut shards: Vec<ExactSum> = Vec::new();
            let mut rest: &[f64] = &values;
            for cut in cuts {
                let (head, tail) = rest.split_at(cut.min(rest.len()));
                shards.push(sum(&head.iter().rev().copied().collect::<Vec<_>>()));
                rest = tail;
            }
            shards.push(sum(rest));
            let mut merged = ExactSum::new();
            shards.iter().rev().for_each(|shard| merged.merge(shard));
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.value().to_bits(), whole.value().to_bits());
            let read = restored(&whole, ExactSum::new(), 0);
            prop_assert_eq!(&read, &whole);
            merged.merge(&read);
            prop_assert_eq!(merged, sum(&[&values[..], &values[..]].concat()));
        }
    }
}
