//! `explain`: what scenarios resolve to, or what they assume.

use crate::analysis::assumptions::Register;
use crate::cli::args::{ExplainArgs, ResultFormat};
use crate::cli::batch::Batch;
use crate::cli::config::on_threads;
use crate::cli::console::{self, Data};
use crate::cli::exit::{Exit, Failure};
use crate::explain::{Explanation, write_program, write_text};
use crate::output::{CsvWriter, Document, SafeJson, register_tables, write_register};
use crate::study::Study;
use std::io::{self, Write};

pub(in crate::cli) fn run(args: ExplainArgs) -> Result<Exit, Failure> {
    if args.format == ResultFormat::Csv && !args.assumptions {
        return Err(Failure::Usage("--format csv is a table of assumptions: add --assumptions, or take json".into()));
    }
    on_threads(args.threads.count, || run_here(&args))?
}

/// Scenarios are told of one after the other, and none is kept.
fn run_here(args: &ExplainArgs) -> Result<Exit, Failure> {
    let mut batch = Batch::load(&args.scenarios, args.quiet, |_| {})?;
    batch.report();
    if args.assumptions {
        assumptions(&mut batch, args.format)?
    } else {
        explain(&mut batch, args)?
    }
    Ok(batch.exit())
}

fn assumptions(batch: &mut Batch, format: ResultFormat) -> Result<(), Failure> {
    let tables = register_tables();
    match format {
        ResultFormat::Json => {
            let mut document = Document::new(Data::stdout(), &["scenarios"]).map_err(console::unwritten)?;
            let mut add = |study: &Study| document.add("scenarios", &tables, &Register::of(study));
            batch.each_from(0, |_, study| add(study).map_err(console::unwritten).map(|()| Vec::new()))?;
            document.finish(&batch.failed()).map_err(console::unwritten)?.finish()
        }
        ResultFormat::Csv => {
            let [_, table] = &tables;
            let mut csv = CsvWriter::new(Data::stdout(), table.columns()).map_err(console::unwritten)?;
            let mut add = |study: &Study| csv.add(table, &Register::of(study));
            batch.each_from(0, |_, study| add(study).map_err(console::unwritten).map(|()| Vec::new()))?;
            csv.finish().map_err(console::unwritten)?.finish()
        }
        ResultFormat::Table => {
            tell_each(batch, |out, study| write_register(out, &Register::of(study), console::width()))
        }
    }
}

fn explain(batch: &mut Batch, args: &ExplainArgs) -> Result<(), Failure> {
    if args.format == ResultFormat::Json {
        return explain_as_data(batch);
    }
    tell_each(batch, |out, study| {
        write_text(out, &Explanation::of(study), console::width())?;
        if args.program { write_program(out, study, console::width()) } else { Ok(()) }
    })
}

/// `{"riskband": version, "scenarios": [...], "failed": [...]}`.
fn explain_as_data(batch: &mut Batch) -> Result<(), Failure> {
    let mut out = Data::stdout();
    let begin = write!(out, "{{\"riskband\": {}, \"scenarios\": [", SafeJson(env!("CARGO_PKG_VERSION")));
    begin.map_err(console::unwritten)?;
    let mut separator = "";
    batch.each_from(0, |_, study| {
        write!(out, "{separator}{}", SafeJson(Explanation::of(study))).map_err(console::unwritten)?;
        separator = ", ";
        Ok(Vec::new())
    })?;
    writeln!(out, "], \"failed\": {}}}", SafeJson(batch.failed())).map_err(console::unwritten)?;
    out.finish()
}

/// Prints a text of each scenario, an empty line between two.
fn tell_each(batch: &mut Batch, write: impl Fn(&mut dyn Write, &Study) -> io::Result<()>) -> Result<(), Failure> {
    let mut is_first = true;
    batch.each_from(0, |_, study| {
        console::print(|out| {
            if !is_first {
                writeln!(out)?;
            }
            write(out, study)
        })?;
        is_first = false;
        Ok(Vec::new())
    })
}
