//! Every law against its closed forms, drawn both ways: by its own sampler and through the latent field.

use super::builder::*;
use libm::{erf, exp, log, sqrt, tgamma};
use riskband::dist::{ByMoments, Component, Distribution, Entry, Law};
use riskband::model::*;
use riskband::reference::law::Bounded;
use riskband::reference::{Split, simulate};
use std::f64::consts::{LN_2, PI, SQRT_2};

const PATHS: u64 = 40_000;

/// A law with its mean, standard deviation (where it has one that a sample shows) and values of F.
struct Case {
    name: &'static str,
    distribution: Distribution<f64>,
    mean: Option<f64>,
    sd: Option<f64>,
    cdf: Vec<(f64, f64)>,
}

fn plain(law: Law<f64>) -> Distribution<f64> {
    Distribution { law, truncate: (None, None), clip: (None, None) }
}

fn case(name: &'static str, law: Law<f64>, mean: f64, sd: f64, cdf: &[(f64, f64)]) -> Case {
    Case { name, distribution: plain(law), mean: Some(mean), sd: Some(sd), cdf: cdf.to_vec() }
}

fn phi(z: f64) -> f64 {
    0.5 * (1.0 + erf(z / SQRT_2))
}

fn density(z: f64) -> f64 {
    exp(-0.5 * z * z) / sqrt(2.0 * PI)
}

/// Standard normal quantile at 0.9.
const Z90: f64 = 1.281_551_565_544_600_4;

fn cases() -> Vec<Case> {
    let euler = 0.577_215_664_901_532_9;
    let mut cases = vec![
        case("normal", Law::Normal { mean: 3.0, sd: 2.0 }, 3.0, 2.0, &[(1.0, phi(-1.0)), (6.0, phi(1.5))]),
        case(
            "normal through quantiles",
            Law::NormalQuantiles { at: [(0.5, 1.0), (0.9, 1.0 + 2.0 * Z90)] },
            1.0,
            2.0,
            &[(1.0, 0.5), (3.0, phi(1.0))],
        ),
        case(
            "lognormal",
            Law::LogNormal { median: 2.0, sigma: 0.5 },
            2.0 * exp(0.125),
            2.0 * exp(0.125) * sqrt(exp(0.25) - 1.0),
            &[(2.0, 0.5), (2.0 * exp(-0.5), phi(-1.0))],
        ),
        case(
            "lognormal by moments",
            Law::LogNormalMoments { mean: 3.0, sd: 1.5 },
            3.0,
            1.5,
            &[(3.0 / sqrt(1.25), 0.5)],
        ),
        case(
            "lognormal by logs",
            Law::LogNormalLog { log_mean: 0.3, log_sd: 0.4 },
            exp(0.38),
            exp(0.38) * sqrt(exp(0.16) - 1.0),
            &[(exp(0.7), phi(1.0))],
        ),
        case(
            "lognormal through quantiles",
            Law::LogNormalQuantiles { at: [(0.1, exp(-0.5 * Z90)), (0.9, exp(0.5 * Z90))] },
            exp(0.125),
            exp(0.125) * sqrt(exp(0.25) - 1.0),
            &[(1.0, 0.5), (exp(0.5), phi(1.0))],
        ),
        case("uniform", Law::Uniform { low: -1.0, high: 3.0 }, 1.0, 4.0 / sqrt(12.0), &[(0.0, 0.25), (2.0, 0.75)]),
        case(
            "triangular",
            Law::Triangular { low: 0.0, mode: 0.02, high: 0.05 },
            0.07 / 3.0,
            sqrt((0.02 * 0.02 + 0.05 * 0.05 - 0.02 * 0.05) / 18.0),
            &[(0.02, 0.4), (0.01, 0.1), (0.035, 1.0 - 0.015 * 0.015 / (0.05 * 0.03))],
        ),
        case(
            "triangular, mode at the end",
            Law::Triangular { low: 0.0, mode: 1.0, high: 1.0 },
            2.0 / 3.0,
            sqrt(1.0 / 18.0),
            &[(0.5, 0.25)],
        ),
        // alpha 1 + 3 * 1/3 = 2, beta 1 + 3 * 2/3 = 3: F(u) = 6 u^2 - 8 u^3 + 3 u^4
        case(
            "pert",
            Law::Pert { low: 1.0, mode: 2.0, high: 4.0, shape: 3.0 },
            1.0 + 3.0 * 0.4,
            3.0 * 0.2,
            &[(2.5, 0.6875), (1.75, 6.0 / 16.0 - 8.0 / 64.0 + 3.0 / 256.0)],
        ),
        case("beta", Law::Beta { alpha: 2.0, beta: 3.0, low: -1.0, high: 1.0 }, -0.2, 0.4, &[(0.0, 0.6875)]),
        case(
            "beta of the arcsine",
            Law::Beta { alpha: 0.5, beta: 0.5, low: 0.0, high: 1.0 },
            0.5,
            sqrt(0.125),
            &[(0.25, 1.0 / 3.0), (0.5, 0.5)],
        ),
        case(
            "gamma",
            Law::Gamma { shape: 2.0, scale: 1.5 },
            3.0,
            1.5 * SQRT_2,
            &[(1.5, 1.0 - 2.0 * exp(-1.0)), (6.0, 1.0 - 5.0 * exp(-4.0))],
        ),
        case(
            "gamma below 1",
            Law::Gamma { shape: 0.5, scale: 2.0 },
            1.0,
            SQRT_2,
            &[(1.0, erf(1.0 / SQRT_2)), (0.01, erf(0.1 / SQRT_2))],
        ),
        case(
            "weibull",
            Law::Weibull { shape: 2.0, scale: 3.0 },
            3.0 * tgamma(1.5),
            3.0 * sqrt(1.0 - tgamma(1.5) * tgamma(1.5)),
            &[(3.0, 1.0 - exp(-1.0)), (1.5, 1.0 - exp(-0.25))],
        ),
        // df 2: F(t) = 1/2 + t / (2 sqrt(2 + t^2)); df 5 has the variance 5/3.
        case(
            "student",
            Law::StudentT { location: 1.0, scale: 2.0, df: 5.0 },
            1.0,
            2.0 * sqrt(5.0 / 3.0),
            &[(1.0, 0.5)],
        ),
        case(
            "gumbel",
            Law::Gumbel { location: 2.0, scale: 0.5 },
            2.0 + 0.5 * euler,
            0.5 * PI / sqrt(6.0),
            &[(2.0, exp(-1.0)), (3.0, exp(-exp(-2.0)))],
        ),
        case(
            "logistic",
            Law::Logistic { location: -1.0, scale: 2.0 },
            -1.0,
            2.0 * PI / sqrt(3.0),
            &[(-1.0, 0.5), (1.0, 1.0 / (1.0 + exp(-1.0)))],
        ),
        case("poisson", Law::Poisson { mean: 2.5 }, 2.5, sqrt(2.5), &[(0.0, exp(-2.5)), (2.0, 6.625 * exp(-2.5))]),
        case("poisson, many", Law::Poisson { mean: 400.0 }, 400.0, 20.0, &[]),
        case("exponential", Law::Exponential { mean: 4.0 }, 4.0, 4.0, &[(4.0 * LN_2, 0.5)]),
        case(
            "loguniform",
            Law::LogUniform { low: 1.0, high: 100.0 },
            99.0 / log(100.0),
            sqrt(9999.0 / (2.0 * log(100.0)) - (99.0 / log(100.0)) * (99.0 / log(100.0))),
            &[(10.0, 0.5)],
        ),
        case("pareto", Law::Pareto { scale: 2.0, shape: 5.0 }, 2.5, 2.5 / sqrt(15.0), &[(4.0, 1.0 - 1.0 / 32.0)]),
        case(
            "extreme value",
            Law::Gev { location: 1.0, scale: 2.0, shape: -0.5 },
            1.0 + 4.0 * (1.0 - tgamma(1.5)),
            4.0 * sqrt(1.0 - tgamma(1.5) * tgamma(1.5)),
            &[(1.0, exp(-1.0)), (3.0, exp(-0.25))],
        ),
        case(
            "binomial",
            Law::Binomial { trials: 4.0, probability: 0.25 },
            1.0,
            sqrt(0.75),
            &[(0.0, 81.0 / 256.0), (1.0, 189.0 / 256.0)],
        ),
        case(
            "negative binomial",
            Law::NegativeBinomial { size: 2.0, probability: 0.5 },
            2.0,
            2.0,
            &[(0.0, 0.25), (1.0, 0.5), (2.0, 0.6875)],
        ),
        case("geometric", Law::Geometric { probability: 0.25 }, 3.0, sqrt(12.0), &[(0.0, 0.25), (1.0, 0.4375)]),
        case(
            "histogram",
            Law::Histogram { edges: [0.0, 1.0, 3.0].into(), weights: [2.0, 1.0].map(Entry::from).into() },
            1.0,
            sqrt((2.0 / 3.0 + 13.0 / 3.0) / 3.0 - 1.0),
            &[(0.5, 1.0 / 3.0), (2.0, 5.0 / 6.0)],
        ),
        case("bernoulli", Law::Bernoulli { probability: 0.3 }, 0.3, sqrt(0.21), &[(0.0, 0.7)]),
        case(
            "discrete",
            Law::Discrete { values: [(-1.0, 2.0.into()), (0.5, 5.0.into()), (4.0, 3.0.into())].into() },
            1.25,
            sqrt(0.2 + 0.125 + 4.8 - 1.5625),
            &[(-1.0, 0.2), (0.5, 0.7), (3.9, 0.7)],
        ),
        case(
            "empirical",
            Law::Empirical { values: [1.0, 2.0, 2.0, 5.0].into(), interpolate: false },
            2.5,
            1.5,
            &[(1.0, 0.25), (2.0, 0.75), (4.9, 0.75)],
        ),
        // Thirds on [1, 2], the atom 2 and [2, 5].
        case(
            "empirical between the values",
            Law::Empirical { values: [1.0, 2.0, 2.0, 5.0].into(), interpolate: true },
            (1.5 + 2.0 + 3.5) / 3.0,
            sqrt((7.0 / 3.0 + 4.0 + 13.0) / 3.0 - 49.0 / 9.0),
            &[(1.5, 1.0 / 6.0), (1.75, 0.25), (2.0, 2.0 / 3.0), (3.5, 5.0 / 6.0)],
        ),
        // Two terms are a logistic of location 3 and scale 2 / ln 9.
        case(
            "metalog of two quantiles",
            Law::Metalog { at: [(0.1, 1.0.into()), (0.9, 5.0.into())].into(), low: None, high: None },
            3.0,
            2.0 / log(9.0) * PI / sqrt(3.0),
            &[(1.0, 0.1), (3.0, 0.5), (3.0 + 2.0 / log(9.0) * log(3.0), 0.75)],
        ),
        case(
            "mixture",
            Law::Mixture {
                components: [
                    (3.0.into(), Component::Atom(1.0)),
                    (7.0.into(), Component::Distribution(Box::new(plain(Law::Uniform { low: 0.0, high: 2.0 })))),
                ]
                .into(),
            },
            1.0,
            sqrt(0.7 / 3.0),
            &[(0.5, 0.175), (0.75, 0.262_5), (1.0, 0.65), (1.5, 0.825)],
        ),
    ];
    let without_moments = |name, law, cdf: &[(f64, f64)]| Case {
        name,
        distribution: plain(law),
        mean: None,
        sd: None,
        cdf: cdf.to_vec(),
    };
    cases.push(without_moments(
        "student of two degrees",
        Law::StudentT { location: 0.0, scale: 1.0, df: 2.0 },
        &[(-2.0, 0.5 - 1.0 / sqrt(6.0)), (0.5, 0.5 + 0.25 / 1.5), (2.0, 0.5 + 1.0 / sqrt(6.0))],
    ));
    let bounds = Law::Metalog {
        at: [(0.1, 1.0), (0.5, 3.0), (0.9, 8.0)].map(|(p, x)| (p, x.into())).into(),
        low: Some(0.0.into()),
        high: Some(20.0.into()),
    };
    cases.push(without_moments(
        "metalog between bounds",
        bounds,
        &[(0.0, 0.0), (1.0, 0.1), (3.0, 0.5), (8.0, 0.9), (20.0, 1.0)],
    ));
    let half = Law::Metalog {
        at: [(0.1, 1.0), (0.5, 3.0), (0.9, 8.0)].map(|(p, x)| (p, x.into())).into(),
        low: Some(0.0.into()),
        high: None,
    };
    cases.push(without_moments("metalog above a bound", half, &[(1.0, 0.1), (3.0, 0.5), (8.0, 0.9)]));

    // Half a normal: mean sqrt(2 / pi), variance 1 - 2 / pi.
    let mut truncated = case(
        "truncated normal",
        Law::Normal { mean: 0.0, sd: 1.0 },
        sqrt(2.0 / PI),
        sqrt(1.0 - 2.0 / PI),
        &[(0.0, 0.0), (1.0, 2.0 * phi(1.0) - 1.0)],
    );
    truncated.distribution.truncate = (Some(0.0), None);
    cases.push(truncated);
    // P(1 <= N <= 2) of a Poisson of mean 1 is e^-1 (1 + 1/2): 1 has 2/3 of it.
    let mut counted = case(
        "truncated poisson",
        Law::Poisson { mean: 1.0 },
        4.0 / 3.0,
        sqrt(2.0) / 3.0,
        &[(0.9, 0.0), (1.0, 2.0 / 3.0)],
    );
    counted.distribution.truncate = (Some(1.0), Some(2.0));
    cases.push(counted);
    // E min(max(Z, 0), 1) = density(0) - density(1), and what is clipped at 1.
    // E min(max(Z, 0), 1)^2 = phi(1) - 1/2 - density(1), and what is clipped at 1.
    let second = phi(1.0) - 0.5 - density(1.0) + (1.0 - phi(1.0));
    let first = density(0.0) - density(1.0) + (1.0 - phi(1.0));
    let mut clipped = case(
        "clipped normal",
        Law::Normal { mean: 0.0, sd: 1.0 },
        first,
        sqrt(second - first * first),
        &[(-0.1, 0.0), (0.0, 0.5), (0.999_999_9, phi(0.999_999_9)), (1.0, 1.0)],
    );
    clipped.distribution.clip = (Some(0.0), Some(1.0));
    cases.push(clipped);
    // Truncated to [1, inf), then clipped to 2: P(2) = P(Z > 2 | Z > 1).
    let mut both = without_moments(
        "truncated and clipped",
        Law::Normal { mean: 0.0, sd: 1.0 },
        &[(1.0, 0.0), (1.9, 1.0 - phi(-1.9) / phi(-1.0)), (2.0, 1.0)],
    );
    both.distribution.truncate = (Some(1.0), None);
    both.distribution.clip = (None, Some(2.0));
    cases.push(both);
    cases
}

/// The same law with parameters that are variables of a model.
fn declared(b: &mut Builder, distribution: &Distribution<f64>) -> Distribution<VarId> {
    distribution.map(|x| b.constant(*x))
}

#[test]
fn samples_of_every_law_have_its_moments_and_probabilities() {
    let persistent = OverTime { persistence: 0.4, permanent: 0.3 };
    for case in cases() {
        for (way, over_time, step) in
            [("fresh", OverTime::FRESH, 1), ("persistent", persistent, 1), ("constant", OverTime::CONSTANT, 0)]
        {
            let mut b = Builder::steps(1);
            let distribution = declared(&mut b, &case.distribution);
            b.bounded("x", distribution, over_time);
            let results = simulate(&b.0, PATHS, 11);
            let x = sample(&results, "x", step);
            let what = format!("{}, {way}", case.name);
            assert_eq!(x.n(), PATHS, "{what}");
            if let Some(mean) = case.mean {
                assert_mean(x, mean, &what);
            }
            if let Some(sd) = case.sd {
                assert_sd(x, sd, &what);
            }
            for &(at, probability) in &case.cdf {
                assert_share(x, at, probability, &what);
            }
        }
    }
}

#[test]
fn a_wrong_law_is_found() {
    let mut b = Builder::steps(1);
    let law = Law::Normal { mean: b.constant(3.0), sd: b.constant(2.05) };
    b.draw("x", law, OverTime::FRESH);
    let results = simulate(&b.0, PATHS, 11);
    let x = sample(&results, "x", 1);
    assert!((x.sd().unwrap() - 2.0).abs() > Z * x.sd_se().unwrap());
}

#[test]
fn quantiles_and_cdfs_invert_each_other_into_the_tails() {
    for case in cases() {
        let bounded = Bounded::read(&case.distribution, |x| *x).expect("valid parameters");
        for (x, probability) in case.cdf {
            let split = bounded.split(x, true);
            let (name, found) = (case.name, split.below);
            assert!((found - probability).abs() < 1e-12, "{name}: F({x}) = {found}, expected {probability}");
            assert!((split.below + split.above - 1.0).abs() < 1e-12, "{name}: {split:?}");
        }
        for z in [-7.0, -3.0, -1.0, -0.1, 0.0, 0.3, 1.0, 2.5, 6.5] {
            let level = Split::at_score(z);
            let x = bounded.quantile(level);
            // F(x-) <= p <= F(x), in the smaller tail, with room for rounding of x itself.
            let room = 1e-14 * (1.0 + x.abs());
            let (before, after) = (bounded.split(x - room, false), bounded.split(x + room, true));
            let slack = 1e-11;
            let fits = if z <= 0.0 {
                before.below <= level.below * (1.0 + slack) && after.below >= level.below * (1.0 - slack)
            } else {
                before.above >= level.above * (1.0 - slack) && after.above <= level.above * (1.0 + slack)
            };
            assert!(fits, "{}: quantile {x} at {level:?} has {before:?}, {after:?}", case.name);
        }
    }
}

#[test]
fn published_quantiles() {
    // Tables of chi squared, Student's t and F quantiles (Abramowitz and Stegun, 26.8, 26.10; R 4.4 to all digits).
    let quantile = |law: Law<f64>, p: f64| Bounded::read(&plain(law), |x| *x).expect("valid").quantile(Split::at(p));
    let close = |x: f64, y: f64| assert!((x - y).abs() <= 1e-12 * y.abs(), "{x}, expected {y}");
    close(quantile(Law::Gamma { shape: 5.0, scale: 2.0 }, 0.95), 18.307_038_053_275_15);
    close(quantile(Law::Gamma { shape: 0.5, scale: 2.0 }, 0.95), 3.841_458_820_694_124);
    close(quantile(Law::StudentT { location: 0.0, scale: 1.0, df: 1.0 }, 0.975), 12.706_204_736_174_7);
    close(quantile(Law::StudentT { location: 0.0, scale: 1.0, df: 10.0 }, 0.975), 2.228_138_851_986_274);
    assert_eq!(quantile(Law::Poisson { mean: 2.5 }, 0.9), 5.0);
}

#[test]
fn parameters_outside_their_domain_give_no_value() {
    let laws = [
        Law::Normal { mean: 0.0, sd: -1.0 },
        Law::Normal { mean: f64::NAN, sd: 1.0 },
        Law::LogNormal { median: 0.0, sigma: 1.0 },
        Law::LogNormalQuantiles { at: [(0.1, 2.0), (0.9, 1.0)] },
        Law::Uniform { low: 1.0, high: 0.0 },
        Law::Triangular { low: 0.0, mode: 2.0, high: 1.0 },
        Law::Pert { low: 0.0, mode: 0.5, high: 1.0, shape: 0.0 },
        Law::Beta { alpha: 0.0, beta: 1.0, low: 0.0, high: 1.0 },
        Law::Gamma { shape: 1.0, scale: 0.0 },
        Law::Exponential { mean: -1.0 },
        Law::Poisson { mean: -1.0 },
        Law::Bernoulli { probability: 1.1 },
    ];
    for law in laws {
        assert!(Bounded::read(&plain(law.clone()), |x| *x).is_none(), "{law:?}");
    }
    let normal = |truncate, clip| Distribution { law: Law::Normal { mean: 0.0, sd: 1.0 }, truncate, clip };
    let none = (None, None);
    for bounded in [
        normal((Some(1.0), Some(1.0)), none),
        normal((Some(f64::NAN), None), none),
        normal(none, (Some(2.0), Some(1.0))),
        normal(none, (None, Some(f64::INFINITY))),
    ] {
        assert!(Bounded::read(&bounded, |x| *x).is_none(), "{bounded:?}");
    }
    // What is left of a uniform above its upper end is nothing.
    let empty = Distribution { law: Law::Uniform { low: 0.0, high: 1.0 }, truncate: (Some(2.0), None), clip: none };
    assert!(Bounded::read(&empty, |x| *x).expect("a domain").quantile(Split::at(0.5)).is_nan());
    // On a path only some draws are without value: sd ~ N(0, 1) is below 0 half of the time.
    for over_time in [OverTime::FRESH, OverTime { persistence: 0.5, permanent: 0.0 }] {
        let mut b = Builder::steps(1);
        let sd = b.standard_normal("sd", OverTime::FRESH);
        let law = Law::Normal { mean: b.constant(0.0), sd };
        let input = b.input("x", over_time);
        let distribution = Distribution { law, truncate: (None, None), clip: (None, None) };
        b.add("x", 1, Definition::Draw { input, distribution });
        let results = simulate(&b.0, PATHS, 12);
        let x = sample(&results, "x", 1);
        let (n, expected) = (x.n() as f64, 0.5 * PATHS as f64);
        assert!((n - expected).abs() < Z * (0.25 * PATHS as f64).sqrt());
        // E X^2 = E sd^2 = 1.
        assert_mean(x, 0.0, "x");
        assert_sd(x, 1.0, "x");
    }
}

#[test]
fn no_spread_is_a_constant() {
    for law in [
        Law::Normal { mean: 2.0, sd: 0.0 },
        Law::LogNormal { median: 2.0, sigma: 0.0 },
        Law::Uniform { low: 2.0, high: 2.0 },
        Law::Triangular { low: 2.0, mode: 2.0, high: 2.0 },
        Law::Pert { low: 2.0, mode: 2.0, high: 2.0, shape: 4.0 },
    ] {
        for over_time in [OverTime::FRESH, OverTime { persistence: 0.5, permanent: 0.0 }] {
            let mut b = Builder::steps(1);
            let distribution = declared(&mut b, &plain(law.clone()));
            b.bounded("x", distribution, over_time);
            let results = simulate(&b.0, 100, 13);
            let x = sample(&results, "x", 1);
            assert!((x.mean().unwrap() - 2.0).abs() < 1e-15 && x.sd() == Some(0.0), "{law:?}");
        }
    }
}

/// By its moments, or by quantiles and a mode, a law is the one by its usual parameters.
#[test]
fn other_parameters_are_solved_for() {
    let same = |law: Law<f64>, usual: Law<f64>| {
        let read = |law: &Law<f64>| Bounded::read(&plain(law.clone()), |x| *x).expect("valid parameters");
        let (law, usual) = (read(&law), read(&usual));
        for z in [-3.0, -1.0, 0.0, 0.5, 2.5] {
            let (x, y) = (law.quantile(Split::at_score(z)), usual.quantile(Split::at_score(z)));
            assert!((x - y).abs() <= 1e-9 * y.abs().max(1.0), "{usual:?} at {z}: {x}, not {y}");
        }
    };
    let by = |of, mean, sd| Law::Moments { of, mean, sd };
    same(by(ByMoments::Uniform, 1.0, 2.0 / sqrt(3.0)), Law::Uniform { low: -1.0, high: 3.0 });
    same(by(ByMoments::Gamma, 3.0, 1.5), Law::Gamma { shape: 4.0, scale: 0.75 });
    same(by(ByMoments::Weibull, 2.0, 2.0), Law::Exponential { mean: 2.0 });
    same(by(ByMoments::Pareto, 3.0, sqrt(3.0)), Law::Pareto { scale: 2.0, shape: 3.0 });
    same(by(ByMoments::Logistic, 1.0, PI / sqrt(3.0)), Law::Logistic { location: 1.0, scale: 1.0 });
    same(by(ByMoments::NegativeBinomial, 2.0, 2.0), Law::NegativeBinomial { size: 2.0, probability: 0.5 });
    let gumbel = by(ByMoments::Gumbel, 0.577_215_664_901_532_9, PI / sqrt(6.0));
    same(gumbel, Law::Gumbel { location: 0.0, scale: 1.0 });
    let beta = Law::Beta { alpha: 2.0, beta: 3.0, low: -1.0, high: 1.0 };
    same(Law::BetaMoments { mean: -0.2, sd: 0.4, low: -1.0, high: 1.0 }, beta);
    let quarter = sqrt(0.5);
    let triangular = Law::TriangularQuantiles { at: [(0.25, quarter), (0.75, 2.0 - quarter)], mode: 1.0 };
    same(triangular, Law::Triangular { low: 0.0, mode: 1.0, high: 2.0 });
    // Symmetric: the quantiles of a PERT on -1 to 1 around 0 lie where 1/2 + 15/16 (x - 2 x^3 / 3 + x^5 / 5) is p.
    let at = |x: f64| 0.5 + 15.0 / 16.0 * (x - 2.0 * x * x * x / 3.0 + x * x * x * x * x / 5.0);
    let pert = Law::PertQuantiles { at: [(at(-0.4), -0.4), (at(0.4), 0.4)], mode: 0.0, shape: 4.0 };
    same(pert, Law::Pert { low: -1.0, mode: 0.0, high: 1.0, shape: 4.0 });
}
