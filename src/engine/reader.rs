//! Reads what the accumulators hold of each request.

use super::RunOptions;
use super::curve::Values;
use super::partial::{Partial, RowPartial, RowStatistic};
use super::plan::Plan;
use crate::program::Row;
use crate::results::Band;
use crate::stats::{Estimate, Share};

/// What became of a request.
enum Seen<'r> {
    Constant(f64),
    Recorded(&'r RowPartial),
}

/// Reads the requests' statistics in the order in which the plan made them.
pub(super) struct Reader<'r> {
    plan: &'r Plan,
    options: &'r RunOptions,
    partial: &'r Partial,
    request: usize,
}

impl<'r> Reader<'r> {
    pub(super) fn new(plan: &'r Plan, options: &'r RunOptions, partial: &'r Partial) -> Self {
        Reader { plan, options, partial, request: 0 }
    }

    /// Goes to the request of this number.
    pub(super) fn seek(&mut self, request: usize) {
        self.request = request;
    }

    fn next(&mut self) -> Seen<'r> {
        let row = self.plan.program.rows[self.request];
        self.request += 1;
        match row {
            Row::Constant(x) => Seen::Constant(x),
            Row::Recorded(index) => Seen::Recorded(&self.partial.rows[index]),
        }
    }

    pub(super) fn condition(&mut self) -> (Share, Option<u64>) {
        match self.next() {
            Seen::Recorded(RowPartial { statistic: RowStatistic::Condition(share), first_excluded }) => {
                (*share, *first_excluded)
            }
            Seen::Recorded(_) => unreachable!("the plan asked for a condition"),
            Seen::Constant(x) => (Share::constant(x, self.options.paths), x.is_nan().then_some(0)),
        }
    }

    /// The mean.
    pub(super) fn mean(&mut self) -> Option<Estimate> {
        match self.next() {
            Seen::Recorded(RowPartial { statistic: RowStatistic::Mean(mean), .. }) => mean.estimate(),
            Seen::Recorded(_) => unreachable!("the plan asked for a mean"),
            Seen::Constant(x) => x.is_finite().then_some(Estimate { value: x, se: Some(0.0) }),
        }
    }

    /// The row filled in, and the first path that was left out of it.
    pub(super) fn band(&mut self, band: Band) -> (Band, Option<u64>) {
        let (band, _, first_excluded) = self.band_and_values(band);
        (band, first_excluded)
    }

    /// The row filled in, the distribution behind it, and the first path that was left out of it.
    pub(super) fn band_and_values(&mut self, mut band: Band) -> (Band, Values, Option<u64>) {
        let options = self.options;
        let levels = options.percentiles.iter().map(|level| level / 100.0);
        let shortfall_levels = options.shortfall.iter().map(|level| level / 100.0);
        let (values, first_excluded) = match self.next() {
            Seen::Constant(x) => {
                let value = x.is_finite().then_some(x);
                // Nothing varies; from one path alone that cannot be told.
                let se = (options.paths > 1).then_some(0.0);
                let estimate = Estimate::of(value, se);
                band.n = if value.is_some() { options.paths } else { 0 };
                band.excluded = options.paths - band.n;
                band.mean = estimate;
                band.sd = value.and(Estimate::of(se, se));
                band.quantiles = levels.map(|_| estimate).collect();
                band.shortfall = shortfall_levels.map(|_| estimate).collect();
                (Values::Certain(value), (band.excluded > 0).then_some(0))
            }
            Seen::Recorded(RowPartial {
                statistic: RowStatistic::Quantity { moments, histogram, excess },
                first_excluded,
            }) => {
                let ecdf = histogram.ecdf();
                band.n = moments.n();
                band.excluded = moments.excluded();
                band.mean = Estimate::of(moments.mean(), moments.mean_se());
                band.sd = Estimate::of(moments.sd(), moments.sd_se());
                band.skewness = if options.skewness { moments.skewness() } else { None };
                band.quantiles = levels.map(|p| Estimate::of(ecdf.quantile(p), ecdf.quantile_se(p))).collect();
                band.shortfall = excess
                    .iter()
                    .map(|excess| Estimate::of(excess.shortfall(&ecdf), excess.shortfall_se(&ecdf)))
                    .collect();
                (Values::Sampled(ecdf), *first_excluded)
            }
            Seen::Recorded(_) => unreachable!("the plan asked for a quantity"),
        };
        (band, values, first_excluded)
    }
}
