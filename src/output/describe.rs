//! What the columns mean, in a line each: files that carry their own description take it from here.

use super::table::Table;
use std::borrow::Cow;

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What it says, in a line.
    pub text: Cow<'static, str>,
    /// Its unit, where it is a quantity.
    pub unit: Option<&'static str>,
}

/// The unit of a column whose rows have units of their own.
const OF_OUTPUT: Option<&str> = Some("as in column `unit`");
const OF_MARKET: Option<&str> = Some("unit of the market");
const FRACTION: Option<&str> = Some("fraction");
const PATHS: Option<&str> = Some("paths");

/// What a column of a table means; `None` for a name that the table does not have.
pub fn describe(table: Table, column: &str) -> Option<Description> {
    let (text, unit) = match (table, column) {
        (_, "scenario") => ("name of the scenario", None),
        (Table::Bands | Table::Constraints, "step") => ("number of the step; 0 is the base", None),
        (Table::Bands | Table::Constraints, "period") => ("label of the step", None),
        (Table::Bands | Table::Constraints, "year") => ("calendar year, where steps are calendar steps", None),
        (Table::Targets, "se") => ("Monte Carlo standard error of `probability`", FRACTION),
        (_, "n") => ("paths that entered the row", PATHS),
        (_, "excluded") => ("paths left out because the value is not finite", PATHS),
        (_, name) if name.ends_with("_se") => {
            let of = name.trim_end_matches("_se");
            let unit = describe(table, of)?.unit;
            return Some(Description { text: format!("Monte Carlo standard error of `{of}`").into(), unit });
        }
        (Table::Runs, name) => of_runs(name)?,
        (Table::Bands, name) => return of_bands(name),
        (Table::Targets, name) => of_targets(name)?,
        (Table::Constraints, name) => of_constraints(name)?,
        (Table::Correlations, name) => of_correlations(name)?,
        (Table::Warnings, name) => of_warnings(name)?,
    };
    Some(Description { text: text.into(), unit })
}

type Fixed = (&'static str, Option<&'static str>);

fn of_runs(name: &str) -> Option<Fixed> {
    Some(match name {
        "title" => ("title of the scenario", None),
        "paths" => ("paths simulated", PATHS),
        "seed" => ("seed of all randomness", None),
        "sampler" => ("how points were drawn", None),
        "content_hash" => ("SHA-256 of the resolved scenario", None),
        "version" => ("version of riskband", None),
        "calibration" => ("what was calibrated, as JSON", None),
        _ => return None,
    })
}

fn of_bands(name: &str) -> Option<Description> {
    let (text, unit): (Cow<'static, str>, _) = match name {
        "output" => ("name of the output".into(), None),
        "dimension" => ("dimension, where the row is about a part of the market".into(), None),
        "segment" => ("segment, where the row is about a part of the market".into(), None),
        "unit" => ("unit of the row's numbers".into(), None),
        "mean" => ("mean over `n` paths".into(), OF_OUTPUT),
        "sd" => ("standard deviation, denominator n - 1".into(), OF_OUTPUT),
        "skewness" => ("skewness".into(), None),
        _ => match (level(name, "p"), level(name, "es")) {
            (Some(level), _) => (format!("{level} % of the paths are at or below this value").into(), OF_OUTPUT),
            (_, Some(level)) => (format!("mean of the paths beyond the {level} % quantile").into(), OF_OUTPUT),
            _ => return None,
        },
    };
    Some(Description { text, unit })
}

/// The level behind a column such as `p99_9`.
fn level(name: &str, prefix: &str) -> Option<f64> {
    name.strip_prefix(prefix)?.replace('_', ".").parse().ok()
}

fn of_targets(name: &str) -> Option<Fixed> {
    Some(match name {
        "target" => ("name of the target", None),
        "condition" => ("condition as written", None),
        "probability" => ("share of the paths on which it holds", FRACTION),
        "low" => ("lower end of the 95 % Wilson interval", FRACTION),
        "high" => ("upper end of the 95 % Wilson interval", FRACTION),
        _ => return None,
    })
}

fn of_constraints(name: &str) -> Option<Fixed> {
    Some(match name {
        "constraint" => ("name of the ceiling", None),
        "p_binding" => ("share of paths on which it is the smallest ceiling and below what is wanted", FRACTION),
        "p_short" => ("share of paths on which it is below what is wanted", FRACTION),
        "unmet_mean" => ("mean of what is wanted and not delivered where it binds", OF_MARKET),
        "lost_mean" => ("the part of it that nobody asks for again", OF_MARKET),
        "deferred_mean" => ("the part of it that joins the backlog", OF_MARKET),
        "utilisation_mean" => ("mean of the market divided by this ceiling", FRACTION),
        "p_first" => ("share of paths on which it binds for the first time", FRACTION),
        _ => return None,
    })
}

fn of_correlations(name: &str) -> Option<Fixed> {
    Some(match name {
        "a" | "b" => ("an output and its period, as asked for", None),
        "pearson" => ("linear correlation", None),
        "spearman" => ("rank correlation", None),
        "covariance" => ("covariance, denominator n - 1", Some("unit of a times unit of b")),
        _ => return None,
    })
}

fn of_warnings(name: &str) -> Option<Fixed> {
    Some(match name {
        "code" => ("stable code of the warning", None),
        "pointer" => ("JSON pointer into the resolved scenario", None),
        "text" => ("what is so, and what to do", None),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::full_layout;
    use crate::output::table::Kind;

    #[test]
    fn every_column_is_described() {
        for table in Table::ALL {
            for column in table.columns(&full_layout()) {
                let description = describe(table, &column.name);
                assert!(description.is_some_and(|it| !it.text.is_empty()), "{}.{}", table.name(), column.name);
            }
            assert_eq!(describe(table, "no_such_column"), None);
        }
    }

    #[test]
    fn an_error_has_the_unit_of_what_it_is_about() {
        let of = |table, column| describe(table, column).expect("a column");
        assert_eq!(of(Table::Bands, "p99_9").text, "99.9 % of the paths are at or below this value");
        assert_eq!(of(Table::Bands, "p99_9_se").text, "Monte Carlo standard error of `p99_9`");
        assert_eq!(of(Table::Bands, "p99_9_se").unit, OF_OUTPUT);
        assert_eq!(of(Table::Constraints, "p_first_se").unit, FRACTION);
        assert_eq!(of(Table::Correlations, "covariance_se").unit, of(Table::Correlations, "covariance").unit);
    }

    #[test]
    fn text_has_no_unit() {
        for table in Table::ALL {
            for column in table.columns(&full_layout()).iter().filter(|column| column.kind == Kind::Text) {
                assert_eq!(describe(table, &column.name).expect("described").unit, None);
            }
        }
    }
}
