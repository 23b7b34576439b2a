//! `sweep`: many what-ifs of one scenario on the same random numbers.

use crate::analysis::sweep::CaseRunner;
use crate::cli::args::{LoadArgs, ResultFormat, ScenarioArgs, SweepArgs};
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, of_sweep};
use crate::cli::config::{on_threads, run_options, with_statistics};
use crate::cli::console::{self, Data};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::single_file::try_out;
use crate::cli::survey::SubjectSurvey;
use crate::cli::workbook::WorkbookFile;
use crate::diagnostic::{ProblemRow, rows};
use crate::output::report::write_sweep_report;
use crate::output::{
    CaseColumns, CsvWriter, Document, Failed, Layout, Overview, ResultFolder, Sweep, Table, comparison_tables,
    run_tables, write_sweep,
};
use crate::results::Results;
use crate::results::comparison::Comparison;
use crate::study::cases::{Cases, CasesError, Pairing, PlannedCase};
use crate::study::{LoadOptions, Rejected, Study};
use std::fs::File;
use std::io;
use std::path::Path;

/// Cases that do not run and are shown with their problems; the others are counted, and `failed` has all of them.
const SHOWN: usize = 5;

pub(in crate::cli) fn run(args: SweepArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

/// A case is written as soon as it has run, and only its outline is kept.
fn run_here(args: &SweepArgs) -> Result<Exit, Failure> {
    let batch = load(&args.scenario, &args.load, args.quiet)?;
    let Some(base) = batch.first() else { return Ok(batch.exit()) };
    let cases = planned(args, &base, &batch.options)?;
    if let Err(rejected) = cases.check(&base, &batch.options) {
        console::problems(&rejected.problems, &rejected.sources);
        return Err(Failure::Usage(format!("`{}` has no such path, so no case runs", base.scenario)));
    }
    for subject in &args.of {
        let mut survey = SubjectSurvey::new(subject);
        survey.look(&base.model);
        survey.settle().map_err(|error| Failure::Usage(format!("--of: {error}")))?;
    }
    let mut options = with_statistics(run_options(&args.simulation, batch.options.limits)?, &args.statistics);
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
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;
    let workbook = WorkbookFile::open(&args.workbook, run_tables(&layout), compared())?;
    let mut outputs = Outputs { folder, workbook, printer: Printer::new(args, &layout)? };

    // To be compared, a case runs once more together with the first.
    let passes = if args.compare { 2 } else { 1 };
    let progress = Progress::new(options.paths.saturating_mul(passes * cases.planned.len() as u64), args.quiet);
    let mut ran: Vec<Outcome> = Vec::new();
    let mut failed = FailedCases::default();
    let mut runner = CaseRunner::new(&base, &batch.options, &options, args.compare);
    for planned in &cases.planned {
        let case = match runner.run(planned, &progress) {
            Ok(case) => case,
            Err(rejected) => {
                failed.add(planned, &rejected);
                continue;
            }
        };
        outputs.add_run(&case.results, unwritten)?;
        match &case.comparison {
            Some(Ok(comparison)) => outputs.add_comparison(comparison)?,
            Some(Err(reason)) if !args.quiet => {
                let label = case.results.label();
                console::note(&format!("`{label}` is not compared with the first case: {reason}"));
            }
            Some(Err(_)) | None => {}
        }
        let key = args.sort.as_ref().and_then(|sort| sort.query.answer(&case.results).estimate);
        let (outline, comparison) = case.into_outline(&args.of);
        ran.push(Outcome { key: key.map(|key| key.value), outline, comparison });
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
    let mut batch = Batch::load(&scenarios, quiet, |_| {})?;
    batch.report();
    match batch.len() {
        ..=1 => Ok(batch),
        count => Err(Failure::Usage(format!("one scenario is varied, and these are {count}; name one of them"))),
    }
}

fn planned(args: &SweepArgs, base: &Study, options: &LoadOptions) -> Result<Cases, Failure> {
    let Some(file) = &args.cases else {
        let pairing = if args.zip { Pairing::Zip } else { Pairing::Matrix };
        return Cases::of_variations(&args.vary, pairing, base).map_err(Failure::Usage);
    };
    let (shown, limit) = (file.display().to_string(), options.limits.file);
    let cases = match file.as_os_str() == "-" {
        true => Cases::of_csv(&shown, io::stdin().lock(), limit, base),
        false => match File::open(file) {
            Ok(opened) => Cases::of_csv(&shown, opened, limit, base),
            Err(error) => Err(CasesError::Read(error)),
        },
    };
    cases.map_err(|error| match error {
        CasesError::Read(error) => Failure::read(shown, error),
        refused => Failure::Usage(refused.to_string()),
    })
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
