//! `sensitivity`: what drives the outputs of scenarios.

use super::run::Printer;
use crate::analysis::sensitivity::{SensitivityError, SensitivityOptions, passes, sensitivity};
use crate::cli::args::{ResultFormat, SensitivityArgs};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, of_drivers};
use crate::cli::config::{Print, on_threads, step_of};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::survey::PeriodSurvey;
use crate::engine::RunOptions;
use crate::output::{Layout, NumberFormat, ResultFolder, grouped, run_tables};
use crate::results::{IndexRow, Results};
use std::collections::BTreeSet;

pub(in crate::cli) fn run(args: SensitivityArgs) -> Result<Exit, Failure> {
    on_threads(args.threads.count, || run_here(&args))?
}

/// Every scenario is run as well, on as many paths as there are base points: the first paths of the pairs.
fn run_here(args: &SensitivityArgs) -> Result<Exit, Failure> {
    // A period that is not there is told of before the simulation.
    let mut periods = PeriodSurvey::new(args.at.as_deref(), step_of);
    let mut batch = Batch::load(&args.scenarios, args.quiet, |study| periods.look(study))?;
    batch.report();
    periods.settle()?;
    let limits = batch.options.limits;
    let options =
        RunOptions { paths: args.paths, seed: args.seed, limits, lower_bounds: false, ..RunOptions::default() };
    let layout = Layout { sensitivity: true, ..Layout::of(&options) };
    let out = args.out.as_deref().filter(|_| !batch.is_empty());
    let unwritten = |error| Failure::write(out.map_or_else(String::new, |path| path.display().to_string()), error);
    let open = |path| ResultFolder::open(path, run_tables(&layout), Vec::new(), None);
    let mut folder = out.map(open).transpose().map_err(unwritten)?;
    let mut charts = ChartFolder::open(args.charts.as_deref().filter(|_| !batch.is_empty()), args.picture)?;
    let mut printer = Printer::new(print(args), &layout)?;

    let analysis = SensitivityOptions {
        paths: args.paths,
        within: args.within,
        most: args.max_paths,
        seed: args.seed,
        of: args.of.clone(),
        by: args.by.into(),
        groups: args.group.clone(),
        shapley: args.shapley,
        second: args.second,
        limits,
        ..SensitivityOptions::default()
    };
    let runs = 1 + passes(&analysis);
    // How many base points a tolerance takes is known when it is there.
    let most = if args.within.is_some() { args.max_paths } else { 0 };
    let progress = Progress::new(
        args.paths.saturating_mul(runs).saturating_add(most).saturating_mul(batch.len() as u64),
        args.quiet,
    );
    let mut wide: Vec<String> = Vec::new();
    let mut outlines: Vec<Results> = Vec::new();
    batch.run_each(
        |study| study.run(&options, &progress),
        |study, mut results| {
            let at = args.at.as_deref().map(|at| step_of(&study.model, Some(at))).transpose()?;
            let analysis = SensitivityOptions { at, ..analysis.clone() };
            results.sensitivity =
                sensitivity(study, &analysis, &progress).map_err(|error| failure(&study.scenario, &error))?;
            wide.extend(args.within.and_then(|tolerance| too_wide(&results, tolerance, args.max_paths)));
            if let Some(folder) = &mut folder {
                folder.add_run(&results).map_err(unwritten)?;
            }
            charts.add(of_drivers(&results))?;
            printer.add(&results)?;
            outlines.push(results.into_line());
            Ok(())
        },
    )?;
    progress.finish();
    let failed = batch.failed();
    if let Some(folder) = folder {
        folder.commit(&failed).map_err(unwritten)?;
    }
    charts.commit(&outlines)?;
    printer.finish(&outlines, &failed)?;
    wide.iter().for_each(|text| console::error(text));
    match batch.exit() {
        Exit::Done if !wide.is_empty() => Ok(Exit::CheckFailed),
        exit => Ok(exit),
    }
}

/// Which inputs are not within the tolerance, and what the one that needs most would take; none where all are.
fn too_wide(results: &Results, tolerance: f64, most: u64) -> Option<String> {
    let open: Vec<&IndexRow> = results.sensitivity.indices.iter().filter(|row| row.needed.is_some()).collect();
    let worst = open.iter().rev().max_by_key(|row| row.needed)?;
    let inputs: BTreeSet<&str> = open.iter().map(|row| row.input.as_str()).collect();
    let half = match worst.interval {
        Some((low, high)) => format!("±{}", NumberFormat::error([tolerance]).format((high - low) / 2.0)),
        None => "without an interval".to_owned(),
    };
    Some(format!(
        "`{}`: {} not within {tolerance} after {} base points, `{}` ({} of {}, {}) {half}; it would take about {} \
         (--max-paths)",
        results.scenario,
        if inputs.len() == 1 { "1 input is".to_owned() } else { format!("{} inputs are", inputs.len()) },
        grouped(most),
        worst.input,
        worst.index.name(),
        worst.driven.name(),
        worst.driven.when.period,
        grouped(worst.needed?),
    ))
}

fn print(args: &SensitivityArgs) -> Option<Print> {
    match args.format {
        None if args.quiet && (args.out.is_some() || args.charts.is_some()) => None,
        None | Some(ResultFormat::Table) => Some(Print::Drivers),
        Some(ResultFormat::Json) => Some(Print::Json),
        Some(ResultFormat::Csv) => Some(Print::Csv(args.table.clone())),
    }
}

fn failure(scenario: &str, error: &SensitivityError) -> Failure {
    Failure::Usage(format!("sensitivity of `{scenario}`: {error}"))
}
