//! What a number must be for a goal to be met.

use crate::errors::{file_error, no_table, rejected, value_error};
use crate::files::page;
use crate::scenario::{Asked, Scenario};
use crate::table::Table;
use crate::work::{Watch, on_pool};
use pyo3::prelude::*;
use riskband::analysis::solve::{Goal, Range, Setting};
use riskband::output::report::write_solution_report;
use riskband::output::{
    self, Document, Failed, SolutionFolder, charts_of_solution, solution_tables, write_csv, write_solution,
};
use riskband::study::LoadOptions;
use riskband::study::cases::known_paths;
use riskband::{ProblemRow, results};
use std::path::PathBuf;
use std::slice;

/// The answer, the curve that it was found on, and the frontier of two numbers.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Solution(results::Solution);

/// Solves a goal for the first path, at several values of the second one if there are two.
#[pyfunction]
pub(crate) fn solve(
    py: Python<'_>,
    base: PyRef<'_, Scenario>,
    goal: &str,
    ranges: Vec<(String, f64, f64)>,
    asked: Asked,
    watch: Watch,
) -> PyResult<Solution> {
    let goal: Goal = goal.parse().map_err(value_error)?;
    let base = base.0.clone();
    let study = base.study();
    let ranges = ranges.into_iter().map(|(path, low, high)| range(path, low, high)).collect::<PyResult<Vec<_>>>()?;
    let paths: Vec<&str> = ranges.iter().map(|range| range.path.as_str()).collect();
    known_paths(&paths, study).map_err(value_error)?;
    goal.query.resolve(&study.model).map_err(value_error)?;
    let load = LoadOptions { limits: base.limits(), ..LoadOptions::default() };
    let options = asked.options(base.limits())?;
    let setting = Setting { base: study, load: &load, options: &options };
    let solved = on_pool(py, &watch, |monitor| {
        riskband::analysis::solve::solve(setting, &goal, &ranges[0], ranges.get(1), monitor)
    })?;
    solved.map(Solution).map_err(|refused| {
        let text =
            format!("`{}` does not run with {}; expected ranges that it takes", base.name(), refused.set.join(" "));
        rejected(py, &text, *refused.rejected)
    })
}

fn range(path: String, low: f64, high: f64) -> PyResult<Range> {
    match low < high && low.is_finite() && high.is_finite() {
        true => Ok(Range { path, low, high }),
        false => {
            Err(value_error(format!("{path}: ({low}, {high}) is no range; expected two numbers, the smaller first")))
        }
    }
}

impl Solution {
    fn named(&self, name: &str) -> PyResult<output::Table<results::Solution>> {
        let found = solution_tables().into_iter().find(|table| table.name() == name);
        found.ok_or_else(|| no_table(name, &self.table_names()))
    }
}

#[pymethods]
impl Solution {
    #[getter]
    fn scenario(&self) -> &str {
        &self.0.scenario
    }

    #[getter]
    fn goal(&self) -> &str {
        &self.0.goal
    }

    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }

    /// The value and both ends of its interval.
    #[getter]
    fn solved(&self) -> (Option<f64>, Option<f64>, Option<f64>) {
        (self.0.solved.value, self.0.solved.low, self.0.solved.high)
    }

    /// The least and the greatest value that the statistic takes.
    #[getter]
    fn attained(&self) -> Option<(f64, f64)> {
        self.0.solved.attained
    }

    /// Why there is no value.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.0.solved.reason.as_ref().map(results::Unsolved::name)
    }

    fn table_names(&self) -> Vec<&'static str> {
        solution_tables().iter().filter(|table| table.is_wanted()).map(|table| table.name()).collect()
    }

    fn table(&self, name: &str) -> PyResult<Table> {
        Table::of(&self.named(name)?, &[&self.0])
    }

    fn csv(&self, name: &str) -> PyResult<String> {
        let mut text = Vec::new();
        write_csv(&mut text, &self.named(name)?, slice::from_ref(&self.0))?;
        Ok(String::from_utf8(text)?)
    }

    fn to_json(&self) -> PyResult<String> {
        let mut document = Document::new(Vec::new(), &["solutions"])?;
        document.add("solutions", &solution_tables(), &self.0)?;
        let none: &[Failed<ProblemRow>] = &[];
        Ok(String::from_utf8(document.finish(none)?)?)
    }

    /// Writes the folder that `riskband solve --out` writes.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<()> {
        let written = SolutionFolder::open(&folder).and_then(|opened| opened.write(&self.0));
        written.map_err(|error| file_error(py, &folder, &error))
    }

    /// The page that `riskband solve --report` writes; into this file, or as text where none is named.
    #[pyo3(signature = (file = None))]
    fn report(&self, py: Python<'_>, file: Option<PathBuf>) -> PyResult<Option<String>> {
        page(py, file, |out| write_solution_report(out, &self.0))
    }

    /// The text of the terminal, with its styles.
    fn text(&self, width: usize) -> PyResult<String> {
        let mut text = Vec::new();
        write_solution(&mut text, &self.0, width)?;
        Ok(String::from_utf8(text)?)
    }

    /// Name, description and SVG of every chart.
    fn charts(&self) -> Vec<(String, String, String)> {
        let charts = charts_of_solution(&self.0).into_iter();
        charts.map(|it| (it.name, it.chart.description.clone(), it.chart.to_svg())).collect()
    }
}
