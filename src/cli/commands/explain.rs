//! `explain`: what scenarios resolve to, or what they assume.

use crate::analysis::assumptions::Register;
use crate::cli::args::{ExplainArgs, ResultFormat};
use crate::cli::batch::Batch;
use crate::cli::config::on_threads;
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::explain::{Explanation, write_program, write_text};
use crate::output::{SafeJson, write_register, write_register_csv, write_register_json};
use std::io;

pub(in crate::cli) fn run(args: ExplainArgs) -> Result<Exit, Failure> {
    if args.format == ResultFormat::Csv && !args.assumptions {
        return Err(Failure::Usage("--format csv is a table of assumptions: add --assumptions, or take json".into()));
    }
    on_threads(args.threads.count, || run_here(&args))?
}

fn run_here(args: &ExplainArgs) -> Result<Exit, Failure> {
    let batch = Batch::load(&args.scenarios, args.quiet)?;
    batch.report(args.quiet);
    if args.assumptions {
        let registers: Vec<Register> = batch.studies.iter().map(Register::of).collect();
        match args.format {
            ResultFormat::Json => console::print_data(|out| write_register_json(out, &registers, &batch.failed()))?,
            ResultFormat::Csv => console::print_csv(|out| write_register_csv(out, &registers))?,
            ResultFormat::Table => console::print(|out| write_register(out, &registers, console::width()))?,
        }
    } else {
        explain(&batch, args)?;
    }
    Ok(batch.exit())
}

fn explain(batch: &Batch, args: &ExplainArgs) -> Result<(), Failure> {
    let explanations: Vec<Explanation> = batch.studies.iter().map(Explanation::of).collect();
    if args.format == ResultFormat::Json {
        return console::print_data(|out| {
            let document = serde_json::json!({
                "riskband": env!("CARGO_PKG_VERSION"),
                "scenarios": explanations,
                "failed": batch.failed(),
            });
            writeln!(out, "{}", SafeJson(document))
        });
    }
    console::print(|out| {
        for (index, (explanation, study)) in explanations.iter().zip(&batch.studies).enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write_text(out, explanation, console::width())?;
            if args.program {
                write_program(out, study, console::width())?;
            }
        }
        io::Result::Ok(())
    })
}
