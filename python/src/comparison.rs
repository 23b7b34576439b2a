//! Scenarios against a base.

use crate::errors::{file_error, no_table, plain, scenario_error, value_error};
use crate::files::{page, write_workbook};
use crate::outcome::Outcome;
use crate::scenario::{Asked, Scenario};
use crate::table::Table;
use crate::work::{Watch, on_pool};
use pyo3::prelude::*;
use riskband::analysis::moment::Moment;
use riskband::analysis::why::Combinations;
use riskband::model::When;
use riskband::output::report::{Papers, Report, write_report};
use riskband::output::{
    Document, Failed, Layout, Overview, ResultFolder, Workbook, charts_of_comparison, comparison_tables, run_tables,
    write_comparison_summary, write_csv,
};
use riskband::{Compared, ProblemRow};
use std::path::PathBuf;

/// A base and what was compared with it.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Comparison {
    scenarios: Vec<riskband::Scenario>,
    compared: Compared,
    layout: Layout,
}

/// What the move between two scenarios is to be split into.
#[derive(Debug, FromPyObject)]
pub(crate) struct AskedWhy {
    #[pyo3(item)]
    groups: Vec<(String, Vec<String>)>,
    #[pyo3(item)]
    at: Option<String>,
}

#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    scenarios: Vec<PyRef<'_, Scenario>>,
    asked: Asked,
    why: Option<AskedWhy>,
    watch: Watch,
) -> PyResult<Comparison> {
    let scenarios: Vec<riskband::Scenario> = scenarios.iter().map(|scenario| scenario.0.clone()).collect();
    let Some((base, others)) = scenarios.split_first() else {
        return Err(value_error("there is nothing to compare"));
    };
    let options = asked.options(base.limits())?.along(scenarios.iter().map(|scenario| &*scenario.study().model));
    let moment = why.as_ref().and_then(|why| why.at.as_ref()).map(|label| {
        let horizon = &base.study().model.horizon;
        let (first, last) = (horizon.period(0), horizon.period(horizon.last()));
        let none = || format!("`{label}` is no period of the horizon; expected {first} to {last}, or {}", When::TOTAL);
        match label.as_str() {
            When::TOTAL => Ok(Moment::Total),
            label => horizon.find(label).map(Moment::Step).ok_or_else(none),
        }
    });
    let moment = moment.transpose().map_err(value_error)?;
    let compared = on_pool(py, &watch, |monitor| {
        let mut compared =
            riskband::compare_monitored(base, others, &options, monitor).map_err(Incomparable::Scenario)?;
        let Some(why) = &why else { return Ok(compared) };
        for (comparison, other) in compared.comparisons.iter_mut().zip(others) {
            let (a, b) = (base.study(), other.study());
            let plan = Combinations::new(a, b, &why.groups, options.seed, options.limits);
            let plan = plan.map_err(|error| Incomparable::Why(error.to_string()))?;
            let plan = plan.at(moment.unwrap_or_else(|| Moment::last(&a.model)));
            comparison.why = plan.run(&options, monitor).map_err(|error| Incomparable::Why(error.to_string()))?;
        }
        Ok(compared)
    })?;
    let compared = compared.map_err(|error| match error {
        Incomparable::Scenario(error) => scenario_error(py, &error),
        Incomparable::Why(text) => plain(py, base.name(), "why", text),
    })?;
    let layout = Layout { why: why.is_some(), ..Layout::of(&options) };
    Ok(Comparison { scenarios, compared, layout })
}

/// Why there is no comparison.
enum Incomparable {
    Scenario(riskband::Error),
    Why(String),
}

#[pymethods]
impl Comparison {
    /// Names of the tables of comparisons.
    fn table_names(&self) -> Vec<&'static str> {
        comparison_tables(&self.layout).iter().filter(|table| table.is_wanted()).map(|table| table.name()).collect()
    }

    fn table(&self, name: &str) -> PyResult<Table> {
        let tables = comparison_tables(&self.layout);
        let table = tables.iter().find(|table| table.name() == name);
        let table = table.ok_or_else(|| no_table(name, &self.table_names()))?;
        Table::of(table, &self.compared.comparisons.iter().collect::<Vec<_>>())
    }

    fn csv(&self, name: &str) -> PyResult<String> {
        let tables = comparison_tables(&self.layout);
        let table = tables.iter().find(|table| table.name() == name);
        let table = table.ok_or_else(|| no_table(name, &self.table_names()))?;
        let mut text = Vec::new();
        write_csv(&mut text, table, &self.compared.comparisons)?;
        Ok(String::from_utf8(text)?)
    }

    /// The run of every scenario, the base first.
    fn runs(&self) -> Vec<Outcome> {
        let layout = Layout { why: false, ..self.layout.clone() };
        let run = |(scenario, results): (&riskband::Scenario, &riskband::Results)| {
            Outcome::of_results(scenario.study(), results.clone(), layout.clone())
        };
        self.scenarios.iter().zip(&self.compared.runs).map(run).collect()
    }

    fn to_json(&self) -> PyResult<String> {
        let (runs, comparisons) = (run_tables(&self.layout), comparison_tables(&self.layout));
        let mut document = Document::new(Vec::new(), &["runs", "comparisons"])?;
        self.compared.runs.iter().try_for_each(|results| document.add("runs", &runs, results))?;
        self.compared.comparisons.iter().try_for_each(|it| document.add("comparisons", &comparisons, it))?;
        let none: &[Failed<ProblemRow>] = &[];
        Ok(String::from_utf8(document.finish(none)?)?)
    }

    /// Writes the folder that `riskband compare --out` writes.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<()> {
        let (runs, comparisons) = (run_tables(&self.layout), comparison_tables(&self.layout));
        let write = || {
            let mut files = ResultFolder::open(&folder, runs, comparisons, None)?;
            self.compared.runs.iter().try_for_each(|results| files.add_run(results))?;
            self.compared.comparisons.iter().try_for_each(|comparison| files.add_comparison(comparison))?;
            let none: &[Failed<ProblemRow>] = &[];
            files.commit(none)
        };
        write().map_err(|error| file_error(py, &folder, &error))
    }

    /// The page about all scenarios and what they differ in; into this file, or as text where none is named.
    #[pyo3(signature = (file = None))]
    fn report(&self, py: Python<'_>, file: Option<PathBuf>) -> PyResult<Option<String>> {
        let papers: Vec<Papers> = self.scenarios.iter().map(|scenario| Papers::of(scenario.study())).collect();
        let runs = &self.compared.runs;
        let report = Report { runs, papers: &papers, comparisons: &self.compared.comparisons, ..Report::default() };
        page(py, file, |out| write_report(out, &report))
    }

    /// Writes the workbook that `riskband compare --workbook` writes.
    fn workbook(&self, py: Python<'_>, file: PathBuf) -> PyResult<()> {
        let Compared { runs, comparisons, .. } = &self.compared;
        let fill = |workbook: &mut Workbook| {
            runs.iter().try_for_each(|results| workbook.add_run(results))?;
            comparisons.iter().try_for_each(|comparison| workbook.add_comparison(comparison))
        };
        let tables = (run_tables(&self.layout), comparison_tables(&self.layout));
        write_workbook(py, &file, tables, fill, Overview::Compared(&self.compared))
    }

    /// The text of the terminal, with its styles.
    fn text(&self, width: usize) -> PyResult<String> {
        let mut text = Vec::new();
        write_comparison_summary(&mut text, &self.compared, width)?;
        Ok(String::from_utf8(text)?)
    }

    /// Name, description and SVG of every chart.
    fn charts(&self) -> Vec<(String, String, String)> {
        let of_one = |comparison| charts_of_comparison(comparison, &self.compared.runs);
        let charts = self.compared.comparisons.iter().flat_map(of_one);
        charts.map(|named| (named.name, named.chart.description.clone(), named.chart.to_svg())).collect()
    }
}
