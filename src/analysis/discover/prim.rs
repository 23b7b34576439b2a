//! The patient rule induction method: a box is peeled, a thin slice at a time, towards where an outcome is frequent.
//!
//! J. H. Friedman and N. I. Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9, 123-143,
//! doi:10.1023/A:1008894516817; coverage and density as in B. P. Bryant and R. J. Lempert (2010), Thinking inside the box,
//! Technological Forecasting and Social Change 77, 34-49, doi:10.1016/j.techfore.2009.08.002.

use rayon::prelude::*;

/// Share of the paths in a box that a slice takes: small, so that an early mistake can be made good.
const SLICE: f64 = 0.05;
/// Share of all paths, and their number, that a box has at least.
const SMALLEST: f64 = 0.005;
const FEWEST: usize = 30;

/// Points with an outcome: a column a coordinate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Points<'a> {
    pub(super) columns: &'a [Vec<f64>],
    pub(super) has_outcome: &'a [bool],
}

/// Bounds by coordinate, both in the box; infinite where there is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Region {
    pub(super) bounds: Vec<(f64, f64)>,
}

/// Points in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Inside {
    pub(super) hits: usize,
    pub(super) n: usize,
}

impl Region {
    pub(super) fn whole(coordinates: usize) -> Region {
        Region { bounds: vec![(f64::NEG_INFINITY, f64::INFINITY); coordinates] }
    }

    /// The region with a coordinate free on both sides.
    pub(super) fn without(&self, coordinate: usize) -> Region {
        let mut without = self.clone();
        without.bounds[coordinate] = (f64::NEG_INFINITY, f64::INFINITY);
        without
    }

    /// Whether a coordinate is bounded on a side.
    pub(super) fn is_bounded(&self, coordinate: usize) -> bool {
        let (low, high) = self.bounds[coordinate];
        low.is_finite() || high.is_finite()
    }

    /// Sides that are bounded, of all coordinates.
    pub(super) fn limits(&self) -> usize {
        self.bounds.iter().map(|(low, high)| usize::from(low.is_finite()) + usize::from(high.is_finite())).sum()
    }

    pub(super) fn contains(&self, points: Points<'_>, point: usize) -> bool {
        let bounds = self.bounds.iter().zip(points.columns);
        bounds.into_iter().all(|((low, high), column)| *low <= column[point] && column[point] <= *high)
    }

    /// How many of these points lie inside.
    pub(super) fn count(&self, points: Points<'_>, among: &[usize]) -> Inside {
        let inside = among.iter().filter(|&&point| self.contains(points, point));
        inside.fold(Inside::default(), |seen, &point| Inside {
            hits: seen.hits + usize::from(points.has_outcome[point]),
            n: seen.n + 1,
        })
    }
}

impl Inside {
    /// Share of the points that have the outcome; 0 without points.
    fn density(self) -> f64 {
        if self.n == 0 { 0.0 } else { self.hits as f64 / self.n as f64 }
    }

    /// The harmonic mean of coverage and density; 0 without a hit.
    pub(super) fn f1(self, all_hits: usize) -> f64 {
        if self.hits == 0 { 0.0 } else { 2.0 * self.hits as f64 / (self.n + all_hits) as f64 }
    }
}

/// Regions from all points to the smallest box, each a slice less than the one before.
pub(super) fn peel(points: Points<'_>, among: &[usize]) -> Vec<Region> {
    let smallest = ((SMALLEST * among.len() as f64) as usize).max(FEWEST);
    let mut regions = vec![Region::whole(points.columns.len())];
    let mut left = among.to_vec();
    loop {
        let slices = points.columns.par_iter().enumerate().flat_map_iter(|(coordinate, column)| {
            [false, true]
                .into_iter()
                .filter_map(|above| {
                    let (bound, kept) = slice(column, &left, points.has_outcome, above)?;
                    (kept.n >= smallest).then_some((coordinate, above, bound, kept))
                })
                .collect::<Vec<_>>()
        });
        let slices: Vec<_> = slices.collect();
        let now = Inside { hits: left.iter().filter(|&&point| points.has_outcome[point]).count(), n: left.len() };
        // What the density gains for each point that is taken off: values that repeat may go by the half, and would win by
        // their size otherwise (J. H. Kwakkel and M. Jaxa-Rozen 2016, Improving scenario discovery for handling
        // heterogeneous uncertainties and multinomial classified outcomes, Environmental Modelling & Software 79, 311-321,
        // doi:10.1016/j.envsoft.2015.11.020). Of equal ones the first, so that the choice is the same on any threads.
        let gain = |kept: &Inside| (kept.density() - now.density()) / (now.n - kept.n) as f64;
        let best = slices.into_iter().rev().max_by(|(.., a), (.., b)| gain(a).total_cmp(&gain(b)));
        let Some((coordinate, above, bound, kept)) = best else { return regions };
        if now.hits == now.n || gain(&kept) < 0.0 {
            return regions;
        }
        let column = &points.columns[coordinate];
        left.retain(|&point| if above { column[point] <= bound } else { column[point] >= bound });
        let mut region = regions[regions.len() - 1].clone();
        let bounds = &mut region.bounds[coordinate];
        if above {
            bounds.1 = bound
        } else {
            bounds.0 = bound
        }
        regions.push(region);
    }
}

/// What is left after a slice below or above is taken: its bound, and the points. None where all values are equal.
fn slice(column: &[f64], left: &[usize], has_outcome: &[bool], above: bool) -> Option<(f64, Inside)> {
    let mut values: Vec<f64> = left.iter().map(|&point| column[point]).collect();
    let taken = ((SLICE * values.len() as f64).ceil() as usize).min(values.len().checked_sub(1)?);
    let place = if above { values.len() - 1 - taken } else { taken };
    let (_, &mut at, _) = values.select_nth_unstable_by(place, f64::total_cmp);
    let is_beyond = |x: f64| if above { x > at } else { x < at };
    let ends = || left.iter().map(|&point| column[point]);
    // Where the value at the cut repeats out to the end, the slice is all of them.
    let bound = if ends().any(is_beyond) {
        at
    } else if above {
        ends().filter(|x| *x < at).max_by(f64::total_cmp)?
    } else {
        ends().filter(|x| *x > at).min_by(f64::total_cmp)?
    };
    let stays = |&&point: &&usize| if above { column[point] <= bound } else { column[point] >= bound };
    let kept = left.iter().filter(stays).fold(Inside::default(), |seen, &point| Inside {
        hits: seen.hits + usize::from(has_outcome[point]),
        n: seen.n + 1,
    });
    Some((bound, kept))
}

/// The region without the bounds that add nothing: each is dropped if the harmonic mean of coverage and density does not
/// fall, the most useless first.
pub(super) fn simplify(mut region: Region, points: Points<'_>, among: &[usize], all_hits: usize) -> Region {
    let mut best = region.count(points, among).f1(all_hits);
    loop {
        let without = |coordinate: usize, above: bool| {
            let mut without = region.clone();
            let bounds = &mut without.bounds[coordinate];
            let side = if above { &mut bounds.1 } else { &mut bounds.0 };
            if side.is_infinite() {
                return None;
            }
            *side = if above { f64::INFINITY } else { f64::NEG_INFINITY };
            let f1 = without.count(points, among).f1(all_hits);
            (f1 >= best).then_some((f1, without))
        };
        let coordinates = 0..region.bounds.len();
        let candidates = coordinates.flat_map(|coordinate| [false, true].map(|above| (coordinate, above)));
        let simpler = candidates.filter_map(|(coordinate, above)| without(coordinate, above)).rev();
        let Some((f1, simpler)) = simpler.max_by(|(a, _), (b, _)| a.total_cmp(b)) else { return region };
        (best, region) = (f1, simpler);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid of 100 by 100 with an outcome in one corner.
    fn corner() -> (Vec<Vec<f64>>, Vec<bool>) {
        let points = || (0..10_000).map(|i| (f64::from(i % 100), f64::from(i / 100)));
        let columns = vec![points().map(|(x, _)| x).collect(), points().map(|(_, y)| y).collect(), vec![1.0; 10_000]];
        (columns, points().map(|(x, y)| x >= 70.0 && y < 40.0).collect())
    }

    #[test]
    fn a_corner_is_found_without_bounds_on_what_says_nothing() {
        let (columns, has_outcome) = corner();
        let points = Points { columns: &columns, has_outcome: &has_outcome };
        let all: Vec<usize> = (0..10_000).collect();
        let regions = peel(points, &all);
        let best = regions
            .into_iter()
            .max_by(|a, b| a.count(points, &all).f1(1200).total_cmp(&b.count(points, &all).f1(1200)));
        let region = simplify(best.expect("a region"), points, &all, 1200);
        let inside = region.count(points, &all);
        assert!(inside.f1(1200) > 0.95, "{region:?} {inside:?}");
        assert_eq!((region.limits(), region.bounds[2]), (2, (f64::NEG_INFINITY, f64::INFINITY)));
        assert!((region.bounds[0].0 - 70.0).abs() <= 2.0 && (region.bounds[1].1 - 39.0).abs() <= 2.0, "{region:?}");
    }

    #[test]
    fn values_that_repeat_are_peeled_together() {
        let column: Vec<f64> = (0..100).map(|i| f64::from(i32::from(i < 60))).collect();
        let has_outcome: Vec<bool> = (0..100).map(|i| i < 60).collect();
        let all: Vec<usize> = (0..100).collect();
        assert_eq!(slice(&column, &all, &has_outcome, false), Some((1.0, Inside { hits: 60, n: 60 })));
        assert_eq!(slice(&[2.0; 100], &all, &has_outcome, true), None);
    }
}
