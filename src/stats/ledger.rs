//! What the ceilings do in every step: how often each is short, binds and binds first, what it leaves unmet, how far it
//! is used.

use super::lanes::sum_of_lanes;
use super::powers::Powers;
use super::{Estimate, Frame, LeftOut, Malformed, Mean, Merge, Share, StateReader, StateWriter, Stored};
use crate::kernel::{BLOCK, Column, Level, Operand, at_each_level};

/// What the ledger is told of a ceiling in a step.
#[derive(Clone, Copy, Debug)]
pub struct LedgerColumns<'a> {
    /// What is asked for.
    pub wanted: Operand<'a>,
    /// The smallest of that and all ceilings of the step; NaN where any of them is.
    pub delivered: Operand<'a>,
    /// This ceiling.
    pub ceiling: Operand<'a>,
    /// The part of what is not delivered that is asked for again.
    pub deferred: Deferred<'a>,
}

/// The part of what is unmet that is not lost.
#[derive(Clone, Copy, Debug)]
pub enum Deferred<'a> {
    /// One share for all paths.
    Share(f64),
    /// An amount on each path.
    Amounts(Operand<'a>),
}

/// Counts and sums of every ceiling in every step.
///
/// A path on which what is wanted less what is delivered is not finite in a step is left out of all ceilings there: nobody
/// can say what is unmet. It reads the columns of the market itself, so that none is made for what it counts.
#[derive(Clone, Debug)]
pub struct Ledger {
    ceilings: usize,
    /// By step, then by ceiling.
    entries: Vec<Vec<Entry>>,
    /// All paths.
    paths: u64,
    /// By step: paths on which what is unmet is not known.
    unknown: Vec<LeftOut>,
    /// Paths on which any of them ever binds.
    ever: Share,
    block: Block,
}

#[derive(Clone, Debug)]
struct Entry {
    short: u64,
    binding: u64,
    /// Paths on which it binds for the first time, of those on which all steps are known.
    first: u64,
    /// Paths on which it binds and the deferred amount is not finite.
    unmet_left_out: LeftOut,
    /// Paths on which the market is no finite multiple of it.
    used_left_out: LeftOut,
    /// Of each a sum and a sum of squares.
    unmet: Powers<2>,
    used: Powers<2>,
    /// The share of what is unmet that is deferred, where it is one for all paths; else what is deferred and lost is
    /// summed.
    share: Option<f64>,
    deferred: Powers<2>,
    lost: Powers<2>,
}

/// What is remembered of the paths of the block at hand.
#[derive(Clone, Debug)]
struct Block {
    level: Level,
    paths: usize,
    /// Number of its first path.
    first_path: u64,
    /// Where a ceiling declared before binds in this step.
    taken: Paths,
    /// By ceiling: where it has bound.
    bound: Vec<Paths>,
    /// By step, then by ceiling: where it binds for the first time.
    first: Vec<Vec<Paths>>,
    /// Where what is unmet is not known in this step.
    unknown_now: Paths,
    /// Where it is not known in some step.
    unknown: Paths,
    /// What the columns at hand show.
    seen: Seen,
    /// Room for columns that are one number for all paths, or cut short.
    scratch: [Box<Column>; 4],
}

/// Lanes that are summed side by side.
const LANES: usize = 16;

/// A set of paths of a block: bit g of lane i for the path [`LANES`] g + i.
type Paths = [u64; LANES];

const NO_PATHS: Paths = [0; LANES];

const _: () = assert!(BLOCK / LANES <= 32);

impl Ledger {
    /// An empty ledger.
    pub fn new(ceilings: usize, steps: usize) -> Self {
        Ledger {
            ceilings,
            entries: (0..steps).map(|_| (0..ceilings).map(|_| Entry::new()).collect()).collect(),
            paths: 0,
            unknown: vec![LeftOut::default(); steps],
            ever: Share::new(),
            block: Block {
                level: Level::Portable,
                paths: 0,
                first_path: 0,
                taken: NO_PATHS,
                bound: vec![NO_PATHS; ceilings],
                first: vec![vec![NO_PATHS; ceilings]; steps],
                unknown_now: NO_PATHS,
                unknown: NO_PATHS,
                seen: Seen::default(),
                scratch: std::array::from_fn(|_| Box::new([0.0; BLOCK])),
            },
        }
    }

    /// Begins a block of so many paths, at most [`BLOCK`], from this one on, to be added up on a level.
    pub fn begin(&mut self, level: Level, first_path: u64, paths: usize) {
        self.block.level = level;
        self.block.first_path = first_path;
        self.block.paths = paths;
        self.block.bound.fill(NO_PATHS);
        self.block.unknown = NO_PATHS;
        self.paths += paths as u64;
    }

    /// Adds a ceiling in a step, each counted from 0: all ceilings of a step in the order in which they are declared, all
    /// steps of a block in order.
    pub fn add(&mut self, ceiling: usize, step: usize, columns: &LedgerColumns<'_>) {
        let Block { level, paths, first_path, taken, bound, first, unknown_now, unknown, seen, scratch } =
            &mut self.block;
        let (level, paths) = (*level, *paths);
        let [room_a, room_b, room_c, room_d] = scratch;
        // On paths beyond the last one, nothing is wanted.
        let wanted = whole(columns.wanted, paths, 0.0, room_a);
        let delivered = whole(columns.delivered, paths, 0.0, room_b);
        let limit = whole(columns.ceiling, paths, f64::INFINITY, room_c);
        if ceiling == 0 {
            *taken = NO_PATHS;
            *unknown_now = unknown_unmet(level, wanted, delivered, paths);
            include(unknown, unknown_now);
            self.unknown[step].add(*first_path, members(unknown_now, paths));
        }
        let entry = &mut self.entries[step][ceiling];
        observe(level, seen, taken, wanted, delivered, limit);
        if *unknown_now != NO_PATHS {
            exclude(&mut seen.short, unknown_now);
            exclude(&mut seen.binds, unknown_now);
        }
        entry.short += count(&seen.short);
        entry.binding += count(&seen.binds);
        first[step][ceiling] = seen.binds;
        exclude(&mut first[step][ceiling], &bound[ceiling]);
        include(taken, &seen.binds);
        include(&mut bound[ceiling], &seen.binds);

        let used = |path: usize| delivered[path] / limit[path];
        if !seen.used[0].is_finite() {
            entry.used_left_out.add(*first_path, (0..paths).filter(|&path| !used(path).is_finite()));
            seen.used = sums((0..paths).map(used).filter(|used| used.is_finite()));
        }
        entry.used.add(seen.used, || (0..paths).map(used).filter(|used| used.is_finite()));

        let unmet = |path: usize| wanted[path] - delivered[path];
        let binds = || (0..paths).filter(|&path| contains(&seen.binds, path));
        match columns.deferred {
            Deferred::Share(share) => {
                entry.share = Some(share);
                // Paths that are not known leave their mark on the sum.
                let block = if seen.unmet[0].is_finite() { seen.unmet } else { sums(binds().map(unmet)) };
                entry.unmet.add(block, || binds().map(unmet));
            }
            Deferred::Amounts(amounts) => {
                let deferred = whole(amounts, paths, 0.0, room_d);
                let lost = |path: usize| unmet(path) - deferred[path];
                let known = |path: &usize| deferred[*path].is_finite() && lost(*path).is_finite();
                entry.unmet_left_out.add(*first_path, binds().filter(|path| !known(path)));
                let add = |powers: &mut Powers<2>, amount: &dyn Fn(usize) -> f64| {
                    powers.add(sums(binds().filter(known).map(amount)), || binds().filter(known).map(amount));
                };
                add(&mut entry.unmet, &unmet);
                add(&mut entry.deferred, &|path| deferred[path]);
                add(&mut entry.lost, &lost);
            }
        }
    }

    /// Ends a block whose ceilings were all added in all steps.
    pub fn end(&mut self) {
        if self.entries.is_empty() {
            return;
        }
        let Block { paths, bound, first, unknown, .. } = &self.block;
        for (entry, first) in self.entries.iter_mut().flatten().zip(first.iter().flatten()) {
            entry.first += count_new(first, unknown);
        }
        let mut ever = NO_PATHS;
        bound.iter().for_each(|bound| include(&mut ever, bound));
        // Where one step is not known, nor is whether any ceiling ever binds.
        let excluded = count(unknown);
        self.ever.merge(&Share::of(count_new(&ever, unknown), *paths as u64 - excluded, excluded));
    }

    /// How often a ceiling is below what is wanted in a step, smallest or not.
    pub fn short(&self, ceiling: usize, step: usize) -> Share {
        self.share(self.entries[step][ceiling].short, step)
    }

    /// How often it binds: is below what is wanted and the smallest ceiling, the first declared of equals.
    pub fn binding(&self, ceiling: usize, step: usize) -> Share {
        self.share(self.entries[step][ceiling].binding, step)
    }

    /// How often it binds there for the first time on its path, of the paths on which all steps are known: over all steps
    /// these shares add up to that of paths on which it ever binds.
    pub fn first(&self, ceiling: usize, step: usize) -> Share {
        Share::of(self.entries[step][ceiling].first, self.ever.n(), self.ever.excluded())
    }

    /// On how many paths any ceiling ever binds.
    pub fn ever(&self) -> &Share {
        &self.ever
    }

    /// The mean of the market as a fraction of a ceiling, and its standard error.
    pub fn used(&self, ceiling: usize, step: usize) -> Option<Estimate> {
        let entry = &self.entries[step][ceiling];
        self.mean(entry.used_left_out.paths(), &entry.used)
    }

    /// Paths left out of all ceilings in a step.
    pub fn unknown(&self, step: usize) -> LeftOut {
        self.unknown[step]
    }

    /// Paths left out of the mean of [`used`](Ledger::used).
    pub fn used_left_out(&self, ceiling: usize, step: usize) -> LeftOut {
        self.entries[step][ceiling].used_left_out
    }

    /// Paths left out of [`unmet_deferred_lost`](Ledger::unmet_deferred_lost) alone.
    pub fn unmet_left_out(&self, ceiling: usize, step: usize) -> LeftOut {
        self.entries[step][ceiling].unmet_left_out
    }

    /// Means over all paths of what a ceiling leaves unmet in a step, and of the parts that are asked for again and lost,
    /// each with its standard error.
    pub fn unmet_deferred_lost(&self, ceiling: usize, step: usize) -> [Option<Estimate>; 3] {
        let entry = &self.entries[step][ceiling];
        let excluded = self.unknown[step].paths() + entry.unmet_left_out.paths();
        let [unmet, deferred, lost] =
            [&entry.unmet, &entry.deferred, &entry.lost].map(|sums| self.mean(excluded, sums));
        match entry.share {
            None => [unmet, deferred, lost],
            Some(share) => {
                let part = |share: f64| unmet.map(|unmet| unmet.scaled(share));
                [unmet, part(share), part(1.0 - share)]
            }
        }
    }

    fn share(&self, hits: u64, step: usize) -> Share {
        let unknown = self.unknown[step].paths();
        Share::of(hits, self.paths - unknown, unknown)
    }

    fn mean(&self, excluded: u64, sums: &Powers<2>) -> Option<Estimate> {
        Mean::of(self.paths - excluded, excluded, sums.clone()).estimate()
    }
}

impl Merge for Ledger {
    fn merge(&mut self, other: &Self) {
        debug_assert_eq!((self.ceilings, self.unknown.len()), (other.ceilings, other.unknown.len()));
        self.entries.merge(&other.entries);
        self.paths += other.paths;
        self.ever.merge(&other.ever);
        self.unknown.merge(&other.unknown);
    }
}

impl Entry {
    fn new() -> Self {
        let sums = || Powers::new(Frame::new(0.0, 1.0));
        Entry {
            short: 0,
            binding: 0,
            first: 0,
            unmet_left_out: LeftOut::default(),
            used_left_out: LeftOut::default(),
            unmet: sums(),
            used: sums(),
            share: None,
            deferred: sums(),
            lost: sums(),
        }
    }
}

impl Merge for Entry {
    fn merge(&mut self, added: &Self) {
        self.short += added.short;
        self.binding += added.binding;
        self.first += added.first;
        self.unmet_left_out.merge(&added.unmet_left_out);
        self.used_left_out.merge(&added.used_left_out);
        self.unmet.merge(&added.unmet);
        self.used.merge(&added.used);
        self.share = self.share.or(added.share);
        self.deferred.merge(&added.deferred);
        self.lost.merge(&added.lost);
    }
}

impl Stored for Ledger {
    /// Step by step the paths that are not known and every ceiling; at the end how often any of them ever binds.
    fn store(&self, to: &mut StateWriter) {
        for (unknown, entries) in self.unknown.iter().zip(&self.entries) {
            unknown.store(to);
            entries.store(to);
        }
        if !self.entries.is_empty() {
            self.ever.store(to);
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        let paths = from.paths();
        self.paths = paths;
        for (unknown, entries) in self.unknown.iter_mut().zip(&mut self.entries) {
            unknown.restore(from)?;
            let known = paths - unknown.paths();
            for entry in entries {
                entry.restore(from)?;
                let counts = [entry.short, entry.binding, entry.first, entry.unmet_left_out.paths()];
                Malformed::unless(counts.iter().all(|&count| count <= known), "the paths of a ceiling do not add up")?;
            }
        }
        if !self.entries.is_empty() {
            self.ever.restore(from)?;
        }
        let first_bindings = self.entries.iter().flatten().map(|entry| entry.first);
        let known = self.ever.n();
        Malformed::unless(first_bindings.max().unwrap_or(0) <= known, "the paths of a ceiling do not add up")
    }
}

impl Stored for Entry {
    fn store(&self, to: &mut StateWriter) {
        [self.short, self.binding, self.first].into_iter().for_each(|count| to.count(count));
        self.unmet_left_out.store(to);
        self.used_left_out.store(to);
        self.unmet.store(to);
        self.used.store(to);
        // One share for all paths, or sums of what is deferred and what is lost.
        to.count(u64::from(self.share.is_some()));
        match self.share {
            Some(share) => to.float(share),
            None => [&self.deferred, &self.lost].into_iter().for_each(|sums| sums.store(to)),
        }
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        for count in [&mut self.short, &mut self.binding, &mut self.first] {
            *count = from.count()?;
        }
        self.unmet_left_out.restore(from)?;
        self.used_left_out.restore(from)?;
        self.unmet.restore(from)?;
        self.used.restore(from)?;
        self.share = match from.number()? {
            0 => None,
            1 => Some(from.float()?),
            _ => return Err(Malformed("what is deferred is neither a share nor a sum")),
        };
        if self.share.is_none() {
            self.deferred.restore(from)?;
            self.lost.restore(from)?;
        }
        Ok(())
    }
}

/// The operand as a column whose values after the first so many are `rest`.
fn whole<'c>(operand: Operand<'c>, paths: usize, rest: f64, room: &'c mut Column) -> &'c Column {
    match operand {
        Operand::Column(column) if paths == BLOCK => column,
        Operand::Column(column) => {
            room[..paths].copy_from_slice(&column[..paths]);
            room[paths..].fill(rest);
            room
        }
        Operand::Scalar(x) => {
            room[..paths].fill(x);
            room[paths..].fill(rest);
            room
        }
    }
}

fn count(paths: &Paths) -> u64 {
    // Two lanes have room in one word.
    let (lower, upper) = paths.split_at(LANES / 2);
    lower.iter().zip(upper).map(|(lower, upper)| u64::from((lower | upper << 32).count_ones())).sum()
}

/// How many of these paths are not among those.
fn count_new(these: &Paths, those: &Paths) -> u64 {
    count(&std::array::from_fn(|lane| these[lane] & !those[lane]))
}

fn include(paths: &mut Paths, more: &Paths) {
    paths.iter_mut().zip(more).for_each(|(paths, more)| *paths |= more);
}

fn contains(paths: &Paths, path: usize) -> bool {
    paths[path % LANES] >> (path / LANES) & 1 == 1
}

fn exclude(paths: &mut Paths, those: &Paths) {
    paths.iter_mut().zip(those).for_each(|(paths, those)| *paths &= !those);
}

/// The paths of a set, of the first so many, in ascending order.
fn members(set: &Paths, paths: usize) -> impl Iterator<Item = usize> {
    let set = *set;
    (0..if set == NO_PATHS { 0 } else { paths }).filter(move |&path| contains(&set, path))
}

/// The sum and the sum of squares, in order.
fn sums(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([0.0; 2], |[sum, squares], x| [sum + x, squares + x * x])
}

/// The paths on which what is wanted less what is delivered is not finite.
fn unknown_unmet(level: Level, wanted: &Column, delivered: &Column, paths: usize) -> Paths {
    let mut all_known = false;
    is_known_everywhere(level, &mut all_known, wanted, delivered);
    let mut unknown = NO_PATHS;
    if !all_known {
        for path in (0..paths).filter(|&path| !(wanted[path] - delivered[path]).is_finite()) {
            unknown[path % LANES] |= 1 << (path / LANES);
        }
    }
    unknown
}

at_each_level! {
    fn is_known_everywhere(known: &mut bool, wanted: &Column, delivered: &Column) {
        *known = wanted.iter().zip(delivered).fold(true, |all, (wanted, delivered)| all & (wanted - delivered).is_finite());
    }
}

/// What a block shows of a ceiling in a step.
#[derive(Clone, Debug, Default)]
struct Seen {
    short: Paths,
    binds: Paths,
    unmet: [f64; 2],
    used: [f64; 2],
}

at_each_level! {
    fn observe(seen: &mut Seen, taken: &Paths, wanted: &Column, delivered: &Column, limit: &Column) {
        let mut lanes = Lanes::default();
        let columns = wanted.as_chunks().0.iter().zip(delivered.as_chunks().0).zip(limit.as_chunks().0);
        for (group, ((wanted, delivered), limit)) in columns.enumerate() {
            lanes.add(1 << group, taken, wanted, delivered, limit);
        }
        seen.short = lanes.short;
        seen.binds = lanes.binds;
        seen.unmet = lanes.unmet.map(sum_of_lanes);
        seen.used = lanes.used.map(sum_of_lanes);
    }
}

/// Sets and sums, lane by lane.
#[derive(Default)]
struct Lanes {
    short: Paths,
    binds: Paths,
    unmet: [[f64; LANES]; 2],
    used: [[f64; LANES]; 2],
}

impl Lanes {
    #[inline(always)]
    fn add(&mut self, bit: u64, taken: &Paths, wanted: &[f64; LANES], delivered: &[f64; LANES], limit: &[f64; LANES]) {
        for lane in 0..LANES {
            let short = limit[lane] < wanted[lane];
            let binds = short & (limit[lane] == delivered[lane]) & (taken[lane] & bit == 0);
            // No choice here, which would become a store to memory under a condition.
            self.short[lane] |= bit & u64::from(short).wrapping_neg();
            self.binds[lane] |= bit & u64::from(binds).wrapping_neg();
            let unmet = if binds { wanted[lane] - delivered[lane] } else { 0.0 };
            self.unmet[0][lane] += unmet;
            self.unmet[1][lane] += unmet * unmet;
            let used = delivered[lane] / limit[lane];
            self.used[0][lane] += used;
            self.used[1][lane] += used * used;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::level;
    use crate::stats::value;

    const PATHS: usize = 3 * BLOCK + 77;
    const STEPS: usize = 3;
    const CEILINGS: usize = 2;

    /// Whole numbers, so that ceilings are often equal to each other and to what is wanted; some are not known.
    fn wanted(path: usize, step: usize) -> f64 {
        if (path + step) % 83 == 5 { f64::NAN } else { ((path * (step + 3) + path / 7) % 11) as f64 }
    }

    fn limit(path: usize, step: usize, ceiling: usize) -> f64 {
        match (path * (ceiling + 2) + 3 * step) % 13 {
            12 if path.is_multiple_of(5) => f64::NAN,
            size => size as f64,
        }
    }

    fn delivered(path: usize, step: usize) -> f64 {
        let all = (0..CEILINGS).map(|ceiling| limit(path, step, ceiling)).chain([wanted(path, step)]);
        all.reduce(|a, b| if a.is_nan() | b.is_nan() { f64::NAN } else { a.min(b) }).expect("there are ceilings")
    }

    fn binds(path: usize, step: usize, ceiling: usize) -> bool {
        let limits = [0, 1].map(|ceiling| limit(path, step, ceiling));
        let is_smallest = if ceiling == 0 { limits[0] <= limits[1] } else { limits[1] < limits[0] };
        is_smallest & (limits[ceiling] < wanted(path, step))
    }

    fn deferred(path: usize, step: usize) -> f64 {
        (wanted(path, step) - delivered(path, step)) * ((path % 4) as f64 / 4.0)
    }

    fn block(of: impl Fn(usize) -> f64, first: usize) -> Column {
        // Beyond the last path, columns hold anything.
        std::array::from_fn(|offset| if first + offset < PATHS { of(first + offset) } else { f64::NAN })
    }

    fn ledgers(amounts: bool) -> Ledger {
        let mut parts = [Ledger::new(CEILINGS, STEPS), Ledger::new(CEILINGS, STEPS)];
        for (index, first) in (0..PATHS).step_by(BLOCK).enumerate() {
            let ledger = &mut parts[index % 2];
            ledger.begin(level(), first as u64, (PATHS - first).min(BLOCK));
            for step in 0..STEPS {
                let [wanted, delivered, deferred] =
                    [wanted, delivered, deferred].map(|of| block(|path| of(path, step), first));
                for ceiling in 0..CEILINGS {
                    let limit = block(|path| limit(path, step, ceiling), first);
                    let deferred = match amounts {
                        true => Deferred::Amounts(Operand::Column(&deferred)),
                        false => Deferred::Share(0.25),
                    };
                    let [wanted, delivered, ceiling_column] = [&wanted, &delivered, &limit].map(Operand::Column);
                    let columns = LedgerColumns { wanted, delivered, ceiling: ceiling_column, deferred };
                    ledger.add(ceiling, step, &columns);
                }
            }
            ledger.end();
        }
        let [mut whole, part] = parts;
        whole.merge(&part);
        whole
    }

    /// Asserts a mean and its standard error over the paths on which the value is finite.
    fn assert_mean(estimate: Option<Estimate>, of: impl Fn(usize) -> f64) {
        let values: Vec<f64> = (0..PATHS).map(of).filter(|x| x.is_finite()).collect();
        let n = values.len() as f64;
        let expected = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - expected) * (x - expected)).sum::<f64>() / (n - 1.0);
        let Some(Estimate { value: mean, se: Some(se) }) = estimate else { panic!("no {estimate:?}") };
        assert!((mean - expected).abs() < 1e-12 * expected, "{mean} is not {expected}");
        assert!((se - (variance / n).sqrt()).abs() < 1e-10 * se, "{se}");
    }

    #[test]
    fn agrees_with_counting_one_by_one() {
        for amounts in [false, true] {
            let ledger = ledgers(amounts);
            let known = |path: usize, step: usize| !delivered(path, step).is_nan();
            let hits = |of: &dyn Fn(usize) -> bool| (0..PATHS).filter(|&path| of(path)).count() as u64;
            let always_known = |path: usize| (0..STEPS).all(|step| known(path, step));
            let ever = |path: usize, steps: usize, ceiling: usize| {
                (0..steps).any(|step| known(path, step) && binds(path, step, ceiling))
            };
            assert_eq!(ledger.ever().n(), hits(&always_known));
            let any = |path: usize| (0..CEILINGS).any(|ceiling| ever(path, STEPS, ceiling));
            assert_eq!(ledger.ever().hits(), hits(&|path| always_known(path) && any(path)));
            for (step, ceiling) in (0..STEPS).flat_map(|step| (0..CEILINGS).map(move |ceiling| (step, ceiling))) {
                let unknown = hits(&|path| !known(path, step));
                let now = |path: usize| known(path, step) && binds(path, step, ceiling);
                let share = ledger.binding(ceiling, step);
                assert_eq!((share.n(), share.excluded()), (PATHS as u64 - unknown, unknown));
                assert_eq!(share.hits(), hits(&now));
                assert!(share.hits() > 100);
                let first = |path| now(path) && always_known(path) && !ever(path, step, ceiling);
                assert_eq!(ledger.first(ceiling, step).hits(), hits(&first));
                assert_eq!(ledger.first(ceiling, step).n(), ledger.ever().n());
                let short = ledger.short(ceiling, step);
                let is_short = |path| known(path, step) && limit(path, step, ceiling) < wanted(path, step);
                assert_eq!((short.hits(), short.n()), (hits(&is_short), share.n()));
                let first_unknown = (0..PATHS).find(|&path| !known(path, step)).map(|path| path as u64);
                assert_eq!(ledger.unknown(step).first(), first_unknown);
                let odd = |path: &usize| !(delivered(*path, step) / limit(*path, step, ceiling)).is_finite();
                let left_out = ledger.used_left_out(ceiling, step);
                assert_eq!(left_out.paths(), (0..PATHS).filter(odd).count() as u64);
                assert_eq!(left_out.first(), (0..PATHS).find(odd).map(|path| path as u64));
                assert_mean(ledger.used(ceiling, step), |path| delivered(path, step) / limit(path, step, ceiling));

                let unmet = |path: usize| wanted(path, step) - delivered(path, step);
                let of_ceiling = |path: usize, amount: f64| match (known(path, step), now(path)) {
                    (false, _) => f64::NAN,
                    (_, true) => amount,
                    _ => 0.0,
                };
                let deferred = |path: usize| if amounts { deferred(path, step) } else { 0.25 * unmet(path) };
                let means = ledger.unmet_deferred_lost(ceiling, step);
                assert_mean(means[0], |path| of_ceiling(path, unmet(path)));
                assert_mean(means[1], |path| of_ceiling(path, deferred(path)));
                assert_mean(means[2], |path| of_ceiling(path, unmet(path) - deferred(path)));
            }
        }
    }

    #[test]
    fn a_path_without_a_finite_amount_is_left_out_of_the_step_and_counted() {
        let column = |values: [f64; 3]| block(|path| *values.get(path).unwrap_or(&0.0), 0);
        let (wanted, limit) = (column([f64::INFINITY, 5.0, 5.0]), column([2.0, 2.0, 9.0]));
        let delivered = column([2.0, 2.0, 5.0]);
        let ones = column([1.0; 3]);
        for (deferred, parts) in [
            (Deferred::Amounts(Operand::Column(&ones)), [0.5, 1.0]),
            (Deferred::Amounts(Operand::Scalar(1.0)), [0.5, 1.0]),
            (Deferred::Share(0.5), [0.75, 0.75]),
        ] {
            let mut ledger = Ledger::new(1, 1);
            ledger.begin(level(), 0, 3);
            let [wanted, delivered, ceiling] = [&wanted, &delivered, &limit].map(Operand::Column);
            ledger.add(0, 0, &LedgerColumns { wanted, delivered, ceiling, deferred });
            ledger.end();
            let means = ledger.unmet_deferred_lost(0, 0).map(|mean| value(&mean));
            assert_eq!(means, [Some(1.5), Some(parts[0]), Some(parts[1])]);
            for share in [ledger.binding(0, 0), ledger.short(0, 0), ledger.first(0, 0), *ledger.ever()] {
                assert_eq!((share.hits(), share.n(), share.excluded()), (1, 2, 1));
            }
            assert_eq!((ledger.unknown(0).paths(), ledger.unknown(0).first()), (1, Some(0)));
        }
    }

    /// What is known in one step and not in another counts where it is known; first bindings are those of the paths that
    /// are known throughout, so that they never add up to more than one.
    #[test]
    fn first_bindings_add_up_to_the_share_that_ever_binds() {
        let mut ledger = Ledger::new(1, 2);
        ledger.begin(level(), 0, 4);
        let nan = f64::NAN;
        for (step, delivered) in [[1.0, nan, nan, 2.0], [1.0, 1.0, 1.0, 1.0]].into_iter().enumerate() {
            let column = block(|path| *delivered.get(path).unwrap_or(&0.0), 0);
            ledger.add(
                0,
                step,
                &LedgerColumns {
                    wanted: Operand::Scalar(2.0),
                    delivered: Operand::Column(&column),
                    ceiling: Operand::Column(&column),
                    deferred: Deferred::Share(0.5),
                },
            );
        }
        ledger.end();
        assert_eq!([0, 1].map(|step| ledger.binding(0, step).hits()), [1, 4]);
        let first = [0, 1].map(|step| ledger.first(0, step));
        assert_eq!(first.map(|share| (share.hits(), share.n())), [(1, 2), (1, 2)]);
        assert_eq!(ledger.ever().hits(), 2);
    }

    /// Deferred amounts that are not finite leave their paths out of the three means, and out of nothing else.
    #[test]
    fn amounts_that_are_not_finite_are_counted_apart() {
        let deferred = block(|path| [1.0, f64::NAN, f64::INFINITY][path.min(2)], 0);
        let mut ledger = Ledger::new(1, 1);
        ledger.begin(level(), 40, 3);
        let columns = LedgerColumns {
            wanted: Operand::Scalar(5.0),
            delivered: Operand::Scalar(3.0),
            ceiling: Operand::Scalar(3.0),
            deferred: Deferred::Amounts(Operand::Column(&deferred)),
        };
        ledger.add(0, 0, &columns);
        ledger.end();
        assert_eq!(ledger.unmet_deferred_lost(0, 0).map(|mean| value(&mean)), [Some(2.0), Some(1.0), Some(1.0)]);
        let left_out = ledger.unmet_left_out(0, 0);
        assert_eq!((left_out.paths(), left_out.first(), ledger.binding(0, 0).n()), (2, Some(41), 3));
    }

    #[test]
    fn numbers_stand_for_columns() {
        let mut ledger = Ledger::new(1, 1);
        ledger.begin(level(), 0, 5);
        ledger.add(
            0,
            0,
            &LedgerColumns {
                wanted: Operand::Scalar(3.0),
                delivered: Operand::Scalar(2.0),
                ceiling: Operand::Scalar(2.0),
                deferred: Deferred::Share(0.0),
            },
        );
        ledger.end();
        assert_eq!((ledger.binding(0, 0).hits(), ledger.binding(0, 0).n()), (5, 5));
        assert_eq!(ledger.used(0, 0), Some(Estimate { value: 1.0, se: Some(0.0) }));
        assert_eq!(ledger.unmet_deferred_lost(0, 0).map(|mean| value(&mean)), [Some(1.0), Some(0.0), Some(1.0)]);
    }
}
