//! Spearman's rank correlation of two outputs from a table of counts.

use super::{Accumulator, Malformed, Merge, Observations, Pilot, StateReader, StateWriter, Stored};

/// Bins a side. The table takes 512 KiB a pair.
const BINS: usize = 256;

/// Counts of pairs over bins that the pilots' quantiles cut; a value that is a large part of its pilot has a bin of its
/// own.
///
/// Spearman's correlation is Pearson's of the mid-grades F(x-) + P(X = x) / 2, ties included. Here all values of a bin
/// count as ties. With U the grade and A its mean in the bin, what is lost of the covariance is that within bins: with B
/// bins of equal share its terms are at most 1 / (12 B^2) each, of the 1/12 that is the variance of a grade. So the bias
/// is below 3 / B^2, 5e-5 for 256 bins, and 0 where every distinct value has its own bin; pilot quantiles make shares that
/// differ by a quarter or so, which does not change the order. Against sorting, what happens within bins scatters by about
/// sqrt(2) / B standard errors, with mean 0. Monte Carlo error is far above both up to 1e8 paths.
#[derive(Clone, Debug, PartialEq)]
pub struct RankTable {
    cuts_a: Vec<f64>,
    cuts_b: Vec<f64>,
    /// Row by row, a row for each bin of `a`.
    counts: Vec<u64>,
    n: u64,
}

/// What the counts of one side say: shares of the bins and their mid-grades.
struct Margin {
    shares: Vec<f64>,
    grades: Vec<f64>,
    /// Sum of the cubed shares: the variance of the mid-grades is (1 - cubes) / 12.
    cubes: f64,
}

impl RankTable {
    /// An empty table with bins from the two pilots.
    pub fn new(a: &Pilot, b: &Pilot) -> Self {
        let (cuts_a, cuts_b) = (cuts(a), cuts(b));
        let counts = vec![0; (cuts_a.len() + 1) * (cuts_b.len() + 1)];
        RankTable { cuts_a, cuts_b, counts, n: 0 }
    }

    /// Paths with both values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Spearman's correlation; none for n < 2 and where either is constant.
    pub fn spearman(&self) -> Option<f64> {
        let (a, b) = self.margins()?;
        let product =
            self.rows().zip(&a.grades).map(|(row, grade)| grade * dot(row, &b.grades)).sum::<f64>() / self.n as f64;
        Some(((product - 0.25) / (a.variance() * b.variance()).sqrt()).clamp(-1.0, 1.0))
    }

    /// Standard error of the correlation, from the influence of each cell; none where there is no correlation.
    ///
    /// The mean product of mid-grades is the functional T = P(X1 <= X2, Y1' <= Y2) of three independent pairs (ties count
    /// half), so a pair (x, y) moves it by F(x) G(y) + E[k(x, X) G(Y)] + E[F(X) k(y, Y)] - 3 T with k(x, X) = 1 for x < X,
    /// 1/2 for a tie (Hoeffding 1948, "A class of statistics with asymptotically normal distribution",
    /// doi:10.1214/aoms/1177730196, section 9). The variance of the mid-grades, which depends on the ties, moves by
    /// (cubes - share^2) / 4.
    pub fn spearman_se(&self) -> Option<f64> {
        let (a, b) = self.margins()?;
        let rho = self.spearman()?;
        let n = self.n as f64;
        let spread = (a.variance() * b.variance()).sqrt();
        let product = 0.25 + rho * spread;

        // E[k(i, X) G(Y)] for each bin i of a, and the same for b: sums from the top down.
        let by_row: Vec<f64> = self.rows().map(|row| dot(row, &b.grades) / n).collect();
        let mut by_column = vec![0.0; b.grades.len()];
        for (row, grade) in self.rows().zip(&a.grades) {
            for (sum, &count) in by_column.iter_mut().zip(row) {
                *sum += count as f64 * grade / n;
            }
        }
        let (above_a, above_b) = (from_above(&by_row), from_above(&by_column));

        let mut sum = 0.0;
        for (i, row) in self.rows().enumerate() {
            for (j, &count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
                let moved = a.grades[i] * b.grades[j] + above_a[i] + above_b[j] - 3.0 * product;
                let ties = a.influence(i) / a.variance() + b.influence(j) / b.variance();
                let influence = moved / spread - rho / 2.0 * ties;
                sum += count as f64 * influence * influence;
            }
        }
        Some((sum / n / n).sqrt())
    }

    fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks(self.cuts_b.len() + 1)
    }

    fn margins(&self) -> Option<(Margin, Margin)> {
        if self.n < 2 {
            return None;
        }
        let rows: Vec<u64> = self.rows().map(|row| row.iter().sum()).collect();
        let mut columns = vec![0; self.cuts_b.len() + 1];
        for row in self.rows() {
            columns.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let constant = |counts: &[u64]| counts.contains(&self.n);
        if constant(&rows) || constant(&columns) {
            return None;
        }
        Some((Margin::new(&rows, self.n), Margin::new(&columns, self.n)))
    }
}

impl Accumulator for RankTable {
    type Block<'b> = [&'b Observations<'b>; 2];

    /// Paths on which either value is not finite are left out.
    fn add(&mut self, columns: [&Observations<'_>; 2]) {
        let [a, b] = columns.map(Observations::values);
        let row = self.cuts_b.len() + 1;
        for (&x, &y) in a.iter().zip(b) {
            if x.is_finite() && y.is_finite() {
                self.counts[bin(&self.cuts_a, x) * row + bin(&self.cuts_b, y)] += 1;
                self.n += 1;
            }
        }
    }
}

impl Merge for RankTable {
    fn merge(&mut self, other: &Self) {
        debug_assert!(
            self.cuts_a == other.cuts_a && self.cuts_b == other.cuts_b,
            "tables of other pilots do not merge"
        );
        for (count, added) in self.counts.iter_mut().zip(&other.counts) {
            *count += added;
        }
        self.n += other.n;
    }
}

impl Stored for RankTable {
    fn store(&self, to: &mut StateWriter) {
        to.counts(&self.counts);
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        self.n = from.counts(&mut self.counts)?;
        Ok(())
    }
}

impl Margin {
    fn new(counts: &[u64], n: u64) -> Margin {
        let n = n as f64;
        let shares: Vec<f64> = counts.iter().map(|&count| count as f64 / n).collect();
        let mut below = 0;
        let grades = counts
            .iter()
            .map(|&count| {
                let grade = (below as f64 + count as f64 / 2.0) / n;
                below += count;
                grade
            })
            .collect();
        let cubes = shares.iter().map(|q| q * q * q).sum();
        Margin { shares, grades, cubes }
    }

    fn variance(&self) -> f64 {
        (1.0 - self.cubes) / 12.0
    }

    /// How a pair in bin i moves the variance.
    fn influence(&self, i: usize) -> f64 {
        (self.cubes - self.shares[i] * self.shares[i]) / 4.0
    }
}

/// Ends of the bins: bin k holds the values from cut k - 1 on and below cut k.
fn cuts(pilot: &Pilot) -> Vec<f64> {
    let values = pilot.values();
    let mut cuts: Vec<f64> = Vec::with_capacity(BINS);
    if values.is_empty() {
        return cuts;
    }
    let mut distinct = values.to_vec();
    distinct.dedup();
    if distinct.len() <= BINS {
        return distinct.split_off(1);
    }
    for k in 1..BINS {
        let value = values[k * values.len() / BINS];
        match cuts.last() {
            // A quantile met twice is an atom: it ends right after itself.
            Some(&last) if last == value => cuts.push(value.next_up()),
            Some(&last) if last > value => {}
            _ => cuts.push(value),
        }
    }
    cuts
}

fn bin(cuts: &[f64], x: f64) -> usize {
    cuts.partition_point(|&cut| cut <= x)
}

fn dot(counts: &[u64], grades: &[f64]) -> f64 {
    counts.iter().zip(grades).map(|(&count, grade)| count as f64 * grade).sum()
}

/// Half of the own term and all that follow.
fn from_above(terms: &[f64]) -> Vec<f64> {
    let mut after = 0.0;
    let mut sums: Vec<f64> = terms
        .iter()
        .rev()
        .map(|term| {
            let sum = after + term / 2.0;
            after += term;
            sum
        })
        .collect();
    sums.reverse();
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::observed;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    /// Pairs of transformed normals with correlation r: rank correlation asks for the normals alone.
    fn pairs(r: f64, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..n)
            .map(|_| {
                let (u, v): (f64, f64) = (StandardNormal.sample(&mut rng), StandardNormal.sample(&mut rng));
                ((3.0 * u).exp(), (r * u + (1.0 - r * r).sqrt() * v).powi(3))
            })
            .unzip()
    }

    fn table(a: &[f64], b: &[f64]) -> RankTable {
        let pilot = |values: &[f64]| Pilot::new(values[..values.len().min(4096)].to_vec());
        let mut table = RankTable::new(&pilot(a), &pilot(b));
        a.chunks(256).zip(b.chunks(256)).for_each(|(a, b)| table.add([&observed(a), &observed(b)]));
        table
    }

    /// Pearson's correlation of the mid-ranks, by sorting.
    fn by_sorting(a: &[f64], b: &[f64]) -> f64 {
        let grades = |values: &[f64]| -> Vec<f64> {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            let grade = |x: &f64| sorted.partition_point(|y| y < x) + sorted.partition_point(|y| y <= x);
            values.iter().map(|x| grade(x) as f64 / (2.0 * values.len() as f64) - 0.5).collect()
        };
        let (a, b) = (grades(a), grades(b));
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
    }

    /// The bound of the bias, and three times the scatter.
    #[test]
    fn agrees_with_sorting_within_its_bound() {
        for (seed, r) in [0.0, 0.5, -0.9, 0.999].into_iter().enumerate() {
            let (a, b) = pairs(r, 20_000, seed as u64);
            let t = table(&a, &b);
            let (found, exact) = (t.spearman().unwrap(), by_sorting(&a, &b));
            let bound = (3.0 / BINS as f64 + 3.0 * 2f64.sqrt() * t.spearman_se().unwrap()) / BINS as f64;
            assert!((found - exact).abs() < bound, "r = {r}: {found} {exact}");
        }
    }

    #[test]
    fn ties_are_exact() {
        let (a, b) = pairs(0.7, 20_000, 8);
        let a: Vec<f64> = a.iter().map(|x| x.clamp(1.0, 400.0).ln().floor()).collect();
        let b: Vec<f64> = b.iter().map(|x| x.clamp(-1.0, 1.0).round()).collect();
        let (found, exact) = (table(&a, &b).spearman().unwrap(), by_sorting(&a, &b));
        assert!((found - exact).abs() < 1e-12, "{found} {exact}");
    }

    /// Intervals cover 92 to 98 % of 300 seeds; for normals rho = 6/pi asin(r/2).
    #[test]
    fn standard_errors_are_honest() {
        for r in [0.0, 0.8] {
            let rho = 6.0 / std::f64::consts::PI * (r / 2.0f64).asin();
            let covered = (0..300).filter(|&seed| {
                let (a, b) = pairs(r, 1000, 500 + seed);
                let t = table(&a, &b);
                (t.spearman().unwrap() - rho).abs() <= 1.96 * t.spearman_se().unwrap()
            });
            let covered = covered.count();
            assert!((276..=294).contains(&covered), "r = {r}: {covered} of 300");
        }
        // Without dependence the variance is 1 / (n - 1) for any margins, ties or not.
        let (a, b) = pairs(0.0, 50_000, 77);
        let tied: Vec<f64> = b.iter().map(|x| x.clamp(-0.2, 0.5)).collect();
        for b in [b, tied] {
            assert!((table(&a, &b).spearman_se().unwrap() * 50_000f64.sqrt() - 1.0).abs() < 0.02);
        }
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let t = table(&[1.0, 2.0, f64::NAN], &[5.0, 5.0, 6.0]);
        assert_eq!((t.n(), t.spearman(), t.spearman_se()), (2, None, None));
        assert_eq!(table(&[1.0], &[2.0]).spearman(), None);
        let empty = RankTable::new(&Pilot::new(vec![]), &Pilot::new(vec![]));
        assert_eq!(empty.spearman(), None);
    }

    #[test]
    fn merged_parts_equal_the_whole() {
        let (a, b) = pairs(0.3, 3000, 4);
        let whole = table(&a, &b);
        let mut merged = RankTable { counts: vec![0; whole.counts.len()], n: 0, ..whole.clone() };
        let mut first = merged.clone();
        merged.add([&observed(&a[1000..]), &observed(&b[1000..])]);
        first.add([&observed(&a[..1000]), &observed(&b[..1000])]);
        merged.merge(&first);
        assert_eq!(merged, whole);
    }
}
