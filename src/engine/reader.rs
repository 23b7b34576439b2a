//! Reads what the accumulators hold of each request.

use super::RunOptions;
use super::curve::Values;
use super::partial::{Partial, RowPartial, RowStatistic};
use crate::results::Band;
use crate::stats::{Estimate, Share};

/// Reads the requests' statistics in the order in which the plan made them.
pub(super) struct Reader<'r> {
    options: &'r RunOptions,
    partial: &'r Partial,
    request: usize,
}

impl<'r> Reader<'r> {
    pub(super) fn new(options: &'r RunOptions, partial: &'r Partial) -> Self {
        Reader { options, partial, request: 0 }
    }

    /// Paths that were seen.
    pub(super) fn paths(&self) -> u64 {
        self.partial.paths
    }

    /// Goes to the request of this number.
    pub(super) fn seek(&mut self, request: usize) {
        self.request = request;
    }

    fn next(&mut self) -> &'r RowPartial {
        self.request += 1;
        &self.partial.rows[self.request - 1]
    }

    /// How often a condition holds, and the first path that was left out of it.
    pub(super) fn condition(&mut self) -> (Share, Option<u64>) {
        let row = self.next();
        let share = match &row.statistic {
            RowStatistic::Certain(x) => Share::constant(*x, self.paths()),
            RowStatistic::Condition(share) => *share,
            _ => unreachable!("the plan asked for a condition"),
        };
        (share, self.partial.first_excluded(row))
    }

    /// The mean.
    pub(super) fn mean(&mut self) -> Option<Estimate> {
        match &self.next().statistic {
            RowStatistic::Certain(x) => x.is_finite().then_some(Estimate { value: *x, se: Some(0.0) }),
            RowStatistic::Mean(mean) => mean.estimate(),
            _ => unreachable!("the plan asked for a mean"),
        }
    }

    /// The row filled in, and the first path that was left out of it.
    pub(super) fn band(&mut self, band: Band) -> (Band, Option<u64>) {
        let (band, _, first_excluded) = self.band_and_values(band);
        (band, first_excluded)
    }

    /// The row filled in, the distribution behind it, and the first path that was left out of it.
    pub(super) fn band_and_values(&mut self, mut band: Band) -> (Band, Values, Option<u64>) {
        let (options, paths) = (self.options, self.paths());
        let row = self.next();
        let levels = options.percentiles.iter().map(|level| level / 100.0);
        let shortfall_levels = options.shortfall.iter().map(|level| level / 100.0);
        let values = match &row.statistic {
            RowStatistic::Certain(x) => {
                let value = Some(*x).filter(|x| x.is_finite());
                // Nothing varies; from one path alone that cannot be told.
                let se = (paths > 1).then_some(0.0);
                let estimate = Estimate::of(value, se);
                band.n = if value.is_some() { paths } else { 0 };
                band.excluded = paths - band.n;
                band.mean = estimate;
                band.sd = value.and(Estimate::of(se, se));
                band.quantiles = levels.map(|_| estimate).collect();
                band.shortfall = shortfall_levels.map(|_| estimate).collect();
                Values::Certain(value)
            }
            RowStatistic::Quantity { moments, histogram, excess } => {
                let ecdf = histogram.ecdf();
                band.n = moments.n();
                band.excluded = moments.excluded();
                band.mean = Estimate::of(moments.mean(), moments.mean_se());
                band.sd = Estimate::of(moments.sd(), moments.sd_se());
                band.skewness = if options.skewness { moments.skewness() } else { None };
                band.quantiles = levels.map(|p| Estimate::of(ecdf.quantile(p), ecdf.quantile_se(p))).collect();
                let shortfall = |level: f64| {
                    let excess = excess.iter().find(|excess| excess.level() == level)?;
                    Estimate::of(excess.shortfall(&ecdf), excess.shortfall_se(&ecdf))
                };
                band.shortfall = shortfall_levels.map(shortfall).collect();
                Values::Sampled(ecdf)
            }
            _ => unreachable!("the plan asked for a quantity"),
        };
        (band, values, self.partial.first_excluded(row))
    }
}
