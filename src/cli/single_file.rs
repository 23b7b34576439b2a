//! Single files that a command writes: tried out before the run that fills them.

use super::exit::Failure;
use crate::output::OutputFile;
use std::path::Path;

/// Makes sure that the file may be written and can be; one that is there is replaced with `force` only.
pub(super) fn try_out(path: &Path, force: bool) -> Result<OutputFile, Failure> {
    let shown = path.display().to_string();
    if path.is_dir() {
        return Err(Failure::Usage(format!("`{shown}` is a folder; expected the name of a file")));
    }
    let file = OutputFile::open(path).map_err(|error| Failure::write(&*shown, error))?;
    if file.is_taken() && !force {
        return Err(Failure::Usage(format!("`{shown}` is there already; --force replaces it")));
    }
    Ok(file)
}
