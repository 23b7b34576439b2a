//! Laws and their parameters.

use super::*;
use crate::dist::{Component, Entry, Law};

fn law(law: &str) -> String {
    years(&format!(r#""a": {{{law}, "over_time": "fresh"}}"#))
}

fn read_law(text: &str) -> Law<VarId> {
    let model = model(&law(text));
    match &model.variable(find(&model, "a")).definition {
        Definition::Draw { distribution, .. } => distribution.law.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form() {
    for text in [
        r#""normal": {"mean": 0, "sd": 1}"#,
        r#""normal": {"p10": 0, "p90": 1}"#,
        r#""lognormal": {"median": 1, "sigma": 1}"#,
        r#""lognormal": {"mean": 1, "sd": 1}"#,
        r#""lognormal": {"log_mean": 0, "log_sd": 1}"#,
        r#""lognormal": {"p2_5": 1, "p97_5": 2}"#,
        r#""uniform": {"low": 0, "high": 1}"#,
        r#""triangular": {"low": 0, "mode": 1, "high": 2}"#,
        r#""pert": {"low": 0, "mode": 1, "high": 2, "shape": 3}"#,
        r#""pert": {"low": 0, "mode": {"by_year": {"2026": 1, "2030": 1.5}}, "high": 2}"#,
        r#""beta": {"alpha": 2, "beta": 3}"#,
        r#""gamma": {"shape": 2, "scale": 3}"#,
        r#""weibull": {"shape": 2, "scale": 3}"#,
        r#""student_t": {"location": 0, "scale": 1, "df": 5}"#,
        r#""gumbel": {"location": 0, "scale": 1}"#,
        r#""logistic": {"location": 0, "scale": 1}"#,
        r#""poisson": {"mean": 3}"#,
        r#""exponential": {"mean": 3}"#,
        r#""bernoulli": {"probability": 0.3}"#,
        r#""uniform": {"mean": 1, "sd": 0.3}"#,
        r#""loguniform": {"low": 0.01, "high": 10}"#,
        r#""triangular": {"p10": 90, "mode": 100, "p90": 140}"#,
        r#""pert": {"p5": 90, "mode": 100, "p95": 140}"#,
        r#""beta": {"mean": 0.3, "sd": 0.1}"#,
        r#""gamma": {"mean": 3, "sd": 1}"#,
        r#""weibull": {"mean": 3, "sd": 1}"#,
        r#""pareto": {"scale": 1, "shape": 3}"#,
        r#""pareto": {"mean": 3, "sd": 1}"#,
        r#""gumbel": {"mean": 3, "sd": 1}"#,
        r#""gev": {"location": 0, "scale": 1, "shape": 0.2}"#,
        r#""logistic": {"mean": 3, "sd": 1}"#,
        r#""binomial": {"trials": 10, "probability": 0.3}"#,
        r#""negative_binomial": {"size": 3, "probability": 0.4}"#,
        r#""negative_binomial": {"mean": 3, "sd": 2}"#,
        r#""geometric": {"probability": 0.4}"#,
        r#""histogram": {"edges": [0, 1, 3], "weights": [2, 1]}"#,
        r#""bernoulli": 0.2"#,
        r#""poisson": "2 + 1""#,
        r#""quantiles": {"p10": 1, "p50": 3, "p90": 8, "low": 0, "high": 20}"#,
        r#""empirical": {"values": [3, 1, 2], "interpolate": true}"#,
        r#""pert": {"low": 0, "mode": "step", "high": 20}"#,
        r#""normal": {"mean": "step", "sd": 1}, "truncate": {"low": "step - 1"}"#,
        r#""mixture": [{"weight": 1, "value": {"normal": {"mean": "step", "sd": 1}}}, {"weight": 2, "value": "step"}]"#,
        r#""normal": {"mean": 0, "sd": 1}, "truncate": {"low": 0}, "clip": {"low": 0.1, "high": 1}"#,
    ] {
        read_law(text);
    }
    let Law::Discrete { values } = read_law(r#""discrete": {"1.5": 0.8, "-0.5": "0.1 + 0.1"}"#) else { panic!() };
    assert_eq!(*values, [(-0.5, Entry::Stated(0.2)), (1.5, Entry::Stated(0.8))]);
    let Law::Empirical { values, .. } = read_law(r#""empirical": {"csv": "growth.csv", "column": "growth"}"#) else {
        panic!()
    };
    assert_eq!(*values, [0.1, 0.2]);
    let mixture =
        r#""mixture": [{"weight": 0.7, "value": 0}, {"weight": 0.3, "value": {"uniform": {"low": 1, "high": 2}}}]"#;
    let parts = read_law(mixture);
    let names: Vec<_> = parts.parameters().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["0.value", "1.value.uniform.low", "1.value.uniform.high"]);
    let Law::Mixture { components } = parts else { panic!() };
    assert!(matches!(&components[0], (Entry::Stated(0.7), Component::Atom(_))));
    assert!(matches!(&components[1], (Entry::Stated(0.3), Component::Distribution(d)) if d.name() == "uniform"));
    let Law::LogNormalQuantiles { at } = read_law(r#""lognormal": {"p95": 2, "p5": 1}"#) else { panic!() };
    assert_eq!([at[0].0, at[1].0], [0.05, 0.95]);
}

#[test]
fn what_is_wrong_with_them() {
    for (text, code) in [
        (r#""normal": 3"#, "wrong-type"),
        (r#""normal": {"mean": 0}"#, "missing-parameter"),
        (r#""normal": {"mean": 0, "std": 1, "sd": 1}"#, "unknown-key"),
        (r#""normal": {"mean": 0, "sd": 1, "p10": 0}"#, "mixed-parameters"),
        (r#""normal": {"p10": 0}"#, "missing-parameter"),
        (r#""normal": {"p10": 0, "p50": 1, "p90": 2}"#, "missing-parameter"),
        (r#""lognormal": {"median": 1, "sigma": 1, "mean": 2}"#, "mixed-parameters"),
        (r#""normal": {"mean": 0, "sd": -1}"#, "parameter-out-of-domain"),
        (r#""normal": {"mean": 0, "sd": {"by_year": {"2025": 1, "2031": -1}}}"#, "parameter-out-of-domain"),
        (r#""triangular": {"low": 0, "mode": 3, "high": 2}"#, "parameter-out-of-domain"),
        (r#""normal": {"mean": 0, "sd": 1}, "truncate": {}"#, "missing-key"),
        (r#""normal": {"mean": 0, "sd": 1}, "clip": {"lo": 1, "high": 2}"#, "unknown-key"),
        (r#""normal": {"mean": 0, "sd": 1}, "uniform": {"low": 0, "high": 1}"#, "ambiguous-quantity"),
        (r#""discrete": {"x": 1}"#, "bad-value"),
        (r#""discrete": {"1": 1, "1.0": 1}"#, "bad-value"),
        (r#""discrete": {"1": 0}"#, "out-of-range"),
        (r#""discrete": {}"#, "missing-parameter"),
        (r#""empirical": {"values": []}"#, "missing-parameter"),
        (r#""empirical": {"values": [1], "csv": "growth.csv"}"#, "missing-parameter"),
        (r#""empirical": {"values": ["x"]}"#, "not-constant"),
        (r#""empirical": {"values": ["0.5"]}"#, "wrong-type"),
        (r#""empirical": {"values": [1], "interpolate": 1}"#, "wrong-type"),
        (r#""empirical": {"csv": "growth.csv", "column": "growht"}"#, "unknown-column"),
        (r#""empirical": {"csv": "none.csv", "column": "growth"}"#, "no-such-file"),
        (r#""quantiles": {"p10": 1}"#, "missing-parameter"),
        (r#""triangular": {"p10": 1, "p90": 3}"#, "missing-parameter"),
        (r#""triangular": {"p10": 1, "mode": 5, "p90": 3}"#, "parameter-out-of-domain"),
        (r#""gamma": {"mean": 3, "sd": 0}"#, "parameter-out-of-domain"),
        (r#""beta": {"mean": 0.5, "sd": 0.5}"#, "parameter-out-of-domain"),
        (r#""negative_binomial": {"mean": 4, "sd": 2}"#, "parameter-out-of-domain"),
        (r#""binomial": {"trials": 2.5, "probability": 0.3}"#, "parameter-out-of-domain"),
        (r#""loguniform": {"low": 0, "high": 1}"#, "parameter-out-of-domain"),
        (r#""histogram": {"edges": [0, 1]}"#, "missing-parameter"),
        (r#""histogram": {"edges": [0, 1, 1], "weights": [1, 1]}"#, "parameter-out-of-domain"),
        (r#""quantiles": {"p10": 1, "p0": 2, "p50": 3}"#, "unknown-key"),
        (r#""mixture": []"#, "missing-parameter"),
        (r#""mixture": [{"weight": 1}]"#, "missing-parameter"),
        (r#""mixture": [{"weight": -1, "value": 1}]"#, "out-of-range"),
    ] {
        assert_eq!(codes(&law(text)), [code], "{text}");
    }
    // One slip, one problem, and the line to write.
    for (text, help) in [
        (r#""triangular": [10, 12, 18]"#, r#"write {"triangular": {"low": 10, "mode": 12, "high": 18}}"#),
        (
            r#""triangular": {"min": 10, "most_likely": 12, "max": 18}"#,
            r#"write {"triangular": {"low": 10, "mode": 12, "high": 18}}"#,
        ),
        (r#""discrete": [[0, 0.2], [1, 0.8]]"#, r#"write {"discrete": {"0": 0.2, "1": 0.8}}"#),
        (r#""normal": [0, 1]"#, r#"write {"normal": {"mean": 0, "sd": 1}}"#),
        (r#""normal": {"mu": 0, "std": 1}"#, r#"write {"normal": {"mean": 0, "sd": 1}}"#),
        (r#""pert": [0, 1, 2]"#, r#"write {"pert": {"low": 0, "mode": 1, "high": 2}}"#),
        (
            r#""mixture": [{"weight": 1, "normal": {"mean": 0, "sd": 1}}, {"weight": 1, "value": 0}]"#,
            r#"write {"weight": 0.7, "value": {"normal": ...}}"#,
        ),
    ] {
        assert_eq!(only(&law(text)).help.as_deref(), Some(help), "{text}");
    }
    for (value, help) in [
        (r#""normal(0, 1)""#, r#"write {"normal": {"mean": 0, "sd": 1}}"#),
        (r#"{"p10": 1, "p50": 3, "p90": 8}"#, r#"write {"quantiles": {"p10": 1, "p50": 3, "p90": 8}}"#),
        (r#"{"min": 1, "most_likely": 2, "max": 4}"#, r#"write {"triangular": {"low": 1, "mode": 2, "high": 4}}"#),
    ] {
        let help_found = only(&years(&format!(r#""a": {value}"#))).help.unwrap_or_default();
        assert!(help_found.ends_with(help), "{value}: {help_found}");
    }
    for (word, part) in [("random_walk", "self + step"), ("ar1", "persistence"), ("once", "constant")] {
        let text = years(&format!(r#""a": {{"normal": {{"mean": 0, "sd": 1}}, "over_time": "{word}"}}"#));
        assert!(only(&text).help.is_some_and(|help| help.contains(part)), "{word}");
    }
    // A function of formulas stays one, though a law has the same name.
    assert!(codes(&years(r#""a": "logistic(1)""#)).is_empty());
    // The place is the parameter's own.
    let problem = only(&law(r#""normal": {"mean": 0, "sd": -1}"#));
    assert_eq!((problem.pointer.as_str(), problem.found.as_deref()), ("/variables/a/normal/sd", Some("-1")));
}
