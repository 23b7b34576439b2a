//! `merge`: put parts of a run together, and read them out as one run.

use super::run::Printer;
use crate::analysis::story::representatives;
use crate::cli::args::MergeArgs;
use crate::cli::charts::{ChartFolder, curves_of, needs_folder, of_one};
use crate::cli::config::{OutputPlan, limits, on_threads};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::part_files::{PartFile, read};
use crate::cli::single_file::try_out;
use crate::cli::survey::ChartSurvey;
use crate::cli::workbook::WorkbookFile;
use crate::diagnostic::{ProblemRow, escape};
use crate::engine::{BlockSet, RunError, RunOptions};
use crate::limits::Limits;
use crate::output::report::{Papers, Report, write_report};
use crate::output::{Layout, Overview, ResultFolder, grouped, run_tables};
use crate::results::Results;
use crate::study::part::blocks;
use crate::study::{Part, PartError, Study};
use std::path::{Path, PathBuf};

pub(in crate::cli) fn run(args: MergeArgs) -> Result<Exit, Failure> {
    on_threads(args.threads.count, || run_here(&args))?
}

fn run_here(args: &MergeArgs) -> Result<Exit, Failure> {
    refuse_output_of_part(args)?;
    let limits = limits(&args.limit)?;
    let target = args.part.as_deref().map(PartFile::open).transpose()?;
    let mut gathering = Gathering { limits, quiet: args.quiet, ..Gathering::default() };
    args.files.iter().for_each(|path| gathering.add(path));
    let whole = match gathering {
        Gathering { whole: Some(whole), worst: Exit::Done, .. } => whole,
        Gathering { worst, .. } => return Ok(worst),
    };
    match target {
        Some(file) => write_merged(&file, &whole, args.quiet),
        None => read_out(args, &whole),
    }
}

/// Parts as they are read, one after the other.
#[derive(Debug, Default)]
struct Gathering {
    limits: Limits,
    quiet: bool,
    whole: Option<Part>,
    /// Which file has which blocks.
    seen: Vec<(PathBuf, BlockSet)>,
    /// What the files that are no such parts ask for.
    worst: Exit,
}

impl Gathering {
    /// Takes a file in, or says why not; the others are looked at all the same.
    fn add(&mut self, path: &Path) {
        let failure = match read(path, &self.limits) {
            Ok(bytes) => match self.take(path, &bytes) {
                Ok(()) => return,
                Err(text) => Failure::Usage(format!("`{}`: {text}", path.display())),
            },
            Err(failure) => failure,
        };
        console::error(&failure.to_string());
        self.worst = self.worst.max(failure.exit());
    }

    fn take(&mut self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        let part = match &self.whole {
            None => Part::from_bytes_within(bytes, &self.limits, &|_| {}),
            Some(whole) => whole.simulation().read(bytes),
        };
        let part = part.map_err(|error| self.told(&error))?;
        let blocks = part.blocks();
        match &mut self.whole {
            None => self.whole = Some(part),
            Some(whole) => {
                if !self.quiet && !whole.has_words_of(&part) {
                    console::note(&format!(
                        "`{}` says the same numbers in other words; those of the part with the lowest block are taken",
                        path.display()
                    ));
                }
                if let Err(error) = whole.merge(&part) {
                    return Err(self.told(&error));
                }
            }
        }
        self.seen.push((path.to_owned(), blocks));
        Ok(())
    }

    /// The error, with the file that has the same blocks, or that it does not go with.
    fn told(&self, error: &PartError) -> String {
        let first = || self.seen.first().map(|(path, _)| path.display());
        match error {
            PartError::Doubled { doubled } => {
                let other = self.seen.iter().find(|(_, blocks)| blocks.contains_any(doubled));
                let other = other.map_or_else(String::new, |(path, _)| format!(" (`{}` has them)", path.display()));
                format!("{error}{other}")
            }
            PartError::OtherRun { .. } | PartError::OtherHistograms { .. } => match first() {
                Some(first) => format!("{error} (as `{first}` is)"),
                None => error.to_string(),
            },
            _ => error.to_string(),
        }
    }
}

/// A merged part has no other output: what it shows is read when the run is complete.
fn refuse_output_of_part(args: &MergeArgs) -> Result<(), Failure> {
    let has_output = args.results.format.is_some()
        || args.results.out.is_some()
        || args.charts.is_some()
        || !args.chart.charts_of.is_empty()
        || args.report.is_some()
        || args.workbook.workbook.is_some();
    match args.part.is_some() && has_output {
        true => Err(Failure::Usage(
            "--part writes the merged part and prints nothing: merge that file again, with the options of output"
                .into(),
        )),
        false => Ok(()),
    }
}

fn write_merged(file: &PartFile, whole: &Part, quiet: bool) -> Result<Exit, Failure> {
    file.check_replaceable(&whole.blocks(), whole.simulation())?;
    file.write(whole)?;
    if !quiet {
        let missing = whole.missing();
        let missing = if missing.is_empty() { "all are there".into() } else { format!("{} missing", blocks(&missing)) };
        console::note(&format!("`{}` has {} paths; {missing}", file.name(), grouped(whole.paths())));
    }
    Ok(Exit::Done)
}

/// Prints and writes what one run would.
fn read_out(args: &MergeArgs, whole: &Part) -> Result<Exit, Failure> {
    let missing = whole.missing();
    if !missing.is_empty() {
        let all = whole.missing().count() + whole.blocks().count();
        return Err(Failure::Usage(format!(
            "{} of {} missing: simulate {} too, or keep what is there with --part FILE",
            blocks(&missing),
            grouped(all),
            if missing.count() == 1 { "it" } else { "them" },
        )));
    }
    let study: &Study = whole.study();
    needs_place(args)?;
    let mut charted = ChartSurvey::new(&args.chart);
    charted.look(study);
    let chosen = charted.settle()?;
    let options = RunOptions {
        percentiles: args.percentiles.as_ref().map_or_else(|| whole.options().percentiles, |levels| levels.0.clone()),
        shortfall: args.shortfall.as_ref().map_or_else(|| whole.options().shortfall, |levels| levels.0.clone()),
        skewness: args.skewness || whole.options().skewness,
        correlate: if args.correlate.is_empty() { whole.options().correlate } else { args.correlate.clone() },
        curves: args.charts.is_some() || args.report.is_some(),
        curves_of: curves_of(&chosen),
        ..whole.options()
    };
    let has_other_files = args.charts.is_some() || args.report.is_some() || args.workbook.workbook.is_some();
    let plan = OutputPlan::of_results(&args.results, has_other_files, args.quiet);
    let layout = Layout::of(&options);
    let unwritten = |path: &Path| {
        let path = path.display().to_string();
        move |error| Failure::write(path.clone(), error)
    };
    let page = args.report.as_deref().map(|path| try_out(path, args.workbook.force)).transpose()?;
    let open = |path: &Path| ResultFolder::open(path, run_tables(&layout), Vec::new(), None).map_err(unwritten(path));
    let folder = plan.folder.as_deref().map(|path| Ok::<_, Failure>((path, open(path)?))).transpose()?;
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;
    let mut workbook = WorkbookFile::open(&args.workbook, run_tables(&layout), Vec::new())?;
    let mut printer = Printer::new(plan.print, &layout)?;
    if !args.quiet && !study.remarks.is_empty() {
        console::problems(&study.remarks, &study.sources);
        console::say("");
    }

    let unread = |error: RunError| Failure::Usage(error.to_string());
    let mut results = whole.results_with(&options).map_err(unread)?;
    if args.report.is_some() {
        results.stories = representatives(&study.model, &options, &results, &|_| {}).map_err(unread)?;
    }
    charts.add(of_one(&results, &chosen))?;
    printer.add(&results)?;
    workbook.add_run(&results)?;
    let runs: [Results; 1] = [results];
    let workbook = workbook.stage(Overview::Runs(&runs))?;
    let papers = [Papers::of(study)];
    let report = Report { runs: &runs, papers: &papers, charts: &chosen, ..Report::default() };
    let staged = match (page, &args.report) {
        (Some(page), Some(path)) => {
            Some((path, page.stage(|out| write_report(out, &report)).map_err(unwritten(path))?))
        }
        _ => None,
    };
    if let Some((path, mut folder)) = folder {
        folder.add_run(&runs[0]).map_err(unwritten(path))?;
        folder.commit::<ProblemRow>(&[]).map_err(unwritten(path))?;
    }
    charts.commit(&runs)?;
    workbook.commit()?;
    if let Some((path, staged)) = staged {
        staged.commit().map_err(unwritten(path))?;
        if !args.quiet {
            console::note(&format!("the page is `{}`", escape(&path.display().to_string())));
        }
    }
    printer.finish(&runs, &[])?;
    Ok(Exit::Done)
}

/// Charts of further outputs go to a folder or onto the page.
fn needs_place(args: &MergeArgs) -> Result<(), Failure> {
    if args.report.is_some() { Ok(()) } else { needs_folder(&args.chart, args.charts.as_deref()) }
}
