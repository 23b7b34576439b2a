//! A distribution function that runs linearly between points: interpolated samples.

use super::normal::Tails;

/// Increasing values, and the share of the mass at or below each: 0 at the first, 1 at the last.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    values: Vec<f64>,
    below: Vec<f64>,
}

/// An interpolated sample: equal neighbours are atoms; the rest has runs, with their share of the mass.
#[derive(Clone, Debug)]
pub(super) struct Interpolated {
    pub(super) atoms: Vec<(f64, f64)>,
    pub(super) runs: Option<(f64, Runs)>,
}

impl Runs {
    /// The same mass between each value and the next one: the k-th of n lies at the probability (k - 1) / (n - 1).
    ///
    /// Takes two values or more.
    pub(super) fn between_order_statistics(sorted: &[f64]) -> Interpolated {
        let share = 1.0 / (sorted.len() - 1) as f64;
        let mut atoms: Vec<(f64, f64)> = Vec::new();
        let mut values = vec![sorted[0]];
        for pair in sorted.windows(2) {
            if pair[0] < pair[1] {
                values.push(pair[1]);
            } else if let Some(atom) = atoms.last_mut().filter(|atom| atom.0 == pair[0]) {
                atom.1 += share;
            } else {
                atoms.push((pair[0], share));
            }
        }
        let count = values.len() - 1;
        if count == 0 {
            return Interpolated { atoms: vec![(sorted[0], 1.0)], runs: None };
        }
        let below = (0..=count).map(|k| k as f64 / count as f64).collect();
        Interpolated { atoms, runs: Some((count as f64 * share, Runs { values, below })) }
    }

    /// Classes between edges, with weights that are not all 0.
    pub(super) fn between_edges(edges: &[f64], weights: &[f64]) -> Runs {
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut below: Vec<f64> = weights.iter().map(|weight| (sum, sum += weight).0 / total).collect();
        below.push(1.0);
        Runs { values: edges.to_vec(), below }
    }

    /// The part within bounds and its share; None where nothing is left.
    pub(super) fn truncated(&self, low: f64, high: f64) -> Option<(f64, Runs)> {
        let (least, most) = self.bounds();
        let (low, high) = (low.max(least), high.min(most));
        if low >= high {
            return None;
        }
        let (from, to) = (self.tails(low).lower, self.tails(high).lower);
        let mut part = Runs { values: vec![low], below: vec![0.0] };
        for (&value, &below) in self.values.iter().zip(&self.below) {
            if low < value && value < high {
                part.values.push(value);
                part.below.push((below - from) / (to - from));
            }
        }
        part.values.push(high);
        part.below.push(1.0);
        (to > from).then_some((to - from, part))
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn bounds(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    /// The run that ends at or after x: index of its end.
    fn end(&self, x: f64) -> usize {
        self.values.partition_point(|&value| value < x).clamp(1, self.values.len() - 1)
    }

    /// Both tails at x.
    pub(super) fn tails(&self, x: f64) -> Tails {
        let (low, high) = self.bounds();
        if x <= low {
            return Tails::NONE;
        }
        if x >= high {
            return Tails::ALL;
        }
        let end = self.end(x);
        let part = (x - self.values[end - 1]) / (self.values[end] - self.values[end - 1]);
        Tails::of(self.below[end - 1] + part * (self.below[end] - self.below[end - 1]))
    }

    /// Density at x; 0 outside.
    pub(super) fn density(&self, x: f64) -> f64 {
        let (low, high) = self.bounds();
        if !(low <= x && x <= high) {
            return 0.0;
        }
        let end = self.end(x);
        (self.below[end] - self.below[end - 1]) / (self.values[end] - self.values[end - 1])
    }

    /// Mean and variance: a mixture of uniforms.
    pub(super) fn moments(&self) -> (f64, f64) {
        let runs = || self.values.windows(2).zip(self.below.windows(2)).map(|(x, p)| (x[0], x[1], p[1] - p[0]));
        let mean: f64 = runs().map(|(low, high, share)| share * 0.5 * (low + high)).sum();
        let variance = runs()
            .map(|(low, high, share)| {
                let (off, width) = (0.5 * (low + high) - mean, high - low);
                share * (off * off + width * width / 12.0)
            })
            .sum();
        (mean, variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_atoms() {
        let Interpolated { atoms, runs } = Runs::between_order_statistics(&[0.0, 1.0, 1.0, 1.0, 3.0]);
        assert_eq!(atoms, [(1.0, 0.5)]);
        let (share, runs) = runs.expect("distinct values");
        assert_eq!((share, runs.values()), (0.5, &[0.0, 1.0, 3.0][..]));
        assert_eq!(runs.tails(2.0).lower, 0.75);
        assert_eq!(runs.density(2.0), 0.25);
    }

    #[test]
    fn truncation_keeps_the_shape() {
        let Interpolated { runs, .. } = Runs::between_order_statistics(&[0.0, 1.0, 3.0]);
        let (share, part) = runs.expect("distinct values").1.truncated(0.5, 2.0).expect("mass is left");
        assert_eq!(share, 0.5);
        assert_eq!(part.tails(1.0).lower, 0.5);
        assert_eq!(part.tails(1.5).lower, 0.75);
        // Mixture of two uniforms of weight 1/2: on [0.5, 1] and on [1, 2].
        assert_eq!(part.moments().0, 0.5 * 0.75 + 0.5 * 1.5);
    }
}
