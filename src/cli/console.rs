//! stdout and stderr: whole writes, closed pipes, widths, colours.

use super::exit::Failure;
use crate::diagnostic::{Problem, Sources, escape, render};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use std::io::{self, BufWriter, IsTerminal, Write};
use terminal_size::{Width, terminal_size_of};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Width of text that is not for a terminal.
const USUAL_WIDTH: usize = 80;
/// Narrower, and tables fall apart; wider, and the eye loses the line.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

/// Writes text with styles on stdout; where it is not a terminal, or colours are not wanted, they are stripped.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    to_stdout(AutoStream::auto(io::stdout().lock()), write)
}

/// Writes data on stdout, byte for byte.
pub(super) fn print_data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    to_stdout(io::stdout().lock(), write)
}

/// Writes CSV on stdout. A file gets its text as it is; a terminal must not, since the text may come from a stranger.
pub(super) fn print_csv(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    if !io::stdout().is_terminal() {
        return print_data(write);
    }
    print_data(|out| {
        let mut csv = Vec::new();
        write(&mut csv)?;
        String::from_utf8_lossy(&csv).lines().try_for_each(|line| writeln!(out, "{}", escape(line)))
    })
}

/// A reader that has seen enough, as `head` has, closes the pipe: that is no error.
fn to_stdout(stdout: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(stdout);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::write("standard output", error)),
        _ => Ok(()),
    }
}

/// Whether stderr is a terminal.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Columns of the terminal behind stdout.
pub(super) fn width() -> usize {
    columns(terminal_size_of(io::stdout()).map(|(Width(width), _)| width))
}

fn columns(width: Option<u16>) -> usize {
    width.map_or(USUAL_WIDTH, usize::from).clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// An error on stderr. The text is escaped, since it may name a stranger's file.
pub(super) fn error(text: &str) {
    say(&format!("{BAD}error{BAD:#}: {}", escape(text)));
}

/// A note on stderr.
pub(super) fn note(text: &str) {
    say(&format!("{BOLD}note{BOLD:#}: {}", escape(text)));
}

/// Problems on stderr.
pub(super) fn problems(problems: &[Problem], sources: &Sources) {
    let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let width = columns(terminal_size_of(io::stderr()).map(|(Width(width), _)| width));
    say(render(problems, sources, color, width).trim_end());
}

/// A line on stderr. If stderr cannot be written there is nobody left to tell.
pub(super) fn say(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
        let long = |out: &mut dyn Write| out.write_all(&[b'x'; 100_000]);
        let short = |out: &mut dyn Write| out.write_all(b"x");
        assert!(to_stdout(Broken(io::ErrorKind::BrokenPipe), long).is_ok());
        assert!(to_stdout(Broken(io::ErrorKind::BrokenPipe), short).is_ok(), "seen when flushing only");
        assert!(to_stdout(Broken(io::ErrorKind::StorageFull), short).is_err());
    }

    #[test]
    fn widths_stay_readable() {
        assert_eq!(columns(None), 80);
        assert_eq!(columns(Some(3)), 40);
        assert_eq!(columns(Some(100)), 100);
        assert_eq!(columns(Some(1000)), 160);
    }
}
