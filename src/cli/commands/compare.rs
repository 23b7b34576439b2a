//! `compare`: scenarios against the first of them, on the same random numbers.

use crate::analysis::compare::{Base, CompareError, incomparable};
use crate::analysis::why::{Combinations, WhyError};
use crate::cli::args::{CompareArgs, ResultFormat};
use crate::cli::batch::{Batch, Refused};
use crate::cli::charts::{ChartFolder, asked_of_one, curves_of, needs_folder, of_all, of_comparisons};
use crate::cli::config::{moment_of, on_threads, run_options, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::ranking::{OrderSurvey, Ranked, Ranking};
use crate::cli::survey::{BaseSurvey, ChartSurvey, PeriodSurvey};
use crate::cli::workbook::WorkbookFile;
use crate::diagnostic::ProblemRow;
use crate::engine::RunOptions;
use crate::output::{
    ChartChoice, CsvWriter, Document, Failed, Layout, Overview, ResultFolder, Table, comparison_outline,
    comparison_tables, comparison_text, run_tables, write_comparisons,
};
use crate::program::Streams;
use crate::results::Results;
use crate::results::comparison::{Compared, Comparison, WhyRow};
use crate::study::Study;
use std::io::{self, BufWriter, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::SpooledTempFile;

/// Bytes of what is printed that wait in memory.
const IN_MEMORY: usize = 1 << 22;

pub(in crate::cli) fn run(args: CompareArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

/// A scenario runs, is compared with the first and written before the next one runs; of what was written only outlines are kept.
fn run_here(args: &CompareArgs) -> Result<Exit, Failure> {
    // A period or a statistic that is not there is told of before the simulation.
    let mut periods = PeriodSurvey::new(args.why.at.as_deref(), moment_of);
    let (mut order, mut charted) = (OrderSurvey::new(&args.order), ChartSurvey::new(&args.chart));
    let (mut streams, mut pairs) = (Streams::default(), BaseSurvey::default());
    let mut batch = Batch::load_with(&args.scenarios, &args.others.set_b, !args.quiet, !args.quiet, |study| {
        periods.look(study);
        order.look(study);
        charted.look(study);
        streams.add(&study.model);
        pairs.look(study);
    })?;
    batch.report();
    // With one of them missing, the others would be compared with something that was not meant.
    if !batch.rejected.is_empty() {
        return nothing_compared(&batch, args);
    }
    let Some(first) = batch.first().filter(|_| batch.len() > 1) else {
        let text = "compare needs two scenarios: name another, or change this one with --set-b PATH=VALUE";
        return Err(Failure::Usage(text.into()));
    };
    periods.settle()?;
    let ranking = order.settle(&batch, args.quiet)?;
    needs_folder(&args.chart, args.charts.as_deref())?;
    let chosen = charted.settle()?;
    let simulation = run_options(&args.simulation, batch.options.limits)?.along_streams(streams);
    let mut options = RunOptions { curves_of: curves_of(&chosen), ..with_statistics(simulation, &args.statistics) };
    ranking.require(&mut options);
    let layout = Layout { why: args.why.why, ..Layout::of(&options) };
    let mut outputs = Outputs::open(args, &layout, &chosen, &ranking)?;

    batch.leave_out(&pairs.settle(), |study| incomparable(&first, study));
    if batch.len() < 2 {
        return nothing_compared(&batch, args);
    }
    // Every scenario alone, and every pair again.
    let runs = 2 * batch.len() as u64 - 1;
    let progress = Progress::new(options.paths.saturating_mul(runs), args.quiet);
    let base = match Base::new(Arc::clone(&first), &options, &progress) {
        Ok(base) => base,
        // Without the base there is nothing to compare with.
        Err(error) => {
            progress.finish();
            batch.refuse(&first, vec![first.problem(&error)]);
            return nothing_compared(&batch, args);
        }
    };
    outputs.against(base.results());
    // Told of after those that do not run alone.
    let mut unpaired: Vec<Refused> = Vec::new();
    batch.each_from(1, |_, study| {
        let (results, run) = match base.run(study, &progress) {
            Ok(ran) => ran,
            Err(error) => return Ok(vec![study.problem(&error)]),
        };
        let mut comparison = match base.compare(study, &run, &progress) {
            Ok(comparison) => comparison,
            Err(CompareError::Incomparable { problems, .. }) => return Ok(problems),
            Err(CompareError::Run { error, .. }) => {
                unpaired.push(Refused::of_study(study, vec![study.problem(&error)]));
                return Ok(Vec::new());
            }
        };
        if args.why.why {
            comparison.why = explain([&first, study], &options, args, &progress)?;
        }
        outputs.add(results, comparison).map(|()| Vec::new())
    })?;
    progress.finish();
    unpaired.into_iter().for_each(|refused| batch.join(refused));
    if outputs.compared.comparisons.is_empty() {
        return nothing_compared(&batch, args);
    }
    outputs.finish(&batch.failed())?;
    Ok(batch.exit())
}

/// Programs that read the answer are told of the failures there too.
fn nothing_compared(batch: &Batch, args: &CompareArgs) -> Result<Exit, Failure> {
    if args.format == Some(ResultFormat::Json) {
        console::print_data(|out| Document::new(out, &["runs", "comparisons"])?.finish(&batch.failed()).map(drop))?;
    }
    Ok(batch.exit())
}

/// What the move from a to b is made of.
fn explain(
    [a, b]: [&Study; 2],
    options: &RunOptions,
    args: &CompareArgs,
    progress: &Progress,
) -> Result<Vec<WhyRow>, Failure> {
    let plan = Combinations::new(a, b, &args.why.group, options.seed, options.limits)
        .map_err(|error| failure(&error))?
        .at(moment_of(&a.model, args.why.at.as_deref())?);
    progress.expect(options.paths.saturating_mul(plan.runs()));
    plan.run(options, progress).map_err(|error| failure(&error))
}

pub(super) fn failure(error: &WhyError) -> Failure {
    if let WhyError::Invalid { problems, sources, .. } = error {
        console::problems(problems, sources);
    }
    Failure::Usage(format!("--why: {error}"))
}

/// Where comparisons go, one after the other, and what is kept of them.
struct Outputs<'a> {
    folder: Option<(ResultFolder, &'a Path)>,
    charts: ChartFolder,
    workbook: WorkbookFile,
    printer: Printer,
    chosen: &'a ChartChoice,
    ranking: &'a Ranking<'a>,
    /// The run of the base, and while a comparison is written that of the other side.
    sides: Vec<Results>,
    /// The run of the base, and outlines; the first ones whole, as long as there are not more than this.
    compared: Compared,
    whole: usize,
    /// Whether charts show all runs.
    are_drawn: bool,
    /// What readers see in their order: numbers of the comparisons.
    shown: Vec<Ranked<usize>>,
}

/// What goes to standard output. Data waits in a file until the end: an error on the way leaves nothing of it.
enum Printer {
    Nothing,
    /// The texts of the comparisons so far that are told in full.
    Text(Vec<Ranked<Vec<u8>>>),
    Json(Document<BufWriter<SpooledTempFile>>, Vec<Table<Results>>, Vec<Table<Comparison>>),
    Runs(CsvWriter<BufWriter<SpooledTempFile>>, Table<Results>),
    Comparisons(CsvWriter<BufWriter<SpooledTempFile>>, Table<Comparison>),
}

impl<'a> Outputs<'a> {
    /// Makes sure that files can be written, before the simulation.
    fn open(
        args: &'a CompareArgs,
        layout: &Layout,
        chosen: &'a ChartChoice,
        ranking: &'a Ranking<'a>,
    ) -> Result<Self, Failure> {
        let open = |path: &'a PathBuf| {
            let folder = ResultFolder::open(path, run_tables(layout), comparison_tables(layout), None);
            folder.map(|folder| (folder, path.as_path())).map_err(|error| unwritten(path, error))
        };
        Ok(Outputs {
            folder: args.out.as_ref().map(open).transpose()?,
            charts: ChartFolder::open(args.charts.as_deref(), args.picture)?,
            workbook: WorkbookFile::open(&args.workbook, run_tables(layout), comparison_tables(layout))?,
            printer: Printer::new(args, layout).map_err(unspooled)?,
            chosen,
            ranking,
            sides: Vec::new(),
            compared: Compared { runs: Vec::new(), comparisons: Vec::new() },
            // The first sheet of a workbook tells so many in full.
            whole: if args.workbook.workbook.is_some() { Overview::TOLD } else { 0 },
            are_drawn: args.charts.is_some() || args.workbook.workbook.is_some(),
            shown: Vec::new(),
        })
    }

    /// The run that the others are compared with.
    fn against(&mut self, base: Results) {
        self.compared.runs.push(base.clone());
        self.sides.push(base);
    }

    /// Writes a comparison and the run of its other side; before the first one, that of the base.
    fn add(&mut self, run: Results, comparison: Comparison) -> Result<(), Failure> {
        if self.compared.comparisons.is_empty() {
            self.write_run(0)?;
        }
        self.sides.push(run);
        self.write_run(1)?;
        if let Some((folder, path)) = &mut self.folder {
            folder.add_comparison(&comparison).map_err(|error| unwritten(path, error))?;
        }
        self.workbook.add_comparison(&comparison)?;
        self.charts.add(of_comparisons(&self.sides, std::slice::from_ref(&comparison)))?;
        let key = self.ranking.key(&self.sides[1]);
        match &mut self.printer {
            Printer::Text(texts) if self.ranking.may_tell(texts) => {
                let text = comparison_text(&comparison, &self.sides, console::width()).map_err(console::unwritten)?;
                self.ranking.add_told(texts, key, text);
            }
            Printer::Json(document, _, tables) => {
                document.add("comparisons", tables, &comparison).map_err(unspooled)?;
            }
            Printer::Comparisons(csv, table) => csv.add(table, &comparison).map_err(unspooled)?,
            Printer::Nothing | Printer::Text(_) | Printer::Runs(..) => {}
        }
        self.ranking.add(&mut self.shown, key, self.compared.comparisons.len());
        self.compared.runs.extend(self.sides.pop());
        self.compared.comparisons.push(comparison);
        self.outline();
        Ok(())
    }

    fn write_run(&mut self, side: usize) -> Result<(), Failure> {
        let results = &self.sides[side];
        if let Some((folder, path)) = &mut self.folder {
            folder.add_run(results).map_err(|error| unwritten(path, error))?;
        }
        self.workbook.add_run(results)?;
        self.charts.add(asked_of_one(results, self.chosen))?;
        match &mut self.printer {
            Printer::Json(document, tables, _) => document.add("runs", tables, results),
            Printer::Runs(csv, table) => csv.add(table, results),
            Printer::Nothing | Printer::Text(_) | Printer::Comparisons(..) => Ok(()),
        }
        .map_err(unspooled)
    }

    /// Keeps outlines only once there are too many comparisons to be kept whole.
    fn outline(&mut self) {
        let Compared { runs, comparisons } = &mut self.compared;
        let count = comparisons.len();
        if count <= self.whole {
            return;
        }
        let begin = if count == self.whole + 1 { 0 } else { count - 1 };
        for (comparison, run) in comparisons.split_off(begin).into_iter().zip(runs.split_off(begin + 1)) {
            let (comparison, run) = comparison_outline(comparison, &self.sides[0], run, self.are_drawn);
            comparisons.push(comparison);
            runs.push(run);
        }
    }

    fn finish(self, failed: &[Failed<ProblemRow>]) -> Result<(), Failure> {
        let Outputs { folder, mut charts, workbook, printer, compared, shown, .. } = self;
        let workbook = workbook.stage(Overview::Compared(&compared))?;
        if let Some((folder, path)) = folder {
            folder.commit(failed).map_err(|error| unwritten(path, error))?;
        }
        charts.add(of_all(&compared.runs))?;
        charts.commit(&compared.runs)?;
        workbook.commit()?;
        match printer {
            Printer::Nothing => Ok(()),
            Printer::Text(texts) => {
                let shown: Vec<&Comparison> = shown.iter().map(|ranked| &compared.comparisons[ranked.item]).collect();
                let texts: Vec<Vec<u8>> = texts.into_iter().map(|ranked| ranked.item).collect();
                console::print(|out| write_comparisons(out, &shown, &compared.runs, &texts, console::width()))
            }
            Printer::Json(document, ..) => {
                let mut data = spooled(document.finish(failed))?;
                console::print_data(|out| io::copy(&mut data, out).map(drop))
            }
            Printer::Runs(csv, _) => print_csv(csv),
            Printer::Comparisons(csv, _) => print_csv(csv),
        }
    }
}

impl Printer {
    fn new(args: &CompareArgs, layout: &Layout) -> io::Result<Printer> {
        let has_files = args.out.is_some() || args.charts.is_some() || args.workbook.workbook.is_some();
        let spool = || BufWriter::new(SpooledTempFile::new(IN_MEMORY));
        let (runs, comparisons) = (run_tables(layout), comparison_tables(layout));
        Ok(match args.format {
            None if args.quiet && has_files => Printer::Nothing,
            None | Some(ResultFormat::Table) => Printer::Text(Vec::new()),
            Some(ResultFormat::Json) => {
                Printer::Json(Document::new(spool(), &["runs", "comparisons"])?, runs, comparisons)
            }
            // A table of the comparisons or, of another name, of the runs.
            Some(ResultFormat::Csv) => match comparisons.into_iter().find(|table| table.name() == args.table) {
                Some(table) => Printer::Comparisons(CsvWriter::new(spool(), table.columns())?, table),
                None => {
                    let table = runs.into_iter().find(|table| table.name() == args.table);
                    let table = table.expect("the parser allows the names of tables only");
                    Printer::Runs(CsvWriter::new(spool(), table.columns())?, table)
                }
            },
        })
    }
}

fn print_csv(csv: CsvWriter<BufWriter<SpooledTempFile>>) -> Result<(), Failure> {
    let mut data = spooled(csv.finish())?;
    console::print_csv(|out| io::copy(&mut data, out).map(drop))
}

/// What was written so far, to be read from its beginning.
fn spooled(written: io::Result<BufWriter<SpooledTempFile>>) -> Result<SpooledTempFile, Failure> {
    let begin = |written: BufWriter<SpooledTempFile>| {
        let mut data = written.into_inner().map_err(|error| error.into_error())?;
        data.rewind()?;
        Ok(data)
    };
    written.and_then(begin).map_err(unspooled)
}

fn unspooled(error: io::Error) -> Failure {
    Failure::write("a temporary file", error)
}

fn unwritten(path: &Path, error: io::Error) -> Failure {
    Failure::write(path.display().to_string(), error)
}
