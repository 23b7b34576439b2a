//! The market fan from its scenario file, on one thread: whole runs, the program alone at each level of this machine, and
//! the reference engine. The throughput line is in paths per second.
//!
//! A run takes the highest level of the machine; `RISKBAND_SIMD` chooses another.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::{ThreadPool, ThreadPoolBuilder};
use riskband::engine::{self, RunOptions};
use riskband::kernel::{BLOCK, Column, Level};
use riskband::program::Workspace;
use riskband::reference;
use riskband::sampling::Place;
use riskband::study::{LoadOptions, Origin, Study};

/// The summaries that are timed: all that the file reports, and the market and its growth alone.
const SUMMARIES: [(&str, Option<&str>); 2] =
    [("all outputs", None), ("market and growth", Some(r#"outputs=["market","cagr"]"#))];

fn runs(criterion: &mut Criterion) {
    let pool = one_thread();
    for (name, outputs) in SUMMARIES {
        let study = study(outputs);
        let mut group = criterion.benchmark_group(format!("run, {name}"));
        group.sample_size(10);
        // A tenth as many paths show what a run costs however few they are.
        for paths in [100_000, 1_000_000] {
            let options = RunOptions::new().paths(paths);
            group.throughput(Throughput::Elements(paths));
            group.bench_function(paths.to_string(), |bencher| {
                bencher.iter(|| pool.install(|| black_box(&study).run(&options, &|_| {})));
            });
        }
        group.finish();
    }
}

fn programs(criterion: &mut Criterion) {
    let options = RunOptions::default();
    for (name, outputs) in SUMMARIES {
        let program = engine::program(&study(outputs).model, &options).expect("the file is a good one");
        let mut group = criterion.benchmark_group(format!("program, {name}"));
        group.throughput(Throughput::Elements(BLOCK as u64));
        for level in Level::available() {
            let mut workspace = Workspace::new(&program, options.seed, level);
            let mut block = 0;
            group.bench_function(level.name(), |bencher| {
                bencher.iter(|| {
                    program.run_block(&mut workspace, Place::alone(block), &[], &mut |_: usize, column: &Column| {
                        black_box(column);
                    });
                    block += 1;
                });
            });
        }
        group.finish();
    }
}

fn the_reference(criterion: &mut Criterion) {
    const PATHS: u64 = 100_000;
    let pool = one_thread();
    let study = study(SUMMARIES[1].1);
    let mut group = criterion.benchmark_group("reference, market and growth");
    group.sample_size(10).throughput(Throughput::Elements(PATHS));
    group.bench_function(PATHS.to_string(), |bencher| {
        bencher.iter(|| pool.install(|| reference::simulate(black_box(&study.model), PATHS, 1)));
    });
    group.finish();
}

fn study(set: Option<&str>) -> Study {
    let file = [env!("CARGO_MANIFEST_DIR"), "scenarios", "examples", "market-fan.json"].iter().collect::<PathBuf>();
    let options = LoadOptions { set: set.map(str::to_owned).into_iter().collect(), ..LoadOptions::default() };
    Study::load(&Origin::File(file), &options).expect("the file is a good one")
}

fn one_thread() -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started")
}

criterion_group!(benches, runs, programs, the_reference);
criterion_main!(benches);
