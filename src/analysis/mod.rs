//! What is asked of a model beyond one run: calibration, comparison, verification.

pub mod calibrate;
pub mod compare;
pub mod replay;
pub mod verify;
