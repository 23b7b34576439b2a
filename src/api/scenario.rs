//! A scenario to load, change and run.

use super::Error;
use crate::diagnostic::{Problem, ProblemRow, rows};
use crate::engine::{Monitor, Paths, RunError, RunOptions};
use crate::limits::Limits;
use crate::results::Results;
use crate::scenario::to_json;
use crate::study::{KeptScenario, LoadOptions, Origin, Simulation, Solutions, Study};
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

/// A valid scenario, its calibration solved. It does not change: [`set`](Scenario::set) makes another. Clones share what
/// they hold.
#[derive(Clone, Debug)]
pub struct Scenario {
    study: Arc<Study>,
    options: LoadOptions,
}

impl Scenario {
    /// Loads a shipped scenario by name (`baseline`) or a file by its path. A bare name that is shipped means the shipped
    /// one; `./baseline` is a file.
    ///
    /// A calibration is solved here, on the current rayon pool, which may take a second.
    ///
    /// # Errors
    ///
    /// Every problem of the file and of what it extends.
    pub fn load(name: impl AsRef<Path>) -> Result<Scenario, Error> {
        Scenario::load_monitored(name, &|_| {})
    }

    /// Like [`load`](Scenario::load), and ends when the monitor asks to: a calibration takes its time.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Scenario::load), and that it was cancelled.
    pub fn load_monitored(name: impl AsRef<Path>, monitor: &dyn Monitor) -> Result<Scenario, Error> {
        Scenario::load_within(name, Limits::default(), monitor)
    }

    /// Like [`load_monitored`](Scenario::load_monitored), within other limits than the usual ones.
    ///
    /// # Errors
    ///
    /// Those of [`load_monitored`](Scenario::load_monitored).
    pub fn load_within(name: impl AsRef<Path>, limits: Limits, monitor: &dyn Monitor) -> Result<Scenario, Error> {
        let name = name.as_ref();
        let origin = Origin::named(name).map_err(|problem| Error::plain(&name.to_string_lossy(), *problem))?;
        Scenario::from_origin(&origin, limits, monitor)
    }

    /// Loads a scenario from its text, under a name of its own.
    ///
    /// # Errors
    ///
    /// Every problem of the text and of what it extends, which can be shipped scenarios only.
    pub fn from_json(name: &str, text: &str) -> Result<Scenario, Error> {
        Scenario::from_json_monitored(name, text, &|_| {})
    }

    /// Like [`from_json`](Scenario::from_json), and ends when the monitor asks to.
    ///
    /// # Errors
    ///
    /// Those of [`from_json`](Scenario::from_json), and that it was cancelled.
    pub fn from_json_monitored(name: &str, text: &str, monitor: &dyn Monitor) -> Result<Scenario, Error> {
        Scenario::from_json_within(name, text, Limits::default(), monitor)
    }

    /// Like [`from_json_monitored`](Scenario::from_json_monitored), within other limits than the usual ones.
    ///
    /// # Errors
    ///
    /// Those of [`from_json_monitored`](Scenario::from_json_monitored).
    pub fn from_json_within(name: &str, text: &str, limits: Limits, monitor: &dyn Monitor) -> Result<Scenario, Error> {
        let bytes = text.as_bytes().to_vec();
        Scenario::from_origin(&Origin::Text { name: name.to_owned(), bytes }, limits, monitor)
    }

    /// Reads a scenario that [`to_bytes`](Scenario::to_bytes) has written. No file is looked for, and nothing is calibrated.
    ///
    /// # Errors
    ///
    /// Bytes that are no such scenario, or one that is over the limits.
    pub fn from_bytes(bytes: &[u8], limits: Limits) -> Result<Scenario, Error> {
        let kept: KeptScenario = serde_json::from_slice(bytes).map_err(|error| {
            let text = format!("these bytes are no scenario that riskband wrote: {error}");
            Error::plain("", Problem::error("scenario-malformed", None, "", text))
        })?;
        let study = Study::load_kept(&kept, &limits, &|_| {})?;
        let (set, solutions) = (kept.set, Solutions::known(kept.solutions));
        let options = LoadOptions { set, solutions, limits, ..LoadOptions::default() };
        Ok(Scenario { study: Arc::new(study), options })
    }

    /// The scenario with all that it was loaded from, to be loaded where its files are not.
    ///
    /// ```
    /// use riskband::{Limits, Scenario};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let text = r#"{"riskband": 1, "variables": {"a": {"uniform": {"low": 0, "high": 1}}}, "outputs": ["a"]}"#;
    /// let scenario = Scenario::from_json("small", text)?.set("variables.a.uniform.high", 2)?;
    /// let elsewhere = Scenario::from_bytes(&scenario.to_bytes(), Limits::default())?;
    /// assert_eq!(elsewhere.content_hash(), scenario.content_hash());
    /// assert!(elsewhere.set("variables.a.uniform.low", 1.5).is_ok(), "and it can be changed there");
    /// assert!(Scenario::from_bytes(b"{}", Limits::default()).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.study.kept()).expect("texts and finite numbers")
    }

    fn from_origin(origin: &Origin, limits: Limits, monitor: &dyn Monitor) -> Result<Scenario, Error> {
        let options = LoadOptions { limits, ..LoadOptions::default() };
        let study = Study::load_monitored(origin, &options, monitor)?;
        Ok(Scenario { study: Arc::new(study), options })
    }

    /// The same scenario with one value changed, as `--set PATH=VALUE` does at the shell: `events.downturn.hazard` to 0.3,
    /// `drivers.edge` to `{"normal": {"mean": 0.1, "sd": 0.02}}`. The value is JSON, or else text.
    ///
    /// What is calibrated stays as it was solved, so that a difference to the base is the effect of the change alone; only
    /// a change of `market.calibrate` asks for a new solution.
    ///
    /// # Errors
    ///
    /// A path that names nothing, or a value that the scenario refuses there.
    pub fn set(&self, path: &str, value: impl Display) -> Result<Scenario, Error> {
        self.set_monitored(path, value, &|_| {})
    }

    /// Like [`set`](Scenario::set), and ends when the monitor asks to: a change of `market.calibrate` is solved.
    ///
    /// # Errors
    ///
    /// Those of [`set`](Scenario::set), and that it was cancelled.
    pub fn set_monitored(&self, path: &str, value: impl Display, monitor: &dyn Monitor) -> Result<Scenario, Error> {
        self.set_all_monitored([(path, value)], monitor)
    }

    /// The same scenario with several values changed, in their order. Only the outcome has to be valid: the ends of a range
    /// can be moved past each other.
    ///
    /// ```
    /// use riskband::Scenario;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let text = r#"{"riskband": 1, "variables": {"a": {"uniform": {"low": 0, "high": 1}}}, "outputs": ["a"]}"#;
    /// let scenario = Scenario::from_json("small", text)?;
    /// assert!(scenario.set("variables.a.uniform.low", 2).is_err(), "above the end");
    /// let changes = [("variables.a.uniform.low", 2), ("variables.a.uniform.high", 3)];
    /// assert!(scenario.set_all_monitored(changes, &|_| {}).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`set_monitored`](Scenario::set_monitored).
    pub fn set_all_monitored<P: Display, V: Display>(
        &self,
        changes: impl IntoIterator<Item = (P, V)>,
        monitor: &dyn Monitor,
    ) -> Result<Scenario, Error> {
        let mut options = self.options.clone();
        options.set.extend(changes.into_iter().map(|(path, value)| format!("{path}={value}")));
        let study = self.study.reload_monitored(&options, monitor)?;
        Ok(Scenario { study: Arc::new(study), options })
    }

    /// The same scenario under another name, as it stands in results.
    pub fn named(&self, name: &str) -> Scenario {
        let study = Study { scenario: name.to_owned(), ..Study::clone(&self.study) };
        Scenario { study: Arc::new(study), options: self.options.clone() }
    }

    /// Name in results: the file's stem, or the shipped name.
    pub fn name(&self) -> &str {
        &self.study.scenario
    }

    /// Title that the file gives.
    pub fn title(&self) -> Option<&str> {
        self.study.model.title.as_deref()
    }

    /// SHA-256 of the resolved document, in hexadecimal: the same for scenarios that say the same.
    pub fn content_hash(&self) -> &str {
        &self.study.content_hash
    }

    /// The resolved document as JSON: everything that it extends merged in, changes made, its calibration solved.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&to_json(&self.study.document)).expect("plain JSON");
        text.push('\n');
        text
    }

    /// What the reader of the file should know, as data: warnings and notes, no errors.
    pub fn warnings(&self) -> Vec<ProblemRow> {
        rows(&self.study.remarks, &self.study.sources)
    }

    /// Names of the outputs, segments among them: `market`, `market.region.europe`.
    pub fn outputs(&self) -> impl Iterator<Item = String> + '_ {
        self.study.model.outputs.iter().map(|output| output.full_name())
    }

    /// Names of the targets.
    pub fn targets(&self) -> impl Iterator<Item = &str> + '_ {
        self.study.model.targets.iter().map(|target| target.name.as_str())
    }

    /// Simulates all paths on the current rayon pool. The same scenario and options give the same results, bit for bit, on
    /// any number of threads.
    ///
    /// # Errors
    ///
    /// A run that needs more memory than its limit, a pair to correlate that names no output, or an output without a finite
    /// value on any path.
    pub fn run(&self, options: &RunOptions) -> Result<Results, Error> {
        self.run_monitored(options, &|_| {})
    }

    /// Like [`run`](Scenario::run), watched from outside: a closure hears of paths newly done, a
    /// [`Cancel`](crate::Cancel) ends the run.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Scenario::run), and that it was cancelled.
    pub fn run_monitored(&self, options: &RunOptions, monitor: &dyn Monitor) -> Result<Results, Error> {
        self.study.run(options, monitor).map_err(|error| self.run_error(&error))
    }

    /// The scenario compiled for a run, its bins chosen: any blocks of paths can be simulated with it, here or elsewhere, as
    /// often as wanted, and the parts merge to the bits of one run.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Scenario::run) that are known before the first path.
    pub fn simulation(&self, options: &RunOptions) -> Result<Simulation, Error> {
        self.study.simulation(options, &|_| {}).map_err(|error| self.run_error(&error))
    }

    /// The first paths of a run with this seed, one by one: every output in every period and, on request, every random
    /// input with its uniform. Memory does not grow with their number.
    pub fn paths(&self, count: u64, seed: u64, inputs: bool) -> Paths {
        Paths::new(&self.study.model, seed, count, inputs)
    }

    /// The first paths of a run with these options, one by one, as [`paths`](Scenario::paths) gives independent ones.
    pub fn paths_of(&self, options: &RunOptions, count: u64, inputs: bool) -> Paths {
        Paths::of_run(&self.study.model, options, count, inputs)
    }

    /// Limits that it was loaded within, and that its runs keep to unless their options say otherwise.
    pub fn limits(&self) -> Limits {
        self.options.limits
    }

    /// What is behind the scenario.
    #[doc(hidden)]
    pub fn study(&self) -> &Arc<Study> {
        &self.study
    }

    /// An error of a run, shown at its place in the files.
    #[doc(hidden)]
    pub fn run_error(&self, error: &RunError) -> Error {
        Error::new(self.name(), vec![self.study.problem(error)], self.study.sources.clone())
    }
}
