//! Laws whose parameters are drawn themselves: alone, truncated, in mixtures, tied and persistent.

use crate::common::{agrees, band, correlation, paths, results, study};
use riskband::analysis::verify::compare;
use riskband::reference::simulate;
use std::f64::consts::LN_2;

const PATHS: u64 = 40_000;

fn moments(law: &str) -> riskband::results::Band {
    let text = format!(r#"{{ "riskband": 1, "variables": {{ {law} }}, "outputs": ["x"] }}"#);
    band(&results(&text, &paths(PATHS, 5)), "x", "0").clone()
}

/// A normal cut off at 6 whose sd is uniform on 1 to 2: the mean of 5 - s phi(1/s) / Phi(1/s), integrated over s.
#[test]
fn a_truncated_law_of_an_uncertain_spread() {
    let x = moments(
        r#""s": { "uniform": { "low": 1, "high": 2 } },
           "x": { "normal": { "mean": 5, "sd": "s" }, "truncate": { "high": 6 } }"#,
    );
    agrees("mean", x.mean, 4.35519);
}

/// Counts of an uncertain rate: E N = E rate, Var N = E rate + Var rate.
#[test]
fn counts_of_an_uncertain_rate() {
    let x = moments(
        r#""rate": { "pert": { "low": 0.05, "mode": 0.1, "high": 0.2 } }, "x": { "poisson": { "mean": "rate" } }"#,
    );
    agrees("mean of a few", x.mean, 0.65 / 6.0);
    // A gamma of mean 10 and variance 50 makes a negative binomial of mean 10 and variance 60.
    let x = moments(r#""rate": { "gamma": { "shape": 2, "scale": 5 } }, "x": { "poisson": { "mean": "rate" } }"#);
    agrees("mean", x.mean, 10.0);
    agrees("sd", x.sd, 60f64.sqrt());
}

/// E X = E E[X | parameter], by the mean of each law.
#[test]
fn every_law_without_a_closed_form() {
    for (law, mean) in [
        (r#""pert": { "low": 0, "mode": "u", "high": 2 }"#, (0.0 + 4.0 * 0.5 + 2.0) / 6.0),
        (r#""beta": { "alpha": 2, "beta": 3, "high": "1 + u" }"#, 0.4 * 1.5),
        (r#""gamma": { "shape": "1 + u", "scale": 2 }"#, 3.0),
        (r#""student_t": { "location": "u", "scale": 1, "df": "5 + u" }"#, 0.5),
        (r#""exponential": { "mean": 1 }, "truncate": { "low": "u" }"#, 1.5),
        (
            r#""mixture": [ { "weight": 1, "value": "u" },
                            { "weight": 3, "value": { "normal": { "mean": "2 * u", "sd": 0.1 } } } ]"#,
            0.25 * 0.5 + 0.75,
        ),
        // Laws made of data: weights, quantiles and bounds. E 1 / (1 + u) is ln 2, E u / (1 + u) is 1 - ln 2.
        (r#""discrete": { "2": "1 - u", "5": "u" }"#, 3.5),
        (r#""discrete": { "2": 1, "5": "u", "9": 0.0001 }, "clip": { "high": 5 }"#, 2.0 + 3.0 * (1.0 - LN_2)),
        (
            r#""mixture": [ { "weight": "u", "value": 1 }, { "weight": "1 - u", "value": { "uniform": { "low": 2, "high": 4 } } } ]"#,
            2.0,
        ),
        (r#""histogram": { "edges": [0, 1, 3], "weights": ["u", 1] }"#, 0.5 * (1.0 - LN_2) + 2.0 * LN_2),
        // A metalog through p25 and p75 is a logistic about their middle.
        (r#""quantiles": { "p25": "u", "p75": "3 * u + 0.1" }"#, 2.0 * 0.5 + 0.05),
        // Through three, symmetric about the median.
        (r#""quantiles": { "p10": "5 - 2 * (1 + u)", "p50": 5, "p90": "5 + 2 * (1 + u)" }"#, 5.0),
        // Mode in the middle of two quantiles: symmetric.
        (r#""pert": { "p10": "1 + u", "mode": "2 + u", "p90": "3 + u" }"#, 2.5),
    ] {
        let x = moments(&format!(r#""u": {{ "uniform": {{ "low": 0, "high": 1 }} }}, "x": {{ {law} }}"#));
        agrees(law, x.mean, mean);
        assert_eq!(x.excluded, 0, "{law}");
    }
}

/// Tied, persistent and out of their domain on some paths, against the reference engine; on any instruction set, with the
/// same bits.
#[test]
fn the_reference_agrees() {
    let text = r#"{ "riskband": 1, "horizon": { "steps": 3 },
        "variables": {
            "rate": { "normal": { "mean": 1, "sd": 0.5 }, "over_time": { "persistence": 0.5 } },
            "number": { "poisson": { "mean": "rate" }, "over_time": "fresh" },
            "cut": { "normal": { "mean": "rate", "sd": 1 }, "truncate": { "low": 0 },
                     "over_time": { "persistence": 0.4, "permanent": 0.2 } },
            "wide": { "gamma": { "shape": 2, "scale": "0.1 + rate ^ 2" }, "over_time": "constant" },
            "mixed": { "mixture": [ { "weight": 1, "value": 0 },
                                    { "weight": 2, "value": { "pert": { "low": 0, "mode": "cut", "high": "cut + 1" } } } ],
                       "over_time": "fresh" },
            "odds": { "discrete": { "0": "rate", "1.5": 0.5, "4": "0.2 * number" }, "over_time": "fresh" },
            "classes": { "histogram": { "edges": [0, 1, 2, 5], "weights": ["rate", 1, "number"] }, "over_time": "fresh" },
            "parts": { "mixture": [ { "weight": "rate", "value": -1 },
                                    { "weight": 0.5, "value": { "normal": { "mean": "number", "sd": 1 } } } ],
                       "over_time": "constant" },
            "points": { "quantiles": { "p10": 0, "p50": "rate", "p90": 2, "low": "-1 - number" }, "over_time": "fresh" }
        },
        "correlations": { "tied": { "between": ["cut", "mixed"], "normal_score": 0.7 } } }"#;
    let study = study(text);
    let options = paths(8_000, 3).correlate("cut[3]", "mixed[3]");
    let whole = study.run(&options, &|_| {}).expect("results");
    let report = compare(&whole, &simulate(&study.model, 8_000, 77));
    assert!(report.agrees(), "{:?} {:?}", report.worst(), report.unmatched);
    assert!(band(&whole, "number", "1").excluded > 0, "a rate below 0 has no counts");
    assert!(correlation(&whole, "cut[3]", "mixed[3]").pearson.is_some_and(|r| r.value > 0.2));
    let simulation = study.compiled(&options, &|_| {}).expect("a small run");
    for level in riskband::kernel::Level::available() {
        let part = simulation.clone().on(level).simulate(simulation.blocks(), &|_| {}).expect("nobody cancels");
        let results = simulation.results(&part).expect("results");
        assert_eq!((&results.bands, &results.correlations), (&whole.bands, &whole.correlations), "{level:?}");
    }
}

/// E S = E N E X, Var S = E N Var X + Var N (E X)^2.
#[test]
fn a_sum_of_a_random_number_of_draws() {
    let x = moments(
        r#""x": { "compound": { "count": { "poisson": 3 }, "size": { "gamma": { "mean": 2, "sd": 1.5 } }, "most": 25 } }"#,
    );
    agrees("mean", x.mean, 6.0);
    agrees("sd", x.sd, (3.0 * 2.25 + 3.0 * 4.0f64).sqrt());
    // A cap of one draw: the size where anything happens.
    let x = moments(
        r#""x": { "compound": { "count": { "bernoulli": 0.3 }, "size": { "uniform": { "low": 1, "high": 3 } }, "most": 1 } }"#,
    );
    agrees("mean of one", x.mean, 0.6);
}

/// A metalog whose quantiles no density runs through on some paths has no value there: with three quantiles at 10, 50 and
/// 90 %, where the median lies at a share of the way from the lower to the upper one that is too small or too large
/// (Keelin 2016, section 4: |a3 / a2| above 1.66711).
#[test]
fn quantiles_that_no_metalog_runs_through() {
    let x = moments(
        r#""u": { "uniform": { "low": 0, "high": 1 } }, "x": { "quantiles": { "p10": 0, "p50": "u", "p90": 1 } }"#,
    );
    // a2 = 1 / (2 ln 9) and a3 = (1 - 2u) / (0.8 ln 9): feasible where |1 - 2u| is at most 1.66711 * 0.4.
    let share = x.excluded as f64 / PATHS as f64;
    let expected = 1.0 - 1.66711 * 0.4;
    let error = (expected * (1.0 - expected) / PATHS as f64).sqrt();
    assert!((share - expected).abs() < 4.0 * error, "{share}, not {expected}");
    agrees("mean", x.mean, 0.5);
}

/// The ends of a PERT through quantiles are searched for on every path, in the reference engine too: few paths.
#[test]
fn quantiles_around_an_uncertain_mode() {
    let text = r#"{ "riskband": 1, "variables": {
        "rate": { "normal": { "mean": 1, "sd": 0.5 } },
        "estimate": { "pert": { "p10": 0, "mode": "rate", "p90": 2, "shape": "3 + rate" } } } }"#;
    let study = study(text);
    let whole = study.run(&paths(1_500, 3), &|_| {}).expect("results");
    let report = compare(&whole, &simulate(&study.model, 1_500, 77));
    assert!(report.agrees(), "{:?} {:?}", report.worst(), report.unmatched);
    // A mode outside of the quantiles has no law.
    let share = band(&whole, "estimate", "0").excluded as f64 / 1_500.0;
    assert!((share - 0.0455).abs() < 4.0 * (0.0455f64 * 0.9545 / 1_500.0).sqrt(), "{share}");
}
