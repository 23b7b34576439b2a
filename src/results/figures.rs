//! The numbers of results that have a standard error.

use super::{Band, ConstraintRow, CorrelationRow, Results, TargetRow};
use crate::stats::{Figure, Figures};

impl Figures for Band {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        self.mean.figures(visit);
        self.sd.figures(visit);
        self.quantiles.figures(visit);
        self.shortfall.figures(visit);
    }
}

impl Figures for TargetRow {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        self.share.figures(visit);
    }
}

impl Figures for ConstraintRow {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        [&mut self.binding, &mut self.short, &mut self.first].into_iter().for_each(|share| share.figures(visit));
        let amounts = [&mut self.unmet, &mut self.lost, &mut self.deferred, &mut self.utilisation];
        amounts.into_iter().for_each(|amount| amount.figures(visit));
    }
}

impl Figures for CorrelationRow {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        [&mut self.pearson, &mut self.spearman, &mut self.covariance].into_iter().for_each(|it| it.figures(visit));
    }
}

/// What a run itself says; analyses that are added to its results have errors of their own.
impl Figures for Results {
    fn figures(&mut self, visit: &mut dyn FnMut(Figure<'_>)) {
        self.bands.figures(visit);
        self.targets.figures(visit);
        self.constraints.figures(visit);
        if let Some(bound) = &mut self.bound {
            bound.figures(visit);
        }
        self.correlations.figures(visit);
    }
}
