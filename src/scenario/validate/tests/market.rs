//! The market: demand, backlog, baseline, calibration.

use super::*;

fn market(market: &str, rest: &str) -> String {
    format!(
        r#"{{"horizon": {{"start": 2025, "end": 2031}}, "market": {{{market}}}, "drivers": {{"d": 0.1, "trend": 0}}{rest}}}"#
    )
}

#[test]
fn what_is_wrong_with_them() {
    for (text, code) in [
        (market("", ""), "missing-key"),
        (market(r#""start": -1"#, ""), "out-of-range"),
        (market(r#""start": 0, "baseline": {"cagr": 0.1}"#, ""), "out-of-range"),
        (market(r#""start": 1, "strat": 2"#, ""), "unknown-key"),
        (market(r#""start": 1, "backlog": 1.5"#, ""), "out-of-range"),
        (market(r#""start": 1, "backlog": {"start": 1}"#, ""), "missing-key"),
        (market(r#""start": 1, "backlog": {"share": 1, "next": "0"}"#, ""), "ambiguous-quantity"),
        (market(r#""start": 1, "backlog": {"share": 0.5, "start": -1}"#, ""), "out-of-range"),
        (market(r#""start": 1, "demand": "self"#, "").replace("self", "self\""), "misplaced-self"),
        (market(r#""start": 1"#, r#", "variables": {"x": "binds(d)"}"#), "not-a-constraint"),
        (market(r#""start": 1"#, r#", "variables": {"x": "binds(dd)"}"#), "unknown-name"),
        (market(r#""start": 1"#, r#", "constraints": {"c": "market"}"#), "cyclic-formula"),
        (market(r#""start": 1"#, r#", "constraints": {"c": "lag(market, 2)"}"#), "no-value-yet"),
        (market(r#""start": 1, "baseline": {"end": -1}"#, ""), "out-of-range"),
        (market(r#""start": 1, "baseline": {"cagr": -1}"#, ""), "out-of-range"),
        (market(r#""start": 1, "baseline": {"by_year": {"2026": -1}}"#, ""), "out-of-range"),
        (market(r#""start": 1, "baseline": {"final": 1}"#, ""), "unknown-key"),
        (market(r#""start": 1, "measure": "stock""#, ""), "unknown-value"),
        (market(r#""start": 1, "measure": "level", "backlog": 0.5"#, ""), "level-with-backlog"),
        (market(r#""start": 1, "baseline": {}"#, ""), "missing-key"),
        (market(r#""start": 1, "baseline": {"normal": {"mean": 1, "sd": 1}}"#, ""), "not-constant"),
        (market(r#""start": {"uniform": {"low": 1, "high": 2}}, "baseline": {"cagr": 0.1}"#, ""), "not-constant"),
        (
            market(r#""start": 1, "calibrate": {"parameter": "trend", "statistic": "median", "match": "end"}"#, ""),
            "needs-baseline",
        ),
    ] {
        assert_eq!(codes(&text), [code], "{text}");
    }
    assert_eq!(codes(r#"{"market": {"start": 1}}"#), ["needs-horizon"]);
    assert_eq!(codes(r#"{"drivers": {"d": 1}}"#), ["needs-market"]);
}

#[test]
fn demand_and_backlog_in_their_forms() {
    for text in [
        r#""start": 1, "demand": "prev(demand) * exp(demand_growth)""#,
        r#""start": 1, "demand": {"formula": "prev(market) * 1.1", "note": "on sales"}"#,
        r#""start": 1, "demand": {"by_year": {"2025": 1, "2031": 2}}"#,
        r#""start": 1, "backlog": "d * 2""#,
        r#""start": 1, "backlog": {"share": 0.5, "start": 0.05}"#,
        r#""start": 1, "backlog": {"start": 0.05, "next": "0.5 * self + 0.5 * (wanted - market)"}"#,
        r#""start": 1, "backlog": {"uniform": {"low": 0, "high": 1}, "over_time": "constant"}"#,
    ] {
        let model = model(&market(text, r#", "constraints": {"c": 2}, "variables": {"b": "binds(c) + short(c)"}"#));
        assert_eq!((first(&model, "demand"), first(&model, "b")), (0, 1));
    }
    let lost = model(&market(r#""start": 1"#, ""));
    assert!(matches!(lost.variable(find(&lost, "backlog")).definition, Definition::Constant(0.0)));
}

#[test]
fn baselines() {
    let path = |baseline: &str| {
        let model = model(&market(&format!(r#""start": 6.32, "baseline": {baseline}"#), ""));
        model.market.and_then(|market| market.baseline).expect("there is a baseline")
    };
    // The implied path of the published forecast, to its two decimals.
    for baseline in [
        r#"{"end": 35.66}"#,
        r#"{"cagr": 0.33427}"#,
        r#""6.32 * 1.33427 ^ (year - 2025)""#,
        r#"{"start": 6.32, "growth": 0.33427}"#,
    ] {
        for (value, published) in path(baseline).iter().zip([6.32, 8.43, 11.25, 15.01, 20.03, 26.73, 35.66]) {
            assert!((value - published).abs() < 0.006, "{baseline}: {value} {published}");
        }
    }
    assert_eq!(path(r#"{"end": 35.66}"#)[6], 35.66);
    // Interpolation rounds twice.
    for (step, value) in path(r#"{"by_year": {"2025": 1, "2031": 7}}"#).iter().enumerate() {
        assert!((value - (step as f64 + 1.0)).abs() < 1e-14, "{value}");
    }
}

#[test]
fn calibration() {
    use crate::model::Matching;
    use crate::stats::Statistic;
    let with = |calibrate: &str| {
        market(
            &format!(r#""start": 1, "baseline": {{"end": 2}}, "calibrate": {calibrate}"#),
            r#", "variables": {"f": "2 * d", "s": {"start": 1, "growth": 0.1}}"#,
        )
    };
    let calibration = |text: &str| model(&with(text)).calibration.expect("there is one");
    let found = calibration(r#"{"parameter": "trend", "statistic": "median", "match": "every step"}"#);
    assert_eq!(
        (found.pointer.as_str(), found.statistic, found.matching),
        ("/drivers/trend", Statistic::MEDIAN, Matching::EveryStep)
    );
    let found = calibration(r#"{"parameter": "s.growth", "statistic": "p40", "match": "end"}"#);
    assert_eq!(
        (found.pointer.as_str(), found.statistic, found.matching),
        ("/variables/s/growth", Statistic::Quantile(40.0), Matching::End)
    );
    // What reads the parameter is not folded: the solver changes the parameter after validation.
    let text = with(r#"{"parameter": "d", "statistic": "median", "match": "end"}"#);
    let calibrated = model(&text);
    let f = &calibrated.variable(find(&calibrated, "f")).definition;
    assert!(matches!(f, Definition::Formula(_)), "{f:?}");
    for (calibrate, code) in [
        (r#"{"parameter": "trnd", "statistic": "median", "match": "end"}"#, "unknown-name"),
        (r#"{"parameter": "f", "statistic": "median", "match": "end"}"#, "not-a-number"),
        (r#"{"parameter": "trend", "statistic": "mode", "match": "end"}"#, "unknown-value"),
        (r#"{"parameter": "trend", "statistic": "median", "match": "all"}"#, "unknown-value"),
        (r#"{"parameter": "trend", "statistic": "median"}"#, "missing-key"),
        (r#"{"parameter": "trend", "statistic": "median", "match": "end", "x": 1}"#, "unknown-key"),
    ] {
        assert_eq!(codes(&with(calibrate)), [code], "{calibrate}");
    }
}
