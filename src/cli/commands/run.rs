//! `run`: simulate scenarios and write their results.

use crate::analysis::relief::relief;
use crate::cli::args::{PathFormat, RunArgs};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, of_all, of_each};
use crate::cli::config::{OutputPlan, Print, SavedPaths, on_threads, run_options, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::diagnostic::ProblemRow;
use crate::engine::{Monitor, Paths, RunError, RunOptions};
use crate::output::{
    Failed, Layout, OutputFolder, PathSource, Table, write_csv, write_json, write_paths_csv, write_summary,
};
#[cfg(feature = "parquet")]
use crate::output::{write_parquet, write_paths_parquet};
use crate::results::Results;
use crate::study::Study;
use std::io::{self, Write};
use std::path::Path;

/// The file that holds everything.
const DOCUMENT: &str = "results.json";

pub(in crate::cli) fn run(args: RunArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads, || run_here(&args))?
}

fn run_here(args: &RunArgs) -> Result<Exit, Failure> {
    let plan = OutputPlan::of(args)?;
    let mut batch = Batch::load(&args.scenarios, args.quiet)?;
    batch.report(args.quiet);
    let options = RunOptions {
        curves: args.charts.is_some(),
        ..with_statistics(run_options(&args.simulation, batch.options.limits), &args.statistics)
    };
    let layout = Layout { relief: args.relief, ..Layout::of(&options) };
    // Before the simulation, which may take long, and not at all where there is nothing to write.
    let folder = match &plan.folder {
        Some(path) if !batch.studies.is_empty() => Some((path.as_path(), open(path, &layout, plan.paths)?)),
        _ => None,
    };
    let paths = compile_paths(&batch.studies, plan.paths, &options)?;
    let charts = ChartFolder::open(args.charts.as_deref().filter(|_| !batch.studies.is_empty()))?;

    // Relief simulates all ceilings together, twice.
    let times = if args.relief { 3 } else { 1 };
    let progress = Progress::new(options.paths.saturating_mul(batch.studies.len() as u64 * times), args.quiet);
    let mut runs = batch.run(&options, &progress);
    if args.relief {
        relieve(&batch, &mut runs, &options, &progress)?;
    }
    progress.finish();

    let failed = batch.failed();
    if let Some((path, folder)) = folder.filter(|_| !runs.is_empty()) {
        let files = Files { runs: &runs, layout: &layout, failed: &failed, paths: &paths, saved: plan.paths };
        files.write(&folder, args.quiet).map_err(|error| Failure::write(path.display().to_string(), error))?;
    }
    charts.write(of_each(&runs).chain(of_all(&runs)))?;
    match plan.print {
        Some(Print::Json) => console::print_data(|out| write_json(out, &runs, &layout, &failed))?,
        Some(Print::Csv(table)) => console::print_csv(|out| write_csv(out, table, &runs, &layout))?,
        Some(Print::Summary) => console::print(|out| write_summary(out, &runs, console::width()))?,
        None => {}
    }
    Ok(batch.exit())
}

fn relieve(batch: &Batch, runs: &mut [Results], options: &RunOptions, monitor: &dyn Monitor) -> Result<(), Failure> {
    for results in runs {
        let Some(study) = batch.studies.iter().find(|study| study.scenario == results.scenario) else { continue };
        let rows = relief(study, options, monitor);
        results.relief = rows.map_err(|error| Failure::Usage(format!("--relief of `{}`: {error}", study.scenario)))?;
    }
    Ok(())
}

fn open(path: &Path, layout: &Layout, saved: Option<SavedPaths>) -> Result<OutputFolder, Failure> {
    let mut names = vec![DOCUMENT.to_owned()];
    for table in OutputPlan::tables(layout) {
        names.push(csv_name(table));
        #[cfg(feature = "parquet")]
        names.push(parquet_name(table));
    }
    names.extend(saved.map(|saved| paths_name(saved.format).to_owned()));
    OutputFolder::open(path, &names).map_err(|error| Failure::write(path.display().to_string(), error))
}

fn csv_name(table: Table) -> String {
    format!("{}.csv", table.name())
}

#[cfg(feature = "parquet")]
fn parquet_name(table: Table) -> String {
    format!("{}.parquet", table.name())
}

fn paths_name(format: PathFormat) -> &'static str {
    match format {
        #[cfg(feature = "parquet")]
        PathFormat::Parquet => "paths.parquet",
        PathFormat::Csv => "paths.csv",
    }
}

/// Programs that give the paths to save, by scenario.
fn compile_paths(
    studies: &[Study],
    saved: Option<SavedPaths>,
    options: &RunOptions,
) -> Result<Vec<(String, Paths)>, Failure> {
    let Some(saved) = saved else { return Ok(Vec::new()) };
    let of = |study: &Study| Paths::new(&study.model, options.seed, saved.count, saved.inputs);
    let paths: Vec<_> = studies.iter().map(|study| (study.scenario.clone(), of(study))).collect();
    let (needed, limit) = (Paths::memory(paths.iter().map(|(_, paths)| paths)), options.limits.memory);
    match needed > limit {
        true => Err(Failure::Usage(format!("--save-paths: {}", RunError::Memory { needed, limit }))),
        false => Ok(paths),
    }
}

/// What goes into the folder.
struct Files<'a> {
    runs: &'a [Results],
    layout: &'a Layout,
    failed: &'a [Failed<ProblemRow>],
    paths: &'a [(String, Paths)],
    saved: Option<SavedPaths>,
}

impl Files<'_> {
    /// All files are complete before the first gets its name, so that a full disk does not leave half of them new.
    fn write(&self, folder: &OutputFolder, quiet: bool) -> io::Result<()> {
        let Files { runs, layout, failed, .. } = *self;
        let mut staged = Vec::new();
        if let Some(saved) = self.saved {
            let progress = Progress::new(saved.count.saturating_mul(runs.len() as u64), quiet);
            let written = folder.stage(paths_name(saved.format), |out| self.write_paths(out, saved.format, &progress));
            progress.clear();
            staged.push(written?);
        }
        for table in OutputPlan::tables(layout) {
            staged.push(folder.stage(&csv_name(table), |out| write_csv(out, table, runs, layout))?);
            #[cfg(feature = "parquet")]
            staged.push(folder.stage(&parquet_name(table), |out| write_parquet(out, table, runs, layout))?);
        }
        staged.push(folder.stage(DOCUMENT, |out| write_json(out, runs, layout, failed))?);
        staged.into_iter().try_for_each(|file| file.commit())
    }

    fn write_paths(&self, out: &mut (dyn Write + Send), format: PathFormat, progress: &Progress) -> io::Result<()> {
        // A scenario may have failed in its run; its paths are not worth more than its results.
        let ran = |scenario: &str| self.runs.iter().any(|run| run.scenario == scenario);
        let sources = self.paths.iter().filter(|(scenario, _)| ran(scenario));
        let sources: Vec<_> = sources.map(|(scenario, paths)| PathSource { scenario, paths }).collect();
        match format {
            #[cfg(feature = "parquet")]
            PathFormat::Parquet => write_paths_parquet(out, &sources, self.runs, self.layout, progress),
            PathFormat::Csv => write_paths_csv(out, &sources, progress),
        }
    }
}
