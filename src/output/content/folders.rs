//! Scenarios of several folders, folder by folder.

use crate::output::document::{Block, Heading, Table};
use crate::results::Results;

/// Scenarios that stay in one table although they come from several folders.
const UNGROUPED: usize = 20;

/// A table with a row for each of these scenarios; of many from several folders one for each folder, under its name, in the order
/// in which the folders first appear.
pub(super) fn by_folder<'a>(table: Table, runs: &[&Results]) -> Vec<Block<'a>> {
    let mut folders: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for (row, run) in runs.iter().enumerate() {
        let folder = run.folder.as_deref();
        match folders.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, rows)) => rows.push(row),
            None => folders.push((folder, vec![row])),
        }
    }
    if folders.len() < 2 || runs.len() <= UNGROUPED {
        return vec![Block::Table(table)];
    }
    let group = |(folder, rows): (Option<&str>, Vec<usize>)| {
        let heading = folder.map_or_else(|| Heading::Words("shipped".into()), |name| Heading::Name(name.into()));
        Block::Section(heading, vec![Block::Table(table.of_rows(&rows))])
    };
    folders.into_iter().map(group).collect()
}
