//! Correlations: measures, groups, contradictions.

use super::*;

fn tied(correlations: &str) -> String {
    let draw = |mean: f64, over: &str| format!(r#"{{"normal": {{"mean": {mean}, "sd": 1}}, "over_time": {over}}}"#);
    years(&format!(
        r#""c": {}, "b": {}, "a": {}, "k": {}, "p": {{"start": 1, "growth": {}}}, "n": 1"#,
        draw(0.0, "\"fresh\""),
        draw(0.0, "\"fresh\""),
        draw(0.0, "\"fresh\""),
        draw(0.0, "\"constant\""),
        draw(0.0, r#"{"persistence": 0.5}"#),
    ))
    .replacen('{', &format!(r#"{{"correlations": {{{correlations}}}, "#), 1)
}

fn matrix(correlations: &str) -> Vec<Vec<f64>> {
    model(&tied(correlations)).correlations.remove(0).matrix
}

#[test]
fn measures() {
    assert_eq!(matrix(r#""x": {"between": ["a", "b"], "normal_score": 0.5}"#)[0][1], 0.5);
    // A rank correlation of 1/2 is 2 sin(pi / 12) = (sqrt(6) - sqrt(2)) / 2 between the shocks.
    let rank = matrix(r#""x": {"between": ["a", "b"], "rank": 0.5}"#)[0][1];
    assert!((rank - (6.0_f64.sqrt() - 2.0_f64.sqrt()) / 2.0).abs() < 1e-15);
    assert!((matrix(r#""x": {"between": ["a", "b"], "pearson": 0.5}"#)[0][1] - 0.5).abs() < 1e-9);
    assert_eq!(matrix(r#""x": {"among": ["a", "b", "c"], "normal_score": 0.4}"#)[2][0], 0.4);
    let written = r#"[[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]]"#;
    // Members are ordered by name, whatever the file's order.
    let m = matrix(&format!(r#""x": {{"among": ["c", "a", "b"], "normal_score": {written}}}"#));
    assert_eq!(m, [[1.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 1.0]]);
}

#[test]
fn pearson_is_solved_or_refused_with_its_range() {
    let text = |pearson: f64, sigma: &str| {
        years(&format!(
            r#""a": {{"lognormal": {{"median": 1, "sigma": {sigma}}}, "over_time": "fresh"}}, "b": {{"lognormal": {{"median": 1, "sigma": 1}}, "over_time": "fresh"}}"#
        ))
        .replacen('{', &format!(r#"{{"correlations": {{"x": {{"between": ["a", "b"], "pearson": {pearson}}}}}, "#), 1)
    };
    // Two standard lognormals: (e^rho - 1) / (e - 1), so 1/2 needs rho = ln(1 + (e - 1) / 2).
    let rho = (1.0 + (std::f64::consts::E - 1.0) / 2.0).ln();
    let found = model(&text(0.5, "1")).correlations.remove(0).matrix[0][1];
    assert!((found - rho).abs() < 1e-6, "{found} {rho}");
    // Their lowest correlation is (1/e - 1) / (e - 1) = -0.3679.
    let problem = only(&text(-0.5, "1"));
    assert_eq!(problem.code, "unattainable-pearson");
    assert!(problem.expected.as_deref().is_some_and(|range| range.contains("-0.3679")), "{problem:?}");
    assert_eq!(only(&text(0.5, "\"0.1 * step\"")).code, "not-constant");
    assert_eq!(only(&text(0.5, "0")).code, "unattainable-pearson");
}

#[test]
fn groups_are_connected_parts() {
    let model =
        run(&tied(r#""x": {"between": ["p.growth", "c"], "rank": 0.1}, "y": {"between": ["b", "a"], "rank": 0.1}"#))
            .model;
    let model = model.expect("it is valid");
    let names: Vec<Vec<&str>> = model
        .correlations
        .iter()
        .map(|group| group.members.iter().map(|id| model.input(*id).name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["a", "b"], vec!["c", "p.growth"]]);
}

#[test]
fn what_is_wrong_with_them() {
    for (correlations, code) in [
        (r#""x": 3"#, "wrong-type"),
        (r#""x": {"between": ["a"], "rank": 0.5}"#, "wrong-count"),
        (r#""x": {"between": ["a", "b", "c"], "rank": 0.5}"#, "wrong-count"),
        (r#""x": {"between": ["a", "a"], "rank": 0.5}"#, "duplicate-name"),
        (r#""x": {"between": ["a", "n"], "rank": 0.5}"#, "unknown-input"),
        (r#""x": {"between": ["a", "p"], "rank": 0.5}"#, "unknown-input"),
        (r#""x": {"rank": 0.5}"#, "missing-key"),
        (r#""x": {"between": ["a", "b"]}"#, "missing-key"),
        (r#""x": {"between": ["a", "b"], "rank": 0.5, "pearson": 0.5}"#, "ambiguous-quantity"),
        (r#""x": {"between": ["a", "b"], "rank": 1.5}"#, "out-of-range"),
        (r#""x": {"between": ["a", "b"], "rank": "n / 0"}"#, "not-finite"),
        (r#""x": {"between": ["a", "b"], "spearman": 0.5}"#, "unknown-key"),
        (r#""x": {"among": ["a", "b"], "normal_score": [[1, 0.5], [0.4, 1]]}"#, "bad-matrix"),
        (r#""x": {"among": ["a", "b"], "normal_score": [[1, 0.5]]}"#, "wrong-count"),
        (
            r#""x": {"between": ["a", "b"], "rank": 0.5}, "y": {"between": ["b", "a"], "rank": 0.5}"#,
            "duplicate-correlation",
        ),
        (r#""x": {"between": ["a", "k"], "rank": 0.5}"#, "unattainable-correlation"),
        (r#""x": {"between": ["a", "p.growth"], "rank": 0.5}"#, "diluted-correlation"),
    ] {
        assert_eq!(codes(&tied(correlations))[0], code, "{correlations}");
    }
    let problem = only(&tied(r#""x": {"between": ["a", "p"], "rank": 0.5}"#));
    assert_eq!(problem.nearest.as_deref(), Some("p.growth"));
}

#[test]
fn contradictions_are_named_or_repaired() {
    let pairs = |repair: &str| {
        tied(&format!(
            r#""x": {{"between": ["a", "b"], "normal_score": 0.9{repair}}}, "y": {{"between": ["b", "c"], "normal_score": 0.9}}, "z": {{"between": ["a", "c"], "normal_score": -0.9}}"#
        ))
    };
    let problem = only(&pairs(""));
    assert_eq!(problem.code, "not-positive-definite");
    assert!(problem.message.contains("`a`, `b`, `c`"), "{}", problem.message);
    let repaired = run(&pairs(r#", "repair": true"#));
    assert_eq!(repaired.problems[0].code, "correlation-repaired");
    assert!(repaired.problems[0].message.contains("0.9000 -> "), "{}", repaired.problems[0].message);
    let matrix = &repaired.model.expect("it is a note").correlations[0].matrix;
    assert!(super::super::matrix::is_positive_semidefinite(matrix));
}

#[test]
fn ranks_of_repeated_values_are_solved_or_refused() {
    let pair = |a: &str, rank: &str| {
        format!(
            r#"{{"variables": {{"s": {{"uniform": {{"low": 1, "high": 2}}}}, "a": {{"poisson": {{"mean": {a}}}}},
                "b": {{"bernoulli": 0.5}}}}, "correlations": {{"x": {{"between": ["a", "b"], "rank": {rank}}}}}}}"#
        )
    };
    assert!(codes(&pair("1", "0.8")).is_empty());
    let problem = only(&pair("1", "0.9"));
    assert_eq!(problem.code, "unattainable-rank");
    assert_eq!(problem.expected.as_deref(), Some("from -0.8018 to 0.8018"));
    // The rate differs by path: the rank is that of the shocks, and a warning says so.
    let problem = only(&pair(r#""s""#, "0.9"));
    assert_eq!((problem.code, problem.severity), ("rank-of-shocks", Severity::Warning));
}

#[test]
fn searches_before_the_run_are_counted() {
    let inputs: Vec<String> =
        (0..4).map(|n| format!(r#""x{n}": {{"lognormal": {{"median": 1, "sigma": 0.{}}}}}"#, n + 1)).collect();
    let text = format!(
        r#"{{"variables": {{{}}}, "correlations": {{"all": {{"among": ["x0", "x1", "x2", "x3"], "pearson": 0.3}}}}}}"#,
        inputs.join(", ")
    );
    let limits = crate::limits::Limits { solved: 5, ..crate::limits::Limits::default() };
    let problems = run_with(&text, limits).problems;
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["too-many-solved"]);
    assert!(problems[0].message.contains("`solved`"), "{}", problems[0].message);
    assert!(codes(&text).is_empty());
}

#[test]
fn how_shocks_move_thins_a_correlation() {
    // Two AR(1) with persistence 0 and 0.5: sqrt(1 - 0.25) = 0.866 of the correlation is left.
    let problem = only(&tied(r#""x": {"between": ["a", "p.growth"], "normal_score": 0.5}"#));
    assert_eq!((problem.code, problem.severity), ("diluted-correlation", Severity::Note));
    assert!(problem.message.contains("0.433"), "{}", problem.message);
}
