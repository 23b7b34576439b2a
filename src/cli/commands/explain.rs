//! `explain`: what scenarios resolve to.

use crate::cli::args::{ExplainArgs, TextFormat};
use crate::cli::batch::Batch;
use crate::cli::config::on_threads;
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::cli::explain::{Explanation, write_program, write_text};
use crate::output::SafeJson;

pub(in crate::cli) fn run(args: ExplainArgs) -> Result<Exit, Failure> {
    on_threads(args.threads, || run_here(&args))?
}

fn run_here(args: &ExplainArgs) -> Result<Exit, Failure> {
    let batch = Batch::load(&args.scenarios, args.quiet)?;
    batch.report(args.quiet);
    let explanations: Vec<Explanation> = batch.studies.iter().map(Explanation::of).collect();
    match args.format {
        TextFormat::Json => console::print_data(|out| {
            let document = serde_json::json!({
                "riskband": env!("CARGO_PKG_VERSION"),
                "scenarios": explanations,
                "failed": batch.failed(),
            });
            writeln!(out, "{}", SafeJson(document))
        })?,
        TextFormat::Table => console::print(|out| {
            for (index, (explanation, study)) in explanations.iter().zip(&batch.studies).enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                write_text(out, explanation, console::width())?;
                if args.program {
                    write_program(out, study, console::width())?;
                }
            }
            Ok(())
        })?,
    }
    Ok(batch.exit())
}
