//! Many what-ifs of one scenario, on the same random numbers.

use crate::errors::{file_error, no_table, problems, scenario_error, value_error};
use crate::files::{page, write_workbook};
use crate::scenario::{Asked, Scenario};
use crate::table::Table;
use crate::work::{Watch, on_pool};
use pyo3::prelude::*;
use pyo3::types::PyList;
use riskband::analysis::sweep::{CaseRun, CaseRunner};
use riskband::diagnostic::rows;
use riskband::output::report::write_sweep_report;
use riskband::output::{
    self, CaseColumns, Document, Failed, Layout, Overview, ResultFolder, Workbook, charts_of_sweep, comparison_tables,
    run_tables, write_csv, write_sweep,
};
use riskband::study::cases::{self, CaseRow, CasesError, Pairing, Variation};
use riskband::study::{LoadOptions, Study};
use riskband::{Comparison, ProblemRow, Results};
use std::fs::File;
use std::path::PathBuf;

/// The cases of a sweep, those that ran and those that did not.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Sweep {
    base: riskband::Scenario,
    columns: CaseColumns,
    is_log: Vec<bool>,
    /// Cases that ran.
    ran: Vec<CaseRun>,
    is_compared: bool,
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

/// The name of a case, its paths and their values; none leaves what the scenario has.
type AskedRow = (String, Vec<(String, Option<String>)>);

/// Which cases there are, in one of three ways.
#[derive(Debug, FromPyObject)]
pub(crate) struct AskedCases {
    /// Paths with the values that each takes.
    #[pyo3(item)]
    vary: Vec<(String, Varied)>,
    /// Whether values go through together.
    #[pyo3(item)]
    zip: bool,
    /// A file as `--cases` takes it.
    #[pyo3(item)]
    file: Option<PathBuf>,
    /// A row a case.
    #[pyo3(item)]
    rows: Option<Vec<AskedRow>>,
}

/// The cases of a batch before they run.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Cases(cases::Cases);

#[pymethods]
impl Cases {
    fn __len__(&self) -> usize {
        self.0.planned.len()
    }
}

/// Plans cases of a scenario, which knows all their paths.
#[pyfunction]
pub(crate) fn plan(py: Python<'_>, base: PyRef<'_, Scenario>, asked: AskedCases) -> PyResult<Cases> {
    let (study, limits) = (base.0.study(), base.0.limits());
    let cases = planned(py, asked, study, limits.file)?;
    match cases.check(study, &LoadOptions { limits, ..LoadOptions::default() }) {
        Ok(()) => Ok(Cases(cases)),
        Err(rejected) => Err(scenario_error(py, &(*rejected).into())),
    }
}

fn planned(py: Python<'_>, asked: AskedCases, base: &Study, limit: u64) -> PyResult<cases::Cases> {
    if let Some(file) = asked.file {
        let opened = File::open(&file).map_err(CasesError::Read);
        let read = opened.and_then(|opened| cases::Cases::of_csv(&file.display().to_string(), opened, limit, base));
        return read.map_err(|error| match error {
            CasesError::Read(error) => file_error(py, &file, &error),
            refused => value_error(refused),
        });
    }
    if let Some(rows) = asked.rows {
        let rows = rows.into_iter().map(|(name, values)| CaseRow { name, values }).collect();
        return cases::Cases::of_rows(rows, base).map_err(value_error);
    }
    let along = |(path, varied): (String, Varied)| varied.along(path, asked.zip);
    let variations: Result<Vec<Variation>, String> = asked.vary.into_iter().map(along).collect();
    let pairing = if asked.zip { Pairing::Zip } else { Pairing::Matrix };
    variations.and_then(|variations| cases::Cases::of_variations(&variations, pairing, base)).map_err(value_error)
}

/// Runs every case; `is_compared` sets each beside the first one.
#[pyfunction]
pub(crate) fn sweep(
    py: Python<'_>,
    base: PyRef<'_, Scenario>,
    cases: PyRef<'_, Cases>,
    is_compared: bool,
    asked: Asked,
    watch: Watch,
) -> PyResult<Sweep> {
    let (base, cases) = (base.0.clone(), &cases.0);
    let (study, limits) = (base.study(), base.limits());
    let load = LoadOptions { limits, ..LoadOptions::default() };
    let mut options = asked.options(limits)?;
    options.lower_bounds = false;
    let (ran, failed) = on_pool(py, &watch, |monitor| {
        let (mut ran, mut failed) = (Vec::new(), Vec::new());
        let mut runner = CaseRunner::new(study, &load, &options, is_compared);
        for planned in &cases.planned {
            match runner.run(planned, monitor) {
                Ok(case) => ran.push(case),
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
        (ran, failed)
    })?;
    let columns = CaseColumns { varied: cases.varied.clone(), are_named: cases.are_named };
    let layout = Layout { cases: Some(columns.clone()), ..Layout::of(&options) };
    Ok(Sweep { base, columns, is_log: cases.is_log.clone(), ran, is_compared, layout, failed })
}

impl Sweep {
    fn run_tables(&self) -> Vec<output::Table<Results>> {
        run_tables(&self.layout)
    }

    /// None where cases are not compared.
    fn comparison_tables(&self) -> Vec<output::Table<Comparison>> {
        if self.is_compared { comparison_tables(&self.layout) } else { Vec::new() }
    }

    fn results(&self) -> impl Iterator<Item = &Results> {
        self.ran.iter().map(|case| &case.results)
    }

    fn compared(&self) -> impl Iterator<Item = &Comparison> {
        self.ran.iter().filter_map(CaseRun::difference)
    }

    fn no_table(&self, name: &str) -> PyErr {
        if !self.is_compared && comparison_tables(&self.layout).iter().any(|table| table.name() == name) {
            return value_error(format!("the table `{name}` is one of comparisons; sweep with compare=True"));
        }
        no_table(name, &self.table_names())
    }

    fn with_content<R>(&self, write: impl FnOnce(&output::Sweep<'_>) -> R) -> R {
        let failed: Vec<String> = self.failed.iter().filter_map(|row| row.case.clone()).collect();
        let study = self.base.study();
        let (outlines, comparisons): (Vec<Results>, Vec<Option<Comparison>>) =
            self.ran.iter().map(|case| case.clone().into_outline(&[])).unzip();
        write(&output::Sweep {
            columns: &self.columns,
            is_log: &self.is_log,
            set: &study.set,
            outlines: &outlines,
            comparisons: if self.is_compared { &comparisons } else { &[] },
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
        self.ran.len()
    }

    /// Name and problems of every case that did not run.
    fn failed<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, Bound<'py, PyList>)>> {
        let row = |failed: &Failed<ProblemRow>| {
            Ok((failed.case.clone().unwrap_or_default(), problems(py, &failed.problems)?))
        };
        self.failed.iter().map(row).collect()
    }

    fn table_names(&self) -> Vec<&'static str> {
        let (runs, comparisons) = (self.run_tables(), self.comparison_tables());
        let runs = runs.iter().filter(|table| table.is_wanted()).map(|table| table.name());
        runs.chain(comparisons.iter().filter(|table| table.is_wanted()).map(|table| table.name())).collect()
    }

    fn table(&self, name: &str) -> PyResult<Table> {
        if let Some(table) = self.run_tables().iter().find(|table| table.name() == name) {
            return Table::of(table, &self.results().collect::<Vec<_>>());
        }
        let tables = self.comparison_tables();
        let table = tables.iter().find(|table| table.name() == name).ok_or_else(|| self.no_table(name))?;
        Table::of(table, &self.compared().collect::<Vec<_>>())
    }

    fn csv(&self, name: &str) -> PyResult<String> {
        let mut text = Vec::new();
        if let Some(table) = self.run_tables().iter().find(|table| table.name() == name) {
            write_csv(&mut text, table, self.results())?;
        } else {
            let tables = self.comparison_tables();
            let table = tables.iter().find(|table| table.name() == name).ok_or_else(|| self.no_table(name))?;
            write_csv(&mut text, table, self.compared())?;
        }
        Ok(String::from_utf8(text)?)
    }

    fn to_json(&self) -> PyResult<String> {
        let (runs, comparisons) = (self.run_tables(), self.comparison_tables());
        let lists: &[&str] = if self.is_compared { &["runs", "comparisons"] } else { &["runs"] };
        let mut document = Document::new(Vec::new(), lists)?;
        self.results().try_for_each(|results| document.add("runs", &runs, results))?;
        self.compared().try_for_each(|it| document.add("comparisons", &comparisons, it))?;
        Ok(String::from_utf8(document.finish(&self.failed)?)?)
    }

    /// Writes the folder that `riskband sweep --out` writes.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<()> {
        let write = || {
            let mut files = ResultFolder::open(&folder, self.run_tables(), self.comparison_tables(), None)?;
            self.results().try_for_each(|results| files.add_run(results))?;
            self.compared().try_for_each(|comparison| files.add_comparison(comparison))?;
            files.commit(&self.failed)
        };
        write().map_err(|error| file_error(py, &folder, &error))
    }

    /// The page that `riskband sweep --report` writes; into this file, or as text where none is named.
    #[pyo3(signature = (file = None))]
    fn report(&self, py: Python<'_>, file: Option<PathBuf>) -> PyResult<Option<String>> {
        self.with_content(|sweep| page(py, file, |out| write_sweep_report(out, sweep)))
    }

    /// Writes the workbook that `riskband sweep --workbook` writes.
    fn workbook(&self, py: Python<'_>, file: PathBuf) -> PyResult<()> {
        // In the order of the shell, which adds each case as it ends.
        let fill = |workbook: &mut Workbook| {
            self.ran.iter().try_for_each(|case| {
                workbook.add_run(&case.results)?;
                case.difference().map_or(Ok(()), |comparison| workbook.add_comparison(comparison))
            })
        };
        let tables = (self.run_tables(), self.comparison_tables());
        self.with_content(|sweep| write_workbook(py, &file, tables, fill, Overview::Sweep(sweep)))
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
