//! What is asked of a model beyond one run: calibration, comparison, verification.

pub mod verify;
