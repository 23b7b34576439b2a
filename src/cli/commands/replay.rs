//! `replay`: the story of one path.

use super::run::Printer;
use crate::analysis::story::{nearest, stories};
use crate::cli::args::{ReplayArgs, ResultFormat};
use crate::cli::batch::Batch;
use crate::cli::config::{Print, on_threads, run_options};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::output::{Layout, ResultFolder, run_tables};
use crate::results::StoryPath;
use crate::sampling::Sampler;

pub(in crate::cli) fn run(args: ReplayArgs) -> Result<Exit, Failure> {
    on_threads(args.simulation.threads.count, || run_here(&args))?
}

fn run_here(args: &ReplayArgs) -> Result<Exit, Failure> {
    let mut batch = Batch::load(&args.scenarios, args.quiet, |_| {})?;
    batch.report();
    if batch.len() > 1 {
        return Err(Failure::Usage("replay tells of a path of one scenario; name one".into()));
    }
    let Some(study) = batch.first() else { return Ok(batch.exit()) };
    let mut options = run_options(&args.simulation, batch.options.limits)?.along([&*study.model]);
    options.lower_bounds = false;
    if let Some(query) = &args.near {
        query.resolve(&study.model).map_err(|error| Failure::Usage(format!("--near '{query}': {error}")))?;
        query.require(&mut options);
    } else if options.sampler == Sampler::Random {
        // Whichever run it is of, a path is the same; without a statistic, no run is needed.
        options.paths = 1;
    }
    let layout = Layout { stories: true, ..Layout::of(&options) };
    let out = args.out.as_deref();
    let unwritten = |error| Failure::write(out.map_or_else(String::new, |path| path.display().to_string()), error);
    let open = |path| ResultFolder::open(path, run_tables(&layout), Vec::new(), None);
    let folder = out.map(open).transpose().map_err(unwritten)?;
    let mut printer = Printer::new(print(args), &layout)?;
    let progress = Progress::new(options.paths.saturating_mul(2), args.quiet);
    let unrun = |error| Failure::Usage(format!("`{}` does not run: {error}", study.scenario));
    let mut results = study.run(&options, &progress).map_err(unrun)?;
    let paths = match (&args.near, args.path) {
        (Some(query), _) => {
            nearest(&study.model, &options, &results, std::slice::from_ref(query), options.paths, &progress)
                .map_err(|error| Failure::Usage(format!("--near '{query}': {error}")))?
        }
        (None, path) => vec![StoryPath::numbered(path.unwrap_or(0))],
    };
    results.stories = stories(&study.model, &options, paths, &progress).map_err(unrun)?;
    progress.clear();
    if let Some(mut folder) = folder {
        folder.add_run(&results).map_err(unwritten)?;
        folder.commit(&batch.failed()).map_err(unwritten)?;
    }
    printer.add(&results)?;
    printer.finish(&[results.into_outline()], &batch.failed())?;
    Ok(batch.exit())
}

fn print(args: &ReplayArgs) -> Option<Print> {
    match args.format {
        None if args.quiet && args.out.is_some() => None,
        None | Some(ResultFormat::Table) => Some(Print::Stories),
        Some(ResultFormat::Json) => Some(Print::Json),
        Some(ResultFormat::Csv) => Some(Print::Csv(args.table.clone())),
    }
}
