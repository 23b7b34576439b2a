//! `compare`: scenarios against the first of them, on the same random numbers.

use crate::analysis::compare::{CompareError, compare};
use crate::analysis::why::{self, WhyError};
use crate::cli::args::{CompareArgs, ResultFormat};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, of_all, of_comparisons};
use crate::cli::config::{OutputPlan, on_threads, run_options, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::diagnostic::ProblemRow;
use crate::engine::RunOptions;
use crate::output::{
    ComparisonTable, Failed, Layout, OutputFolder, Table, write_comparison_csv, write_comparison_json,
    write_comparison_summary, write_csv,
};
#[cfg(feature = "parquet")]
use crate::output::{write_comparison_parquet, write_parquet};
use crate::results::comparison::Compared;
use std::io::{self, Write};
use std::path::Path;

/// The file that holds everything.
const DOCUMENT: &str = "results.json";

pub(in crate::cli) fn run(args: CompareArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads, || run_here(&args))?
}

fn run_here(args: &CompareArgs) -> Result<Exit, Failure> {
    let mut batch = Batch::load_with(&args.scenarios, &args.set_b, args.quiet)?;
    batch.report(args.quiet);
    // With one of them missing, the others would be compared with something that was not meant.
    if !batch.rejected.is_empty() {
        return nothing_compared(&batch, args);
    }
    if batch.studies.len() < 2 {
        let text = "compare needs two scenarios: name another, or change this one with --set-b PATH=VALUE";
        return Err(Failure::Usage(text.into()));
    }
    let options = with_statistics(run_options(&args.simulation, batch.options.limits), &args.statistics);
    let layout = Layout::of(&options);
    let folder = match &args.out {
        Some(path) => Some((path.as_path(), open(path, &layout, args.why.why)?)),
        None => None,
    };
    let charts = ChartFolder::open(args.charts.as_deref())?;
    let Some(mut compared) = compare_all(&mut batch, &options, args) else { return nothing_compared(&batch, args) };
    if args.why.why {
        explain(&mut compared, &batch, &options, args)?;
    }

    let failed = batch.failed();
    if let Some((path, folder)) = folder {
        write_files(&folder, &compared, &layout, &failed, args.why.why)
            .map_err(|error| Failure::write(path.display().to_string(), error))?;
    }
    charts.write(of_comparisons(&compared.runs, &compared.comparisons).chain(of_all(&compared.runs)))?;
    match args.format {
        None if args.quiet && (args.out.is_some() || args.charts.is_some()) => {}
        None | Some(ResultFormat::Table) => {
            console::print(|out| write_comparison_summary(out, &compared, console::width()))?;
        }
        Some(ResultFormat::Json) => {
            console::print_data(|out| write_comparison_json(out, &compared, &layout, &failed))?;
        }
        Some(ResultFormat::Csv) => console::print_csv(|out| write_table_csv(out, &args.table, &compared, &layout))?,
    }
    Ok(batch.exit())
}

/// Compares what can be compared; a scenario that cannot is reported and left out. None when nothing is left.
fn compare_all(batch: &mut Batch, options: &RunOptions, args: &CompareArgs) -> Option<Compared> {
    while batch.studies.len() > 1 {
        // Every scenario alone, and every pair again.
        let runs = 2 * batch.studies.len() as u64 - 1;
        let progress = Progress::new(options.paths.saturating_mul(runs), args.quiet);
        let compared = compare(&batch.studies, options, &progress);
        progress.finish();
        match compared {
            Ok(compared) => return Some(compared),
            Err(CompareError::Incomparable { study, problems }) => batch.reject(study, problems),
            Err(CompareError::Run { study, error }) => {
                batch.reject(study, vec![error.problem()]);
                // Without the base there is nothing to compare with.
                if study == 0 {
                    return None;
                }
            }
        }
    }
    None
}

/// Programs that read the answer are told of the failures there too.
fn nothing_compared(batch: &Batch, args: &CompareArgs) -> Result<Exit, Failure> {
    if args.format == Some(ResultFormat::Json) {
        let nothing = Compared { runs: Vec::new(), comparisons: Vec::new() };
        let layout = Layout::of(&RunOptions::default());
        console::print_data(|out| write_comparison_json(out, &nothing, &layout, &batch.failed()))?;
    }
    Ok(batch.exit())
}

fn explain(compared: &mut Compared, batch: &Batch, options: &RunOptions, args: &CompareArgs) -> Result<(), Failure> {
    for (index, comparison) in compared.comparisons.iter_mut().enumerate() {
        let (a, b) = (&batch.studies[0], &batch.studies[index + 1]);
        let plan = why::Combinations::new(a, b, &args.why.group, options.seed, batch.options.limits)
            .map_err(|error| failure(&error))?;
        let progress = Progress::new(options.paths.saturating_mul(plan.runs()), args.quiet);
        let rows = plan.run(options, &progress);
        progress.finish();
        comparison.why = rows.map_err(|error| failure(&error))?;
    }
    Ok(())
}

pub(super) fn failure(error: &WhyError) -> Failure {
    if let WhyError::Invalid { problems, sources, .. } = error {
        console::problems(problems, sources);
    }
    Failure::Usage(format!("--why: {error}"))
}

fn tables(with_why: bool) -> impl Iterator<Item = ComparisonTable> {
    ComparisonTable::ALL.into_iter().filter(move |&table| table != ComparisonTable::Why || with_why)
}

fn csv_name(table: &str) -> String {
    format!("{table}.csv")
}

#[cfg(feature = "parquet")]
fn parquet_name(table: &str) -> String {
    format!("{table}.parquet")
}

fn open(path: &Path, layout: &Layout, with_why: bool) -> Result<OutputFolder, Failure> {
    let runs = OutputPlan::tables(layout).map(Table::name);
    let mut names = vec![DOCUMENT.to_owned()];
    for table in runs.chain(tables(with_why).map(ComparisonTable::name)) {
        names.push(csv_name(table));
        #[cfg(feature = "parquet")]
        names.push(parquet_name(table));
    }
    OutputFolder::open(path, &names).map_err(|error| Failure::write(path.display().to_string(), error))
}

/// All files are complete before the first gets its name.
fn write_files(
    folder: &OutputFolder,
    compared: &Compared,
    layout: &Layout,
    failed: &[Failed<ProblemRow>],
    with_why: bool,
) -> io::Result<()> {
    let mut staged = Vec::new();
    for table in OutputPlan::tables(layout) {
        staged.push(folder.stage(&csv_name(table.name()), |out| write_csv(out, table, &compared.runs, layout))?);
        #[cfg(feature = "parquet")]
        staged
            .push(folder.stage(&parquet_name(table.name()), |out| write_parquet(out, table, &compared.runs, layout))?);
    }
    for table in tables(with_why) {
        let name = table.name();
        staged.push(folder.stage(&csv_name(name), |out| write_comparison_csv(out, table, compared, layout))?);
        #[cfg(feature = "parquet")]
        staged.push(folder.stage(&parquet_name(name), |out| write_comparison_parquet(out, table, compared, layout))?);
    }
    staged.push(folder.stage(DOCUMENT, |out| write_comparison_json(out, compared, layout, failed))?);
    staged.into_iter().try_for_each(|file| file.commit())
}

fn write_table_csv(out: &mut dyn Write, table: &str, compared: &Compared, layout: &Layout) -> io::Result<()> {
    match (ComparisonTable::named(table), Table::named(table)) {
        (Some(table), _) => write_comparison_csv(out, table, compared, layout),
        (None, Some(table)) => write_csv(out, table, &compared.runs, layout),
        (None, None) => unreachable!("the parser allows the names of tables only"),
    }
}
