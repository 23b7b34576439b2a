//! Runs in parts.

use crate::errors::{incomplete, part_error};
use crate::outcome::Outcome;
use crate::work::{Watch, on_pool};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use riskband::BlockSet;

/// A scenario ready to simulate any of its blocks.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Clone, Debug)]
pub(crate) struct Simulation(riskband::Simulation);

impl Simulation {
    pub(crate) fn of(simulation: riskband::Simulation) -> Simulation {
        Simulation(simulation)
    }
}

/// What ranges of blocks have shown.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Clone, Debug)]
pub(crate) struct Part(riskband::Part);

#[pymethods]
impl Simulation {
    /// Number of blocks.
    #[getter]
    fn blocks(&self) -> u64 {
        self.0.blocks().count()
    }

    #[getter]
    fn paths(&self) -> u64 {
        self.0.options().paths
    }

    /// The blocks from `first` on and below `end`.
    fn part(&self, py: Python<'_>, first: u64, end: u64, watch: Watch) -> PyResult<Part> {
        let part = on_pool(py, &watch, |monitor| self.0.part_monitored(first..end, monitor))?;
        part.map(Part).map_err(|error| part_error(py, error.into()))
    }

    fn empty(&self) -> Part {
        Part(self.0.empty())
    }

    fn read(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<Part> {
        py.detach(|| self.0.read(bytes)).map(Part).map_err(|error| part_error(py, error))
    }

    /// Reads a part of this run or of a shorter one, to go on from.
    fn go_on_from(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<Part> {
        py.detach(|| self.0.go_on_from(bytes)).map(Part).map_err(|error| part_error(py, error))
    }
}

#[pymethods]
impl Part {
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Part> {
        let part = on_pool(py, &Watch::default(), |_| riskband::Part::from_bytes(bytes))?;
        part.map(Part).map_err(|error| part_error(py, error))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.0.to_bytes());
        PyBytes::new(py, &bytes)
    }

    #[getter]
    fn scenario(&self) -> &str {
        self.0.scenario()
    }

    #[getter]
    fn paths(&self) -> u64 {
        self.0.paths()
    }

    #[getter]
    fn run_paths(&self) -> u64 {
        self.0.run_paths()
    }

    #[getter]
    fn blocks(&self) -> Vec<(u64, u64)> {
        ranges(&self.0.blocks())
    }

    #[getter]
    fn missing(&self) -> Vec<(u64, u64)> {
        ranges(&self.0.missing())
    }

    /// Both together; this one stays as it is.
    fn merged(&self, py: Python<'_>, other: &Part) -> PyResult<Part> {
        let merged = py.detach(|| {
            let mut whole = self.0.clone();
            whole.merge(&other.0).map(|()| whole)
        });
        merged.map(Part).map_err(|error| part_error(py, error))
    }

    fn simulation(&self) -> Simulation {
        Simulation(self.0.simulation().clone())
    }

    fn results(&self, py: Python<'_>) -> PyResult<Outcome> {
        if !self.0.missing().is_empty() {
            let text = format!(
                "{} missing; the run is not complete without",
                riskband::study::part::blocks(&self.0.missing())
            );
            return Err(incomplete(py, self.0.scenario(), &text));
        }
        Outcome::of_part(py, self.0.clone(), &Watch::default())
    }
}

fn ranges(blocks: &BlockSet) -> Vec<(u64, u64)> {
    blocks.ranges().iter().map(|range| (range.start, range.end)).collect()
}
