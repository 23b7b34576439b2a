//! A million draws of every law against statrs: distribution function, counts, moments; wrong laws must fail.
//!
//! All laws transform the same sorted normals, whose own Kolmogorov-Smirnov distance is checked too: what remains to
//! go wrong is T.

use rand::SeedableRng;
use rand::distr::Distribution as _;
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use riskband::dist::{ByMoments, Component, Distribution, Entry, FORMS, Law};
use statrs::distribution::{self as oracle, ContinuousCDF, Discrete};
use std::f64::consts::PI;

const DRAWS: usize = 1_000_000;

/// Kolmogorov's limit at 0.1 %: sqrt(-ln(0.0005) / 2) / sqrt(n).
const CRITICAL: f64 = 1.949_5e-3;

fn normals() -> Vec<f64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(20_260_101);
    let mut draws: Vec<f64> = StandardNormal.sample_iter(&mut rng).take(DRAWS).collect();
    draws.sort_by(f64::total_cmp);
    draws
}

fn values(law: &Distribution<f64>, normals: &[f64]) -> Vec<f64> {
    law.check().expect("a valid law");
    let transform = law.transform();
    normals.iter().map(|&z| transform.evaluate(z)).collect()
}

/// The distance at every 50th order statistic; what lies between adds at most 5e-5.
fn distance(sorted: &[f64], cdf: &dyn Fn(f64) -> f64) -> f64 {
    let at = |k: usize| (cdf(sorted[k]) - (k as f64 + 0.5) / sorted.len() as f64).abs();
    (0..sorted.len()).step_by(50).map(at).fold(0.0, f64::max) + 5e-5
}

fn plain(law: Law<f64>) -> Distribution<f64> {
    Distribution::unbounded(law)
}

fn by_moments(of: ByMoments, mean: f64, sd: f64) -> Distribution<f64> {
    plain(Law::Moments { of, mean, sd })
}

fn pmf_of(most: u32, pmf: impl Fn(u64) -> f64) -> Probabilities {
    (0..=most).map(|k| (f64::from(k), pmf(u64::from(k)))).collect()
}

fn pert_quantile(p: f64) -> f64 {
    oracle::Beta::new(2.0, 4.0).expect("a law of statrs").inverse_cdf(p)
}

type Cdf = Box<dyn Fn(f64) -> f64>;

/// Values with their probabilities.
type Probabilities = Vec<(f64, f64)>;

fn cdf_of<T: ContinuousCDF<f64, f64> + 'static, E: std::fmt::Debug>(law: Result<T, E>) -> Cdf {
    let law = law.expect("a law of statrs");
    Box::new(move |x| law.cdf(x))
}

fn within(cdf: Cdf, low: f64, high: f64) -> Cdf {
    let (from, to) = (cdf(low), cdf(high));
    Box::new(move |x| (cdf(x) - from) / (to - from))
}

fn continuous_laws() -> Vec<(Distribution<f64>, Cdf)> {
    let truncated = |law, low, high| Distribution { law, truncate: (Some(low), Some(high)), clip: (None, None) };
    let normal = |mean, sd| Law::Normal { mean, sd };
    let (part, other) = (plain(normal(0.0, 1.0)), plain(Law::Gamma { shape: 2.0, scale: 3.0 }));
    let components =
        [(1.0.into(), Component::Distribution(part.into())), (3.0.into(), Component::Distribution(other.into()))]
            .into();
    let (first, second) = (cdf_of(oracle::Normal::new(0.0, 1.0)), cdf_of(oracle::Gamma::new(2.0, 1.0 / 3.0)));
    let mixture: Cdf = Box::new(move |x| 0.25 * first(x) + 0.75 * second(x));
    let log_odds: Cdf = Box::new(|x: f64| 1.0 / (1.0 + (-(x - 3.0) / 0.5).exp()));
    // Quartiles of a logistic: a metalog of two terms is that logistic.
    let quartile = 0.5 * 3f64.ln();
    vec![
        (plain(normal(0.2, 0.06)), cdf_of(oracle::Normal::new(0.2, 0.06))),
        // p10 and p90 are 1.2815515655446 standard deviations from the mean.
        (
            plain(Law::NormalQuantiles { at: [(0.1, 5.0 - 1.281_551_565_544_6), (0.9, 5.0 + 1.281_551_565_544_6)] }),
            cdf_of(oracle::Normal::new(5.0, 1.0)),
        ),
        (plain(Law::LogNormal { median: 2.0, sigma: 0.5 }), cdf_of(oracle::LogNormal::new(2f64.ln(), 0.5))),
        (plain(Law::LogNormalLog { log_mean: 1.0, log_sd: 0.5 }), cdf_of(oracle::LogNormal::new(1.0, 0.5))),
        (
            plain(Law::LogNormalMoments { mean: 1.125f64.exp(), sd: 1.125f64.exp() * 0.25f64.exp_m1().sqrt() }),
            cdf_of(oracle::LogNormal::new(1.0, 0.5)),
        ),
        (
            plain(Law::LogNormalQuantiles {
                at: [
                    (0.1, (1.0 - 0.5 * 1.281_551_565_544_6f64).exp()),
                    (0.9, (1.0 + 0.5 * 1.281_551_565_544_6f64).exp()),
                ],
            }),
            cdf_of(oracle::LogNormal::new(1.0, 0.5)),
        ),
        (plain(Law::Uniform { low: -1.0, high: 3.0 }), cdf_of(oracle::Uniform::new(-1.0, 3.0))),
        (plain(Law::Triangular { low: 0.0, mode: 1.0, high: 4.0 }), cdf_of(oracle::Triangular::new(0.0, 4.0, 1.0))),
        (plain(Law::Pert { low: 0.0, mode: 0.25, high: 1.0, shape: 4.0 }), cdf_of(oracle::Beta::new(2.0, 4.0))),
        (plain(Law::Beta { alpha: 0.5, beta: 3.0, low: 0.0, high: 1.0 }), cdf_of(oracle::Beta::new(0.5, 3.0))),
        (plain(Law::Gamma { shape: 0.5, scale: 2.0 }), cdf_of(oracle::Gamma::new(0.5, 0.5))),
        (plain(Law::Gamma { shape: 40.0, scale: 2.0 }), cdf_of(oracle::Gamma::new(40.0, 0.5))),
        (plain(Law::Weibull { shape: 1.7, scale: 3.0 }), cdf_of(oracle::Weibull::new(1.7, 3.0))),
        (plain(Law::Exponential { mean: 3.0 }), cdf_of(oracle::Exp::new(1.0 / 3.0))),
        (plain(Law::StudentT { location: 1.0, scale: 2.0, df: 3.0 }), cdf_of(oracle::StudentsT::new(1.0, 2.0, 3.0))),
        (plain(Law::Gumbel { location: 1.0, scale: 2.0 }), cdf_of(oracle::Gumbel::new(1.0, 2.0))),
        (plain(Law::Logistic { location: 3.0, scale: 0.5 }), log_odds),
        (plain(Law::LogUniform { low: 0.01, high: 10.0 }), Box::new(|x: f64| (x / 0.01).ln() / 1000f64.ln())),
        (plain(Law::Pareto { scale: 2.0, shape: 4.5 }), cdf_of(oracle::Pareto::new(2.0, 4.5))),
        (
            plain(Law::Gev { location: 1.0, scale: 2.0, shape: 0.1 }),
            Box::new(|x: f64| (-(1.0 + 0.05 * (x - 1.0)).max(0.0).powf(-10.0)).exp()),
        ),
        (
            plain(Law::Histogram { edges: [0.0, 1.0, 3.0].into(), weights: [2.0, 1.0].map(Entry::from).into() }),
            Box::new(|x: f64| if x < 1.0 { x / 1.5 } else { 2.0 / 3.0 + (x - 1.0) / 6.0 }),
        ),
        // A mean of 3 and an sd of 1.5 is a shape of 4 and a scale of 0.75; of a beta on 0 to 1, 0.4 and 0.2 are 2 and 3.
        (by_moments(ByMoments::Gamma, 3.0, 1.5), cdf_of(oracle::Gamma::new(4.0, 1.0 / 0.75))),
        (by_moments(ByMoments::Uniform, 1.0, 4.0 / 12f64.sqrt()), cdf_of(oracle::Uniform::new(-1.0, 3.0))),
        (
            by_moments(ByMoments::Logistic, 3.0, 0.5 * PI / 3f64.sqrt()),
            Box::new(|x: f64| 1.0 / (1.0 + (-(x - 3.0) / 0.5).exp())),
        ),
        (
            by_moments(ByMoments::Gumbel, 1.0 + 2.0 * 0.577_215_664_901_532_9, 2.0 * PI / 6f64.sqrt()),
            cdf_of(oracle::Gumbel::new(1.0, 2.0)),
        ),
        // A Weibull of shape 1 is the exponential, whose mean is its sd; a Pareto of shape 3 and scale 2 has mean 3, sd sqrt 3.
        (by_moments(ByMoments::Weibull, 3.0, 3.0), cdf_of(oracle::Exp::new(1.0 / 3.0))),
        (by_moments(ByMoments::Pareto, 3.0, 3f64.sqrt()), cdf_of(oracle::Pareto::new(2.0, 3.0))),
        (plain(Law::BetaMoments { mean: 0.4, sd: 0.2, low: 0.0, high: 1.0 }), cdf_of(oracle::Beta::new(2.0, 3.0))),
        // The quartiles of a triangular law on 0 to 2 around 1 are sqrt(1/2) and 2 - sqrt(1/2).
        (
            plain(Law::TriangularQuantiles { at: [(0.25, 0.5f64.sqrt()), (0.75, 2.0 - 0.5f64.sqrt())], mode: 1.0 }),
            cdf_of(oracle::Triangular::new(0.0, 2.0, 1.0)),
        ),
        // A PERT on 0 to 1 around 1/4 is a beta of 2 and 4.
        (
            plain(Law::PertQuantiles {
                at: [(0.1, pert_quantile(0.1)), (0.9, pert_quantile(0.9))],
                mode: 0.25,
                shape: 4.0,
            }),
            cdf_of(oracle::Beta::new(2.0, 4.0)),
        ),
        (
            plain(Law::Metalog {
                at: [(0.25, (3.0 - quartile).into()), (0.75, (3.0 + quartile).into())].into(),
                low: None,
                high: None,
            }),
            Box::new(|x: f64| 1.0 / (1.0 + (-(x - 3.0) / 0.5).exp())),
        ),
        (truncated(normal(0.0, 1.0), 0.5, 2.0), within(cdf_of(oracle::Normal::new(0.0, 1.0)), 0.5, 2.0)),
        (
            truncated(Law::Gamma { shape: 2.0, scale: 1.0 }, 1.0, 4.0),
            within(cdf_of(oracle::Gamma::new(2.0, 1.0)), 1.0, 4.0),
        ),
        (plain(Law::Mixture { components }), mixture),
        (
            plain(Law::Empirical { values: [0.0, 1.0, 4.0].into(), interpolate: true }),
            Box::new(|x: f64| if x < 1.0 { 0.5 * x } else { 0.5 + (x - 1.0) / 6.0 }),
        ),
    ]
}

/// A form that no list has would be drawn and never looked at.
#[test]
fn every_law_is_sampled_in_every_form() {
    let sampled: Vec<Distribution<f64>> = continuous_laws()
        .into_iter()
        .map(|(law, _)| law)
        .chain(discrete_laws().into_iter().map(|(law, _)| law))
        .collect();
    for form in FORMS.iter() {
        let Ok(numbers) = form.try_map(|_, default| Ok::<f64, std::convert::Infallible>(default.unwrap_or(0.0)));
        let is_same = |other: &Distribution<f64>| {
            std::mem::discriminant(&other.law) == std::mem::discriminant(&numbers) && other.name() == numbers.name()
        };
        assert!(sampled.iter().any(is_same), "{form:?} is not sampled");
    }
}

#[test]
fn draws_follow_the_distribution_function() {
    let normals = normals();
    for (law, cdf) in continuous_laws() {
        let found = distance(&values(&law, &normals), &cdf);
        assert!(found < CRITICAL, "{law:?}: {found}");
    }
}

/// The distance is that of the normals themselves, so a parameter that is 1 % off shows.
#[test]
fn a_slightly_wrong_law_is_noticed() {
    let normals = normals();
    for (law, cdf) in [
        (Law::Normal { mean: 0.0, sd: 1.01 }, cdf_of(oracle::Normal::new(0.0, 1.0))),
        (Law::Gamma { shape: 2.02, scale: 1.0 }, cdf_of(oracle::Gamma::new(2.0, 1.0))),
        (Law::Beta { alpha: 2.0, beta: 4.04, low: 0.0, high: 1.0 }, cdf_of(oracle::Beta::new(2.0, 4.0))),
        (Law::StudentT { location: 0.0, scale: 1.0, df: 3.2 }, cdf_of(oracle::StudentsT::new(0.0, 1.0, 3.0))),
        (Law::Weibull { shape: 1.717, scale: 3.0 }, cdf_of(oracle::Weibull::new(1.7, 3.0))),
    ] {
        let found = distance(&values(&plain(law.clone()), &normals), &cdf);
        assert!(found > CRITICAL, "{law:?}: {found}");
    }
}

/// (value, probability) of the values whose probability gives at least 50 draws.
fn discrete_laws() -> Vec<(Distribution<f64>, Probabilities)> {
    let poisson = |mean: f64| {
        let law = oracle::Poisson::new(mean).expect("a Poisson");
        (0..400u32).map(|k| (f64::from(k), law.pmf(u64::from(k)))).collect::<Vec<_>>()
    };
    let cut: Vec<(f64, f64)> = poisson(10.0)[5..=20].to_vec();
    let mass: f64 = cut.iter().map(|pair| pair.1).sum();
    vec![
        (plain(Law::Poisson { mean: 0.7 }), poisson(0.7)),
        (plain(Law::Poisson { mean: 120.0 }), poisson(120.0)),
        (
            Distribution { law: Law::Poisson { mean: 10.0 }, truncate: (Some(5.0), Some(20.5)), clip: (None, None) },
            cut.into_iter().map(|(k, p)| (k, p / mass)).collect(),
        ),
        (
            plain(Law::Binomial { trials: 30.0, probability: 0.3 }),
            pmf_of(30, |k| oracle::Binomial::new(0.3, 30).expect("a binomial").pmf(k)),
        ),
        (
            plain(Law::NegativeBinomial { size: 2.5, probability: 0.3 }),
            pmf_of(200, |k| oracle::NegativeBinomial::new(2.5, 0.3).expect("a law of statrs").pmf(k)),
        ),
        // statrs counts the trials up to the first success, the failures before it are one fewer.
        (
            plain(Law::Geometric { probability: 0.2 }),
            pmf_of(200, |k| oracle::Geometric::new(0.2).expect("a law of statrs").pmf(k + 1)),
        ),
        // Mean 5 and sd 4: a probability of 5/16.
        (
            by_moments(ByMoments::NegativeBinomial, 5.0, 4.0),
            pmf_of(200, |k| oracle::NegativeBinomial::new(25.0 / 11.0, 0.3125).expect("a law of statrs").pmf(k)),
        ),
        (plain(Law::Bernoulli { probability: 0.13 }), vec![(0.0, 0.87), (1.0, 0.13)]),
        (
            plain(Law::Discrete { values: [(-1.0, 1.0.into()), (0.5, 3.0.into()), (2.0, 4.0.into())].into() }),
            vec![(-1.0, 0.125), (0.5, 0.375), (2.0, 0.5)],
        ),
        (
            plain(Law::Empirical { values: [1.0, 2.0, 2.0, 5.0].into(), interpolate: false }),
            vec![(1.0, 0.25), (2.0, 0.5), (5.0, 0.25)],
        ),
    ]
}

/// Chi-square of the counts divided by its limit at 0.1 %.
fn chi_square(sorted: &[f64], probabilities: &[(f64, f64)]) -> f64 {
    let frequent: Vec<_> = probabilities.iter().filter(|(_, p)| p * DRAWS as f64 >= 50.0).collect();
    let mut rest = (0.0, 1.0);
    let mut sum = 0.0;
    let mut count_all = 0;
    let term = |count: f64, p: f64| (count - p * DRAWS as f64).powi(2) / (p * DRAWS as f64);
    for &&(value, p) in &frequent {
        let count = sorted.partition_point(|&x| x <= value) - sorted.partition_point(|&x| x < value);
        sum += term(count as f64, p);
        count_all += count;
        rest.1 -= p;
    }
    rest.0 = (DRAWS - count_all) as f64;
    let mut cells = frequent.len();
    if rest.1 * DRAWS as f64 > 5.0 {
        sum += term(rest.0, rest.1);
        cells += 1;
    } else {
        assert!(rest.0 < 50.0, "{} draws where none can be", rest.0);
    }
    sum / oracle::ChiSquared::new(cells as f64 - 1.0).expect("cells").inverse_cdf(0.999)
}

#[test]
fn counts_follow_the_probabilities() {
    let normals = normals();
    for (law, probabilities) in discrete_laws() {
        let found = chi_square(&values(&law, &normals), &probabilities);
        assert!(found < 1.0, "{law:?}: {found}");
    }
}

#[test]
fn slightly_wrong_probabilities_are_noticed() {
    let normals = normals();
    let laws = discrete_laws();
    let wrong = [Law::Poisson { mean: 0.71 }, Law::Poisson { mean: 120.2 }];
    for (law, (_, probabilities)) in wrong.into_iter().zip(laws) {
        let found = chi_square(&values(&plain(law.clone()), &normals), &probabilities);
        assert!(found > 1.0, "{law:?}: {found}");
    }
}

/// (mean and variance) of the sample, in standard errors from those of the law.
fn moment_scores(law: &Distribution<f64>, sample: &[f64]) -> (f64, f64) {
    let n = sample.len() as f64;
    let (mean, variance) = (law.mean(), law.variance());
    let average = |f: &dyn Fn(f64) -> f64| sample.iter().map(|&x| f(x - mean)).sum::<f64>() / n;
    let (first, second, fourth) = (average(&|d| d), average(&|d| d * d), average(&|d| d * d * d * d));
    (first / (second / n).sqrt(), (second - variance) / ((fourth - second * second) / n).sqrt())
}

#[test]
fn moments_are_those_of_the_draws() {
    let normals = normals();
    let laws = continuous_laws().into_iter().map(|(law, _)| law).chain(discrete_laws().into_iter().map(|(law, _)| law));
    for law in laws {
        // Student's t with 3 degrees of freedom has no fourth moment to judge its variance by, nor has a Pareto of shape 3.
        let heavy = matches!(law.law, Law::StudentT { .. } | Law::Moments { of: ByMoments::Pareto, .. });
        let (mean, variance) = moment_scores(&law, &values(&law, &normals));
        assert!(mean.abs() < 5.0 && (heavy || variance.abs() < 5.0), "{law:?}: {mean} {variance}");
    }
    let clipped = Distribution { clip: (Some(-0.5), Some(1.0)), ..plain(Law::Normal { mean: 0.0, sd: 1.0 }) };
    let sample = values(&clipped, &normals);
    let (mean, variance) = moment_scores(&clipped, &sample);
    assert!(mean.abs() < 5.0 && variance.abs() < 5.0, "{mean} {variance}");
    // The moments of another law are far off.
    let (mean, variance) = moment_scores(&plain(Law::Normal { mean: 0.1, sd: 0.6 }), &sample);
    assert!(mean.abs() > 5.0 && variance.abs() > 5.0, "{mean} {variance}");
}
