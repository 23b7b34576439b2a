//! A folder of charts: what its files are called, and that all of them appear or none.

use super::exit::Failure;
use crate::output::{NamedChart, OutputFolder, charts_of_comparison, charts_of_run, charts_of_several};
use crate::results::Results;
use crate::results::comparison::Comparison;
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

    /// Writes each chart under its prefix and name.
    pub(super) fn write(&self, charts: impl IntoIterator<Item = Prefixed>) -> Result<(), Failure> {
        let ChartFolder(Some((path, folder))) = self else { return Ok(()) };
        let mut names = Names::default();
        let mut staged = Vec::new();
        let mut stage = |Prefixed(prefix, chart): Prefixed| -> io::Result<()> {
            let name = names.unused(&format!("{prefix}-{}", chart.name));
            staged.push(folder.stage(&name, |out| out.write_all(chart.chart.to_svg().as_bytes()))?);
            Ok(())
        };
        charts
            .into_iter()
            .try_for_each(&mut stage)
            .and_then(|()| staged.into_iter().try_for_each(|file| file.commit()))
            .map_err(|error| failure(path, error))
    }
}

/// A chart and what the name of its file begins with.
#[derive(Debug)]
pub(super) struct Prefixed(String, NamedChart);

/// The charts of each scenario, by its name.
pub(super) fn of_each(runs: &[Results]) -> impl Iterator<Item = Prefixed> {
    runs.iter().flat_map(|results| prefixed(&results.scenario, charts_of_run(results)))
}

/// The charts that set scenarios side by side.
pub(super) fn of_all(runs: &[Results]) -> impl Iterator<Item = Prefixed> {
    prefixed("scenarios", charts_of_several(runs))
}

/// The charts of comparisons, by the name of the scenario that is compared with the first.
pub(super) fn of_comparisons(runs: &[Results], comparisons: &[Comparison]) -> impl Iterator<Item = Prefixed> {
    let charts = |comparison| charts_of_comparison(comparison, runs);
    comparisons.iter().flat_map(move |comparison| prefixed(&comparison.b, charts(comparison)))
}

fn prefixed(prefix: &str, charts: Vec<NamedChart>) -> impl Iterator<Item = Prefixed> + use<> {
    let prefix = prefix.to_owned();
    charts.into_iter().map(move |chart| Prefixed(prefix.clone(), chart))
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
