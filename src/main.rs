//! The `riskband` program: parse the arguments, run the verb, exit with its code.

fn main() {}
