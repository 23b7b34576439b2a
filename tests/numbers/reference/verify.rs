//! The comparison of two engines: a correct one passes, a wrong one fails, atoms and rare events do not alarm.

use super::builder::*;
use super::workload::market_fan;
use crate::common::value;
use riskband::RunOptions;
use riskband::analysis::verify::{compare, compare_replay};
use riskband::dist::Law;
use riskband::kernel::{Binary, Unary};
use riskband::model::*;
use riskband::reference::{ReferenceConstraint, ReferenceResults, ReferenceTarget, Sample, replay, simulate};
use riskband::results::*;
use riskband::stats::{Estimate, Share};

const PERCENTILES: [f64; 7] = [0.1, 5.0, 25.0, 50.0, 75.0, 95.0, 99.9];

/// Results with a row of every kind, to be written over: rows cannot be made from outside.
fn template() -> Results {
    let text = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2026 }, "market": { "start": 1 },
        "drivers": { "d": 0.1 }, "constraints": { "c": { "start": 1, "growth": 0 } }, "targets": { "t": "market > 1" } }"#;
    crate::common::results(text, &RunOptions::new().paths(1))
}

/// The tables that an engine with these values would print.
fn printed(reference: &ReferenceResults) -> Results {
    let mut results = template();
    let (band, target, ceiling) =
        (results.bands[0].clone(), results.targets[0].clone(), results.constraints[0].clone());
    let when = |step: usize| When { step, period: step.to_string(), year: None };
    let mean = |sample: &Sample| Estimate::of(sample.mean(), sample.mean_se());
    let share = |hits: u64, n: u64| Share::of(hits, n, reference.paths - n);
    let band = |output: &str, step: usize, sample: &Sample| {
        let mut band = band.clone();
        band.subject = Subject { output: output.into(), dimension: None, segment: None, when: when(step) };
        band.mean = mean(sample);
        band.sd = Estimate::of(sample.sd(), sample.sd_se());
        band.quantiles = PERCENTILES.iter().map(|p| Estimate::of(sample.quantile(p / 100.0), None)).collect();
        (band.n, band.excluded) = (sample.n(), sample.excluded());
        band
    };
    results.run.paths = reference.paths;
    results.percentiles = PERCENTILES.to_vec();
    results.bands = reference.bands.iter().map(|row| band(&row.output, row.step, &row.sample)).collect();
    let row = |row: &ReferenceTarget| {
        let mut target = target.clone();
        (target.target, target.share) = (row.target.clone(), share(row.hits, row.n));
        target
    };
    results.targets = reference.targets.iter().map(row).collect();
    let row = |row: &ReferenceConstraint| {
        let mut ceiling = ceiling.clone();
        (ceiling.constraint, ceiling.when) = (row.constraint.clone(), when(row.step));
        ceiling.binding = share(row.binding, row.unmet.n());
        ceiling.short = share(row.short, row.unmet.n());
        ceiling.first = share(row.first.hits, row.first.n);
        ceiling.unmet = mean(&row.unmet);
        ceiling.lost = mean(&row.lost);
        ceiling.deferred = mean(&row.deferred);
        ceiling.utilisation = mean(&row.utilisation);
        ceiling
    };
    results.constraints = reference.constraints.iter().map(row).collect();
    results.bound = reference.bound.map(|bound| share(bound.hits, bound.n));
    results
}

#[test]
fn every_column_of_a_ceiling_is_compared() {
    let reference = simulate(&market_fan(), 20_000, 1);
    let right = printed(&simulate(&market_fan(), 20_000, 2));
    assert!(compare(&right, &reference).agrees());
    let fails = |change: &dyn Fn(&mut ConstraintRow)| {
        let mut wrong = right.clone();
        let row =
            wrong.constraints.iter_mut().rfind(|row| row.binding.probability() > Some(0.05)).expect("a ceiling binds");
        change(row);
        !compare(&wrong, &reference).agrees()
    };
    let scaled = |mean: Option<Estimate>, by: f64| mean.map(|mean| Estimate { value: by * mean.value, ..mean });
    let more = |share: Share, by: f64| Share::of((by * share.hits() as f64) as u64, share.n(), share.excluded());
    assert!(fails(&|row| row.binding = more(row.binding, 1.3)));
    assert!(fails(&|row| row.short = more(row.short, 1.3)));
    assert!(fails(&|row| row.unmet = scaled(row.unmet, 1.4)));
    assert!(fails(&|row| row.first = more(row.first, 1.4)));
    assert!(fails(&|row| row.lost = scaled(row.lost, 1.4)));
    assert!(fails(&|row| row.deferred = scaled(row.deferred, 0.6)));
    assert!(fails(&|row| row.utilisation = scaled(row.utilisation, 1.05)));
    let mut wrong = right.clone();
    wrong.bound = wrong.bound.map(|bound| more(bound, 1.2));
    assert!(!compare(&wrong, &reference).agrees());
    wrong.bound = None;
    assert_eq!(compare(&wrong, &reference).unmatched, ["ever bound is not in the run"]);
}

#[test]
fn two_runs_of_one_model_agree_at_any_sizes() {
    let model = market_fan();
    let reference = simulate(&model, 20_000, 1);
    for (paths, seed) in [(20_000, 2), (200_000, 3), (500, 4)] {
        let report = compare(&printed(&simulate(&model, paths, seed)), &reference);
        assert!(report.agrees(), "{:?} beyond {}", report.worst(), report.critical);
        assert!(report.tests() > 250 && report.critical > 4.5 && report.critical < 6.0);
    }
}

#[test]
fn a_wrong_law_a_wrong_tie_or_a_wrong_carry_over_is_found() {
    let reference = simulate(&market_fan(), 50_000, 1);
    let fails = |change: &dyn Fn(&mut Model)| {
        let mut wrong = market_fan();
        change(&mut wrong);
        !compare(&printed(&simulate(&wrong, 50_000, 2)), &reference).agrees()
    };
    let find = |model: &Model, name: &str| model.variables.iter().position(|v| v.name == name).expect("a variable");
    assert!(!fails(&|_| ()));
    assert!(fails(&|model| model.variables[1].definition = Definition::Constant(0.065)), "sd of ai_ml");
    assert!(fails(&|model| model.correlations.clear()), "correlations");
    assert!(fails(&|model| model.inputs[4].over_time.permanent = 0.1), "permanent share of power.growth");
    assert!(
        fails(&|model| {
            let backlog = find(model, "backlog");
            if let Definition::Stock { next: Expr::Binary(_, share, _), .. } = &mut model.variables[backlog].definition
            {
                **share = Expr::Constant(0.55);
            }
        }),
        "backlog"
    );
}

#[test]
fn a_missing_row_is_a_failure() {
    let reference = simulate(&market_fan(), 2_000, 1);
    let mut results = printed(&simulate(&market_fan(), 2_000, 2));
    results.bands.remove(3);
    results.targets[0].target = "another".into();
    let report = compare(&results, &reference);
    assert_eq!(report.unmatched.len(), 3);
    assert!(!report.agrees());
}

/// 1 with probability p, else 0, beside a count and a rare event.
fn atoms(p: f64, rare: f64) -> Model {
    let mut b = Builder::steps(0);
    let law = Law::Bernoulli { probability: b.constant(p) };
    b.draw("flip", law, OverTime::FRESH);
    let law = Law::Poisson { mean: b.constant(2.0) };
    b.draw("count", law, OverTime::FRESH);
    let law = Law::Bernoulli { probability: b.constant(rare) };
    let rare = b.draw("rare", law, OverTime::FRESH);
    b.0.targets.push(Target { name: "rare".into(), text: String::new(), condition: rare, title: None });
    b.0
}

#[test]
fn atoms_at_a_level_and_rare_events_do_not_alarm() {
    // The median of a fair coin is 0 or 1 by chance; 2e-5 of 10,000 paths is 0 or 1 hit.
    let reference = simulate(&atoms(0.5, 2e-5), 10_000, 1);
    let flips: Vec<_> = (2..30)
        .map(|seed| {
            let results = printed(&simulate(&atoms(0.5, 2e-5), 10_000, seed));
            let report = compare(&results, &reference);
            assert!(report.agrees(), "{:?}", report.worst());
            value(results.bands.iter().find(|band| band.subject.output == "flip").unwrap().quantiles[3])
        })
        .collect();
    assert!(flips.contains(&0.0) && flips.contains(&1.0), "the test must see both");
}

#[test]
fn a_shifted_atom_and_too_frequent_an_event_are_found() {
    let reference = simulate(&atoms(0.5, 2e-5), 10_000, 1);
    assert!(!compare(&printed(&simulate(&atoms(0.53, 2e-5), 100_000, 2)), &reference).agrees());
    assert!(!compare(&printed(&simulate(&atoms(0.5, 5e-3), 10_000, 2)), &reference).agrees());
    let mut results = printed(&simulate(&atoms(0.5, 2e-5), 10_000, 2));
    let count = results.bands.iter_mut().find(|band| band.subject.output == "count").unwrap();
    count.quantiles[3] = Some(Estimate { value: 2.0 + 1e-6, se: None });
    assert!(!compare(&results, &reference).agrees(), "a median between two atoms");
}

#[test]
fn replayed_values_agree_within_rounding_and_no_further() {
    let mut b = Builder::steps(2);
    let x = b.standard_normal("x", OverTime::FRESH);
    let grown = b.formula("grown", 1, unary(Unary::Exp, var(x)));
    // exp(x) - exp(x) (1 - 1e-9) is 1e-9 of its operands.
    let most = binary(Binary::Multiply, var(grown), number(1.0 - 1e-9));
    let small = b.formula("small", 1, binary(Binary::Subtract, var(grown), most));
    let halved = b.formula("halved", 1, binary(Binary::Multiply, var(x), number(0.5)));
    let draw = |_: VarId, step: usize| 0.3 * step as f64;
    let path = replay(&b.0, &draw, &|_, _| f64::NAN);
    let nudged = |id: VarId, by: f64| {
        compare_replay(
            &b.0,
            &|variable, step| {
                let value = path.values[step][variable.0 as usize];
                Some(if variable == id && step == 2 { value * (1.0 + by) } else { value })
            },
            &path,
        )
    };
    let exact = nudged(x, 0.0);
    assert_eq!((exact.worst, exact.first.is_none(), exact.compared), (0.0, true, 3 * 2 + 2 * 4));
    assert!(nudged(halved, 0.9e-12).first.is_none());
    // What cancellation explains is allowed there and nowhere else.
    assert!(nudged(small, 3e-8).first.is_none());
    assert!(nudged(small, 3e-6).first.is_some());
    let fault = nudged(halved, 3e-8).first.expect("a fault");
    assert_eq!((fault.variable.as_str(), fault.step), ("halved", 2));
    let missing = compare_replay(&b.0, &|_, _| Some(f64::NAN), &path);
    assert_eq!(missing.worst, f64::INFINITY);
    assert_eq!(compare_replay(&b.0, &|_, _| None, &path).compared, 0);
}
