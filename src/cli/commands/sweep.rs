//! `sweep`: many what-ifs of one scenario on the same random numbers.

use crate::analysis::compare::{Base, CompareError};
use crate::cli::args::{LoadArgs, ResultFormat, ScenarioArgs, SweepArgs};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, check_subject, of_sweep};
use crate::cli::config::{on_threads, run_options, with_statistics};
use crate::cli::console::{self, Data};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::single_file::try_out;
use crate::cli::workbook::WorkbookFile;
use crate::diagnostic::{ProblemRow, rows};
use crate::engine::{RunError, RunOptions};
use crate::output::report::write_sweep_report;
use crate::output::{
    CaseColumns, CsvWriter, Document, Failed, Layout, Overview, ResultFolder, Sweep, Table, comparison_tables,
    run_tables, write_sweep,
};
use crate::results::Results;
use crate::results::comparison::Comparison;
use crate::study::cases::{Cases, Pairing, PlannedCase};
use crate::study::{LoadOptions, Rejected, Study};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// Cases that do not run and are shown with their problems; the others are counted, and `failed` has all of them.
const SHOWN: usize = 5;

pub(in crate::cli) fn run(args: SweepArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

/// A case is written as soon as it has run, and only its outline is kept.
fn run_here(args: &SweepArgs) -> Result<Exit, Failure> {
    let mut batch = load(&args.scenario, &args.load, args.quiet)?;
    let Some(base) = batch.studies.pop() else { return Ok(batch.exit()) };
    let cases = planned(args, &base, &batch.options)?;
    if let Err(rejected) = cases.check(&base, &batch.options) {
        console::problems(&rejected.problems, &rejected.sources);
        return Err(Failure::Usage(format!("`{}` has no such path, so no case runs", base.scenario)));
    }
    for subject in &args.of {
        check_subject(subject, &[&base.model]).map_err(|error| Failure::Usage(format!("--of: {error}")))?;
    }
    let mut options = with_statistics(run_options(&args.simulation, batch.options.limits, &[])?, &args.statistics);
    // Of many small runs these would take as long as the rest.
    options.lower_bounds = false;
    if let Some(sort) = &args.sort {
        sort.query.resolve(&base.model).map_err(|error| Failure::Usage(format!("--sort: {error}")))?;
        sort.query.require(&mut options);
    }
    let columns = CaseColumns { varied: cases.varied.clone(), are_named: cases.are_named };
    let layout = Layout { cases: Some(columns.clone()), ..Layout::of(&options) };

    // Before the simulation, which may take long.
    let unwritten =
        |error| Failure::write(args.out.as_ref().map_or_else(String::new, |path| path.display().to_string()), error);
    let compared = || if args.compare { comparison_tables(&layout) } else { Vec::new() };
    let open = |path: &Path| ResultFolder::open(path, run_tables(&layout), compared(), None);
    let folder = args.out.as_deref().map(open).transpose().map_err(unwritten)?;
    let page = args.report.as_deref().map(|path| try_out(path, args.workbook.force)).transpose()?;
    let mut charts = ChartFolder::open(args.charts.as_deref())?;
    let workbook = WorkbookFile::open(&args.workbook, run_tables(&layout), compared())?;
    let mut outputs = Outputs { folder, workbook, printer: Printer::new(args, &layout)? };

    // To be compared, a case runs once more together with the first.
    let passes = if args.compare { 2 } else { 1 };
    let progress = Progress::new(options.paths.saturating_mul(passes * cases.planned.len() as u64), args.quiet);
    let mut ran: Vec<Outcome> = Vec::new();
    let mut failed = FailedCases::default();
    let mut runner = CaseRunner { base: &base, load: &batch.options, options: &options, args, first: None };
    for planned in &cases.planned {
        let CaseRun { results, comparison } = match runner.run(planned, &progress) {
            Ok(run) => run,
            Err(rejected) => {
                failed.add(planned, &rejected);
                continue;
            }
        };
        outputs.add_run(&results, unwritten)?;
        if let Some(comparison) = &comparison {
            outputs.add_comparison(comparison)?;
        }
        let key = args.sort.as_ref().and_then(|sort| sort.query.answer(&results).estimate);
        let end = results.end().map(|end| end.subject.clone());
        ran.push(Outcome {
            key: key.map(|key| key.value),
            outline: results.into_outline_with(&args.of),
            comparison: comparison.zip(end).map(|(comparison, end)| comparison.into_outline(&end)),
        });
    }
    progress.finish();
    failed.tell_rest();

    let Outputs { folder, workbook, printer } = outputs;
    if let Some(sort) = &args.sort {
        sort.apply(&mut ran, |outcome| outcome.key);
    }
    let (outlines, comparisons): (Vec<Results>, Vec<Option<Comparison>>) =
        ran.into_iter().map(|outcome| (outcome.outline, outcome.comparison)).unzip();
    let names: Vec<String> = failed.rows.iter().filter_map(|row| row.case.clone()).collect();
    let sweep = Sweep {
        columns: &columns,
        is_log: &cases.is_log,
        set: &base.set,
        outlines: &outlines,
        comparisons: if args.compare { &comparisons } else { &[] },
        failed: &names,
        subjects: &args.of,
        description: base.model.description.as_deref(),
    };
    let workbook = workbook.stage(Overview::Sweep(&sweep))?;
    if let Some(folder) = folder {
        folder.commit(&failed.rows).map_err(unwritten)?;
    }
    charts.add(of_sweep(&sweep))?;
    let unwritten =
        |error| Failure::write(args.report.as_ref().map_or_else(String::new, |path| path.display().to_string()), error);
    let page = page.filter(|_| !outlines.is_empty());
    let staged = page.map(|page| page.stage(|out| write_sweep_report(out, &sweep))).transpose().map_err(unwritten)?;
    charts.commit(&outlines)?;
    if let Some(staged) = staged {
        staged.commit().map_err(unwritten)?;
    }
    workbook.commit()?;
    printer.finish(&sweep, &failed.rows)?;
    Ok(if failed.rows.is_empty() { Exit::Done } else { Exit::BadInput })
}

/// A case that ran.
struct Outcome {
    /// What it is sorted by.
    key: Option<f64>,
    outline: Results,
    comparison: Option<Comparison>,
}

/// The one scenario that is varied. What is wrong with it is reported here.
pub(super) fn load(scenario: &Option<std::path::PathBuf>, load: &LoadArgs, quiet: bool) -> Result<Batch, Failure> {
    let scenarios = ScenarioArgs { scenarios: scenario.iter().cloned().collect(), load: load.clone() };
    let batch = Batch::load(&scenarios, quiet)?;
    batch.report(quiet);
    match batch.studies.len() {
        ..=1 => Ok(batch),
        count => Err(Failure::Usage(format!("one scenario is varied, and these are {count}; name one of them"))),
    }
}

fn planned(args: &SweepArgs, base: &Study, options: &LoadOptions) -> Result<Cases, Failure> {
    let Some(file) = &args.cases else {
        let pairing = if args.zip { Pairing::Zip } else { Pairing::Matrix };
        return Cases::of_variations(&args.vary, pairing, base).map_err(Failure::Usage);
    };
    let shown = file.display().to_string();
    let limit = options.limits.file;
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes),
        false => std::fs::File::open(file).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes)),
    };
    read.map_err(|error| Failure::read(&*shown, error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::Usage(format!(
            "{shown} is longer than the limit of {limit} bytes; raise it with --limit file=N"
        )));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let bytes = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
        Failure::Usage(format!("{shown}, line {line}: this is not UTF-8; save the file in that encoding"))
    })?;
    Cases::of_csv(&shown, &text, base).map_err(Failure::Usage)
}

/// Runs case after case.
struct CaseRunner<'s> {
    base: &'s Study,
    load: &'s LoadOptions,
    options: &'s RunOptions,
    args: &'s SweepArgs,
    /// The first case that ran, with its name: the others are compared with it, if any are.
    first: Option<(Base, String)>,
}

/// What a case shows: the results of `run` with the same values set, and how they differ from those of the first case.
struct CaseRun {
    results: Results,
    comparison: Option<Comparison>,
}

impl CaseRunner<'_> {
    fn run(&mut self, planned: &PlannedCase, progress: &Progress) -> Result<CaseRun, Box<Rejected>> {
        let study = Arc::new(self.base.what_if(&planned.set, self.load)?);
        let of_case = |results: Results| Results { case: Some(planned.case.clone()), ..results };
        let rejected = |error: RunError| {
            let (scenario, sources) = (study.scenario.clone(), study.sources.clone());
            Box::new(Rejected { scenario, sources, problems: vec![study.problem(&error)] })
        };
        if !self.args.compare {
            let results = study.run(self.options, progress).map_err(rejected)?;
            return Ok(CaseRun { results: of_case(results), comparison: None });
        }
        let Some((first, name)) = &self.first else {
            let first = Base::new(Arc::clone(&study), self.options, progress).map_err(rejected)?;
            let results = of_case(first.results());
            self.first = Some((first, results.label().to_owned()));
            return Ok(CaseRun { results, comparison: None });
        };
        let (results, run) = first.run(&study, progress).map_err(rejected)?;
        let results = of_case(results);
        let reason = match first.compare(&study, &run, progress) {
            Ok(comparison) => {
                let (a, b) = (name.clone(), results.label().to_owned());
                let comparison = Comparison { a, b, case: results.case.clone(), ..comparison };
                return Ok(CaseRun { results, comparison: Some(comparison) });
            }
            Err(CompareError::Incomparable { problems, .. }) => {
                problems.iter().map(super::report::reason).collect::<Vec<_>>().join("; ")
            }
            Err(CompareError::Run { error, .. }) => error.to_string(),
        };
        if !self.args.quiet {
            console::note(&format!("`{}` is not compared with the first case: {reason}", results.label()));
        }
        Ok(CaseRun { results, comparison: None })
    }
}

/// Cases that did not run.
#[derive(Default)]
struct FailedCases {
    rows: Vec<Failed<ProblemRow>>,
}

impl FailedCases {
    fn add(&mut self, planned: &PlannedCase, rejected: &Rejected) {
        let name = &planned.case.name;
        if self.rows.len() < SHOWN {
            let line = planned.line.map_or_else(String::new, |line| format!(" (line {line})"));
            console::problems(&rejected.problems, &rejected.sources);
            console::error(&format!("case `{name}`{line} does not run"));
        }
        self.rows.push(Failed {
            scenario: rejected.scenario.clone(),
            case: Some(name.clone()),
            problems: rows(&rejected.problems, &rejected.sources),
        });
    }

    /// How many are not shown.
    fn tell_rest(&self) {
        if let Some(more) = self.rows.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            console::error(&format!("{more} more cases do not run; --format json lists all under `failed`"));
        }
    }
}

/// Where results go, case after case.
struct Outputs {
    folder: Option<ResultFolder>,
    workbook: WorkbookFile,
    printer: Printer,
}

impl Outputs {
    fn add_run(&mut self, results: &Results, unwritten: impl Fn(io::Error) -> Failure) -> Result<(), Failure> {
        if let Some(folder) = &mut self.folder {
            folder.add_run(results).map_err(&unwritten)?;
        }
        self.workbook.add_run(results)?;
        match &mut self.printer {
            Printer::Json { document, runs, .. } => document.add("runs", runs, results),
            Printer::Runs(writer, table) => writer.add(table, results),
            Printer::Nothing | Printer::Summary | Printer::Comparisons(..) => Ok(()),
        }
        .map_err(unwritten)
    }

    fn add_comparison(&mut self, comparison: &Comparison) -> Result<(), Failure> {
        let unwritten = |error| Failure::write("the comparisons", error);
        if let Some(folder) = &mut self.folder {
            folder.add_comparison(comparison).map_err(unwritten)?;
        }
        self.workbook.add_comparison(comparison)?;
        match &mut self.printer {
            Printer::Json { document, comparisons, .. } => document.add("comparisons", comparisons, comparison),
            Printer::Comparisons(writer, table) => writer.add(table, comparison),
            Printer::Nothing | Printer::Summary | Printer::Runs(..) => Ok(()),
        }
        .map_err(unwritten)
    }
}

/// What goes to standard output.
enum Printer {
    Nothing,
    /// A line a case, once all have run.
    Summary,
    Json {
        document: Box<Document<Data>>,
        runs: Vec<Table<Results>>,
        comparisons: Vec<Table<Comparison>>,
    },
    /// A table of the cases' runs as CSV.
    Runs(CsvWriter<Data>, Table<Results>),
    /// A table of the comparisons as CSV.
    Comparisons(CsvWriter<Data>, Table<Comparison>),
}

impl Printer {
    fn new(args: &SweepArgs, layout: &Layout) -> Result<Printer, Failure> {
        let has_files =
            args.out.is_some() || args.charts.is_some() || args.report.is_some() || args.workbook.workbook.is_some();
        let (runs, comparisons) = (run_tables(layout), comparison_tables(layout));
        let printer = match args.format {
            None if args.quiet && has_files => Ok(Printer::Nothing),
            None | Some(ResultFormat::Table) => Ok(Printer::Summary),
            Some(ResultFormat::Json) => {
                let lists: &[&str] = if args.compare { &["runs", "comparisons"] } else { &["runs"] };
                Document::new(Data::stdout(), lists).map(|document| Printer::Json {
                    document: Box::new(document),
                    runs,
                    comparisons,
                })
            }
            Some(ResultFormat::Csv) => match runs.into_iter().find(|table| table.name() == args.table) {
                Some(table) => CsvWriter::new(Data::stdout(), table.columns()).map(|csv| Printer::Runs(csv, table)),
                None if !args.compare => {
                    return Err(Failure::Usage(format!("--table {} is one of comparisons; add --compare", args.table)));
                }
                None => {
                    let table = comparisons.into_iter().find(|table| table.name() == args.table);
                    let table = table.expect("the parser allows the names of tables only");
                    CsvWriter::new(Data::stdout(), table.columns()).map(|csv| Printer::Comparisons(csv, table))
                }
            },
        };
        printer.map_err(console::unwritten)
    }

    fn finish(self, sweep: &Sweep<'_>, failed: &[Failed<ProblemRow>]) -> Result<(), Failure> {
        match self {
            Printer::Nothing => Ok(()),
            Printer::Summary if sweep.outlines.is_empty() => Ok(()),
            Printer::Summary => console::print(|out| write_sweep(out, sweep, console::width())),
            Printer::Json { document, .. } => document.finish(failed).map_err(console::unwritten)?.finish(),
            Printer::Runs(writer, _) => writer.finish().map_err(console::unwritten)?.finish(),
            Printer::Comparisons(writer, _) => writer.finish().map_err(console::unwritten)?.finish(),
        }
    }
}
