//! `run`: simulate scenarios and write their results.

use crate::cli::args::RunArgs;
use crate::cli::batch::Batch;
use crate::cli::charts::ChartFolder;
use crate::cli::config::{OutputPlan, Print, on_threads, run_options, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::diagnostic::{ProblemRow, escape};
use crate::engine::RunOptions;
use crate::output::{Failed, Layout, OutputFolder, Table, write_csv, write_json, write_summary};
use crate::results::Results;
use std::io::{self, Write};
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
    let options = RunOptions {
        curves: args.charts.is_some(),
        ..with_statistics(run_options(&args.simulation, batch.options.limits), &args.statistics)
    };
    let layout = Layout::of(&options);
    // Before the simulation, which may take long, and not at all where there is nothing to write.
    let folder = match &plan.folder {
        Some(path) if !batch.studies.is_empty() => Some((path.as_path(), open(path, &layout)?)),
        _ => None,
    };
    let charts = ChartFolder::open(args.charts.as_deref().filter(|_| !batch.studies.is_empty()))?;

    let progress = Progress::new(options.paths.saturating_mul(batch.studies.len() as u64), args.quiet);
    let runs = batch.run(&options, &|paths| progress.add(paths));
    progress.finish();

    let failed = batch.failed();
    if let Some((path, folder)) = folder.filter(|_| !runs.is_empty()) {
        write_files(&folder, &runs, &layout, &failed)
            .map_err(|error| Failure::write(path.display().to_string(), error))?;
    }
    charts.write(&runs)?;
    match plan.print {
        Some(Print::Json) => console::print_data(|out| write_json(out, &runs, &layout, &failed))?,
        Some(Print::Csv(table)) => console::print_data(|out| print_csv(out, table, &runs, &layout))?,
        Some(Print::Summary) => console::print(|out| write_summary(out, &runs, console::width()))?,
        None => {}
    }
    Ok(batch.exit())
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

/// A file gets text as it is; a terminal must not, since the text may come from a stranger.
fn print_csv(out: &mut dyn Write, table: Table, runs: &[Results], layout: &Layout) -> io::Result<()> {
    if !console::stdout_is_terminal() {
        return write_csv(out, table, runs, layout);
    }
    let mut csv = Vec::new();
    write_csv(&mut csv, table, runs, layout)?;
    String::from_utf8_lossy(&csv).lines().try_for_each(|line| writeln!(out, "{}", escape(line)))
}
