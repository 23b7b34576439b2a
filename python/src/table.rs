//! A table of results.

use crate::arrow;
use crate::errors::value_error;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use riskband::output;

/// Days from 0001-01-01, which Python counts as 1, to 1970-01-01.
const ORDINAL_OF_1970: i64 = 719_163;

/// A table: typed columns that Arrow libraries take without a copy.
#[pyclass(frozen, module = "riskband._riskband")]
#[derive(Debug)]
pub(crate) struct Table {
    name: String,
    batch: RecordBatch,
}

impl Table {
    pub(crate) fn of<S>(table: &output::Table<S>, sources: &[&S]) -> PyResult<Table> {
        let batch = arrow::batch(table, sources).map_err(value_error)?;
        Ok(Table { name: table.name().to_owned(), batch })
    }
}

#[pymethods]
impl Table {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// Name, type, unit and meaning of every column.
    fn about(&self) -> Vec<(String, String, Option<String>, String)> {
        let about = |field: &arrow_schema::FieldRef| {
            let said = |key: &str| field.metadata().get(key).cloned();
            let kind = field.data_type().to_string().to_lowercase();
            (field.name().clone(), kind, said("unit"), said("description").unwrap_or_default())
        };
        self.batch.schema().fields().iter().map(about).collect()
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// Columns as lists: text, whole numbers, numbers, dates, booleans, and `None` for what is absent.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (field, array) in self.batch.schema().fields().iter().zip(self.batch.columns()) {
            columns.set_item(field.name(), list(py, array)?)?;
        }
        Ok(columns)
    }

    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::stream(py, &self.batch)
    }

    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema(py, &self.batch)
    }
}

fn list<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    match array.data_type() {
        DataType::Utf8 => PyList::new(py, array.as_string::<i32>().iter().collect::<Vec<_>>()),
        DataType::Int64 => PyList::new(py, array.as_primitive::<Int64Type>().iter().collect::<Vec<_>>()),
        DataType::UInt64 => PyList::new(py, array.as_primitive::<UInt64Type>().iter().collect::<Vec<_>>()),
        DataType::Float64 => PyList::new(py, array.as_primitive::<Float64Type>().iter().collect::<Vec<_>>()),
        DataType::Boolean => PyList::new(py, array.as_boolean().iter().collect::<Vec<_>>()),
        DataType::Date32 => {
            let date = py.import("datetime")?.getattr("date")?;
            let day = |days: Option<i32>| {
                days.map(|days| date.call_method1("fromordinal", (i64::from(days) + ORDINAL_OF_1970,))).transpose()
            };
            let days = array.as_primitive::<Date32Type>().iter().map(day).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, days)
        }
        other => Err(value_error(format!("no table has a column of type {other}"))),
    }
}
