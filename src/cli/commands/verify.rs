//! `verify`: run scenarios on the independent reference engine too, and compare.

use crate::analysis::compare::CompareError;
use crate::analysis::replay::replay_paths;
use crate::analysis::verify::{ReplayReport, VerifyReport, VerifyRow, compare};
use crate::analysis::verify_comparison::{ComparisonFault, ComparisonReport, verify_comparison};
use crate::analysis::verify_indices::compare_indices;
use crate::cli::args::{LoadArgs, ScenarioArgs, TextFormat, VerifyArgs};
use crate::cli::batch::Batch;
use crate::cli::config::{limits, on_threads, run_options};
use crate::cli::console::{self, BAD, GOOD};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::diagnostic::{Problem, escape};
use crate::engine::RunOptions;
use crate::model::Model;
use crate::output::layout::{Align, Grid};
use crate::output::{NumberFormat, SafeJson};
use crate::reference;
use crate::sampling::Sampler;
use crate::study::Study;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Comparisons shown, the furthest apart first.
const SHOWN: usize = 5;

/// Paths of the engine that are replayed through the reference engine's formulas.
const REPLAYED: usize = 1000;

/// What both engines say of one scenario.
struct Verified {
    scenario: String,
    report: VerifyReport,
    /// Paths replayed, and how they compare.
    replay: (usize, ReplayReport),
}

impl Verified {
    fn agrees(&self) -> bool {
        self.report.agrees() && self.replay.1.agrees()
    }
}

pub(in crate::cli) fn run(args: VerifyArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

fn run_here(args: &VerifyArgs) -> Result<Exit, Failure> {
    // What is verified is solved here, not taken from what an earlier command has kept.
    let load = LoadArgs { no_cache: true, ..args.scenarios.load.clone() };
    let scenarios = ScenarioArgs { load, ..args.scenarios.clone() };
    let limit = limits(&scenarios.load.limit)?.memory;
    let (mut seen, mut too_large) = (0, None);
    let mut batch = Batch::load(&scenarios, args.quiet, |study| {
        let needed = reference_memory(&study.model, args.simulation.paths);
        if needed > limit {
            too_large.get_or_insert((seen, needed));
        }
        seen += 1;
    })?;
    batch.report();
    if args.simulation.sampler != Sampler::Random {
        let text = format!(
            "verify compares independent paths with independent paths: --sampler random is expected, and {} was found",
            args.simulation.sampler.name()
        );
        return Err(Failure::Usage(text));
    }
    let options = RunOptions { lower_bounds: false, ..run_options(&args.simulation, batch.options.limits)? };
    if let Some((scenario, needed)) = too_large {
        return Err(Failure::Usage(format!(
            "the reference engine keeps all values of `{}`: about {needed} bytes, over the limit of {limit}; take fewer --paths \
             or raise it with --limit memory={needed}",
            batch.name(scenario)
        )));
    }

    let base = batch.first().filter(|_| args.compare);
    if args.compare && batch.len() < 2 {
        return Err(Failure::Usage("--compare needs two scenarios: name another".into()));
    }

    let progress = Progress::new(options.paths.saturating_mul(batch.len() as u64), args.quiet);
    let (mut reports, mut comparisons): (Vec<Verified>, Vec<ComparisonReport>) = Default::default();
    batch.each_from(0, |number, study| {
        let results = match study.run(&options, &progress) {
            Ok(results) => results,
            Err(error) => return Ok(vec![study.problem(&error)]),
        };
        let reference = reference::simulate(&study.model, options.paths, options.seed);
        let failed = |error| Failure::Usage(format!("indices of `{}`: {error}", study.scenario));
        let indices = compare_indices(study, &study.model, &results, options.seed, &|_| {}).map_err(failed)?;
        reports.push(Verified {
            scenario: study.scenario.clone(),
            report: compare(&results, &reference).with(indices),
            replay: replay_paths(&study.model, options.seed, REPLAYED, &|_| {})
                .map_err(|error| Failure::Usage(error.to_string()))?,
        });
        if let Some(base) = base.as_ref().filter(|_| number > 0) {
            comparisons.push(compare_with(base, study, &options)?);
        }
        Ok(Vec::new())
    })?;
    progress.finish();

    match args.format {
        TextFormat::Json => console::print_data(|out| {
            let document = json!({
                "riskband": env!("CARGO_PKG_VERSION"),
                "verified": reports.iter().map(data).collect::<Vec<_>>(),
                "comparisons": comparisons.iter().map(data_of_comparison).collect::<Vec<_>>(),
                "failed": batch.failed(),
            });
            writeln!(out, "{}", SafeJson(document))
        })?,
        TextFormat::Table => console::print(|out| {
            let width = console::width();
            reports.iter().try_for_each(|verified| write_text(out, verified, width))?;
            comparisons.iter().try_for_each(|report| write_comparison(out, report))
        })?,
    }
    let agree = reports.iter().all(Verified::agrees) && comparisons.iter().all(ComparisonReport::agrees);
    let exit = if agree { Exit::Done } else { Exit::CheckFailed };
    Ok(exit.max(batch.exit()))
}

/// A scenario against the first.
fn compare_with(base: &Study, other: &Study, options: &RunOptions) -> Result<ComparisonReport, Failure> {
    verify_comparison(base, other, options, &|_| {}).map_err(|error| {
        let why = match error {
            CompareError::Incomparable { problems, .. } => {
                problems.iter().map(Problem::in_a_line).collect::<Vec<_>>().join("; ")
            }
            CompareError::Run { error, .. } => error.to_string(),
        };
        Failure::Usage(format!("--compare of `{}` with `{}`: {why}", other.scenario, base.scenario))
    })
}

/// Bytes that the reference engine takes: it keeps every value of every row, so its memory grows with the paths.
fn reference_memory(model: &Model, paths: u64) -> u64 {
    let last = model.horizon.last();
    let steps = |first: usize| (last + 1).saturating_sub(first) as u64;
    let outputs: u64 = model.outputs.iter().map(|output| steps(model.variable(output.variable).first)).sum();
    // Of a constraint in a step: unmet, short, lost, deferred, utilisation; over all steps one more, and one of the market.
    let constraints =
        model.market.as_ref().map_or(0, |market| market.constraints.len() as u64 * (5 * steps(1) + 1) + 1);
    let rows = outputs + constraints + model.targets.len() as u64;
    // Each value once as simulated and once sorted.
    paths.saturating_mul(rows).saturating_mul(2 * size_of::<f64>() as u64)
}

fn data(verified: &Verified) -> Value {
    let Verified { scenario, report, replay: (paths, replay) } = verified;
    let row = |row: &VerifyRow| {
        json!({
            "quantity": row.quantity,
            "engine": row.engine,
            "reference": row.reference,
            "se": row.se,
            "z": row.z,
        })
    };
    json!({
        "scenario": scenario,
        "agrees": verified.agrees(),
        "critical": report.critical,
        "rows": report.rows.iter().map(row).collect::<Vec<_>>(),
        "unmatched": report.unmatched,
        "replay": {
            "paths": paths,
            "compared": replay.compared,
            "worst_relative": replay.worst_relative,
            "agrees": replay.agrees(),
            "first": replay.first.as_ref().map(|fault| json!({
                "variable": fault.variable,
                "step": fault.step,
                "engine": fault.engine,
                "reference": fault.replayed,
            })),
        },
    })
}

fn data_of_comparison(report: &ComparisonReport) -> Value {
    json!({
        "a": report.a,
        "b": report.b,
        "agrees": report.agrees(),
        "paths": report.paths,
        "compared": report.compared,
        "worst_relative": report.replay.worst_relative,
        "faults": report.faults.iter().map(|fault| json!({
            "quantity": fault.quantity,
            "engine": fault.engine,
            "low": fault.low,
            "high": fault.high,
        })).collect::<Vec<_>>(),
    })
}

fn write_comparison(out: &mut dyn Write, report: &ComparisonReport) -> io::Result<()> {
    let (a, b) = (escape(&report.a), escape(&report.b));
    let ComparisonReport { paths, replay, compared, faults, .. } = report;
    match report.agrees() {
        true => {
            writeln!(out, "{GOOD}ok{GOOD:#} {b} against {a}: the engines agree on {compared} numbers of {paths} paths")?
        }
        false => writeln!(
            out,
            "{BAD}FAILED{BAD:#} {b} against {a}: the engines disagree on {} of {compared} numbers of {paths} paths",
            faults.len()
        )?,
    }
    writeln!(out, "  {} values replayed, largest relative difference {:.1e}", replay.compared, replay.worst_relative)?;
    for ComparisonFault { quantity, engine, low, high } in faults.iter().take(SHOWN) {
        let engine = engine.map_or_else(|| "no value".to_owned(), |value| value.to_string());
        writeln!(out, "  {} is {engine} here, and {low} to {high} in the reference", escape(quantity))?;
    }
    Ok(())
}

fn write_text(out: &mut dyn Write, verified: &Verified, width: usize) -> io::Result<()> {
    let Verified { scenario, report, replay: (paths, replay) } = verified;
    let scenario = escape(scenario);
    let (tests, critical) = (report.tests(), report.critical);
    let worst = report.worst().map_or(0.0, |row| row.z.abs());
    let numbers = format!("{tests} comparisons, largest |z| {worst:.2}, chance explains up to {critical:.2}");
    match verified.agrees() {
        true => writeln!(out, "{GOOD}ok{GOOD:#} {scenario}: the engines agree; {numbers}")?,
        false => writeln!(out, "{BAD}FAILED{BAD:#} {scenario}: the engines disagree; {numbers}")?,
    }
    writeln!(
        out,
        "  {paths} paths replayed, {} values, largest relative difference {:.1e}",
        replay.compared, replay.worst_relative
    )?;
    if let Some(fault) = &replay.first {
        writeln!(
            out,
            "  `{}` in step {} is {} here and {} in the reference, from the same draws",
            escape(&fault.variable),
            fault.step,
            fault.engine,
            fault.replayed
        )?;
    }
    let mut rows: Vec<&VerifyRow> = report.rows.iter().collect();
    rows.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()));
    let columns = ["quantity", "engine", "reference", "se", "z"];
    let align = |index| if index == 0 { Align::Left } else { Align::Right };
    let mut grid =
        Grid::new(&columns.iter().enumerate().map(|(i, name)| (name.to_string(), align(i))).collect::<Vec<_>>());
    for row in rows.into_iter().take(SHOWN) {
        let values = NumberFormat::plain([row.engine, row.reference]);
        grid.row([
            row.quantity.clone(),
            values.format(row.engine),
            values.format(row.reference),
            NumberFormat::error([row.se]).format(row.se),
            format!("{:.2}", row.z),
        ]);
    }
    grid.write(out, width)?;
    report.unmatched.iter().try_for_each(|text| writeln!(out, "  {}", escape(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(quantity: &str, z: f64) -> VerifyRow {
        VerifyRow { quantity: quantity.into(), engine: 35.27, reference: 35.31, se: 0.021, z }
    }

    fn text(report: VerifyReport, worst: f64) -> String {
        let replay = ReplayReport { compared: 7, worst, worst_relative: 1e-13, first: None };
        let verified = Verified { scenario: "mine".into(), report, replay: (1000, replay) };
        let mut out = Vec::new();
        write_text(&mut out, &verified, 80).expect("writing to memory cannot fail");
        anstream::adapter::strip_str(&String::from_utf8(out).expect("UTF-8")).to_string()
    }

    #[test]
    fn the_verdict_and_the_worst_come_first() {
        let rows = (0..9).map(|index| row(&format!("q{index}"), 0.1 * f64::from(index))).collect();
        let report = VerifyReport { rows, unmatched: vec![], critical: 4.5 };
        let text = text(report, 0.5);
        assert!(text.starts_with("ok mine: the engines agree; 9 comparisons, largest |z| 0.80"), "{text}");
        let first = text.lines().nth(4).expect("a row");
        assert!(first.contains("q8") && first.contains("35.27") && first.contains("0.021"), "{text}");
        assert!(!text.contains("q3"));
    }

    #[test]
    fn a_disagreement_is_a_failure() {
        let report = VerifyReport { rows: vec![row("p50(market, 2031)", -9.0)], unmatched: vec![], critical: 4.5 };
        assert!(text(report, 0.5).starts_with("FAILED mine"));
        let report = VerifyReport { rows: vec![], unmatched: vec!["target x is not in the run".into()], critical: 4.5 };
        let text = |worst| text(report.clone(), worst);
        assert!(text(0.5).contains("disagree") && text(0.5).contains("target x"));
        let agreeing = VerifyReport { rows: vec![row("p50(market, 2031)", 0.3)], unmatched: vec![], critical: 4.5 };
        assert!(self::text(agreeing, 2.0).starts_with("FAILED mine"), "a replay that differs is a failure too");
    }
}
