//! `discover`: where among its inputs an outcome of a scenario lives.

use super::run::Printer;
use crate::analysis::discover::{self as analysis, DiscoverOptions, discover, target_named};
use crate::cli::args::{DiscoverArgs, ResultFormat};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, of_discovery};
use crate::cli::config::{Print, on_threads, step_of};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::engine::RunOptions;
use crate::output::{Layout, ResultFolder, run_tables};
use crate::results::Results;
use crate::study::{LoadOptions, Study};
use std::sync::Arc;

pub(in crate::cli) fn run(args: DiscoverArgs) -> Result<Exit, Failure> {
    on_threads(args.threads.count, || run_here(&args))?
}

fn run_here(args: &DiscoverArgs) -> Result<Exit, Failure> {
    let (scenarios, condition) = args.scenarios_and_condition();
    let mut batch = Batch::load(&scenarios, args.quiet, |_| {})?;
    batch.report();
    if batch.len() > 1 {
        return Err(Failure::Usage("discover looks at one scenario; name one, then the condition in quotes".into()));
    }
    let Some(study) = batch.first().map(Arc::unwrap_or_clone) else { return Ok(batch.exit()) };
    let Some((study, target)) = with_condition(study, condition, &batch.options) else { return Ok(Exit::BadInput) };
    let until = step_of(&study.model, args.at.as_deref())?;
    let run = RunOptions {
        paths: args.paths,
        seed: args.seed,
        limits: batch.options.limits,
        lower_bounds: false,
        ..RunOptions::default()
    };
    let layout = Layout { discovery: true, ..Layout::of(&run) };
    let out = args.out.as_deref();
    let unwritten = |error| Failure::write(out.map_or_else(String::new, |path| path.display().to_string()), error);
    let open = |path| ResultFolder::open(path, run_tables(&layout), Vec::new(), None);
    let folder = out.map(open).transpose().map_err(unwritten)?;
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;
    let mut printer = Printer::new(print(args), &layout)?;
    let options =
        DiscoverOptions { paths: args.paths, seed: args.seed, until: Some(until), ..DiscoverOptions::default() };
    let progress = Progress::new(args.paths.saturating_mul(2), args.quiet);
    let failed = |error| Failure::Usage(format!("discover in `{}`: {error}", study.scenario));
    let mut results: Results = study.run(&run, &progress).map_err(failed)?;
    results.discovery = discover(&study.model, target, &options, &progress).map_err(failed)?;
    progress.finish();
    if let Some(mut folder) = folder {
        folder.add_run(&results).map_err(unwritten)?;
        folder.commit(&batch.failed()).map_err(unwritten)?;
    }
    charts.add(of_discovery(&results))?;
    charts.commit(std::slice::from_ref(&results))?;
    printer.add(&results)?;
    let never = results.discovery.share.is_none_or(|share| share == 0.0);
    printer.finish(&[results.into_outline()], &batch.failed())?;
    if never {
        console::error(&format!("`{condition}` is never true on {} paths, so there is no box", args.paths));
        return Ok(Exit::CheckFailed);
    }
    Ok(batch.exit())
}

/// The scenario with the condition as a target, and the number of that target; none where it is no formula, which is told.
fn with_condition(study: Study, condition: &str, options: &LoadOptions) -> Option<(Study, usize)> {
    if let Some(target) = target_named(&study.model, condition) {
        return Some((study, target));
    }
    match analysis::with_condition(&study, condition, options) {
        Ok(found) => Some(found),
        Err(rejected) => {
            console::problems(&rejected.problems, &rejected.sources);
            console::error(&format!("`{condition}` is neither a target of `{}` nor a condition", rejected.scenario));
            None
        }
    }
}

fn print(args: &DiscoverArgs) -> Option<Print> {
    match args.format {
        None if args.quiet && (args.out.is_some() || args.charts.is_some()) => None,
        None | Some(ResultFormat::Table) => Some(Print::Discovery),
        Some(ResultFormat::Json) => Some(Print::Json),
        Some(ResultFormat::Csv) => Some(Print::Csv(args.table.clone())),
    }
}
