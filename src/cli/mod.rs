//! The command line: what was typed, what it means, and the verbs.

mod args;
mod batch;
mod charts;
mod closed;
mod commands;
mod config;
mod console;
mod exit;
mod part_files;
mod progress;
mod ranking;
mod results_folders;
mod scenarios;
mod single_file;
mod survey;
mod values;
mod workbook;

use args::{Cli, Verb};
use clap::Parser;
use exit::Exit;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line, the program's name first, and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return refused(&error, &arguments).into(),
    };
    let done = match cli.verb {
        Verb::Run(args) => commands::run::run(args),
        Verb::Merge(args) => commands::merge::run(args),
        Verb::Compare(args) => commands::compare::run(args),
        Verb::Sweep(args) => commands::sweep::run(args),
        Verb::Solve(args) => commands::solve::run(args),
        Verb::Sensitivity(args) => commands::sensitivity::run(args),
        Verb::Discover(args) => commands::discover::run(args),
        Verb::Replay(args) => commands::replay::run(args),
        Verb::Report(args) => commands::report::run(args),
        Verb::Check(args) => commands::check::run(args),
        Verb::Explain(args) => commands::explain::run(args),
        Verb::Verify(args) => commands::verify::run(args),
        Verb::New(args) => commands::new::run(args),
        Verb::List(args) => commands::list::run(args),
        Verb::Schema => commands::schema::run(),
        Verb::Completions(args) => commands::completions::run(args),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            console::error(&failure.to_string());
            failure.exit().into()
        }
    }
}

/// Prints what is wrong with the arguments; help and the version come this way too.
fn refused(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if error.use_stderr() {
        console::usage_error(error, arguments);
        return Exit::BadInput;
    }
    match console::print(|out| write!(out, "{}", error.render().ansi())) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            console::error(&failure.to_string());
            failure.exit()
        }
    }
}
