//! Many what-ifs of one scenario, on the same random numbers.

use crate::errors::{problems, scenario_error, value_error};
use crate::scenario::{Asked, Scenario};
use crate::table::Table;
use crate::work::{Watch, on_pool};
use crate::workbook::write_workbook;
use pyo3::prelude::*;
use pyo3::types::PyList;
use riskband::diagnostic::rows;
use riskband::output::report::write_sweep_report;
use riskband::output::{
    self, CaseColumns, Document, Failed, Layout, OutputFile, Overview, ResultFolder, charts_of_sweep, run_tables,
    write_csv, write_sweep,
};
use riskband::study::cases::{Cases, Pairing, Variation};
use riskband::study::{LoadOptions, Rejected};
use riskband::{ProblemRow, Results};
use std::path::PathBuf;

/// The cases of a sweep, those that ran and those that did not.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Sweep {
    base: riskband::Scenario,
    columns: CaseColumns,
    is_log: Vec<bool>,
    results: Vec<Results>,
    layout: Layout,
    failed: Vec<Failed<ProblemRow>>,
}

/// What a path varies over: texts as `--set` takes them, or one as `--vary` does, as `6..14/9`.
#[derive(Debug, FromPyObject)]
pub(crate) enum Varied {
    Words(String),
    Values(Vec<String>),
}

impl Varied {
    /// Of values that go through together with those of other paths, the same one may stand there again.
    fn along(self, path: String, zip: bool) -> Result<Variation, String> {
        let made = match self {
            Varied::Words(words) => format!("{path}={words}").parse(),
            Varied::Values(values) if zip => return Ok(Variation { path, values, is_log: false }),
            Varied::Values(values) => Variation::of_values(path.clone(), values),
        };
        made.map_err(|error| format!("{path}: {error}"))
    }
}

/// Runs every case of these paths.
#[pyfunction]
pub(crate) fn sweep(
    py: Python<'_>,
    base: PyRef<'_, Scenario>,
    varied: Vec<(String, Varied)>,
    zip: bool,
    asked: Asked,
    watch: Watch,
) -> PyResult<Sweep> {
    let base = base.0.clone();
    let (study, limits) = (base.study(), base.limits());
    let variations: Result<Vec<Variation>, String> =
        varied.into_iter().map(|(path, varied)| varied.along(path, zip)).collect();
    let variations = variations.map_err(value_error)?;
    let pairing = if zip { Pairing::Zip } else { Pairing::Matrix };
    let cases = Cases::of_variations(&variations, pairing, study).map_err(value_error)?;
    let load = LoadOptions { limits, ..LoadOptions::default() };
    if let Err(rejected) = cases.check(study, &load) {
        return Err(scenario_error(py, &(*rejected).into()));
    }
    let mut options = asked.options(limits)?;
    options.lower_bounds = false;
    let (results, failed) = on_pool(py, &watch, |monitor| {
        let (mut results, mut failed) = (Vec::new(), Vec::new());
        for planned in &cases.planned {
            let ran = study.what_if(&planned.set, &load).and_then(|study| {
                study.run(&options, monitor).map_err(|error| {
                    let problems = vec![study.problem(&error)];
                    Box::new(Rejected { scenario: study.scenario, sources: study.sources, problems })
                })
            });
            match ran {
                Ok(mut ran) => {
                    ran.case = Some(planned.case.clone());
                    results.push(ran);
                }
                Err(rejected) => failed.push(Failed {
                    scenario: rejected.scenario.clone(),
                    case: Some(planned.case.name.clone()),
                    problems: rows(&rejected.problems, &rejected.sources),
                }),
            }
            if monitor.is_cancelled() {
                break;
            }
        }
        (results, failed)
    })?;
    let columns = CaseColumns { varied: cases.varied.clone(), are_named: cases.are_named };
    let layout = Layout { cases: Some(columns.clone()), ..Layout::of(&options) };
    Ok(Sweep { base, columns, is_log: cases.is_log, results, layout, failed })
}

impl Sweep {
    fn named(&self, name: &str) -> PyResult<output::Table<Results>> {
        let found = run_tables(&self.layout).into_iter().find(|table| table.name() == name);
        found.ok_or_else(|| value_error(format!("there is no table `{name}`")))
    }

    fn with_content<R>(&self, write: impl FnOnce(&output::Sweep<'_>) -> R) -> R {
        let failed: Vec<String> = self.failed.iter().filter_map(|row| row.case.clone()).collect();
        let study = self.base.study();
        write(&output::Sweep {
            columns: &self.columns,
            is_log: &self.is_log,
            set: &study.set,
            outlines: &self.results,
            comparisons: &[],
            failed: &failed,
            subjects: &[],
            description: study.model.description.as_deref(),
        })
    }
}

#[pymethods]
impl Sweep {
    #[getter]
    fn scenario(&self) -> &str {
        self.base.name()
    }

    /// Number of the cases that ran.
    fn __len__(&self) -> usize {
        self.results.len()
    }

    /// Name and problems of every case that did not run.
    fn failed<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, Bound<'py, PyList>)>> {
        let row = |failed: &Failed<ProblemRow>| {
            Ok((failed.case.clone().unwrap_or_default(), problems(py, &failed.problems)?))
        };
        self.failed.iter().map(row).collect()
    }

    fn table_names(&self) -> Vec<&'static str> {
        run_tables(&self.layout).iter().filter(|table| table.is_wanted()).map(|table| table.name()).collect()
    }

    fn table(&self, name: &str) -> PyResult<Table> {
        Table::of(&self.named(name)?, &self.results.iter().collect::<Vec<_>>())
    }

    fn csv(&self, name: &str) -> PyResult<String> {
        let mut text = Vec::new();
        write_csv(&mut text, &self.named(name)?, &self.results)?;
        Ok(String::from_utf8(text)?)
    }

    fn to_json(&self) -> PyResult<String> {
        let tables = run_tables(&self.layout);
        let mut document = Document::new(Vec::new(), &["runs"])?;
        self.results.iter().try_for_each(|results| document.add("runs", &tables, results))?;
        Ok(String::from_utf8(document.finish(&self.failed)?)?)
    }

    /// Writes the folder that `riskband sweep --out` writes.
    fn save(&self, folder: PathBuf) -> PyResult<()> {
        let mut files = ResultFolder::open(&folder, run_tables(&self.layout), Vec::new(), None)?;
        self.results.iter().try_for_each(|results| files.add_run(results))?;
        Ok(files.commit(&self.failed)?)
    }

    /// The page that `riskband sweep --report` writes; into this file, or as text where none is named.
    #[pyo3(signature = (file = None))]
    fn report(&self, file: Option<PathBuf>) -> PyResult<Option<String>> {
        self.with_content(|sweep| match file {
            Some(file) => {
                OutputFile::open(&file)?.stage(|out| write_sweep_report(out, sweep))?.commit()?;
                Ok(None)
            }
            None => {
                let mut page = Vec::new();
                write_sweep_report(&mut page, sweep)?;
                Ok(Some(String::from_utf8(page)?))
            }
        })
    }

    /// Writes the workbook that `riskband sweep --workbook` writes.
    fn workbook(&self, file: PathBuf) -> PyResult<()> {
        let tables = run_tables(&self.layout);
        self.with_content(|sweep| {
            write_workbook(&file, (tables, &self.results), (Vec::new(), &[]), Overview::Sweep(sweep))
        })
    }

    /// The text of the terminal, with its styles.
    fn text(&self, width: usize) -> PyResult<String> {
        let mut text = Vec::new();
        self.with_content(|sweep| write_sweep(&mut text, sweep, width))?;
        Ok(String::from_utf8(text)?)
    }

    /// Name, description and SVG of every chart.
    fn charts(&self) -> Vec<(String, String, String)> {
        let charts = self.with_content(charts_of_sweep);
        charts.into_iter().map(|it| (it.name, it.chart.description.clone(), it.chart.to_svg())).collect()
    }
}
