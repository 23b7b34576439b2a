//! What is asked of a model beyond one run: calibration, comparison, verification.

pub mod calibrate;
pub mod verify;
