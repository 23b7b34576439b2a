//! Models with exact answers: every estimate is within five of its own standard errors of the truth.

use crate::common::{agrees, band, paths, probability, probability_within, quantile, results, share, value, within};
use riskband::stats::Share;

const PATHS: u64 = 200_000;

#[test]
fn products_of_lognormals_are_lognormal() {
    let text = r#"{ "riskband": 1,
        "variables": { "a": { "lognormal": { "median": 2, "sigma": 0.3 } }, "b": { "lognormal": { "median": 5, "sigma": 0.4 } }, "p": "a * b" } }"#;
    let results = results(text, &paths(PATHS, 3));
    for (level, z) in [(5.0, -1.644_853_626_951_472_7), (50.0, 0.0), (95.0, 1.644_853_626_951_472_7)] {
        let (value, se) = quantile(&results, "p", "0", level);
        within(&format!("p{level}"), value, se, 10.0 * f64::exp(0.5 * z));
    }
    let p = band(&results, "p", "0");
    agrees("mean", p.mean, 10.0 * f64::exp(0.125));
    agrees("sd", p.sd, 10.0 * f64::exp(0.125) * (f64::exp(0.25) - 1.0).sqrt());
}

#[test]
fn sums_of_correlated_normals_are_normal() {
    let text = r#"{ "riskband": 1,
        "variables": { "a": { "normal": { "mean": 1, "sd": 3 } }, "b": { "normal": { "mean": 2, "sd": 4 } }, "s": "a + b" },
        "correlations": { "ab": { "between": ["a", "b"], "normal_score": 0.5 } } }"#;
    let results = results(text, &paths(PATHS, 4));
    let s = band(&results, "s", "0");
    let sd = (9.0f64 + 16.0 + 12.0).sqrt();
    agrees("mean", s.mean, 3.0);
    agrees("sd", s.sd, sd);
    let (p5, se) = quantile(&results, "s", "0", 5.0);
    within("p5", p5, se, 3.0 - 1.644_853_626_951_472_7 * sd);
}

/// Two independent exponential capacities below an unlimited demand: the smaller is exponential, and who binds goes by the rates.
#[test]
fn the_smaller_of_two_capacities_binds() {
    let text = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2026 },
        "market": { "start": 1 },
        "drivers": { "flood": 1e9 },
        "constraints": { "a": { "exponential": { "mean": 2 } }, "b": { "exponential": { "mean": 3 } } },
        "targets": { "low": "market[2026] < 1" } }"#;
    let results = results(text, &paths(PATHS, 5));
    let market = band(&results, "market", "2026");
    agrees("mean", market.mean, 1.2);
    probability_within("low", probability(&results, "low"), PATHS, 1.0 - f64::exp(-1.0 / 1.2));
    for (name, truth) in [("a", 0.6), ("b", 0.4)] {
        let row = results.constraints.iter().find(|row| row.constraint == name).unwrap();
        probability_within(name, row.binding.probability().unwrap(), PATHS, truth);
        assert_eq!(row.short, Share::of(PATHS, PATHS, 0));
    }
}

/// Constants through the market's equations, by hand.
#[test]
fn a_backlog_chain_of_constants_is_exact() {
    let text = r#"{ "riskband": 1, "horizon": { "steps": 3 },
        "market": { "start": 10, "backlog": { "share": 0.5, "start": 2 } },
        "drivers": { "growth_rate": 0.5 },
        "constraints": { "plant": { "by_step": { "1": 12, "2": 20, "3": 100 } } },
        "outputs": ["market", "demand", "wanted", "backlog", "growth", "cagr"] }"#;
    let results = results(text, &paths(300, 6));
    let mean = |output: &str, period: &str| value(band(&results, output, period).mean);
    // demand 15, wanted 17, market 12, backlog 2.5; 22.5, 25, 20, 2.5; 33.75, 36.25, 36.25, 0.
    for (output, values) in [
        ("demand", [15.0, 22.5, 33.75]),
        ("wanted", [17.0, 25.0, 36.25]),
        ("market", [12.0, 20.0, 36.25]),
        ("backlog", [2.5, 2.5, 0.0]),
        ("growth", [0.2, 20.0 / 12.0 - 1.0, 36.25 / 20.0 - 1.0]),
    ] {
        for (period, truth) in ["1", "2", "3"].iter().zip(values) {
            assert!((mean(output, period) - truth).abs() < 1e-13, "{output} {period}");
        }
    }
    assert!((mean("cagr", "3") - (3.625f64.powf(1.0 / 3.0) - 1.0)).abs() < 1e-13);
    let unmet: Vec<f64> = results.constraints.iter().map(|row| value(row.unmet)).collect();
    assert_eq!(unmet, [5.0, 5.0, 0.0]);
    let binding: Vec<Share> = results.constraints.iter().map(|row| row.binding).collect();
    assert_eq!(binding, [300, 300, 0].map(|hits| Share::of(hits, 300, 0)));
}

/// A geometric waiting time, an event of two steps, and what they give exactly.
#[test]
fn events_have_their_exact_probabilities() {
    let text = r#"{ "riskband": 1, "horizon": { "steps": 6 },
        "events": {
            "brief": { "hazard": 0.2, "size": 1 },
            "long": { "hazard": 0.3, "size": { "uniform": { "low": 2, "high": 4 } }, "duration": 2 },
            "mixed": { "hazard": 0.25, "size": 1, "duration": { "discrete": { "1": 0.5, "3": 0.5 } } } },
        "variables": { "brief_on": "on(brief)", "long_on": "on(long)", "long_ended": "ended(long)", "mixed_on": "on(mixed)", "long_size": "long" },
        "targets": { "ever_brief": "ever(on(brief))", "late": "first_step(on(brief)) >= 4", "three": "count(started(long)) >= 3" } }"#;
    let results = results(text, &paths(PATHS, 7));
    probability_within("ever", probability(&results, "ever_brief"), PATHS, 1.0 - 0.8f64.powi(6));
    probability_within("late", probability(&results, "late"), PATHS, 0.8f64.powi(3) - 0.8f64.powi(6));
    // Renewal: on at t if started at t or t - 1; starts happen with hazard h whenever not one step into an event.
    let starts = |h: f64, durations: &[(usize, f64)], steps: usize| {
        let mut start = vec![0.0; steps + 1];
        for t in 1..=steps {
            let busy: f64 = (1..t)
                .map(|s| start[s] * durations.iter().filter(|(d, _)| s + d > t).map(|(_, w)| w).sum::<f64>())
                .sum();
            start[t] = h * (1.0 - busy);
        }
        start
    };
    let long = starts(0.3, &[(2, 1.0)], 6);
    let mixed = starts(0.25, &[(1, 0.5), (3, 0.5)], 6);
    for t in 1..=6usize {
        let mean = |output: &str| value(band(&results, output, &t.to_string()).mean);
        probability_within("brief", mean("brief_on"), PATHS, 0.2);
        probability_within(&format!("long {t}"), mean("long_on"), PATHS, long[t] + long[t - 1]);
        let on: f64 = mixed[t] + (1..t).filter(|s| t - s < 3).map(|s| 0.5 * mixed[s]).sum::<f64>();
        probability_within(&format!("mixed {t}"), mean("mixed_on"), PATHS, on);
        if t >= 3 {
            probability_within("ended", mean("long_ended"), PATHS, long[t - 2]);
        }
        let size = band(&results, "long_size", &t.to_string());
        agrees("size", size.mean, 3.0 * (long[t] + long[t - 1]));
    }
    // Three starts in six steps: at 1, 3 and 5 or with one step of slack among them.
    let three = 0.3f64.powi(3) * (1.0 + 3.0 * 0.7);
    probability_within("three", probability(&results, "three"), PATHS, three);
}

#[test]
fn aggregates_run_over_the_steps_that_have_a_value() {
    let text = r#"{ "riskband": 1, "horizon": { "steps": 4 },
        "variables": { "x": { "by_step": { "0": 3, "1": -1, "2": 4, "3": 1, "4": 5 } }, "d": "x - prev(x)" },
        "outputs": { "sum": "total(x)", "mean": "average(d)", "top": "highest(x)", "bottom": "lowest(x)", "ups": "count(d > 0)",
                     "first_up": "first_step(d > 0)", "never": "first_step(x > 9)", "running": "cumulative(x)",
                     "all": "always(x > -2)", "any": "ever(x > 9)", "before": "lag(x, 2, -7)" },
        "targets": { "up_early": "first_step(d > 0) <= 2", "never_late": "first_step(x > 9) > 0" } }"#;
    let results = results(text, &paths(300, 8));
    let mean = |output: &str, period: &str| band(&results, output, period).mean.map(|mean| mean.value);
    for (output, truth) in [
        ("sum", 12.0),
        ("mean", 0.5),
        ("top", 5.0),
        ("bottom", -1.0),
        ("ups", 2.0),
        ("first_up", 2.0),
        ("all", 1.0),
        ("any", 0.0),
    ] {
        assert_eq!(mean(output, "4"), Some(truth), "{output}");
    }
    assert_eq!(mean("never", "4"), None);
    assert_eq!((mean("running", "0"), mean("running", "3")), (Some(3.0), Some(7.0)));
    assert_eq!((mean("before", "1"), mean("before", "2")), (Some(-7.0), Some(3.0)));
    assert_eq!(
        (share(&results, "up_early"), share(&results, "never_late")),
        (Share::of(300, 300, 0), Share::of(0, 300, 0))
    );
}
