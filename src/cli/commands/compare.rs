//! `compare`: scenarios against the first of them, on the same random numbers.

use crate::analysis::compare::{CompareError, compare};
use crate::analysis::why::{self, WhyError};
use crate::cli::args::{CompareArgs, ResultFormat};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, asked_of_one, choice, curves_of, needs_folder, of_all, of_comparisons};
use crate::cli::config::{on_threads, run_options, step_of, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::ranking::{Ranked, Ranking};
use crate::cli::workbook::WorkbookFile;
use crate::diagnostic::ProblemRow;
use crate::engine::RunOptions;
use crate::output::{
    Document, Failed, Layout, Overview, ResultFolder, comparison_tables, run_tables, write_comparisons, write_csv,
};
use crate::results::comparison::{Compared, Comparison};
use std::io::{self, Write};
use std::path::PathBuf;

pub(in crate::cli) fn run(args: CompareArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

fn run_here(args: &CompareArgs) -> Result<Exit, Failure> {
    let mut batch = Batch::load_with(&args.scenarios, &args.others.set_b, args.quiet)?;
    batch.report(args.quiet);
    // With one of them missing, the others would be compared with something that was not meant.
    if !batch.rejected.is_empty() {
        return nothing_compared(&batch, args);
    }
    if batch.studies.len() < 2 {
        let text = "compare needs two scenarios: name another, or change this one with --set-b PATH=VALUE";
        return Err(Failure::Usage(text.into()));
    }
    // A period that is not there is told of before the simulation.
    batch.studies.iter().try_for_each(|study| step_of(&study.model, args.why.at.as_deref()).map(drop))?;
    let ranking = Ranking::of(&args.order, &batch.studies, args.quiet)?;
    needs_folder(&args.chart, args.charts.as_deref())?;
    let chosen = choice(&args.chart, &batch.studies)?;
    let mut options = RunOptions {
        curves_of: curves_of(&chosen),
        ..with_statistics(run_options(&args.simulation, batch.options.limits, &batch.studies)?, &args.statistics)
    };
    ranking.require(&mut options);
    let layout = Layout { why: args.why.why, ..Layout::of(&options) };
    let unwritten =
        |error| Failure::write(args.out.as_ref().map_or_else(String::new, |path| path.display().to_string()), error);
    let open = |path: &PathBuf| ResultFolder::open(path, run_tables(&layout), comparison_tables(&layout), None);
    let folder = args.out.as_ref().map(open).transpose().map_err(unwritten)?;
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;
    let mut workbook = WorkbookFile::open(&args.workbook, run_tables(&layout), comparison_tables(&layout))?;
    let Some(mut compared) = compare_all(&mut batch, &options, args) else { return nothing_compared(&batch, args) };
    if args.why.why {
        explain(&mut compared, &batch, &options, args)?;
    }

    let failed = batch.failed();
    compared.runs.iter().try_for_each(|results| workbook.add_run(results))?;
    compared.comparisons.iter().try_for_each(|comparison| workbook.add_comparison(comparison))?;
    let workbook = workbook.stage(Overview::Compared(&compared))?;
    if let Some(folder) = folder {
        write_files(folder, &compared, &failed).map_err(unwritten)?;
    }
    charts.add(compared.runs.iter().flat_map(|run| asked_of_one(run, &chosen)))?;
    charts.add(of_comparisons(&compared.runs, &compared.comparisons).chain(of_all(&compared.runs)))?;
    charts.commit(&compared.runs)?;
    workbook.commit()?;
    let has_files = args.out.is_some() || args.charts.is_some() || args.workbook.workbook.is_some();
    match args.format {
        None if args.quiet && has_files => {}
        None | Some(ResultFormat::Table) => {
            let shown = shown(&compared, &ranking);
            console::print(|out| write_comparisons(out, &shown, &compared.runs, ranking.told(), console::width()))?;
        }
        Some(ResultFormat::Json) => console::print_data(|out| write_json(out, &compared, &layout, &failed))?,
        Some(ResultFormat::Csv) => console::print_csv(|out| write_table(out, &args.table, &compared, &layout))?,
    }
    Ok(batch.exit())
}

/// The comparisons in the order in which readers see them.
fn shown<'c>(compared: &'c Compared, ranking: &Ranking<'_>) -> Vec<&'c Comparison> {
    let mut shown: Vec<Ranked<&Comparison>> = Vec::new();
    for (run, comparison) in compared.runs.iter().skip(1).zip(&compared.comparisons) {
        ranking.add(&mut shown, ranking.key(run), comparison);
    }
    shown.into_iter().map(|ranked| ranked.item).collect()
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
                let problem = batch.studies[study].problem(&error);
                batch.reject(study, vec![problem]);
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
        console::print_data(|out| write_json(out, &nothing, &layout, &batch.failed()))?;
    }
    Ok(batch.exit())
}

fn explain(compared: &mut Compared, batch: &Batch, options: &RunOptions, args: &CompareArgs) -> Result<(), Failure> {
    for (index, comparison) in compared.comparisons.iter_mut().enumerate() {
        let (a, b) = (&batch.studies[0], &batch.studies[index + 1]);
        let plan = why::Combinations::new(a, b, &args.why.group, options.seed, batch.options.limits)
            .map_err(|error| failure(&error))?
            .at(step_of(&a.model, args.why.at.as_deref())?);
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

fn write_files(mut folder: ResultFolder, compared: &Compared, failed: &[Failed<ProblemRow>]) -> io::Result<()> {
    compared.runs.iter().try_for_each(|results| folder.add_run(results))?;
    compared.comparisons.iter().try_for_each(|comparison| folder.add_comparison(comparison))?;
    folder.commit(failed)
}

fn write_json(
    out: &mut dyn Write,
    compared: &Compared,
    layout: &Layout,
    failed: &[Failed<ProblemRow>],
) -> io::Result<()> {
    let (runs, comparisons) = (run_tables(layout), comparison_tables(layout));
    let mut document = Document::new(out, &["runs", "comparisons"])?;
    compared.runs.iter().try_for_each(|results| document.add("runs", &runs, results))?;
    compared.comparisons.iter().try_for_each(|it| document.add("comparisons", &comparisons, it))?;
    document.finish(failed).map(drop)
}

/// A table of the comparisons or, of another name, of the runs.
fn write_table(out: &mut dyn Write, name: &str, compared: &Compared, layout: &Layout) -> io::Result<()> {
    match comparison_tables(layout).iter().find(|table| table.name() == name) {
        Some(table) => write_csv(out, table, &compared.comparisons),
        None => {
            let tables = run_tables(layout);
            let table = tables.iter().find(|table| table.name() == name);
            write_csv(out, table.expect("the parser allows the names of tables only"), &compared.runs)
        }
    }
}
