//! Gauss-Legendre quadrature.

/// Nodes and weights on [-1, 1].
#[derive(Clone, Debug)]
pub(super) struct Rule(Vec<(f64, f64)>);

impl Rule {
    /// The rule with so many points, exact for polynomials of degree 2 count - 1.
    ///
    /// Newton's method on the Legendre polynomial from the asymptotic roots (DLMF 18.16.14 to first order).
    pub(super) fn legendre(count: usize) -> Rule {
        let n = count as f64;
        let points = (0..count).map(|k| {
            let mut x = libm::cos(std::f64::consts::PI * (k as f64 + 0.75) / (n + 0.5));
            let mut derivative = 0.0;
            for _ in 0..10 {
                let (mut previous, mut value) = (0.0, 1.0);
                for degree in 0..count {
                    let d = degree as f64;
                    (previous, value) = (value, ((2.0 * d + 1.0) * x * value - d * previous) / (d + 1.0));
                }
                derivative = n * (x * value - previous) / (x * x - 1.0);
                let step = value / derivative;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (x, 2.0 / ((1.0 - x * x) * derivative * derivative))
        });
        Rule(points.collect())
    }

    /// Calls `visit` with each point of [low, high], increasing, and its weight.
    pub(super) fn over(&self, low: f64, high: f64, mut visit: impl FnMut(f64, f64)) {
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        for &(x, weight) in self.0.iter().rev() {
            visit(middle + half * x, half * weight);
        }
    }

    /// The integral of a function over [low, high].
    pub(super) fn integral(&self, low: f64, high: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
        let mut sum = 0.0;
        self.over(low, high, |x, weight| sum += weight * f(x));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        for count in 1..=20 {
            let rule = Rule::legendre(count);
            let power = 2 * count as i32 - 1;
            let found = rule.integral(0.0, 2.0, |x| libm::pow(x, f64::from(power)));
            let exact = libm::pow(2.0, f64::from(power + 1)) / f64::from(power + 1);
            assert!((found / exact - 1.0).abs() < 1e-13, "{count}: {found} {exact}");
        }
    }
}
