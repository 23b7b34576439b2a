//! The laws as files write them: names and parameters, in the one table that parser and JSON Schema share.

use crate::dist::{Distribution, Law};

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

/// Whether the law is drawn through a table that is built once, so that its parameters may not vary by path.
pub(super) fn needs_table<P>(distribution: &Distribution<P>) -> bool {
    matches!(
        distribution.law,
        Law::Pert { .. }
            | Law::Beta { .. }
            | Law::Gamma { .. }
            | Law::StudentT { .. }
            | Law::Poisson { .. }
            | Law::Mixture { .. }
            | Law::Metalog { .. }
    )
}

/// A parameter outside its domain.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ParameterError {
    /// Which one.
    pub(super) parameter: &'static str,
    /// Its value.
    pub(super) found: String,
    /// What it must be.
    pub(super) expected: String,
}

/// The same distribution with every parameter replaced, in the order of the fields.
pub(super) fn map<P, Q>(distribution: &Distribution<P>, mut f: impl FnMut(&P) -> Q) -> Distribution<Q> {
    let law = match &distribution.law {
        Law::Normal { mean, sd } => Law::Normal { mean: f(mean), sd: f(sd) },
        Law::NormalQuantiles { at: [(p, a), (q, b)] } => Law::NormalQuantiles { at: [(*p, f(a)), (*q, f(b))] },
        Law::LogNormal { median, sigma } => Law::LogNormal { median: f(median), sigma: f(sigma) },
        Law::LogNormalMoments { mean, sd } => Law::LogNormalMoments { mean: f(mean), sd: f(sd) },
        Law::LogNormalLog { log_mean, log_sd } => Law::LogNormalLog { log_mean: f(log_mean), log_sd: f(log_sd) },
        Law::LogNormalQuantiles { at: [(p, a), (q, b)] } => Law::LogNormalQuantiles { at: [(*p, f(a)), (*q, f(b))] },
        Law::Uniform { low, high } => Law::Uniform { low: f(low), high: f(high) },
        Law::Triangular { low, mode, high } => Law::Triangular { low: f(low), mode: f(mode), high: f(high) },
        Law::Pert { low, mode, high, shape } => {
            Law::Pert { low: f(low), mode: f(mode), high: f(high), shape: f(shape) }
        }
        Law::Beta { alpha, beta, low, high } => {
            Law::Beta { alpha: f(alpha), beta: f(beta), low: f(low), high: f(high) }
        }
        Law::Gamma { shape, scale } => Law::Gamma { shape: f(shape), scale: f(scale) },
        Law::Weibull { shape, scale } => Law::Weibull { shape: f(shape), scale: f(scale) },
        Law::StudentT { location, scale, df } => Law::StudentT { location: f(location), scale: f(scale), df: f(df) },
        Law::Gumbel { location, scale } => Law::Gumbel { location: f(location), scale: f(scale) },
        Law::Logistic { location, scale } => Law::Logistic { location: f(location), scale: f(scale) },
        Law::Poisson { mean } => Law::Poisson { mean: f(mean) },
        Law::Exponential { mean } => Law::Exponential { mean: f(mean) },
        Law::Bernoulli { probability } => Law::Bernoulli { probability: f(probability) },
        Law::Discrete { values } => Law::Discrete { values: values.clone() },
        Law::Empirical { values, interpolate } => Law::Empirical { values: values.clone(), interpolate: *interpolate },
        Law::Metalog { at, low, high } => Law::Metalog { at: at.clone(), low: *low, high: *high },
        Law::Mixture { components } => Law::Mixture { components: components.clone() },
    };
    let mut pair = |bounds: &(Option<P>, Option<P>)| (bounds.0.as_ref().map(&mut f), bounds.1.as_ref().map(&mut f));
    Distribution { law, truncate: pair(&distribution.truncate), clip: pair(&distribution.clip) }
}

/// Checks constant parameters against the domains of the law.
pub(super) fn check(distribution: &Distribution<f64>) -> Result<(), ParameterError> {
    let fail = |parameter, found: f64, expected: &str| {
        Err(ParameterError { parameter, found: found.to_string(), expected: expected.to_string() })
    };
    let positive = |name, value: f64| if value > 0.0 { Ok(()) } else { fail(name, value, "above 0") };
    let not_negative = |name, value: f64| if value >= 0.0 { Ok(()) } else { fail(name, value, "0 or above") };
    let ordered = |name, low: f64, high: f64, what: &str| if low <= high { Ok(()) } else { fail(name, high, what) };
    match &distribution.law {
        Law::Normal { sd, .. } => not_negative("sd", *sd)?,
        Law::LogNormal { median, sigma } => {
            positive("median", *median)?;
            not_negative("sigma", *sigma)?;
        }
        Law::LogNormalMoments { mean, sd } => {
            positive("mean", *mean)?;
            not_negative("sd", *sd)?;
        }
        Law::LogNormalLog { log_sd, .. } => not_negative("log_sd", *log_sd)?,
        Law::NormalQuantiles { at } => ordered("quantiles", at[0].1, at[1].1, "increasing quantiles")?,
        Law::LogNormalQuantiles { at } => {
            positive("quantiles", at[0].1)?;
            ordered("quantiles", at[0].1, at[1].1, "increasing quantiles")?;
        }
        Law::Uniform { low, high } => ordered("high", *low, *high, "not below `low`")?,
        Law::Triangular { low, mode, high } | Law::Pert { low, mode, high, .. } => {
            ordered("high", *low, *high, "not below `low`")?;
            if !(low..=high).contains(&mode) {
                return fail("mode", *mode, "between `low` and `high`");
            }
        }
        Law::Beta { alpha, beta, low, high } => {
            positive("alpha", *alpha)?;
            positive("beta", *beta)?;
            ordered("high", *low, *high, "not below `low`")?;
        }
        Law::Gamma { shape, scale } | Law::Weibull { shape, scale } => {
            positive("shape", *shape)?;
            positive("scale", *scale)?;
        }
        Law::StudentT { scale, df, .. } => {
            not_negative("scale", *scale)?;
            positive("df", *df)?;
        }
        Law::Gumbel { scale, .. } | Law::Logistic { scale, .. } => not_negative("scale", *scale)?,
        Law::Poisson { mean } | Law::Exponential { mean } => not_negative("mean", *mean)?,
        Law::Bernoulli { probability } if !(0.0..=1.0).contains(probability) => {
            return fail("probability", *probability, "from 0 to 1");
        }
        Law::Bernoulli { .. }
        | Law::Discrete { .. }
        | Law::Empirical { .. }
        | Law::Metalog { .. }
        | Law::Mixture { .. } => {}
    }
    for (name, bounds) in [("truncate", &distribution.truncate), ("clip", &distribution.clip)] {
        if let (Some(low), Some(high)) = bounds {
            ordered(name, *low, *high, "`high` not below `low`")?;
        }
    }
    Ok(())
}

/// The normal-score correlation that gives two laws this Pearson correlation, or the range that they can attain.
pub(super) fn normal_score_for_pearson(
    a: &Distribution<f64>,
    b: &Distribution<f64>,
    pearson: f64,
) -> Result<f64, (f64, f64)> {
    match (&a.law, &b.law) {
        (Law::Normal { .. } | Law::NormalQuantiles { .. }, Law::Normal { .. } | Law::NormalQuantiles { .. })
            if [a, b].iter().all(|d| d.truncate == (None, None) && d.clip == (None, None)) =>
        {
            Ok(pearson)
        }
        _ => Err((0.0, 0.0)),
    }
}
