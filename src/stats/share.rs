//! How often a condition holds, with its standard error and Wilson interval.

use super::{
    Accumulator, Estimate, Malformed, Merge, Observations, StateReader, StateWriter, Stored, Z95, student_t95,
};
use crate::kernel::at_each_level;

/// On how many paths a condition holds: a value other than 0 is a hit, NaN is left out. It is what a run counts, and the
/// result that it reports.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    hits: u64,
    n: u64,
    excluded: u64,
    basis: Basis,
}

/// What the error of a share rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Basis {
    /// Paths that are independent of each other.
    #[default]
    Paths,
    /// Replicates: the standard error, where there is one, and its degrees of freedom.
    Replicates(Option<f64>, u64),
}

impl Share {
    /// No paths yet.
    pub fn new() -> Self {
        Share::default()
    }

    /// So many hits among `n` paths, with others left out.
    pub fn of(hits: u64, n: u64, excluded: u64) -> Self {
        Share { hits, n, excluded, basis: Basis::Paths }
    }

    /// The share of a condition with one value on every path.
    pub fn constant(value: f64, paths: u64) -> Self {
        match value.is_nan() {
            true => Share::of(0, 0, paths),
            false => Share::of(if value == 0.0 { 0 } else { paths }, paths, 0),
        }
    }

    /// Hits.
    pub fn hits(&self) -> u64 {
        self.hits
    }

    /// Values that count.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Values left out.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// Share of hits; none without values.
    pub fn probability(&self) -> Option<f64> {
        (self.n > 0).then(|| self.hits as f64 / self.n as f64)
    }

    /// The same share with an error that rests on replicates.
    pub(crate) fn with_error(self, se: Option<f64>, freedom: u64) -> Share {
        Share { basis: Basis::Replicates(se, freedom), ..self }
    }

    /// The share of so many hits more, of which those of the other never come together with these.
    pub(crate) fn or(self, other: Share) -> Share {
        let basis = match (self.basis, other.basis) {
            // A sum has at most the sum of the errors.
            (Basis::Replicates(a, freedom), Basis::Replicates(b, _)) => {
                Basis::Replicates(a.zip(b).map(|(a, b)| a + b), freedom)
            }
            _ => Basis::Paths,
        };
        Share { hits: (self.hits + other.hits).min(self.n), basis, ..self }
    }

    /// sqrt(p (1 - p) / n) where paths are independent, else the error by the replicates; none without values. It is 0 for no
    /// hits and for hits alone: there, read the interval.
    pub fn standard_error(&self) -> Option<f64> {
        let p = self.probability()?;
        match self.basis {
            Basis::Paths => Some((p * (1.0 - p) / self.n as f64).sqrt()),
            Basis::Replicates(se, _) => se,
        }
    }

    /// The 95 % interval: Wilson's where paths are independent, else Student's t by the replicates. Without hits, or without
    /// misses, replicates do not differ, and Wilson's stands for theirs. None without values or error.
    pub fn interval(&self) -> Option<(f64, f64)> {
        match self.basis {
            Basis::Paths => self.wilson(),
            Basis::Replicates(Some(_), _) if self.hits == 0 || self.hits == self.n => self.wilson(),
            Basis::Replicates(se, freedom) => {
                let (p, half) = (self.probability()?, student_t95(freedom) * se?);
                Some(((p - half).max(0.0), (p + half).min(1.0)))
            }
        }
    }

    /// The share of hits with its standard error; none without values.
    pub fn estimate(&self) -> Option<Estimate> {
        Estimate::of(self.probability(), self.standard_error())
    }

    /// The 95 % interval of Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    /// doi:10.1080/01621459.1927.10502953; none without values. Its ends are exactly 0 without hits and 1 without misses.
    pub fn wilson(&self) -> Option<(f64, f64)> {
        let p = self.probability()?;
        let n = self.n as f64;
        let shrink = 1.0 + Z95 * Z95 / n;
        let center = p + Z95 * Z95 / (2.0 * n);
        let half = Z95 * (p * (1.0 - p) / n + Z95 * Z95 / (4.0 * n * n)).sqrt();
        let low = if self.hits == 0 { 0.0 } else { (center - half) / shrink };
        let high = if self.hits == self.n { 1.0 } else { (center + half) / shrink };
        Some((low, high))
    }
}

impl Accumulator for Share {
    type Block<'b> = &'b Observations<'b>;

    /// Infinite values are hits: only NaN is left out.
    fn add(&mut self, column: &Observations<'_>) {
        let (mut misses, mut nans) = (0, 0);
        count(column.level(), &mut misses, &mut nans, column.values());
        let n = column.values().len() as u64 - nans;
        self.n += n;
        self.hits += n - misses;
        self.excluded += nans;
    }
}

impl Merge for Share {
    fn merge(&mut self, other: &Self) {
        self.hits += other.hits;
        self.n += other.n;
        self.excluded += other.excluded;
    }
}

impl Stored for Share {
    fn store(&self, to: &mut StateWriter) {
        [self.hits, self.n, self.excluded].into_iter().for_each(|count| to.count(count));
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        let (hits, n, excluded) = (from.count()?, from.count()?, from.count()?);
        let adds_up = hits <= n && n.checked_add(excluded) == Some(from.paths());
        Malformed::unless(adds_up, "the paths of a share do not add up")?;
        *self = Share::of(hits, n, excluded);
        Ok(())
    }
}

at_each_level! {
    fn count(zeros: &mut u64, nans: &mut u64, column: &[f64]) {
        for x in column {
            *zeros += u64::from(*x == 0.0);
            *nans += u64::from(x.is_nan());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::seen;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn share(hits: usize, misses: usize) -> Share {
        seen(Share::new(), [&vec![1.0; hits][..], &vec![0.0; misses][..]])
    }

    /// Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I,
    /// method 3: score without continuity correction, four decimals.
    #[test]
    fn wilson_agrees_with_published_values() {
        for (hits, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let (l, h) = share(hits, n - hits).wilson().unwrap();
            assert!((l - low).abs() <= 5.1e-5 && (h - high).abs() <= 5.1e-5, "{hits}/{n}: {l} {h}");
        }
    }

    #[test]
    fn the_ends_are_bounds() {
        assert_eq!(share(0, 50).wilson().unwrap().0, 0.0);
        assert_eq!(share(50, 0).wilson().unwrap().1, 1.0);
        assert_eq!(share(0, 50).standard_error(), Some(0.0));
        assert_eq!(
            (Share::new().probability(), Share::new().standard_error(), Share::new().wilson()),
            (None, None, None)
        );
    }

    #[test]
    fn nan_is_left_out_and_infinity_is_not_zero() {
        let share = seen(Share::new(), [&[f64::NAN, 0.0, -0.0, 2.0, f64::NEG_INFINITY][..]]);
        assert_eq!((share.hits(), share.n(), share.excluded()), (2, 4, 1));
        let mut twice = share;
        twice.merge(&share);
        assert_eq!((twice.hits(), twice.n(), twice.excluded()), (4, 8, 2));
        assert_eq!(share.probability(), Some(0.5));
        assert_eq!(share.standard_error(), Some(0.25));
    }

    /// 95 % intervals from the standard error, and Wilson's, cover 95 % of 1000 seeds, within [92, 98].
    #[test]
    fn intervals_cover() {
        let mut covered = [0; 2];
        for seed in 0..1000 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let draws: Vec<f64> = (0..2000).map(|_| f64::from(u8::from(rng.random_bool(0.1)))).collect();
            let share = seen(Share::new(), [&draws[..]]);
            let (low, high) = share.wilson().unwrap();
            covered[0] +=
                u32::from((share.probability().unwrap() - 0.1).abs() <= 1.96 * share.standard_error().unwrap());
            covered[1] += u32::from(low <= 0.1 && 0.1 <= high);
        }
        assert!(covered.iter().all(|c| (920..=980).contains(c)), "{covered:?} of 1000");
    }
}
