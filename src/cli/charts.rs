//! A folder of charts: what its files are called, and that all of them appear or none.

use super::exit::Failure;
use crate::output::OutputFolder;
use crate::output::chart::{NamedChart, chart_set, comparison_charts};
use crate::results::Results;
use std::io;
use std::path::{Path, PathBuf};

/// Where charts go, if anywhere.
#[derive(Debug)]
pub(super) struct ChartFolder(Option<(PathBuf, OutputFolder)>);

impl ChartFolder {
    /// Makes the folder before the run, which may take long.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(ChartFolder(None)) };
        let folder = OutputFolder::open(path, &[]).map_err(|error| failure(path, error))?;
        Ok(ChartFolder(Some((path.to_owned(), folder))))
    }

    /// Writes the charts of each scenario and those that set scenarios side by side.
    pub(super) fn write(&self, runs: &[Results]) -> Result<(), Failure> {
        let ChartFolder(Some((path, folder))) = self else { return Ok(()) };
        let mut names = Names::default();
        let mut staged = Vec::new();
        let mut stage = |prefix: &str, chart: NamedChart| -> io::Result<()> {
            let name = names.unused(&format!("{prefix}-{}", chart.name));
            staged.push(folder.stage(&name, |out| out.write_all(chart.wide.to_svg().as_bytes()))?);
            Ok(())
        };
        let of_one =
            runs.iter().flat_map(|results| chart_set(results).into_iter().map(|chart| (&*results.scenario, chart)));
        let of_all = comparison_charts(runs).into_iter().map(|chart| ("scenarios", chart));
        of_one
            .chain(of_all)
            .try_for_each(|(prefix, chart)| stage(prefix, chart))
            .and_then(|()| staged.into_iter().try_for_each(|file| file.commit()))
            .map_err(|error| failure(path, error))
    }
}

fn failure(path: &Path, error: io::Error) -> Failure {
    Failure::write(path.display().to_string(), error)
}

/// Names of files, each given once.
#[derive(Debug, Default)]
struct Names(Vec<String>);

impl Names {
    /// A name that every file system takes. It comes from a scenario file, which must not say where files go.
    fn unused(&mut self, wanted: &str) -> String {
        const LONGEST: usize = 100;
        let safe =
            |character: char| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '-' };
        let stem: String = wanted.chars().map(safe).take(LONGEST).collect();
        let stem = stem.trim_start_matches('.');
        let numbered = (2..).map(|number| format!("{stem}-{number}.svg"));
        // Some file systems do not tell capitals from small letters.
        let is_new = |name: &String| !self.0.contains(&name.to_lowercase());
        let name = std::iter::once(format!("{stem}.svg")).chain(numbered).find(is_new).unwrap_or_default();
        self.0.push(name.to_lowercase());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder_and_apart() {
        let mut names = Names::default();
        assert_eq!(names.unused("baseline-fan"), "baseline-fan.svg");
        assert_eq!(names.unused("Baseline-fan"), "Baseline-fan-2.svg");
        assert_eq!(names.unused("../../etc/passwd-fan"), "-..-etc-passwd-fan.svg");
        assert_eq!(names.unused("a/b: c-segments-région x <é>"), "a-b--c-segments-région-x--é-.svg");
        assert!(names.unused(&"long".repeat(100)).len() <= 104);
    }
}
