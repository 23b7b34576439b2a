//! A folder of charts: what its files are called, and that all of them appear or none.

use super::args::{ChartArgs, PictureArgs, PictureFormat};
use super::exit::Failure;
use crate::model::SubjectName;
use crate::output::{
    ChartChoice, NamedChart, OutputFolder, Staged, Sweep, charts_asked_for, charts_of_comparison, charts_of_discovery,
    charts_of_drivers, charts_of_run, charts_of_several, charts_of_solution, charts_of_sweep,
};
use crate::results::comparison::Comparison;
use crate::results::names::CHARTS_MANIFEST;
use crate::results::{Results, Solution};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{io, iter};

/// Where charts go, if anywhere.
#[derive(Debug)]
pub(super) struct ChartFolder(Option<Charts>);

#[derive(Debug)]
struct Charts {
    path: PathBuf,
    folder: OutputFolder,
    format: PictureFormat,
    names: Names,
    staged: Vec<Staged>,
}

impl ChartFolder {
    /// Makes the folder before the run, which may take long.
    pub(super) fn open(path: Option<&Path>, picture: PictureArgs) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(ChartFolder(None)) };
        let folder = OutputFolder::open(path, CHARTS_MANIFEST, &[]).map_err(|error| failure(path, error))?;
        let (format, names) = (picture.charts_as, Names::default());
        Ok(ChartFolder(Some(Charts { path: path.to_owned(), folder, format, names, staged: Vec::new() })))
    }

    /// Writes each chart under its prefix and name.
    pub(super) fn add(&mut self, charts: impl IntoIterator<Item = Prefixed>) -> Result<(), Failure> {
        let ChartFolder(Some(Charts { path, folder, format, names, staged })) = self else { return Ok(()) };
        for Prefixed(prefix, chart) in charts {
            let (stem, chart) = (format!("{prefix}-{}", chart.name), chart.chart);
            let file = match format {
                PictureFormat::Svg => {
                    folder.stage(&names.unused(&stem, "svg"), |out| out.write_all(chart.to_svg().as_bytes()))
                }
                PictureFormat::Png => folder.stage(&names.unused(&stem, "png"), |out| out.write_all(&chart.to_png()?)),
            };
            staged.push(file.map_err(|error| failure(path, error))?);
        }
        Ok(())
    }

    /// Gives all charts of these runs their names.
    pub(super) fn commit(self, runs: &[Results]) -> Result<(), Failure> {
        let ChartFolder(Some(Charts { path, folder, staged, .. })) = self else { return Ok(()) };
        let runs: Value = runs.iter().map(Results::identity).collect();
        folder.commit(staged, &runs).map_err(|error| failure(&path, error))
    }
}

/// A chart and what the name of its file begins with.
#[derive(Debug)]
pub(super) struct Prefixed(String, NamedChart);

/// The charts of a scenario, by its name.
pub(super) fn of_one<'a>(results: &'a Results, choice: &'a ChartChoice) -> impl Iterator<Item = Prefixed> + 'a {
    prefixed(&results.scenario, move || charts_of_run(results, choice))
}

/// The charts of a scenario that were asked for, by its name.
pub(super) fn asked_of_one<'a>(results: &'a Results, choice: &'a ChartChoice) -> impl Iterator<Item = Prefixed> + 'a {
    prefixed(&results.scenario, move || charts_asked_for(results, choice))
}

/// The charts of what drives the outputs of a scenario, by its name.
pub(super) fn of_drivers(results: &Results) -> impl Iterator<Item = Prefixed> {
    prefixed(&results.scenario, || charts_of_drivers(results))
}

/// The charts of where an outcome of a scenario lives, by its name.
pub(super) fn of_discovery(results: &Results) -> impl Iterator<Item = Prefixed> {
    prefixed(&results.scenario, || charts_of_discovery(results))
}

/// The charts that set scenarios side by side.
pub(super) fn of_all(runs: &[Results]) -> impl Iterator<Item = Prefixed> {
    prefixed("scenarios", || charts_of_several(runs))
}

/// The charts of comparisons, by the name of the scenario that is compared with the first.
pub(super) fn of_comparisons<'a>(runs: &'a [Results], comparisons: &'a [Comparison]) -> impl Iterator<Item = Prefixed> {
    comparisons
        .iter()
        .flat_map(move |comparison| prefixed(&comparison.b, move || charts_of_comparison(comparison, runs)))
}

/// The charts of a sweep.
pub(super) fn of_sweep<'a>(sweep: &'a Sweep<'a>) -> impl Iterator<Item = Prefixed> + 'a {
    prefixed("sweep", || charts_of_sweep(sweep))
}

/// The chart of what it takes to meet a goal.
pub(super) fn of_solution(solution: &Solution) -> impl Iterator<Item = Prefixed> {
    prefixed("solve", move || charts_of_solution(solution))
}

/// Charts that are drawn when they are asked for.
fn prefixed<'a>(prefix: &'a str, charts: impl FnOnce() -> Vec<NamedChart> + 'a) -> impl Iterator<Item = Prefixed> + 'a {
    iter::once_with(charts).flatten().map(move |chart| Prefixed(prefix.to_owned(), chart))
}

fn failure(path: &Path, error: io::Error) -> Failure {
    Failure::write(path.display().to_string(), error)
}

/// The distributions that the chosen charts need.
pub(super) fn curves_of(choice: &ChartChoice) -> Vec<String> {
    choice.of.iter().map(SubjectName::to_string).collect()
}

/// Charts that no folder takes would be drawn for nobody.
pub(super) fn needs_folder(args: &ChartArgs, folder: Option<&Path>) -> Result<(), Failure> {
    if args.charts_of.is_empty() || folder.is_some() {
        return Ok(());
    }
    Err(Failure::Usage("--charts-of says what to draw; say into which folder with --charts DIR".into()))
}

/// Names of files, each given once.
#[derive(Debug, Default)]
struct Names(Vec<String>);

impl Names {
    /// A name that every file system takes: 255 bytes are the most, with the number and the ending. It comes from a scenario
    /// file, which must not say where files go.
    fn unused(&mut self, wanted: &str, ending: &str) -> String {
        const LONGEST: usize = 100;
        const MOST_BYTES: usize = 200;
        let safe =
            |character: char| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '-' };
        let mut bytes = 0;
        let fits = |character: &char| {
            bytes += character.len_utf8();
            bytes <= MOST_BYTES
        };
        let stem: String = wanted.chars().map(safe).take(LONGEST).take_while(fits).collect();
        let stem = stem.trim_start_matches('.');
        let numbered = (2..).map(|number| format!("{stem}-{number}.{ending}"));
        // Some file systems do not tell capitals from small letters.
        let is_new = |name: &String| !self.0.contains(&name.to_lowercase());
        let name = std::iter::once(format!("{stem}.{ending}")).chain(numbered).find(is_new).unwrap_or_default();
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
        assert_eq!(names.unused("baseline-fan", "svg"), "baseline-fan.svg");
        assert_eq!(names.unused("Baseline-fan", "svg"), "Baseline-fan-2.svg");
        assert_eq!(names.unused("../../etc/passwd-fan", "svg"), "-..-etc-passwd-fan.svg");
        assert_eq!(names.unused("a/b: c-segments-région x <é>", "svg"), "a-b--c-segments-région-x--é-.svg");
        assert!(names.unused(&"long".repeat(100), "svg").len() <= 104);
        assert!(names.unused(&"\u{20000}".repeat(100), "svg").len() <= 204, "four bytes a character");
    }
}
