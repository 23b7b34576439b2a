//! Accumulators that merge exactly in any order: moments, histograms, shares.
//!
//! Each takes blocks of [`Observations`] (one value a path, NaN and infinities allowed), holds a state whose size does
//! not depend on the number of paths, and merges by operations that are exactly associative and commutative: integer
//! counts, minima and maxima, and [`ExactSum`]. So the same blocks give the same bits, however they were spread over
//! threads and shards.
//!
//! What has to be chosen before the run (centres, bins, thresholds) is chosen from a [`Pilot`], the first few thousand
//! values of an output. A bad pilot costs accuracy, never correctness.

mod accumulator;
mod comoments;
mod counts;
mod ecdf;
mod estimate;
mod exact_sum;
mod excess;
mod histogram;
mod lanes;
mod layout;
mod ledger;
mod left_out;
mod moments;
mod observations;
mod pilot;
mod powers;
mod ranges;
mod rank_table;
mod ratio;
mod replicated;
mod round_step;
mod segmentation;
mod share;
mod statistic;
mod stored;
mod student;
#[cfg(test)]
pub(crate) mod testing;

pub use accumulator::{Accumulator, Merge, merged};
pub use comoments::Comoments;
pub use ecdf::Ecdf;
pub use estimate::Estimate;
pub(crate) use estimate::{se, value};
pub use exact_sum::ExactSum;
pub use excess::Excess;
pub use histogram::Histogram;
pub use layout::Layout;
pub use ledger::{Deferred, Ledger, LedgerColumns};
pub use left_out::LeftOut;
pub use moments::{Mean, Moments};
pub use observations::Observations;
pub use pilot::{Frame, Pilot};
pub use rank_table::RankTable;
pub use ratio::RatioSums;
pub(crate) use replicated::{Figure, Figures, Replicated};
pub use round_step::RoundStep;
pub use share::Share;
pub use statistic::{Statistic, level_key, parse_level, percentile_label};
pub use stored::{Malformed, StateReader, StateWriter, Stored};
pub(crate) use student::{student_t, student_t95};

/// 97.5 % quantile of the standard normal: the half-width of a 95 % interval in standard errors.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;
