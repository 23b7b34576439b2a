//! The `riskband` program: parse the arguments, run the verb, exit with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    riskband::cli::main(std::env::args_os())
}
