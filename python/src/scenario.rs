//! Scenarios: loaded, changed, run and asked.

use crate::errors::{plain, problems, rejected, scenario_error, value_error};
use crate::outcome::Outcome;
use crate::parts::Simulation;
use crate::paths::Paths;
use crate::table::Table;
use crate::work::{Watch, on_pool};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use riskband::analysis::assumptions::Register;
use riskband::analysis::discover::{DiscoverOptions, discover, target_named, with_condition};
use riskband::analysis::precision::{Precision, run_until};
use riskband::analysis::query::Query;
use riskband::analysis::relief::relief;
use riskband::analysis::sensitivity::{Grouping, SensitivityOptions, sensitivity};
use riskband::analysis::story::{nearest, stories};
use riskband::explain::{Explanation, write_text};
use riskband::model::Model;
use riskband::output::{Layout, register_tables};
use riskband::results::StoryPath;
use riskband::study::LoadOptions;
use riskband::{Limits, RunOptions, Sampler};
use std::path::PathBuf;
use std::sync::Arc;

/// A scenario that is ready to run.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Clone, Debug)]
pub(crate) struct Scenario(pub(crate) riskband::Scenario);

/// What a run is asked for, with the words of the shell.
#[derive(Debug, FromPyObject)]
pub(crate) struct Asked {
    #[pyo3(item)]
    paths: u64,
    #[pyo3(item)]
    seed: u64,
    #[pyo3(item)]
    sampler: String,
    #[pyo3(item)]
    replicates: Option<u64>,
    #[pyo3(item)]
    percentiles: Option<Vec<f64>>,
    #[pyo3(item)]
    shortfall: Vec<f64>,
    #[pyo3(item)]
    skewness: bool,
    #[pyo3(item)]
    correlate: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn options(self, limits: Limits) -> PyResult<RunOptions> {
        let sampler = sampler(&self.sampler)?;
        let replicates = self.replicates.unwrap_or_else(|| sampler.default_replicates().min(self.paths));
        if replicates > 1 && !sampler.has_replicates() {
            let advice = "independent paths have their errors without; take the sampler lhs or sobol, or leave it out";
            return Err(value_error(format!("replicates={replicates}: {advice}")));
        }
        if replicates == 0 || replicates > self.paths {
            let text =
                format!("replicates={replicates}: expected 1 or more, and no more than the {} paths", self.paths);
            return Err(value_error(text));
        }
        let levels = self.percentiles.iter().flatten().chain(&self.shortfall);
        if let Some(level) = levels.into_iter().find(|level| !(**level > 0.0 && **level < 100.0)) {
            return Err(value_error(format!("{level} is no level: they are percentages above 0 and below 100")));
        }
        let options = RunOptions::new().paths(self.paths).seed(self.seed).sampler(sampler).replicates(replicates);
        let options = options.skewness(self.skewness).limits(limits);
        let options = options.shortfall(self.shortfall);
        let options = match self.percentiles {
            Some(levels) => options.percentiles(levels),
            None => options,
        };
        Ok(self.correlate.into_iter().fold(options, |options, (a, b)| options.correlate(a, b)))
    }
}

fn sampler(name: &str) -> PyResult<Sampler> {
    let unknown = || value_error(format!("sampler=`{name}` is not known; expected random, lhs or sobol"));
    [Sampler::Random, Sampler::Lhs, Sampler::Sobol].into_iter().find(|known| known.name() == name).ok_or_else(unknown)
}

/// What a sensitivity analysis is asked for.
#[derive(Debug, FromPyObject)]
pub(crate) struct AskedDrivers {
    #[pyo3(item)]
    paths: u64,
    #[pyo3(item)]
    seed: u64,
    #[pyo3(item)]
    of: Vec<String>,
    #[pyo3(item)]
    at: Option<String>,
    #[pyo3(item)]
    by: String,
    #[pyo3(item)]
    groups: Vec<(String, Vec<String>)>,
    #[pyo3(item)]
    shapley: bool,
    #[pyo3(item)]
    second: bool,
    #[pyo3(item)]
    within: Option<f64>,
    #[pyo3(item)]
    most: u64,
}

/// Names and titles of the shipped scenarios.
#[pyfunction]
pub(crate) fn shipped() -> Vec<(&'static str, String)> {
    riskband::scenario::all_shipped()
        .iter()
        .map(|shipped| (shipped.name, shipped.title().unwrap_or_default()))
        .collect()
}

fn limits(assignments: Vec<String>) -> PyResult<Limits> {
    let mut limits = Limits::default();
    assignments.iter().try_for_each(|assignment| limits.assign(assignment)).map_err(value_error)?;
    Ok(limits)
}

#[pymethods]
impl Scenario {
    #[staticmethod]
    fn load(py: Python<'_>, name: PathBuf, limits_set: Vec<String>, watch: Watch) -> PyResult<Scenario> {
        let limits = limits(limits_set)?;
        let loaded = on_pool(py, &watch, |monitor| riskband::Scenario::load_within(name, limits, monitor))?;
        loaded.map(Scenario).map_err(|error| scenario_error(py, &error))
    }

    #[staticmethod]
    fn from_json(py: Python<'_>, name: &str, text: &str, limits_set: Vec<String>, watch: Watch) -> PyResult<Scenario> {
        let limits = limits(limits_set)?;
        let loaded = on_pool(py, &watch, |monitor| riskband::Scenario::from_json_within(name, text, limits, monitor))?;
        loaded.map(Scenario).map_err(|error| scenario_error(py, &error))
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8], limits_set: Vec<String>) -> PyResult<Scenario> {
        let limits = limits(limits_set)?;
        let loaded = on_pool(py, &Watch::default(), |_| riskband::Scenario::from_bytes(bytes, limits))?;
        loaded.map(Scenario).map_err(|error| scenario_error(py, &error))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.0.title()
    }

    #[getter]
    fn description(&self) -> Option<&str> {
        self.0.study().model.description.as_deref()
    }

    #[getter]
    fn content_hash(&self) -> &str {
        self.0.content_hash()
    }

    /// Parameter that was calibrated, if any.
    #[getter]
    fn calibrated(&self) -> Option<&str> {
        Some(&self.0.study().calibration.as_ref()?.parameter)
    }

    #[getter]
    fn set_values(&self) -> Vec<String> {
        self.0.study().set.clone()
    }

    fn outputs(&self) -> Vec<String> {
        self.0.outputs().collect()
    }

    fn targets(&self) -> Vec<String> {
        self.0.targets().map(str::to_owned).collect()
    }

    fn periods(&self) -> Vec<String> {
        let horizon = &self.0.study().model.horizon;
        (0..=horizon.last()).map(|step| horizon.period(step)).collect()
    }

    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn remarks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        problems(py, &self.0.warnings())
    }

    fn named(&self, name: &str) -> Scenario {
        Scenario(self.0.named(name))
    }

    /// Values are JSON texts.
    fn set(&self, py: Python<'_>, changes: Vec<(String, String)>, watch: Watch) -> PyResult<Scenario> {
        let changed = on_pool(py, &watch, |monitor| self.0.set_all_monitored(changes, monitor))?;
        changed.map(Scenario).map_err(|error| scenario_error(py, &error))
    }

    /// The assumption register.
    fn inputs(&self) -> PyResult<Table> {
        let [_, assumptions] = register_tables();
        Table::of(&assumptions, &[&Register::of(self.0.study())])
    }

    fn explain(&self, width: usize) -> PyResult<String> {
        let mut text = Vec::new();
        write_text(&mut text, &Explanation::of(self.0.study()), width)?;
        Ok(String::from_utf8(text)?)
    }

    fn explanation(&self) -> String {
        serde_json::json!(Explanation::of(self.0.study())).to_string()
    }

    /// A run in one piece; `relieve` adds what higher ceilings are worth.
    fn run(&self, py: Python<'_>, asked: Asked, relieve: bool, watch: Watch) -> PyResult<Outcome> {
        let options = asked.options(self.0.limits())?;
        let study = self.0.study();
        let done = on_pool(py, &watch, |monitor| {
            let simulation = study.simulation(&options, monitor)?;
            let part = simulation.part_monitored(simulation.blocks().range(), monitor)?;
            let relieved = if relieve { Some(relief(study, &options, monitor)?) } else { None };
            Ok((part, relieved))
        })?;
        let (part, relieved) = done.map_err(|error| scenario_error(py, &self.0.run_error(&error)))?;
        Outcome::of_part(py, part, &watch.in_silence()).map(|outcome| match relieved {
            Some(rows) => outcome.with_relief(rows),
            None => outcome,
        })
    }

    fn simulation(&self, py: Python<'_>, asked: Asked, watch: Watch) -> PyResult<Simulation> {
        let options = asked.options(self.0.limits())?;
        let made = on_pool(py, &watch, |monitor| self.0.study().simulation(&options, monitor))?;
        made.map(Simulation::of).map_err(|error| scenario_error(py, &self.0.run_error(&error)))
    }

    fn paths(
        &self,
        py: Python<'_>,
        count: u64,
        asked: Asked,
        inputs: bool,
        only: Option<Vec<String>>,
        watch: Watch,
    ) -> PyResult<Paths> {
        let options = asked.options(self.0.limits())?;
        Paths::simulate(py, &self.0, count, &options, inputs, only.as_deref(), &watch)
    }

    /// The story of a path, by its number or by the statistic that it comes nearest to.
    fn replay(&self, py: Python<'_>, path: u64, near: Option<&str>, asked: Asked, watch: Watch) -> PyResult<Outcome> {
        let study = self.0.study();
        let query: Option<Query> = near.map(|text| text.parse().map_err(value_error)).transpose()?;
        let mut options = asked.options(self.0.limits())?;
        options.lower_bounds = false;
        if let Some(query) = &query {
            query.resolve(&study.model).map_err(value_error)?;
            query.require(&mut options);
        } else if options.sampler == Sampler::Random {
            // Whichever run it is of, an independent path is the same; without a statistic, no run is needed.
            options = options.paths(1);
        }
        let told = on_pool(py, &watch, |monitor| {
            let mut results = study.run(&options, monitor).map_err(Untold::Run)?;
            let told = match &query {
                Some(query) => {
                    nearest(&study.model, &options, &results, std::slice::from_ref(query), options.paths, monitor)
                        .map_err(|error| Untold::Nearest(error.to_string()))?
                }
                None => vec![StoryPath::numbered(path)],
            };
            results.stories = stories(&study.model, &options, told, monitor).map_err(Untold::Run)?;
            Ok(results)
        })?;
        let results = told.map_err(|error| match error {
            Untold::Run(error) => scenario_error(py, &self.0.run_error(&error)),
            Untold::Nearest(text) => value_error(text),
        })?;
        let layout = Layout { stories: true, ..Layout::of(&options) };
        Ok(Outcome::of_results(study, results, layout))
    }

    /// A run that ends when every statistic is as precise as asked, or at so many paths; its own number of paths does not
    /// matter.
    fn run_until(
        &self,
        py: Python<'_>,
        asked: Asked,
        conditions: Vec<String>,
        most: u64,
        watch: Watch,
    ) -> PyResult<Outcome> {
        let study = self.0.study();
        let precision = |text: String| {
            let precision: Precision = text.parse().map_err(|error| value_error(format!("`{text}`: {error}")))?;
            precision.resolve(&study.model).map_err(|error| value_error(format!("`{text}`: {error}")))?;
            PyResult::Ok(precision)
        };
        let conditions = conditions.into_iter().map(precision).collect::<PyResult<Vec<_>>>()?;
        let mut options = asked.options(self.0.limits())?;
        if options.sampler.has_replicates() && options.replicates < 2 {
            return Err(value_error("until ends by errors, and one replicate shows none; take 16, or leave it out"));
        }
        conditions.iter().for_each(|condition| condition.query.require(&mut options));
        let done = on_pool(py, &watch, |monitor| run_until(study, &options, &conditions, most, monitor))?;
        let results = done.map_err(|error| scenario_error(py, &self.0.run_error(&error)))?;
        let layout = Layout { until: true, ..Layout::of(&options) };
        Ok(Outcome::of_results(study, results, layout))
    }

    /// Where among the inputs a condition is true: a target's name or a formula.
    fn discover(
        &self,
        py: Python<'_>,
        condition: &str,
        paths: u64,
        seed: u64,
        at: Option<String>,
        watch: Watch,
    ) -> PyResult<Outcome> {
        let base = self.0.study();
        let (study, target) = match target_named(&base.model, condition) {
            Some(target) => (Arc::clone(base), target),
            None => {
                let load = LoadOptions { limits: self.0.limits(), ..LoadOptions::default() };
                let found = with_condition(base, condition, &load).map_err(|error| {
                    let text = format!("`{condition}` is neither a target of `{}` nor a condition", self.0.name());
                    rejected(py, &text, *error)
                })?;
                (Arc::new(found.0), found.1)
            }
        };
        let mut options = DiscoverOptions::default();
        (options.paths, options.seed) = (paths, seed);
        options.until = at.as_ref().map(|label| step(&study.model, label)).transpose().map_err(value_error)?;
        let mut run = RunOptions::new().paths(paths).seed(seed).limits(self.0.limits());
        run.lower_bounds = false;
        let found = on_pool(py, &watch, |monitor| {
            let mut results = study.run(&run, monitor)?;
            results.discovery = discover(&study.model, target, &options, monitor)?;
            Ok(results)
        })?;
        let results = found.map_err(|error| scenario_error(py, &self.0.run_error(&error)))?;
        let layout = Layout { discovery: true, ..Layout::of(&run) };
        Ok(Outcome::of_results(&study, results, layout))
    }

    /// What drives the outputs.
    fn sensitivity(&self, py: Python<'_>, asked: AskedDrivers, watch: Watch) -> PyResult<Outcome> {
        let study = self.0.study();
        let subject =
            |text: &String| text.parse().map_err(|()| format!("`{text}` is no output; expected NAME or NAME[PERIOD]"));
        let by = match asked.by.as_str() {
            "input" => Grouping::Input,
            "quantity" => Grouping::Quantity,
            "confidence" => Grouping::Confidence,
            "source" => Grouping::Source,
            other => {
                let expected = "expected input, quantity, confidence or source";
                return Err(value_error(format!("by=`{other}` is not known; {expected}")));
            }
        };
        let mut options = SensitivityOptions::default();
        options.paths = asked.paths.max(1);
        options.seed = asked.seed;
        options.of = asked.of.iter().map(subject).collect::<Result<_, _>>().map_err(value_error)?;
        options.at = asked.at.as_ref().map(|label| step(&study.model, label)).transpose().map_err(value_error)?;
        options.by = by;
        options.groups = asked.groups;
        options.shapley = asked.shapley;
        options.second = asked.second;
        options.within = asked.within;
        options.most = asked.most;
        options.limits = self.0.limits();
        let mut run = RunOptions::new().paths(options.paths).seed(options.seed).limits(options.limits);
        run.lower_bounds = false;
        let found = on_pool(py, &watch, |monitor| {
            let mut results = study.run(&run, monitor).map_err(|error| error.to_string())?;
            results.sensitivity = sensitivity(study, &options, monitor).map_err(|error| error.to_string())?;
            Ok(results)
        })?;
        let results = found.map_err(|error: String| plain(py, self.0.name(), "sensitivity", error))?;
        let layout = Layout { sensitivity: true, ..Layout::of(&run) };
        Ok(Outcome::of_results(study, results, layout))
    }
}

/// The step that a period labels.
fn step(model: &Model, label: &str) -> Result<usize, String> {
    let horizon = &model.horizon;
    let (first, last) = (horizon.period(0), horizon.period(horizon.last()));
    horizon.find(label).ok_or_else(|| format!("`{label}` is no period of the horizon; expected {first} to {last}"))
}

/// Why there is no story.
enum Untold {
    Run(riskband::RunError),
    Nearest(String),
}
