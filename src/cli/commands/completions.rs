//! `completions`: what a shell needs to complete a command line.

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::scenario::all_shipped;
use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

pub(in crate::cli) fn run(args: CompletionsArgs) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "riskband", &mut script);
    let scenarios = match args.shell {
        Shell::Bash => bash_scenarios(&command),
        Shell::Fish => fish_scenarios(&command),
        _ => String::new(),
    };
    console::print_data(|out| out.write_all(&script).and_then(|()| out.write_all(scenarios.as_bytes())))?;
    Ok(Exit::Done)
}

/// Shipped scenarios and files wherever a verb takes scenarios, and after `--extends`, on top of the generated function.
fn bash_scenarios(command: &Command) -> String {
    let (verbs, names, with_value) = (verbs(command).join("|"), names(), options_with_value(command).join("|"));
    format!(
        r#"
_riskband_scenarios() {{
    _riskband "$@"
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}"
    case "$prev" in
        --extends)
            COMPREPLY=( $(compgen -W "{names}" -- "$cur") $(compgen -f -- "$cur") )
            return 0 ;;
        {with_value}) return 0 ;;
    esac
    case "${{COMP_WORDS[1]}}" in
        {verbs})
            if [[ $COMP_CWORD -gt 1 && $cur != -* ]]; then
                COMPREPLY=( $(compgen -W "{names}" -- "$cur") $(compgen -f -- "$cur") )
            fi ;;
    esac
}}
complete -F _riskband_scenarios -o filenames -o bashdefault -o default riskband
"#
    )
}

/// Shipped scenarios wherever a verb takes scenarios, beside the files that fish offers anyway.
fn fish_scenarios(command: &Command) -> String {
    let (verbs, names) = (verbs(command).join(" "), names());
    format!("complete -c riskband -n \"__fish_seen_subcommand_from {verbs}\" -a \"{names}\"\n")
}

/// The verbs that take scenarios.
fn verbs(command: &Command) -> Vec<&str> {
    let takes_scenarios = |verb: &&Command| {
        verb.get_positionals().any(|argument| ["scenarios", "scenario"].contains(&argument.get_id().as_str()))
    };
    command.get_subcommands().filter(takes_scenarios).map(Command::get_name).collect()
}

/// Options after which a value stands, of whatever verb; `--extends` is told of by itself.
fn options_with_value(command: &Command) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for option in command.get_subcommands().flat_map(Command::get_opts).filter(|option| option.get_id() != "extends") {
        for name in spellings(option).filter(|_| option.get_action().takes_values()) {
            if !options.contains(&name) {
                options.push(name);
            }
        }
    }
    options
}

fn spellings(option: &Arg) -> impl Iterator<Item = String> {
    let short = option.get_short().map(|short| format!("-{short}"));
    let long = option.get_long().map(|long| format!("--{long}"));
    short.into_iter().chain(long)
}

fn names() -> String {
    all_shipped().iter().map(|shipped| shipped.name).collect::<Vec<_>>().join(" ")
}
