//! Laws as other tools spell them: the line to write instead.

use super::item::Item;
use crate::scenario::formula::usage;
use crate::scenario::json::Json;
use crate::scenario::laws::{LawForms, beside_quantiles, find, probability};
use std::borrow::Cow;

/// The parameter that other names stand for; the name itself where it is no other's.
pub(super) fn usual_name(key: &str) -> &str {
    match key.to_ascii_lowercase().as_str() {
        "min" | "minimum" | "lower" | "from" | "a" => "low",
        "max" | "maximum" | "upper" | "to" | "b" => "high",
        "most_likely" | "likely" | "likeliest" | "ml" | "peak" | "c" => "mode",
        "std" | "stdev" | "stddev" | "std_dev" | "standard_deviation" => "sd",
        "mu" | "average" | "avg" => "mean",
        "loc" => "location",
        "nu" | "dof" => "df",
        "p" | "prob" | "chance" => "probability",
        "n" | "count" => "trials",
        "lambda" => "mean",
        _ => key,
    }
}

/// `over_time` as it is meant by words that other tools have.
pub(super) fn over_time_line(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().replace(['-', ' '], "_").as_str() {
        "random_walk" | "walk" | "rw" | "brownian" | "integrated" | "cumulative" => Some(
            "a random walk is a stock that adds a fresh draw: {\"start\": 1, \"next\": \"self + step\"}, with `step` a \
             distribution of its own and \"over_time\": \"fresh\"",
        ),
        "ar1" | "ar" | "autoregressive" | "autocorrelated" | "persistent" | "mean_reverting" => {
            Some("write \"over_time\": {\"persistence\": 0.5}: each year's shock keeps half of the last one's")
        }
        "iid" | "independent" | "each_step" | "every_step" | "yearly" | "white_noise" => {
            Some("write \"over_time\": \"fresh\"")
        }
        "once" | "fixed" | "permanent" | "one_draw" | "static" | "none" => Some("write \"over_time\": \"constant\""),
        _ => None,
    }
}

/// A law with a parameter list, as functions of other tools are called: `normal(0, 1)`.
pub(super) fn law_call(text: &str) -> Option<String> {
    let (name, rest) = text.trim().split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    let name = name.trim().to_ascii_lowercase();
    // `logistic` is a function of formulas, too.
    let law = find(&name).filter(|_| usage(&name).is_none())?;
    let values: Vec<f64> = arguments.split(',').map_while(|value| value.trim().parse().ok()).collect();
    Some(law_line(law, &values))
}

/// A law as it is written, with these values for its parameters in their order where there are as many.
pub(super) fn law_line(law: LawForms, values: &[f64]) -> String {
    let suits = |parameters: &Vec<(Cow<'static, str>, Option<f64>)>| {
        let needed = parameters.iter().filter(|(_, default)| default.is_none()).count();
        (needed..=parameters.len()).contains(&values.len())
    };
    let forms: Vec<Vec<(Cow<'static, str>, Option<f64>)>> = law
        .named()
        .map(|form| form.parameters().into_iter().map(|(name, default)| (name, *default)).collect())
        .collect();
    let Some(parameters) = forms.iter().find(|form| suits(form)).or(forms.first()) else {
        return format!("{{\"{}\": {{...}}}}", law.name);
    };
    let written = parameters.iter().enumerate().filter_map(|(index, (name, default))| {
        let value = match (values.get(index), default) {
            (Some(value), _) => value.to_string(),
            (None, Some(_)) => return None,
            (None, None) => "...".to_owned(),
        };
        Some((name.to_string(), value))
    });
    line(law.name, written)
}

/// The parameters of a law under their usual names, if each is known and none is missing.
pub(super) fn renamed(law: LawForms, item: &Item<'_>) -> Option<String> {
    let written: Vec<(String, String)> = item
        .members()
        .map(|member| Some((usual_name(member.key).to_owned(), plain(&member)?)))
        .collect::<Option<_>>()?;
    let has = |name: &str| written.iter().any(|(own, _)| own == name);
    let is_quantile = |name: &str| probability(name).is_some();
    let fits_named = law.named().any(|form| {
        let parameters = form.parameters();
        written.iter().all(|(own, _)| parameters.iter().any(|(name, _)| name == own))
            && parameters.iter().all(|(name, default)| default.is_some() || has(name))
    });
    let fits_quantiles = law.through_quantiles().is_some_and(|form| {
        let beside = beside_quantiles(form);
        written.iter().filter(|(own, _)| is_quantile(own)).count() == 2
            && written.iter().all(|(own, _)| is_quantile(own) || beside.iter().any(|(name, _)| name == own))
    });
    (fits_named || fits_quantiles).then(|| line(law.name, written.into_iter()))
}

/// The law that an object of parameters without a law's name is likely to mean.
pub(super) fn nameless(item: &Item<'_>, beside: &[&str]) -> Option<String> {
    let members: Vec<Item<'_>> = item.members().filter(|member| !beside.contains(&member.key)).collect();
    let mut names: Vec<&str> = members.iter().map(|member| usual_name(member.key)).collect();
    names.sort_unstable();
    let law = match &names[..] {
        [_, _, ..] if names.iter().all(|name| probability(name).is_some()) => "quantiles",
        ["high", "low", "mode"] => "triangular",
        ["high", "low"] => "uniform",
        ["mean", "sd"] => "normal",
        ["median", "sigma"] => "lognormal",
        _ => return None,
    };
    let written: Option<Vec<(String, String)>> =
        members.iter().map(|member| Some((usual_name(member.key).to_owned(), plain(member)?))).collect();
    Some(line(law, written?.into_iter()))
}

/// `discrete` from a list of pairs of a value and its weight.
pub(super) fn discrete_pairs(item: &Item<'_>) -> Option<String> {
    let pairs = item.items()?.into_iter().map(|pair| match &pair.items()?[..] {
        [value, weight] => Some((plain(value)?, plain(weight)?)),
        _ => None,
    });
    Some(line("discrete", pairs.collect::<Option<Vec<_>>>()?.into_iter()))
}

fn line(law: &str, members: impl Iterator<Item = (String, String)>) -> String {
    let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{\"{law}\": {{{}}}}}", members.join(", "))
}

/// A number, or a formula in its quotes.
fn plain(item: &Item<'_>) -> Option<String> {
    match &item.node.value {
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(format!("\"{}\"", text.escape_debug())),
        _ => None,
    }
}
