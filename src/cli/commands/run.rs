//! `run`: simulate scenarios and write their results.

use super::part::{go_on, refuse_other_work, write_part};
use crate::analysis::precision::run_until;
use crate::analysis::relief::relief_at;
use crate::cli::args::{PathFormat, RunArgs};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, curves_of, needs_folder, of_all, of_one};
use crate::cli::config::{OutputPlan, Print, SavedPaths, moment_of_market, on_threads, run_options, with_statistics};
use crate::cli::console::{self, Data};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::ranking::{OrderSurvey, Ranked, Ranking};
use crate::cli::survey::{ChartSurvey, PeriodSurvey, QuerySurvey, Unanswered};
use crate::cli::workbook::WorkbookFile;
use crate::diagnostic::ProblemRow;
use crate::engine::{PathMemory, Paths, RunError, RunOptions};
use crate::output::{
    CsvWriter, Document, Failed, Layout, Overview, PathSource, ResultFolder, Table, run_tables, scenario_text,
    write_discovery, write_drivers, write_long_paths_csv, write_paths_csv, write_stories, write_summaries,
};
#[cfg(feature = "parquet")]
use crate::output::{write_long_paths_parquet, write_paths_parquet};
use crate::program::Streams;
use crate::results::Results;
use crate::study::Study;
use std::io;

pub(in crate::cli) fn run(args: RunArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

/// The results of a scenario are written and dropped before the next one runs: of a large batch only outlines are kept, and
/// the programs that give paths to save.
fn run_here(args: &RunArgs) -> Result<Exit, Failure> {
    if args.parts.part.is_some() {
        refuse_other_work(args)?;
    }
    let plan = OutputPlan::of(args)?;
    // A period or a statistic that is not there is told of before the simulation.
    let mut periods = PeriodSurvey::new(args.at.as_deref(), moment_of_market);
    let mut conditions = QuerySurvey::new(args.until.iter().map(|condition| &condition.query));
    let (mut order, mut charted) = (OrderSurvey::new(&args.order), ChartSurvey::new(&args.chart));
    let (mut streams, mut path_memory) = (Streams::default(), PathMemory::default());
    let mut batch = Batch::load(&args.scenarios, args.quiet, |study| {
        periods.look(study);
        conditions.look(study);
        order.look(study);
        charted.look(study);
        streams.add(&study.model);
        plan.paths.iter().for_each(|saved| path_memory.add(&study.model, saved.count, saved.inputs));
    })?;
    batch.report();
    if let Some(path) = &args.parts.part {
        return write_part(args, path, &batch);
    }
    periods.settle()?;
    conditions.settle().map_err(|Unanswered { query, scenario, error }| {
        let (text, scenario) = (&args.until[query].text, batch.name(scenario));
        Failure::Usage(format!("--until '{text}': in `{scenario}`, {error}"))
    })?;
    let ranking = order.settle(&batch, args.quiet)?;
    needs_folder(&args.chart, args.charts.as_deref())?;
    let chosen = charted.settle()?;
    let simulation = run_options(&args.simulation, batch.options.limits)?.along_streams(streams);
    let mut options = RunOptions {
        curves: args.charts.is_some(),
        curves_of: curves_of(&chosen),
        ..with_statistics(simulation, &args.statistics)
    };
    if !args.until.is_empty() && options.sampler.has_replicates() && options.replicates < 2 {
        let text = "--until ends by errors, and one replicate shows none; take --replicates 16, or leave it out";
        return Err(Failure::Usage(text.into()));
    }
    args.until.iter().for_each(|condition| condition.query.require(&mut options));
    ranking.require(&mut options);
    let layout = Layout { relief: args.relief, until: !args.until.is_empty(), ..Layout::of(&options) };
    // Before the simulation, which may take long, and not at all where there is nothing to write.
    let out = plan.folder.as_deref().filter(|_| !batch.is_empty());
    let unwritten = |error| Failure::write(out.map_or_else(String::new, |path| path.display().to_string()), error);
    let other = plan.paths.map(|saved| paths_name(saved.format));
    let open = |path| ResultFolder::open(path, run_tables(&layout), Vec::new(), other);
    let mut folder = out.map(open).transpose().map_err(unwritten)?;
    affordable(&path_memory, options.limits.memory)?;
    let mut charts = ChartFolder::open(args.charts.as_deref().filter(|_| !batch.is_empty()), args.picture)?;
    let mut workbook = WorkbookFile::open(&args.workbook, run_tables(&layout), Vec::new())?;
    let mut printer = Printer::new(plan.print, &layout)?;

    let begun = match &args.parts.checkpoint {
        Some(path) => go_on(args, path, &batch, &options)?,
        None => None,
    };
    // Relief simulates all ceilings together, twice.
    let times = u64::from(begun.is_none()) + if args.relief { 2 } else { 0 };
    // How many paths a precision takes is known when it is there.
    let most = if args.until.is_empty() { options.paths } else { args.max_paths };
    let progress = Progress::new(most.saturating_mul(batch.len() as u64 * times), args.quiet);
    let simulate = |study: &Study| match (&begun, &args.until[..]) {
        (Some(part), _) => part.results_with(&options),
        (None, []) => study.run(&options, &progress),
        (None, conditions) => run_until(study, &options, conditions, args.max_paths, &progress),
    };
    let mut outlines: Vec<Ranked<Results>> = Vec::new();
    let mut paths: Vec<(String, Paths)> = Vec::new();
    // The first sheet of a workbook says of one scenario all that the terminal does.
    let (alone, mut whole) = (batch.len() == 1, None);
    let are_drawn = alone || args.charts.is_some() || args.workbook.workbook.is_some();
    batch.run_each(simulate, |study, mut results| {
        if args.relief && !args.quiet && study.model.market.as_ref().is_none_or(|market| market.constraints.is_empty())
        {
            console::note(&format!("--relief: `{}` has no ceilings, so there is nothing to relieve", study.scenario));
        }
        if args.relief {
            let failed = |error| Failure::Usage(format!("--relief of `{}`: {error}", study.scenario));
            let moment = moment_of_market(&study.model, args.at.as_deref())?;
            let options = RunOptions { paths: results.run.paths, ..options.clone() };
            results.relief = relief_at(study, moment, &options, &progress).map_err(failed)?;
        }
        if let Some(folder) = &mut folder {
            folder.add_run(&results).map_err(unwritten)?;
        }
        workbook.add_run(&results)?;
        if args.workbook.workbook.is_some() && alone {
            whole = Some(results.clone());
        }
        charts.add(of_one(&results, &chosen))?;
        if let Some(SavedPaths { count, inputs, .. }) = plan.paths {
            // How many paths a run has is known when it is there, and where these lie can depend on it.
            let options = RunOptions { paths: results.run.paths, ..options.clone() };
            paths.push((study.scenario.clone(), Paths::of_run(&study.model, &options, count, inputs)));
        }
        let key = ranking.key(&results);
        printer.add_ranked(&results, &ranking)?;
        // Charts of all show the whole horizon, and a table where it ends.
        ranking.add(&mut outlines, key, if are_drawn { results.into_outline() } else { results.into_line() });
        Ok(())
    })?;
    if times > 0 {
        progress.finish();
    }
    let outlines: Vec<Results> = outlines.into_iter().map(|outline| outline.item).collect();

    let failed = batch.failed();
    let workbook = workbook.stage(Overview::Runs(whole.as_ref().map_or(&outlines[..], std::slice::from_ref)))?;
    if let Some(mut folder) = folder {
        if let Some(saved) = plan.paths {
            save_paths(&mut folder, saved, &paths, args.quiet).map_err(unwritten)?;
        }
        folder.commit(&failed).map_err(unwritten)?;
    }
    charts.add(of_all(&outlines))?;
    charts.commit(&outlines)?;
    workbook.commit()?;
    printer.finish(&outlines, &failed)?;
    let is_unmet = outlines.iter().flat_map(|run| &run.precision).any(|row| !row.reached);
    Ok(if is_unmet { batch.exit().max(Exit::CheckFailed) } else { batch.exit() })
}

/// Writes a part of what results say, in a width.
type TextWriter = fn(&mut dyn io::Write, &Results, usize) -> io::Result<()>;

/// What goes to standard output, scenario after scenario.
pub(super) enum Printer {
    Nothing,
    /// The texts of the scenarios so far that are told in full; a table that sets all side by side comes first.
    Summary(Vec<Ranked<Vec<u8>>>),
    /// What one function writes of each scenario, so far.
    Text(TextWriter, Vec<u8>),
    Json(Document<Data>, Vec<Table<Results>>),
    Csv(CsvWriter<Data>, Table<Results>),
}

impl Printer {
    pub(super) fn new(print: Option<Print>, layout: &Layout) -> Result<Self, Failure> {
        let tables = run_tables(layout);
        let printer = match print {
            None => Ok(Printer::Nothing),
            Some(Print::Summary) => Ok(Printer::Summary(Vec::new())),
            Some(Print::Drivers) => Ok(Printer::Text(write_drivers, Vec::new())),
            Some(Print::Discovery) => Ok(Printer::Text(write_discovery, Vec::new())),
            Some(Print::Stories) => Ok(Printer::Text(write_stories, Vec::new())),
            Some(Print::Json) => {
                Document::new(Data::stdout(), &["runs"]).map(|document| Printer::Json(document, tables))
            }
            Some(Print::Csv(name)) => {
                let table = tables.into_iter().find(|table| table.name() == name);
                let table = table.expect("the parser allows the names of tables only");
                CsvWriter::new(Data::stdout(), table.columns()).map(|writer| Printer::Csv(writer, table))
            }
        };
        printer.map_err(console::unwritten)
    }

    pub(super) fn add(&mut self, results: &Results) -> Result<(), Failure> {
        self.add_ranked(results, &Ranking::none())
    }

    pub(super) fn add_ranked(&mut self, results: &Results, ranking: &Ranking<'_>) -> Result<(), Failure> {
        let added = match self {
            Printer::Nothing => Ok(()),
            Printer::Summary(texts) => {
                if ranking.may_tell(texts) {
                    let text = scenario_text(results, console::width()).map_err(console::unwritten)?;
                    ranking.add_told(texts, ranking.key(results), text);
                }
                Ok(())
            }
            Printer::Text(write, text) => write(text, results, console::width()),
            Printer::Json(document, tables) => document.add("runs", tables, results),
            Printer::Csv(writer, table) => writer.add(table, results),
        };
        added.map_err(console::unwritten)
    }

    pub(super) fn finish(self, outlines: &[Results], failed: &[Failed<ProblemRow>]) -> Result<(), Failure> {
        let width = console::width();
        match self {
            Printer::Nothing => Ok(()),
            Printer::Summary(texts) => {
                let texts: Vec<Vec<u8>> = texts.into_iter().map(|text| text.item).collect();
                console::print(|out| write_summaries(out, outlines, &texts, width))
            }
            Printer::Text(_, text) => console::print(|out| out.write_all(&text)),
            Printer::Json(document, _) => document.finish(failed).map_err(console::unwritten)?.finish(),
            Printer::Csv(writer, _) => writer.finish().map_err(console::unwritten)?.finish(),
        }
    }
}

fn paths_name(format: PathFormat) -> &'static str {
    match format {
        #[cfg(feature = "parquet")]
        PathFormat::Parquet => "paths.parquet",
        PathFormat::Csv => "paths.csv",
    }
}

/// That saving paths stays within the limit on memory.
fn affordable(paths: &PathMemory, limit: u64) -> Result<(), Failure> {
    let needed = paths.bytes();
    match needed > limit {
        true => Err(Failure::Usage(format!("--save-paths: {}", RunError::Memory { needed, limit }))),
        false => Ok(()),
    }
}

/// Writes single paths of the scenarios that ran.
fn save_paths(folder: &mut ResultFolder, saved: SavedPaths, paths: &[(String, Paths)], quiet: bool) -> io::Result<()> {
    let sources: Vec<_> = paths.iter().map(|(scenario, paths)| PathSource { scenario, paths }).collect();
    let progress = Progress::new(saved.count.saturating_mul(paths.len() as u64), quiet);
    let written = folder.add_file(paths_name(saved.format), |out, runs| {
        // The rows of the runs are what a Parquet file says of itself.
        let _ = runs;
        match (saved.format, saved.long) {
            #[cfg(feature = "parquet")]
            (PathFormat::Parquet, false) => write_paths_parquet(out, &sources, runs, &progress),
            #[cfg(feature = "parquet")]
            (PathFormat::Parquet, true) => write_long_paths_parquet(out, &sources, runs, &progress),
            (PathFormat::Csv, false) => write_paths_csv(out, &sources, &progress),
            (PathFormat::Csv, true) => write_long_paths_csv(out, &sources, &progress),
        }
    });
    progress.clear();
    written
}
