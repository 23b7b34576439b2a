//! `run --part` and `run --checkpoint`: what blocks show, kept in a file.

use crate::cli::args::RunArgs;
use crate::cli::batch::Batch;
use crate::cli::config::{run_options, with_statistics};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::part_files::PartFile;
use crate::cli::progress::Progress;
use crate::cli::values::BlockRange;
use crate::engine::{BlockSet, RunError, RunOptions};
use crate::output::grouped;
use crate::stats::Histogram;
use crate::study::part::blocks;
use crate::study::{Part, PartError, Simulation, Study};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Blocks that each thread runs before anything is known of how long they take.
const FIRST_BLOCKS: u64 = 16;

/// Simulates what is asked for and writes it into the file of `--part`.
pub(super) fn write_part(args: &RunArgs, path: &Path, batch: &Batch) -> Result<Exit, Failure> {
    let Some(study) = only_study(batch, "--part")? else { return Ok(batch.exit()) };
    let options = run_options(&args.simulation, batch.options.limits)?.along([&*study.model]);
    let options = with_statistics(options, &args.statistics);
    let file = PartFile::open(path)?;
    let blocks_of_run = options.blocks();
    let all = blocks_of_run.range();
    let range = chosen_blocks(args, &all)?;
    if options.paths <= Histogram::FEW_VALUES && range != all {
        return Err(Failure::Usage(format!(
            "a run of at most {} paths keeps every value and is not cut: leave --shard and --blocks, or raise --paths",
            Histogram::FEW_VALUES
        )));
    }
    let progress = Progress::new(blocks_of_run.within(range.clone()).paths(), args.quiet);
    let unrun = |error: RunError| failed(&study, &error);
    let simulation = study.simulation(&options, &progress).map_err(unrun)?;
    file.check_replaceable(&BlockSet::of(range.clone()), &simulation)?;
    let part = simulation.part_monitored(range.clone(), &progress).map_err(unrun)?;
    progress.finish();
    file.write(&part)?;
    if !args.quiet {
        let (paths, of) = (grouped(part.paths()), grouped(all.end));
        let what = if range.is_empty() { "no block".to_owned() } else { blocks(&part.blocks()) };
        console::note(&format!("`{}` has {what} of {of}, {paths} paths", file.name()));
    }
    Ok(batch.exit())
}

/// Why a run that does something else than gather blocks leaves no part.
pub(super) fn refuse_other_work(args: &RunArgs) -> Result<(), Failure> {
    let asked = [
        (args.relief, "--relief simulates other ceilings, of which a part says nothing"),
        (args.save_paths.is_some(), "--save-paths saves single paths, which a part does not have"),
        (!args.until.is_empty(), "--until decides from all paths how many there are, and a part sees some"),
    ];
    let printed = [
        (args.results.format.is_some(), "--format"),
        (args.results.out.is_some(), "--out"),
        (args.workbook.workbook.is_some(), "--workbook"),
        (args.charts.is_some() || !args.chart.charts_of.is_empty(), "--charts"),
    ];
    if let Some((_, reason)) = asked.iter().find(|(is_asked, _)| *is_asked) {
        return Err(Failure::Usage(format!("{reason}; leave it, or run without --part")));
    }
    match printed.iter().find(|(is_asked, _)| *is_asked) {
        Some((_, option)) => Err(Failure::Usage(format!(
            "--part keeps what the paths show and prints nothing: give {option} to `riskband merge`"
        ))),
        None => Ok(()),
    }
}

/// Simulates what the file of `--checkpoint` does not have yet, and writes it every so often and at the end.
pub(super) fn go_on(args: &RunArgs, path: &Path, batch: &Batch, options: &RunOptions) -> Result<Option<Part>, Failure> {
    if !args.until.is_empty() {
        return Err(Failure::Usage(
            "--until decides on the way how many paths there are, and --checkpoint goes on to a known number: use one"
                .into(),
        ));
    }
    let Some(study) = only_study(batch, "--checkpoint")? else { return Ok(None) };
    let file = PartFile::open_checkpoint(path)?;
    let quiet = Progress::new(0, true);
    let unrun = |error: RunError| failed(&study, &error);
    let simulation = study.simulation(options, &quiet).map_err(unrun)?;
    let mut part = begun(&file, &simulation, args.quiet)?;
    let missing = part.missing();
    let progress = Progress::new(part.run_paths() - part.paths(), args.quiet);
    let every = args.parts.checkpoint_every;
    let mut pace = Pace::new(every);
    let mut written = Instant::now();
    for range in missing.ranges() {
        let mut next = range.start;
        while next < range.end {
            let end = next.saturating_add(pace.blocks).min(range.end);
            let began = Instant::now();
            let seen = simulation.part_monitored(next..end, &progress).map_err(unrun)?;
            part.merge(&seen).expect("blocks that are missing");
            pace.learn(end - next, began.elapsed());
            next = end;
            if written.elapsed() >= every {
                file.write(&part)?;
                written = Instant::now();
            }
        }
    }
    progress.finish();
    if !missing.is_empty() {
        file.write(&part)?;
    }
    Ok(Some(part))
}

/// What the file has of the run already, and says so.
fn begun(file: &PartFile, simulation: &Simulation, quiet: bool) -> Result<Part, Failure> {
    let Some(bytes) = file.content(&simulation.options().limits)? else { return Ok(simulation.empty()) };
    let note = |text: String| {
        if !quiet {
            console::note(&text);
        }
    };
    match simulation.go_on_from(&bytes) {
        Ok(part) => {
            let (all, left) = (simulation.blocks().count(), part.missing().count());
            let [has, all, left] = [all - left, all, left].map(grouped);
            note(format!("`{}` has {has} of {all} blocks; {left} are left to simulate", file.name()));
            Ok(part)
        }
        Err(PartError::OtherHistograms { few: true }) => {
            note(format!(
                "`{}` is of a run of at most {} paths, which keeps every value: a longer one starts anew",
                file.name(),
                Histogram::FEW_VALUES
            ));
            Ok(simulation.empty())
        }
        Err(error) => Err(Failure::Usage(format!("--checkpoint: `{}`: {error}", file.name()))),
    }
}

/// The scenario of a part; none where it cannot be loaded, which was reported.
fn only_study(batch: &Batch, option: &str) -> Result<Option<Arc<Study>>, Failure> {
    let named = batch.len() + batch.rejected.len();
    match named {
        0 | 1 => Ok(batch.first()),
        _ => Err(Failure::Usage(format!(
            "{option} keeps a run of one scenario, and {named} are named: run each by itself"
        ))),
    }
}

/// The blocks that `--shard` or `--blocks` choose.
fn chosen_blocks(args: &RunArgs, all: &Range<u64>) -> Result<Range<u64>, Failure> {
    if let Some(shard) = args.parts.shard {
        return Ok(shard.blocks(all.end));
    }
    let Some(BlockRange { start, end }) = args.parts.blocks else { return Ok(all.clone()) };
    let range = start..end.unwrap_or(all.end);
    match range.start < all.end && range.end <= all.end {
        true => Ok(range),
        false => Err(Failure::Usage(format!(
            "--blocks: a run of {} paths has {}, so 0..{} is all of it",
            args.simulation.paths,
            blocks(&BlockSet::of(all.clone())),
            all.end
        ))),
    }
}

/// Why the scenario of a part cannot run, as other commands tell it.
fn failed(study: &Study, error: &RunError) -> Failure {
    Failure::Usage(format!("`{}` does not run: {error}", study.scenario))
}

/// How many blocks to simulate until the next checkpoint.
#[derive(Debug)]
struct Pace {
    every: Duration,
    blocks: u64,
}

impl Pace {
    fn new(every: Duration) -> Pace {
        Pace { every, blocks: FIRST_BLOCKS * rayon::current_num_threads() as u64 }
    }

    /// Blocks take the same time from the first to the last.
    fn learn(&mut self, blocks: u64, took: Duration) {
        let a_second = blocks as f64 / took.as_secs_f64().max(1e-6);
        self.blocks = ((a_second * self.every.as_secs_f64()) as u64).max(FIRST_BLOCKS);
    }
}
