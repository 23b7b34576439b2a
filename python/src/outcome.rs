//! What was found out about a scenario: results with their tables, texts and files, the same bytes as the shell's.

use crate::errors::{file_error, no_table, part_error, plain, problems, value_error};
use crate::files::{page, write_workbook};
use crate::table::Table;
use crate::work::{Watch, on_pool};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use riskband::analysis::expectation::Expectation;
use riskband::analysis::query::Query;
use riskband::output::report::{Papers, Report, write_report};
use riskband::output::{
    self, ChartChoice, Document, Failed, Layout, Overview, ResultFolder, Workbook, charts_of_run, run_tables,
    write_csv, write_discovery, write_drivers, write_stories, write_summary,
};
use riskband::study::Study;
use riskband::{Answer, Estimate, Part, ProblemRow, ReliefRow, Results, RunOptions, Warning};
use std::io;
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;

/// Results of one scenario, and the part that they were read from: of a run, which answers more than it was asked for.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Outcome {
    study: Arc<Study>,
    results: Results,
    layout: Layout,
    part: Option<Part>,
}

impl Outcome {
    /// What is not read from a part.
    pub(crate) fn of_results(study: &Arc<Study>, results: Results, layout: Layout) -> Outcome {
        Outcome { study: Arc::clone(study), results, layout, part: None }
    }

    /// What a part shows, asked for as its run was. On a pool of its own: that of the process has no threads where the process
    /// was forked.
    pub(crate) fn of_part(py: Python<'_>, part: Part, watch: &Watch) -> PyResult<Outcome> {
        let results = on_pool(py, watch, |_| part.results())?;
        let results = results.map_err(|error| plain(py, part.scenario(), "run", error))?;
        let layout = Layout::of(&part.options());
        Ok(Outcome { study: Arc::clone(part.study()), results, layout, part: Some(part) })
    }

    /// With what higher ceilings are worth.
    pub(crate) fn with_relief(mut self, rows: Vec<ReliefRow>) -> Outcome {
        self.results.relief = rows;
        self.layout.relief = true;
        self
    }

    /// What a query comes to; of a run at any level.
    fn answer(&self, query: &Query) -> PyResult<Answer> {
        query.resolve(&self.study.model).map_err(value_error)?;
        let Some(part) = &self.part else { return Ok(query.answer(&self.results)) };
        let (asked, mut options) = (part.options(), part.options());
        query.require(&mut options);
        let is_there = (&asked.percentiles, &asked.shortfall, asked.skewness)
            == (&options.percentiles, &options.shortfall, options.skewness);
        if is_there {
            return Ok(query.answer(&self.results));
        }
        options.lower_bounds = false;
        Ok(query.answer(&part.results_with(&options).map_err(value_error)?))
    }

    fn tables(&self) -> Vec<output::Table<Results>> {
        run_tables(&self.layout)
    }

    fn named(&self, name: &str) -> PyResult<output::Table<Results>> {
        let found = self.tables().into_iter().find(|table| table.name() == name);
        found.ok_or_else(|| no_table(name, &self.table_names()))
    }
}

#[pymethods]
impl Outcome {
    #[getter]
    fn scenario(&self) -> &str {
        &self.results.scenario
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.results.run.title.as_deref()
    }

    #[getter]
    fn paths(&self) -> u64 {
        self.results.run.paths
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.results.run.seed
    }

    #[getter]
    fn content_hash(&self) -> &str {
        &self.results.run.content_hash
    }

    /// Names of the tables that were asked for.
    fn table_names(&self) -> Vec<&'static str> {
        self.tables().iter().filter(|table| table.is_wanted()).map(|table| table.name()).collect()
    }

    fn table(&self, name: &str) -> PyResult<Table> {
        Table::of(&self.named(name)?, &[&self.results])
    }

    fn csv(&self, name: &str) -> PyResult<String> {
        let mut text = Vec::new();
        write_csv(&mut text, &self.named(name)?, slice::from_ref(&self.results))?;
        Ok(String::from_utf8(text)?)
    }

    fn to_json(&self) -> PyResult<String> {
        let mut document = Document::new(Vec::new(), &["runs"])?;
        document.add("runs", &self.tables(), &self.results)?;
        let none: &[Failed<ProblemRow>] = &[];
        Ok(String::from_utf8(document.finish(none)?)?)
    }

    /// Writes the folder that `riskband run --out` writes.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<()> {
        let write = || {
            let mut files = ResultFolder::open(&folder, self.tables(), Vec::new(), None)?;
            files.add_run(&self.results)?;
            let none: &[Failed<ProblemRow>] = &[];
            files.commit(none)
        };
        write().map_err(|error| file_error(py, &folder, &error))
    }

    /// The page that `riskband report` writes; into this file, or as text where none is named.
    #[pyo3(signature = (file = None))]
    fn report(&self, py: Python<'_>, file: Option<PathBuf>) -> PyResult<Option<String>> {
        let results = match &self.part {
            Some(part) => {
                let full = part.results_with(&with_curves(part));
                let mut results = self.results.clone();
                results.curves = full.map_err(|error| plain(py, part.scenario(), "run", error))?.curves;
                results
            }
            None => self.results.clone(),
        };
        let (runs, papers) = ([results], [Papers::of(&self.study)]);
        let report = Report { runs: &runs, papers: &papers, ..Report::default() };
        page(py, file, |out| write_report(out, &report))
    }

    /// Writes the workbook that `riskband run --workbook` writes.
    fn workbook(&self, py: Python<'_>, file: PathBuf) -> PyResult<()> {
        let fill = |workbook: &mut Workbook| workbook.add_run(&self.results);
        let overview = Overview::Runs(slice::from_ref(&self.results));
        write_workbook(py, &file, (self.tables(), Vec::new()), fill, overview)
    }

    /// The text of the terminal, with its styles.
    fn text(&self, width: usize) -> PyResult<String> {
        let mut text = Vec::new();
        let (results, out): (_, &mut dyn io::Write) = (&self.results, &mut text);
        match &self.layout {
            Layout { stories: true, .. } => write_stories(out, results, width)?,
            Layout { sensitivity: true, .. } => write_drivers(out, results, width)?,
            Layout { discovery: true, .. } => write_discovery(out, results, width)?,
            _ => write_summary(out, slice::from_ref(results), width)?,
        }
        Ok(String::from_utf8(text)?)
    }

    /// Name, description and SVG of every chart.
    fn charts(&self) -> PyResult<Vec<(String, String, String)>> {
        let curves = |part: &Part| part.results_with(&with_curves(part)).map_err(value_error);
        let results = self.part.as_ref().map_or_else(|| Ok(self.results.clone()), curves)?;
        let charts = charts_of_run(&results, &ChartChoice::default()).into_iter();
        Ok(charts.map(|named| (named.name, named.chart.description.clone(), named.chart.to_svg())).collect())
    }

    /// Value, standard error and, of a share, the 95 % interval.
    #[expect(clippy::type_complexity, reason = "a tuple of Python")]
    fn value(&self, query: &str) -> PyResult<(f64, Option<f64>, Option<(f64, f64)>)> {
        let query: Query = query.parse().map_err(value_error)?;
        let Answer { estimate, interval } = self.answer(&query)?;
        let Some(Estimate { value, se }) = estimate else {
            let why = self.results.value(&query.to_string()).err();
            return Err(value_error(why.map_or_else(|| format!("`{query}` has no value"), |why| why.to_string())));
        };
        Ok((value, se, interval))
    }

    /// Every expectation with what was found.
    fn check<'py>(&self, py: Python<'py>, expectations: Vec<String>) -> PyResult<Bound<'py, PyList>> {
        let all = PyList::empty(py);
        for text in expectations {
            let unclear = |error: String| value_error(format!("`{text}`: {error}"));
            let expectation: Expectation = text.parse().map_err(unclear)?;
            let answer = self.answer(&expectation.query)?;
            let outcome = expectation.judged(answer);
            let row = PyDict::new(py);
            row.set_item("expectation", &outcome.expectation)?;
            row.set_item("value", outcome.answer.estimate.map(|estimate| estimate.value))?;
            row.set_item("se", outcome.answer.estimate.and_then(|estimate| estimate.se))?;
            row.set_item("low", outcome.answer.interval.map(|(low, _)| low))?;
            row.set_item("high", outcome.answer.interval.map(|(_, high)| high))?;
            row.set_item("ok", outcome.ok)?;
            all.append(row)?;
        }
        Ok(all)
    }

    /// Remarks of validation and warnings of the run: code, pointer, text, place.
    fn warnings(&self) -> Vec<(&'static str, String, String, Option<String>)> {
        let row =
            |warning: &Warning| (warning.code, warning.pointer.clone(), warning.text.clone(), warning.place.clone());
        self.results.warnings.iter().map(row).collect()
    }

    /// What the scenario's file is warned of, with place.
    fn remarks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        problems(py, &riskband::diagnostic::rows(&self.study.remarks, &self.study.sources))
    }

    /// The run as the bytes of a part; none where results say more than one, or are not read from one.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.part.as_ref().filter(|_| !self.layout.relief).map(|part| PyBytes::new(py, &part.to_bytes()))
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Outcome> {
        Outcome::of_part(py, Part::from_bytes(bytes).map_err(|error| part_error(py, error))?, &Watch::default())
    }
}

/// What is asked of a part for charts: the curves, and nothing that was worked out before.
fn with_curves(part: &Part) -> RunOptions {
    let mut options = part.options().curves(true);
    options.lower_bounds = false;
    options
}
