//! The compiled half of the Python package `riskband`: scenarios, runs, tables, paths and parts as plain objects. What
//! people call is in `riskband/`, in Python, which hands on to these.

mod arrow;
mod cases;
mod comparison;
mod errors;
mod files;
mod outcome;
mod parts;
mod paths;
mod scenario;
mod solution;
mod table;
mod work;

use pyo3::prelude::*;

#[pymodule]
mod _riskband {
    use super::*;

    #[pymodule_export]
    use cases::{Cases, Sweep, plan, sweep};
    #[pymodule_export]
    use comparison::{Comparison, compare};
    #[pymodule_export]
    use files::png_of_svg;
    #[pymodule_export]
    use outcome::Outcome;
    #[pymodule_export]
    use parts::{Part, Simulation};
    #[pymodule_export]
    use paths::{Matrix, Paths};
    #[pymodule_export]
    use scenario::{Scenario, shipped};
    #[pymodule_export]
    use solution::{Solution, solve};
    #[pymodule_export]
    use table::Table;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
