//! Steps of quarters and months: rates, hazards and persistence are of a year, and a year compounds to what is written.

use crate::common::{
    agrees, band, correlation, paths, probability, probability_within, results, share, study, value, within,
};
use riskband::stats::Share;

/// The same model in steps of this length.
fn deterministic(step: &str) -> String {
    format!(
        r#"{{
          "horizon": {{ "start": 2025, "end": 2031, "step": "{step}" }},
          "market": {{ "start": 6.32 }},
          "drivers": {{ "ai": 0.25, "fade": {{ "by_year": {{ "2025": 0.05, "2031": 0.05 }} }} }},
          "constraints": {{ "power": {{ "start": 9.0, "growth": 0.2 }} }},
          "segments": {{ "region": {{ "parts": {{
            "east": {{ "share": 0.4, "growth": 0.08 }}, "west": {{ "share": 0.6 }} }} }} }},
          "variables": {{ "loss": {{ "start": 1, "next": "self * (1 - 0.3) ^ step_years" }}, "clock": "time" }},
          "outputs": ["market", "demand", "power", "cagr", "market.region", "loss", "clock"]
        }}"#
    )
}

#[test]
fn a_year_compounds_to_the_yearly_model() {
    let [years, quarters, months] =
        ["year", "quarter", "month"].map(|step| results(&deterministic(step), &paths(16, 1)));
    for (finer, last) in [(&quarters, "Q4"), (&months, "-12")] {
        let mut compared = 0;
        for yearly in &years.bands {
            let label = format!("{}{last}", yearly.subject.when.period);
            let same = finer
                .bands
                .iter()
                .find(|band| band.subject.is_same_series(&yearly.subject) && band.subject.when.period == label);
            let same = same.unwrap_or_else(|| panic!("no {} in {label}", yearly.subject.output));
            let (a, b) = (value(yearly.mean), value(same.mean));
            // Up to 72 powers of rounded factors.
            assert!((a / b - 1.0).abs() < 1e-12, "{} in {label}: {a} and {b}", yearly.subject.output);
            assert_eq!(same.subject.when.year, yearly.subject.when.year);
            compared += 1;
        }
        assert_eq!(compared, 7 * 7 + 1);
    }
    assert_eq!(quarters.bands.iter().filter(|band| band.subject.output == "demand").count(), 25);
}

#[test]
fn a_yearly_hazard_is_the_chance_of_a_start_within_a_year() {
    for step in ["year", "quarter", "month"] {
        let text = format!(
            r#"{{ "horizon": {{ "start": 2025, "end": 2027, "step": "{step}" }},
                 "events": {{ "stop": {{ "hazard": 0.2, "duration": 1000 }}, "sure": {{ "hazard": 1, "duration": 1000 }} }},
                 "variables": {{ "state": "on(stop)" }},
                 "targets": {{ "within_a_year": "state[2026]", "within_two": "ever(on(stop))",
                              "sure": "always(on(sure) or year == 2025)" }} }}"#
        );
        let results = results(&text, &paths(100_000, 1));
        probability_within(step, probability(&results, "within_a_year"), 100_000, 0.2);
        probability_within(step, probability(&results, "within_two"), 100_000, 1.0 - 0.8 * 0.8);
        assert_eq!(share(&results, "sure"), Share::of(100_000, 100_000, 0), "a hazard of 1 starts in the first {step}");
    }
}

#[test]
fn persistence_is_the_autocorrelation_over_a_year() {
    let text = r#"{
      "horizon": { "start": 2025, "end": 2027, "step": "quarter" },
      "variables": { "x": { "normal": { "mean": 0, "sd": 2 }, "over_time": { "persistence": 0.5 } } } }"#;
    let options = paths(50_000, 1).correlate("x[2026]", "x[2027]").correlate("x[2026Q1]", "x[2026Q2]");
    let results = results(text, &options);
    for (a, b, truth) in [("x[2026]", "x[2027]", 0.5), ("x[2026Q1]", "x[2026Q2]", 0.5_f64.powf(0.25))] {
        let row = correlation(&results, a, b);
        agrees(a, row.pearson, truth);
    }
    // The law of every step is the one written.
    for period in ["2026Q1", "2027Q4"] {
        let band = band(&results, "x", period);
        agrees(period, band.sd, 2.0);
    }
}

#[test]
fn noise_of_segments_adds_up_to_that_of_a_year() {
    for step in ["year", "quarter", "month"] {
        let text = format!(
            r#"{{ "horizon": {{ "start": 2025, "end": 2027, "step": "{step}" }}, "market": {{ "start": 1 }},
                 "segments": {{ "region": {{ "noise": 0.1, "parts": {{
                   "east": {{ "share": 0.4, "growth": 0.05 }}, "west": {{ "share": 0.6 }} }} }} }},
                 "outputs": {{ "ratio": "ln(market.region.east / market.region.west)" }} }}"#
        );
        let results = results(&text, &paths(20_000, 1));
        let last = &study(&text).model.horizon.period(study(&text).model.horizon.last());
        let band = band(&results, "ratio", last);
        agrees(step, band.mean, (2.0_f64 / 3.0).ln() + 0.1);
        agrees(step, band.sd, 0.2);
    }
}

#[test]
fn a_calibration_of_quarters_writes_quarters() {
    let text = r#"{
      "horizon": { "start": 2025, "end": 2027, "step": "quarter" },
      "market": { "start": 6.32, "baseline": { "cagr": 0.3 },
                  "calibrate": { "parameter": "trend", "statistic": "median", "match": "every step" } },
      "drivers": { "ai": { "normal": { "mean": 0.1, "sd": 0.2 }, "over_time": "fresh" }, "trend": 0 } }"#;
    let study = study(text);
    let solved = &study.calibration.as_ref().expect("it is calibrated").values;
    assert_eq!(solved.iter().map(|(period, _)| period.as_str()).collect::<Vec<_>>()[..2], ["2026Q1", "2026Q2"]);
    let baseline = study.model.market.as_ref().and_then(|market| market.baseline.clone()).expect("a baseline");
    assert!((baseline[4] / (6.32 * 1.3) - 1.0).abs() < 1e-14);
    let results = study.run(&paths(20_000, 1), &|_| {}).expect("it runs");
    let (median, se) = crate::common::quantile(&results, "market", "2027Q4", 50.0);
    within("median", median, se, 6.32 * 1.69);
}
