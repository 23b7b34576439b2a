//! A box in the two coordinates that matter most to it: how many paths lie in each cell of their plane, and how many of them
//! have the outcome.

use super::prim::{Points, Region};
use crate::engine::Measured;
use crate::results::PlaneRow;

/// Cells along each coordinate, but for those that bounds add; a coordinate with as few values has a cell for each.
const CELLS: usize = 16;
/// Share of the paths at either end of a coordinate that are left out: a few of them would take most of the picture.
const BEYOND: f64 = 0.005;

/// The two coordinates that matter most to a region: those without whose bounds it does worst on these points. Where one
/// alone is bounded, the second is the one that peeling cut most often. None where there are no two.
pub(super) fn strongest(region: &Region, peeled: &[Region], points: Points<'_>, among: &[usize]) -> Option<[usize; 2]> {
    let all_hits = among.iter().filter(|&&point| points.has_outcome[point]).count();
    let f1 = |coordinate: usize| region.without(coordinate).count(points, among).f1(all_hits);
    let coordinates = 0..region.bounds.len();
    let mut bounded: Vec<(usize, f64)> =
        coordinates.clone().filter(|&it| region.is_bounded(it)).map(|it| (it, f1(it))).collect();
    bounded.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let first = bounded.first()?.0;
    let cuts = |coordinate: usize| {
        peeled.windows(2).filter(|pair| pair[0].bounds[coordinate] != pair[1].bounds[coordinate]).count()
    };
    let next = || coordinates.rev().filter(|&it| it != first && cuts(it) > 0).max_by_key(|&it| cuts(it));
    Some([first, bounded.get(1).map(|(second, _)| *second).or_else(next)?])
}

/// The cells of two coordinates, those without a path left out.
pub(super) fn cells(
    number: u64,
    [x, y]: [usize; 2],
    measured: &[Measured],
    region: &Region,
    points: Points<'_>,
    among: &[usize],
) -> Vec<PlaneRow> {
    let axes = [x, y].map(|coordinate| {
        edges(among.iter().map(|&point| points.columns[coordinate][point]).collect(), region.bounds[coordinate])
    });
    let [columns, rows] = axes.each_ref().map(|edges| edges.len() - 1);
    let mut counts = vec![(0u64, 0u64); columns * rows];
    for &point in among {
        let place = |coordinate: usize, edges: &[f64]| {
            let after = edges.partition_point(|edge| *edge <= points.columns[coordinate][point]);
            (after > 0 && after < edges.len()).then(|| after - 1)
        };
        let Some((column, row)) = place(x, &axes[0]).zip(place(y, &axes[1])) else { continue };
        let (n, hits) = &mut counts[row * columns + column];
        *n += 1;
        *hits += u64::from(points.has_outcome[point]);
    }
    let cell = |(place, &(n, hits)): (usize, &(u64, u64))| {
        let range = |edges: &[f64], at: usize| (edges[at], edges[at + 1]);
        let (x_range, y_range) = (range(&axes[0], place % columns), range(&axes[1], place / columns));
        // Every cell lies on one side of a bound alone.
        let is_within = |(low, high): (f64, f64), coordinate: usize| {
            let (from, to) = region.bounds[coordinate];
            high > from && low <= to
        };
        PlaneRow {
            number,
            x: measured[x].input.clone(),
            x_measure: measured[x].coordinate,
            x_range,
            y: measured[y].input.clone(),
            y_measure: measured[y].coordinate,
            y_range,
            n,
            hits,
            is_inside: is_within(x_range, x) && is_within(y_range, y),
        }
    };
    counts.iter().enumerate().map(cell).filter(|row| row.n > 0).collect()
}

/// Where cells begin and end, ascending, two at least: around each of a few values, else evenly and at the bounds.
fn edges(mut values: Vec<f64>, (low, high): (f64, f64)) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() <= CELLS {
        let gap = |place: usize| distinct.get(place + 1).map(|next| (next - distinct[place]) / 2.0);
        let (Some(first), Some(last)) = (distinct.first(), distinct.last()) else { return vec![0.0, 1.0] };
        let ends = [gap(0), distinct.len().checked_sub(2).and_then(gap)].map(|gap| gap.unwrap_or(0.5));
        let between = distinct.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0);
        return std::iter::once(first - ends[0]).chain(between).chain([last + ends[1]]).collect();
    }
    let beyond = (BEYOND * values.len() as f64) as usize;
    // A bound is itself in the box, and a cell ends below its upper edge.
    let (from, to) = (values[beyond], values[values.len() - 1 - beyond].next_up());
    let even = (0..=CELLS).map(|place| from + (to - from) * place as f64 / CELLS as f64);
    let bounds = [low, high.next_up()].into_iter().filter(|bound| from < *bound && *bound < to);
    let mut edges: Vec<f64> = even.chain(bounds).collect();
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_end_at_the_bounds_and_every_value_of_a_few_has_one() {
        assert_eq!(edges(vec![2.0, 0.0, 0.0, 1.0], (1.0, f64::INFINITY)), [-0.5, 0.5, 1.5, 2.5]);
        assert_eq!(edges(vec![3.0; 9], (f64::NEG_INFINITY, f64::INFINITY)), [2.5, 3.5]);
        let values: Vec<f64> = (0..=1000).map(f64::from).collect();
        let found = edges(values, (123.0, f64::INFINITY));
        assert_eq!((found.len(), found[0], found[found.len() - 1]), (CELLS + 2, 5.0, 995.0_f64.next_up()));
        assert!(found.contains(&123.0) && found.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
