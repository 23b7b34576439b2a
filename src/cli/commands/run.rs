//! `run`: simulate scenarios and write their results.

use crate::analysis::relief::relief;
use crate::cli::args::RunArgs;
use crate::cli::batch::Batch;
use crate::cli::config::{OutputPlan, Print, on_threads, run_options, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::diagnostic::ProblemRow;
use crate::engine::RunOptions;
use crate::output::{Failed, Layout, OutputFolder, Table, write_csv, write_json, write_summary};
use crate::results::Results;
use std::io;
use std::path::Path;

/// The file that holds everything.
const DOCUMENT: &str = "results.json";

pub(in crate::cli) fn run(args: RunArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads, || run_here(&args))?
}

fn run_here(args: &RunArgs) -> Result<Exit, Failure> {
    let plan = OutputPlan::of(args);
    let mut batch = Batch::load(&args.scenarios, args.quiet)?;
    batch.report(args.quiet);
    let options = with_statistics(run_options(&args.simulation, batch.options.limits), &args.statistics);
    let layout = Layout { relief: args.relief, ..Layout::of(&options) };
    // Before the simulation, which may take long, and not at all where there is nothing to write.
    let folder = match &plan.folder {
        Some(path) if !batch.studies.is_empty() => Some((path.as_path(), open(path, &layout)?)),
        _ => None,
    };

    // Relief simulates all ceilings together, twice.
    let times = if args.relief { 3 } else { 1 };
    let progress = Progress::new(options.paths.saturating_mul(batch.studies.len() as u64 * times), args.quiet);
    let mut runs = batch.run(&options, &|paths| progress.add(paths));
    if args.relief {
        relieve(&batch, &mut runs, &options, &|paths| progress.add(paths))?;
    }
    progress.finish();

    let failed = batch.failed();
    if let Some((path, folder)) = folder.filter(|_| !runs.is_empty()) {
        write_files(&folder, &runs, &layout, &failed)
            .map_err(|error| Failure::write(path.display().to_string(), error))?;
    }
    match plan.print {
        Some(Print::Json) => console::print_data(|out| write_json(out, &runs, &layout, &failed))?,
        Some(Print::Csv(table)) => console::print_csv(|out| write_csv(out, table, &runs, &layout))?,
        Some(Print::Summary) => console::print(|out| write_summary(out, &runs, console::width()))?,
        None => {}
    }
    Ok(batch.exit())
}

fn relieve(
    batch: &Batch,
    runs: &mut [Results],
    options: &RunOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), Failure> {
    for results in runs {
        let Some(study) = batch.studies.iter().find(|study| study.scenario == results.scenario) else { continue };
        let rows = relief(study, options, progress);
        results.relief = rows.map_err(|error| Failure::Usage(format!("--relief of `{}`: {error}", study.scenario)))?;
    }
    Ok(())
}

fn open(path: &Path, layout: &Layout) -> Result<OutputFolder, Failure> {
    let mut names: Vec<String> = OutputPlan::tables(layout).map(csv_name).collect();
    names.push(DOCUMENT.into());
    OutputFolder::open(path, &names).map_err(|error| Failure::write(path.display().to_string(), error))
}

fn csv_name(table: Table) -> String {
    format!("{}.csv", table.name())
}

/// All files are complete before the first gets its name, so that a full disk does not leave half of them new.
fn write_files(
    folder: &OutputFolder,
    runs: &[Results],
    layout: &Layout,
    failed: &[Failed<ProblemRow>],
) -> io::Result<()> {
    let mut staged = Vec::new();
    for table in OutputPlan::tables(layout) {
        staged.push(folder.stage(&csv_name(table), |out| write_csv(out, table, runs, layout))?);
    }
    staged.push(folder.stage(DOCUMENT, |out| write_json(out, runs, layout, failed))?);
    staged.into_iter().try_for_each(|file| file.commit())
}
