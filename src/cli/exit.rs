//! How a verb ends: the documented exit codes.

use std::io;
use std::process::ExitCode;

/// The exit codes; a later one outweighs an earlier one where several apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Done.
    #[default]
    Done = 0,
    /// A requested check failed.
    CheckFailed = 1,
    /// Bad usage or input.
    BadInput = 2,
    /// Something could not be read or written.
    Io = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What ends a verb before its work is done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What was typed makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file or stream could not be read or written.
    #[error("cannot {action} {what}: {error}")]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// Path or stream.
        what: String,
        /// Why.
        error: io::Error,
    },
}

impl Failure {
    pub(super) fn read(what: impl Into<String>, error: io::Error) -> Self {
        Failure::Io { action: "read", what: what.into(), error }
    }

    pub(super) fn write(what: impl Into<String>, error: io::Error) -> Self {
        Failure::Io { action: "write", what: what.into(), error }
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::BadInput,
            Failure::Io { .. } => Exit::Io,
        }
    }
}
