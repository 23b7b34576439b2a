//! Time of the column kernels at each level of this machine. The throughput line is in values per second.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use riskband::kernel::{
    BLOCK, Binary, Column, Level, Operand, Piecewise, Spline, StepTable, Unary, binary, multiply_add, piecewise,
    spline, step_table, unary,
};
use riskband::rng::{Component, Lanes, StreamKey};

/// On its own cache lines, as an engine lays out its columns.
#[repr(align(64))]
struct Aligned(Column);

fn kernels(criterion: &mut Criterion) {
    let key = StreamKey::new(1, "bench", Component::Fresh);
    for level in Level::available() {
        let mut group = criterion.benchmark_group(level.name());
        group.throughput(Throughput::Elements(BLOCK as u64));

        let mut lanes = Lanes::seed(level, &key, 0);
        let mut u = Aligned([0.0; BLOCK]);
        lanes.fill_uniform(level, &mut u.0);
        let mut z = Aligned([0.0; BLOCK]);
        unary(level, Unary::NormalQuantile, &mut z.0, &u.0);

        column(&mut group, "uniform", |out| lanes.fill_uniform(level, out));
        column(&mut group, "normal_quantile", |out| {
            // A new column each time, as tails take longer and their number varies; the uniforms' time is known.
            lanes.fill_uniform(level, &mut u.0);
            unary(level, Unary::NormalQuantile, out, &u.0);
        });
        for &op in Unary::ALL.iter().filter(|op| **op != Unary::NormalQuantile) {
            let a = if matches!(op, Unary::Ln | Unary::Log10 | Unary::Sqrt) { &u } else { &z };
            column(&mut group, op.name(), |out| unary(level, op, out, black_box(&a.0)));
        }
        for (name, op) in [("add", Binary::Add), ("min", Binary::Min), ("less", Binary::Less)] {
            let (a, b) = (Operand::Column(&z.0), Operand::Column(&u.0));
            column(&mut group, name, |out| binary(level, op, out, black_box(a), black_box(b)));
        }
        for exponent in [3.0, 0.5, -0.2] {
            column(&mut group, &format!("power {exponent}"), |out| {
                binary(level, Binary::Power, out, black_box(Operand::Column(&u.0)), Operand::Scalar(exponent));
            });
        }
        column(&mut group, "multiply_add", |out| {
            multiply_add(level, out, black_box(Operand::Column(&z.0)), Operand::Scalar(0.06), Operand::Scalar(0.2));
        });

        let rows = (0..256).map(|k| [f64::from(k), 1.0, 0.5, 0.1, 0.01, 0.001]).collect();
        let table = Piecewise { low: -8.0, inverse_width: 16.0, coefficients: rows };
        column(&mut group, "piecewise", |out| piecewise(level, out, black_box(&z.0), &table));
        let stretches = [(&table, -1.0, 90.0), (&table, 90.0, 120.0), (&table, 120.0, 300.0)];
        let three = Spline::new(vec![-1.0, 1.0], stretches);
        column(&mut group, "spline of 3", |out| spline(level, out, black_box(&z.0), &three));
        for size in [4, 64, 400] {
            let thresholds: Vec<f64> = (1..size).map(|k| f64::from(k) / f64::from(size)).collect();
            let values: Vec<f64> = (0..size).map(f64::from).collect();
            let name = format!("step_table of {size}");
            let table = StepTable::new(thresholds, values);
            column(&mut group, &name, |out| step_table(level, out, black_box(&u.0), &table));
        }
        group.finish();
    }

    criterion.bench_function("key of a stream", |bencher| {
        bencher.iter(|| StreamKey::new(1, black_box("bench"), Component::Fresh));
    });
    criterion
        .bench_function("seed of a block", |bencher| bencher.iter(|| Lanes::seed(Level::detect(), &key, black_box(7))));
}

fn column(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut kernel: impl FnMut(&mut Column)) {
    let mut out = Aligned([0.0; BLOCK]);
    group.bench_function(name, |bencher| bencher.iter(|| kernel(black_box(&mut out.0))));
}

criterion_group!(benches, kernels);
criterion_main!(benches);
