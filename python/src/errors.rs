//! Errors of the library as exceptions of the package.

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use riskband::diagnostic::{Problem, Sources, rows};
use riskband::study::Rejected;
use riskband::{Error, PartError, ProblemRow, Severity};
use std::fmt::Display;
use std::io;
use std::path::Path;

/// A scenario that cannot be loaded, run or compared: `riskband.ScenarioError`.
pub(crate) fn scenario_error(py: Python<'_>, error: &Error) -> PyErr {
    raise(py, "ScenarioError", &error.to_string(), error.scenario(), &error.problems())
}

/// What a scenario was changed to and refuses: `riskband.ScenarioError`, which says what was asked and then why not.
pub(crate) fn rejected(py: Python<'_>, asked: &str, rejected: Rejected) -> PyErr {
    let error = Error::from(rejected);
    raise(py, "ScenarioError", &format!("{asked}\n\n{error}"), error.scenario(), &error.problems())
}

/// Bytes that are no part, or none of this run: `riskband.PartError`.
pub(crate) fn part_error(py: Python<'_>, error: PartError) -> PyErr {
    let error = Error::from(error);
    raise(py, "PartError", &error.to_string(), error.scenario(), &error.problems())
}

/// An argument that means nothing here: `ValueError`.
pub(crate) fn value_error(error: impl Display) -> PyErr {
    pyo3::exceptions::PyValueError::new_err(error.to_string())
}

/// A file or folder that cannot be read or written, as `open` of Python says it: `OSError`, or the kind of it that the
/// number stands for, with the name of the file.
pub(crate) fn file_error(py: Python<'_>, file: &Path, error: &io::Error) -> PyErr {
    let Some(number) = error.raw_os_error() else {
        return PyOSError::new_err(format!("{}: {error}", file.display()));
    };
    let text = py.import("os").and_then(|os| os.call_method1("strerror", (number,))).map(Bound::unbind);
    text.map_or_else(|raised| raised, |text| PyOSError::new_err((number, text, file.as_os_str().to_owned())))
}

/// A table that results do not have, with the names of those that they have.
pub(crate) fn no_table(name: &str, tables: &[&str]) -> PyErr {
    value_error(format!("there is no table `{name}`; there are {}", tables.join(", ")))
}

/// A problem without a place as an error of a scenario.
pub(crate) fn plain(py: Python<'_>, scenario: &str, code: &'static str, text: impl Display) -> PyErr {
    placeless(py, "ScenarioError", scenario, code, &text.to_string())
}

/// A part that is not the whole run, where that was expected.
pub(crate) fn incomplete(py: Python<'_>, scenario: &str, text: &str) -> PyErr {
    placeless(py, "PartError", scenario, "part-missing", text)
}

fn placeless(py: Python<'_>, class: &str, scenario: &str, code: &'static str, text: &str) -> PyErr {
    let rows = rows(&[Problem::error(code, None, "", text)], &Sources::default());
    raise(py, class, text, scenario, &rows)
}

/// Problems as dictionaries, with the keys of `--format json`.
pub(crate) fn problems<'py>(py: Python<'py>, rows: &[ProblemRow]) -> PyResult<Bound<'py, PyList>> {
    let all = PyList::empty(py);
    for row in rows {
        let severity = match row.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let problem = PyDict::new(py);
        problem.set_item("file", &row.file)?;
        problem.set_item("line", row.line)?;
        problem.set_item("column", row.column)?;
        problem.set_item("code", row.code)?;
        problem.set_item("severity", severity)?;
        problem.set_item("pointer", &row.pointer)?;
        problem.set_item("message", &row.message)?;
        problem.set_item("expected", &row.expected)?;
        problem.set_item("found", &row.found)?;
        problem.set_item("nearest", &row.nearest)?;
        problem.set_item("help", &row.help)?;
        all.append(problem)?;
    }
    Ok(all)
}

fn raise(py: Python<'_>, class: &str, text: &str, scenario: &str, rows: &[ProblemRow]) -> PyErr {
    let made = || {
        let problems = problems(py, rows)?;
        py.import("riskband._errors")?.getattr(class)?.call_method1("_of", (text, scenario, problems))
    };
    made().map_or_else(|error: PyErr| error, PyErr::from_value)
}
