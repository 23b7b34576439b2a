//! Which ceiling binds, when for the first time, and what it costs: counts and sums by ceiling and step.

use super::lanes::{add_all, merge_all, sum_of_lanes};
use super::{ExactSum, Frame, Mean, Tally};
use crate::kernel::{BLOCK, Level, at_each_level};

/// What the ledger is told of a step, a value a path.
#[derive(Clone, Copy, Debug)]
pub struct LedgerStep<'a> {
    /// Number of the ceiling that binds, counted from 1; 0 where none does, NaN where it is not known.
    pub binding: &'a [f64],
    /// What is wanted and not delivered.
    pub unmet: &'a [f64],
    /// The part of it that is asked for again.
    pub deferred: &'a [f64],
}

/// Counts and sums of every ceiling in every step.
///
/// All ceilings of a step share its columns, so that no column is made for each of them.
#[derive(Clone, Debug)]
pub struct Ledger {
    ceilings: usize,
    /// By step, then by ceiling.
    entries: Vec<Vec<Entry>>,
    /// By step: paths on which what binds is known, and the others.
    known: Vec<u64>,
    unknown: Vec<u64>,
    /// Paths on which any of them ever binds.
    ever: Tally,
    /// By ceiling: whether it has bound on each path of the block at hand.
    bound: Vec<[bool; BLOCK]>,
}

#[derive(Clone, Debug)]
struct Entry {
    binding: u64,
    first: u64,
    /// Paths on which it binds and the unmet amount is not finite.
    excluded: u64,
    /// Sums and sums of squares of what it leaves unmet, defers and loses.
    sums: [ExactSum; 6],
}

impl Ledger {
    /// An empty ledger.
    pub fn new(ceilings: usize, steps: usize) -> Self {
        let entry = || Entry { binding: 0, first: 0, excluded: 0, sums: std::array::from_fn(|_| ExactSum::new()) };
        Ledger {
            ceilings,
            entries: (0..steps).map(|_| (0..ceilings).map(|_| entry()).collect()).collect(),
            known: vec![0; steps],
            unknown: vec![0; steps],
            ever: Tally::new(),
            bound: vec![[false; BLOCK]; ceilings],
        }
    }

    /// Adds a block of paths: its columns in every step, all of the same length of at most [`BLOCK`].
    pub fn add(&mut self, steps: &[LedgerStep<'_>]) {
        let level = Level::detect();
        self.bound.iter_mut().for_each(|bound| bound.fill(false));
        for (step, columns) in steps.iter().enumerate() {
            let unknown = columns.binding.iter().filter(|binding| binding.is_nan()).count() as u64;
            self.unknown[step] += unknown;
            self.known[step] += columns.binding.len() as u64 - unknown;
            for (ceiling, entry) in self.entries[step].iter_mut().enumerate() {
                let mut seen = Seen::default();
                by_ceiling(level, &mut seen, &mut self.bound[ceiling], columns, (ceiling + 1) as f64, false);
                // An infinite amount leaves its mark on the first sum.
                if !seen.sums[0].is_finite() || !seen.sums[2].is_finite() {
                    let (binding, first) = (seen.binding, seen.first);
                    seen = Seen::default();
                    by_ceiling(level, &mut seen, &mut self.bound[ceiling], columns, (ceiling + 1) as f64, true);
                    entry.excluded += binding - seen.binding;
                    (seen.binding, seen.first) = (binding, first);
                }
                entry.binding += seen.binding;
                entry.first += seen.first;
                add_all(&mut entry.sums, seen.sums);
            }
        }
        let Some(paths) = steps.first().map(|step| step.binding.len()) else { return };
        let mut ever = [0.0; BLOCK];
        for bound in &self.bound {
            ever.iter_mut().zip(bound).for_each(|(ever, &bound)| *ever = if bound { 1.0 } else { *ever });
        }
        // Where one step is not known, nor is whether any ceiling ever binds.
        for binding in steps.iter().map(|step| step.binding).filter(|binding| binding.iter().any(|x| x.is_nan())) {
            ever.iter_mut().zip(binding).filter(|(_, x)| x.is_nan()).for_each(|(ever, _)| *ever = f64::NAN);
        }
        self.ever.add(&ever[..paths]);
    }

    /// Adds what another ledger of the same ceilings and steps holds.
    pub fn merge(&mut self, other: &Ledger) {
        debug_assert_eq!((self.ceilings, self.known.len()), (other.ceilings, other.known.len()));
        for (entry, added) in self.entries.iter_mut().flatten().zip(other.entries.iter().flatten()) {
            entry.binding += added.binding;
            entry.first += added.first;
            entry.excluded += added.excluded;
            merge_all(&mut entry.sums, &added.sums);
        }
        self.ever.merge(&other.ever);
        self.known.iter_mut().zip(&other.known).for_each(|(known, added)| *known += added);
        self.unknown.iter_mut().zip(&other.unknown).for_each(|(unknown, added)| *unknown += added);
    }

    /// How often a ceiling binds in a step.
    pub fn binding(&self, ceiling: usize, step: usize) -> Tally {
        Tally::of(self.entries[step][ceiling].binding, self.known[step], self.unknown[step])
    }

    /// On how many paths any ceiling ever binds.
    pub fn ever(&self) -> &Tally {
        &self.ever
    }

    /// How often it binds there for the first time on its path.
    pub fn first(&self, ceiling: usize, step: usize) -> Tally {
        Tally::of(self.entries[step][ceiling].first, self.known[step], self.unknown[step])
    }

    /// Means over all paths of what a ceiling leaves unmet in a step, and of the parts that are asked for again and lost.
    pub fn unmet_deferred_lost(&self, ceiling: usize, step: usize) -> [Mean; 3] {
        let entry = &self.entries[step][ceiling];
        let (n, excluded) = (self.known[step] - entry.excluded, self.unknown[step] + entry.excluded);
        let [unmet, unmet_2, deferred, deferred_2, lost, lost_2] = &entry.sums;
        [[unmet, unmet_2], [deferred, deferred_2], [lost, lost_2]]
            .map(|sums| Mean::of(Frame::new(0.0, 1.0), n, excluded, sums.map(ExactSum::clone)))
    }
}

/// What a block shows of one ceiling in one step.
#[derive(Default)]
struct Seen {
    binding: u64,
    first: u64,
    sums: [f64; 6],
}

const LANES: usize = 16;

at_each_level! {
    fn by_ceiling(
        seen: &mut Seen,
        bound: &mut [bool; BLOCK],
        columns: &LedgerStep<'_>,
        ceiling: f64,
        finite_only: bool,
    ) {
        let mut sums = Lanes::default();
        let (which, rest_of_which) = columns.binding.as_chunks();
        let (unmet, rest_of_unmet) = columns.unmet.as_chunks();
        let (deferred, rest_of_deferred) = columns.deferred.as_chunks();
        let (bound, _) = bound.as_chunks_mut();
        let mut rows = bound.iter_mut();
        for (((which, unmet), deferred), bound) in which.iter().zip(unmet).zip(deferred).zip(&mut rows) {
            sums.add(which, unmet, deferred, bound, ceiling, finite_only);
        }
        if let (false, Some(bound)) = (rest_of_which.is_empty(), rows.next()) {
            // Goes on with paths on which nothing binds.
            let padded = |rest: &[f64]| {
                let mut row = [0.0; LANES];
                row[..rest.len()].copy_from_slice(rest);
                row
            };
            let [which, unmet, deferred] = [rest_of_which, rest_of_unmet, rest_of_deferred].map(padded);
            sums.add(&which, &unmet, &deferred, bound, ceiling, finite_only);
        }
        seen.sums = sums.sums.map(sum_of_lanes);
        seen.binding = sums.binding.iter().sum();
        seen.first = sums.first.iter().sum();
    }
}

/// The sums of a column, lane by lane.
#[derive(Default)]
struct Lanes {
    sums: [[f64; LANES]; 6],
    binding: [u64; LANES],
    first: [u64; LANES],
}

impl Lanes {
    #[inline(always)]
    fn add(
        &mut self,
        which: &[f64; LANES],
        unmet: &[f64; LANES],
        deferred: &[f64; LANES],
        bound: &mut [bool; LANES],
        ceiling: f64,
        finite_only: bool,
    ) {
        for lane in 0..LANES {
            let finite = unmet[lane].is_finite() & deferred[lane].is_finite();
            let binds = (which[lane] == ceiling) & (finite | !finite_only);
            let unmet = if binds { unmet[lane] } else { 0.0 };
            let deferred = if binds { deferred[lane] } else { 0.0 };
            let lost = unmet - deferred;
            self.sums[0][lane] += unmet;
            self.sums[1][lane] += unmet * unmet;
            self.sums[2][lane] += deferred;
            self.sums[3][lane] += deferred * deferred;
            self.sums[4][lane] += lost;
            self.sums[5][lane] += lost * lost;
            self.binding[lane] += u64::from(binds);
            self.first[lane] += u64::from(binds & !bound[lane]);
            bound[lane] |= binds;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two ceilings over three steps on a few thousand paths, counted one by one.
    #[test]
    fn agrees_with_counting_one_by_one() {
        let paths = 3 * BLOCK + 77;
        let code = |path: usize, step: usize| ((path * (step + 3) + path / 7) % 5) as f64;
        let binding = |path: usize, step: usize| match code(path, step) {
            4.0 => f64::NAN,
            3.0 => 0.0,
            code => code,
        };
        let unmet = |path: usize, step: usize| (path % 97) as f64 + step as f64 / 4.0;
        let deferred = |path: usize, step: usize| unmet(path, step) * 0.25;
        let column = |of: &dyn Fn(usize, usize) -> f64, from: usize, to: usize, step: usize| -> Vec<f64> {
            (from..to).map(|path| of(path, step)).collect()
        };
        let mut whole = Ledger::new(2, 3);
        let mut part = Ledger::new(2, 3);
        for (index, from) in (0..paths).step_by(BLOCK).enumerate() {
            let to = (from + BLOCK).min(paths);
            let columns: Vec<[Vec<f64>; 3]> = (0..3)
                .map(|step| {
                    [&binding as &dyn Fn(usize, usize) -> f64, &unmet, &deferred].map(|of| column(of, from, to, step))
                })
                .collect();
            let steps: Vec<LedgerStep<'_>> =
                columns.iter().map(|[binding, unmet, deferred]| LedgerStep { binding, unmet, deferred }).collect();
            if index % 2 == 0 { whole.add(&steps) } else { part.add(&steps) }
        }
        whole.merge(&part);
        let ever = |path: usize| (0..3).any(|step| binding(path, step) > 0.0);
        let known: Vec<usize> = (0..paths).filter(|&path| (0..3).all(|step| !binding(path, step).is_nan())).collect();
        assert_eq!(whole.ever().n(), known.len() as u64);
        assert_eq!(whole.ever().hits(), known.iter().filter(|&&path| ever(path)).count() as u64);
        for step in 0..3 {
            for ceiling in 0..2 {
                let binds = |path: usize, step: usize| binding(path, step) == (ceiling + 1) as f64;
                let hits = (0..paths).filter(|&path| binds(path, step)).count() as u64;
                let first = (0..paths)
                    .filter(|&path| binds(path, step) && (0..step).all(|earlier| !binds(path, earlier)))
                    .count() as u64;
                let unknown = (0..paths).filter(|&path| binding(path, step).is_nan()).count() as u64;
                let tally = whole.binding(ceiling, step);
                assert_eq!((tally.hits(), tally.n(), tally.excluded()), (hits, paths as u64 - unknown, unknown));
                assert_eq!(whole.first(ceiling, step).hits(), first);
                let total: f64 = (0..paths).filter(|&path| binds(path, step)).map(|path| unmet(path, step)).sum();
                let n = (paths as u64 - unknown) as f64;
                let means = whole.unmet_deferred_lost(ceiling, step).map(|mean| mean.mean().unwrap_or(f64::NAN));
                for (mean, share) in means.into_iter().zip([1.0, 0.25, 0.75]) {
                    assert!((mean - share * total / n).abs() < 1e-12 * total / n, "{mean}");
                }
            }
        }
    }

    #[test]
    fn an_infinite_amount_is_left_out_and_counted() {
        let mut ledger = Ledger::new(1, 1);
        ledger.add(&[LedgerStep {
            binding: &[1.0, 1.0, 0.0],
            unmet: &[f64::INFINITY, 3.0, 5.0],
            deferred: &[1.0, 1.0, 1.0],
        }]);
        let [unmet, deferred, lost] = ledger.unmet_deferred_lost(0, 0);
        assert_eq!((unmet.n(), unmet.excluded(), unmet.mean()), (2, 1, Some(1.5)));
        assert_eq!((deferred.mean(), lost.mean()), (Some(0.5), Some(1.0)));
        assert_eq!((ledger.binding(0, 0).hits(), ledger.first(0, 0).hits()), (2, 2));
    }
}
