//! Quantile functions that need no normal score: from the uniform of a path straight to the value.

use super::octaves::{octaves, octaves_at};
use super::{Column, Level, Octaves, at_each_level};

/// The quantile function of a law with constant parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantile {
    /// A table.
    Octaves(Octaves),
    /// The triangular law.
    Triangular(Triangular),
}

/// The triangular law between a least and a greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

impl Triangular {
    /// From the least value, the mode and the greatest value, in this order.
    pub fn new(low: f64, mode: f64, high: f64) -> Self {
        Triangular { low, mode, high }
    }

    /// low + sqrt(u (high - low) (mode - low)) up to the mode, high - sqrt((1 - u) (high - low) (high - mode)) from there.
    #[inline(always)]
    fn at(self, u: f64) -> f64 {
        let (width, rise, fall) = (self.high - self.low, self.mode - self.low, self.high - self.mode);
        let is_left = u * width < rise;
        // One root serves both sides; chosen between two sums of the root, it would be taken twice.
        let (tail, slope) = if is_left { (u, width * rise) } else { (1.0 - u, width * fall) };
        let (end, sign) = if is_left { (self.low, 1.0) } else { (self.high, -1.0) };
        end + sign * (tail * slope).sqrt()
    }
}

/// The quantile at one probability strictly between 0 and 1.
pub fn quantile_at(u: f64, function: &Quantile) -> f64 {
    match function {
        Quantile::Octaves(table) => octaves_at(u, table),
        Quantile::Triangular(law) => law.at(u),
    }
}

/// The quantiles at a column of uniforms.
pub fn quantile(level: Level, out: &mut Column, u: &Column, function: &Quantile) {
    match function {
        Quantile::Octaves(table) => octaves(level, out, u, table),
        &Quantile::Triangular(Triangular { low, mode, high }) => triangular(level, out, u, low, mode, high),
    }
}

at_each_level! {
    /// The parameters come one by one, in registers: of two in memory, the one for a path's side would be gathered.
    fn triangular(out: &mut Column, u: &Column, low: f64, mode: f64, high: f64) {
        for (out, &u) in out.iter_mut().zip(u) {
            *out = Triangular { low, mode, high }.at(u);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestStream, same};
    use super::*;
    use crate::kernel::BLOCK;

    #[test]
    fn the_triangular_law_is_inverted() {
        let function = Quantile::Triangular(Triangular::new(1.0, 2.0, 5.0));
        // F(2) = 1 / 4; F(x) = (x - 1)^2 / 4 below, 1 - (5 - x)^2 / 12 above.
        for (u, x) in [(0.0, 1.0), (0.0625, 1.5), (0.25, 2.0), (1.0 - 4.0 / 12.0, 3.0), (1.0, 5.0)] {
            assert!((quantile_at(u, &function) - x).abs() < 1e-15, "{u}");
        }
        for level in Level::available() {
            let mut source = TestStream(31);
            let mut u = [0.0; BLOCK];
            u.fill_with(|| source.between(0.0, 1.0));
            let mut out = [0.0; BLOCK];
            quantile(level, &mut out, &u, &function);
            assert!(u.iter().zip(out).all(|(&u, out)| same(out, quantile_at(u, &function))), "{level:?}");
        }
    }
}
