//! Options that say which statistics are reported.

use crate::cli::values;
use crate::cli::values::Levels;
use clap::Args;

/// Which statistics are reported.
#[derive(Debug, Args)]
pub(crate) struct StatisticsArgs {
    /// Percentiles of the bands, in percent: P90 is the value that 90 % of the paths stay at or below
    #[arg(
        long,
        value_name = "LIST",
        default_value = "5,10,25,50,75,90,95",
        value_parser = values::levels,
        help_heading = "Statistics"
    )]
    pub(crate) percentiles: Levels,
    /// Expected shortfall, the mean beyond each level in percent: the lower tail below 50
    #[arg(long, value_name = "LIST", value_parser = values::levels, help_heading = "Statistics")]
    pub(crate) shortfall: Option<Levels>,
    /// Skewness of the bands
    #[arg(long, help_heading = "Statistics")]
    pub(crate) skewness: bool,
    /// Correlation of two outputs or periods, e.g. market[2027],market[2031]; may be repeated
    #[arg(long, value_name = "A,B", value_parser = values::pair, help_heading = "Statistics")]
    pub(crate) correlate: Vec<(String, String)>,
}

/// Whether a comparison is split over what differs.
#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// Split the move of the last step's market, its growth and the targets over what differs
    #[arg(
        long,
        help_heading = "Statistics",
        long_help = "Split the move of the last step's market, its growth (cagr) and the targets over what differs\n\n\
            Every named thing that differs is a change. Each gets the average of its effect over the orders in which the \
            changes can be made (Shapley), all on the same random numbers; the parts add up to the whole move. Up to 6 changes \
            are run in every combination, more in sampled orders with a stated error"
    )]
    pub(crate) why: bool,
    /// Changes that count as one in --why, e.g. grid=events.grid_restriction,variables.slip; may be repeated
    #[arg(long, value_name = "NAME=CHANGE,CHANGE", value_parser = values::group, requires = "why", help_heading = "Statistics")]
    pub(crate) group: Vec<(String, Vec<String>)>,
    /// Period of the outputs in --why, e.g. 2028 or 2028Q1, or total, the sum of all [default: the last one]
    #[arg(long, value_name = "PERIOD", requires = "why", help_heading = "Statistics")]
    pub(crate) at: Option<String>,
}
