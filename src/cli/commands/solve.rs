//! `solve`: what a number must be for a goal to be met.

use super::new::write_child;
use super::sweep::load;
use crate::analysis::solve::{Refused, Setting, runs, solve};
use crate::cli::args::{ResultFormat, SolveArgs};
use crate::cli::charts::{ChartFolder, of_solution};
use crate::cli::config::{on_threads, run_options};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::single_file::try_out;
use crate::output::report::write_solution_report;
use crate::output::{Document, SolutionFolder, solution_tables, write_csv, write_solution};
use crate::results::Solution;
use crate::study::Study;
use crate::study::cases::known_paths;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(in crate::cli) fn run(args: SolveArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

fn run_here(args: &SolveArgs) -> Result<Exit, Failure> {
    let batch = load(&args.scenario, &args.load, args.quiet)?;
    let Some(base) = batch.first() else { return Ok(batch.exit()) };
    let (range, other) = match &args.vary[..] {
        [range] => (range, None),
        [range, other] => (range, Some(other)),
        more => {
            return Err(Failure::Usage(format!(
                "--vary is given {} times; one path is solved for, by one other",
                more.len()
            )));
        }
    };
    if other.is_some() && args.set_solved.is_some() {
        return Err(Failure::Usage("--set-solved writes one answer, and a frontier has many; vary one path".into()));
    }
    let paths: Vec<&str> = args.vary.iter().map(|range| range.path.as_str()).collect();
    known_paths(&paths, &base).map_err(|error| Failure::Usage(format!("--vary: {error}")))?;
    args.goal.query.resolve(&base.model).map_err(|error| Failure::Usage(format!("--for: {error}")))?;
    // Before the simulation, which may take long.
    let unwritten = |path: &Path| {
        let shown = path.display().to_string();
        move |error| Failure::write(shown, error)
    };
    let mut charts = ChartFolder::open(args.charts.as_deref(), args.picture)?;
    let open =
        |path: &PathBuf| SolutionFolder::open(path).map_err(unwritten(path)).map(|folder| (path.clone(), folder));
    let folder = args.out.as_ref().map(open).transpose()?;
    let page = args.report.as_ref().map(|path| try_out(path, args.force).map(|page| (path, page))).transpose()?;

    let options = run_options(&args.simulation, batch.options.limits)?;
    let setting = Setting { base: &base, load: &batch.options, options: &options };
    let progress = Progress::new(options.paths.saturating_mul(runs(other)), args.quiet);
    let solution = solve(setting, &args.goal, range, other, &progress).map_err(|refused| failure(&refused))?;
    progress.finish();

    if let Some((path, folder)) = folder {
        folder.write(&solution).map_err(unwritten(&path))?;
    }
    if let Some((path, page)) = page {
        page.write(|out| write_solution_report(out, &solution)).map_err(unwritten(path))?;
    }
    charts.add(of_solution(&solution))?;
    charts.commit(&[])?;
    if let Some(file) = &args.set_solved {
        match solution.solved.value {
            Some(value) => write_solved(args, file, &base, &range.path, value)?,
            None => console::note(&format!("{} is not written: there is no value to set", file.display())),
        }
    }
    match args.format {
        None if args.quiet && has_files(args) => {}
        None | Some(ResultFormat::Table) => {
            console::print(|out| write_solution(out, &solution, console::width()))?;
        }
        Some(ResultFormat::Json) => console::print_data(|out| write_json(out, &solution))?,
        Some(ResultFormat::Csv) => console::print_csv(|out| {
            let tables = solution_tables();
            let table = tables.iter().find(|table| table.name() == args.table);
            write_csv(out, table.expect("the parser allows the names of tables only"), std::slice::from_ref(&solution))
        })?,
    }
    Ok(if is_met(&solution) { Exit::Done } else { Exit::CheckFailed })
}

fn has_files(args: &SolveArgs) -> bool {
    [&args.charts, &args.set_solved, &args.out, &args.report].iter().any(|path| path.is_some())
}

/// Whether there is an answer; of a frontier, any.
fn is_met(solution: &Solution) -> bool {
    match &solution.frontier[..] {
        [] => solution.solved.reason.is_none(),
        rows => rows.iter().any(|row| row.solved.reason.is_none()),
    }
}

fn failure(Refused { set, rejected }: &Refused) -> Failure {
    console::problems(&rejected.problems, &rejected.sources);
    Failure::Usage(format!(
        "`{}` does not run with {}; narrow --vary to what it takes",
        rejected.scenario,
        set.join(" ")
    ))
}

fn write_solved(args: &SolveArgs, file: &Path, base: &Study, path: &str, value: f64) -> Result<(), Failure> {
    let extends = args.scenario.as_ref().map_or_else(|| "baseline".into(), |path| path.to_string_lossy().into_owned());
    if extends == "-" {
        return Err(Failure::Usage(
            "--set-solved needs a file or a shipped scenario to extend, and this is standard input".into(),
        ));
    }
    let set = [&base.set[..], &[format!("{path}={value}")]].concat();
    let description = format!("What differs from {extends} so that {}.", args.goal.text);
    let written = write_child(file, &extends, &set, &description, args.force)?;
    if !args.quiet {
        console::note(&format!("{} extends {extends}, with {}", written.display(), set.join(" ")));
    }
    Ok(())
}

fn write_json(out: &mut dyn Write, solution: &Solution) -> io::Result<()> {
    let mut document = Document::new(out, &["solutions"])?;
    document.add("solutions", &solution_tables(), solution)?;
    document.finish::<serde_json::Value>(&[]).map(drop)
}
