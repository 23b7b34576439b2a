//! `check`: validate scenarios, compare their results with what is expected of them, and folders of results with their
//! manifests.

use crate::analysis::expectation::Outcome;
use crate::cli::args::{CheckArgs, ScenarioArgs, TextFormat};
use crate::cli::batch::Batch;
use crate::cli::config::{on_threads, run_options};
use crate::cli::console::{self, BAD, GOOD};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::results_folders::{self, ResultsFolder};
use crate::cli::survey::{QuerySurvey, Unanswered};
use crate::diagnostic::{ProblemRow, Sources, escape, rows};
use crate::output::{NumberFormat, SafeJson};
use crate::program::Streams;
use crate::stats::{Estimate, se, value};
use crate::study::Study;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// What was found out about one scenario.
#[derive(Debug, serde::Serialize)]
struct Checked {
    scenario: String,
    ok: bool,
    problems: Vec<ProblemRow>,
    #[serde(serialize_with = "serialize_outcomes")]
    expectations: Vec<Outcome>,
    /// Of a folder of results: number of its files, and the hashes of their runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<String>,
}

pub(in crate::cli) fn run(args: CheckArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

fn run_here(args: &CheckArgs) -> Result<Exit, Failure> {
    let (folders, scenarios) = results_folders::check(&args.scenarios.scenarios)?;
    if scenarios.is_empty() && !folders.is_empty() {
        if !args.expect.is_empty() {
            return Err(Failure::Usage("--expect asks for scenarios: a folder of results is not simulated".into()));
        }
        return finish(args, folders.iter().map(of_folder).collect(), Exit::Done);
    }
    let scenarios = ScenarioArgs { scenarios, ..args.scenarios.clone() };
    let for_readers = args.format == TextFormat::Table;
    let mut checked: Vec<Checked> = Vec::new();
    let mut expected = QuerySurvey::new(args.expect.iter().map(|expectation| &expectation.query));
    let mut streams = Streams::default();
    let mut batch = Batch::load_with(&scenarios, &[], !args.quiet, for_readers && !args.quiet, |study| {
        checked.push(valid(study));
        expected.look(study);
        streams.add(&study.model);
    })?;
    if for_readers {
        batch.report();
    }
    // Of several of one name, all are called otherwise once they are known.
    checked.iter_mut().enumerate().for_each(|(number, checked)| batch.name(number).clone_into(&mut checked.scenario));
    if !args.expect.is_empty() {
        expected.settle().map_err(|Unanswered { query, scenario, error }| {
            let (text, scenario) = (&args.expect[query].text, batch.name(scenario));
            Failure::Usage(format!("--expect '{text}': {error} (in {scenario})"))
        })?;
        checked = judge(args, &mut batch, streams)?;
    }
    checked.extend(batch.failed().into_iter().map(|failed| Checked {
        scenario: failed.scenario,
        ok: false,
        problems: failed.problems,
        expectations: Vec::new(),
        files: None,
        runs: Vec::new(),
    }));
    checked.extend(folders.iter().map(of_folder));
    finish(args, checked, batch.exit())
}

/// Prints what was found out.
fn finish(args: &CheckArgs, checked: Vec<Checked>, of_batch: Exit) -> Result<Exit, Failure> {
    match args.format {
        TextFormat::Json => console::print_data(|out| write_json(out, &checked))?,
        TextFormat::Table => console::print(|out| checked.iter().try_for_each(|checked| write_text(out, checked)))?,
    }
    let all_as_expected = checked.iter().flat_map(|checked| &checked.expectations).all(|outcome| outcome.ok);
    let all_of_one_run = checked.iter().filter(|checked| checked.files.is_some()).all(|folder| folder.ok);
    let exit = if all_as_expected && all_of_one_run { Exit::Done } else { Exit::CheckFailed };
    Ok(exit.max(of_batch))
}

/// A folder of results; what is wrong with it is shown on stderr, as with scenarios.
fn of_folder(folder: &ResultsFolder) -> Checked {
    let sources = Sources::default();
    if !folder.problems.is_empty() {
        console::problems(&folder.problems, &sources);
    }
    Checked {
        scenario: folder.path.display().to_string(),
        ok: folder.problems.is_empty(),
        problems: rows(&folder.problems, &sources),
        expectations: Vec::new(),
        files: Some(folder.files),
        runs: folder.runs.clone(),
    }
}

fn valid(study: &Study) -> Checked {
    Checked {
        scenario: study.scenario.clone(),
        ok: true,
        problems: rows(&study.remarks, &study.sources),
        expectations: Vec::new(),
        files: None,
        runs: Vec::new(),
    }
}

/// Simulates, and judges the scenarios that give results; the others join those that do not run.
fn judge(args: &CheckArgs, batch: &mut Batch, streams: Streams) -> Result<Vec<Checked>, Failure> {
    let mut options = run_options(&args.simulation, batch.options.limits)?.along_streams(streams);
    options.percentiles.clear();
    options.lower_bounds = false;
    args.expect.iter().for_each(|expectation| expectation.query.require(&mut options));
    let progress = Progress::new(options.paths.saturating_mul(batch.len() as u64), args.quiet);
    let mut checked = Vec::new();
    batch.run_each(
        |study| study.run(&options, &progress),
        |study, results| {
            let expectations: Vec<Outcome> =
                args.expect.iter().map(|expectation| expectation.judge(&results)).collect();
            let ok = expectations.iter().all(|outcome| outcome.ok);
            checked.push(Checked { ok, expectations, ..valid(study) });
            Ok(())
        },
    )?;
    progress.finish();
    Ok(checked)
}

fn write_json(out: &mut dyn Write, checked: &[Checked]) -> io::Result<()> {
    writeln!(out, "{{\n\"riskband\": {},\n\"checked\": [", SafeJson(env!("CARGO_PKG_VERSION")))?;
    for (index, checked) in checked.iter().enumerate() {
        writeln!(out, "{}{}", if index > 0 { "," } else { "" }, SafeJson(checked))?;
    }
    writeln!(out, "]\n}}")
}

/// An outcome as an object.
#[derive(Serialize)]
struct OutcomeRow<'a> {
    expectation: &'a str,
    value: Option<f64>,
    se: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    ok: bool,
}

fn serialize_outcomes<S: Serializer>(outcomes: &[Outcome], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(outcomes.iter().map(|outcome| {
        let estimate = &outcome.answer.estimate;
        let (low, high) = outcome.answer.interval.unzip();
        let (value, se) = (value(estimate), se(estimate));
        OutcomeRow { expectation: &outcome.expectation, value, se, low, high, ok: outcome.ok }
    }))
}

fn write_text(out: &mut dyn Write, checked: &Checked) -> io::Result<()> {
    let is_valid = checked.problems.iter().all(|problem| problem.severity != crate::diagnostic::Severity::Error);
    let name = escape(&checked.scenario);
    match is_valid {
        true => match checked.files {
            Some(files) => writeln!(out, "{GOOD}ok{GOOD:#} {name}: {files} files, as their run wrote them")?,
            None => writeln!(out, "{GOOD}ok{GOOD:#} {name}")?,
        },
        false => writeln!(out, "{BAD}bad{BAD:#} {name}")?,
    }
    for outcome in &checked.expectations {
        let (style, word) = if outcome.ok { (GOOD, "ok") } else { (BAD, "FAILED") };
        let expectation = escape(&outcome.expectation);
        writeln!(out, "  {style}{word}{style:#} {expectation}: {}", found(outcome))?;
    }
    Ok(())
}

/// The value with its standard error, in digits that the error allows to tell apart; a share whose standard error is 0,
/// since all paths or none of them meet it, with its interval.
fn found(outcome: &Outcome) -> String {
    let Some(Estimate { value, se }) = outcome.answer.estimate else { return "it has no value".into() };
    if let (Some(0.0), Some((low, high))) = (se, outcome.answer.interval) {
        return format!("{} (95 % interval {} to {})", number(value), number(low), number(high));
    }
    match se {
        Some(se) => {
            let error = NumberFormat::error([se]);
            format!("{} ± {}", number(value), error.format(se))
        }
        None => number(value),
    }
}

fn number(value: f64) -> String {
    NumberFormat::plain([value]).format(value)
}
