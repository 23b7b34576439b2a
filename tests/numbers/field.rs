//! The latent field gives what the file says: correlations, persistence, permanent shares, at the first step and the last.

use crate::common::{agrees, band, correlation, paths, results, value};
use riskband::engine::RunOptions;
use std::f64::consts::PI;

const PATHS: u64 = 200_000;

fn correlating(pairs: &[(&str, &str)]) -> RunOptions {
    pairs.iter().fold(paths(PATHS, 11), |options, &(a, b)| options.correlate(a, b))
}

#[test]
fn rank_correlation_of_any_two_laws_is_the_one_written() {
    let text = r#"{ "riskband": 1,
        "variables": { "a": { "lognormal": { "median": 2, "sigma": 0.8 } }, "b": { "pert": { "low": 0, "mode": 1, "high": 5 } } },
        "correlations": { "ab": { "between": ["a", "b"], "rank": -0.6 } } }"#;
    let results = results(text, &correlating(&[("a", "b")]));
    let row = correlation(&results, "a", "b");
    agrees("spearman", row.spearman, -0.6);
}

#[test]
fn pearson_correlation_of_two_laws_is_the_one_written() {
    let text = r#"{ "riskband": 1,
        "variables": { "a": { "lognormal": { "median": 2, "sigma": 0.5 } }, "b": { "exponential": { "mean": 3 } } },
        "correlations": { "ab": { "between": ["a", "b"], "pearson": 0.5 } } }"#;
    let results = results(text, &correlating(&[("a", "b")]));
    let row = correlation(&results, "a", "b");
    agrees("pearson", row.pearson, 0.5);
}

/// Counts and coins share ranks: the correlation of the shocks is solved for, so that the values have the one written.
#[test]
fn rank_correlation_of_laws_with_atoms_is_that_of_the_values() {
    for (a, b, rank) in [
        (r#""poisson": { "mean": 1 }"#, r#""discrete": { "0": 0.5, "1": 0.5 }"#, 0.8),
        (r#""poisson": { "mean": 1 }"#, r#""discrete": { "0": 0.5, "1": 0.5 }"#, -0.5),
        (
            r#""normal": { "mean": 0, "sd": 1 }, "clip": { "low": 0 }"#,
            r#""lognormal": { "median": 1, "sigma": 1 }"#,
            0.6,
        ),
        (r#""binomial": { "trials": 3, "probability": 0.2 }"#, r#""geometric": 0.5"#, 0.4),
    ] {
        let text = format!(
            r#"{{ "riskband": 1, "variables": {{ "a": {{ {a} }}, "b": {{ {b} }} }},
                "correlations": {{ "ab": {{ "between": ["a", "b"], "rank": {rank} }} }} }}"#
        );
        let results = results(&text, &correlating(&[("a", "b")]));
        agrees(&text, correlation(&results, "a", "b").spearman, rank);
    }
}

/// Correlations of 1 and -1, and three normals that add up to 0.
#[test]
fn singular_correlations_are_possible() {
    let normal = r#"{ "normal": { "mean": 0, "sd": 1 } }"#;
    let run = |correlation: &str| {
        let text = format!(
            r#"{{ "riskband": 1, "variables": {{ "a": {normal}, "b": {normal}, "c": {normal},
                "sum": "a + b + c", "difference": "a - b", "total": "a + b" }}, "correlations": {{ "all": {correlation} }} }}"#
        );
        results(&text, &paths(2_000, 3))
    };
    let spread = |results: &riskband::results::Results, name: &str| value(band(results, name, "0").sd);
    for measure in ["normal_score", "rank", "pearson"] {
        let equal = run(&format!(r#"{{ "between": ["a", "b"], "{measure}": 1 }}"#));
        assert!(spread(&equal, "difference") < 1e-7, "{measure}: {}", spread(&equal, "difference"));
        let opposite = run(&format!(r#"{{ "between": ["a", "b"], "{measure}": -1 }}"#));
        assert!(spread(&opposite, "total") < 1e-7, "{measure}");
        assert!(spread(&opposite, "b") > 0.9);
    }
    let three = run(r#"{ "among": ["a", "b", "c"], "normal_score": -0.5 }"#);
    assert!(spread(&three, "sum") < 1e-7, "{}", spread(&three, "sum"));
    assert!(spread(&three, "c") > 0.9);
}

#[test]
fn twenty_inputs_keep_every_pair() {
    let names: Vec<String> = (0..20).map(|i| format!("x{i:02}")).collect();
    let variables: Vec<String> =
        names.iter().map(|name| format!(r#""{name}": {{ "normal": {{ "mean": 0, "sd": 1 }} }}"#)).collect();
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let text = format!(
        r#"{{ "riskband": 1, "variables": {{ {} }}, "correlations": {{ "all": {{ "among": [{}], "normal_score": 0.3 }} }} }}"#,
        variables.join(", "),
        quoted.join(", ")
    );
    let pairs: Vec<(&str, &str)> =
        (0..19).flat_map(|i| [(i, i + 1), (0, i + 1)]).map(|(i, j)| (names[i].as_str(), names[j].as_str())).collect();
    let results = results(&text, &correlating(&pairs));
    for (a, b) in pairs {
        let row = correlation(&results, a, b);
        agrees(&format!("{a} {b}"), row.pearson, 0.3);
    }
}

/// Two AR(1) inputs with different persistences: stationary from the first step, with the stationary cross-correlation.
#[test]
fn different_persistences_have_the_stationary_correlation_in_every_step() {
    let (r, s, c) = (0.8, 0.2, 0.7);
    let text = format!(
        r#"{{ "riskband": 1, "horizon": {{ "steps": 6 }},
        "variables": {{
            "a": {{ "normal": {{ "mean": 1, "sd": 2 }}, "over_time": {{ "persistence": {r} }} }},
            "b": {{ "normal": {{ "mean": 0, "sd": 1 }}, "over_time": {{ "persistence": {s} }} }} }},
        "correlations": {{ "ab": {{ "between": ["a", "b"], "normal_score": {c} }} }} }}"#
    );
    let pairs =
        [("a[1]", "b[1]"), ("a[6]", "b[6]"), ("a[1]", "a[2]"), ("a[5]", "a[6]"), ("b[5]", "b[6]"), ("a[2]", "a[5]")];
    let results = results(&text, &correlating(&pairs));
    let same_step = c * f64::sqrt((1.0 - r * r) * (1.0 - s * s)) / (1.0 - r * s);
    for (pair, truth) in pairs.iter().zip([same_step, same_step, r, r, s, r * r * r]) {
        let row = correlation(&results, pair.0, pair.1);
        agrees(&format!("{pair:?}"), row.pearson, truth);
    }
    for period in ["1", "2", "6"] {
        let a = band(&results, "a", period);
        agrees("sd of a", a.sd, 2.0);
        agrees("mean of a", a.mean, 1.0);
    }
}

#[test]
fn permanent_share_is_the_correlation_of_distant_steps() {
    let text = r#"{ "riskband": 1, "horizon": { "steps": 5 },
        "variables": {
            "a": { "normal": { "mean": 0, "sd": 1 }, "over_time": { "persistence": 0.5, "permanent": 0.3 } },
            "b": { "normal": { "mean": 0, "sd": 1 }, "over_time": { "permanent": 0.6 } },
            "c": { "uniform": { "low": 0, "high": 1 }, "over_time": "constant" } },
        "correlations": { "ab": { "between": ["a", "b"], "normal_score": 0.5 }, "bc": { "between": ["b", "c"], "rank": 0.4 } } }"#;
    let pairs =
        [("a[1]", "a[5]"), ("b[1]", "b[2]"), ("a[3]", "b[3]"), ("a[1]", "b[5]"), ("b[4]", "c[4]"), ("c[1]", "c[5]")];
    let results = results(text, &correlating(&pairs));
    let permanent = (0.3f64 * 0.6).sqrt();
    let carried = (0.7f64 * 0.4).sqrt() * (1.0f64 - 0.25).sqrt();
    // The steps of b's fresh part are independent, but a carries b's innovation of step 1 on: only backwards.
    let truths = [0.3 + 0.7 * 0.5f64.powi(4), 0.6, 0.5 * (permanent + carried), 0.5 * permanent];
    for (pair, truth) in pairs.iter().zip(truths) {
        let row = correlation(&results, pair.0, pair.1);
        agrees(&format!("{pair:?}"), row.pearson, truth);
    }
    let tied = correlation(&results, "b[4]", "c[4]");
    let score = 2.0 * (PI * 0.4 / 6.0).sin() * 0.6f64.sqrt();
    agrees("b, c", tied.spearman, 6.0 / PI * (score / 2.0).asin());
    assert_eq!(value(correlation(&results, "c[1]", "c[5]").pearson), 1.0);
}
