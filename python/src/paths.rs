//! Single paths: columns that NumPy and Arrow libraries see where they lie.

use crate::arrow;
use crate::errors::{plain, scenario_error, value_error};
use crate::work::{Watch, on_pool};
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Float64Array, PrimitiveArray, RecordBatch};
use arrow_buffer::{Buffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use riskband::diagnostic::nearest_name;
use riskband::{PathColumn, PathKind, RunError, RunOptions};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The first paths of a run, one by one.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Paths {
    columns: Vec<PathColumn>,
    /// The values of every column, column after column.
    values: Buffer,
    count: usize,
}

/// Columns of one series: paths by periods. NumPy sees it where it lies and keeps it alive.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Matrix {
    values: Buffer,
    paths: usize,
    periods: usize,
}

impl Paths {
    /// Simulates paths; all outputs and, where wanted, all inputs, or the columns that are named.
    pub(crate) fn simulate(
        py: Python<'_>,
        scenario: &riskband::Scenario,
        count: u64,
        options: &RunOptions,
        inputs: bool,
        only: Option<&[String]>,
        watch: &Watch,
    ) -> PyResult<Paths> {
        let model = &scenario.study().model;
        let everything = only.is_some() || inputs;
        let all = riskband::Paths::of_run(model, options, count, everything);
        let paths = match only {
            None => all,
            Some(names) => {
                check_names(names, all.columns())?;
                let is_wanted = |column: &PathColumn| names.contains(&column.series) || names.contains(&column.name);
                riskband::Paths::chosen_of_run(model, options, count, is_wanted)
            }
        };
        let needed = (paths.columns().len() as u64).saturating_mul(8).saturating_mul(count);
        let limit = scenario.limits().memory;
        if needed > limit {
            let error = RunError::Memory { needed, limit };
            return Err(plain(py, scenario.name(), "limit-memory", error));
        }
        let length = count as usize;
        let filled = on_pool(py, watch, |monitor| {
            let mut values = vec![0.0; paths.columns().len() * length];
            let mut groups = paths.groups();
            while let Some(group) = groups.next_group(monitor)? {
                let first = group.first() as usize;
                for (index, column) in values.chunks_exact_mut(length).enumerate() {
                    let mut rest = &mut column[first..first + group.count()];
                    for piece in group.row(index) {
                        let (head, tail) = rest.split_at_mut(piece.len());
                        head.copy_from_slice(piece);
                        rest = tail;
                    }
                }
            }
            Ok(values)
        })?;
        let values = filled.map_err(|error: RunError| scenario_error(py, &scenario.run_error(&error)))?;
        Ok(Paths { columns: paths.columns().to_vec(), values: Buffer::from_vec(values), count: length })
    }

    fn column(&self, index: usize) -> ArrayRef {
        let values = ScalarBuffer::<f64>::new(self.values.clone(), index * self.count, self.count);
        Arc::new(Float64Array::new(values, None))
    }

    /// The number of each path, and the columns.
    fn batch(&self) -> PyResult<RecordBatch> {
        let about = |text: &str| HashMap::from([("description".to_owned(), text.to_owned())]);
        let number = "number of the path, from 0";
        let mut fields = vec![Field::new("path", DataType::Int64, false).with_metadata(about(number))];
        let numbers = PrimitiveArray::<Int64Type>::from_iter_values(0..self.count as i64);
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(numbers)];
        for (index, column) in self.columns.iter().enumerate() {
            let mut metadata = about(kind(column.kind));
            metadata.extend(column.unit.as_ref().map(|unit| ("unit".to_owned(), unit.clone())));
            fields.push(Field::new(&column.name, DataType::Float64, false).with_metadata(metadata));
            arrays.push(self.column(index));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(value_error)
    }
}

/// Series that are named where another was asked for.
const NAMED: usize = 10;

/// Every name must be that of a series or a column.
fn check_names(names: &[String], columns: &[PathColumn]) -> PyResult<()> {
    let known = || columns.iter().flat_map(|column| [column.series.as_str(), column.name.as_str()]);
    match names.iter().find(|name| !known().any(|known| known == *name)) {
        None => Ok(()),
        Some(name) => {
            let nearest = nearest_name(name, known());
            let series: BTreeSet<&str> = columns.iter().map(|column| column.series.as_str()).collect();
            let some = series.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = if series.len() > NAMED { ", ..." } else { "" };
            let advice = match nearest {
                Some(nearest) => format!(" (did you mean `{nearest}`?)"),
                None => format!("; they have {some}{more}"),
            };
            Err(value_error(format!("paths have no `{name}`{advice}")))
        }
    }
}

fn kind(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Output => "output",
        PathKind::Input => "value of a random input",
        PathKind::Uniform => "uniform behind a random input",
    }
}

#[pymethods]
impl Paths {
    fn __len__(&self) -> usize {
        self.count
    }

    /// Name, series, period, kind and unit of every column.
    fn columns(&self) -> Vec<(String, String, String, &'static str, Option<String>)> {
        let row = |column: &PathColumn| {
            let PathColumn { name, series, when, kind: of, unit, .. } = column.clone();
            (name, series, when.period, kind(of), unit)
        };
        self.columns.iter().map(row).collect()
    }

    /// The values of a series, of consecutive columns.
    fn matrix(&self, series: &str) -> PyResult<Matrix> {
        let places: Vec<usize> =
            (0..self.columns.len()).filter(|&place| self.columns[place].series == series).collect();
        let [first, ..] = places[..] else {
            check_names(&[series.to_owned()], &self.columns)?;
            return Err(value_error(format!("`{series}` is a single column; ask for its series")));
        };
        let is_together = places.iter().enumerate().all(|(offset, place)| *place == first + offset);
        let bytes = self.count * size_of::<f64>();
        let values = match is_together {
            true => self.values.slice_with_length(first * bytes, places.len() * bytes),
            // Values of inputs and their uniforms take turns.
            false => {
                let all = self.values.typed_data::<f64>();
                let column = |place: usize| all[place * self.count..][..self.count].iter().copied();
                Buffer::from_vec(places.iter().flat_map(|&place| column(place)).collect::<Vec<f64>>())
            }
        };
        Ok(Matrix { values, paths: self.count, periods: places.len() })
    }

    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::stream(py, &self.batch()?)
    }

    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema(py, &self.batch()?)
    }
}

#[pymethods]
impl Matrix {
    /// How NumPy finds the values: paths by periods in the order of Fortran, not to be written.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let size = size_of::<f64>();
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("typestr", if cfg!(target_endian = "little") { "<f8" } else { ">f8" })?;
        interface.set_item("shape", (self.paths, self.periods))?;
        interface.set_item("strides", (size, size * self.paths))?;
        interface.set_item("data", (self.values.as_ptr().addr(), true))?;
        Ok(interface)
    }
}
