//! What the tests of the kernels share: hostile columns, comparison of bits, high-precision values.

use super::{BLOCK, Column};

/// SplitMix64 (G. Steele, D. Lea, C. Flood 2014), a source of test data that owes nothing to the code under test.
pub(super) struct TestStream(pub(super) u64);

impl TestStream {
    pub(super) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    /// Uniform between two bounds.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.word() >> 11) as f64 * f64::EPSILON / 2.0
    }

    /// Any bit pattern, a special value, a small whole number, or a number of everyday size.
    pub(super) fn any(&mut self) -> f64 {
        const SPECIAL: [f64; 20] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            -0.5,
            2.5,
            -2.5,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
            1.0 / 512.0,
            709.782_712_893_384,
            -745.133_219_101_941_1,
            0.499_999_999_999_999_94,
        ];
        let word = self.word();
        match word % 5 {
            0 => f64::from_bits(self.word()),
            1 => SPECIAL[(word >> 8) as usize % SPECIAL.len()],
            2 => ((word >> 8) % 141) as f64 - 70.0,
            3 => self.between(0.0, 1.0),
            _ => self.between(-50.0, 50.0),
        }
    }

    pub(super) fn column(&mut self) -> Column {
        let mut column = [0.0; BLOCK];
        column.fill_with(|| self.any());
        column
    }
}

/// Whether two values have the same bits; all NaN are one value.
pub(super) fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// How many floats lie between two numbers of one sign (0 has either); huge if only one of them is NaN.
pub(super) fn ulps(a: f64, b: f64) -> u64 {
    if a.is_nan() || b.is_nan() {
        return if a.is_nan() && b.is_nan() { 0 } else { u64::MAX };
    }
    let order = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    order(a).abs_diff(order(b))
}

/// The (x, value) pairs of a function in the table of high-precision values; its head says how they were computed.
pub(super) fn oracle(function: &str) -> Vec<(f64, f64)> {
    let rows = include_str!("../../tests/data/kernel_oracle.csv").lines();
    let fields = rows.filter_map(|row| row.strip_prefix(function)?.strip_prefix(',')?.split_once(','));
    let number = |text: &str| text.parse().expect("the table holds numbers");
    let pairs: Vec<_> = fields.map(|(x, value)| (number(x), number(value))).collect();
    assert!(pairs.len() > 100, "{function} has {} rows", pairs.len());
    pairs
}
