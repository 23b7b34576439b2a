//! What is asked of a model beyond one run: calibration, comparison, verification.

pub mod assumptions;
pub mod calibrate;
pub mod replay;
pub mod verify;
