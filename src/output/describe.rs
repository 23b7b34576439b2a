//! What the columns mean, in a line each: files that carry their own description take it from here.

use super::comparison::ComparisonTable;
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
        (Table::Summary | Table::Bands | Table::Constraints | Table::Relief, name) if of_time(name).is_some() => {
            of_time(name)?
        }
        (Table::Relief, "se") => ("Monte Carlo standard error of `gain`, paired", OF_OUTPUT),
        (Table::Targets, "se") => ("Monte Carlo standard error of `probability`", FRACTION),
        (_, "n") => ("paths that entered the row", PATHS),
        (_, "excluded") => ("paths left out because the value is not finite", PATHS),
        (_, name) if name.ends_with("_se") => {
            let of = name.trim_end_matches("_se");
            let unit = describe(table, of)?.unit;
            return Some(Description { text: format!("Monte Carlo standard error of `{of}`").into(), unit });
        }
        (Table::Runs, name) => of_runs(name)?,
        (Table::Summary, name) => return of_summary(name),
        (Table::Relief, name) => of_relief(name)?,
        (Table::Bands, name) => return of_bands(name),
        (Table::Targets, name) => of_targets(name)?,
        (Table::Constraints, name) => of_constraints(name)?,
        (Table::Correlations, name) => of_correlations(name)?,
        (Table::Warnings, name) => of_warnings(name)?,
    };
    Some(Description { text: text.into(), unit })
}

/// What a column of a table of comparisons means; `None` for a name that the table does not have.
pub fn describe_comparison(table: ComparisonTable, column: &str) -> Option<Description> {
    use ComparisonTable::{Comparison, Constraints, Dominance, Partings, Targets, Why};
    let (text, unit) = match (table, column) {
        (_, "a") => ("name of the scenario that is compared with", None),
        (_, "b") => ("name of the scenario that is compared", None),
        (_, name) if of_time(name).is_some() => of_time(name)?,
        (_, "se") => ("Monte Carlo standard error of the number before it, paired", None),
        (_, "n") => ("paths that entered the row", PATHS),
        (_, "excluded") => ("paths left out because a value is not finite", PATHS),
        (Comparison, "measure") => ("`difference` b - a, `ratio` b / a, or `shift` of each statistic", None),
        (Why, "sampling_se") => ("standard error by the sampling of orders; 0 where every combination was run", None),
        (Dominance, "max_gap_se" | "min_gap_se") => ("Monte Carlo standard error of the gap, paired", None),
        (_, "p_below") => ("share of paths on which b is below a", FRACTION),
        (_, "p_below_low") => ("lower end of its 95 % Wilson interval", FRACTION),
        (_, "p_below_high") => ("upper end of its 95 % Wilson interval", FRACTION),
        (_, "p_above") => ("share of paths on which b is above a", FRACTION),
        (_, "p_below_se" | "p_above_se") => ("Monte Carlo standard error of the share", FRACTION),
        (_, "variance_reduction") => ("how many times more paths independent runs would need", None),
        (Partings, "shift") => ("median of b less median of a", OF_OUTPUT),
        (Dominance, "order") => ("order of stochastic dominance, 1 or 2", None),
        (Dominance, "verdict") => ("which of the two dominates", None),
        (Dominance, "max_gap") => ("largest F_b - F_a, or of its integral for order 2", None),
        (Dominance, "min_gap") => ("smallest F_b - F_a, or of its integral for order 2", None),
        (Dominance, "max_gap_at") => ("value at which it is largest", OF_OUTPUT),
        (Dominance, "min_gap_at") => ("value at which it is smallest", OF_OUTPUT),
        (Dominance, "thresholds") => ("values that were looked at", None),
        (Targets, "target") => ("name of the target", None),
        (Targets, "only_a") => ("share of paths on which it holds in a alone", FRACTION),
        (Targets, "only_b") => ("share of paths on which it holds in b alone", FRACTION),
        (Constraints, "constraint") => ("name of the ceiling", None),
        (_, "probability_a" | "p_binding_a") => ("share of paths in a", FRACTION),
        (_, "probability_b" | "p_binding_b") => ("share of paths in b", FRACTION),
        (_, "difference") => ("share in b less share in a", FRACTION),
        (Why, "of") => ("output or target", None),
        (Why, "statistic") => ("statistic that moves", None),
        (Why, "input") => ("what differs; absent in the row of the whole move", None),
        (Why, "effect") => ("its part of the move", OF_OUTPUT),
        (Why, "first") => ("effect when it is changed alone", OF_OUTPUT),
        (Why, "last") => ("effect when it is changed after all others", OF_OUTPUT),
        (ComparisonTable::Warnings, name) => of_warnings(name)?,
        (_, name) => return of_bands(name).or_else(|| describe(Table::Bands, name)),
    };
    Some(Description { text: text.into(), unit })
}

type Fixed = (&'static str, Option<&'static str>);

fn of_time(name: &str) -> Option<Fixed> {
    Some(match name {
        "step" => ("number of the step; 0 is the base", None),
        "period" => ("label of the step", None),
        "year" => ("calendar year, where steps are calendar steps", None),
        _ => return None,
    })
}

fn of_summary(name: &str) -> Option<Description> {
    let (text, unit) = match name {
        "targets" => ("probability of each target by name, as JSON", None),
        "p_bound" => ("share of paths on which any ceiling ever binds", FRACTION),
        "p_bound_low" => ("lower end of its 95 % Wilson interval", FRACTION),
        "p_bound_high" => ("upper end of its 95 % Wilson interval", FRACTION),
        "tightest" => ("the ceiling that turns the most demand away for good", None),
        "lost_total" => ("mean of what all ceilings turn away for good, over all steps", OF_MARKET),
        "deferred_total" => ("mean of what all ceilings defer, over all steps", OF_MARKET),
        _ => match name.strip_prefix("cagr_").and_then(|name| level(name, "p")) {
            Some(level) => {
                let text = format!("growth a year that {level} % of the paths stay at or below");
                return Some(Description { text: text.into(), unit: FRACTION });
            }
            None => return of_bands(name),
        },
    };
    Some(Description { text: text.into(), unit })
}

fn of_relief(name: &str) -> Option<Fixed> {
    Some(match name {
        "constraint" => ("the ceiling that is made a tenth higher", None),
        "of" => ("output or target", None),
        "unit" => ("unit of the output", None),
        "statistic" => ("statistic that gains", None),
        "gain" => ("what it gains on the same random numbers", OF_OUTPUT),
        _ => return None,
    })
}

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
    fn every_column_of_a_comparison_is_described() {
        for table in ComparisonTable::ALL {
            for column in table.columns(&full_layout()) {
                let description = describe_comparison(table, &column.name);
                assert!(description.is_some_and(|it| !it.text.is_empty()), "{}.{}", table.name(), column.name);
            }
            assert_eq!(describe_comparison(table, "no_such_column"), None);
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
