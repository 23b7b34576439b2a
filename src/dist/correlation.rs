//! Pearson and Spearman correlation of two laws tied by a Gaussian copula.
//!
//! Z and W are standard normals of correlation rho. E[A B] = E[T_a(Z) E[T_b(W) | Z]], and W given Z = z is normal with
//! mean rho z and variance 1 - rho^2. Both integrals are Gauss-Legendre sums whose panels end at every jump and kink,
//! so that step functions converge like smooth ones (a Hermite series would need thousands of terms for them); where
//! the inner law is a step function, its integral is a sum of normal probabilities.

use std::f64::consts::PI;

use super::distribution::Distribution;
use super::laws::{Component, Law};
use super::normal::{self, Tails};
use super::quadrature::Rule;
use super::transform::Transform;

/// Integrals over z end here: beyond it even the square of a lognormal with sigma 3 weighs less than 1e-8 of itself.
const REACH: f64 = 12.0;

/// How far a correlation may lie beyond the computed end of what is attainable.
const END: f64 = 1e-9;

/// The rank correlation that a normal-score correlation gives to continuous laws: 6 / pi asin(rho / 2) (Pearson, 1907).
pub fn spearman_from_normal_score(rho: f64) -> f64 {
    6.0 / PI * libm::asin(0.5 * rho)
}

/// The normal-score correlation with this rank correlation: 2 sin(pi r / 6).
pub fn normal_score_for_spearman(r: f64) -> f64 {
    2.0 * libm::sin(PI * r / 6.0)
}

/// The Pearson correlation of two laws whose normal scores have the correlation rho, -1 <= rho <= 1.
///
/// Good to about 1e-7. NaN where a law is constant or has no variance. Laws of more than 512 steps are thinned
/// out for |rho| < 1, which costs accuracy where sqrt(1 - rho^2) is below 0.05.
pub fn pearson_from_normal_score(a: &Distribution<f64>, b: &Distribution<f64>, rho: f64) -> f64 {
    LawPair::new(a, b).map_or(f64::NAN, |pair| pair.pearson(rho))
}

/// The normal-score correlation that gives two laws this Pearson correlation.
///
/// # Errors
/// The lowest and the highest attainable correlation, if r is outside; NaN for both where there is none at all.
pub fn normal_score_for_pearson(a: &Distribution<f64>, b: &Distribution<f64>, r: f64) -> Result<f64, (f64, f64)> {
    let pair = LawPair::new(a, b).ok_or((f64::NAN, f64::NAN))?;
    let (mut low, mut high) = (-1.0, 1.0);
    let attainable = (pair.pearson(low), pair.pearson(high));
    // The ends are as good as the integrals: two laws of one shape reach 1 only up to that.
    if r >= attainable.1 && r <= attainable.1 + END {
        return Ok(1.0);
    }
    if r <= attainable.0 && r >= attainable.0 - END {
        return Ok(-1.0);
    }
    if !(attainable.0 <= r && r <= attainable.1) {
        return Err(attainable);
    }
    // Regula falsi with the Illinois correction: the correlation increases with rho.
    let (mut below, mut above) = (attainable.0 - r, attainable.1 - r);
    let mut side = 0;
    let mut rho = r;
    for _ in 0..100 {
        if !(low < rho && rho < high) {
            rho = 0.5 * (low + high);
        }
        let excess = pair.pearson(rho) - r;
        if excess.abs() < 1e-10 || high - low < 1e-12 {
            break;
        }
        if excess > 0.0 {
            (high, above) = (rho, excess);
            if side == 1 {
                below *= 0.5;
            }
            side = 1;
        } else {
            (low, below) = (rho, excess);
            if side == -1 {
                above *= 0.5;
            }
            side = -1;
        }
        rho = (low * above - high * below) / (above - below);
    }
    Ok(rho)
}

/// The normal-score correlation that gives two laws this rank correlation, ties sharing their mean rank.
///
/// Spearman's correlation is that of the grades (F(x-) + F(x)) / 2, which are laws of their own: uniform where a law is
/// continuous, an atom for an atom.
///
/// # Errors
/// As [`normal_score_for_pearson`].
pub fn normal_score_for_spearman_of(a: &Distribution<f64>, b: &Distribution<f64>, r: f64) -> Result<f64, (f64, f64)> {
    normal_score_for_pearson(&grades(a), &grades(b), r)
}

/// The rank correlation of two laws whose normal scores have the correlation rho, ties sharing their mean rank.
pub fn spearman_from_normal_score_of(a: &Distribution<f64>, b: &Distribution<f64>, rho: f64) -> f64 {
    pearson_from_normal_score(&grades(a), &grades(b), rho)
}

/// The law of (F(X-) + F(X)) / 2.
fn grades(law: &Distribution<f64>) -> Distribution<f64> {
    let uniform = |low: f64, high: f64| {
        let law = Distribution::unbounded(Law::Uniform { low, high });
        ((high - low).into(), Component::Distribution(Box::new(law)))
    };
    let atoms = law.atoms();
    let mut components = Vec::with_capacity(2 * atoms.len() + 1);
    let mut reached = 0.0;
    for (x, weight) in atoms {
        let after = law.cdf(x).min(1.0);
        let before = (after - weight).max(reached);
        // Narrower stretches are the rounding of sums of weights.
        if before - reached > 1e-12 {
            components.push(uniform(reached, before));
        }
        components.push((weight.into(), Component::Atom(0.5 * (before + after))));
        reached = after;
    }
    if 1.0 - reached > 1e-12 {
        components.push(uniform(reached, 1.0));
    }
    Distribution::unbounded(Law::Mixture { components: components.into() })
}

/// T of one law, ready for quadrature.
#[derive(Clone, Debug)]
struct ScoreFunction {
    form: ScoreForm,
    /// Jumps and kinks in z, increasing.
    breaks: Vec<f64>,
    mean: f64,
    sd: f64,
}

#[derive(Clone, Debug)]
enum ScoreForm {
    /// Jumps (z, rise) from a first value.
    Steps {
        first: f64,
        jumps: Vec<(f64, f64)>,
    },
    /// The normal or the lognormal, whose moments may live beyond the end of a table.
    Gaussian(Distribution<f64>),
    Table(Transform),
}

impl ScoreFunction {
    fn new(law: &Distribution<f64>, rules: &Rules) -> Option<ScoreFunction> {
        let variance = law.variance();
        if !(variance > 0.0 && variance.is_finite()) {
            return None;
        }
        let unclipped = Distribution { clip: (None, None), ..law.clone() };
        let mut breaks = Vec::new();
        for bound in [law.clip.0, law.clip.1].into_iter().flatten() {
            breaks.push(unclipped.tails(bound).normal_score());
        }
        let form = if law.untruncated().is_some_and(|law| law.gaussian(0.0).is_some()) {
            ScoreForm::Gaussian(law.clone())
        } else {
            match law.transform() {
                Transform::Steps { thresholds, values } => {
                    let jumps = thresholds.iter().zip(values.windows(2)).map(|(&z, pair)| (z, pair[1] - pair[0]));
                    ScoreForm::Steps { first: values[0], jumps: jumps.collect() }
                }
                table => {
                    if let Transform::Pieces { thresholds, .. } = &table {
                        breaks.extend(thresholds);
                    }
                    ScoreForm::Table(table)
                }
            }
        };
        if let ScoreForm::Steps { jumps, .. } = &form {
            breaks = jumps.iter().map(|jump| jump.0).collect();
        }
        breaks.retain(|z| z.abs() < REACH);
        breaks.sort_by(f64::total_cmp);
        let mut score = ScoreFunction { form, breaks, mean: 0.0, sd: 0.0 };
        let values = score.values();
        let mean = rules.expectation(&score.breaks, 0.5, 1.0, &values);
        let sd = rules.expectation(&score.breaks, 0.5, 1.0, |z| (values(z) - mean) * (values(z) - mean)).sqrt();
        drop(values);
        (score.mean, score.sd) = (mean, sd);
        (sd > 0.0).then_some(score)
    }

    /// T as a function of z.
    fn values(&self) -> Box<dyn Fn(f64) -> f64 + '_> {
        match &self.form {
            ScoreForm::Steps { first, jumps } => {
                let mut values = vec![*first];
                values.extend(jumps.iter().scan(*first, |value, jump| {
                    *value += jump.1;
                    Some(*value)
                }));
                Box::new(move |z| values[jumps.partition_point(|jump| jump.0 < z)])
            }
            ScoreForm::Gaussian(law) => Box::new(|z| law.normal_score(z)),
            ScoreForm::Table(transform) => Box::new(|z| transform.evaluate(z)),
        }
    }

    /// With at most about 512 jumps: in each stretch of z, two that keep the moments of the rise up to the third.
    fn thinned(&self) -> ScoreFunction {
        const MOST: usize = 512;
        let ScoreForm::Steps { first, jumps } = &self.form else { return self.clone() };
        if jumps.len() <= MOST {
            return self.clone();
        }
        let width = (jumps[jumps.len() - 1].0 - jumps[0].0) / (MOST / 2) as f64;
        let stretch = |z: f64| ((z - jumps[0].0) / width) as usize;
        let thinned: Vec<(f64, f64)> =
            jumps.chunk_by(|a, b| stretch(a.0) == stretch(b.0)).flat_map(two_for_many).collect();
        let breaks = thinned.iter().map(|jump| jump.0).collect();
        ScoreFunction { form: ScoreForm::Steps { first: *first, jumps: thinned }, breaks, ..*self }
    }
}

/// Two jumps with the total, mean, variance and third central moment of many (two-point Gauss quadrature).
fn two_for_many(jumps: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if jumps.len() <= 2 {
        return jumps.to_vec();
    }
    let total: f64 = jumps.iter().map(|jump| jump.1).sum();
    let average = |f: &dyn Fn(f64) -> f64| jumps.iter().map(|jump| jump.1 * f(jump.0)).sum::<f64>() / total;
    let mean = average(&|z| z);
    let variance = average(&|z| (z - mean) * (z - mean));
    let skew = average(&|z| (z - mean) * (z - mean) * (z - mean)) / variance;
    let half = (variance + 0.25 * skew * skew).sqrt();
    let (left, right) = (0.5 * skew - half, 0.5 * skew + half);
    let share = right / (right - left);
    vec![(mean + left, share * total), (mean + right, (1.0 - share) * total)]
}

/// The rules for wide panels, and for those much narrower than the integrand's features.
#[derive(Clone, Debug)]
struct Rules {
    wide: Rule,
    narrow: Rule,
}

impl Rules {
    /// The integral of f phi in panels that end at the breaks, of at most `widest`.
    ///
    /// f is smooth between the breaks, with features as wide as `feature`.
    fn expectation(&self, breaks: &[f64], widest: f64, feature: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
        let mut sum = 0.0;
        let mut from = -REACH;
        let ends = breaks.iter().copied().filter(|z| z.abs() < REACH).chain([REACH]);
        for end in ends {
            let panels = ((end - from) / widest).ceil();
            let width = (end - from) / panels;
            let rule = if width < 0.1 * feature { &self.narrow } else { &self.wide };
            for k in 0..panels as usize {
                let low = from + width * k as f64;
                sum += rule.integral(low, low + width, |z| f(z) * normal::density(z));
            }
            from = end;
        }
        sum
    }
}

/// Two laws; the inner one is the step function, if one of them is.
#[derive(Clone, Debug)]
struct LawPair {
    outer: ScoreFunction,
    inner: ScoreFunction,
    /// Both, for correlations short of 1 and -1.
    thinned: (ScoreFunction, ScoreFunction),
    rules: Rules,
}

impl LawPair {
    fn new(a: &Distribution<f64>, b: &Distribution<f64>) -> Option<LawPair> {
        let rules = Rules { wide: Rule::legendre(8), narrow: Rule::legendre(3) };
        let (a, b) = (ScoreFunction::new(a, &rules)?, ScoreFunction::new(b, &rules)?);
        let (outer, inner) = if matches!(a.form, ScoreForm::Steps { .. }) { (b, a) } else { (a, b) };
        Some(LawPair { thinned: (outer.thinned(), inner.thinned()), outer, inner, rules })
    }

    fn pearson(&self, rho: f64) -> f64 {
        let covariance = match rho {
            0.0 => 0.0,
            rho if 1.0 - rho * rho < 1e-12 => self.comonotone(rho),
            rho => self.covariance(rho),
        };
        covariance / (self.outer.sd * self.inner.sd)
    }

    /// rho = 1 or -1: W = rho Z.
    fn comonotone(&self, rho: f64) -> f64 {
        let (outer, inner) = (self.outer.values(), self.inner.values());
        let mut breaks: Vec<f64> = self.inner.breaks.iter().map(|z| z * rho).collect();
        breaks.extend(&self.outer.breaks);
        breaks.sort_by(f64::total_cmp);
        self.rules.expectation(&breaks, 0.5, 1.0, |z| (outer(z) - self.outer.mean) * (inner(rho * z) - self.inner.mean))
    }

    fn covariance(&self, rho: f64) -> f64 {
        let sd = (1.0 - rho * rho).sqrt();
        let (outer, inner) = &self.thinned;
        let outer_values = outer.values();
        // Each break of the inner law is a smooth step of this width in the conditional mean.
        let width = (sd / rho.abs()).min(1.0);
        let mut breaks = outer.breaks.clone();
        let mut widest = 0.5;
        if inner.breaks.len() as f64 * 8.0 > 2.0 * REACH / width {
            widest = 0.5 * width;
        } else if width < 1.0 {
            let graded = [0.0, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 8.0, -8.0];
            breaks.extend(inner.breaks.iter().flat_map(|z| graded.map(|step| z / rho + step * width)));
        }
        breaks.sort_by(f64::total_cmp);
        let mean = self.conditional_mean(inner, rho, sd);
        self.rules
            .expectation(&breaks, widest, width, |z| (outer_values(z) - self.outer.mean) * (mean(z) - self.inner.mean))
    }

    /// E[T(W) | Z = z] as a function of z.
    fn conditional_mean<'a>(&'a self, inner: &'a ScoreFunction, rho: f64, sd: f64) -> Box<dyn Fn(f64) -> f64 + 'a> {
        if let ScoreForm::Steps { first, jumps } = &inner.form {
            let mut sums = vec![*first];
            sums.extend(jumps.iter().scan(*first, |sum, jump| {
                *sum += jump.1;
                Some(*sum)
            }));
            return Box::new(move |z| {
                // Jumps more than 9 conditional deviations away are certain.
                let near = |side: f64| jumps.partition_point(|jump| jump.0 < rho * z + side * 9.0 * sd);
                let (from, to) = (near(-1.0), near(1.0));
                jumps[from..to]
                    .iter()
                    .fold(sums[from], |sum, jump| sum + jump.1 * Tails::at((rho * z - jump.0) / sd).lower)
            });
        }
        let values = inner.values();
        Box::new(move |z| {
            let breaks: Vec<f64> = inner.breaks.iter().map(|w| (w - rho * z) / sd).collect();
            self.rules.expectation(&breaks, 0.5, 1.0, |w| values(rho * z + sd * w))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(law: Law<f64>) -> Distribution<f64> {
        Distribution::unbounded(law)
    }

    fn normal() -> Distribution<f64> {
        law(Law::Normal { mean: 3.0, sd: 2.0 })
    }

    fn bernoulli(probability: f64) -> Distribution<f64> {
        law(Law::Bernoulli { probability })
    }

    fn assert_pearson(a: &Distribution<f64>, b: &Distribution<f64>, exact: impl Fn(f64) -> f64) {
        for rho in [-1.0, -0.999, -0.9, -0.5, -0.1, 0.0, 0.3, 0.7, 0.95, 0.9999, 1.0] {
            for (a, b) in [(a, b), (b, a)] {
                let found = pearson_from_normal_score(a, b, rho);
                assert!((found - exact(rho)).abs() < 1e-7, "{a:?} {b:?} {rho}: {found}, not {}", exact(rho));
            }
        }
    }

    #[test]
    fn closed_forms() {
        assert_pearson(&normal(), &normal(), |rho| rho);
        let lognormal = |sigma| law(Law::LogNormal { median: 2.0, sigma });
        let between = |s: f64, t: f64| {
            move |rho: f64| libm::expm1(rho * s * t) / (libm::expm1(s * s) * libm::expm1(t * t)).sqrt()
        };
        assert_pearson(&lognormal(0.5), &lognormal(1.2), between(0.5, 1.2));
        assert_pearson(&normal(), &lognormal(0.8), |rho| rho * 0.8 / libm::expm1(0.64).sqrt());
        let uniform = law(Law::Uniform { low: -1.0, high: 5.0 });
        assert_pearson(&uniform, &uniform, spearman_from_normal_score);
        assert_pearson(&uniform, &normal(), |rho| rho * (3.0 / PI).sqrt());
        assert_pearson(&bernoulli(0.5), &bernoulli(0.5), |rho| 2.0 / PI * libm::asin(rho));
        assert_pearson(&bernoulli(0.5), &normal(), |rho| rho * (2.0 / PI).sqrt());
    }

    #[test]
    fn ranks_of_laws_with_atoms_are_solved_for() {
        let (count, coin) = (law(Law::Poisson { mean: 1.0 }), bernoulli(0.5));
        let (low, high) = normal_score_for_spearman_of(&count, &coin, 0.9).expect_err("out of reach");
        assert!((high - 0.8018).abs() < 5e-5 && (low + 0.8018).abs() < 5e-5, "{low} {high}");
        let rho = normal_score_for_spearman_of(&count, &coin, 0.8).expect("within reach");
        assert!(rho > 0.95 && rho < 1.0, "{rho}");
        // Two coins: the rank correlation is that of the values, 2 / pi asin(rho).
        let rho = normal_score_for_spearman_of(&coin, &coin, 0.5).expect("within reach");
        assert!((rho - 0.5f64.sqrt()).abs() < 1e-7, "{rho}");
        // Half a normal clipped at its median, with a uniform: between a coin's and a continuous law's.
        let clipped = Distribution { clip: (Some(3.0), None), ..normal() };
        let rho = normal_score_for_spearman_of(&clipped, &normal(), 0.5).expect("within reach");
        assert!(rho > normal_score_for_spearman(0.5) && rho < 0.7, "{rho}");
        let continuous = normal_score_for_spearman_of(&normal(), &normal(), 0.5).expect("within reach");
        assert!((continuous - normal_score_for_spearman(0.5)).abs() < 1e-7);
    }

    /// Integrals by mpmath at 25 digits.
    #[test]
    fn values_by_other_means() {
        let exponential = law(Law::Exponential { mean: 2.0 });
        let poisson = |mean| law(Law::Poisson { mean });
        for (a, b, rho, exact) in [
            (bernoulli(0.1), bernoulli(0.7), 0.3, 0.118_370_765_401_882),
            (bernoulli(0.1), bernoulli(0.7), -0.6, -0.316_638_340_227_352),
            (bernoulli(0.1), bernoulli(0.7), 0.9, 0.218_210_462_679_911),
            (bernoulli(0.1), bernoulli(0.7), 0.999, 0.218_217_890_235_992),
            (poisson(0.8), poisson(2.5), 0.5, 0.445_754_429_061),
            (poisson(0.8), poisson(2.5), -0.8, -0.655_205_187_683),
            (poisson(0.8), poisson(2.5), 0.98, 0.899_086_691_808),
            (bernoulli(0.2), exponential.clone(), 0.7, 0.526_993_448_077_865),
            (bernoulli(0.2), exponential.clone(), -0.95, -0.433_481_991_799_251),
            (exponential.clone(), exponential.clone(), 0.5, 0.453_075_020_206),
            // 1 - pi^2 / 6: the exponential against its own mirror image.
            (exponential.clone(), exponential.clone(), -1.0, 1.0 - PI * PI / 6.0),
        ] {
            let found = pearson_from_normal_score(&a, &b, rho);
            assert!((found - exact).abs() < 1e-7, "{a:?} {b:?} {rho}: {found}, not {exact}");
        }
    }

    /// A clipped normal is known through its moments: E[A Z] = Phi(high) - Phi(low).
    #[test]
    fn clips_are_kinks() {
        let clipped = Distribution { clip: (Some(-0.5), Some(1.0)), ..law(Law::Normal { mean: 0.0, sd: 1.0 }) };
        let slope = (Tails::at(1.0).lower - Tails::at(-0.5).lower) / clipped.variance().sqrt();
        assert_pearson(&clipped, &normal(), |rho| rho * slope);
    }

    /// A Poisson of mean 1e4 has 1600 steps, more than are kept; it is all but normal.
    #[test]
    fn many_steps_are_thinned() {
        let poisson = law(Law::Poisson { mean: 1e4 });
        let fine = pearson_from_normal_score(&poisson, &normal(), 1.0);
        for rho in [-0.99, 0.5, 0.9] {
            // Against a normal the correlation is proportional to rho.
            let found = pearson_from_normal_score(&poisson, &normal(), rho);
            assert!((found - rho * fine).abs() < 1e-7, "{rho}: {found}");
        }
    }

    #[test]
    fn solving_undoes_it() {
        let pairs = [
            (normal(), law(Law::LogNormal { median: 1.0, sigma: 1.0 })),
            (bernoulli(0.3), bernoulli(0.6)),
            (law(Law::Gamma { shape: 0.5, scale: 1.0 }), law(Law::Poisson { mean: 3.0 })),
        ];
        for (a, b) in pairs {
            for rho in [-0.95, -0.4, 0.0, 0.2, 0.85] {
                let r = pearson_from_normal_score(&a, &b, rho);
                let found = normal_score_for_pearson(&a, &b, r).expect("attainable");
                assert!((found - rho).abs() < 1e-7, "{a:?} {b:?}: {found}, not {rho}");
            }
        }
    }

    #[test]
    fn what_cannot_be_attained_is_refused() {
        let exponential = law(Law::Exponential { mean: 1.0 });
        let (low, high) = normal_score_for_pearson(&exponential, &exponential, -0.7).expect_err("below the least");
        assert!((low - (1.0 - PI * PI / 6.0)).abs() < 1e-7 && (high - 1.0).abs() < 1e-9);
        let constant = law(Law::Normal { mean: 1.0, sd: 0.0 });
        assert!(normal_score_for_pearson(&constant, &exponential, 0.5).is_err());
        assert!(pearson_from_normal_score(&constant, &exponential, 0.5).is_nan());
        assert!(normal_score_for_pearson(&exponential, &exponential, f64::NAN).is_err());
        let cauchy = law(Law::StudentT { location: 0.0, scale: 1.0, df: 1.0 });
        assert!(pearson_from_normal_score(&cauchy, &exponential, 0.5).is_nan());
    }

    #[test]
    fn spearman_is_its_own_inverse() {
        for k in -10..=10 {
            let r = 0.1 * f64::from(k);
            assert!((spearman_from_normal_score(normal_score_for_spearman(r)) - r).abs() < 1e-15);
        }
    }
}
