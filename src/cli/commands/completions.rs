//! `completions`: what a shell needs to complete a command line.

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use clap::CommandFactory;

pub(in crate::cli) fn run(args: CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "riskband", &mut script);
    console::print_data(|out| out.write_all(&script))?;
    Ok(Exit::Done)
}
