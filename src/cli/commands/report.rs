//! `report`: simulate scenarios and write one page about them.

use crate::analysis::assumptions::Register;
use crate::cli::args::ReportArgs;
use crate::cli::batch::Batch;
use crate::cli::charts::ChartFolder;
use crate::cli::config::{on_threads, run_options};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::diagnostic::escape;
use crate::engine::RunOptions;
use crate::output::report::{Papers, Report, write_report};
use crate::output::{OutputFolder, replace_file};
use crate::results::Results;
use crate::study::Study;
use std::io;
use std::path::Path;

pub(in crate::cli) fn run(args: ReportArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads, || run_here(&args))?
}

fn run_here(args: &ReportArgs) -> Result<Exit, Failure> {
    let file = Some(args.output.as_path()).filter(|path| *path != Path::new("-"));
    let mut batch = Batch::load(&args.scenarios, args.quiet)?;
    batch.report(args.quiet);
    if batch.studies.is_empty() {
        return Ok(batch.exit());
    }
    // Before the simulation, which may take long.
    if let Some(path) = file {
        try_out(path, args.force)?;
    }
    let charts = ChartFolder::open(args.charts.as_deref())?;

    let options = RunOptions { curves: true, ..run_options(&args.simulation, batch.options.limits) };
    let progress = Progress::new(options.paths.saturating_mul(batch.studies.len() as u64), args.quiet);
    let runs = batch.run(&options, &|paths| progress.add(paths));
    progress.finish();
    if runs.is_empty() {
        return Ok(batch.exit());
    }

    charts.write(&runs)?;
    let failed: Vec<String> = batch.rejected.iter().map(|rejected| rejected.scenario.clone()).collect();
    let papers: Vec<Papers> = runs.iter().map(|results| papers(results, &batch.studies)).collect();
    let report = Report { runs: &runs, papers: &papers, failed: &failed };
    match file {
        None => console::print_data(|out| write_report(out, &report))?,
        Some(path) => {
            let shown = path.display().to_string();
            replace_file(path, |out| write_report(out, &report)).map_err(|error| Failure::write(&*shown, error))?;
            if !args.quiet {
                console::print(|out| writeln!(out, "{}", escape(&shown)))?;
            }
        }
    }
    Ok(batch.exit())
}

/// Makes sure that the file may be written and can be.
fn try_out(path: &Path, force: bool) -> Result<(), Failure> {
    let shown = path.display().to_string();
    if path.is_dir() {
        return Err(Failure::Usage(format!("`{shown}` is a folder; -o takes the name of a file")));
    }
    if path.exists() && !force {
        return Err(Failure::Usage(format!("`{shown}` is there already; --force replaces it")));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::write(shown, io::ErrorKind::NotFound.into()));
    }
    OutputFolder::open(folder, &[]).map(drop).map_err(|error| Failure::write(shown, error))
}

fn papers(results: &Results, studies: &[Study]) -> Papers {
    let study = studies.iter().find(|study| study.scenario == results.scenario);
    study.map_or_else(Papers::default, |study| Papers {
        description: study.model.description.clone(),
        lineage: study.lineage.clone(),
        assumptions: Register::of(study).assumptions,
    })
}
