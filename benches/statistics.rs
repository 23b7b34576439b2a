//! Time of the accumulators: taking in a block of paths, merging what two threads hold, reading quantiles at the end.
//! The throughput line is in values per second; `RISKBAND_SIMD` chooses the level.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use riskband::kernel::{BLOCK, Column, Level, Operand, Unary, unary};
use riskband::rng::{Component, Lanes, StreamKey};
use riskband::stats::{
    Accumulator, Deferred, Histogram, Layout, Ledger, LedgerColumns, Mean, Merge, Moments, Observations, Pilot, Share,
};

/// Bins of a run of few outputs.
const BINS: usize = 4096;
/// Values that each accumulator is told to expect.
const VALUES: u64 = 1 << 20;

fn statistics(criterion: &mut Criterion) {
    // Enough columns that a histogram's bins are hit as at random.
    let columns = normals(64);
    let pilot = Pilot::new(columns[..8].concat());
    let layout = Arc::new(Layout::from_pilot(&pilot, BINS));
    let mut histogram = Histogram::new(Arc::clone(&layout), VALUES);
    let (mut moments, mut mean) = (Moments::new(pilot.frame()), Mean::new(pilot.frame()));
    let mut share = Share::new();

    let mut group = criterion.benchmark_group("add");
    group.throughput(Throughput::Elements(BLOCK as u64));
    let level = Level::detect();
    let mut next = columns.iter().cycle();
    let mut next = || black_box(next.next().expect("a cycle does not end"));
    let mut observed = || Observations::new(level, next());
    group.bench_function("moments", |bencher| bencher.iter(|| moments.add(&observed())));
    group.bench_function("mean", |bencher| bencher.iter(|| mean.add(&observed())));
    group.bench_function("share", |bencher| bencher.iter(|| share.add(&observed())));
    // The moments of a run find out that all values are finite; here the histogram looks for itself.
    group.bench_function("histogram", |bencher| bencher.iter(|| histogram.add(&observed())));
    let (mut with_atom, mostly_0) = atoms(&columns);
    let mut number = 0;
    group.bench_function("histogram, mostly 0", |bencher| {
        bencher.iter(|| {
            number = (number + 1) % mostly_0.len();
            with_atom.add(&Observations::new(level, black_box(&mostly_0[number])));
        });
    });
    let mut next = || next().first_chunk::<BLOCK>().expect("a whole block");
    let mut ledger = Ledger::new(1, 1);
    group.bench_function("ledger, one ceiling", |bencher| bencher.iter(|| ceiling(level, &mut ledger, next(), next())));
    group.finish();

    let filled = || {
        let mut histogram = Histogram::new(Arc::clone(&layout), VALUES);
        columns.iter().for_each(|column| histogram.add(&Observations::new(level, column)));
        histogram
    };
    let (mut whole, part) = (filled(), filled());
    let mut group = criterion.benchmark_group("at the end");
    group.bench_function("merge of histograms", |bencher| bencher.iter(|| whole.merge(black_box(&part))));
    let quantiles = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
    group.bench_function("quantiles of a histogram", |bencher| {
        bencher.iter(|| {
            let distribution = black_box(&part).ecdf();
            quantiles.map(|p| distribution.quantile(p))
        });
    });
    group.finish();
}

/// Columns of which three quarters are 0, as a backlog is, and a histogram that expects them.
fn atoms(normals: &[Vec<f64>]) -> (Histogram, Vec<Vec<f64>>) {
    let columns: Vec<Vec<f64>> =
        normals.iter().map(|column| column.iter().map(|z| (z - 0.674).max(0.0)).collect()).collect();
    let layout = Layout::from_pilot(&Pilot::new(columns[..8].concat()), BINS);
    (Histogram::new(Arc::new(layout), VALUES), columns)
}

/// A block of one step with a single ceiling.
fn ceiling(level: Level, ledger: &mut Ledger, wanted: &Column, ceiling: &Column) {
    let [wanted, ceiling] = [wanted, ceiling].map(Operand::Column);
    // A ceiling that is delivered on all paths: as many compare and divide as in a market.
    let columns = LedgerColumns { wanted, delivered: ceiling, ceiling, deferred: Deferred::Share(0.5) };
    ledger.begin(level, 0, BLOCK);
    ledger.add(0, 0, &columns);
    ledger.end();
}

/// Columns of standard normal values.
fn normals(count: u64) -> Vec<Vec<f64>> {
    let key = StreamKey::new(1, "bench", Component::Fresh);
    let level = Level::detect();
    let column = |block| {
        let (mut u, mut z) = ([0.0; BLOCK], [0.0; BLOCK]);
        Lanes::seed(level, &key, block).fill_uniform(level, &mut u);
        unary(level, Unary::NormalQuantile, &mut z, &u);
        z.to_vec()
    };
    (0..count).map(column).collect()
}

criterion_group!(benches, statistics);
criterion_main!(benches);
