//! Loops over the paths of a block: unary and binary operations, choice, multiply-add.

use super::ops::{Binary, Unary};
use super::{BLOCK, Column, Level, at_each_level, exp_ln, log10, normal, normal_cdf, power, scalar, trigonometric};

/// What an operation reads: a value for every path, or one value for all.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// A value for every path.
    Column(&'a Column),
    /// The same value on all paths.
    Scalar(f64),
}

/// `op` of every path's value.
pub fn unary(level: Level, op: Unary, out: &mut Column, a: &Column) {
    match op {
        Unary::Exp => exp_ln::exps(level, out, a),
        Unary::Log10 => log10::log10s(level, out, a),
        Unary::NormalCdf => normal_cdf::normal_cdfs(level, out, a),
        Unary::Sin => trigonometric::sines(level, out, a),
        Unary::Cos => trigonometric::cosines(level, out, a),
        Unary::Tan => trigonometric::tangents(level, out, a),
        Unary::NormalQuantile => normal::quantiles(level, out, a),
        op => unary_column(level, op, out, a),
    }
}

/// `op` of every path's two values.
pub fn binary(level: Level, op: Binary, out: &mut Column, a: Operand<'_>, b: Operand<'_>) {
    match (a, b) {
        (Operand::Column(a), Operand::Column(b)) if op == Binary::Power => power::powers(level, out, a, b),
        (Operand::Column(a), Operand::Scalar(b)) if op == Binary::Power => power::powers_by(level, out, a, b),
        (Operand::Scalar(a), Operand::Column(b)) if op == Binary::Power => power::powers(level, out, &[a; BLOCK], b),
        (Operand::Column(a), Operand::Column(b)) => binary_columns(level, op, out, a, b),
        (Operand::Column(a), Operand::Scalar(b)) => binary_column_scalar(level, op, out, a, b),
        (Operand::Scalar(a), Operand::Column(b)) => binary_scalar_column(level, op, out, a, b),
        (Operand::Scalar(a), Operand::Scalar(b)) => out.fill(scalar::binary(op, a, b)),
    }
}

at_each_level! {
    /// 1 - u in the place of every u.
    pub fn complement(u: &mut Column) {
        u.iter_mut().for_each(|u| *u = 1.0 - *u);
    }
}

at_each_level! {
    /// Moves uniforms into strata of equal width, one into each; every one stays uniform and strictly between 0 and 1.
    ///
    /// Path i goes into stratum a i + b, modulo their number. The odd a and the b are the low bits of the first two uniforms,
    /// which say nothing about where these lie. Two columns have the same a in one block of 256 on average, where their strata
    /// go in step; over many blocks that evens out, so that no mean is biased.
    pub fn stratify(u: &mut Column) {
        const LEAST: f64 = f64::EPSILON / 2.0;
        let (step, first) = (u[0].to_bits() >> 8 | 1, u[1].to_bits() >> 8);
        for (path, u) in u.iter_mut().enumerate() {
            let stratum = step.wrapping_mul(path as u64).wrapping_add(first) % BLOCK as u64;
            let moved = (stratum as f64 + *u) / BLOCK as f64;
            let moved = if moved < LEAST { LEAST } else { moved };
            *u = if moved > 1.0 - LEAST { 1.0 - LEAST } else { moved };
        }
    }
}

at_each_level! {
    /// On every path, `then` where the condition is other than 0, `otherwise` where it is 0, NaN where it is NaN. Only
    /// the chosen branch's NaN counts.
    pub fn select(out: &mut Column, condition: Operand<'_>, then: Operand<'_>, otherwise: Operand<'_>) {
        ternary(out, condition, then, otherwise, scalar::select);
    }
}

at_each_level! {
    /// a b + c on every path, with the bits of a multiplication followed by an addition.
    pub fn multiply_add(out: &mut Column, a: Operand<'_>, b: Operand<'_>, c: Operand<'_>) {
        ternary(out, a, b, c, scalar::multiply_add);
    }
}

at_each_level! {
    /// (a + b) c on every path, with the bits of an addition followed by a multiplication.
    pub fn add_multiply(out: &mut Column, a: Operand<'_>, b: Operand<'_>, c: Operand<'_>) {
        ternary(out, a, b, c, scalar::add_multiply);
    }
}

at_each_level! {
    fn unary_column(op: Unary, out: &mut Column, a: &Column) {
        unary_on(op, out, a);
    }
}

at_each_level! {
    fn binary_columns(op: Binary, out: &mut Column, a: &Column, b: &Column) {
        binary_on(op, out, a, b);
    }
}

at_each_level! {
    fn binary_column_scalar(op: Binary, out: &mut Column, a: &Column, b: f64) {
        binary_on(op, out, a, b);
    }
}

at_each_level! {
    fn binary_scalar_column(op: Binary, out: &mut Column, a: f64, b: &Column) {
        binary_on(op, out, a, b);
    }
}

/// The list of unary operations, on N paths. Each has a loop of its own, so that LLVM can vectorise it.
#[inline(always)]
pub(super) fn unary_on<const N: usize>(op: Unary, out: &mut [f64; N], a: &[f64; N]) {
    match op {
        Unary::Negate => map(out, a, |x| -x),
        Unary::Not => map(out, a, |x| scalar::truth(x == 0.0, x.is_nan())),
        Unary::Abs => map(out, a, f64::abs),
        Unary::Exp => map(out, a, scalar::exp),
        Unary::Ln => map(out, a, scalar::ln),
        Unary::Log10 => map(out, a, scalar::log10),
        Unary::Sqrt => map(out, a, f64::sqrt),
        Unary::Floor => map(out, a, f64::floor),
        Unary::Ceil => map(out, a, f64::ceil),
        Unary::Round => map(out, a, f64::round),
        Unary::Sin => map(out, a, scalar::sin),
        Unary::Cos => map(out, a, scalar::cos),
        Unary::Tan => map(out, a, scalar::tan),
        Unary::Atan => map(out, a, scalar::atan),
        Unary::Tanh => map(out, a, scalar::tanh),
        Unary::Radians => map(out, a, |x| x * (std::f64::consts::PI / 180.0)),
        Unary::Logistic => map(out, a, scalar::logistic),
        Unary::NormalCdf => map(out, a, scalar::normal_cdf),
        Unary::NormalQuantile => map(out, a, scalar::normal_quantile),
    }
}

/// The list of binary operations, on N paths.
#[inline(always)]
pub(super) fn binary_on<const N: usize>(op: Binary, out: &mut [f64; N], a: impl Lanes<N>, b: impl Lanes<N>) {
    match op {
        Binary::Add => zip(out, a, b, |a, b| a + b),
        Binary::Subtract => zip(out, a, b, |a, b| a - b),
        Binary::Multiply => zip(out, a, b, |a, b| a * b),
        Binary::Divide => zip(out, a, b, |a, b| a / b),
        Binary::Power => zip(out, a, b, scalar::power),
        Binary::Min => zip(out, a, b, scalar::min),
        Binary::Max => zip(out, a, b, scalar::max),
        Binary::Equal => compare(out, a, b, |a, b| a == b),
        Binary::NotEqual => compare(out, a, b, |a, b| a != b),
        Binary::Less => compare(out, a, b, |a, b| a < b),
        Binary::LessEqual => compare(out, a, b, |a, b| a <= b),
        Binary::Greater => compare(out, a, b, |a, b| a > b),
        Binary::GreaterEqual => compare(out, a, b, |a, b| a >= b),
        Binary::And => compare(out, a, b, |a, b| (a != 0.0) & (b != 0.0)),
        Binary::Or => compare(out, a, b, |a, b| (a != 0.0) | (b != 0.0)),
    }
}

/// An operand whose kind is known when the loop is compiled.
pub(super) trait Lanes<const N: usize>: Copy {
    fn at(self, path: usize) -> f64;
}

impl<const N: usize> Lanes<N> for &[f64; N] {
    #[inline(always)]
    fn at(self, path: usize) -> f64 {
        self[path]
    }
}

impl<const N: usize> Lanes<N> for f64 {
    #[inline(always)]
    fn at(self, _path: usize) -> f64 {
        self
    }
}

#[inline(always)]
fn map<const N: usize>(out: &mut [f64; N], a: &[f64; N], f: impl Fn(f64) -> f64) {
    for (out, &a) in out.iter_mut().zip(a) {
        *out = f(a);
    }
}

#[inline(always)]
fn zip<const N: usize>(out: &mut [f64; N], a: impl Lanes<N>, b: impl Lanes<N>, f: impl Fn(f64, f64) -> f64) {
    for (path, out) in out.iter_mut().enumerate() {
        *out = f(a.at(path), b.at(path));
    }
}

#[inline(always)]
fn compare<const N: usize>(out: &mut [f64; N], a: impl Lanes<N>, b: impl Lanes<N>, f: impl Fn(f64, f64) -> bool) {
    zip(out, a, b, |a, b| scalar::truth(f(a, b), a.is_nan() | b.is_nan()));
}

/// A loop for each of the eight combinations of operands, resolved one operand at a time.
#[inline(always)]
fn ternary(out: &mut Column, a: Operand<'_>, b: Operand<'_>, c: Operand<'_>, f: impl Fn(f64, f64, f64) -> f64) {
    match a {
        Operand::Column(a) => ternary_bc(out, a, b, c, f),
        Operand::Scalar(a) => ternary_bc(out, a, b, c, f),
    }
}

#[inline(always)]
fn ternary_bc(
    out: &mut Column,
    a: impl Lanes<BLOCK>,
    b: Operand<'_>,
    c: Operand<'_>,
    f: impl Fn(f64, f64, f64) -> f64,
) {
    match b {
        Operand::Column(b) => ternary_c(out, a, b, c, f),
        Operand::Scalar(b) => ternary_c(out, a, b, c, f),
    }
}

#[inline(always)]
fn ternary_c(
    out: &mut Column,
    a: impl Lanes<BLOCK>,
    b: impl Lanes<BLOCK>,
    c: Operand<'_>,
    f: impl Fn(f64, f64, f64) -> f64,
) {
    match c {
        Operand::Column(c) => zip3(out, a, b, c, f),
        Operand::Scalar(c) => zip3(out, a, b, c, f),
    }
}

#[inline(always)]
fn zip3(
    out: &mut Column,
    a: impl Lanes<BLOCK>,
    b: impl Lanes<BLOCK>,
    c: impl Lanes<BLOCK>,
    f: impl Fn(f64, f64, f64) -> f64,
) {
    for (path, out) in out.iter_mut().enumerate() {
        *out = f(a.at(path), b.at(path), c.at(path));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, same};
    use super::*;

    const ROUNDS: u64 = 20;

    fn at(operand: Operand<'_>, path: usize) -> f64 {
        match operand {
            Operand::Column(column) => column[path],
            Operand::Scalar(value) => value,
        }
    }

    /// The operand as a column, and one of its values for all paths.
    fn both_kinds(column: &Column, round: u64) -> [Operand<'_>; 2] {
        [Operand::Column(column), Operand::Scalar(column[round as usize])]
    }

    #[test]
    fn unary_has_the_bits_of_the_scalar_definition() {
        for level in Level::available() {
            let mut source = TestStream(7);
            let mut out = [0.0; BLOCK];
            for &op in Unary::ALL {
                for _ in 0..ROUNDS {
                    let a = source.column();
                    unary(level, op, &mut out, &a);
                    for (&a, out) in a.iter().zip(out) {
                        let expected = scalar::unary(op, a);
                        assert!(same(out, expected), "{level:?} {op:?}({a:e}) = {out:e}, not {expected:e}");
                    }
                }
            }
        }
    }

    #[test]
    fn binary_has_the_bits_of_the_scalar_definition() {
        for level in Level::available() {
            let mut source = TestStream(8);
            let mut out = [0.0; BLOCK];
            for &op in Binary::ALL {
                for round in 0..ROUNDS {
                    let (a, b) = (source.column(), source.column());
                    for (a, b) in both_kinds(&a, round).into_iter().flat_map(|a| both_kinds(&b, round).map(|b| (a, b)))
                    {
                        binary(level, op, &mut out, a, b);
                        for (path, &out) in out.iter().enumerate() {
                            let (a, b) = (at(a, path), at(b, path));
                            let expected = scalar::binary(op, a, b);
                            assert!(same(out, expected), "{level:?} {op:?}({a:e}, {b:e}) = {out:e}, not {expected:e}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn powers_by_every_whole_exponent_have_the_bits_of_the_scalar_definition() {
        for level in Level::available() {
            let a = TestStream(9).column();
            let mut out = [0.0; BLOCK];
            for exponent in -66..=66 {
                let exponent = f64::from(exponent);
                binary(level, Binary::Power, &mut out, Operand::Column(&a), Operand::Scalar(exponent));
                for (&a, out) in a.iter().zip(out) {
                    assert!(same(out, scalar::power(a, exponent)), "{level:?} {a:e}^{exponent}");
                }
            }
        }
    }

    #[test]
    fn ternary_has_the_bits_of_the_scalar_definition() {
        for level in Level::available() {
            let mut source = TestStream(10);
            let mut out = [0.0; BLOCK];
            for round in 0..ROUNDS {
                let columns = [source.column(), source.column(), source.column()];
                let kinds = columns.each_ref().map(|column| both_kinds(column, round));
                for choice in 0..8 {
                    let [a, b, c] = [kinds[0][choice & 1], kinds[1][choice >> 1 & 1], kinds[2][choice >> 2]];
                    select(level, &mut out, a, b, c);
                    for (path, &out) in out.iter().enumerate() {
                        assert!(same(out, scalar::select(at(a, path), at(b, path), at(c, path))), "{level:?}");
                    }
                    multiply_add(level, &mut out, a, b, c);
                    for (path, &out) in out.iter().enumerate() {
                        let product = scalar::binary(Binary::Multiply, at(a, path), at(b, path));
                        assert!(same(out, scalar::binary(Binary::Add, product, at(c, path))), "{level:?}");
                    }
                    add_multiply(level, &mut out, a, b, c);
                    for (path, &out) in out.iter().enumerate() {
                        let sum = scalar::binary(Binary::Add, at(a, path), at(b, path));
                        assert!(same(out, scalar::binary(Binary::Multiply, sum, at(c, path))), "{level:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_stratum_gets_one_value() {
        let mut source = TestStream(11);
        for level in Level::available() {
            for _ in 0..100 {
                let mut u = [0.0; BLOCK];
                u.fill_with(|| source.between(f64::EPSILON, 1.0 - f64::EPSILON));
                let before = u;
                stratify(level, &mut u);
                let stratum = |u: f64| (u * BLOCK as f64) as usize;
                let mut strata: Vec<usize> = u.iter().map(|&u| stratum(u)).collect();
                // Neighbouring paths are a random step apart.
                assert!(strata.windows(2).any(|pair| pair[0].abs_diff(pair[1]) > 1));
                strata.sort_unstable();
                assert!(strata.into_iter().eq(0..BLOCK), "{level:?}");
                let within = |u: f64| u * BLOCK as f64 - stratum(u) as f64;
                assert!(u.iter().zip(before).all(|(&u, before)| (within(u) - before).abs() < 1e-12), "{level:?}");
            }
            let mut ends = [1.0 - f64::EPSILON / 2.0; BLOCK];
            stratify(level, &mut ends);
            assert!(ends.iter().all(|&u| u < 1.0 && 1.0 - u < 1.0));
            let mut ends = [f64::EPSILON / 2.0; BLOCK];
            stratify(level, &mut ends);
            assert!(ends.iter().all(|&u| u > 0.0 && 1.0 - u < 1.0));
        }
    }

    /// A fused operation would keep what the product's rounding loses: 1 + 2^-53 - 1 here.
    #[test]
    fn multiply_add_rounds_twice() {
        let a = [1.0 + f64::EPSILON; BLOCK];
        let b = Operand::Scalar(1.0 - f64::EPSILON / 2.0);
        for level in Level::available() {
            let mut out = [0.0; BLOCK];
            multiply_add(level, &mut out, Operand::Column(&a), b, Operand::Scalar(-1.0));
            assert_eq!(out[17], (1.0 + f64::EPSILON) * (1.0 - f64::EPSILON / 2.0) - 1.0);
            assert_ne!(out[17], libm::fma(1.0 + f64::EPSILON, 1.0 - f64::EPSILON / 2.0, -1.0));
        }
    }
}
