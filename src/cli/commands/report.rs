//! `report`: simulate scenarios and write one page about them.

use super::compare::failure;
use crate::analysis::compare::{Base, CompareError, incomparable};
use crate::analysis::sensitivity::{SensitivityOptions, passes, sensitivity};
use crate::analysis::story::representatives;
use crate::analysis::why::{Combinations, WhyError};
use crate::cli::args::ReportArgs;
use crate::cli::batch::Batch;
use crate::cli::charts::{ChartFolder, curves_of, of_all, of_comparisons, of_one};
use crate::cli::config::{moment_of, on_threads, run_options};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::ranking::{OrderSurvey, Ranked};
use crate::cli::single_file::try_out;
use crate::cli::survey::{BaseSurvey, ChartSurvey, PeriodSurvey};
use crate::diagnostic::{Problem, escape};
use crate::engine::{RunError, RunOptions};
use crate::output::report::{Apart, Papers, Report, write_report};
use crate::program::Streams;
use crate::results::comparison::Comparison;
use crate::results::{Results, Warning};
use crate::study::Study;
use std::path::Path;
use std::sync::Arc;

/// Most scenarios that are compared with the first unasked: a folder of them should stay quick to look through.
const COMPARED: usize = 6;

pub(in crate::cli) fn run(args: ReportArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

/// Of what the page does not tell in full only outlines are kept. It tells every comparison.
fn run_here(args: &ReportArgs) -> Result<Exit, Failure> {
    let file = Some(args.output.as_path()).filter(|path| *path != Path::new("-"));
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
    let Some(first) = batch.first() else { return Ok(batch.exit()) };
    if args.why.why && batch.len() < 2 && batch.rejected.is_empty() {
        let text =
            "--why splits the move between two scenarios: name another, or change this one with --set-b PATH=VALUE";
        return Err(Failure::Usage(text.into()));
    }
    periods.settle()?;
    let ranking = order.settle(&batch, args.quiet)?;
    let chosen = charted.settle()?;
    // Before the simulation, which may take long.
    let page = file.map(|path| try_out(path, args.force)).transpose()?;
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;

    let simulation = run_options(&args.simulation, batch.options.limits)?.along_streams(streams);
    let mut options = RunOptions { curves: true, curves_of: curves_of(&chosen), ..simulation };
    ranking.require(&mut options);
    let (apart, compared) = match wants_comparisons(batch.len(), args) {
        true => {
            let apart = pairs.settle();
            let compared = batch.len() - 1 - apart.len();
            (apart, compared)
        }
        false => (Vec::new(), 0),
    };
    let analysis = SensitivityOptions { seed: options.seed, limits: batch.options.limits, ..Default::default() };
    let passes = if args.sensitivity { passes(&analysis) * batch.len() as u64 } else { 0 };
    let paths = options.paths.saturating_mul((batch.len() + compared) as u64);
    let progress = Progress::new(paths.saturating_add(passes * analysis.paths), args.quiet);
    let mut pairing =
        Pairing::new(first, apart, compared > 0, Setting { args, options: &options, progress: &progress });
    let mut in_full: Vec<Ranked<(Results, Papers)>> = Vec::new();
    let mut outlines: Vec<Ranked<Results>> = Vec::new();
    batch.each_from(0, |number, study| {
        let mut results = match pairing.run(number, study)? {
            Ok(results) => results,
            Err(error) => return Ok(vec![study.problem(&error)]),
        };
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
        let key = ranking.key(&results);
        if !ranking.may_tell(&in_full) {
            ranking.add(&mut outlines, key, results.into_outline());
        } else if let Some(rest) = ranking.add_told(&mut in_full, key, (results, Papers::of(study))) {
            ranking.add(&mut outlines, rest.key, rest.item.0.into_outline());
        }
        Ok(Vec::new())
    })?;
    progress.finish();
    let (comparisons, apart) = pairing.finish();
    let (told, papers): (Vec<Results>, Vec<Papers>) = in_full.into_iter().map(|ranked| ranked.item).unzip();
    let runs: Vec<Results> = told.into_iter().chain(outlines.into_iter().map(|ranked| ranked.item)).collect();
    if runs.is_empty() {
        return Ok(batch.exit());
    }

    charts.add(of_comparisons(&runs, &comparisons).chain(of_all(&runs)))?;
    let failed: Vec<String> = batch.rejected.iter().map(|refused| refused.scenario.clone()).collect();
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

/// How scenarios are run and compared.
#[derive(Clone, Copy)]
struct Setting<'a> {
    args: &'a ReportArgs,
    options: &'a RunOptions,
    progress: &'a Progress,
}

/// Runs scenarios one after the other, and compares with the first of them what can be compared; the others are left apart, each
/// with the reason.
struct Pairing<'a> {
    first: Arc<Study>,
    /// Numbers of those that have nothing in common with the first.
    incomparable: Vec<usize>,
    /// Whether anything is to be compared.
    wanted: bool,
    setting: Setting<'a>,
    /// The first scenario, once it has run; none where it cannot.
    base: Option<Base>,
    comparisons: Vec<Comparison>,
    apart: [Vec<Apart>; 3],
}

/// Why a scenario is left apart, in the order in which the page tells it.
#[derive(Clone, Copy)]
enum Reason {
    Incomparable,
    Alone,
    Together,
}

impl<'a> Pairing<'a> {
    fn new(first: Arc<Study>, incomparable: Vec<usize>, wanted: bool, setting: Setting<'a>) -> Self {
        let apart = Default::default();
        Pairing { first, incomparable, wanted, setting, base: None, comparisons: Vec::new(), apart }
    }

    /// The results of the scenario with this number.
    fn run(&mut self, number: usize, study: &Arc<Study>) -> Result<Result<Results, RunError>, Failure> {
        let Setting { options, progress, .. } = self.setting;
        let alone = || study.run(options, progress);
        if self.incomparable.contains(&number) {
            let reasons = incomparable(&self.first, study).iter().map(Problem::in_a_line).collect();
            self.leave_apart(study, Reason::Incomparable, reasons);
            return Ok(alone());
        }
        if number == 0 && self.wanted {
            // A base that cannot run is told of when it runs alone.
            self.base = Base::new(Arc::clone(study), options, progress).ok();
            return Ok(self.base.as_ref().map_or_else(alone, |base| Ok(base.results())));
        }
        let Some(base) = &self.base else { return Ok(alone()) };
        let (results, run) = match base.run(study, progress) {
            Ok(ran) => ran,
            Err(error) => {
                self.leave_apart(study, Reason::Alone, vec![error.to_string()]);
                return Ok(alone());
            }
        };
        match base.compare(study, &run, progress) {
            Ok(mut comparison) => {
                if self.setting.args.why.why {
                    explain(&mut comparison, [&self.first, study], self.setting)?;
                }
                self.comparisons.push(comparison);
            }
            Err(CompareError::Incomparable { problems, .. }) => {
                let reasons = problems.iter().map(Problem::in_a_line).collect();
                self.leave_apart(study, Reason::Incomparable, reasons);
            }
            Err(CompareError::Run { error, .. }) => {
                self.leave_apart(study, Reason::Together, vec![error.to_string()]);
            }
        }
        Ok(Ok(results))
    }

    fn leave_apart(&mut self, study: &Study, reason: Reason, reasons: Vec<String>) {
        let (a, b) = (self.first.scenario.clone(), study.scenario.clone());
        if !self.setting.args.quiet {
            console::note(&format!("`{b}` is not compared with `{a}`: {}", reasons.join("; ")));
        }
        self.apart[reason as usize].push(Apart { a, b, reasons });
    }

    fn finish(self) -> (Vec<Comparison>, Vec<Apart>) {
        (self.comparisons, self.apart.into_iter().flatten().collect())
    }
}

/// Adds what the move is made of. Where it cannot be split, the page has the reason; a change that nobody makes is a slip.
fn explain(comparison: &mut Comparison, [a, b]: [&Study; 2], setting: Setting<'_>) -> Result<(), Failure> {
    let Setting { args, options, progress } = setting;
    let moment = moment_of(&a.model, args.why.at.as_deref())?;
    let rows = Combinations::new(a, b, &args.why.group, options.seed, options.limits).and_then(|plan| {
        let plan = plan.at(moment);
        progress.expect(options.paths.saturating_mul(plan.runs()));
        plan.run(options, progress)
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
