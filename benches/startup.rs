//! Time of whole processes as a shell starts them, from the file to JSON on standard output.

use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

fn processes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("process");
    group.sample_size(20);
    let market_fan = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/examples/market-fan.json");
    for (name, arguments) in [
        ("version", &["--version"][..]),
        ("market fan, 10000 paths", &["run", market_fan, "--paths", "10000", "--format", "json", "--quiet"]),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let status =
                    Command::new(env!("CARGO_BIN_EXE_riskband")).args(arguments).stdout(Stdio::null()).status();
                assert!(status.is_ok_and(|status| status.success()), "riskband {arguments:?} failed");
            });
        });
    }
    group.finish();
}

criterion_group!(benches, processes);
criterion_main!(benches);
