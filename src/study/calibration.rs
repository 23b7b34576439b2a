//! A calibration's outcome in words: what results say of it, and why there is none as a problem of the file.

use crate::diagnostic::Problem;
use crate::engine::{CalibrationError, RunError, Solution};
use crate::model::{Calibration, Model};
use crate::results::CalibrationInfo;
use crate::stats::Statistic;

/// What results say of a calibration that the scenario itself asks for.
pub(super) fn info(model: &Model, calibration: &Calibration, solution: &Solution) -> CalibrationInfo {
    CalibrationInfo {
        parameter: model.variable(calibration.parameter).name.clone(),
        statistic: name(calibration.statistic),
        values: solution.values(&model.horizon),
        own: true,
    }
}

/// Why a calibration has no solution, as a problem of the file.
///
/// # Errors
///
/// The error of a sample that could not be simulated, which is no fault of the file.
pub(super) fn problem(error: CalibrationError, model: &Model, calibration: &Calibration) -> Result<Problem, RunError> {
    let period = |step: usize| model.horizon.period(step);
    let parameter = &model.variable(calibration.parameter).name;
    let problem = |code, message: String| Problem::error(code, calibration.span, "/market/calibrate", message);
    Ok(match error {
        CalibrationError::Unreachable { step, target, nearest } => problem(
            "calibration-unreachable",
            format!(
                "the {} of the market does not reach its baseline in {}",
                name(calibration.statistic),
                period(step)
            ),
        )
        .expected(format!("{target:.6}"))
        .found(format!("{nearest:.6} at the most, whatever `{parameter}` is"))
        .help("loosen the ceilings, lower the baseline, or calibrate with \"match\": \"end\""),
        CalibrationError::NotMonotone { step } => problem(
            "calibration-not-monotone",
            format!("the market in {} does not move one way with `{parameter}`", period(step)),
        )
        .help("calibrate a parameter that raises (or lowers) demand throughout"),
        CalibrationError::NonFinite { step } => problem(
            "calibration-not-finite",
            format!("a path of the calibration sample has no finite market in {}", period(step)),
        )
        .help("find the formula with `riskband run` after removing `calibrate`: its warnings name formula and path"),
        CalibrationError::Run(error) => return Err(error),
    })
}

/// How a file writes a statistic.
fn name(statistic: Statistic) -> String {
    match statistic {
        Statistic::MEDIAN => "median".to_owned(),
        other => other.to_string(),
    }
}
