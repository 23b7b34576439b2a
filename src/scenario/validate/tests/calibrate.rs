//! Which numbers a calibration may choose at run time.

use super::{codes, only, run};
use crate::engine::{Blocks, Recording, Runner};
use crate::model::Definition;
use crate::program::{Parameter, Request, compile};
use crate::scenario::laws::LAWS;

/// A market with a driver `x` of this law, and others after it, and a calibration of this parameter.
fn market(law: &str, parameter: &str) -> String {
    format!(
        r#"{{"horizon": {{"start": 2025, "end": 2026}}, "drivers": {{"x": {law}}},
            "market": {{"start": 1, "baseline": {{"end": 1.5}},
                "calibrate": {{"parameter": "{parameter}", "statistic": "median", "match": "end"}}}}}}"#
    )
}

/// A number in the domain of the law for a parameter of this name.
fn number(law: &str, parameter: &str) -> f64 {
    match parameter {
        "low" => 0.05,
        "edges" | "weights" => panic!("data"),
        "trials" => 3.0,
        "size" => 2.0,
        // Of a mean of .1, a beta from .05 to .6 has an sd below .16, a count has one above .31.
        "sd" => {
            if law == "beta" {
                0.1
            } else {
                0.5
            }
        }
        "mode" | "mean" | "location" | "log_mean" | "p10" => 0.1,
        "median" | "probability" | "p50" => 0.2,
        "sigma" | "log_sd" | "scale" | "p90" => 0.3,
        "high" => 0.6,
        "alpha" | "beta" | "shape" => 2.0,
        "df" => 5.0,
        _ => panic!("give `{parameter}` a number here, which its law allows"),
    }
}

/// Every way to write every law, with the parameters that are written.
fn laws() -> Vec<(String, Vec<String>)> {
    let mut laws = Vec::new();
    for law in LAWS.iter() {
        let names = |form: &crate::scenario::laws::LawForm| -> Vec<String> {
            form.parameters().into_iter().map(|(name, _)| name.into_owned()).collect()
        };
        let mut forms: Vec<Vec<String>> = law.named().map(names).collect();
        match law.name {
            "quantiles" => forms.push(["p10", "p50", "p90"].map(String::from).to_vec()),
            "triangular" | "pert" => forms.push(["p10", "mode", "p90"].map(String::from).to_vec()),
            _ if law.through_quantiles().is_some() => forms.push(["p10", "p90"].map(String::from).to_vec()),
            _ => {}
        }
        for form in forms {
            let written: Vec<String> =
                form.iter().map(|name| format!(r#""{name}": {}"#, number(law.name, name))).collect();
            let parameters = form.iter().map(|name| format!("x.{name}")).collect();
            laws.push((format!(r#""{}": {{{}}}"#, law.name, written.join(", ")), parameters));
        }
    }
    laws
}

#[test]
fn every_parameter_of_a_law_works_or_is_refused() {
    let (mut worked, mut refused) = (0, 0);
    for (law, parameters) in laws() {
        for (bounds, more) in [
            ("", &[][..]),
            (r#", "truncate": {"low": -1, "high": 9}"#, &["x.truncate.low", "x.truncate.high"]),
            (r#", "clip": {"low": -1, "high": 9}"#, &["x.clip.low", "x.clip.high"]),
        ] {
            for parameter in parameters.iter().map(String::as_str).chain(more.iter().copied()) {
                let text = market(&format!("{{{law}{bounds}}}"), parameter);
                let validated = run(&text);
                let Some(model) = validated.model else {
                    // The numbers of many quantiles are data, which has no names.
                    assert!(law.contains("quantiles"), "{text}");
                    assert_eq!(codes(&text), ["unknown-name"], "{text}");
                    refused += 1;
                    continue;
                };
                // What is let through compiles with the parameter left open, and runs.
                let calibration = model.calibration.as_ref().expect("it is calibrated");
                let market = model.market.as_ref().expect("there is one").market;
                let program = compile(&model, &[Request::Value(market, 1)], Some(Parameter(calibration.parameter)));
                let Definition::Constant(start) = model.variable(calibration.parameter).definition else {
                    panic!("{text}")
                };
                let parameters = [start; 2];
                let runner = Runner::new(&program, 1).parameters(&parameters);
                let seen = Recording::of(&runner, Blocks::whole(1), &|_| {}).expect("nobody cancels");
                assert!(seen.row(0).flatten().all(|x| x.is_finite()), "{text}");
                worked += 1;
            }
        }
    }
    assert!(worked > 60 && refused > 5, "{worked} {refused}");
}

#[test]
fn what_a_pearson_correlation_is_worked_out_from_is_refused() {
    let drivers = r#"{"lognormal": {"median": 0.1, "sigma": 0.3}}, "y": {"normal": {"mean": 0, "sd": 0.1}}, "z": 0"#;
    let tied = |measure: &str, parameter: &str| {
        let text = market(drivers, parameter);
        text.replacen('{', &format!(r#"{{"correlations": {{"xy": {{"between": ["x", "y"], "{measure}": 0.4}}}}, "#), 1)
    };
    for parameter in ["x.median", "y.sd"] {
        let problem = only(&tied("pearson", parameter));
        assert_eq!((problem.code, problem.pointer.as_str()), ("not-constant", "/market/calibrate/parameter"));
        assert!(run(&tied("rank", parameter)).model.is_some());
    }
    assert!(run(&tied("pearson", "z")).model.is_some());
}
