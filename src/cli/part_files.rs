//! Files of parts: read within a limit, written whole, and never over something else.

use super::exit::Failure;
use crate::engine::BlockSet;
use crate::limits::Limits;
use crate::output::OutputFile;
use crate::study::part::blocks;
use crate::study::{Part, Simulation};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The bytes of a file, of which there may be as many as a run may take memory.
pub(super) fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let unread = |error| Failure::read(path.display().to_string(), error);
    let file = File::open(path).map_err(unread)?;
    let mut bytes = Vec::new();
    file.take(limits.memory.saturating_add(1)).read_to_end(&mut bytes).map_err(unread)?;
    match bytes.len() as u64 > limits.memory {
        true => Err(Failure::Usage(format!(
            "`{}` is larger than the limit `memory` of {} bytes; raise it with --limit memory=N",
            path.display(),
            limits.memory
        ))),
        false => Ok(bytes),
    }
}

/// A file that a part goes to, tried out before the run.
#[derive(Debug)]
pub(super) struct PartFile {
    path: PathBuf,
    is_plain: bool,
}

impl PartFile {
    /// Makes sure that a part can be written there.
    pub(super) fn open(path: &Path) -> Result<PartFile, Failure> {
        let file = OutputFile::open(path).map_err(|error| Failure::write(path.display().to_string(), error))?;
        Ok(PartFile { path: path.to_owned(), is_plain: file.is_plain() })
    }

    /// Makes sure that a part can be written there again and again, and read.
    pub(super) fn open_checkpoint(path: &Path) -> Result<PartFile, Failure> {
        let file = PartFile::open(path)?;
        match file.is_plain {
            true => Ok(file),
            false => Err(Failure::Usage(format!("--checkpoint: `{}` is no plain file", path.display()))),
        }
    }

    /// The name as it was typed.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// What is in the file, if it is there and has anything in it.
    pub(super) fn content(&self, limits: &Limits) -> Result<Option<Vec<u8>>, Failure> {
        if !self.is_plain || !self.path.exists() {
            return Ok(None);
        }
        read(&self.path, limits).map(|bytes| Some(bytes).filter(|bytes| !bytes.is_empty()))
    }

    /// Makes sure that a part with these blocks of the simulation's run may take the place of what is there: nothing, or a
    /// part of the same run without other blocks.
    pub(super) fn check_replaceable(&self, by: &BlockSet, simulation: &Simulation) -> Result<(), Failure> {
        let Some(bytes) = self.content(&simulation.options().limits)? else { return Ok(()) };
        let lost = match simulation.read(&bytes) {
            Err(error) => error.to_string(),
            Ok(there) => {
                match there.blocks().ranges().iter().map(|range| by.missing(range.clone())).find(|b| !b.is_empty()) {
                    None => return Ok(()),
                    Some(others) => format!("it has {} of this run, which would be lost", blocks(&others)),
                }
            }
        };
        Err(Failure::Usage(format!("--part: `{}` is there already, and {lost}; move it away first", self.name())))
    }

    /// Writes the part: the file is there as a whole, or as it was.
    pub(super) fn write(&self, part: &Part) -> Result<(), Failure> {
        let bytes = part.to_bytes();
        let file = OutputFile::open(&self.path);
        let written = file.and_then(|file| file.write(|out| out.write_all(&bytes)));
        written.map_err(|error| Failure::write(self.name(), error))
    }
}
