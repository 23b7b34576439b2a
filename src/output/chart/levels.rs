//! Which quantiles make the bands of a chart.

use crate::results::Band;
use crate::stats::percentile_label;

/// Pairs of levels around a middle one, as indices into the percentiles of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct BandLevels {
    /// Low and high, the widest first; at most three.
    pub pairs: Vec<(usize, usize)>,
    /// The median, or the level nearest to it.
    pub middle: usize,
}

/// Most bands that the eye tells apart.
const MOST: usize = 3;

/// The bands that percentiles give: the outermost two, and so on inwards. None without percentiles.
pub fn band_levels(percentiles: &[f64]) -> Option<BandLevels> {
    let mut order: Vec<usize> = (0..percentiles.len()).collect();
    order.sort_by(|&a, &b| percentiles[a].total_cmp(&percentiles[b]));
    let distance = |index: &usize| (percentiles[*index] - 50.0).abs();
    let middle = order.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let half = order.len() / 2;
    let mut pairs: Vec<(usize, usize)> =
        (0..half).map(|index| (order[index], order[order.len() - 1 - index])).collect();
    while pairs.len() > MOST {
        pairs.remove(pairs.len() / 2);
    }
    Some(BandLevels { pairs, middle })
}

/// A quantile that can be drawn.
pub(crate) fn finite(band: &Band, level: usize) -> Option<f64> {
    band.quantile(level).filter(|value| value.is_finite())
}

/// The middle level: `median`, or the percentile that stands for it.
pub(super) fn middle_name(percentile: f64) -> String {
    if percentile == 50.0 { "median".into() } else { percentile_label(percentile) }
}

/// What lies between two levels: `P5 to P95`.
pub(crate) fn range_name(percentiles: &[f64], (low, high): (usize, usize)) -> String {
    format!("{} to {}", percentile_label(percentiles[low]), percentile_label(percentiles[high]))
}

/// The class of a band, the innermost darkest.
pub(super) fn band_class(index: usize, count: usize) -> &'static str {
    ["b1", "b2", "b3"][shade(index, count)]
}

/// The name of its colour in the palette.
pub(crate) fn band_colour(index: usize, count: usize) -> &'static str {
    ["band-1", "band-2", "band-3"][shade(index, count)]
}

fn shade(index: usize, count: usize) -> usize {
    match (index, count) {
        (_, 1) => 1,
        (0, _) => 0,
        (1, 3) => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_pair_up_from_the_outside() {
        let levels = band_levels(&[5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0]).expect("levels");
        assert_eq!(levels, BandLevels { pairs: vec![(0, 6), (1, 5), (2, 4)], middle: 3 });
        let levels = band_levels(&[95.0, 5.0, 50.0]).expect("levels");
        assert_eq!(levels, BandLevels { pairs: vec![(1, 0)], middle: 2 });
        assert_eq!(band_levels(&[99.0]), Some(BandLevels { pairs: vec![], middle: 0 }));
        assert_eq!(band_levels(&[]), None);
        let many: Vec<f64> = (1..20).map(|k| f64::from(k) * 5.0).collect();
        let levels = band_levels(&many).expect("levels");
        assert_eq!((levels.pairs.len(), levels.pairs[0], levels.middle), (3, (0, 18), 9));
    }
}
