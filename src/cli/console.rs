//! stdout and stderr: whole writes, closed pipes, widths, colours.

use super::closed::stdout_was_closed;
use super::exit::Failure;
use crate::diagnostic::{Problem, Sources, escape, render};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use terminal_size::{Width, terminal_size_of};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Bytes of data that are written at once.
const CHUNK: usize = 1 << 16;
const STDOUT: &str = "standard output";
/// Width of text that is not for a terminal.
const USUAL_WIDTH: usize = 80;
/// Narrower, and tables fall apart; wider, and the eye loses the line.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

/// Writes text with styles on stdout; where it is not a terminal, or colours are not wanted, they are stripped.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    check_open()?;
    to_stdout(AutoStream::auto(io::stdout().lock()), write)
}

/// Writes data on stdout, byte for byte.
pub(super) fn print_data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    check_open()?;
    to_stdout(io::stdout().lock(), write)
}

/// Writes CSV on stdout. A file gets its text as it is; a terminal must not, since the text may come from a stranger.
pub(super) fn print_csv(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut data = Data::stdout();
    write(&mut data).map_err(unwritten)?;
    data.finish()
}

/// Data for stdout that comes scenario after scenario.
///
/// What cannot be written is told at the end, so that files are written all the same. On a terminal everything waits for
/// the end, as a progress bar may stand there till then, and is escaped, since its text may come from a stranger.
#[derive(Debug)]
pub(super) struct Data<W = io::Stdout> {
    out: W,
    /// What is not written yet.
    buffer: Vec<u8>,
    waits: bool,
    error: Option<io::Error>,
}

impl Data {
    pub(super) fn stdout() -> Self {
        Data::new(io::stdout(), io::stdout().is_terminal())
    }
}

impl<W: Write> Data<W> {
    fn new(out: W, waits: bool) -> Self {
        Data { out, buffer: Vec::new(), waits, error: None }
    }

    /// Writes what is left, and tells what could not be written.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        check_open()?;
        if self.waits {
            let text = String::from_utf8_lossy(&self.buffer);
            self.buffer = text.lines().flat_map(|line| format!("{}\n", escape(line)).into_bytes()).collect();
        }
        self.write_on();
        told(self.error.map_or_else(|| self.out.flush(), Err))
    }

    fn write_on(&mut self) {
        if self.error.is_none() {
            self.error = self.out.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }
}

impl<W: Write> Write for Data<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if !self.waits && self.buffer.len() >= CHUNK {
            self.write_on();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// That somebody may read what is printed.
fn check_open() -> Result<(), Failure> {
    match stdout_was_closed() {
        true => Err(unwritten(io::Error::other("it is closed"))),
        false => Ok(()),
    }
}

fn to_stdout(stdout: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(stdout);
    told(write(&mut out).and_then(|()| out.flush()))
}

/// That stdout cannot be written.
pub(super) fn unwritten(error: io::Error) -> Failure {
    Failure::write(STDOUT, error)
}

/// A reader that has seen enough, as `head` has, closes the pipe: that is no error.
fn told(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(error)),
        _ => Ok(()),
    }
}

/// Whether stderr is a terminal.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Columns of the terminal behind stdout; where there is none, as in a pipe, those that `COLUMNS` asks for.
pub(super) fn width() -> usize {
    let asked = || std::env::var("COLUMNS").ok()?.trim().parse().ok();
    columns(terminal_size_of(io::stdout()).map(|(Width(width), _)| width).or_else(asked))
}

fn columns(width: Option<u16>) -> usize {
    width.map_or(USUAL_WIDTH, usize::from).clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// An error on stderr. The text is escaped, since it may name a stranger's file.
pub(super) fn error(text: &str) {
    say(&format!("{BAD}error{BAD:#}: {}", escape(text)));
}

/// What is wrong with the arguments, on stderr. Where one of them has characters that a terminal obeys, it is shown without
/// styles, with these escaped.
pub(super) fn usage_error(error: &clap::Error, arguments: &[OsString]) {
    let acts = |argument: &OsString| matches!(escape(&argument.to_string_lossy()), Cow::Owned(_));
    let text = error.render();
    match arguments.iter().any(acts) {
        true => text.to_string().lines().for_each(|line| say(&escape(line))),
        false => say(text.ansi().to_string().trim_end()),
    }
}

/// A note on stderr.
pub(super) fn note(text: &str) {
    say(&format!("{BOLD}note{BOLD:#}: {}", escape(text)));
}

/// Problems on stderr.
pub(super) fn problems(problems: &[Problem], sources: &Sources) {
    say(problem_text(problems, sources).trim_end());
}

/// Problems as they are shown on stderr.
pub(super) fn problem_text(problems: &[Problem], sources: &Sources) -> String {
    let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let width = columns(terminal_size_of(io::stderr()).map(|(Width(width), _)| width));
    render(problems, sources, color, width)
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
        let data = |kind| {
            let mut data = Data::new(Broken(kind), false);
            let written = [(); 3].map(|()| long(&mut data).is_ok());
            (written, data.finish().is_ok())
        };
        assert_eq!(data(io::ErrorKind::BrokenPipe), ([true; 3], true));
        assert_eq!(data(io::ErrorKind::StorageFull), ([true; 3], false), "told at the end");
    }

    #[test]
    fn widths_stay_readable() {
        assert_eq!(columns(None), 80);
        assert_eq!(columns(Some(3)), 40);
        assert_eq!(columns(Some(100)), 100);
        assert_eq!(columns(Some(1000)), 160);
    }
}
