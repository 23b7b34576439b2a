//! The laws as files write them: names and parameters, in the one table that parser and JSON Schema share.

use crate::dist::Law;

/// A parameter of a law.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its value where the file does not say.
    pub(crate) default: Option<f64>,
}

/// A law and the ways to write it.
#[derive(Debug)]
pub(crate) struct LawRule {
    /// Its name.
    pub(crate) name: &'static str,
    /// Each way: its parameters in order.
    pub(crate) forms: &'static [&'static [Parameter]],
    /// Whether two quantiles may stand in their place.
    pub(crate) by_quantiles: bool,
}

const fn must(name: &'static str) -> Parameter {
    Parameter { name, default: None }
}

const fn may(name: &'static str, default: f64) -> Parameter {
    Parameter { name, default: Some(default) }
}

const fn law(name: &'static str, forms: &'static [&'static [Parameter]]) -> LawRule {
    LawRule { name, forms, by_quantiles: false }
}

const LOCATION_SCALE: &[Parameter] = &[must("location"), must("scale")];
const SHAPE_SCALE: &[Parameter] = &[must("shape"), must("scale")];

/// Every law. `discrete`, `empirical`, `quantiles` and `mixture` have data instead of parameters, and no forms.
pub(crate) const LAWS: &[LawRule] = &[
    LawRule { name: "normal", forms: &[&[must("mean"), must("sd")]], by_quantiles: true },
    LawRule {
        name: "lognormal",
        forms: &[&[must("median"), must("sigma")], &[must("mean"), must("sd")], &[must("log_mean"), must("log_sd")]],
        by_quantiles: true,
    },
    law("uniform", &[&[must("low"), must("high")]]),
    law("triangular", &[&[must("low"), must("mode"), must("high")]]),
    law("pert", &[&[must("low"), must("mode"), must("high"), may("shape", 4.0)]]),
    law("beta", &[&[must("alpha"), must("beta"), may("low", 0.0), may("high", 1.0)]]),
    law("gamma", &[SHAPE_SCALE]),
    law("weibull", &[SHAPE_SCALE]),
    law("student_t", &[&[must("location"), must("scale"), must("df")]]),
    law("gumbel", &[LOCATION_SCALE]),
    law("logistic", &[LOCATION_SCALE]),
    law("poisson", &[&[must("mean")]]),
    law("exponential", &[&[must("mean")]]),
    law("bernoulli", &[&[must("probability")]]),
    law("discrete", &[]),
    law("empirical", &[]),
    law("quantiles", &[]),
    law("mixture", &[]),
];

/// The law of this name.
pub(crate) fn find(name: &str) -> Option<&'static LawRule> {
    LAWS.iter().find(|law| law.name == name)
}

/// Keys of `empirical`.
pub(crate) const EMPIRICAL: &[&str] = &["values", "csv", "column", "interpolate"];
/// Keys of a component of `mixture`.
pub(crate) const COMPONENT: &[&str] = &["weight", "value"];

/// The law of a form, from its parameters in the order of the form; `None` if table and match disagree.
pub(super) fn build<P>(law: &str, form: &[Parameter], parameters: Vec<P>) -> Option<Law<P>> {
    let mut next = parameters.into_iter();
    let mut next = || next.next();
    Some(match (law, form.first()?.name) {
        ("normal", _) => Law::Normal { mean: next()?, sd: next()? },
        ("lognormal", "median") => Law::LogNormal { median: next()?, sigma: next()? },
        ("lognormal", "mean") => Law::LogNormalMoments { mean: next()?, sd: next()? },
        ("lognormal", _) => Law::LogNormalLog { log_mean: next()?, log_sd: next()? },
        ("uniform", _) => Law::Uniform { low: next()?, high: next()? },
        ("triangular", _) => Law::Triangular { low: next()?, mode: next()?, high: next()? },
        ("pert", _) => Law::Pert { low: next()?, mode: next()?, high: next()?, shape: next()? },
        ("beta", _) => Law::Beta { alpha: next()?, beta: next()?, low: next()?, high: next()? },
        ("gamma", _) => Law::Gamma { shape: next()?, scale: next()? },
        ("weibull", _) => Law::Weibull { shape: next()?, scale: next()? },
        ("student_t", _) => Law::StudentT { location: next()?, scale: next()?, df: next()? },
        ("gumbel", _) => Law::Gumbel { location: next()?, scale: next()? },
        ("logistic", _) => Law::Logistic { location: next()?, scale: next()? },
        ("poisson", _) => Law::Poisson { mean: next()? },
        ("exponential", _) => Law::Exponential { mean: next()? },
        ("bernoulli", _) => Law::Bernoulli { probability: next()? },
        _ => return None,
    })
}

/// The probability that a quantile key names: `p5`, `p99_9`, with `_` for the point; strictly between 0 and 1.
pub(crate) fn probability(key: &str) -> Option<f64> {
    let digits = key.strip_prefix('p')?;
    let (whole, part) = digits.split_once('_').unwrap_or((digits, "0"));
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || !numeric(part) || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    // Divided once, so that p5 is the double nearest to 0.05.
    let percent: f64 = format!("{whole}.{part}").parse().ok()?;
    let probability = percent / 100.0;
    (probability > 0.0 && probability < 1.0).then_some(probability)
}
