//! `report`: simulate scenarios and write one page about them.

use super::compare::failure;
use crate::analysis::compare::{CompareError, compare};
use crate::analysis::sensitivity::{SensitivityOptions, passes, sensitivity};
use crate::analysis::story::representatives;
use crate::analysis::why::{Combinations, WhyError};
use crate::cli::args::ReportArgs;
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, choice, curves_of, of_all, of_comparisons, of_one};
use crate::cli::config::{on_threads, run_options, step_of};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::ranking::{Ranked, Ranking};
use crate::cli::single_file::try_out;
use crate::diagnostic::{Problem, escape};
use crate::engine::RunOptions;
use crate::output::report::{Apart, Papers, Report, write_report};
use crate::results::comparison::{Compared, Comparison};
use crate::results::{Results, Warning};
use crate::study::Study;
use std::path::Path;

/// Most scenarios that are compared with the first unasked: a folder of them should stay quick to look through.
const COMPARED: usize = 6;

pub(in crate::cli) fn run(args: ReportArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

fn run_here(args: &ReportArgs) -> Result<Exit, Failure> {
    let file = Some(args.output.as_path()).filter(|path| *path != Path::new("-"));
    let mut batch = Batch::load_with(&args.scenarios, &args.others.set_b, args.quiet)?;
    batch.report(args.quiet);
    if batch.studies.is_empty() {
        return Ok(batch.exit());
    }
    if args.why.why && batch.studies.len() < 2 && batch.rejected.is_empty() {
        let text =
            "--why splits the move between two scenarios: name another, or change this one with --set-b PATH=VALUE";
        return Err(Failure::Usage(text.into()));
    }
    batch.studies.iter().try_for_each(|study| step_of(&study.model, args.why.at.as_deref()).map(drop))?;
    let ranking = Ranking::of(&args.order, &batch.studies, args.quiet)?;
    let chosen = choice(&args.chart, &batch.studies)?;
    // Before the simulation, which may take long.
    let page = file.map(|path| try_out(path, args.force)).transpose()?;
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;

    let mut options = RunOptions {
        curves: true,
        curves_of: curves_of(&chosen),
        ..run_options(&args.simulation, batch.options.limits, &batch.studies)?
    };
    ranking.require(&mut options);
    let (mut compared, apart) = match wants_comparisons(batch.studies.len(), args) {
        true => compare_all(&batch.studies, &options, args),
        false => (Compared { runs: Vec::new(), comparisons: Vec::new() }, Vec::new()),
    };
    if args.why.why {
        for comparison in &mut compared.comparisons {
            explain(comparison, &batch, &options, args)?;
        }
    }
    let comparisons = compared.comparisons;
    let left = (batch.studies.len() - compared.runs.len()) as u64;
    let analysis = SensitivityOptions { seed: options.seed, limits: batch.options.limits, ..Default::default() };
    let passes = if args.sensitivity { passes(&analysis) * batch.studies.len() as u64 } else { 0 };
    let progress =
        Progress::new(options.paths.saturating_mul(left).saturating_add(passes * analysis.paths), args.quiet);
    let (mut in_full, mut outlines): (Vec<Ranked<Results>>, Vec<Ranked<Results>>) = Default::default();
    batch.run_each(
        compared.runs,
        |study| study.run(&options, &progress),
        |study, mut results| {
            if args.sensitivity {
                let failed = |error| Failure::Usage(format!("--sensitivity of `{}`: {error}", study.scenario));
                results.sensitivity = sensitivity(study, &analysis, &progress).map_err(failed)?;
            }
            let untold = |error| Failure::Usage(format!("`{}`: {error}", study.scenario));
            if ranking.told() > 0 {
                results.stories = representatives(&study.model, &options, &results, &|_| {}).map_err(untold)?;
            }
            // What the page does not tell of a scenario is not kept.
            charts.add(of_one(&results, &chosen))?;
            if let Some(rest) = ranking.add_told(&mut in_full, ranking.key(&results), results) {
                ranking.add(&mut outlines, rest.key, rest.item.into_outline());
            }
            Ok(())
        },
    )?;
    if left > 0 || args.sensitivity {
        progress.finish()
    }
    let runs: Vec<Results> = in_full.into_iter().chain(outlines).map(|ranked| ranked.item).collect();
    if runs.is_empty() {
        return Ok(batch.exit());
    }

    charts.add(of_comparisons(&runs, &comparisons).chain(of_all(&runs)))?;
    let failed: Vec<String> = batch.rejected.iter().map(|rejected| rejected.scenario.clone()).collect();
    let papers: Vec<Papers> = runs.iter().take(ranking.told()).map(|results| papers(results, &batch.studies)).collect();
    let report = Report {
        runs: &runs,
        papers: &papers,
        failed: &failed,
        comparisons: &comparisons,
        apart: &apart,
        charts: &chosen,
        told: ranking.told(),
    };
    // The page and the charts are complete before either of them gets its name.
    let unwritten = |error| Failure::write(args.output.display().to_string(), error);
    let staged = page.map(|page| page.stage(|out| write_report(out, &report))).transpose().map_err(unwritten)?;
    charts.commit(&runs)?;
    match staged {
        None => console::print_data(|out| write_report(out, &report))?,
        Some(staged) => {
            staged.commit().map_err(unwritten)?;
            if !args.quiet {
                console::print(|out| writeln!(out, "{}", escape(&args.output.display().to_string())))?;
            }
        }
    }
    Ok(batch.exit())
}

fn wants_comparisons(scenarios: usize, args: &ReportArgs) -> bool {
    let asked = args.compare || args.why.why;
    if scenarios > COMPARED && !asked && !args.quiet {
        console::note(&format!(
            "{scenarios} scenarios are not compared with the first one unless --compare asks for it"
        ));
    }
    scenarios > 1 && (asked || scenarios <= COMPARED)
}

/// Compares with the first scenario what can be compared; the others are left apart, each with the reason. The runs are
/// those of the compared scenarios.
fn compare_all(studies: &[Study], options: &RunOptions, args: &ReportArgs) -> (Compared, Vec<Apart>) {
    let mut left = studies.to_vec();
    let mut apart = Vec::new();
    while left.len() > 1 {
        // Every scenario alone, and every pair again.
        let runs = 2 * left.len() as u64 - 1;
        let progress = Progress::new(options.paths.saturating_mul(runs), args.quiet);
        let compared = compare(&left, options, &progress);
        progress.clear();
        let (study, reasons) = match compared {
            Ok(compared) => {
                progress.finish();
                return (compared, apart);
            }
            Err(CompareError::Incomparable { study, problems }) => {
                (study, problems.iter().map(Problem::in_a_line).collect::<Vec<_>>())
            }
            // A base that cannot run is told of when it runs alone.
            Err(CompareError::Run { study: 0, .. }) => break,
            Err(CompareError::Run { study, error }) => (study, vec![error.to_string()]),
        };
        let b = left.remove(study).scenario;
        if !args.quiet {
            console::note(&format!("`{b}` is not compared with `{}`: {}", left[0].scenario, reasons.join("; ")));
        }
        apart.push(Apart { a: left[0].scenario.clone(), b, reasons });
    }
    (Compared { runs: Vec::new(), comparisons: Vec::new() }, apart)
}

/// Adds what the move is made of. Where it cannot be split, the page has the reason; a change that nobody makes is a slip.
fn explain(comparison: &mut Comparison, batch: &Batch, options: &RunOptions, args: &ReportArgs) -> Result<(), Failure> {
    let named = |name: &str| batch.studies.iter().find(|study| study.scenario == name);
    let (Some(a), Some(b)) = (named(&comparison.a), named(&comparison.b)) else { return Ok(()) };
    let step = step_of(&a.model, args.why.at.as_deref())?;
    let rows = Combinations::new(a, b, &args.why.group, options.seed, batch.options.limits).and_then(|plan| {
        let plan = plan.at(step);
        let progress = Progress::new(options.paths.saturating_mul(plan.runs()), args.quiet);
        let rows = plan.run(options, &progress);
        progress.finish();
        rows
    });
    match rows {
        Ok(rows) => comparison.why = rows,
        Err(error @ WhyError::NoSuchChange { .. }) => return Err(failure(&error)),
        Err(error) => {
            if !args.quiet {
                console::note(&format!("--why: {error}"));
            }
            comparison.warnings.push(Warning {
                code: "why",
                pointer: String::new(),
                text: error.to_string(),
                place: None,
            });
        }
    }
    Ok(())
}

fn papers(results: &Results, studies: &[Study]) -> Papers {
    studies.iter().find(|study| study.scenario == results.scenario).map_or_else(Papers::default, Papers::of)
}
