//! The terminal summary of hand-made results.

use super::*;
use crate::output::example::{constant, estimate, exactly, full_results, results, share, when};
use crate::results::{Band, ConstraintRow, TargetRow};

fn summary(runs: &[Results], width: usize) -> String {
    let mut out = Vec::new();
    write_summary(&mut out, runs, width).expect("writing to memory cannot fail");
    anstream::adapter::strip_str(&String::from_utf8(out).expect("UTF-8")).to_string()
}

/// Seven steps, four ceilings and the usual outputs.
fn market(name: &str) -> Results {
    let mut results = results();
    results.scenario = name.into();
    results.run.title = Some("Accelerator cards".into());
    results.percentiles = vec![5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0];
    results.bands.clear();
    let medians = [6.32, 8.43, 11.25, 15.01, 20.03, 26.73, 35.66];
    let spread = [0.4, 0.5, 0.7, 1.0, 1.3, 1.6, 1.9];
    for (output, unit, scale) in
        [("market", Some("USD bn"), 1.0), ("demand", Some("USD bn"), 1.1), ("cagr", None, 0.01)]
    {
        for (step, median) in medians.iter().enumerate().skip(if output == "cagr" { 6 } else { 0 }) {
            let mut band = constant(output, unit, step, median * scale, 7);
            let level = |factor| if step == 0 { *median } else { median * scale * factor };
            band.quantiles = spread.map(|factor| estimate(level(factor), 0.05)).into();
            results.bands.push(band);
        }
    }
    results.targets = vec![TargetRow { target: "report_2031".into(), ..results.targets[0].clone() }];
    results.constraints = ["power", "cooling", "wafer", "packaging"]
        .iter()
        .flat_map(|name| {
            (1..=6).map(|step| ConstraintRow {
                constraint: (*name).into(),
                when: when(step),
                binding: share(0.01 * step as f64),
                ..results.constraints[0].clone()
            })
        })
        .collect();
    results
}

#[test]
fn fits_the_width_whatever_it_is() {
    for width in [60, 80, 100, 140] {
        for runs in [vec![market("baseline")], vec![results(), full_results(), market("leading-edge-wafer-shortage")]] {
            let text = summary(&runs, width);
            for line in text.lines() {
                assert!(line.chars().count() <= width, "wider than {width}: {line}\n{text}");
            }
        }
    }
}

#[test]
fn says_what_a_reader_must_know() {
    let text = summary(&[market("baseline")], 100);
    for part in [
        "Accelerator cards",
        "baseline, 1,000 paths, seed 18446744073709551615, random sampling",
        "market, USD bn",
        "35.66",
        "growth a year, 2025 to 2031 (cagr): P5 14.3 %",
        "Monte Carlo standard error in 2031: P5 0.05",
        "report_2031",
        "51.6 % to 57.8 %",
        "24.0 %",
        "demand",
        "on at least 95 % of the paths the value is at or below P95",
        "risk band",
    ] {
        let unbroken = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unbroken.contains(part), "missing: {part}\n{text}");
    }
}

#[test]
fn the_fan_widens_to_the_right_on_one_scale() {
    let text = summary(&[market("baseline")], 80);
    let marks: Vec<usize> = text
        .lines()
        .filter(|line| line.contains('┃') && !line.contains("to P95"))
        .map(|line| line.chars().position(|character| character == '┃').expect("filtered"))
        .collect();
    assert_eq!(marks.len(), 7);
    assert!(marks.is_sorted() && marks[6] > marks[0] + 3, "{text}");
}

#[test]
fn calibration_and_warnings_are_told() {
    let mut results = full_results();
    let text = summary(&[results.clone()], 80);
    assert!(text.contains("was put in by calibration of `trend`,\nnot found."), "{text}");
    assert!(text.contains("non-finite: `growth` has no finite value"), "{text}");
    results.run.calibration.as_mut().expect("calibrated").own = false;
    assert!(summary(&[results], 80).contains("nothing is re-centred"));
}

#[test]
fn text_from_files_cannot_command_the_terminal() {
    let text = summary(&[full_results()], 80);
    assert!(!text.contains('\u{1b}'));
    assert!(text.contains(r"care\u{1b}[31m"), "{text}");
}

#[test]
fn a_batch_begins_with_its_scenarios_side_by_side() {
    let text = summary(&[market("baseline"), market("power-limited-grid")], 100);
    let head: Vec<&str> = text.lines().take(5).collect();
    assert_eq!(head[0], "2 scenarios: market, USD bn in 2031, growth a year (cagr)");
    assert_eq!(head[1], "1,000 paths each, seed 18446744073709551615, random sampling.");
    for column in ["cagr P5", "report", "ever", "tightest"] {
        assert!(head[2].contains(column), "missing: {column}\n{text}");
    }
    let row = text.lines().find(|line| line.contains("power-limited-grid")).expect("a row of it");
    assert!(row.contains("54.7") && row.contains("12.0") && row.ends_with("power"), "{text}");
}

#[test]
fn a_batch_shows_as_many_targets_as_fit() {
    let mut run = market("baseline");
    let target = |name: &str| TargetRow { target: name.into(), ..run.targets[0].clone() };
    run.targets = ["report_2031", "bound_2031", "any_fall"].map(target).into();
    let runs = [run.clone(), run];
    // Three columns of growth and the share of bound paths are in percent too.
    let shown = |width: usize| {
        let text = summary(&runs, width);
        let head = text.lines().take_while(|line| !line.contains('─'));
        head.map(|line| line.matches('%').count()).sum::<usize>() - 4
    };
    assert!(shown(80) >= 1 && shown(80) <= shown(100));
    assert_eq!(shown(140), 3);
}

#[test]
fn what_holds_a_market_back_begins_with_the_worst() {
    let mut run = market("baseline");
    for row in run.constraints.iter_mut().filter(|row| row.constraint == "wafer") {
        row.lost = exactly(0.5);
        row.first = share(0.01 * row.when.step as f64);
    }
    let text = summary(&[run.clone()], 100);
    let section: Vec<&str> = text.lines().skip_while(|line| !line.contains("holds this market back")).collect();
    let sentence = section[1..].iter().take_while(|line| !line.is_empty()).flat_map(|line| line.split_whitespace());
    let sentence = sentence.collect::<Vec<_>>().join(" ");
    assert!(sentence.starts_with("wafer does the most harm"), "{text}");
    // 0.01 + ... + 0.06; 6 times 0.5, and the demands are 1.1 times the medians after the base: 128.8.
    for part in [
        "once on 21.0 % of the paths",
        "it turns away for good 3.000 USD bn of demand (2.3 %)",
        "least once on 12.0 % of the paths",
    ] {
        assert!(sentence.contains(part), "missing: {part}\n{text}");
    }
    run.constraints.iter_mut().for_each(|row| {
        row.first = share(0.0);
        row.binding = share(0.0);
        row.lost = exactly(0.0);
    });
    assert!(summary(&[run], 80).contains("No ceiling binds on any of 1,000 paths."));
}

#[test]
fn a_static_model_lists_its_outputs() {
    let mut model = results();
    model.bands = vec![constant("npv", Some("EUR"), 0, -12.5, 3), constant("roi", None, 0, 0.07, 3)];
    model.targets.clear();
    model.constraints.clear();
    let text = summary(&[model], 80);
    assert!(text.contains("outputs\n") && text.contains("npv") && text.contains("-12.50"), "{text}");
    assert!(!text.contains("share of paths"));
}

#[test]
fn a_static_model_has_bars_and_errors_and_no_step() {
    let mut model = results();
    let band = Band {
        quantiles: [-20.0, -12.5, 3.0].map(|value| estimate(value, 0.25)).into(),
        ..constant("npv", Some("EUR"), 0, -12.5, 3)
    };
    model.bands = vec![band, constant("roi", None, 0, 0.07, 3)];
    model.bands.iter_mut().for_each(|band| band.subject.when.year = None);
    model.run.horizon.steps = 0;
    model.targets.clear();
    model.constraints.clear();
    for width in [60, 80, 100] {
        let text = summary(&[model.clone()], width);
        assert!(!text.contains("step") && !text.contains('`'), "{text}");
        assert!(
            width < 80 || text.contains("P50 se") && text.contains("░") && text.contains("each row on its own scale"),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
    }
}

#[test]
fn a_what_if_is_labelled_and_told_in_full() {
    let mut run = market("baseline");
    run.run.set = vec!["events.downturn.hazard=0.3".into()];
    let text = summary(&[run.clone()], 120);
    assert!(
        text.starts_with("Accelerator cards with events.downturn.hazard=0.3\nbaseline with events.downturn"),
        "{text}"
    );
    run.run.set.push(format!("variables.x={}", "1".repeat(80)));
    assert!(summary(&[run], 120).starts_with("Accelerator cards with 2 values set\n"));
}

#[test]
fn a_level_adds_up_over_time_and_not_to_an_amount() {
    let mut run = market("campus");
    run.run.measure = Some(crate::model::MarketMeasure::Level);
    let text = summary(&[run], 140);
    assert!(text.contains("it leaves unmet") && text.contains("unmet, USD bn-years"), "{text}");
    assert!(!text.contains("for good") && !text.contains("deferred"), "{text}");
}

#[test]
fn numbers_of_some_paths_say_so() {
    let mut run = market("baseline");
    let last = run.bands.iter_mut().rev().find(|band| band.subject.output == "market").expect("a market");
    (last.n, last.excluded) = (621, 379);
    assert!(summary(&[run], 140).contains("62.1 %"));
}

#[test]
fn no_scenario_is_no_text() {
    assert_eq!(summary(&[], 80), "");
}
