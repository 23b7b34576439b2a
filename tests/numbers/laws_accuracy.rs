//! Every law's quantiles and compiled transform against values solved independently at 40 digits.
//!
//! `tests/data/laws.csv` is written by `scripts/make_law_fixtures.py`.

use riskband::dist::{Component, Distribution, Entry, Law, Tails};

/// The law behind the fixtures' notation: `name(parameters)[truncate.low,truncate.high]`, `weight*law+weight*law`.
fn parse(text: &str) -> Distribution<f64> {
    if text.contains('*') {
        let mut components: Vec<(Entry<f64>, Component<f64>)> = Vec::new();
        for term in text.split("*").collect::<Vec<_>>().windows(2) {
            // The weight of a term stands after the last plus of the text before its star.
            let weight = term[0].rsplit('+').next().expect("a weight");
            let law = match term[1].rfind("+") {
                Some(end) if term[1][end..].chars().skip(1).all(|c| c.is_ascii_digit() || c == '.') => &term[1][..end],
                _ => term[1],
            };
            let component = match law.strip_prefix("atom(") {
                Some(value) => Component::Atom(value.trim_end_matches(')').parse().expect("an atom")),
                None => Component::Distribution(Box::new(parse(law))),
            };
            components.push((Entry::Stated(weight.parse().expect("a weight")), component));
        }
        return Distribution::unbounded(Law::Mixture { components: components.into() });
    }
    let numbers = |text: &str| -> Vec<Option<f64>> {
        text.split(',').map(|n| (!n.is_empty()).then(|| n.parse().expect("a number"))).collect()
    };
    let (name, rest) = text.split_once('(').expect("parameters");
    let (parameters, bounds) = rest.split_once(')').expect("parameters");
    let optional = numbers(parameters);
    let p: Vec<f64> = optional.iter().copied().flatten().collect();
    let law = match name {
        "normal" => Law::Normal { mean: p[0], sd: p[1] },
        "lognormal" => Law::LogNormal { median: p[0], sigma: p[1] },
        "uniform" => Law::Uniform { low: p[0], high: p[1] },
        "triangular" => Law::Triangular { low: p[0], mode: p[1], high: p[2] },
        "pert" => Law::Pert { low: p[0], mode: p[1], high: p[2], shape: p[3] },
        "beta" => Law::Beta { alpha: p[0], beta: p[1], low: p[2], high: p[3] },
        "gamma" => Law::Gamma { shape: p[0], scale: p[1] },
        "weibull" => Law::Weibull { shape: p[0], scale: p[1] },
        "exponential" => Law::Exponential { mean: p[0] },
        "student_t" => Law::StudentT { location: p[0], scale: p[1], df: p[2] },
        "gumbel" => Law::Gumbel { location: p[0], scale: p[1] },
        "logistic" => Law::Logistic { location: p[0], scale: p[1] },
        "poisson" => Law::Poisson { mean: p[0] },
        "loguniform" => Law::LogUniform { low: p[0], high: p[1] },
        "pareto" => Law::Pareto { scale: p[0], shape: p[1] },
        "gev" => Law::Gev { location: p[0], scale: p[1], shape: p[2] },
        "binomial" => Law::Binomial { trials: p[0], probability: p[1] },
        "negative_binomial" => Law::NegativeBinomial { size: p[0], probability: p[1] },
        "geometric" => Law::Geometric { probability: p[0] },
        "histogram" => {
            let (edges, weights) = p.split_at(p.len().div_ceil(2));
            Law::Histogram { edges: edges.into(), weights: weights.iter().map(|&weight| weight.into()).collect() }
        }
        "quantiles" => {
            let points = &p[optional[..2].iter().flatten().count()..];
            let at = points.chunks(2).map(|pair| (pair[0], pair[1].into())).collect();
            Law::Metalog { at, low: optional[0].map(Entry::from), high: optional[1].map(Entry::from) }
        }
        other => panic!("no law {other}"),
    };
    let mut distribution = Distribution::unbounded(law);
    if let Some(bounds) = bounds.strip_prefix('[') {
        let bounds = numbers(bounds.trim_end_matches(']'));
        distribution.truncate = (bounds[0], bounds[1]);
    }
    distribution
}

struct Case {
    text: &'static str,
    law: Distribution<f64>,
    /// Tails and the quantile there.
    quantiles: Vec<(Tails, f64)>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("../data/laws.csv").lines().skip(1) {
        let fields: Vec<&'static str> = line.split(';').collect();
        let p: f64 = fields[2].parse().expect("a probability");
        let x: f64 = fields[3].parse().expect("a quantile");
        let tails = match fields[1] {
            "lower" => Tails { lower: p, upper: 1.0 - p },
            _ => Tails { lower: 1.0 - p, upper: p },
        };
        if cases.last().is_none_or(|case| case.text != fields[0]) {
            let law = parse(fields[0]);
            law.check().unwrap_or_else(|error| panic!("{}: {error}", fields[0]));
            cases.push(Case { text: fields[0], law, quantiles: Vec::new() });
        }
        cases.last_mut().expect("a case").quantiles.push((tails, x));
    }
    cases
}

/// Relative to x; where x is smaller than a tenth of the central half of the law, relative to that.
fn error(case: &Case, found: f64, exact: f64) -> f64 {
    let spread = case.law.quantile(0.75) - case.law.quantile(0.25);
    if found == exact { 0.0 } else { (found - exact).abs() / exact.abs().max(0.1 * spread) }
}

#[test]
fn quantiles_are_exact() {
    for case in cases() {
        for &(tails, x) in &case.quantiles {
            let found = case.law.quantile_at(tails);
            // What is left is the rounding of the probability, magnified where the law spans decades.
            assert!(error(&case, found, x) < 2e-12, "{} at {tails:?}: {found:e}, not {x:e}", case.text);
        }
    }
}

#[test]
fn tables_are_within_1e_9() {
    for case in cases() {
        let transform = case.law.transform();
        for &(tails, x) in &case.quantiles {
            let found = transform.evaluate(tails.normal_score());
            assert!(error(&case, found, x) < 1e-9, "{} at {tails:?}: {found:e}, not {x:e}", case.text);
        }
    }
}

#[test]
fn both_tails_come_back() {
    for case in cases() {
        let atomic = ["poisson", "atom", "binomial", "geometric"].iter().any(|name| case.text.contains(name));
        for &(tails, x) in case.quantiles.iter().filter(|_| !atomic) {
            // A quantile that a double cannot tell from the bound has lost its probability.
            let (low, high) = (case.law.quantile(0.0), case.law.quantile(1.0));
            if (x - low).abs() < 1e-3 * x.abs() || (x - high).abs() < 1e-3 * x.abs() {
                continue;
            }
            let (below, above) = (case.law.cdf(x), case.law.sf(x));
            // The coordinate of the law is rounded like its median, which moves the probability by that times f(x).
            let width = 4.0 * f64::EPSILON * x.abs().max(case.law.quantile(0.5).abs());
            let below_slack = case.law.cdf(x + width) - case.law.cdf(x - width) + 1e-12 * tails.lower;
            let above_slack = case.law.sf(x - width) - case.law.sf(x + width) + 1e-12 * tails.upper;
            assert!((below - tails.lower).abs() <= below_slack, "{}: {x} {below:e}", case.text);
            assert!((above - tails.upper).abs() <= above_slack, "{}: {x} {above:e}", case.text);
        }
    }
}

#[test]
fn transforms_never_fall_and_stay_in_the_support() {
    for case in cases() {
        let transform = case.law.transform();
        let (low, high) = (case.law.quantile(0.0), case.law.quantile(1.0));
        let spread = case.law.quantile(0.75) - case.law.quantile(0.25);
        let mut last = transform.evaluate(-9.0);
        for k in -8400..=8400 {
            let x = transform.evaluate(1e-3 * f64::from(k));
            // Each value has the rounding of Horner's rule and of the law's own coordinate: a few last bits.
            let rounding = 64.0 * f64::EPSILON * last.abs().max(spread);
            assert!(x >= last - rounding, "{} at {k}: {x:e} after {last:e}", case.text);
            assert!(low <= x && x <= high, "{} at {k}: {x:e}", case.text);
            last = x;
        }
    }
}
