//! What is asked of a model beyond one run: calibration, comparison, verification.

pub mod assumptions;
pub mod calibrate;
pub mod compare;
pub mod expectation;
pub mod query;
pub mod relief;
pub mod replay;
pub mod verify;
pub mod why;
