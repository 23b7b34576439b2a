//! The shipped baseline with its events and segments, stage by stage on all threads: reading, calibration, the run, the
//! writers.

use std::hint::black_box;
use std::io;

use criterion::{Criterion, criterion_group, criterion_main};
use riskband::diagnostic::ProblemRow;
use riskband::engine::{RunOptions, calibrate};
use riskband::limits::Limits;
use riskband::model::Model;
#[cfg(feature = "parquet")]
use riskband::output::ParquetWriter;
use riskband::output::{CsvWriter, Document, Failed, Layout, run_tables, write_summary};
use riskband::scenario::{Context, parse, shipped, validate};
use riskband::study::{LoadOptions, Origin, Study};

fn baseline(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("baseline");
    group.sample_size(10);

    group.bench_function("read and validate", |bencher| bencher.iter(as_written));

    let model = as_written();
    let calibration = model.calibration.as_ref().expect("the baseline is calibrated");
    let market = model.market.as_ref().expect("the baseline has a market");
    let published = market.baseline.as_deref().expect("it is calibrated to a published path");
    group.bench_function("calibrate", |bencher| {
        bencher.iter(|| calibrate(black_box(&model), calibration, published, &|_| {}));
    });

    let options = RunOptions::default();
    let study = Study::load(&Origin::Shipped("baseline".to_owned()), &LoadOptions::default());
    let study = study.expect("the baseline is a good scenario");
    group.bench_function(format!("run of {} paths", options.paths), |bencher| {
        bencher.iter(|| black_box(&study).run(&options, &|_| {}));
    });

    let runs = [study.run(&options, &|_| {}).expect("the baseline has finite results")];
    let tables = run_tables(&Layout::of(&options));
    let bands = tables.iter().find(|table| table.name() == "bands").expect("every run has bands");
    let failed: [Failed<ProblemRow>; 0] = [];
    let mut out = Vec::new();
    group.bench_function("write the summary", |bencher| {
        bencher.iter(|| written(&mut out, |out| write_summary(out, black_box(&runs), 80)));
    });
    group.bench_function("write JSON", |bencher| {
        bencher.iter(|| {
            written(&mut out, |out| {
                let mut document = Document::new(out, &["runs"])?;
                document.add("runs", &tables, black_box(&runs[0]))?;
                document.finish(&failed).map(drop)
            })
        });
    });
    group.bench_function("write bands as CSV", |bencher| {
        bencher.iter(|| {
            written(&mut out, |out| {
                let mut csv = CsvWriter::new(out, bands.columns())?;
                csv.add(bands, black_box(&runs[0]))?;
                csv.finish().map(drop)
            })
        });
    });
    #[cfg(feature = "parquet")]
    group.bench_function("write bands as Parquet", |bencher| {
        bencher.iter(|| {
            written(&mut out, |out| {
                let mut parquet = ParquetWriter::new(out, bands)?;
                parquet.add(bands, black_box(&runs[0]))?;
                parquet.finish("[]")
            })
        });
    });
    group.finish();
}

/// The model of the file, not yet calibrated.
fn as_written() -> Model {
    let text = shipped("baseline").expect("it is shipped").text;
    let limits = Limits::default();
    let document = parse(0, black_box(text.as_bytes()), &limits).expect("the baseline is good JSON");
    let context = Context { limits, read_csv: &|_, _| unreachable!("the baseline names no other file") };
    validate(&document, &context).model.expect("the baseline is a good scenario")
}

/// The number of bytes that a writer leaves in memory.
fn written(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> usize {
    out.clear();
    write(out).expect("memory takes every byte");
    out.len()
}

criterion_group!(benches, baseline);
criterion_main!(benches);
