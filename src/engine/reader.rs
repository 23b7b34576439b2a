//! Reads what the accumulators hold of each request.

use super::RunOptions;
use super::curve::Values;
use super::partial::{Partial, RowPartial, RowStatistic};
use super::plan::Plan;
use crate::program::Row;
use crate::results::Band;
use crate::stats::Tally;

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

    pub(super) fn condition(&mut self) -> (Tally, Option<u64>) {
        match self.next() {
            Seen::Recorded(RowPartial { statistic: RowStatistic::Condition(tally), first_excluded }) => {
                (tally.clone(), *first_excluded)
            }
            Seen::Recorded(_) => unreachable!("the plan asked for a condition"),
            Seen::Constant(x) => (Tally::constant(x, self.options.paths), x.is_nan().then_some(0)),
        }
    }

    /// The mean and its standard error.
    pub(super) fn mean(&mut self) -> (Option<f64>, Option<f64>) {
        match self.next() {
            Seen::Recorded(RowPartial { statistic: RowStatistic::Mean(mean), .. }) => (mean.mean(), mean.mean_se()),
            Seen::Recorded(_) => unreachable!("the plan asked for a mean"),
            Seen::Constant(x) => (x.is_finite().then_some(x), x.is_finite().then_some(0.0)),
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
                let certain = value.map(|_| 0.0);
                band.n = if value.is_some() { options.paths } else { 0 };
                band.excluded = options.paths - band.n;
                band.mean = value;
                band.sd = certain.filter(|_| options.paths > 1);
                band.mean_se = band.sd;
                band.sd_se = band.sd;
                band.quantiles = levels.map(|_| value).collect();
                band.quantile_se = vec![band.sd; band.quantiles.len()];
                band.shortfall = shortfall_levels.map(|_| value).collect();
                band.shortfall_se = vec![band.sd; band.shortfall.len()];
                (Values::Certain(value), (band.excluded > 0).then_some(0))
            }
            Seen::Recorded(RowPartial {
                statistic: RowStatistic::Quantity { moments, histogram, excess },
                first_excluded,
            }) => {
                let ecdf = histogram.ecdf();
                band.n = moments.n();
                band.excluded = moments.excluded();
                band.mean = moments.mean();
                band.sd = moments.sd();
                band.skewness = if options.skewness { moments.skewness() } else { None };
                band.mean_se = moments.mean_se();
                band.sd_se = moments.sd_se();
                for p in levels {
                    band.quantiles.push(ecdf.quantile(p));
                    band.quantile_se.push(ecdf.quantile_se(p));
                }
                for excess in excess {
                    band.shortfall.push(excess.shortfall(&ecdf));
                    band.shortfall_se.push(excess.shortfall_se(&ecdf));
                }
                (Values::Sampled(ecdf), *first_excluded)
            }
            Seen::Recorded(_) => unreachable!("the plan asked for a quantity"),
        };
        (band, values, first_excluded)
    }
}
